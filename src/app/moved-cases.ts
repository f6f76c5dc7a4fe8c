/**
 * Cases that are what they were, at other lines: what was found of them is told again with the new places. For a watch,
 * whose specs change at every save, and whose models often do not.
 */
import { must } from "../base/assert.js";
import type { Span } from "../base/span.js";
import type { CaseReport } from "../report/reporter.js";
import { contentOf, isSpan } from "./case-content.js";
import type { ReadCase } from "./load.js";

/** For one way of asking: whoever asks otherwise remembers elsewhere. */
export interface MovedCases {
  /** What was found of the case where it stood before; undefined where it has changed, or was not seen. */
  find(one: ReadCase): CaseReport | undefined;
  /** Keeps what was found, where it is a verdict: the latest of each case. */
  keep(one: ReadCase, report: CaseReport): void;
}

interface Found {
  readonly shape: string;
  readonly places: readonly Span[];
  readonly report: CaseReport;
}

/** Nothing found yet. */
export function movedCases(): MovedCases {
  const latest = new Map<string, Found>();
  const caseOf = ({ spec, declaration }: ReadCase) => JSON.stringify([spec, declaration.name]);
  return {
    find(one) {
      const found = latest.get(caseOf(one));
      if (found === undefined) return undefined;
      const { shape, places } = contentOf(one);
      return shape === found.shape ? moved(found, places) : undefined;
    },
    keep(one, report) {
      const { shape, places, namesPlaces } = contentOf(one);
      const isVerdict = report.verdict === "holds" || report.verdict === "violated";
      const isWhole = report.coverage === undefined && report.diagnostics === undefined;
      // Where the spec's own words look like places they could not be told from ours.
      if (isVerdict && isWhole && !namesPlaces) latest.set(caseOf(one), { shape, places, report });
      else latest.delete(caseOf(one));
    },
  };
}

/** A place of which it is not known where it would be now. */
class NotFound extends Error {}

/** As sentences name a place: `vpt.ts:12`, or `line 12` where all is in one file. */
const PLACE_IN_TEXT = /[^\s/()]+\.ts:\d+|\bline \d+/g;

/** The same report with other numbers: only what was found has any, and the rest is of the case, which is the same. */
function moved({ places: before, report }: Found, after: readonly Span[]): CaseReport | undefined {
  const spans = new Map(
    before.map((span, index) => [nameOf(span), must(after[index], "a place of the same shape")]),
  );
  const moveSpan = (span: Span) => {
    const now = spans.get(nameOf(span));
    if (now === undefined) throw new NotFound();
    return now;
  };
  /** What the sentences of the report call places of the report, and what they would now. */
  const cited = new Map<string, Set<string>>();
  const cite = (span: Span) => {
    const inTexts = citations(moveSpan(span));
    for (const [form, name] of citations(span).entries()) {
      cited.set(name, (cited.get(name) ?? new Set()).add(must(inTexts[form], "the same form")));
    }
  };
  const moveText = (text: string) =>
    text.replace(PLACE_IN_TEXT, (name) => {
      const [now, ...others] = cited.get(name) ?? [];
      if (now === undefined || others.length > 0) throw new NotFound();
      return now;
    });
  const move = <T>(value: T): T => moveIn(value, moveText, moveSpan) as T;
  try {
    const { message, trace } = report;
    for (const span of spokenOf(trace)) cite(span);
    return {
      ...report,
      ...(message === undefined ? {} : { message: move(message) }),
      ...(trace === undefined ? {} : { trace: move(trace) }),
    };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** The places of steps and waits; not how a statement was come to, of which no sentence speaks. */
function spokenOf(value: unknown): Span[] {
  if (typeof value !== "object" || value === null) return [];
  if (isSpan(value)) return [value];
  return Object.entries(value).flatMap(([field, part]) => (field === "stack" ? [] : spokenOf(part)));
}

function moveIn(value: unknown, moveText: (text: string) => string, moveSpan: (span: Span) => Span): unknown {
  if (typeof value === "string") return moveText(value);
  if (typeof value !== "object" || value === null) return value;
  if (isSpan(value)) return moveSpan(value);
  const move = (part: unknown) => moveIn(part, moveText, moveSpan);
  if (Array.isArray(value)) return value.map(move);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, move(part)]));
}

function nameOf({ file, line, column, endLine, endColumn }: Span): string {
  return `${line} ${column} ${endLine} ${endColumn} ${file}`;
}

function citations({ file, line }: Span): string[] {
  return [`${file.slice(file.lastIndexOf("/") + 1)}:${line}`, `line ${line}`];
}
