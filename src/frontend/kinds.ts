/**
 * Kinds of values, and whether a value can stand where another kind is needed. TypeScript checks types as well,
 * but it accepts what a model cannot mean: any value as a condition, strings that are compared by `<`, null
 * compared with a number. And it believes, for ever, that what was not null a moment ago is not null now.
 */
import { wrongKind } from "../diagnostics/catalog.js";
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
    case "instances":
      return `instances of ${type.class}`;
    case "void":
      return "nothing";
  }
}

/** Whether values of both types are of one kind: what can be compared, and, but for null, assigned. */
export function sameKind(a: Type, b: Type): boolean {
  if (a.kind === "object" && b.kind === "object") return a.class === b.class;
  if (a.kind === "list" && b.kind === "list") return a.element === b.element;
  if (a.kind === "set" && b.kind === "set") return sameKind(a.element, b.element);
  if (a.kind === "null") return isNullable(b);
  if (b.kind === "null") return isNullable(a);
  return a.kind === b.kind;
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
  if (value.type.kind !== "void" || (value.kind !== "call" && value.kind !== "invoke")) return value;
  const name = value.kind === "call" ? value.procedure : value.local.name;
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
  if (!sameKind(value.type, wanted)) {
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

/** One type for all of these, or undefined where there is none. */
export function joinTypes(types: readonly Type[]): Type | undefined {
  const others = types.filter((type) => type.kind !== "null");
  const first = others[0];
  if (first === undefined) return { kind: "null" };
  if (!others.every((type) => sameKind(type, first))) return undefined;
  const nullable = types.some(isNullable);
  if (first.kind === "object" || first.kind === "thread") return { ...first, nullable };
  return nullable ? undefined : first;
}
