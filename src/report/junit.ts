/**
 * The reporter `junit`: for CI services that show tests. A suite is a spec, a test is a case; a case that is not as expected is a
 * failure with its interleaving, and one without a verdict is an error. There is no standard, only the schemas of those who read
 * it: these elements and attributes are the ones that Jenkins and GitLab document.
 */
import { create } from "xmlbuilder2";
import { inert } from "../diagnostics/render.js";
import { briefDiagram } from "./commit.js";
import type { CaseReport, Reporter, ReporterContext } from "./reporter.js";
import { isDecided, surpriseWords } from "./words.js";

/** Columns of an interleaving. */
const COLUMNS = 100;

/** For CI services: one document when the run has ended. */
export function junitReporter(_context: ReporterContext, write: (text: string) => void): Reporter {
  return { onRunEnd: ({ cases }) => write(`${junitReport(cases)}\n`) };
}

function junitReport(cases: readonly CaseReport[]): string {
  const specs = [...new Set(cases.map(({ spec }) => spec))];
  // Control characters are no XML, not even escaped.
  const document = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "\uFFFD" });
  const suites = document.ele("testsuites", { name: "latchwork", ...totals(cases) });
  for (const spec of specs) {
    const own = cases.filter((report) => report.spec === spec);
    const suite = suites.ele("testsuite", { name: inert(spec), ...totals(own) });
    for (const report of own) {
      const test = suite.ele("testcase", {
        name: inert(report.case),
        classname: inert(spec),
        file: inert(spec),
        time: report.seconds.toFixed(3),
      });
      if (report.asExpected) continue;
      const kind = isDecided(report) ? "failure" : "error";
      const type = inert(report.check ?? report.verdict);
      test.ele(kind, { message: inert(surpriseWords(report)), type }).txt(details(report));
    }
  }
  return document.end({ prettyPrint: true });
}

function totals(cases: readonly CaseReport[]): Record<string, string> {
  const surprises = cases.filter(({ asExpected }) => !asExpected);
  const failures = surprises.filter(isDecided).length;
  return {
    tests: String(cases.length),
    failures: String(failures),
    errors: String(surprises.length - failures),
    skipped: "0",
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

function details({ message, trace, diagnostics = [] }: CaseReport): string {
  const help = diagnostics.map((found) => [found.code, found.message, found.help].filter(Boolean).join(" "));
  const lines = [
    ...(message === undefined ? [] : [inert(message)]),
    ...(trace === undefined
      ? []
      : ["", ...briefDiagram(trace, COLUMNS), "", ...trace.explanation.sentences.map(inert)]),
    ...help.map(inert),
  ];
  return `\n${lines.join("\n").trimEnd()}\n`;
}
