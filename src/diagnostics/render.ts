/**
 * Diagnostics as people read them: place, code, what was found, the source, why, and what to do instead.
 * Everything shown may come from a hostile spec, so no control character of it reaches the terminal.
 */
import { codeFrameColumns } from "@babel/code-frame";
import pc from "picocolors";
import { formatPlace, type Span } from "../base/span.js";
import { type Diagnostic, sortDiagnostics } from "./diagnostic.js";

/** How diagnostics are shown. */
export interface RenderOptions {
  readonly colour: boolean;
  /** The source of a file, or undefined where it cannot be read; `file` as in a Span. */
  readonly readSource: (file: string) => string | undefined;
}

// Control, format (bidirectional overrides, zero width), line separators, lone surrogates, private use.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const unsafeButTab = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** `text` on one line: white space folded, and what could steer a terminal replaced by U+FFFD. */
export function inert(text: string): string {
  return text.replace(/\s+/gu, " ").trim().replace(unsafe, "\uFFFD");
}

/** Source lines keep their tabs and their columns, so that carets stand where they should. */
export function inertSource(source: string): string[] {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  return lines.map((line) => line.replace(unsafeButTab, (found) => "\uFFFD".repeat(found.length)));
}

/** Carets under the span; of a span over several lines only the first is marked. */
function codeFrame(span: Span, source: string): string | undefined {
  const lines = inertSource(source);
  const first = lines[span.line - 1];
  if (first === undefined) return undefined;
  const lineEnd = first.length + 1;
  const start = Math.min(Math.max(span.column, 1), lineEnd);
  const wanted = span.endLine > span.line ? lineEnd : span.endColumn;
  const end = Math.max(Math.min(wanted, lineEnd), start);
  const location = { start: { line: span.line, column: start }, end: { line: span.line, column: end } };
  return codeFrameColumns(lines.join("\n"), location, { highlightCode: false });
}

/** A paragraph after its name; the author's own line breaks stay, indented alike. */
function paragraph(name: string, text: string): string {
  const lines = text.trim().split(/\r?\n/).map(inert);
  return `  ${name} ${lines.join(`\n  ${" ".repeat(name.length)} `)}`.replace(/ +$/gm, "");
}

/**
 * One diagnostic: `file:line:col code message`, a code frame where the source can be read, then `why:` and
 * `instead:`. Returns lines joined by newlines, without one at the end.
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const colours = pc.createColors(options.colour);
  const { span, why, help } = diagnostic;
  const place = span === undefined ? "" : `${colours.cyan(inert(formatPlace(span)))} `;
  const head = `${place}${colours.red(inert(diagnostic.code))} ${colours.bold(inert(diagnostic.message))}`;
  const source = span === undefined ? undefined : options.readSource(span.file);
  const frame = span === undefined || source === undefined ? undefined : codeFrame(span, source);
  const parts = [
    head,
    frame,
    why === undefined ? undefined : paragraph("why:", why),
    help === undefined ? undefined : paragraph("instead:", help),
  ];
  return parts.filter((part) => part !== undefined).join("\n");
}

/**
 * All of them by file, line and column, a blank line between two, and the count at the end.
 * Returns lines joined by newlines, without one at the end; empty for an empty list.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  if (diagnostics.length === 0) return "";
  const files = new Set(diagnostics.flatMap(({ span }) => (span === undefined ? [] : [span.file])));
  const problems = diagnostics.length === 1 ? "1 problem" : `${diagnostics.length} problems`;
  const where = files.size > 1 ? ` in ${files.size} files` : "";
  const shown = sortDiagnostics(diagnostics).map((diagnostic) => renderDiagnostic(diagnostic, options));
  return [...shown, `${problems}${where}`].join("\n\n");
}
