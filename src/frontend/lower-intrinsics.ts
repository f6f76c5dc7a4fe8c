/** The statements of the vocabulary: until, atomic, assert, list_add and their like. */

import { badDeclaration, unknownCheck, unsupported, wrongKind } from "../diagnostics/catalog.js";
import { CHECKS } from "../ir/checks.js";
import type { Expression, Statement, Target } from "../ir/program.js";
import { type CodeContext, childScope, declareLocal, findLocal } from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicName, wrongArgumentCount, wrongIntrinsicCount } from "./intrinsics.js";
import { BOOLEAN, describeType, NUMBER, need, needValue, VOID } from "./kinds.js";
import { lowerCollection, lowerElement } from "./lower-calls.js";
import { lowerCondition } from "./lower-expressions.js";
import { lowerQueueChange } from "./lower-queue.js";
import { wrongArrow } from "./refusals.js";
import { briefText, type Place, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** A call of the vocabulary with its arguments counted. */
interface IntrinsicCall {
  readonly context: CodeContext;
  readonly name: string;
  readonly arguments: readonly ts.Expression[];
  readonly place: Place;
}

const STATEMENTS: ReadonlyMap<string, (call: IntrinsicCall) => Statement[]> = new Map([
  ["atomic", lowerBlock],
  ["data_race", lowerBlock],
  ["ghost", lowerBlock],
  ["either", lowerEither],
  ["repeat", lowerRepeat],
  ["release", lowerBlock],
  ["smp_mb", lowerBarrier],
  ["smp_wmb", lowerBarrier],
  ["smp_rmb", lowerBarrier],
  ["until", lowerUntil],
  ["idle_until", lowerUntil],
  ["assert", lowerAssert],
  ["unreachable", lowerUnreachable],
  ["check", lowerCheck],
  ["acquires", lowerLockEvent],
  ["releases", lowerLockEvent],
  ["list_add", lowerListAdd],
  ["list_add_tail", lowerListAdd],
  ["list_del", lowerListDel],
  ["free", lowerFree],
]);

/** The statements for a call of the vocabulary, or undefined where the call is none that is a statement. */
export function lowerIntrinsicStatement(
  context: CodeContext,
  node: ts.CallExpression,
  place: Place,
): Statement[] | undefined {
  if (ts.isPropertyAccessExpression(node.expression)) {
    return lowerQueueChange(context, node, place) ?? lowerSetChange(context, node, place);
  }
  const name = intrinsicName(context, node);
  const lower = name === undefined ? undefined : STATEMENTS.get(name);
  if (name === undefined || lower === undefined) return undefined;
  const wrong = wrongIntrinsicCount(context.module, node, name);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    return [];
  }
  return lower({ context, name, arguments: node.arguments, place });
}

function lowerBlock({ context, name, arguments: [argument], place }: IntrinsicCall): Statement[] {
  const wrong = wrongArrow(context.module, argument!, 0);
  if (wrong !== undefined || !ts.isArrowFunction(argument!)) {
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return [];
  }
  const kind = name === "data_race" ? "data-race" : name === "ghost" || name === "release" ? name : "atomic";
  return [{ kind, body: context.lowerClosure(context, argument.body, VOID), ...place }];
}

function lowerEither({ context, arguments: given, place }: IntrinsicCall): Statement[] {
  const branches = given.map((argument) => {
    const wrong = wrongArrow(context.module, argument, 0);
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return ts.isArrowFunction(argument) && wrong === undefined
      ? context.lowerClosure(context, argument.body, VOID)
      : [];
  });
  return [{ kind: "either", branches, ...place, text: "either(…)" }];
}

/** More rounds than this are no small model. */
const MAXIMAL_ROUNDS = 100;

function lowerRepeat({ context, arguments: [first, second], place }: IntrinsicCall): Statement[] {
  const { module } = context;
  const given = context.lowerExpression(context, first!);
  const count = literalOf(given);
  const isCount = typeof count === "number" && count >= 0 && count <= MAXIMAL_ROUNDS;
  if (!isCount && given.type.kind !== "void") {
    const what = `the number of rounds is not a constant from 0 to ${MAXIMAL_ROUNDS}`;
    const why = "It is known when the case is compiled.";
    const instead = "Write a number or a param; for anything else write a loop.";
    context.case.diagnostics.push(badDeclaration(spanOf(module, first!), what, why, instead));
  }
  const wrong = wrongArrow(module, second!, 1);
  if (wrong !== undefined || !ts.isArrowFunction(second!)) {
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return [];
  }
  const inner = childScope(context);
  const parameter = second.parameters[0];
  const name = parameter === undefined ? "round" : briefText(module, parameter.name);
  const local = declareLocal(inner, name, NUMBER, "repeat counts the rounds by itself.");
  const body = context.lowerClosure(inner, second.body, VOID);
  if (!isCount) return [];
  return [{ kind: "repeat", count, local, body, ...place, text: `repeat(${count}, …)` }];
}

