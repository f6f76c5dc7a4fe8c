/** Places in source files. One convention everywhere: lines and columns count from 1, the end is exclusive. */

/** A stretch of source text. */
export interface Span {
  /** Path relative to the project root, with forward slashes; library files start with `latchwork/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** `file:line`, the form in which people cite a place. */
export function formatLine(span: Span): string {
  return `${span.file}:${span.line}`;
}

/** `file:line:column`, the form that editors and terminals make clickable. */
export function formatPlace(span: Span): string {
  return `${span.file}:${span.line}:${span.column}`;
}
