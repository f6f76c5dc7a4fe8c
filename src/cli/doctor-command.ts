/** `latchwork doctor`: what was found on this machine, and what is missing. */
import { VERSION } from "../app/version.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { renderDiagnostic } from "../diagnostics/render.js";
import { diagnoseTools } from "../tlc/doctor.js";
import { AS_EXPECTED, CANNOT } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { createProgress } from "./progress.js";
import { wantsColour } from "./terminal.js";

export interface DoctorFlags {
  readonly java?: string;
  readonly tlcJar?: string;
}

/** Prints the report and returns the exit code: 2 where a check could not run here. */
export async function runDoctor(flags: DoctorFlags, interrupt: Interrupt): Promise<number> {
  const progress = createProgress(process.stderr, process.env);
  const report = await diagnoseTools({
    env: process.env,
    signal: interrupt.signal,
    onProgress: progress.onDownload,
    ...(flags.java === undefined ? {} : { java: flags.java }),
    ...(flags.tlcJar === undefined ? {} : { tlcJar: flags.tlcJar }),
  });
  progress.end();
  if (interrupt.signal.aborted) return CANNOT;
  const out = (text: string) => void process.stdout.write(`${text}\n`);
  const colour = wantsColour(process.stdout, process.env);
  const explain = (diagnostics: readonly Diagnostic[]) =>
    diagnostics
      .map((diagnostic) => renderDiagnostic(diagnostic, { colour, readSource: () => undefined }))
      .join("\n");
  out(`latchwork ${VERSION}, Node ${process.versions.node}`);
  if (report.java.ok) {
    const { path, version, source } = report.java.found;
    out(`Java    ${version}\n        ${path} (from ${source})`);
  } else {
    out(`Java    not found\n${explain(report.java.diagnostics)}`);
  }
  if (report.jar.ok) {
    const { path, version, source, sha256 } = report.jar.found;
    out(`TLC     ${version}\n        ${path} (from ${source})\n        sha256 ${sha256}`);
  } else {
    out(`TLC     not found\n${explain(report.jar.diagnostics)}`);
  }
  out(
    report.maven.ok
      ? `Maven   ${report.maven.found.path}`
      : "Maven   not found (needed only where GitHub cannot be reached)",
  );
  return report.java.ok && report.jar.ok ? AS_EXPECTED : CANNOT;
}
