/**
 * The reporter `default`. Cases appear in the order of the run, not in the order in which workers finish them,
 * so that two runs of the same specs print the same lines; a case is held back only until those before it end.
 */
import { inert } from "../diagnostics/render.js";
import { caseSection } from "./case-section.js";
import { createColours } from "./colours.js";
import { coverageLines } from "./coverage.js";
import { leastTerminal } from "./interleaving.js";
import type { CaseReport, Reporter, ReporterContext, RunReport } from "./reporter.js";
import { summaryLines } from "./summary.js";
import { caseLines, planTable } from "./table.js";
import { block } from "./text.js";

interface Row {
  readonly key: string;
  report?: CaseReport;
}

/**
 * For people: a line per case grouped by spec, the counterexample of every case that is not as expected (and of
 * the only case, when there is one), and a summary.
 */
export function terminalReporter(context: ReporterContext, write: (text: string) => void): Reporter {
  const colours = createColours(context.colour);
  const width = Math.max(context.width, leastTerminal);
  const rows: Row[] = [];
  let table = planTable([], width);
  let printed = 0;
  let group: string | undefined;

  const print = (lines: readonly string[]) => write(lines.map((line) => `${line}\n`).join(""));
  const printRow = (report: CaseReport) => {
    if (report.spec !== group) {
      const heading = block(inert(report.spec), width, 0, 2).map((line) => colours.bold(line));
      print(group === undefined ? heading : ["", ...heading]);
      group = report.spec;
    }
    print(caseLines(report, table, colours));
  };

  return {
    onRunStart: (cases) => {
      table = planTable(cases, width);
      for (const each of cases) rows.push({ key: rowKey(each) });
    },
    onCaseEnd: (report) => {
      const row = rows.find((each) => each.key === rowKey(report) && each.report === undefined);
      if (row === undefined) return printRow(report);
      row.report = report;
      for (let next = rows[printed]?.report; next !== undefined; next = rows[printed]?.report) {
        printRow(next);
        printed += 1;
      }
    },
    onRunEnd: (run) => {
      // Left over where a case never ended, as in a run that was interrupted.
      for (const { report } of rows.slice(printed)) if (report !== undefined) printRow(report);
      for (const report of inFull(run)) print(["", ...caseSection(report, width, context, colours)]);
      print(coverageLines(run, width, context, colours));
      print([...(run.cases.length > 0 ? [""] : []), ...summaryLines(run, width, colours)]);
    },
  };
}

function inFull({ cases }: RunReport): readonly CaseReport[] {
  const [only] = cases;
  if (only !== undefined && cases.length === 1 && only.trace !== undefined) return [only];
  return cases.filter(({ asExpected }) => !asExpected);
}

function rowKey(report: { readonly spec: string; readonly case: string }): string {
  return JSON.stringify([report.spec, report.case]);
}
