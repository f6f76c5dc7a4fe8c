/**
 * The reporter `github`: workflow commands that put each surprise beside its line in the pull request, and the verdicts
 * in the summary of the job. For the syntax and the escapes see "Workflow commands for GitHub Actions" in GitHub's documentation; what a
 * spec says must never become a command of its own.
 */

import type { Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import { markdownReport } from "./markdown.js";
import type { CaseReport, Reporter, ReporterContext } from "./reporter.js";
import { inRepository, isDecided, surpriseWords } from "./words.js";

/** A step shows ten of a kind; the rest of them would be lost without a word. */
const MOST_ANNOTATIONS = 10;

/** For GitHub Actions: annotations on the standard output, and a summary where the run has a place for it. */
export function githubReporter(context: ReporterContext, write: (text: string) => void): Reporter {
  return {
    onRunEnd: (run) => {
      const surprises = run.cases.filter(({ asExpected }) => !asExpected);
      // Worst first: a false verdict is worse than none.
      const sorted = [...surprises.filter(isDecided), ...surprises.filter((report) => !isDecided(report))];
      const shown = sorted.slice(
        0,
        sorted.length > MOST_ANNOTATIONS ? MOST_ANNOTATIONS - 1 : MOST_ANNOTATIONS,
      );
      const lines = shown.map((report) => annotation(report, context.folder));
      if (shown.length < sorted.length) {
        const more = `${sorted.length - shown.length} more cases are not as expected; the log and the summary have them all`;
        lines.push(command("error", { title: "latchwork" }, more));
      }
      write(lines.map((line) => `${line}\n`).join(""));
      context.appendSummary?.(markdownReport(run, context));
    },
  };
}

function annotation(report: CaseReport, folder: string | undefined): string {
  const { trace, message, diagnostics = [] } = report;
  const span = trace?.failure.span ?? diagnostics.find((diagnostic) => diagnostic.span !== undefined)?.span;
  const words = [surpriseWords(report), message, ...(trace?.explanation.sentences ?? [])].filter(
    (text) => text !== undefined,
  );
  const properties = { ...place(report, span, folder), title: `latchwork: ${report.case}` };
  return command("error", properties, words.map(inert).join("\n"));
}

function place(
  report: CaseReport,
  span: Span | undefined,
  folder: string | undefined,
): Record<string, string> {
  // Lines of the library are not part of the repository.
  if (span === undefined || span.file.startsWith("latchwork/"))
    return { file: inRepository(folder, report.spec) };
  const { file, line, endLine, column } = span;
  return {
    file: inRepository(folder, file),
    line: String(line),
    endLine: String(endLine),
    col: String(column),
  };
}

function command(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${pairs.join(",")}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(inert(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
