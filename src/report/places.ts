/** How a diagram cites its lines: the number alone where all lie in one file, else `basename:line`. */
import type { Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import { padStart, width } from "./text.js";

export interface Places {
  readonly heading: string;
  /** Columns of the widest citation and of the heading. */
  readonly width: number;
  /** The one file of all lines, to be stated once; undefined where there are several or none. */
  readonly stated: string | undefined;
  readonly cite: (span: Span) => string;
}

/** Chooses for these spans; no citation is longer than `limit` columns, the end of a name being kept. */
export function places(spans: readonly Span[], limit: number): Places {
  const files = [...new Set(spans.map(({ file }) => file))];
  const [only] = files;
  const digits = Math.max(4, ...spans.map(({ line }) => String(line).length));
  if (files.length <= 1) {
    const cite = ({ line }: Span) => padStart(String(line), digits);
    return {
      heading: "line",
      width: digits,
      stated: only === undefined ? undefined : inert(only),
      cite,
    };
  }
  const names = new Map(files.map((file) => [file, shortName(file, files)]));
  const cite = ({ file, line }: Span) => keepEnd(`${names.get(file) ?? file}:${line}`, limit);
  const widest = Math.max(...spans.map((span) => width(cite(span))));
  return { heading: "line", width: Math.max(widest, 4), stated: undefined, cite };
}

/** The basename, or the whole path where two files share it. */
function shortName(file: string, files: readonly string[]): string {
  const base = basename(file);
  return inert(files.some((other) => other !== file && basename(other) === base) ? file : base);
}

function basename(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

function keepEnd(text: string, limit: number): string {
  const letters = Array.from(text);
  return letters.length <= limit ? text : `…${letters.slice(letters.length - limit + 1).join("")}`;
}
