/** What computing with data needs to be true, and what storing it does to it: indices, divisors, ranges. */
import { objectsOf } from "../ir/classes.js";
import type { NumberRange } from "../ir/data-expressions.js";
import type { Term } from "../ir/model.js";
import type { BinaryOperator, Program, Type } from "../ir/program.js";
import { all, binary, constant, not } from "../ir/terms.js";
import type { Requirement } from "./inline-context.js";
import { fieldName } from "./inline-context.js";

/** The declared type of a shared variable: it knows the length and the keys that a parameter does not. */
export function typeOfVariable(program: Program, variable: string): Type | undefined {
  const global = program.globals.find(({ name }) => name === variable);
  if (global !== undefined) return global.type;
  for (const type of program.classes) {
    const field = type.fields.find(({ name }) => fieldName(type.name, name) === variable);
    if (field !== undefined) return field.type;
  }
  return undefined;
}

/** Whether the type is one whose elements have places of their own in memory. */
export function hasElements(type: Type): boolean {
  return type.kind === "array" || type.kind === "map";
}

/** The type of a collection as far as it is known: a parameter that stands for memory has the type declared there. */
export function exactType(program: Program, type: Type, collection: Term): Type {
  if (collection.kind !== "read" || collection.index !== undefined) return type;
  return typeOfVariable(program, collection.variable) ?? type;
}

/** That the index is inside; undefined where it cannot be outside. */
export function insideOf(
  program: Program,
  given: Type,
  collection: Term,
  index: Term,
): Requirement | undefined {
  const type = exactType(program, given, collection);
  if (type.kind === "map") return isKey(program, type, index);
  const length = type.kind === "array" ? type.length : undefined;
  const known = constantNumber(index);
  if (known !== undefined && length !== undefined && known >= 0 && known < length) return undefined;
  const end: Term = length === undefined ? { kind: "size", collection } : constant(length);
  return {
    check: "assert",
    condition: binary("&&", binary("<=", constant(0), index), binary("<", index, end)),
    message: `the index is inside the array${length === undefined ? "" : ` (0..${length - 1})`}`,
  };
}

function isKey(
  program: Program,
  { key, keys }: Extract<Type, { kind: "map" }>,
  index: Term,
): Requirement | undefined {
  if (keys === undefined) return undefined;
  const names = new Set(keys.map((value) => JSON.stringify(value)));
  if (index.kind === "value" && names.has(JSON.stringify(index.value))) return undefined;
  const everyKey =
    key.kind === "boolean"
      ? names.size === 2
      : key.kind === "object" &&
        objectsOf(program, key.class).every((name) => names.has(JSON.stringify({ ref: name })));
  if (everyKey) return undefined;
  const collection: Term = { kind: "value", value: { set: keys }, type: { kind: "set", element: key } };
  return {
    check: "assert",
    condition: { kind: "has", collection, element: index },
    message: "the key is one of those of the map",
  };
}

const WORD: NumberRange = { minimum: 0, maximum: 65_535, leaving: "fails" };
const SHIFT: NumberRange = { minimum: 0, maximum: 15, leaving: "fails" };

/** What the operands must be for the operator to mean something. */
export function operandRequirements(
  operator: BinaryOperator,
  [left, leftType]: readonly [Term, Type],
  [right, rightType]: readonly [Term, Type],
): Requirement[] {
  const within = (term: Term, type: Type, range: NumberRange, message: string): Requirement[] =>
    fits(term, type, range) ? [] : [{ check: "assert", condition: inRange(term, range), message }];
  const bits = "a bit operation is on numbers from 0 to 65535";
  switch (operator) {
    case "/":
    case "%": {
      const positive: NumberRange = { minimum: 1, maximum: 2 ** 31 - 1, leaving: "fails" };
      if (fits(right, rightType, positive)) return [];
      return [
        { check: "assert", condition: binary(">", right, constant(0)), message: "the divisor is positive" },
      ];
    }
    case "&":
    case "|":
    case "^":
      return [...within(left, leftType, WORD, bits), ...within(right, rightType, WORD, bits)];
    case "<<":
    case ">>":
      return [
        ...within(left, leftType, WORD, bits),
        ...within(right, rightType, SHIFT, "a shift is by 0 to 15 bits"),
      ];
    default:
      return [];
  }
}

function constantNumber(term: Term): number | undefined {
  return term.kind === "value" && typeof term.value === "number" ? term.value : undefined;
}

