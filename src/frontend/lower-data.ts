/** Literals of records and arrays, bounded numbers, array(…) and map(…), and elements of them. */

import {
  badNumber,
  duplicateName,
  indexOutside,
  outsideRange,
  unsupported,
  wrongKind,
} from "../diagnostics/catalog.js";
import type { NumberRange, RecordField } from "../ir/data-expressions.js";
import type { Value } from "../ir/model.js";
import type { Expression, Type } from "../ir/program.js";
import { brokenExpression, type CodeContext, reportValue } from "./case-context.js";
import { constantOf, literalOf } from "./fold.js";
import {
  describeType,
  isPartType,
  isScalarType,
  joinTypes,
  NUMBER,
  need,
  needValue,
  tuplePart,
  tupleType,
  unbounded,
} from "./kinds.js";
import { unsigned } from "./lower-types.js";
import { refusalOf } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** More elements than this and no model of them can be checked. */
const MAXIMAL_LENGTH = 1024;

type Named = { readonly name: string; readonly value: Expression };

/** `{ valid: true, refs }`, or `{ ...entry, refs: 2 }`. */
export function lowerRecord(context: CodeContext, node: ts.ObjectLiteralExpression): Expression {
  const span = spanOf(context.module, node);
  const [first] = node.properties;
  const base =
    first !== undefined && ts.isSpreadAssignment(first)
      ? needValue(context.case, context.lowerExpression(context, first.expression))
      : undefined;
  const parts = new Map<string, Expression>();
  let broken = base?.type.kind === "void";
  for (const property of node.properties) {
    if (property === first && base !== undefined) continue;
    const part = lowerPart(context, property, base?.type);
    if (part === undefined) broken = true;
    else if (parts.has(part.name)) {
      context.case.diagnostics.push(duplicateName(spanOf(context.module, property), "part", part.name));
    } else parts.set(part.name, part.value);
  }
  if (broken) return brokenExpression(span);
  const named: Named[] = [...parts].map(([name, value]) => ({ name, value }));
  if (base !== undefined) return lowerSpread(context, node, base, named);
  if (named.length === 0) {
    const why = "There is nothing to load or store.";
    context.case.diagnostics.push(unsupported(span, "an empty record", why, "Give it parts."));
    return brokenExpression(span);
  }
  const fields: RecordField[] = named.map(({ name, value }) => ({ name, type: value.type }));
  return { kind: "record", fields: named, type: { kind: "record", fields }, span };
}

function lowerPart(
  context: CodeContext,
  node: ts.ObjectLiteralElementLike,
  base: Type | undefined,
): Named | undefined {
  const plain = ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node);
  const named = plain && (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name));
  if (!named || node.name.text === "__proto__") {
    context.case.diagnostics.push(wrongPart(context, node));
    return undefined;
  }
  const written = ts.isPropertyAssignment(node) ? node.initializer : node.name;
  const name = node.name.text;
  const given = needValue(context.case, context.lowerExpression(context, written as ts.Expression));
  if (given.type.kind === "void") return undefined;
  if (base?.kind === "record") {
    const wanted = base.fields.find((field) => field.name === name);
    // What is not there is told by the caller.
    return wanted === undefined
      ? { name, value: given }
      : { name, value: need(context.case, given, wanted.type, name) };
  }
  if (isPartType(given.type) || given.type.kind === "null") {
    const value = isBounded(context, written) ? given : { ...given, type: unbounded(given.type) };
    return { name, value };
  }
  const what = `${name} is ${describeType(given.type)}, which cannot be part of a record`;
  context.case.diagnostics.push(wrongKind(given.span, what, "Keep it in a field of its own."));
  return undefined;
}

function wrongPart(context: CodeContext, node: ts.ObjectLiteralElementLike) {
  const span = spanOf(context.module, node);
  if (ts.isSpreadAssignment(node)) {
    const why = "What comes behind replaces parts of one record.";
    return unsupported(span, "... in the middle of a record", why, "Write { ...record, name: value }.");
  }
  const why = "The parts of a record are values with names.";
  return unsupported(span, briefText(context.module, node), why, "Write name: value.");
}

