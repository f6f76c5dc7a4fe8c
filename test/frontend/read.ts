/** Reading fixtures and specs made up by tests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../src/diagnostics/render.js";
import type { ParamValue } from "../../src/frontend/case-context.js";
import { type LoweredSpec, lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { compile } from "../../src/passes/compile.js";

export const fixtures = resolve(import.meta.dirname, "../fixtures/specs");

/** Reads and lowers the spec at a path; places are relative to its folder. */
export function lowerFile(path: string, overrides?: ReadonlyMap<string, ParamValue>): LoweredSpec {
  const graph = createModuleGraph(dirname(path));
  return lowerSpec(graph, readSpec(graph, path), overrides);
}

/** Runs `body` with a folder of these files, and removes it afterwards. */
export function withFiles<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (folder: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "latchwork-frontend-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lowers `text` as a spec; other files can stand beside it. */
export function lowerText(
  text: string | Uint8Array,
  options: {
    readonly others?: Readonly<Record<string, string>>;
    readonly overrides?: ReadonlyMap<string, ParamValue>;
  } = {},
): LoweredSpec {
  return withFiles({ ...options.others, "spec.ts": text }, (folder) =>
    lowerFile(join(folder, "spec.ts"), options.overrides),
  );
}

/** What the passes find wrong with the cases of a spec that the front end accepts. */
export function compileErrors(lowered: LoweredSpec): Diagnostic[] {
  return lowered.cases.flatMap(({ program }) => {
    try {
      compile(program);
      return [];
    } catch (error) {
      if (error instanceof DiagnosticsError) return [...error.diagnostics];
      throw error;
    }
  });
}

/** `line code message`, one per line: what most tests compare. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ code, span, message }) => `${span?.line ?? "-"} ${code} ${message}`).join("\n");
}

/** The text that a user sees. */
export function rendered(folder: string, diagnostics: readonly Diagnostic[]): string {
  const readSource = (file: string) => readFileSync(join(folder, file), "utf8");
  return renderDiagnostics(diagnostics, { colour: false, readSource });
}
