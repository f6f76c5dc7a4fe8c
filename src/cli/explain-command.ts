/** `latchwork explain [code, check or report]`. */
import { existsSync } from "node:fs";
import { isWanted, refuseUnknownCases } from "../app/case-pattern.js";
import { findTopic, type Topic, topics } from "../app/explain.js";
import { fail } from "../diagnostics/diagnostic.js";
import { createColours } from "../report/colours.js";
import { renderPage } from "../report/page.js";
import { padEnd } from "../report/text.js";
import { nothingToExplain } from "./diagnostics.js";
import { AS_EXPECTED, exitCodeOf } from "./exit-codes.js";
import { createProgress } from "./progress.js";
import { readReportFile } from "./report-file.js";
import { openReporting, type ReportingFlags } from "./reporting.js";
import { wantsColour, widthOf } from "./terminal.js";

/** Prose wider than this is hard to read. */
const WIDEST = 100;

export interface ExplainFlags extends ReportingFlags {
  /** Patterns of cases; empty for all. */
  readonly case: readonly string[];
}

/**
 * Prints the page about a word, or without one what there is; tells a stored report again where the word names one.
 * Throws a DiagnosticsError for an unknown word, and for a file that is no report.
 */
export async function runExplain(word: string | undefined, flags: ExplainFlags): Promise<number> {
  const { stdout, env } = process;
  const colours = createColours(wantsColour(stdout, env));
  const all = topics();
  if (word === undefined) {
    stdout.write(`${listing(all, colours.bold)}\n`);
    return AS_EXPECTED;
  }
  const found = findTopic(all, word);
  if (found === undefined) {
    if (/\.\w+$/.test(word) || existsSync(word)) return await tellAgain(word, flags);
    const names = all.map(({ name }) => name);
    return fail(nothingToExplain(word, names));
  }
  const width = Math.min(WIDEST, widthOf(stdout, env));
  stdout.write(`${renderPage(found.text, { colours, width })}\n`);
  return AS_EXPECTED;
}

/** A stored report through the reporters, as if its run had just ended; the exit code is that of the run. */
async function tellAgain(path: string, flags: ExplainFlags): Promise<number> {
  const progress = createProgress(process.stderr, process.env);
  try {
    const whole = readReportFile(path);
    const names = whole.cases.map((report) => report.case);
    refuseUnknownCases(flags.case, names);
    const cases = whole.cases.filter((report) => isWanted(flags.case, report.case));
    const report = { ...whole, cases };
    const { all, end } = await openReporting(flags, process.cwd(), progress);
    all.onRunStart(cases);
    for (const each of cases) all.onCaseEnd(each);
    end(report);
    return exitCodeOf(report);
  } finally {
    progress.end();
  }
}

/** One line for each topic, under two headings. */
function listing(all: readonly Topic[], bold: (text: string) => string): string {
  const rows = (kind: Topic["kind"]) => {
    const chosen = all.filter((topic) => topic.kind === kind);
    const columns = Math.max(...chosen.map(({ name }) => name.length));
    return chosen.map(({ name, title }) => `  ${padEnd(name, columns)}  ${title}`);
  };
  return [
    bold("Checks: what a design can fail"),
    ...rows("check"),
    "",
    bold("Codes: what Latchwork refuses, or cannot do"),
    ...rows("code"),
    "",
    "`latchwork explain <check or code>` shows the page.",
  ].join("\n");
}