function lowerSpread(
  context: CodeContext,
  node: ts.ObjectLiteralExpression,
  record: Expression,
  changes: readonly Named[],
): Expression {
  const span = spanOf(context.module, node);
  const { type } = record;
  if (type.kind !== "record") {
    const what = `... before ${describeType(type)}`;
    const why = "Only a record has parts that can be taken over.";
    context.case.diagnostics.push(unsupported(span, what, why, "Write the parts out."));
    return brokenExpression(span);
  }
  const strange = changes.find(({ name }) => !type.fields.some((field) => field.name === name));
  if (strange !== undefined) {
    const what = `${strange.name} is no part of ${describeType(type)}`;
    context.case.diagnostics.push(wrongKind(strange.value.span, what, "Replace parts that the record has."));
    return brokenExpression(span);
  }
  return changes.length === 0 ? record : { kind: "with", record, changes, type, span };
}

/** `[a, b, c]`. */
export function lowerArray(context: CodeContext, node: ts.ArrayLiteralExpression): Expression {
  const span = spanOf(context.module, node);
  const elements: Expression[] = [];
  for (const element of node.elements) {
    if (ts.isSpreadElement(element) || ts.isOmittedExpression(element)) {
      context.case.diagnostics.push(
        unsupported(
          spanOf(context.module, element),
          ts.isSpreadElement(element) ? "... in an array" : "a hole in an array",
          "The length of an array is fixed, as in C, and each element has a value.",
          "Write the elements out, or array(length, value).",
        ),
      );
      return brokenExpression(span);
    }
    const value = needValue(context.case, context.lowerExpression(context, element));
    elements.push(isBounded(context, element) ? value : { ...value, type: unbounded(value.type) });
  }
  if (elements.some(({ type }) => type.kind === "void")) return brokenExpression(span);
  return arrayOf(context, elements, span);
}

function arrayOf(
  context: CodeContext,
  elements: readonly Expression[],
  span: Expression["span"],
): Expression {
  const element = joinTypes(
    context.case,
    elements.map(({ type }) => type),
  );
  if (element === undefined && elements.every(({ type }) => isPartType(type) || type.kind === "null")) {
    const fields = elements.map((value, index) => ({ name: tuplePart(index), value }));
    return { kind: "record", fields, type: tupleType(elements.map(({ type }) => type)), span };
  }
  if (element === undefined || !(isPartType(element) || element.kind === "null")) {
    const what =
      element === undefined
        ? "the elements of this array are of different kinds"
        : `${describeType(element)} cannot be an element of an array`;
    const instead =
      element?.kind === "array"
        ? "Write one array, and compute the index: row * width + column."
        : "Write a record.";
    context.case.diagnostics.push(wrongKind(span, what, instead));
    return brokenExpression(span);
  }
  if (elements.length === 0) {
    const why = "The length of an array is fixed, and this one has no elements.";
    context.case.diagnostics.push(unsupported(span, "an empty array", why, "Use a list<T>() or a set<T>()."));
    return brokenExpression(span);
  }
  return { kind: "array", elements, type: { kind: "array", element, length: elements.length }, span };
}

/** Whether the expression declares a range: `u8(0)` and its like. */
export function isBounded(context: CodeContext, node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isBounded(context, node.expression);
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return false;
  const declaration = context.module.names.get(node.expression.text);
  return declaration?.kind === "intrinsic" && BOUNDED.has(declaration.name);
}

const BOUNDED: ReadonlySet<string> = new Set(["u8", "u16", "u32", "bits", "int", "nowrap"]);

/** The calls of the vocabulary that make data; undefined for all others. */
export function lowerDataCall(
  context: CodeContext,
  node: ts.CallExpression,
  name: string,
): Expression | undefined {
  const given = () => node.arguments.map((argument) => context.lowerExpression(context, argument));
  if (name === "array") return lowerRepeat(context, node, given());
  if (name === "map") return lowerMap(context, node, given());
  if (name === "div") return lowerDivision(context, node, given());
  return BOUNDED.has(name) ? lowerBounded(context, node, name, given()) : undefined;
}

function lowerDivision(
  context: CodeContext,
  node: ts.CallExpression,
  given: readonly Expression[],
): Expression {
  const span = spanOf(context.module, node);
  const [left, right] = given.map((value) => need(context.case, value, NUMBER, "an argument of div"));
  if (left === undefined || right === undefined || left.type.kind === "void" || right.type.kind === "void") {
    return brokenExpression(span);
  }
  const [dividend, divisor] = [literalOf(left), literalOf(right)];
  if (typeof divisor === "number" && divisor <= 0) {
    const why = "C's division by zero is undefined, and by a negative number it differs between languages.";
    reportValue(context.case, unsupported(span, "a division by that", why, "Divide by a positive number."));
    return brokenExpression(span);
  }
  if (typeof dividend === "number" && typeof divisor === "number") {
    return { kind: "literal", value: Math.trunc(dividend / divisor) + 0, type: NUMBER, span };
  }
  return { kind: "binary", operator: "/", left, right, type: NUMBER, span };
}

