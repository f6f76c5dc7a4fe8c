/**
 * Kinds of values, and whether a value can stand where another kind is needed. TypeScript checks types as well,
 * but it accepts what a model cannot mean: any value as a condition, strings that are compared by `<`, null
 * compared with a number. And it believes, for ever, that what was not null a moment ago is not null now.
 */
import { wrongKind } from "../diagnostics/catalog.js";
import { descends, lineageOf } from "../ir/classes.js";
import type { RecordField } from "../ir/data-expressions.js";
import type { Expression, Type } from "../ir/program.js";
import { brokenExpression, type CaseContext } from "./case-context.js";

export const BOOLEAN: Type = { kind: "boolean" };
export const NUMBER: Type = { kind: "number" };
export const VOID: Type = { kind: "void" };

/** A type in words. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "boolean":
    case "number":
    case "string":
    case "procedure":
      return `a ${type.kind}`;
    case "null":
      return "null";
    case "thread":
      return type.nullable ? "a Thread or null" : "a Thread";
    case "object":
      return type.nullable ? `a ${type.class} or null` : `a ${type.class}`;
    case "list":
      return `a list of ${type.element}`;
    case "set":
      return "a set";
    case "queue":
      return "a queue";
    case "record":
      return `a record { ${type.fields.map(({ name }) => name).join(", ")} }`;
    case "array":
      return type.length === undefined ? "an array" : `an array of ${type.length}`;
    case "map":
      return "a map";
    case "instances":
      return `instances of ${type.class}`;
    case "pool":
      return `a pool of ${type.class}`;
    case "void":
      return "nothing";
  }
}

/** A tuple of several kinds is a record; its parts have names that TLA+ takes. */
export function tupleType(types: readonly Type[]): Type {
  return { kind: "record", fields: types.map((type, index) => ({ name: tuplePart(index), type })) };
}

/** What a record that was written as a tuple calls the element with this index. */
export function tuplePart(index: number): string {
  return `item${index}`;
}

/** Whether values of both types are of one kind, whatever the null in them. Classes must be the same. */
export function sameKind(a: Type, b: Type): boolean {
  if (a.kind === "object" && b.kind === "object") return a.class === b.class;
  if (a.kind === "list" && b.kind === "list") return a.element === b.element;
  if (a.kind === "set" && b.kind === "set") return sameKind(a.element, b.element);
  if (a.kind === "queue" && b.kind === "queue") return sameKind(a.element, b.element);
  if (a.kind === "array" && b.kind === "array") {
    const fits = a.length === undefined || b.length === undefined || a.length === b.length;
    return fits && sameKind(a.element, b.element);
  }
  if (a.kind === "map" && b.kind === "map") return sameMap(a, b);
  if (a.kind === "record" && b.kind === "record") {
    const other = new Map(b.fields.map(({ name, type }) => [name, type]));
    return (
      a.fields.length === b.fields.length &&
      a.fields.every(({ name, type }) => sameKind(type, other.get(name) ?? VOID))
    );
  }
  if (a.kind === "null") return isNullable(b);
  if (b.kind === "null") return isNullable(a);
  return a.kind === b.kind;
}

/** Whether a class is another, or extends it. */
function extendsClass(context: CaseContext, name: string, ancestor: string): boolean {
  return descends([...context.classes.values()], name, ancestor);
}

/** Kinds of which two can differ in how a value is kept: behind a procedure type nobody converts one to the other. */
const HAS_LAYOUT: ReadonlySet<Type["kind"]> = new Set(["number", "record", "array", "map"]);

/** Whether a value of type `from` can stand where `to` is asked for, whatever the null in them. */
export function isAssignable(context: CaseContext, from: Type, to: Type): boolean {
  if (from.kind === "object" && to.kind === "object") return extendsClass(context, from.class, to.class);
  if (from.kind === "record" && to.kind === "record") {
    const parts = new Map(from.fields.map(({ name, type }) => [name, type]));
    const isPart = ({ name, type }: RecordField) => fitsInto(context, parts.get(name) ?? VOID, type);
    return from.fields.length === to.fields.length && to.fields.every(isPart);
  }
  if (from.kind === "array" && to.kind === "array") {
    const sameLength = from.length === undefined || to.length === undefined || from.length === to.length;
    return sameLength && fitsInto(context, from.element, to.element);
  }
  if (from.kind === "map" && to.kind === "map") {
    return sameMap(from, to) && fitsInto(context, from.element, to.element);
  }
  if (from.kind !== "procedure" || to.kind !== "procedure") return sameKind(from, to);
  const fits = (value: Type, wanted: Type) =>
    isAssignable(context, value, wanted) &&
    (isNullable(wanted) || !isNullable(value)) &&
    (!HAS_LAYOUT.has(wanted.kind) || sameLayout(context, value, wanted));
  const parameters = from.parameters.every((parameter, index) => {
    const given = to.parameters[index];
    return given !== undefined && fits(given, parameter);
  });
  return parameters && (to.result.kind === "void" || fits(from.result, to.result));
}

