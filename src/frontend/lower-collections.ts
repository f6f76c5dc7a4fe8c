/** Methods of collections: membership, sets as values, and arrow functions over each element. */

import { poolMisused, unknownMember, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { SetOperator } from "../ir/data-expressions.js";
import type { Expression, Type } from "../ir/program.js";
import { brokenExpression, type CodeContext, childScope, declareLocal } from "./case-context.js";
import { wrongArgumentCount } from "./intrinsics.js";
import { BOOLEAN, describeType, isPartType, NUMBER, need, needValue, unbounded, VOID } from "./kinds.js";
import { wrongArrow } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** A call of a method, with what it is called on lowered. */
interface MethodCall {
  readonly context: CodeContext;
  readonly node: ts.CallExpression;
  readonly method: string;
  readonly collection: Expression;
}

type Lower = (call: MethodCall) => Expression;

const OVER_EACH: readonly (readonly [string, Lower])[] = [
  ["every", lowerQuantifier],
  ["some", lowerQuantifier],
];

const IN_ORDER: readonly (readonly [string, Lower])[] = [
  ...OVER_EACH,
  ["filter", lowerEach],
  ["map", lowerEach],
  ["find", lowerFind],
  ["reduce", lowerReduce],
];

/** The methods of each kind of collection that have a value. */
const METHODS: ReadonlyMap<Type["kind"], ReadonlyMap<string, Lower>> = new Map([
  ["instances", new Map([...IN_ORDER, ["includes", lowerHas], ["indexOf", lowerIndexOf]])],
  ["pool", new Map(OVER_EACH)],
  ["array", new Map([...IN_ORDER, ["includes", lowerHas]])],
  ["list", new Map([...IN_ORDER, ["has", lowerHas]])],
  ["map", new Map([["get", lowerGet]])],
  [
    "set",
    new Map([
      ...OVER_EACH,
      ["has", lowerHas],
      ["union", lowerSetOperation],
      ["intersection", lowerSetOperation],
      ["difference", lowerSetOperation],
      ["isSubsetOf", lowerSetOperation],
    ]),
  ],
]);

/** The methods that change one: statements of their own. */
const CHANGED_BY: ReadonlyMap<Type["kind"], readonly string[]> = new Map([
  ["map", ["set"]],
  ["set", ["add", "delete", "clear"]],
]);

/** `collection.method(...)` as a value. */
export function lowerCollectionMethod(
  context: CodeContext,
  node: ts.CallExpression,
  name: ts.MemberName,
  collection: Expression,
): Expression {
  const method = name.text;
  const span = spanOf(context.module, node);
  const { type } = collection;
  if (type.kind === "void") return brokenExpression(span);
  const methods = METHODS.get(type.kind);
  if (methods === undefined) {
    const what = `a method of ${describeType(type)}`;
    const why = "Only objects and collections have methods.";
    context.case.diagnostics.push(unsupported(span, what, why, "Write a function that takes the value."));
    return brokenExpression(span);
  }
  if (CHANGED_BY.get(type.kind)?.includes(method) === true) {
    const why = `It changes the ${type.kind}, which is a step of its own.`;
    context.case.diagnostics.push(
      unsupported(span, `${method} inside an expression`, why, "Put it in a statement of its own."),
    );
    return brokenExpression(span);
  }
  const lower = methods.get(method);
  if (lower === undefined) {
    const known = [...methods.keys(), ...(CHANGED_BY.get(type.kind) ?? [])];
    const place = spanOf(context.module, name);
    context.case.diagnostics.push(
      type.kind === "pool"
        ? poolMisused(span, `${method} on ${describeType(type)}`)
        : unknownMember(place, method, describeType(type), known),
    );
    return brokenExpression(span);
  }
  const wrong = wrongArgumentCount(context.module, node, method, method === "reduce" ? 2 : 1);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    return brokenExpression(span);
  }
  return lower({ context, node, method, collection });
}

/** What a collection is made of; void where it is none. */
export function elementType(collection: Type): Type {
  if (collection.kind === "set" || collection.kind === "array") return collection.element;
  if (collection.kind === "list") return { kind: "object", class: collection.element, nullable: false };
  if (collection.kind === "instances" || collection.kind === "pool")
    return { kind: "object", class: collection.class, nullable: false };
  return VOID;
}

function lowerHas({ context, node, collection }: MethodCall): Expression {
  const span = spanOf(context.module, node);
  const element = elementType(collection.type);
  if (element.kind === "record") {
    const what = "a record is looked for in an array";
    context.case.diagnostics.push(wrongKind(span, what, "Compare its parts: some(x => x.n === n)."));
    return brokenExpression(span);
  }
  const given = context.lowerExpression(context, node.arguments[0]!);
  return {
    kind: "has",
    collection,
    element: need(context.case, given, element, "the element"),
    type: BOOLEAN,
    span,
  };
}

function lowerIndexOf({ context, node, collection: array }: MethodCall): Expression {
  const span = spanOf(context.module, node);
  const given = context.lowerExpression(context, node.arguments[0]!);
  const element = need(context.case, given, elementType(array.type), "the element");
  return { kind: "index-of", array, element, type: NUMBER, span };
}

function lowerGet({ context, node, collection }: MethodCall): Expression {
  const span = spanOf(context.module, node);
  const { type } = collection;
  const given = context.lowerExpression(context, node.arguments[0]!);
  if (type.kind !== "map") return brokenExpression(span);
  const index = need(context.case, given, type.key, "the key");
  return { kind: "element", collection, index, type: type.element, span };
}