function lowerBounded(
  context: CodeContext,
  node: ts.CallExpression,
  name: string,
  given: readonly Expression[],
): Expression {
  const span = spanOf(context.module, node);
  const initial = given.at(-1)!;
  if (given.some(({ type }) => type.kind === "void")) return brokenExpression(span);
  const numbers = given.map(literalOf);
  const range = rangeOf(name, numbers, initial.type);
  const value = numbers.at(-1);
  if (range === undefined || typeof value !== "number") {
    context.case.diagnostics.push(
      wrongKind(
        span,
        `the arguments of ${name} are not constants that make a range`,
        "Write u8(0), bits(3, 0) with 1 to 30 bits, int(0, 5, 0), or nowrap(u8(0)).",
      ),
    );
    return brokenExpression(span);
  }
  if (value < range.minimum || value > range.maximum) {
    reportValue(context.case, outsideRange(span, value, range.minimum, range.maximum));
    return brokenExpression(span);
  }
  return { kind: "literal", value, type: { kind: "number", range }, span };
}

function rangeOf(name: string, numbers: readonly (Value | undefined)[], last: Type): NumberRange | undefined {
  if (name === "u8") return unsigned(8);
  if (name === "u16") return unsigned(16);
  if (name === "u32") return unsigned(32);
  const [first, second] = numbers;
  if (name === "bits") return typeof first === "number" ? unsigned(first) : undefined;
  if (name === "nowrap") {
    return last.kind === "number" && last.range !== undefined
      ? { ...last.range, leaving: "fails" }
      : undefined;
  }
  if (typeof first !== "number" || typeof second !== "number" || first > second) return undefined;
  return { minimum: first, maximum: second, leaving: "fails" };
}

/** `array(length, element)`. */
function lowerRepeat(
  context: CodeContext,
  node: ts.CallExpression,
  given: readonly Expression[],
): Expression {
  const span = spanOf(context.module, node);
  const [length, element] = given;
  if (length === undefined || element === undefined || given.some(({ type }) => type.kind === "void")) {
    return brokenExpression(span);
  }
  const count = literalOf(length);
  if (typeof count !== "number" || count < 1 || count > MAXIMAL_LENGTH || constantOf(element) === undefined) {
    const instead = `Write array(4, 0), with a constant length from 1 to ${MAXIMAL_LENGTH}.`;
    const what = "array(length, element) takes a length and an element that are constants";
    context.case.diagnostics.push(wrongKind(span, what, instead));
    return brokenExpression(span);
  }
  const argument = node.arguments[1];
  const bounded = argument !== undefined && isBounded(context, argument);
  const each = bounded ? element : { ...element, type: unbounded(element.type) };
  return withElementType(
    context,
    node,
    arrayOf(
      context,
      Array.from({ length: count }, () => each),
      span,
    ),
  );
}

/** `array<Vcpu | null>(2, null)`: the elements are of the type that is written. */
function withElementType(context: CodeContext, node: ts.CallExpression, made: Expression): Expression {
  const written = node.typeArguments?.[0];
  if (written === undefined || made.type.kind !== "array") return made;
  const element = context.lowerType(context, written);
  if (element.kind === "void") return brokenExpression(made.span);
  return need(context.case, made, { ...made.type, element }, "the array");
}

/** `map(keys, value)`: a constant, and the initial value of a variable. */
function lowerMap(context: CodeContext, node: ts.CallExpression, given: readonly Expression[]): Expression {
  const span = spanOf(context.module, node);
  const [domain, element] = given;
  if (domain === undefined || element === undefined || given.some(({ type }) => type.kind === "void")) {
    return brokenExpression(span);
  }
  const [, valueType] = node.typeArguments ?? [];
  const wanted = valueType && context.lowerType(context, valueType);
  const shaped =
    wanted === undefined || wanted.kind === "void"
      ? element
      : need(context.case, element, wanted, "the value");
  const value = constantOf(shaped);
  const keys = keysOf(domain);
  const key = keyType(domain.type);
  const bounded = node.arguments[1] !== undefined && isBounded(context, node.arguments[1]);
  const type = wanted ?? (bounded ? shaped.type : unbounded(shaped.type));
  if (
    keys === undefined ||
    key === undefined ||
    value === undefined ||
    !(isPartType(type) || type.kind === "null")
  ) {
    const what = "map(keys, value) takes instances or an array of constants, and a constant";
    context.case.diagnostics.push(wrongKind(span, what, 'Write map(vcpus, 0), or map(["low", "high"], 0).'));
    return brokenExpression(span);
  }
  const entries = keys.map((each) => [each, value] as const);
  return { kind: "table", entries, type: { kind: "map", key, keys, element: type }, span };
}

