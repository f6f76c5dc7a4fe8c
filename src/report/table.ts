/** The table of cases: one line each, in columns that are known before the first case ends. */
import { inert } from "../diagnostics/render.js";
import type { Colours } from "./colours.js";
import type { CaseReport } from "./reporter.js";
import { block, count, grouped, listed, padEnd, padStart, width } from "./text.js";
import { isDecided, mark, outcomeWords, verdictWords } from "./words.js";

export interface Table {
  readonly width: number;
  /** Columns of the case names. */
  readonly names: number;
}

const verdictColumns = "fails by unlock-not-held".length;
const outcomeColumns = "as expected".length;
/** States, depth, time. */
const numberColumns = [16, 10, 8];
/** Where details stand: under the case's name. */
const detailIndent = 4;

/** Columns for these cases on a terminal of `total` columns. */
export function planTable(cases: readonly { readonly case: string }[], total: number): Table {
  const longest = Math.max(0, ...cases.map((each) => width(inert(each.case))));
  return { width: total, names: Math.min(longest, Math.floor(total / 3)) };
}

/** The line of a case, and below it what else a reader has to know about it; none wider than the table. */
export function caseLines(report: CaseReport, table: Table, colours: Colours): readonly string[] {
  return [...mainLines(report, table, colours), ...detailLines(report, table, colours)];
}

function mainLines(report: CaseReport, table: Table, colours: Colours): readonly string[] {
  const words = `${padEnd(verdictWords(report), verdictColumns)}  ${padEnd(outcomeWords(report), outcomeColumns)}`;
  const left = `${padEnd(inert(report.case), table.names)}  ${words}`;
  const right = alignedNumbers(report);
  const paint = report.asExpected ? (line: string) => line : colours.bold;
  const sign = `  ${markPainter(report, colours)(mark(report))} `;
  if (detailIndent + width(left) + 2 + width(right) <= table.width) {
    return [`${sign}${paint(left)}  ${colours.dim(right)}`];
  }
  const [first, ...rest] = block(left.trimEnd(), table.width, detailIndent, 2);
  const below = block(numbers(report).join(", "), table.width, 6);
  return [
    `${sign}${paint(first!.slice(detailIndent))}`,
    ...rest.map(paint),
    ...below.map((line) => colours.dim(line)),
  ];
}

function markPainter(report: CaseReport, colours: Colours): (text: string) => string {
  if (report.asExpected) return colours.green;
  return isDecided(report) ? colours.red : colours.yellow;
}

/** `1,234 states`, `depth 14`, `0.42 s`; the first two are missing where nothing was searched. */
function numbers({ states, cached, seconds }: CaseReport): readonly string[] {
  const time = cached ? "cached" : secondsWords(seconds);
  if (states === undefined) return [time];
  return [count(states.distinct, "state"), `depth ${grouped(states.depth)}`, time];
}

/** The same in columns, so that orders of magnitude are seen at a glance. */
function alignedNumbers(report: CaseReport): string {
  const parts = numbers(report);
  const columns = parts.length === 1 ? [sum(numberColumns) + 4] : numberColumns;
  return parts.map((part, index) => padStart(part, columns[index]!)).join("  ");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Seconds with two digits below ten, one below a hundred, then whole. */
function secondsWords(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} s`;
}

function detailLines(report: CaseReport, table: Table, colours: Colours): readonly string[] {
  const details: string[] = [];
  const { alsoFails = [] } = report;
  if (alsoFails.length > 0) details.push(`also fails by ${listed(alsoFails.map(inert))}`);
  return details.flatMap((detail) => block(detail, table.width, 6, 2)).map((line) => colours.yellow(line));
}
