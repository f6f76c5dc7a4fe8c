/** `latchwork compile [paths…]`. */
import { compileSpecs } from "../app/compile.js";
import { DiagnosticsError } from "../diagnostics/diagnostic.js";
import { type CheckFlags, sessionRequest } from "./check-command.js";
import { AS_EXPECTED, SURPRISE } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { createProgress } from "./progress.js";
import { showError } from "./show-error.js";

export type CompileFlags = Pick<CheckFlags, "case" | "tlcJar" | "java"> & { readonly check?: boolean };

/** Runs the command and returns its exit code: 1 where `--check` finds generated/ stale. Throws a DiagnosticsError. */
export async function runCompile(
  paths: readonly string[],
  flags: CompileFlags,
  interrupt: Interrupt,
): Promise<number> {
  const progress = createProgress(process.stderr, process.env);
  try {
    const request = sessionRequest(paths, { ...flags, set: [] }, interrupt, progress);
    const { files, removed } = await compileSpecs(request, flags.check === true);
    progress.end();
    const verb = flags.check === true ? "up to date" : "compiled";
    process.stdout.write(`${files.length} files ${verb}\n`);
    for (const path of removed) process.stdout.write(`removed ${path}: no case stands behind it any more\n`);
    return AS_EXPECTED;
  } catch (error) {
    progress.end();
    if (!isStaleness(error)) throw error;
    await showError(error);
    return SURPRISE;
  }
}

function isStaleness(error: unknown): boolean {
  return error instanceof DiagnosticsError && error.diagnostics.every(({ code }) => code === "LW1041");
}