/** The keys that a map can have: different values, and more than none. */
function keysOf(domain: Expression): readonly Value[] | undefined {
  if (domain.kind === "instances")
    return domain.names.length === 0 ? undefined : domain.names.map((ref) => ({ ref }));
  const value = constantOf(domain);
  if (value === undefined || value === null || typeof value !== "object" || !("list" in value))
    return undefined;
  const texts = new Set(value.list.map((each) => JSON.stringify(each)));
  return texts.size === value.list.length && !texts.has("null") ? value.list : undefined;
}

function keyType(domain: Type): Type | undefined {
  if (domain.kind === "instances") return { kind: "object", class: domain.class, nullable: false };
  return domain.kind === "array" && isScalarType(domain.element) ? domain.element : undefined;
}

/** `owner[index]`, where the owner is an array or a constant record; undefined for any other. */
export function lowerElement(
  context: CodeContext,
  node: ts.ElementAccessExpression,
  owner: Expression,
  given: Expression,
): Expression | undefined {
  const span = spanOf(context.module, node);
  if (owner.type.kind === "array") return elementOf(context, owner, given, span);
  if (owner.type.kind !== "record") return undefined;
  const table = tableOf(context, owner);
  if (table === undefined || given.type.kind !== "string") return undefined;
  return { kind: "element", collection: table, index: given, type: elementType(table), span };
}

function elementType({ type }: Expression): Type {
  return type.kind === "array" || type.kind === "map" ? type.element : { kind: "void" };
}

function elementOf(
  context: CodeContext,
  owner: Expression,
  given: Expression,
  span: Expression["span"],
): Expression {
  const index = need(context.case, given, NUMBER, "an index");
  const { type } = owner;
  if (index.type.kind === "void" || type.kind !== "array") return brokenExpression(span);
  const constant = literalOf(index);
  if (typeof constant === "number") {
    if (constant < 0 || (type.length !== undefined && constant >= type.length)) {
      reportValue(context.case, indexOutside(span, constant, type.length));
      return brokenExpression(span);
    }
    const element = owner.kind === "array" ? owner.elements[constant] : undefined;
    if (element !== undefined && constantOf(owner) !== undefined)
      return { ...element, type: type.element, span };
  }
  return { kind: "element", collection: owner, index, type: type.element, span };
}

/** A constant record as a map from the names of its parts, which must be of one kind. */
function tableOf(context: CodeContext, record: Expression): Expression | undefined {
  const value = constantOf(record);
  if (record.type.kind !== "record" || value === null || typeof value !== "object" || !("record" in value)) {
    return undefined;
  }
  const element = joinTypes(
    context.case,
    record.type.fields.map(({ type }) => type),
  );
  if (element === undefined || !isPartType(element)) return undefined;
  const entries = [...value.record];
  const key: Type = { kind: "string" };
  return {
    kind: "table",
    entries,
    type: { kind: "map", key, keys: entries.map(([name]) => name), element },
    span: record.span,
  };
}

/** A part of a record. */
export function lowerSelect(
  record: Expression,
  field: string,
  span: Expression["span"],
): Expression | undefined {
  const declared =
    record.type.kind === "record" ? record.type.fields.find(({ name }) => name === field) : undefined;
  if (declared === undefined) return undefined;
  const constant = record.kind === "record" && constantOf(record) !== undefined;
  const part = constant ? record.fields.find(({ name }) => name === field)?.value : undefined;
  if (part !== undefined) return { ...part, type: declared.type, span };
  return { kind: "select", record, field, type: declared.type, span };
}

/** Reports a number that is not one of 32 bits. */
export function refuseNumber(context: CodeContext, node: ts.Node): Expression {
  const span = spanOf(context.module, node);
  reportValue(context.case, badNumber(span, briefText(context.module, node)));
  return brokenExpression(span);
}

/** What an object or an array literal is where it can be none. */
export function refuseLiteral(context: CodeContext, node: ts.Expression): Expression {
  context.case.diagnostics.push(refusalOf(context.module, node));
  return brokenExpression(spanOf(context.module, node));
}
