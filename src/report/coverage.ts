/** What a run left unexplored, in words: green is distrusted until this list is empty. */
import { formatLine, type Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import type { Colours } from "./colours.js";
import type { ReporterContext, RunReport, SpecCoverage } from "./reporter.js";
import { countFindings, countUnmeasured, failsStrict } from "./strict.js";
import { block, count, grouped, listed, width } from "./text.js";

/** Lines shown per spec; all of them are in the JSON report. */
const SHOWN = 10;

/** One thing that was not explored: where, and what about it. */
export interface Finding {
  readonly place: string;
  readonly words: string;
}

/** A section for each spec that has something unexplored; nothing where all was. */
export function coverageLines(
  run: RunReport,
  columns: number,
  context: ReporterContext,
  colours: Colours,
): readonly string[] {
  const measured = run.coverage ?? [];
  return measured.flatMap((spec) =>
    countFindings(spec) === 0 ? [] : specLines(spec, columns, context, colours),
  );
}

function specLines(
  spec: SpecCoverage,
  columns: number,
  context: ReporterContext,
  colours: Colours,
): readonly string[] {
  const findings = findingsOf(spec, context);
  const shown = findings.slice(0, SHOWN);
  const more = findings.length - shown.length;
  const heading = block(`${inert(spec.spec)}: not explored by any case of this run`, columns, 0, 2);
  const places = Math.min(Math.max(...shown.map(({ place }) => width(place))), Math.floor(columns / 3));
  return [
    "",
    ...heading.map((line) => colours.bold(colours.yellow(line))),
    ...shown.flatMap(({ place, words }) => {
      const gap = " ".repeat(Math.max(places - width(place), 0));
      return block(`${place}${gap}  ${words}`, columns, 2, 4);
    }),
    ...(more > 0 ? block(`and ${more} more (see --reporter json)`, columns, 2, 2) : []),
  ];
}

/** What a spec leaves unexplored: its locks, then its code in the order of its lines. */
export function findingsOf(spec: SpecCoverage, context: ReporterContext): readonly Finding[] {
  const place = (span: Span) => (span.file === spec.spec ? `line ${span.line}` : inert(formatLine(span)));
  const text = (span: Span) => sourceText(span, context);
  const code = [
    ...spec.unreached.map((span) => ({ span, words: `${text(span)} is never reached` })),
    ...spec.branches.map(({ span, side }) => ({
      span,
      words: `${text(span)} is never ${isLabel(span, context) ? "the case" : side}`,
    })),
    ...spec.vacuous.map(({ invariant, span }) => ({
      span,
      words: isAboutEnd(span, context)
        ? `at_end ${inert(JSON.stringify(invariant))} is never put to the test: no run of the model ends`
        : `invariant ${inert(JSON.stringify(invariant))} is never put to the test: its premise never holds`,
    })),
  ];
  const locks = [
    ...lockFinding("is never taken", "are never taken", spec.untaken),
    ...lockFinding("is never contended", "are never contended", spec.uncontended),
  ];
  return [
    ...locks,
    ...code.sort((a, b) => bySpan(a.span, b.span)).map(({ span, words }) => ({ place: place(span), words })),
  ];
}

function lockFinding(one: string, several: string, locks: readonly string[]): Finding[] {
  if (locks.length === 0) return [];
  return [
    {
      place: locks.length === 1 ? "lock" : "locks",
      words: `${listed(locks.map(inert))} ${locks.length === 1 ? one : several}`,
    },
  ];
}

function bySpan(a: Span, b: Span): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** Whether the claim is about the end of a run. */
function isAboutEnd(span: Span, context: ReporterContext): boolean {
  return sourceText(span, context).startsWith("`at_end(");
}

/** Whether the place is the label of a `case`. */
function isLabel({ file, line, column }: Span, { readSource }: ReporterContext): boolean {
  const before =
    readSource(file)
      ?.split("\n")
      [line - 1]?.slice(0, column - 1) ?? "";
  return /\bcase\s+$/.test(before);
}

/** The source at this place, as one line that is not long. */
function sourceText(span: Span, { readSource }: ReporterContext): string {
  const source = readSource(span.file)?.split("\n");
  if (source === undefined) return "this";
  const rows = source.slice(span.line - 1, span.endLine);
  const cut = rows.map((row, index) =>
    row.slice(index === 0 ? span.column - 1 : 0, index === rows.length - 1 ? span.endColumn - 1 : undefined),
  );
  const text = inert(cut.join(" ").replace(/\s+/g, " ").trim());
  const letters = Array.from(text);
  return `\`${letters.length <= 60 ? text : `${letters.slice(0, 59).join("")}…`}\``;
}

/** The sentence of a strict run that fails for what it left unexplored; undefined where it does not. */
export function strictWords(run: RunReport): string | undefined {
  if (!failsStrict(run)) return undefined;
  const unmeasured = countUnmeasured(run);
  if (unmeasured > 0)
    return `what ${count(unmeasured, "case")} explored is NOT known, which --strict does not let pass`;
  const found = (run.coverage ?? []).map(countFindings).reduce((a, b) => a + b, 0);
  return `${grouped(found)} NOT explored, which --strict does not let pass`;
}
