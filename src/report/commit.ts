/**
 * The reporter `commit`: each counterexample as a patch description would show it. Plain text of at most 75 columns,
 * as Documentation/process/submitting-patches.rst asks of a commit message, indented by two so that no line can be
 * taken for a trailer or a heading.
 */
import { inert } from "../diagnostics/render.js";
import type { Interleaving } from "../trace/interleaving.js";
import { type BriefEntry, type BriefRow, briefEntries } from "./brief.js";
import { fitColumns, laneStarts } from "./columns.js";
import type { CaseReport, Reporter, ReporterContext } from "./reporter.js";
import { block, padEnd, padStart, width, wrap } from "./text.js";
import { caseTitle, verdictWords } from "./words.js";

/** Columns of a line in a commit message. */
const COLUMNS = 75;
const INDENT = 2;
/** More than these and nobody would paste it. */
const LINES = 14;
/** Lines of a spec mean nothing to who reads the history of the code. */
const SOURCE_LINE = / \((?:line |[\w./-]+:)\d+\)/g;
/** Lanes are what people are used to, and worth some more lines than a list. */
const MOST_LINES_OF_LANES = 1.5;
/** In front of what goes wrong, instead of the first column of the indentation. */
const WRONG = "*";

/** For commit messages: the counterexample of every case that fails, whether it should or not. */
export function commitReporter(_context: ReporterContext, write: (text: string) => void): Reporter {
  return {
    onRunEnd: ({ cases }) => {
      const failing = cases.filter(({ trace }) => trace !== undefined);
      const sections = failing.map((report) => commitLines(report, failing.length > 1));
      const lines = sections.flatMap((section, index) => (index === 0 ? section : ["", ...section]));
      const nothing = block("No case of this run fails: there is no interleaving to show.", COLUMNS, 0);
      write(`${(lines.length === 0 ? nothing : lines).join("\n")}\n`);
    },
  };
}

/** The lines of one case; with a heading where there are several. */
function commitLines(report: CaseReport, isOneOfSeveral: boolean): readonly string[] {
  const { trace } = report;
  if (trace === undefined) return [];
  const heading = isOneOfSeveral
    ? [...block(`${caseTitle(report)}: ${verdictWords(report)}`, COLUMNS, 0, 2), ""]
    : [];
  const diagram = briefDiagram(trace, COLUMNS);
  return [...heading, ...diagram, "", ...sentences(trace, LINES - diagram.length - 1)];
}

/**
 * What fails and, behind it, as much of the explanation as fits into `room` lines. The last sentence is the point of it and always
 * stays; what comes before it mostly says in words what the diagram shows.
 */
function sentences({ failure, explanation }: Interleaving, room: number): readonly string[] {
  const paragraph = (text: string) => wrap(inert(text).replace(SOURCE_LINE, ""), COLUMNS);
  const lines = paragraph(`${failure.check}: ${failure.message}`);
  const kept: string[][] = [];
  let left = room - lines.length;
  for (const said of explanation.sentences.map(paragraph).reverse()) {
    if (kept.length > 0 && said.length > left) break;
    left -= said.length;
    kept.unshift(said);
  }
  return [...lines, ...kept.flat()];
}

/** The shortest telling as a diagram of at most `columns` columns: a lane for each thread, or a list where they do not fit. */
export function briefDiagram(trace: Interleaving, columns: number): readonly string[] {
  const entries = briefEntries(trace);
  const rows = entries.filter((entry): entry is BriefRow => entry.kind === "row");
  const numbers = Math.max(0, ...rows.map(({ n }) => String(n ?? "").length));
  const gutter = INDENT + numbers + 1;
  const natural = trace.threads.map((thread, lane) =>
    Math.max(
      width(title(thread)),
      ...rows.filter((row) => row.lane === lane).map((row) => width(rowWords(row))),
    ),
  );
  const widths = fitColumns(natural, columns - gutter);
  const list = asList(trace, entries, columns, numbers);
  if (widths === undefined) return list;
  const lanes = inLanes(trace, entries, { gutter, numbers, widths });
  return lanes.length > list.length * MOST_LINES_OF_LANES ? list : lanes;
}

function title({ cpu, name }: Interleaving["threads"][number]): string {
  return `${inert(cpu)}: ${inert(name)}`;
}

function rowWords({ procedure, words }: BriefRow): string {
  return procedure === undefined ? words : `${procedureName(procedure)}: ${words}`;
}

/** Mark and number, as wide as the gutter without its last column. */
function rowNumber({ n, fails }: BriefRow, numbers: number): string {
  return `${padEnd(fails ? WRONG : "", INDENT)}${padStart(String(n ?? ""), numbers)}`;
}

function procedureName(name: string): string {
  return /^[\w$.]+$/.test(name) ? `${name}()` : name;
}

interface Lanes {
  readonly gutter: number;
  readonly numbers: number;
  readonly widths: readonly number[];
}

function inLanes(trace: Interleaving, entries: readonly BriefEntry[], lanes: Lanes): readonly string[] {
  const { gutter, numbers, widths } = lanes;
  const starts = laneStarts(widths).map((start) => start + gutter);
  const across = (texts: readonly string[]) =>
    texts.reduce((line, text, lane) => `${padEnd(line, starts[lane]!)}${text}`, "").trimEnd();
  const heads = trace.threads.map((thread, lane) => wrap(title(thread), widths[lane]!, 2));
  const height = Math.max(0, ...heads.map((head) => head.length));
  const lines = Array.from({ length: height }, (_, row) => across(heads.map((head) => head[row] ?? "")));
  for (const entry of entries) {
    if (entry.kind === "across") {
      lines.push(`${" ".repeat(INDENT)}-- ${entry.text}`);
      continue;
    }
    const start = starts[entry.lane]!;
    const [first, ...rest] = wrap(rowWords(entry), widths[entry.lane]!, 2);
    lines.push(
      `${padEnd(rowNumber(entry, numbers), start)}${first}`,
      ...rest.map((line) => `${" ".repeat(start)}${line}`),
    );
  }
  return lines.map((line) => line.trimEnd());
}

function asList(
  trace: Interleaving,
  entries: readonly BriefEntry[],
  columns: number,
  numbers: number,
): readonly string[] {
  const legend = trace.threads.flatMap((thread) => block(title(thread), columns, INDENT, 6));
  const cpus = Math.max(0, ...trace.threads.map(({ cpu }) => width(inert(cpu))));
  const lines = entries.flatMap((entry) => {
    if (entry.kind === "across") return block(`-- ${entry.text}`, columns, INDENT);
    const lead = `${rowNumber(entry, numbers)} ${padEnd(inert(trace.threads[entry.lane]!.cpu), cpus)}  `;
    const [first, ...rest] = wrap(rowWords(entry), columns - width(lead), 2);
    return [`${lead}${first}`, ...rest.map((line) => `${" ".repeat(width(lead))}${line}`)];
  });
  return [...legend, "", ...lines].map((line) => line.trimEnd());
}
