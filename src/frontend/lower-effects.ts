/** Expressions used as statements: assignments, ++, calls. */

import { noSharedMemory, notYet, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { BinaryOperator, Expression, Statement, Target } from "../ir/program.js";
import { type CodeContext, findLocal } from "./case-context.js";
import { intrinsicName, wrongIntrinsicCount } from "./intrinsics.js";
import { describeType, NUMBER, need, VOID } from "./kinds.js";
import { describePlace, isSharedPlace } from "./lower-calls.js";
import { isDivisor, lowerExpression } from "./lower-expressions.js";
import { lowerIntrinsicStatement } from "./lower-intrinsics.js";
import { briefText, type Place, spanOf } from "./source.js";
import { ts } from "./typescript.js";

const UPDATES: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [ts.SyntaxKind.PlusEqualsToken, "+"],
  [ts.SyntaxKind.MinusEqualsToken, "-"],
  [ts.SyntaxKind.AsteriskEqualsToken, "*"],
  [ts.SyntaxKind.PercentEqualsToken, "%"],
  [ts.SyntaxKind.AmpersandEqualsToken, "&"],
  [ts.SyntaxKind.BarEqualsToken, "|"],
  [ts.SyntaxKind.CaretEqualsToken, "^"],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ">>"],
] as const);