/** Whether the term cannot be outside the range. */
function fits(term: Term, type: Type, { minimum, maximum }: NumberRange): boolean {
  const value = constantNumber(term);
  if (value !== undefined) return value >= minimum && value <= maximum;
  const range = type.kind === "number" ? type.range : undefined;
  return range !== undefined && range.minimum >= minimum && range.maximum <= maximum;
}

function inRange(term: Term, { minimum, maximum }: NumberRange): Term {
  return binary("&&", binary("<=", constant(minimum), term), binary("<=", term, constant(maximum)));
}

/** A value as a variable of some type keeps it. */
export interface Conversion {
  readonly term: Term;
  readonly requirements: readonly Requirement[];
}

/** What storing a value of type `from` in a variable of type `to` makes of it: C's conversion, or a check. */
export function convert(term: Term, from: Type, to: Type): Conversion {
  const same: Conversion = { term, requirements: [] };
  if (to.kind === "number") return to.range === undefined ? same : convertNumber(term, from, to.range);
  if (to.kind === "record" && from.kind === "record") return convertRecord(term, from, to);
  if (to.kind !== "array" || from.kind !== "array") return same;
  const element: Term = { kind: "bound", name: "element" };
  const inner = convert(element, from.element, to.element);
  const changed: Term =
    inner.term === element
      ? term
      : { kind: "each", method: "map", variable: "element", domain: term, body: inner.term };
  const requirements = inner.requirements.map((requirement): Requirement => {
    const { condition: body } = requirement;
    const every = {
      kind: "quantifier",
      quantifier: "every",
      variable: "element",
      domain: term,
      body,
    } as const;
    return { ...requirement, condition: every };
  });
  return { term: changed, requirements };
}

function convertNumber(term: Term, from: Type, range: NumberRange): Conversion {
  if (fits(term, from, range)) return { term, requirements: [] };
  if (range.leaving === "wraps") {
    return { term: { kind: "wrap", operand: term, modulus: range.maximum + 1 }, requirements: [] };
  }
  const message = `the number stays in ${range.minimum}..${range.maximum}`;
  return { term, requirements: [{ check: "wrap", condition: inRange(term, range), message }] };
}

function convertRecord(
  term: Term,
  from: Extract<Type, { kind: "record" }>,
  to: Extract<Type, { kind: "record" }>,
): Conversion {
  let changes = false;
  const requirements: Requirement[] = [];
  const fields = to.fields.map(({ name, type }) => {
    const given =
      (term.kind === "record" && term.fields.find((field) => field.name === name)?.value) ||
      ({ kind: "select", record: term, field: name } as const);
    const source = from.fields.find((field) => field.name === name)?.type ?? type;
    const converted = convert(given, source, type);
    changes ||= converted.term !== given;
    requirements.push(...converted.requirements);
    return { name, value: converted.term };
  });
  return { term: changes ? { kind: "record", fields } : term, requirements };
}

/** A step on the way from a value to a part of it. */
export type PathStep =
  | { readonly kind: "part"; readonly name: string }
  | { readonly kind: "element"; readonly of: "array" | "map"; readonly index: Term; readonly type: Type };

/** The part of the value at the end of the path. */
export function partAt(whole: Term, path: readonly PathStep[]): Term {
  return path.reduce<Term>(
    (term, step) =>
      step.kind === "part"
        ? { kind: "select", record: term, field: step.name }
        : { kind: "index", of: step.of, collection: term, index: step.index },
    whole,
  );
}

/** The value with the part at the end of the path replaced. */
export function withPart(whole: Term, path: readonly PathStep[], value: Term): Term {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const inner = withPart(partAt(whole, [first]), rest, value);
  if (first.kind === "part") {
    return { kind: "with", record: whole, changes: [{ name: first.name, value: inner }] };
  }
  return { kind: "replace", of: first.of, collection: whole, index: first.index, value: inner };
}

/** That every index on the path is inside. */
export function pathRequirements(program: Program, whole: Term, path: readonly PathStep[]): Requirement[] {
  return path.flatMap((step, at) => {
    if (step.kind === "part") return [];
    return insideOf(program, step.type, partAt(whole, path.slice(0, at)), step.index) ?? [];
  });
}

/** What must be true wherever the claim is made at all. */
export function under(guards: readonly Term[], claimed: Term): Term {
  return guards.length === 0 ? claimed : binary("||", not(all(guards)), claimed);
}