function lowerSetOperation({ context, node, method, collection: left }: MethodCall): Expression {
  const span = spanOf(context.module, node);
  const right = need(
    context.case,
    context.lowerExpression(context, node.arguments[0]!),
    left.type,
    `the argument of ${method}`,
  );
  if (right.type.kind === "void") return brokenExpression(span);
  const operator = method as SetOperator;
  const type = operator === "isSubsetOf" ? BOOLEAN : left.type;
  return { kind: "set-operation", operator, left, right, type, span };
}

/** The body of `x => …` for a variable that stands for each element; undefined where it is no such thing. */
function lowerArrow(
  { context, node, method, collection }: MethodCall,
  names: readonly Type[] = [elementType(collection.type)],
) {
  const argument = node.arguments[0]!;
  const wrong = wrongArrow(context.module, argument, names.length);
  if (wrong !== undefined || !ts.isArrowFunction(argument) || ts.isBlock(argument.body)) {
    context.case.diagnostics.push(
      wrong ??
        unsupported(
          spanOf(context.module, argument),
          `a block as the ${isCondition(method) ? "condition" : "function"} of ${method}`,
          `It must be one ${isCondition(method) ? "condition" : "value"} on one element.`,
          `Write ${method}(${names.length === 2 ? "(sum, x) => sum + x" : "x => condition"}).`,
        ),
    );
    return undefined;
  }
  const inner = childScope(context);
  const variables = names.map((type, at) => {
    const parameter = argument.parameters[at];
    const name = parameter === undefined ? "element" : briefText(context.module, parameter.name);
    return declareLocal(inner, name, type, "It stands for each element in turn.");
  });
  return { body: needValue(context.case, context.lowerExpression(inner, argument.body)), variables };
}

function isCondition(method: string): boolean {
  return method !== "map" && method !== "reduce";
}

function lowerQuantifier(call: MethodCall): Expression {
  const { context, node, method, collection } = call;
  const span = spanOf(context.module, node);
  const arrow = lowerArrow(call);
  if (arrow === undefined) return brokenExpression(span);
  const body = need(context.case, arrow.body, BOOLEAN, `the condition of ${method}`);
  const quantifier = method === "every" ? "every" : "some";
  const variable = arrow.variables[0]!;
  return { kind: "quantifier", quantifier, domain: collection, variable, body, type: BOOLEAN, span };
}

function lowerEach(call: MethodCall): Expression {
  const { context, node, method, collection } = call;
  const span = spanOf(context.module, node);
  const arrow = lowerArrow(call);
  if (arrow === undefined) return brokenExpression(span);
  const isMap = method === "map";
  const body = isMap ? arrow.body : need(context.case, arrow.body, BOOLEAN, `the condition of ${method}`);
  if (body.type.kind === "void") return brokenExpression(span);
  const element = isMap ? unbounded(body.type) : elementType(collection.type);
  if (!isPartType(element)) {
    const what = `${describeType(element)} cannot be an element of an array`;
    context.case.diagnostics.push(
      wrongKind(span, what, "Let the function return a plain value or a record."),
    );
    return brokenExpression(span);
  }
  const type: Type = { kind: "array", element, length: isMap ? lengthOf(collection) : undefined };
  const variable = arrow.variables[0]!;
  return { kind: "each", method: isMap ? "map" : "filter", domain: collection, variable, body, type, span };
}

function lengthOf(collection: Expression): number | undefined {
  if (collection.kind === "instances") return collection.names.length;
  if (collection.kind === "elements") return collection.count;
  return collection.type.kind === "array" ? collection.type.length : undefined;
}

/** The first element for which the condition is true, or null. */
function lowerFind(call: MethodCall): Expression {
  const { context, node, collection } = call;
  const span = spanOf(context.module, node);
  const element = elementType(collection.type);
  if (element.kind !== "object" && element.kind !== "thread") {
    const why = "Where none is found the result is null, which only a reference can be.";
    context.case.diagnostics.push(
      unsupported(span, `find on ${describeType(collection.type)}`, why, "Use some(…), or filter(…)."),
    );
    return brokenExpression(span);
  }
  const found = lowerEach({ ...call, method: "filter" });
  if (found.type.kind === "void") return found;
  return { kind: "first", collection: found, type: { ...element, nullable: true }, span };
}

function lowerReduce(call: MethodCall): Expression {
  const { context, node, collection } = call;
  const span = spanOf(context.module, node);
  const given = needValue(context.case, context.lowerExpression(context, node.arguments[1]!));
  const type = given.type.kind === "number" ? NUMBER : given.type;
  if (type.kind !== "number" && type.kind !== "boolean") {
    if (type.kind === "void") return brokenExpression(span);
    const what = `reduce makes ${describeType(type)}`;
    context.case.diagnostics.push(wrongKind(given.span, what, "Start with a number or a boolean."));
    return brokenExpression(span);
  }
  const arrow = lowerArrow(call, [type, elementType(collection.type)]);
  const [sum, variable] = arrow?.variables ?? [];
  if (arrow === undefined || sum === undefined || variable === undefined) return brokenExpression(span);
  const body = need(context.case, arrow.body, type, "the result of reduce");
  return { kind: "reduce", domain: collection, sum, variable, body, initial: given, type, span };
}
