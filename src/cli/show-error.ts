/** What ended the program, on stderr. Nobody sees a stack trace for something they wrote. */
import { DiagnosticsError } from "../diagnostics/diagnostic.js";

export async function showError(error: unknown): Promise<void> {
  process.stderr.write(`${await describe(error)}\n`);
}

async function describe(error: unknown): Promise<string> {
  if (error instanceof DiagnosticsError) {
    const [{ renderDiagnostics }, { sourceReader, wantsColour }, { findRoot }] = await Promise.all([
      import("../diagnostics/render.js"),
      import("./terminal.js"),
      import("../app/project.js"),
    ]);
    const shown = renderDiagnostics(error.diagnostics, {
      colour: wantsColour(process.stderr, process.env),
      readSource: sourceReader(findRoot(process.cwd())),
    });
    const inSpec = error.diagnostics.find(({ span }) => span !== undefined);
    // Whoever mistyped a command line needs no page; who wrote a spec may want the example.
    return inSpec === undefined ? shown : `${shown}, more with: latchwork explain ${inSpec.code}`;
  }
  if (!(error instanceof Error)) return `latchwork: ${String(error)}`;
  // The operating system refused something: no space, no permission, a temporary folder that is not there.
  if ("syscall" in error) return `latchwork: ${error.message}`;
  return `This is a defect in Latchwork, please report it: ${error.stack ?? error.message}`;
}
