/** Calls inside expressions: of procedures, of the vocabulary, and the methods of collections. */

import { badDeclaration, noSharedMemory, notYet, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { Expression, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CodeContext,
  findLocal,
  type ProcedureSource,
  procedureName,
  visibleNames,
} from "./case-context.js";
import { INTRINSICS, RIGHT_PLACE, wrongArgumentCount, wrongIntrinsicCount } from "./intrinsics.js";
import { BOOLEAN, describeType, isScalarType, NUMBER, need, needValue, unbounded, VOID } from "./kinds.js";
import { lowerChoose } from "./lower-choices.js";
import { lowerInvoke, notAProcedure, passArguments, readArgument } from "./lower-closures.js";
import { elementType, lowerCollectionMethod } from "./lower-collections.js";
import { lowerContextQuery } from "./lower-contexts.js";
import { lowerDataCall } from "./lower-data.js";
import { isExchange, lowerExchange } from "./lower-exchange.js";
import { lowerDispatch, lowerSuperCall } from "./lower-methods.js";
import { lowerQueueMethod } from "./lower-queue.js";
import { lowerType } from "./lower-types.js";
import { classMadeBy } from "./makers.js";
import { undeclared } from "./modules.js";
import { DECLARE_OBJECTS, refusalOf } from "./refusals.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** A call as an expression; one without a result has type void. */
export function lowerCall(context: CodeContext, node: ts.CallExpression): Expression {
  const span = spanOf(context.module, node);
  if (node.questionDotToken !== undefined) {
    context.case.diagnostics.push(notYet(span, "?.", "Test for null first, then call."));
    return brokenExpression(span);
  }
  if (ts.isPropertyAccessExpression(node.expression)) return lowerMethod(context, node, node.expression);
  if (!ts.isIdentifier(node.expression)) return refuseCallee(context, node);
  const name = node.expression.text;
  const found = findLocal(context, name);
  if (found !== undefined) return lowerInvoke(context, node, found.local);
  const declaration = context.module.names.get(name);
  if (declaration?.kind === "procedure") return lowerProcedureCall(context, node, declaration);
  if (declaration?.kind === "intrinsic") return lowerIntrinsic(context, node, declaration.name);
  // What the arguments do is read all the same, so that all errors are found.
  for (const argument of node.arguments) readArgument(context, argument);
  if (declaration === undefined) {
    const place = spanOf(context.module, node.expression);
    context.case.diagnostics.push(undeclared(context.module, place, name, visibleNames(context)));
  } else if (declaration.kind !== "missing") {
    context.case.diagnostics.push(notAProcedure(context, node, name));
  }
  return brokenExpression(span);
}

function refuseCallee(context: CodeContext, node: ts.CallExpression): Expression {
  const span = spanOf(context.module, node);
  const known = [ts.SyntaxKind.ImportKeyword, ts.SyntaxKind.SuperKeyword].includes(node.expression.kind);
  context.case.diagnostics.push(
    known
      ? refusalOf(context.module, node.expression)
      : unsupported(span, "this call", "Only named procedures can be called.", "Name the procedure."),
  );
  return brokenExpression(span);
}

function lowerProcedureCall(
  context: CodeContext,
  node: ts.CallExpression,
  declaration: ProcedureSource,
): Expression {
  const span = spanOf(context.module, node);
  const { parameters, type: result } = declaration.node;
  const name = `${node.expression.getText(context.module.file)}()`;
  const wrong = wrongArgumentCount(context.module, node, name, parameters.length);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    for (const argument of node.arguments) readArgument(context, argument);
    return brokenExpression(span);
  }
  if (classMadeBy(declaration) !== undefined) {
    context.case.diagnostics.push(notYet(span, `${name} inside a procedure`, DECLARE_OBJECTS));
    return brokenExpression(span);
  }
  return {
    kind: "call",
    procedure: procedureName(context.case, declaration),
    arguments: passArguments(context, node, declaration),
    type: result === undefined ? VOID : lowerType(result, declaration.module, context.case),
    span,
  };
}