function lowerBarrier({ name, place }: IntrinsicCall): Statement[] {
  const orders = name === "smp_mb" ? "all" : name === "smp_wmb" ? "stores" : "loads";
  return [{ kind: "barrier", orders, ...place }];
}

function lowerUntil({ context, name, arguments: [first, ...rest], place }: IntrinsicCall): Statement[] {
  const idle = name === "idle_until";
  const condition = lowerCondition(context, first!);
  const whom = rest.flatMap((node) => lowerAwaited(context, node));
  return [{ kind: "until", condition, idle, whom, ...place }];
}

/** A thread, or a set of them, that a wait is for. */
function lowerAwaited(context: CodeContext, node: ts.Expression): Expression[] {
  const value = needValue(context.case, context.lowerExpression(context, node));
  const { type } = value;
  if (type.kind === "thread" || type.kind === "null") return [value];
  if (type.kind === "set" && type.element.kind === "thread") return [value];
  if (type.kind !== "void") {
    const what = `whom a wait is for must be a Thread, null or a set of threads, and this is ${describeType(type)}`;
    context.case.diagnostics.push(wrongKind(value.span, what, "Name the field that holds the owner."));
  }
  return [];
}

/** A string that is known when the case is compiled, or undefined where it is none, which is reported. */
function constantString(context: CodeContext, node: ts.Expression, what: string): string | undefined {
  const value = context.lowerExpression(context, node);
  const text = literalOf(value);
  if (typeof text === "string") return text;
  if (value.type.kind !== "void") {
    const span = spanOf(context.module, node);
    context.case.diagnostics.push(
      badDeclaration(
        span,
        `${what} is not a constant string`,
        "Reports show it as it is.",
        "Write a string.",
      ),
    );
  }
  return undefined;
}

function lowerAssert({ context, arguments: [first, second], place }: IntrinsicCall): Statement[] {
  const condition = lowerCondition(context, first!);
  const message = second && constantString(context, second, "the message of an assert");
  return [{ kind: "check", check: "assert", condition, subject: undefined, message, ...place }];
}

/** An assert that can only fail. Which statements are meant to be reached is read off that: see ir/coverage.ts. */
function lowerUnreachable({ context, arguments: [why], place }: IntrinsicCall): Statement[] {
  const message = constantString(context, why!, "the reason of unreachable");
  const condition: Expression = { kind: "literal", value: false, type: BOOLEAN, span: place.span };
  return [{ kind: "check", check: "assert", condition, subject: undefined, message, ...place }];
}

function lowerCheck({ context, arguments: [first, second, third], place }: IntrinsicCall): Statement[] {
  const id = constantString(context, first!, "the id of a check");
  if (id !== undefined && !CHECKS.has(id)) {
    context.case.diagnostics.push(unknownCheck(spanOf(context.module, first!), id, [...CHECKS.keys()]));
  }
  const condition = lowerCondition(context, second!);
  const subject = third && lowerObject(context, third, "the subject of a check");
  if (id === undefined) return [];
  return [{ kind: "check", check: id, condition, subject, message: undefined, ...place }];
}

/** A reference to an object, whatever its class. */
function lowerObject(context: CodeContext, node: ts.Expression, where: string): Expression | undefined {
  const value = needValue(context.case, context.lowerExpression(context, node));
  if (value.type.kind === "object") return value;
  if (value.type.kind !== "void") {
    const what = `${where} must be an object, and this is ${describeType(value.type)}`;
    context.case.diagnostics.push(wrongKind(value.span, what, "Name a lock, or another object of a class."));
  }
  return undefined;
}

