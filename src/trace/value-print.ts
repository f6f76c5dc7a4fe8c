/**
 * Values back into text, in the spelling of TLC on one line, so that what a report shows can be
 * found in TLC's own output and `parseValue(printValue(v))` gives `v` again.
 */
import { unreachable } from "../base/assert.js";
import type { TlaField, TlaValue } from "./value.js";

/**
 * Prints `value` on one line as TLC does (`tlc2.value.impl.*Value#toString`), keeping the order of
 * elements. Two spellings differ between TLC versions: the empty tuple is `<<>>` and the powerset
 * of an interval `SUBSET (1..8)`, as in the newer; the parser reads both.
 *
 * @returns the text, with no raw line feed in it; never throws on a well-formed value
 */
export function printValue(value: TlaValue): string {
  switch (value.kind) {
    case "bool":
      return value.value ? "TRUE" : "FALSE";
    case "int":
      return String(value.value);
    case "string":
      return printString(value.value);
    case "interval":
      return `${value.from}..${value.to}`;
    case "set":
      return `{${printAll(value.elements, ", ")}}`;
    case "tuple":
      return `<<${printAll(value.elements, ", ")}>>`;
    case "record":
      return `[${printFields(value.fields, " |-> ")}]`;
    case "function":
      return value.pairs.length === 0 ? "<<>>" : printFunction(value.pairs);
    case "model":
      return value.name;
    case "powerset":
      return value.base.kind === "interval"
        ? `SUBSET (${printValue(value.base)})`
        : `SUBSET ${printValue(value.base)}`;
    case "functionSet":
      return `[${printValue(value.domain)} -> ${printValue(value.range)}]`;
    case "recordSet":
      return `[${printFields(value.fields, ": ")}]`;
    case "product":
      return `(${printAll(value.factors, " \\X ")})`;
    default:
      return unreachable(value);
  }
}

function printAll(values: readonly TlaValue[], separator: string): string {
  return values.map(printValue).join(separator);
}

function printFields(fields: readonly TlaField[], arrow: string): string {
  return fields.map((field) => field.name + arrow + printValue(field.value)).join(", ");
}

function printFunction(pairs: Extract<TlaValue, { kind: "function" }>["pairs"]): string {
  return `(${pairs.map((pair) => `${printValue(pair.key)} :> ${printValue(pair.value)}`).join(" @@ ")})`;
}

/** The escapes that TLA+ has; any other character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

function printString(text: string): string {
  return `"${text.replace(/["\\\t\n\f\r]/g, (char) => ESCAPES[char] ?? char)}"`;
}
