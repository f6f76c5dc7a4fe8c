/**
 * What a case is, in two parts: its shape, and where in the files everything stands. Both together are its content. A comment
 * more moves what follows and changes no shape, and what was found of the shape is true wherever it stands.
 */
import type { Span } from "../base/span.js";
import { digest, writeOut } from "../cache/digest.js";
import type { CompiledCase } from "./load.js";

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

/** Fields that hold the label of a step; were one left out, a case that moved would only seem to have changed. */
const LABELLED: ReadonlySet<string> = new Set(["label", "entry"]);

/** A compiled case never changes, and writing one out takes milliseconds. */
const known = new WeakMap<CompiledCase, CaseContent>();

/** What a case is to the engines and to those who are told of it. */
export function contentOf(compiled: CompiledCase): CaseContent {
  const earlier = known.get(compiled);
  if (earlier !== undefined) return earlier;
  const content = read(compiled);
  known.set(compiled, content);
  return content;
}

function read({ spec, declaration, module, runsModule, model }: CompiledCase): CaseContent {
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
  // The label of a step is made of its line.
  const labels = new Map<string, number>();
  for (const { label } of model.processes.flatMap(({ steps }) => steps)) {
    if (!labels.has(label)) labels.set(label, labels.size);
  }
  const value = { what: "case", spec, declaration, module, runsModule, model };
  // A number stands where no number can stand: for a place, or for a label.
  const text = writeOut(value, (part, field) => {
    if (typeof part === "string") return LABELLED.has(field) ? (labels.get(part) ?? part) : part;
    return isSpan(part) ? placed(part) : part;
  });
  const shape = digest([text, places.map(({ file }) => file)]);
  return {
    whole: digest([shape, places, [...labels.keys()]]),
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
