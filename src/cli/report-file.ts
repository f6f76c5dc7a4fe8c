/** A stored report from its path. */
import { readFileSync } from "node:fs";
import { fail } from "../diagnostics/diagnostic.js";
import { readReport } from "../report/read-report.js";
import type { RunReport } from "../report/reporter.js";
import { unreadableReport } from "./diagnostics.js";

/** Larger than any run makes: the counterexamples of thousands of cases. In bytes. */
const MOST_BYTES = 512 * 2 ** 20;

/** Throws a DiagnosticsError where there is no such file, or it is no report. */
export function readReportFile(path: string): RunReport {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return fail(unreadableReport(path, error instanceof Error ? error.message : String(error)));
  }
  if (text.length > MOST_BYTES) return fail(unreadableReport(path, "it is larger than any report"));
  return readReport(path, text);
}
