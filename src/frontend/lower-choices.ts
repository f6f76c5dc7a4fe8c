/** `choose`: from instances, from constants that stand right there, from a list or a set in memory. */

import { poolMisused, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { Expression } from "../ir/program.js";
import { brokenExpression, type CodeContext } from "./case-context.js";
import { literalOf } from "./fold.js";
import { describeType, isScalarType, joinTypes, needValue } from "./kinds.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** The choice as an expression; its one argument is `argument`. */
export function lowerChoose(
  context: CodeContext,
  node: ts.CallExpression,
  argument: ts.Expression,
): Expression {
  const span = spanOf(context.module, node);
  if (ts.isArrayLiteralExpression(argument)) return chooseConstant(context, node, argument);
  const domain = needValue(context.case, context.lowerExpression(context, argument));
  const { type } = domain;
  if (type.kind === "void") return brokenExpression(span);
  if (type.kind === "pool") {
    context.case.diagnostics.push(poolMisused(span, "a choice from a pool"));
    return brokenExpression(span);
  }
  if (type.kind === "instances") {
    return { kind: "choose", domain, type: { kind: "object", class: type.class, nullable: false }, span };
  }
  if (type.kind === "list") {
    return { kind: "choose", domain, type: { kind: "object", class: type.element, nullable: false }, span };
  }
  if (type.kind === "set") return { kind: "choose", domain, type: type.element, span };
  const what = `a choice from ${describeType(type)}`;
  const instead = "Choose from instances(…), a list, a set, or constants: choose([1, 2, 3]).";
  context.case.diagnostics.push(wrongKind(span, what, instead));
  return brokenExpression(span);
}

function chooseConstant(
  context: CodeContext,
  node: ts.CallExpression,
  array: ts.ArrayLiteralExpression,
): Expression {
  const span = spanOf(context.module, node);
  const elements = array.elements.flatMap((element) => constantOf(context, element) ?? []);
  if (elements.length < array.elements.length) return brokenExpression(span);
  const type = joinTypes(
    context.case,
    elements.map((element) => element.type),
  );
  if (elements.length === 0) {
    const why = "A thread that has nothing to choose from would stop here without a word.";
    context.case.diagnostics.push(unsupported(span, "choose from nothing", why, "Name at least one value."));
    return brokenExpression(span);
  }
  if (type === undefined || !isScalarType(type)) {
    const what = `this is a choice between ${elements.map((element) => describeType(element.type)).join(", ")}`;
    context.case.diagnostics.push(wrongKind(span, what, "Choose between values of one kind."));
    return brokenExpression(span);
  }
  const domain: Expression = {
    kind: "constants",
    elements,
    type: { kind: "set", element: type },
    span: spanOf(context.module, array),
  };
  return { kind: "choose", domain, type, span };
}

/** A literal, a param or a fixed object; undefined for all else, which is reported. */
function constantOf(context: CodeContext, node: ts.Expression): Expression | undefined {
  const inner = ts.isSpreadElement(node) ? node.expression : node;
  const value = needValue(context.case, context.lowerExpression(context, inner));
  if (value.type.kind === "void") return undefined;
  const isConstant = literalOf(value) !== undefined || value.kind === "object";
  if (isConstant && !ts.isSpreadElement(node)) return value;
  context.case.diagnostics.push(
    unsupported(
      spanOf(context.module, node),
      `${briefText(context.module, node)} in a list of constants`,
      "Reading it is a step of its own, and the reader should see where it stands.",
      "Write literals, params and objects; or load it into a local first, and choose with either(…).",
    ),
  );
  return undefined;
}