function lowerLockEvent({ context, name, arguments: args, place }: IntrinsicCall): Statement[] {
  const [first, second, third] = args;
  const lock = lowerObject(context, first!, `the lock of ${name}`);
  const event = name === "acquires" ? "acquire" : "release";
  const mode = second === undefined ? "exclusive" : constantString(context, second, "the mode of acquires");
  if (mode !== undefined && mode !== "exclusive" && mode !== "shared") {
    const span = spanOf(context.module, second!);
    context.case.diagnostics.push(
      wrongKind(
        span,
        `a lock cannot be held in the mode ${JSON.stringify(mode)}`,
        'Write "exclusive" or "shared".',
      ),
    );
    return [];
  }
  const how =
    third === undefined ? "waited" : constantString(context, third, "the third argument of acquires");
  if (lock === undefined || mode === undefined) return [];
  return [{ kind: "lock", event, lock, mode, tried: how === "tried", ...place }];
}

function lowerListAdd({ context, name, arguments: [first, second], place }: IntrinsicCall): Statement[] {
  const list = lowerCollection(context, second!, "list");
  if (list === undefined) {
    context.lowerExpression(context, first!);
    return [];
  }
  const element = lowerElement(context, first!, list.type);
  return [{ kind: "list-add", where: name === "list_add" ? "first" : "last", element, list, ...place }];
}

function lowerListDel({ context, arguments: [first], place }: IntrinsicCall): Statement[] {
  const element = lowerObject(context, first!, "the element");
  return element === undefined ? [] : [{ kind: "list-del", element, ...place }];
}

function lowerFree({ context, arguments: [first], place }: IntrinsicCall): Statement[] {
  const object = lowerObject(context, first!, "what is freed");
  return object === undefined ? [] : [{ kind: "free", object, ...place }];
}

/** `lock.readers.add(x)`, `delete`, `clear`, and `set(key, value)` of a map. */
function lowerSetChange(
  context: CodeContext,
  node: ts.CallExpression,
  place: Place,
): Statement[] | undefined {
  const callee = node.expression as ts.PropertyAccessExpression;
  const change = callee.name.text;
  if (!["add", "delete", "clear", "set"].includes(change)) return undefined;
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword) return undefined;
  const found = context.case.diagnostics.length;
  const set = context.lowerExpression(context, callee.expression);
  if (set.type.kind === "map" && change === "set") return lowerMapSet(context, node, set, place);
  if (set.type.kind !== "set" || change === "set") {
    // It is lowered once more as a call; what is wrong with it is told there.
    context.case.diagnostics.length = found;
    return undefined;
  }
  const isPlace = set.kind === "field" || set.kind === "global" || set.kind === "local";
  const local = set.kind === "local" ? findLocal(context, set.local.name) : undefined;
  if (!isPlace || local?.open === false) {
    const why = "It is a value that nobody keeps.";
    const span = spanOf(context.module, node);
    context.case.diagnostics.push(
      unsupported(span, "changing this set", why, "Change a field, a global or a local."),
    );
    return [];
  }
  const wrong = wrongArgumentCount(context.module, node, change, change === "clear" ? 0 : 1);
  if (change === "clear" && wrong === undefined) return [{ kind: "set-clear", set, ...place }];
  const argument = node.arguments[0];
  if (wrong !== undefined || argument === undefined) {
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    return [];
  }
  const element = lowerElement(context, argument, set.type);
  const how = change === "add" ? "add" : "delete";
  return [{ kind: "set-change", change: how, set, element, ...place }];
}

/** One store, at the address of the key. */
function lowerMapSet(
  context: CodeContext,
  node: ts.CallExpression,
  collection: Expression,
  place: Place,
): Statement[] {
  const { type, span } = collection;
  const wrong = wrongArgumentCount(context.module, node, "set", 2);
  if (wrong !== undefined) context.case.diagnostics.push(wrong);
  if (wrong !== undefined || type.kind !== "map") return [];
  const [key, given] = node.arguments.map((argument) => context.lowerExpression(context, argument));
  const index = need(context.case, key!, type.key, "the key");
  const value = need(context.case, given!, type.element, "the value");
  const local = collection.kind === "local" ? findLocal(context, collection.local.name) : undefined;
  if (collection.kind !== "field" && collection.kind !== "global" && local?.open !== true) {
    const why = "It is a constant.";
    context.case.diagnostics.push(
      unsupported(span, "changing this map", why, "Declare it as a field or with let."),
    );
    return [];
  }
  const target: Target = { kind: "element", collection, index, type: type.element, span: place.span };
  return [{ kind: "assign", target, value, ...place }];
}