function sameMap(a: Extract<Type, { kind: "map" }>, b: Extract<Type, { kind: "map" }>): boolean {
  if (!sameKind(a.key, b.key)) return false;
  if (a.keys === undefined || b.keys === undefined) return true;
  return JSON.stringify(a.keys) === JSON.stringify(b.keys);
}

/** As {@link isAssignable}, of a part of a value: nobody looks again whether it is null. */
function fitsInto(context: CaseContext, from: Type, to: Type): boolean {
  return isAssignable(context, from, to) && (!isNullable(from) || isNullable(to));
}

/** Whether two types are the same to the last bit: what is passed by reference is used through both. */
export function sameLayout(context: CaseContext, a: Type, b: Type): boolean {
  if (!fitsInto(context, a, b) || !fitsInto(context, b, a)) return false;
  if (a.kind === "number" && b.kind === "number") return JSON.stringify(a.range) === JSON.stringify(b.range);
  if (a.kind === "record" && b.kind === "record") {
    const parts = new Map(b.fields.map(({ name, type }) => [name, type]));
    return a.fields.every(({ name, type }) => sameLayout(context, type, parts.get(name) ?? VOID));
  }
  if ((a.kind === "array" && b.kind === "array") || (a.kind === "map" && b.kind === "map")) {
    return sameLayout(context, a.element, b.element);
  }
  return true;
}

/** The declared type, with what only the value knows: a length, the keys of a map, the range of a number. */
export function refine(declared: Type, value: Type): Type {
  if (declared.kind === "number" && value.kind === "number")
    return declared.range === undefined ? value : declared;
  if (declared.kind === "array" && value.kind === "array") {
    const length = declared.length ?? value.length;
    return { ...declared, length, element: refine(declared.element, value.element) };
  }
  if (declared.kind === "map" && value.kind === "map") {
    return {
      ...declared,
      keys: declared.keys ?? value.keys,
      element: refine(declared.element, value.element),
    };
  }
  return declared;
}

/** A number without a range: what a local is when nothing says that it is bounded, as in C an int. */
export function unbounded(type: Type): Type {
  return type.kind === "number" ? NUMBER : type;
}

/** Whether the type has a part of which only null is known. */
export function hasUnknownPart(type: Type): boolean {
  if (type.kind === "record") return type.fields.some((field) => hasUnknownPart(field.type));
  if (type.kind === "array" || type.kind === "map") return hasUnknownPart(type.element);
  return type.kind === "null";
}

/** Whether values of both types can be equal. */
export function isComparable(context: CaseContext, a: Type, b: Type): boolean {
  return isAssignable(context, a, b) || isAssignable(context, b, a);
}

export function isNullable(type: Type): boolean {
  return type.kind === "null" || ((type.kind === "object" || type.kind === "thread") && type.nullable);
}

/** A value without parts: what can be compared, and be in a set. */
export function isScalarType(type: Type): boolean {
  return ["boolean", "number", "string", "thread", "object"].includes(type.kind);
}

/** What can be a part of a record, or an element of an array or a map. */
export function isPartType(type: Type): boolean {
  return isScalarType(type) || type.kind === "record";
}

/** What a variable, a parameter or a field can hold. */
export function isValueType(type: Type): boolean {
  return isPartType(type) || type.kind === "array" || type.kind === "map" || type.kind === "set";
}

/** `x!`, or what TypeScript narrowed: a claim that is checked wherever the type allows null. */
export function nonNull(operand: Expression, span = operand.span): Expression {
  const { type } = operand;
  if ((type.kind !== "object" && type.kind !== "thread") || !type.nullable) return operand;
  return { kind: "nonnull", operand, type: { ...type, nullable: false }, span };
}

/** Reports a call without a result where a value is needed. */
export function needValue(context: CaseContext, value: Expression): Expression {
  if (value.type.kind !== "void") return value;
  if (value.kind !== "call" && value.kind !== "dispatch" && value.kind !== "invoke") return value;
  const name = value.kind === "invoke" ? value.local.name : value.procedure;
  context.diagnostics.push(
    wrongKind(value.span, `${name}() has no value`, "Let it return one, and write the type of its result."),
  );
  return brokenExpression(value.span);
}

