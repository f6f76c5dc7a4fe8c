/** From the text of a spec to a model, the way a user's file goes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnostic, DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../src/diagnostics/render.js";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import type { Model } from "../../src/ir/model.js";
import type { Program } from "../../src/ir/program.js";
import { type CompileOptions, compile } from "../../src/passes/compile.js";

const VOCABULARY = [
  "acquires, assert, atomic, cases, check, choose, current, data_race, either, execute_timer, guarded_by, lock_order, fails",
  "ghost, holds, idle_until, init_timer",
  "initially, instances, invariant, kill_timer, list, list_add, list_add_tail, list_del, list_empty",
  "list_for_each_entry_safe, maybe, param, read_lock, read_unlock, releases, repeat, rwlock, set, set_timer, spin_is_locked",
  "spin_lock, spin_trylock, spin_unlock, spinlock, thread, timer, until, write_lock, write_unlock",
  "unreachable, type AbstractSet, type List, type Rwlock, type Spinlock, type Thread, type Timer",
].join(", ");

/**
 * Imports everything from latchwork before the text, on its first line so that lines keep their numbers, and declares
 * one case behind it where it has none.
 */
export function wholeSpec(source: string): string {
  const head = source.includes("import ") ? "" : `import { ${VOCABULARY} } from "latchwork"; `;
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
    const graph = createModuleGraph(folder);
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
