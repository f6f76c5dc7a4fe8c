/**
 * The CPU0 / CPU1 diagram of a counterexample: time runs down, one lane per thread, as kernel people draw it in
 * commit messages. Where the lanes do not fit, the same rows become a list with the CPU in front.
 */
import { inert } from "../diagnostics/render.js";
import type { Interleaving } from "../trace/interleaving.js";
import type { Colours } from "./colours.js";
import { fitColumns, laneStarts } from "./columns.js";
import { diagramEntries, type Entry, type Note, type Statement } from "./entries.js";
import { type Places, places } from "./places.js";
import { padEnd, padStart, width, wrap } from "./text.js";

interface Layout {
  readonly total: number;
  /** Digits of the greatest step number, at least the length of its heading. */
  readonly numbers: number;
  readonly places: Places;
  /** Width of the CPU names in front of each row, when there is only one lane for all. */
  readonly cpus: number | undefined;
  readonly starts: readonly number[];
  readonly widths: readonly number[];
}

/** The diagram as lines of at most `total` columns (40 or more), none with spaces at its end. */
export function renderDiagram(trace: Interleaving, total: number, colours: Colours): readonly string[] {
  const entries = diagramEntries(trace);
  const layout = chooseLayout(trace, entries, total);
  const lines = header(trace, layout, colours);
  let lane: number | undefined;
  for (const entry of entries) {
    if (entry.kind === "across") {
      const words = wrap(`-- ${entry.text}`, total - 2);
      lines.push(...words.map((line) => `  ${colours.yellow(line)}`));
      continue;
    }
    // In a list the row above may be another thread's, and so may its procedure.
    const headed = entry.entered || (layout.cpus !== undefined && entry.lane !== lane);
    lane = entry.lane;
    if (headed) lines.push(...headingLines(entry, layout, colours));
    lines.push(...statementLines(trace, entry, layout, colours));
  }
  return layout.places.stated === undefined
    ? lines
    : [
        ...wrap(`Line numbers are those of ${layout.places.stated}.`, total - 2).map((line) => `  ${line}`),
        "",
        ...lines,
      ];
}

function chooseLayout(trace: Interleaving, entries: readonly Entry[], total: number): Layout {
  const statements = entries.filter((entry) => entry.kind === "statement");
  const numbers = Math.max(4, ...statements.map(({ n }) => String(n ?? "").length));
  const cited = places(
    statements.map(({ span }) => span),
    Math.floor(total / 4),
  );
  const gutter = gutterWidth(numbers, cited);
  const natural = trace.threads.map((thread, lane) =>
    Math.max(
      width(inert(thread.cpu)),
      width(inert(thread.name)),
      ...statements.filter((statement) => statement.lane === lane).map(naturalWidth),
    ),
  );
  const widths = fitColumns(natural, total - gutter);
  if (widths !== undefined) {
    const starts = laneStarts(widths).map((start) => gutter + start);
    return { total, numbers, places: cited, cpus: undefined, starts, widths };
  }
  const cpus = Math.min(Math.max(0, ...trace.threads.map(({ cpu }) => width(inert(cpu)))), 12);
  const start = gutter + cpus + 2;
  const shared = trace.threads.map(() => total - start);
  return { total, numbers, places: cited, cpus, starts: shared.map(() => start), widths: shared };
}

/** Mark and its space, number, two spaces, place, two spaces. */
function gutterWidth(numbers: number, cited: Places): number {
  return 2 + numbers + 2 + cited.width + 2;
}

function naturalWidth({ procedure, text, notes }: Statement): number {
  return Math.max(width(procedure ?? ""), width(text) + 2, ...notes.map((note) => width(note.text) + 4));
}

function header(trace: Interleaving, layout: Layout, colours: Colours): string[] {
  const { numbers, places: cited, cpus, starts, widths } = layout;
  const titles = `  ${padStart("step", numbers)}  ${cited.heading}`;
  if (cpus !== undefined) {
    const legend = trace.threads.flatMap(({ cpu, name }) =>
      wrap(`${inert(cpu)}: ${inert(name)}`, layout.total - 2, 6),
    );
    return [...legend.map((line) => `  ${colours.bold(line)}`), "", colours.dim(titles)];
  }
  const cells = trace.threads.map(({ cpu, name }, lane) => [
    ...wrap(inert(cpu), widths[lane]!),
    ...wrap(inert(name), widths[lane]!),
  ]);
  const height = Math.max(0, ...cells.map((cell) => cell.length));
  const ruled = cells.map((cell) => [
    ...cell,
    ...Array<string>(height - cell.length).fill(""),
    "-".repeat(Math.max(0, ...cell.map(width))),
  ]);
  return Array.from({ length: height + 1 }, (_, row) => {
    let plain = row === height ? titles : "";
    let styled = row === height ? colours.dim(titles) : "";
    for (const [lane, cell] of ruled.entries()) {
      const text = cell[row]!;
      if (text === "") continue;
      const space = " ".repeat(starts[lane]! - width(plain));
      plain += space + text;
      styled += space + (row === height ? colours.dim(text) : colours.bold(text));
    }
    return styled;
  });
}

function statementLines(
  trace: Interleaving,
  statement: Statement,
  layout: Layout,
  colours: Colours,
): readonly string[] {
  const { lane, text, notes, fails } = statement;
  const start = layout.starts[lane]!;
  const columns = layout.widths[lane]!;
  const margin = " ".repeat(start);
  const paint = fails ? (line: string) => colours.bold(colours.red(line)) : (line: string) => line;
  const [first, ...rest] = wrap(text, columns - 2, 4);
  const lines = [painted(`${gutter(trace, statement, layout, colours)}  `, first!, paint)];
  for (const line of rest) lines.push(painted(`${margin}  `, line, paint));
  for (const note of notes) lines.push(...noteLines(note, margin, columns, colours));
  return lines;
}

function headingLines({ lane, procedure }: Statement, layout: Layout, colours: Colours): readonly string[] {
  if (procedure === undefined) return [];
  const margin = " ".repeat(layout.starts[lane]!);
  return wrap(procedure, layout.widths[lane]!).map((line) => painted(margin, line, colours.cyan));
}

function noteLines(note: Note, margin: string, columns: number, colours: Colours): readonly string[] {
  const paint = { plain: colours.dim, lock: colours.yellow, failure: colours.red }[note.kind];
  return wrap(note.text, columns - 4, 2).map((line) => painted(`${margin}    `, line, paint));
}

/** Colour codes would keep the spaces before an empty text from being trimmed. */
function painted(before: string, text: string, paint: (text: string) => string): string {
  return text === "" ? before.trimEnd() : `${before}${paint(text)}`;
}

/** Everything left of the statement, exactly as wide as the start of its lane. */
function gutter(trace: Interleaving, statement: Statement, layout: Layout, colours: Colours): string {
  const { numbers, places: cited, cpus, starts } = layout;
  const number = padStart(String(statement.n ?? "-"), numbers);
  const place = padEnd(cited.cite(statement.span), cited.width);
  const cpu = Array.from(inert(trace.threads[statement.lane]!.cpu)).slice(0, cpus).join("");
  const plain = `${statement.fails ? "✖" : " "} ${number}  ${place}  ${cpus === undefined ? "" : cpu}`;
  const space = " ".repeat(starts[statement.lane]! - width(plain.trimEnd()));
  return `${statement.fails ? colours.red(plain.trimEnd()) : colours.dim(plain.trimEnd())}${space}`;
}