/** The intrinsics that have a value; the others are statements. */
function lowerIntrinsic(context: CodeContext, node: ts.CallExpression, name: string): Expression {
  const span = spanOf(context.module, node);
  const wrong = wrongIntrinsicCount(context.module, node, name);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    return brokenExpression(span);
  }
  const argument = node.arguments[0];
  const data = lowerDataCall(context, node, name);
  if (data !== undefined) return data;
  if (name === "set") return lowerEmptySet(context, node);
  if (name === "maybe") return { kind: "maybe", type: BOOLEAN, span };
  if (name === "current") return lowerCurrent(context, node);
  if (["this_cpu", "execution_context", "has_contexts"].includes(name)) {
    return lowerContextQuery(context, node, name);
  }
  if ((name === "READ_ONCE" || name === "smp_load_acquire") && argument !== undefined) {
    return lowerMarkedLoad(context, name, argument);
  }
  if (isExchange(name)) return lowerExchange(context, node, name);
  if (name === "choose" && argument !== undefined) return lowerChoose(context, node, argument);
  if (name === "alloc" && argument !== undefined) return lowerAlloc(context, node, argument);
  if (name === "list_empty" && argument !== undefined) {
    const collection = lowerCollection(context, argument, "list");
    if (collection === undefined) return brokenExpression(span);
    const left: Expression = { kind: "size", collection, type: NUMBER, span };
    const right: Expression = { kind: "literal", value: 0, type: NUMBER, span };
    return { kind: "binary", operator: "===", left, right, type: BOOLEAN, span };
  }
  const place = INTRINSICS.get(name)?.place;
  context.case.diagnostics.push(
    unsupported(
      span,
      `${name} here`,
      place === "value" || place === "statement"
        ? "It has no value."
        : "It belongs to another place of a spec.",
      place === undefined ? "Use it where a type is written." : RIGHT_PLACE[place],
    ),
  );
  return brokenExpression(span);
}

/** Loads are in order in every memory model: what is marked is the load itself. */
function lowerMarkedLoad(context: CodeContext, name: string, argument: ts.Expression): Expression {
  const value = context.lowerExpression(context, argument);
  if (value.type.kind === "void" || isSharedPlace(value)) return value;
  context.case.diagnostics.push(noSharedMemory(value.span, name, describePlace(value)));
  return brokenExpression(value.span);
}

/** Whether the expression names memory that threads share. */
export function isSharedPlace(e: Expression): boolean {
  if (e.kind === "element") return isSharedPlace(e.collection);
  return e.kind === "select" ? isSharedPlace(e.record) : e.kind === "field" || e.kind === "global";
}

/** What stands in the place of shared memory, for a refusal. */
export function describePlace({ kind }: Expression): string {
  return kind === "local" ? "a local of the thread" : "a value";
}

/** `set<Thread>()` as a value: an empty set. */
function lowerEmptySet(context: CodeContext, node: ts.CallExpression): Expression {
  const span = spanOf(context.module, node);
  const written = node.typeArguments?.[0];
  const element = written && context.lowerType(context, written);
  if (element?.kind === "void") return brokenExpression(span);
  if (element !== undefined && isScalarType(element)) {
    return { kind: "empty-set", type: { kind: "set", element: unbounded(element) }, span };
  }
  context.case.diagnostics.push(
    badDeclaration(
      span,
      "this set does not say what its elements are",
      "Latchwork reads the type that is written.",
      "Write set<Thread>() or set<SomeClass>().",
    ),
  );
  return brokenExpression(span);
}

function lowerCurrent(context: CodeContext, node: ts.CallExpression): Expression {
  const span = spanOf(context.module, node);
  if (context.runs) return { kind: "current", type: { kind: "thread", nullable: false }, span };
  context.case.diagnostics.push(
    unsupported(
      span,
      "current() here",
      "No thread runs this code.",
      "Use it in procedures that threads call.",
    ),
  );
  return brokenExpression(span);
}

function lowerAlloc(context: CodeContext, node: ts.CallExpression, argument: ts.Expression): Expression {
  const span = spanOf(context.module, node);
  const pool = needValue(context.case, context.lowerExpression(context, argument));
  if (pool.type.kind === "pool") {
    return { kind: "alloc", pool, type: { kind: "object", class: pool.type.class, nullable: true }, span };
  }
  if (pool.type.kind !== "void") {
    const what = `alloc takes a pool, and this is ${describeType(pool.type)}`;
    const instead = 'Declare one: const requests = pool(Request, 2, "req");';
    context.case.diagnostics.push(wrongKind(pool.span, what, instead));
  }
  return brokenExpression(span);
}

/** A list or set by reference, or undefined where the expression is none, which is reported. */
export function lowerCollection(
  context: CodeContext,
  node: ts.Expression,
  kind: "list" | "set",
): Expression | undefined {
  const value = needValue(context.case, context.lowerExpression(context, node));
  if (value.type.kind === kind) return value;
  if (value.type.kind === "void") return undefined;
  const what = `this must be a ${kind}, and is ${describeType(value.type)}`;
  context.case.diagnostics.push(wrongKind(value.span, what, `Name a field that holds a ${kind}.`));
  return undefined;
}

function lowerMethod(
  context: CodeContext,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): Expression {
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword) {
    return lowerSuperCall(context, node, callee.name);
  }
  const receiver = needValue(context.case, context.lowerExpression(context, callee.expression));
  if (receiver.type.kind === "object") return lowerDispatch(context, node, receiver, callee.name);
  if (receiver.type.kind === "queue") {
    return lowerQueueMethod(context, node, receiver, callee.name.text);
  }
  return lowerCollectionMethod(context, node, callee.name, receiver);
}

/** An expression that can be an element of a list or a set. */
export function lowerElement(context: CodeContext, node: ts.Expression, collection: Type): Expression {
  return need(context.case, context.lowerExpression(context, node), elementType(collection), "the element");
}
