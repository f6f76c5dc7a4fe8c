/**
 * Kinds of values, and whether a value can stand where another kind is needed. TypeScript checks types as well,
 * but it accepts what a model cannot mean: any value as a condition, strings that are compared by `<`, null
 * compared with a number. And it believes, for ever, that what was not null a moment ago is not null now.
 */
import { wrongKind } from "../diagnostics/catalog.js";
import { descends, lineageOf } from "../ir/classes.js";
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
    case "instances":
      return `instances of ${type.class}`;
    case "pool":
      return `a pool of ${type.class}`;
    case "void":
      return "nothing";
  }
}

/** Whether values of both types are of one kind, whatever the null in them. Classes must be the same. */
export function sameKind(a: Type, b: Type): boolean {
  if (a.kind === "object" && b.kind === "object") return a.class === b.class;
  if (a.kind === "list" && b.kind === "list") return a.element === b.element;
  if (a.kind === "set" && b.kind === "set") return sameKind(a.element, b.element);
  if (a.kind === "queue" && b.kind === "queue") return sameKind(a.element, b.element);
  if (a.kind === "null") return isNullable(b);
  if (b.kind === "null") return isNullable(a);
  return a.kind === b.kind;
}

/** Whether a class is another, or extends it. */
function extendsClass(context: CaseContext, name: string, ancestor: string): boolean {
  return descends([...context.classes.values()], name, ancestor);
}

/** Whether a value of type `from` can stand where `to` is asked for, whatever the null in them. */
export function isAssignable(context: CaseContext, from: Type, to: Type): boolean {
  if (from.kind === "object" && to.kind === "object") return extendsClass(context, from.class, to.class);
  if (from.kind !== "procedure" || to.kind !== "procedure") return sameKind(from, to);
  const fits = (value: Type, wanted: Type) =>
    isAssignable(context, value, wanted) && (isNullable(wanted) || !isNullable(value));
  const parameters = from.parameters.every((parameter, index) => {
    const given = to.parameters[index];
    return given !== undefined && fits(given, parameter);
  });
  return parameters && (to.result.kind === "void" || fits(from.result, to.result));
}

/** Whether values of both types can be equal. */
export function isComparable(context: CaseContext, a: Type, b: Type): boolean {
  return isAssignable(context, a, b) || isAssignable(context, b, a);
}

export function isNullable(type: Type): boolean {
  return type.kind === "null" || ((type.kind === "object" || type.kind === "thread") && type.nullable);
}

/** What a variable, a parameter or a field can hold. */
export function isValueType(type: Type): boolean {
  return ["boolean", "number", "string", "thread", "object"].includes(type.kind);
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
  const value = needValue(context, given);
  if (value.type.kind === "void" || wanted.kind === "void") return value;
  if (!isAssignable(context, value.type, wanted)) {
    const what = `${where} must be ${describeType(wanted)}, and this is ${describeType(value.type)}`;
    context.diagnostics.push(wrongKind(span, what, howToGet(value, wanted)));
    return brokenExpression(value.span);
  }
  const claims = (wanted.kind === "object" || wanted.kind === "thread") && !wanted.nullable;
  return claims ? nonNull(value) : value;
}

function howToGet(value: Expression, wanted: Type): string {
  if (wanted.kind === "boolean") {
    if (value.type.kind === "number") return "Compare it: x !== 0.";
    if (value.type.kind === "object" || value.type.kind === "thread") return "Compare it: x !== null.";
    if (value.type.kind === "list") return "Ask list_empty(…).";
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
  return nullable ? undefined : first;
}
