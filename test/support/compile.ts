/** From the text of a spec to a model, the way a user's file goes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnostic, DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../src/diagnostics/render.js";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph, packageRoot } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import type { Model } from "../../src/ir/model.js";
import type { Program } from "../../src/ir/program.js";
import { type CompileOptions, compile } from "../../src/passes/compile.js";
import { foldConstants } from "../../src/reduction/fold-constants.js";
import { findSymmetry } from "../../src/reduction/symmetry.js";

/** The library, read once: parsing it takes longer than a small spec. */
const LIBRARY = createModuleGraph(packageRoot);

/** Every word that a spec can import. */
const VOCABULARY = [...LIBRARY.latchwork.keys()];

/**
 * Imports what the text uses from latchwork before it, on its first line so that lines keep their numbers, and declares one
 * case behind it where it has none.
 */
export function wholeSpec(source: string): string {
  const words = new Set(source.match(/[A-Za-z_]\w*/g));
  const declares = (name: string) => new RegExp(`\\b(class|const|function|let|type) ${name}\\b`).test(source);
  const used = VOCABULARY.filter(
    (name) => ["cases", "holds"].includes(name) || (words.has(name) && !declares(name)),
  );
  const head = source.includes("import ") ? "" : `import { ${used.join(", ")} } from "latchwork"; `;
  const tail = source.includes("cases(")
    ? ""
    : '\nexport default cases({ title: "test", only: { expect: holds(), why: "a test" } });\n';
  return `${head}${source}${tail}`;
}

/** The program of a case, the first one unless named; throws an error with the rendered diagnostics. */
export function lowerText(source: string, caseName?: string): Program {
  const text = wholeSpec(source);
  const folder = mkdtempSync(join(tmpdir(), "latchwork-test-"));
  try {
    const path = join(folder, "test.ts");
    writeFileSync(path, text);
    const graph = { ...LIBRARY, root: folder, modules: new Map(LIBRARY.modules) };
    const { cases, diagnostics } = lowerSpec(graph, readSpec(graph, path));
    if (diagnostics.length > 0) throw new Error(rendered(diagnostics, text));
    const found = cases.find(({ declaration }) => caseName === undefined || declaration.name === caseName);
    if (found === undefined) throw new Error(`the spec has no case ${caseName}`);
    return found.program;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The model of a case; throws an error with the rendered diagnostics where the text is refused. */
export function compileText(source: string, caseName?: string, options?: CompileOptions): Model {
  const program = lowerText(source, caseName);
  try {
    return compile(program, options);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    throw new Error(rendered(error.diagnostics, wholeSpec(source)), { cause: error });
  }
}

/** The model of a case, as it is before its steps are merged: constants folded, and what can change places. */
export function foldText(source: string, caseName?: string): Model {
  return folded(compileText(source, caseName));
}

/** The same for a model. */
export function folded(model: Model): Model {
  const smaller = foldConstants(model);
  return { ...smaller, symmetry: findSymmetry(smaller) };
}

/** What the passes refuse in a text that the front end accepts: code, line and message of each diagnostic. */
export function refusals(source: string): string[] {
  const program = lowerText(source);
  try {
    compile(program);
  } catch (error) {
    if (!(error instanceof DiagnosticsError)) throw error;
    return error.diagnostics.map(({ code, span, message }) => `${code} line ${span?.line}: ${message}`);
  }
  return [];
}

function rendered(diagnostics: readonly Diagnostic[], source: string): string {
  return renderDiagnostics(diagnostics, { colour: false, readSource: () => source });
}
