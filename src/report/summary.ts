/** The last lines of a run: how many did what, and for each surprise the command that shows it alone. */
import type { Colours } from "./colours.js";
import { strictWords } from "./coverage.js";
import type { CaseReport, RunReport } from "./reporter.js";
import { block, count, grouped } from "./text.js";
import { caseTitle, checkCommand, isDecided, mark, surpriseWords } from "./words.js";

/** Lines of at most `width` columns, except that a command is never folded: it is there to be copied. */
export function summaryLines(run: RunReport, width: number, colours: Colours): readonly string[] {
  const { cases } = run;
  const surprises = cases.filter(({ asExpected }) => !asExpected);
  const paint = surprises.length > 0 || cases.length === 0 ? colours.red : colours.green;
  const strict = strictWords(run);
  const counts = [
    ...block(countWords(cases), width, 0, 2).map((line) => colours.bold(paint(line))),
    ...(strict === undefined
      ? []
      : block(strict, width, 0, 2).map((line) => colours.bold(colours.red(line)))),
  ];
  const { notChecked = [] } = run;
  if (notChecked.length > 0) {
    const words = `${count(notChecked.length, "case")} not checked: the run ended at the first surprise (--bail)`;
    counts.push(...block(words, width, 0, 2).map((line) => colours.yellow(line)));
  }
  if (cases.length < 2) return counts;
  return [
    ...counts,
    ...surprises.flatMap((report) => ["", ...surpriseLines(report, width, colours)]),
    ...hintLines(cases, colours),
  ];
}

/** `12 cases: 11 as expected (5 hold, 6 fail by the named check), 1 NOT as expected`. */
export function countWords(cases: readonly CaseReport[]): string {
  if (cases.length === 0) return "0 cases: nothing was checked";
  const number = (test: (report: CaseReport) => boolean) => cases.filter(test).length;
  const hold = number((report) => report.asExpected && report.verdict === "holds");
  const fail = number((report) => report.asExpected && report.verdict === "violated");
  const kinds = [
    ...(hold > 0 ? [`${grouped(hold)} ${hold === 1 ? "holds" : "hold"}`] : []),
    ...(fail > 0 ? [`${grouped(fail)} ${fail === 1 ? "fails" : "fail"} by the named check`] : []),
  ];
  const expected = number(({ asExpected }) => asExpected);
  const unexpected = number((report) => !report.asExpected && isDecided(report));
  const undecided = number((report) => !report.asExpected && !isDecided(report));
  const parts = [
    `${grouped(expected)} as expected${kinds.length > 0 ? ` (${kinds.join(", ")})` : ""}`,
    ...(unexpected > 0 ? [`${grouped(unexpected)} NOT as expected`] : []),
    ...(undecided > 0 ? [`${grouped(undecided)} without a verdict`] : []),
  ];
  return `${count(cases.length, "case")}: ${parts.join(", ")}`;
}

/** A counterexample is shown for one case at a time; whoever does not know that learns it here. */
function hintLines(cases: readonly CaseReport[], colours: Colours): readonly string[] {
  const known = cases.find(({ asExpected, trace }) => asExpected && trace !== undefined);
  if (known === undefined) return [];
  return ["", colours.dim("To see how a design fails, check it alone:"), `  ${checkCommand(known)}`];
}

function surpriseLines(report: CaseReport, width: number, colours: Colours): readonly string[] {
  const [first, ...rest] = block(
    `${mark(report)} ${caseTitle(report)}: ${surpriseWords(report)}`,
    width,
    2,
    2,
  );
  return [colours.bold(first!), ...rest.map((line) => colours.bold(line)), `      ${checkCommand(report)}`];
}