/** An expression used as a statement: an assignment, ++, a call. */
export function lowerEffect(context: CodeContext, node: ts.Expression, place: Place): Statement[] {
  if (ts.isParenthesizedExpression(node)) return lowerEffect(context, node.expression, place);
  if (ts.isBinaryExpression(node)) {
    const operator = UPDATES.get(node.operatorToken.kind);
    if (node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      return lowerAssign(context, node.left, node.right, place);
    }
    if (operator !== undefined) return lowerUpdate(context, node.left, operator, node.right, place);
  }
  if (
    (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  ) {
    const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "+" : "-";
    return lowerUpdate(context, node.operand, operator, undefined, place);
  }
  if (ts.isCallExpression(node)) {
    const name = intrinsicName(context, node);
    if (name === "WRITE_ONCE" || name === "smp_store_release") {
      return lowerMarkedStore(context, node, name, place);
    }
    const statements = lowerIntrinsicStatement(context, node, place);
    if (statements !== undefined) return statements;
    const expression = lowerExpression(context, node);
    const broken = expression.kind === "literal" && expression.type.kind === "void";
    return broken ? [] : [{ kind: "evaluate", expression, ...place }];
  }
  return refuseEffect(context, node);
}

function lowerAssign(
  context: CodeContext,
  left: ts.Expression,
  right: ts.Expression,
  place: Place,
): Statement[] {
  const target = lowerTarget(context, left);
  const given = lowerExpression(context, right);
  const value = need(context.case, given, target?.type ?? VOID, "the value that is assigned", place.span);
  return target === undefined ? [] : [{ kind: "assign", target, value, ...place }];
}

/**
 * `WRITE_ONCE(x.a, 1)` and `smp_store_release(x.a, 1)`: nothing runs, so the first argument can be the place itself.
 * What is evaluated for the value comes before the release, in steps of its own.
 */
function lowerMarkedStore(
  context: CodeContext,
  node: ts.CallExpression,
  name: string,
  place: Place,
): Statement[] {
  const wrong = wrongIntrinsicCount(context.module, node, name);
  const [left, right] = node.arguments;
  if (wrong !== undefined || left === undefined || right === undefined) {
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return [];
  }
  const [assign] = lowerAssign(context, left, right, place);
  if (assign?.kind !== "assign") return [];
  if (!isSharedPlace(assign.target)) {
    context.case.diagnostics.push(noSharedMemory(assign.target.span, name, describePlace(assign.target)));
    return [];
  }
  return [name === "WRITE_ONCE" ? assign : { ...assign, releases: true }];
}

/** `target op= value`; without a value it is `++` or `--`. */
function lowerUpdate(
  context: CodeContext,
  left: ts.Expression,
  operator: BinaryOperator,
  right: ts.Expression | undefined,
  place: Place,
): Statement[] {
  const target = lowerTarget(context, left);
  const one: Expression = { kind: "literal", value: 1, type: NUMBER, span: place.span };
  const given = right === undefined ? one : lowerExpression(context, right);
  const value = need(context.case, given, NUMBER, `the right side of ${operator}=`);
  if (target === undefined) return [];
  if (target.type.kind !== "number") {
    const what = `this must be a number to be changed, and is ${describeType(target.type)}`;
    context.case.diagnostics.push(wrongKind(target.span, what, "Assign the new value with =."));
    return [];
  }
  if (operator === "%" && value.type.kind !== "void" && !isDivisor(context, left.parent, value)) return [];
  return [{ kind: "update", target, operator, value, ...place }];
}

function refuseEffect(context: CodeContext, node: ts.Expression): Statement[] {
  const text = ts.isBinaryExpression(node) ? node.operatorToken.getText(context.module.file) : "";
  if (text === "/=") {
    const why = "C's division of integers drops the remainder, and TypeScript's does not.";
    return refuse(context, node, "/=", why, "Write x = div(x, y).");
  }
  if (text === "**=" || text === ">>>=") {
    return refuse(context, node, `the operator ${text}`, "C has none.", "Use *= or >>=.");
  }
  if (["&&", "||", "??", "&&=", "||=", "??="].includes(text) || ts.isConditionalExpression(node)) {
    const what = `${text === "" ? "?:" : text} as a statement`;
    return refuse(context, node, what, "C programmers write it as an if.", "Write if (…) …;");
  }
  // What the expression itself may not be is said by lowering it.
  const found = context.case.diagnostics.length;
  lowerExpression(context, node);
  if (context.case.diagnostics.length > found) return [];
  return refuse(
    context,
    node,
    "an expression without effect",
    "It would be no step, or a read that nothing uses.",
    "Assign it to a local if the read matters, or remove it.",
  );
}

function lowerTarget(context: CodeContext, node: ts.Expression): Target | undefined {
  const target = lowerExpression(context, node);
  if (target.type.kind === "void") return undefined;
  if (target.kind === "local") {
    const fixed =
      target.type.kind === "procedure" ? "A procedure is no value." : fixedBy(context, target.local.name);
    if (fixed === undefined) return target;
    const instead = `Declare a local of its own: let copy = ${briefText(context.module, node)};`;
    refuse(context, node, `assigning ${target.local.name}`, fixed, instead);
    return undefined;
  }
  if (target.kind === "select" || target.kind === "element") return lowerPartTarget(context, node, target);
  if (target.kind === "field" || target.kind === "global") {
    if (target.type.kind === "array" || target.type.kind === "map") {
      const why = "Each element has a place of its own in memory, and C has no such assignment.";
      refuse(
        context,
        node,
        `assigning ${describeType(target.type)} as a whole`,
        why,
        "Assign element by element.",
      );
      return undefined;
    }
    if (target.type.kind === "list" || target.type.kind === "queue") {
      refuse(
        context,
        node,
        "assigning a whole collection",
        "It is changed element by element.",
        "Use list_add and list_del.",
      );
      return undefined;
    }
    return target;
  }
  refuse(
    context,
    node,
    "this as the target of an assignment",
    target.kind === "embedded"
      ? "An embedded object stays where it is; only references can change."
      : "It is not memory that can change.",
    "Assign a local, a field or a top-level `let`. To choose between objects, declare a field of type Class | null.",
  );
  return undefined;
}

/** A part of a record or an element: what it is part of must be memory, or a local that can change. */
function lowerPartTarget(
  context: CodeContext,
  node: ts.Expression,
  target: Extract<Target, { kind: "select" | "element" }>,
): Target | undefined {
  let root: Expression = target;
  while (root.kind === "select" || root.kind === "element") {
    root = root.kind === "select" ? root.record : root.collection;
  }
  const local = root.kind === "local" ? findLocal(context, root.local.name) : undefined;
  if (root.kind === "field" || root.kind === "global" || local?.open === true) return target;
  refuse(
    context,
    node,
    "this as the target of an assignment",
    local === undefined
      ? "It is part of a value that has no place in memory."
      : `${local.local.name} holds a copy of an element, and changing it would change nothing else.`,
    local === undefined
      ? "Declare it as a field, with a top-level let, or as a local."
      : "Loop over the indices, and assign array[i].",
  );
  return undefined;
}

function fixedBy(context: CodeContext, name: string): string | undefined {
  return findLocal(context, name)?.fixed;
}

/** Reports what can never be in a spec; no statement comes of it. */
export function refuse(
  context: CodeContext,
  node: ts.Node,
  what: string,
  why: string,
  instead: string,
): Statement[] {
  context.case.diagnostics.push(unsupported(spanOf(context.module, node), what, why, instead));
  return [];
}

/** Reports what has a place in the language and is not built yet; no statement comes of it. */
export function planned(context: CodeContext, node: ts.Node, what: string, instead: string): Statement[] {
  context.case.diagnostics.push(notYet(spanOf(context.module, node), what, instead));
  return [];
}
