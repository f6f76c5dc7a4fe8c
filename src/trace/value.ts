/**
 * The values that TLC prints, as plain data and without loss: TLC's own JSON turns sets, tuples and
 * sequences all into arrays and model values into strings, so we read the text form and keep each
 * kind apart, in the order of printing. Kinds follow TLC's `tlc2.value.impl.*Value#toString`.
 *
 * What the text itself cannot tell apart stays so here: a tuple, a sequence and a function on 1..n
 * are all `tuple`; a record and a function on identifier-like strings are both `record`.
 */
import { bug, unreachable } from "../base/assert.js";

/** A field of a record (its value) or of a set of records (the set its values come from). */
export interface TlaField {
  readonly name: string;
  readonly value: TlaValue;
}

/** One `key :> value` of a function. */
export interface TlaPair {
  readonly key: TlaValue;
  readonly value: TlaValue;
}

/** A value as TLC printed it. The kinds from `powerset` on are sets too large for TLC to list. */
export type TlaValue =
  | { readonly kind: "bool"; readonly value: boolean }
  /** Within 32 bits; build it with {@link tlaInt}. */
  | { readonly kind: "int"; readonly value: number }
  /** The characters meant, not their escapes. */
  | { readonly kind: "string"; readonly value: string }
  /** `from..to`, empty when `from > to`. */
  | { readonly kind: "interval"; readonly from: number; readonly to: number }
  | { readonly kind: "set"; readonly elements: readonly TlaValue[] }
  | { readonly kind: "tuple"; readonly elements: readonly TlaValue[] }
  | { readonly kind: "record"; readonly fields: readonly TlaField[] }
  /** At least one pair: TLC prints the empty function as the empty tuple. */
  | { readonly kind: "function"; readonly pairs: readonly TlaPair[] }
  /** A model value of the .cfg, or TLC's `null` for a variable that has no value yet. */
  | { readonly kind: "model"; readonly name: string }
  /** `SUBSET base` */
  | { readonly kind: "powerset"; readonly base: TlaValue }
  /** `[domain -> range]` */
  | { readonly kind: "functionSet"; readonly domain: TlaValue; readonly range: TlaValue }
  /** `[name: value, ..]`, at least one field. */
  | { readonly kind: "recordSet"; readonly fields: readonly TlaField[] }
  /** `(a \X b \X c)`, at least two factors. */
  | { readonly kind: "product"; readonly factors: readonly TlaValue[] };

/**
 * Checks that `n` is an integer that TLC can hold (`IntValue` is a Java int).
 *
 * @param offset where in TLC's text it stands, when it came from there
 * @returns `n`, with -0 made 0
 * @throws InternalError when `n` is not an integer of 32 bits
 */
export function tlaInt(n: number, offset?: number): number {
  if ((n | 0) !== n) bug(`${n}${offset === undefined ? "" : ` at offset ${offset}`} is not a 32-bit integer`);
  return n | 0;
}

/**
 * Whether two values are the same in structure. The order of set elements, record fields and
 * function pairs does not count (TLC orders strings and model values by first appearance, which
 * differs between runs); a repeated set element counts once; an interval is the set of its ints.
 * Two different kinds are otherwise never the same, and a lazy set is not expanded: it equals only
 * a lazy set of the same form with equal parts.
 */
export function sameValue(a: TlaValue, b: TlaValue): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** A text that two values share exactly when they are the same; no interval is ever expanded. */
function canonical(value: TlaValue): string {
  switch (value.kind) {
    case "bool":
    case "int":
      return String(value.value);
    case "string":
      return JSON.stringify(value.value);
    case "interval":
      return value.from > value.to ? "{}" : `${value.from}..${value.to}`;
    case "set":
      return canonicalSet(value.elements);
    case "tuple":
      return `<<${value.elements.map(canonical).join()}>>`;
    case "record":
      return `[${canonicalFields(value.fields, "|->")}]`;
    case "function":
      return `(${value.pairs
        .map((pair) => `${canonical(pair.key)}:>${canonical(pair.value)}`)
        .sort()
        .join("@@")})`;
    case "model":
      // The mark keeps a model value apart from whatever else might be spelled like it.
      return `'${value.name}`;
    case "powerset":
      return `SUBSET(${canonical(value.base)})`;
    case "functionSet":
      return `[${canonical(value.domain)}->${canonical(value.range)}]`;
    case "recordSet":
      return `[${canonicalFields(value.fields, ":")}]`;
    case "product":
      return `(${value.factors.map(canonical).join("\\X")})`;
    default:
      return unreachable(value);
  }
}

function canonicalFields(fields: readonly TlaField[], arrow: string): string {
  return fields
    .map((field) => `${field.name}${arrow}${canonical(field.value)}`)
    .sort()
    .join();
}

/** A listed set whose elements are consecutive ints takes the text of the interval. */
function canonicalSet(elements: readonly TlaValue[]): string {
  const keys = [...new Set(elements.map(canonical))].sort();
  const ints = elements.flatMap((element) => (element.kind === "int" ? [element.value] : []));
  if (ints.length > 0 && ints.length === elements.length) {
    const from = ints.reduce((x, y) => Math.min(x, y));
    const to = ints.reduce((x, y) => Math.max(x, y));
    if (to - from + 1 === keys.length) return `${from}..${to}`;
  }
  return `{${keys.join()}}`;
}
