/** `latchwork merge <reports…>`. */
import { mergeReports } from "../app/merge-reports.js";
import { exitCodeOf } from "./exit-codes.js";
import { createProgress } from "./progress.js";
import { readReportFile } from "./report-file.js";
import { openReporting, type ReportingFlags } from "./reporting.js";

/** Tells the merged report as the run itself would have, and returns its exit code. Throws a DiagnosticsError. */
export async function runMerge(files: readonly string[], flags: ReportingFlags): Promise<number> {
  const report = mergeReports(files.map((file) => ({ file, report: readReportFile(file) })));
  const progress = createProgress(process.stderr, process.env);
  const { all, end } = await openReporting(flags, process.cwd(), progress);
  all.onRunStart(report.cases.map((each) => ({ spec: each.spec, case: each.case })));
  for (const each of report.cases) all.onCaseEnd(each);
  progress.end();
  end(report);
  return exitCodeOf(report);
}