/**
 * The value, where one of this kind is needed; `where` begins the sentence that refuses another, and `span` is what
 * it then points at.
 */
export function need(
  context: CaseContext,
  given: Expression,
  wanted: Type,
  where: string,
  span = given.span,
): Expression {
  const value = shape(context, needValue(context, given), wanted, where);
  if (value.type.kind === "void" || wanted.kind === "void") return value;
  if (!isAssignable(context, value.type, wanted)) {
    const what = `${where} must be ${describeType(wanted)}, and this is ${describeType(value.type)}`;
    context.diagnostics.push(wrongKind(span, what, howToGet(value, wanted)));
    return brokenExpression(value.span);
  }
  const claims = (wanted.kind === "object" || wanted.kind === "thread") && !wanted.nullable;
  return claims ? nonNull(value) : value;
}

/** A literal of the type that is wanted: its parts in the order of the type, each as the part must be. */
function shape(context: CaseContext, value: Expression, wanted: Type, where: string): Expression {
  if (value.kind === "array" && wanted.kind === "array") {
    const elements = value.elements.map((element) =>
      need(context, element, wanted.element, `an element of ${where}`),
    );
    return { ...value, elements, type: { ...wanted, length: elements.length } };
  }
  if (value.kind !== "record" || wanted.kind !== "record") return value;
  const given = new Map(value.fields.map((field) => [field.name, field.value]));
  const complete = given.size === wanted.fields.length && wanted.fields.every(({ name }) => given.has(name));
  if (!complete) return value;
  const fields = wanted.fields.map(({ name, type }) => ({
    name,
    value: need(context, given.get(name) ?? value, type, `${name} of ${where}`),
  }));
  // Evaluated as they are written.
  const order = new Map(value.fields.map(({ name }, at) => [name, at]));
  fields.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  return { ...value, fields, type: wanted };
}

function howToGet(value: Expression, wanted: Type): string {
  if (wanted.kind === "boolean") {
    if (value.type.kind === "number") return "Compare it: x !== 0.";
    if (value.type.kind === "object" || value.type.kind === "thread") return "Compare it: x !== null.";
    if (value.type.kind === "list") return "Ask list_empty(…).";
  }
  if (wanted.kind === "record" && value.type.kind === "record") {
    return `Give exactly these parts: ${wanted.fields.map(({ name }) => name).join(", ")}.`;
  }
  if (value.type.kind === "null") return "Let it be declared with | null, or use a value.";
  return `Use ${describeType(wanted)} here.`;
}

/** One type for all of these, or undefined where there is none: for objects the nearest class that all extend. */
export function joinTypes(context: CaseContext, types: readonly Type[]): Type | undefined {
  const others = types.filter((type) => type.kind !== "null");
  const first = others[0];
  if (first === undefined) return { kind: "null" };
  const nullable = types.some(isNullable);
  if (first.kind === "object") {
    const common = lineageOf([...context.classes.values()], first.class).find(({ name }) =>
      others.every((type) => type.kind === "object" && extendsClass(context, type.class, name)),
    );
    // A class whose own fields are just being read has a name before it has a lineage.
    const same = others.every((type) => sameKind(type, first)) ? first.class : undefined;
    const type = common?.name ?? same;
    return type === undefined ? undefined : { kind: "object", class: type, nullable };
  }
  if (!others.every((type) => sameKind(type, first))) return undefined;
  if (first.kind === "thread") return { ...first, nullable };
  return nullable ? undefined : others.reduce<Type>((a, b) => joinTwo(context, a, b), first);
}

/** Of two types of one kind. */
function joinTwo(context: CaseContext, a: Type, b: Type): Type {
  if (a.kind === "number" && b.kind === "number") return sameLayout(context, a, b) ? a : NUMBER;
  if (a.kind === "array" && b.kind === "array") {
    const length = a.length === b.length ? a.length : undefined;
    return { ...a, length, element: joinTypes(context, [a.element, b.element]) ?? a.element };
  }
  if (a.kind !== "record" || b.kind !== "record") return a;
  const other = new Map(b.fields.map(({ name, type }) => [name, type]));
  const fields = a.fields.map(({ name, type }) => ({
    name,
    type: joinTypes(context, [type, other.get(name) ?? type]) ?? type,
  }));
  return { ...a, fields };
}
