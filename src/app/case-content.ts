/**
 * What a case is, as it was read: whatever it compiles to follows from that, so a case that is known need not be compiled.
 * There are two parts: its shape, and where in the files everything stands. Both together are its content. A comment more
 * moves what follows and changes no shape, and what was found of the shape is true wherever it stands.
 */
import type { Span } from "../base/span.js";
import { digest, writeOut } from "../cache/digest.js";
import type { ReadCase } from "./load.js";

export interface CaseContent {
  /** A digest of the whole. */
  readonly whole: string;
  /** A digest of all but lines and columns. */
  readonly shape: string;
  /** All places in it, each once. Cases of one shape have the same at the same index. */
  readonly places: readonly Span[];
  /** Whether a text of the case itself looks like a place: `vpt.ts:12`, `line 12`. */
  readonly namesPlaces: boolean;
}

/** As sentences name one. */
const PLACE_IN_TEXT = /\.ts:\d|\bline \d/;

/** A case never changes once it is read, and writing one out takes milliseconds. */
const known = new WeakMap<ReadCase, CaseContent>();

/** What a case is to the engines and to those who are told of it. */
export function contentOf(one: ReadCase): CaseContent {
  const earlier = known.get(one);
  if (earlier !== undefined) return earlier;
  const content = written(one);
  known.set(one, content);
  return content;
}

function written({ spec, declaration, module, runsModule, program }: ReadCase): CaseContent {
  const places: Span[] = [];
  const indices = new Map<string, number>();
  const placed = (span: Span): number => {
    const { file, line, column, endLine, endColumn } = span;
    const key = `${line} ${column} ${endLine} ${endColumn} ${file}`;
    const earlier = indices.get(key);
    if (earlier !== undefined) return earlier;
    indices.set(key, places.length);
    return places.push(span) - 1;
  };
  const value = { what: "case", spec, declaration, module, runsModule, program };
  // A number stands where no number can stand.
  const text = writeOut(value, (part) => (isSpan(part) ? placed(part) : part));
  const shape = digest([text, places.map(({ file }) => file)]);
  return {
    whole: digest([shape, places]),
    shape,
    places,
    namesPlaces: PLACE_IN_TEXT.test(text),
  };
}

/** Whether it is a place, and nothing more than that. */
export function isSpan(value: unknown): value is Span {
  return (
    typeof value === "object" &&
    value !== null &&
    "endColumn" in value &&
    "endLine" in value &&
    "column" in value &&
    "line" in value &&
    "file" in value &&
    Object.keys(value).length === 5
  );
}
