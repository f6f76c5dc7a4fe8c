/** Arrays of objects, at top level and in a class: their elements by index, and the order of addresses. */

import type { Span } from "../base/span.js";
import { notYet, outOfRange, poolMisused, unsupported } from "../diagnostics/catalog.js";
import { elementNames } from "../ir/object-names.js";
import type { BinaryOperator, Expression, Type } from "../ir/program.js";
import { brokenExpression, type CodeContext, reportValue } from "./case-context.js";
import { literalOf } from "./fold.js";
import { BOOLEAN, describeType, NUMBER, need, needValue, tuplePart } from "./kinds.js";
import { cpuClassOf } from "./lower-contexts.js";
import { lowerElement, lowerSelect } from "./lower-data.js";
import { spanOf } from "./source.js";
import type { ts } from "./typescript.js";

/** How many objects an array has, or undefined where the expression is none. */
export function lengthOf(array: Expression): number | undefined {
  if (array.kind === "instances") return array.names.length;
  return array.kind === "elements" ? array.count : undefined;
}

/** The array in a field; of a fixed object it is fixed objects, as those of a top-level array are. */
export function arrayField(
  object: Expression,
  owner: string,
  field: string,
  element: string,
  count: number,
  span: Span,
): Expression {
  const type: Type = { kind: "instances", class: element };
  if (object.kind !== "object") return { kind: "elements", object, class: owner, field, count, type, span };
  return { kind: "instances", names: elementNames(object.name, field, count), type, span };
}

/** `array[index]`. A constant index is looked up now, any other is checked when the thread comes there. */
export function lowerIndex(context: CodeContext, node: ts.ElementAccessExpression): Expression {
  const span = spanOf(context.module, node);
  const array = needValue(context.case, context.lowerExpression(context, node.expression));
  const given = needValue(context.case, context.lowerExpression(context, node.argumentExpression));
  const constant = literalOf(given);
  if (array.type.kind === "void" || given.type.kind === "void") return brokenExpression(span);
  if (array.type.kind === "pool") {
    context.case.diagnostics.push(poolMisused(span, "an index into a pool"));
    return brokenExpression(span);
  }
  const part = typeof constant === "number" ? lowerSelect(array, tuplePart(constant), span) : undefined;
  if (part !== undefined) return part;
  const length = lengthOf(array);
  if (length === undefined || array.type.kind !== "instances") {
    const element = lowerElement(context, node, array, given);
    if (element !== undefined) return element;
    const what = `an index into ${describeType(array.type)}`;
    const instead =
      typeof constant === "string"
        ? `Write .${constant}.`
        : array.type.kind === "map"
          ? "Write .get(key) and .set(key, value)."
          : "Use an array, a constant record, a map(…), or a field of its own for each.";
    context.case.diagnostics.push(notYet(span, what, instead));
    return brokenExpression(span);
  }
  const index = need(context.case, given, NUMBER, "an index");
  if (index.type.kind === "void") return brokenExpression(span);
  const type: Type = { kind: "object", class: array.type.class, nullable: false };
  if (typeof constant === "number" && (constant < 0 || constant >= length)) {
    reportValue(context.case, outOfRange(span, constant, length));
    return brokenExpression(span);
  }
  const name = array.kind === "instances" && typeof constant === "number" ? array.names[constant] : undefined;
  if (name !== undefined) return { kind: "object", name, type, span };
  return { kind: "nth", array, index, type, span };
}

/** `a < b` on two objects of one class: the order of their addresses. Undefined where the operands are others. */
export function lowerAddresses(
  context: CodeContext,
  node: ts.BinaryExpression,
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
): Expression | undefined {
  if (!["<", "<=", ">", ">="].includes(operator)) return undefined;
  if (left.type.kind !== "object" || right.type.kind !== "object") return undefined;
  if (left.type.class !== right.type.class) return undefined;
  const span = spanOf(context.module, node);
  if (left.type.class === cpuClassOf(context.case)) {
    const why =
      "A thread that no CPU was declared for runs on one of its own, which has no place among the others.";
    const instead = "Compare a field that numbers them.";
    context.case.diagnostics.push(unsupported(span, "the order of CPUs", why, instead));
    return brokenExpression(span);
  }
  const wanted: Type = { ...left.type, nullable: false };
  return {
    kind: "binary",
    operator,
    left: need(context.case, left, wanted, `an operand of ${operator}`),
    right: need(context.case, right, wanted, `an operand of ${operator}`),
    type: BOOLEAN,
    span,
  };
}
