/** Queues: fields that hold values in the order in which they came. */

import { badDeclaration, unsupported } from "../diagnostics/catalog.js";
import type { Expression, Statement, Type } from "../ir/program.js";
import { brokenExpression, type CaseContext, type CodeContext } from "./case-context.js";
import { intrinsicCall, wrongArgumentCount } from "./intrinsics.js";
import { BOOLEAN, NUMBER, need, VOID } from "./kinds.js";
import { lowerValueType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { type Place, spanOf } from "./source.js";
import { ts } from "./typescript.js";

type QueueType = Extract<Type, { kind: "queue" }>;

/** The type of `queue<T>()`, undefined for all else, void where it cannot be told, which is reported. */
export function queueType(
  context: CaseContext,
  module: Module,
  initializer: ts.Expression,
): Type | undefined {
  if (intrinsicCall(module, initializer) !== "queue") return undefined;
  const argument = (initializer as ts.CallExpression).typeArguments?.[0];
  const element = argument && lowerValueType(argument, module, context);
  if (element?.kind === "void") return VOID;
  if ((element?.kind === "object" || element?.kind === "thread") && !element.nullable) {
    return { kind: "queue", element };
  }
  const what = "this queue does not say what stands in it";
  const why = "Latchwork reads the type that is written, and first is null where nothing does.";
  const instead = "Write queue<Thread>() or queue<SomeClass>().";
  context.diagnostics.push(badDeclaration(spanOf(module, initializer), what, why, instead));
  return VOID;
}

/** `q.first` and `q.size`. */
export function lowerQueueProperty(
  context: CodeContext,
  node: ts.PropertyAccessExpression,
  queue: Expression,
): Expression {
  const span = spanOf(context.module, node);
  const type = queue.type as QueueType;
  if (node.name.text === "size") return { kind: "size", collection: queue, type: NUMBER, span };
  if (node.name.text === "first") {
    return { kind: "front", queue, type: { ...type.element, nullable: true } as Type, span };
  }
  return refuse(context, node, node.name.text);
}

/** `q.has(x)`; what changes a queue is a statement. */
export function lowerQueueMethod(
  context: CodeContext,
  node: ts.CallExpression,
  queue: Expression,
  method: string,
): Expression {
  const span = spanOf(context.module, node);
  const [argument] = node.arguments;
  const wrong = wrongArgumentCount(context.module, node, method, 1);
  if (wrong !== undefined) context.case.diagnostics.push(wrong);
  if (wrong !== undefined || argument === undefined) return brokenExpression(span);
  if (method !== "has") {
    for (const given of node.arguments) context.lowerExpression(context, given);
    return refuse(context, node, method);
  }
  const { element: wanted } = queue.type as QueueType;
  const element = need(context.case, context.lowerExpression(context, argument), wanted, "the value");
  return { kind: "has", collection: queue, element, type: BOOLEAN, span };
}

/** `q.push(x)`, `q.delete(x)` and `q.drop(n)`; undefined for what changes no queue. */
export function lowerQueueChange(
  context: CodeContext,
  node: ts.CallExpression,
  place: Place,
): Statement[] | undefined {
  const callee = node.expression as ts.PropertyAccessExpression;
  const change = callee.name.text;
  if (change !== "push" && change !== "delete" && change !== "drop") return undefined;
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword) return undefined;
  const found = context.case.diagnostics.length;
  const queue = context.lowerExpression(context, callee.expression);
  if (queue.type.kind !== "queue") {
    // It is lowered once more as something else; what is wrong with it is told there.
    context.case.diagnostics.length = found;
    return undefined;
  }
  const wrong = wrongArgumentCount(context.module, node, change, 1);
  const [argument] = node.arguments;
  if (wrong !== undefined || argument === undefined) {
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return [];
  }
  const wanted = change === "drop" ? NUMBER : queue.type.element;
  const where = change === "drop" ? "the count" : "the value";
  const operand = need(context.case, context.lowerExpression(context, argument), wanted, where);
  return operand.type.kind === "void" ? [] : [{ kind: "queue-change", change, queue, operand, ...place }];
}

function refuse(context: CodeContext, node: ts.Node, name: string): Expression {
  const span = spanOf(context.module, node);
  const changes = ["push", "delete", "drop"].includes(name);
  const why = changes
    ? "It changes the queue, which is a step of its own."
    : "A queue is looked at from its front.";
  const instead = changes
    ? "Put it in a statement of its own."
    : "Use first, size and has(x); push(x), drop(n) and delete(x) as statements.";
  context.case.diagnostics.push(
    unsupported(span, changes ? `${name} inside an expression` : `${name} of a queue`, why, instead),
  );
  return brokenExpression(span);
}
