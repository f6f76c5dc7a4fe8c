/**
 * cmpxchg and its kin: read and change one place in one step, and have a value. Each becomes the statements that a
 * spec would write around `atomic`; what it takes is evaluated before, as a call of C does.
 */

import type { Span } from "../base/span.js";
import { noSharedMemory, wrongKind } from "../diagnostics/catalog.js";
import type { BinaryOperator, Expression, LocalSymbol, Statement, Target, Type } from "../ir/program.js";
import { brokenExpression, type CodeContext } from "./case-context.js";
import { foldBinary } from "./fold.js";
import { describeType, NUMBER, need, needValue } from "./kinds.js";
import { typeOfResult } from "./lower-bits.js";
import { briefText, type Place, spanOf } from "./source.js";
import type { ts } from "./typescript.js";

/** What an instruction does, once everything that it takes is evaluated. */
interface Instruction {
  readonly place: Target;
  readonly taken: readonly Expression[];
  /** A variable of the thread for a value of this type. */
  readonly variable: (name: string, type: Type) => Extract<Expression, { kind: "local" }>;
  readonly assign: (target: Target, value: Expression) => Statement;
  readonly when: (condition: Expression, statement: Statement) => Statement;
  readonly binary: (operator: BinaryOperator, left: Expression, right: Expression) => Expression;
  readonly number: (value: number) => Expression;
}

interface Effect {
  /** All of it one step. */
  readonly step: readonly Statement[];
  readonly result: Expression;
}

interface Kind {
  /** Names of what it takes besides the place, for messages; each is of the type of the place. */
  readonly takes: readonly string[];
  /** The place stands last, as in test_and_set_bit(nr, addr). */
  readonly placeLast?: true;
  readonly numbers: boolean;
  readonly lower: (instruction: Instruction) => Effect;
}

function compareAndExchange(i: Instruction): { readonly effect: Effect; readonly stored: Expression } {
  const [old, value] = i.taken as [Expression, Expression];
  const held = i.variable("held", i.place.type);
  const same = i.binary("===", held, old);
  const step = [i.assign(held, i.place), i.when(same, i.assign(i.place, value))];
  return { effect: { step, result: held }, stored: same };
}

function add(i: Instruction, gives: "old" | "new"): Effect {
  const [n] = i.taken as [Expression];
  const held = i.variable("held", i.place.type);
  const step = [i.assign(held, i.place), i.assign(i.place, i.binary("+", held, n))];
  if (gives === "old") return { step, result: held };
  // What the place holds then is read back: it may keep less than was stored.
  const now = i.variable("now", i.place.type);
  return { step: [...step, i.assign(now, i.place)], result: now };
}

/** One bit of a word; without a change it is only looked at, which is a plain load. */
function bit(i: Instruction, change: "set" | "clear"): Effect {
  const [nr] = i.taken as [Expression];
  const mask = i.binary("<<", i.number(1), nr);
  const held = i.variable("held", i.place.type);
  const own = i.binary("&", held, mask);
  const changed = change === "set" ? i.binary("|", held, mask) : i.binary("^", held, own);
  const step = [i.assign(held, i.place), i.assign(i.place, changed)];
  return { step, result: i.binary("!==", own, i.number(0)) };
}

const ofBits = (change: "set" | "clear"): Kind => ({
  takes: ["the number of the bit"],
  placeLast: true,
  numbers: true,
  lower: (i) => bit(i, change),
});

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    "cmpxchg",
    { takes: ["the old value", "the new value"], numbers: false, lower: (i) => compareAndExchange(i).effect },
  ],
  [
    "try_cmpxchg",
    {
      takes: ["the old value", "the new value"],
      numbers: false,
      lower: (i) => {
        const { effect, stored } = compareAndExchange(i);
        return { ...effect, result: stored };
      },
    },
  ],
  [
    "xchg",
    {
      takes: ["the new value"],
      numbers: false,
      lower: (i) => {
        const [value] = i.taken as [Expression];
        const held = i.variable("held", i.place.type);
        return { step: [i.assign(held, i.place), i.assign(i.place, value)], result: held };
      },
    },
  ],
  ["fetch_add", { takes: ["what is added"], numbers: true, lower: (i) => add(i, "old") }],
  ["add_return", { takes: ["what is added"], numbers: true, lower: (i) => add(i, "new") }],
  ["set_bit", ofBits("set")],
  ["clear_bit", ofBits("clear")],
  ["test_and_set_bit", ofBits("set")],
  ["test_and_clear_bit", ofBits("clear")],
] satisfies [string, Kind][]);

/** Whether the word of the vocabulary is such an instruction. */
export function isExchange(name: string): boolean {
  return KINDS.has(name) || name === "test_bit";
}

/** A call of an instruction whose arguments are counted. */
export function lowerExchange(context: CodeContext, node: ts.CallExpression, name: string): Expression {
  const span = spanOf(context.module, node);
  const where: Place = { span, text: briefText(context.module, node) };
  const kind = KINDS.get(name);
  if (name === "test_bit") return lowerTestBit(context, node);
  const given = kind?.placeLast === true ? node.arguments.toReversed() : node.arguments;
  const [first, ...rest] = given;
  const before: Statement[] = [];
  const place = first && lowerPlace(context, first, name);
  const settled = place && settlePlace(context, place, where, before);
  const wanted = kind?.numbers === true ? NUMBER : (place?.type ?? { kind: "void" });
  const taken = rest.map((argument, index) => {
    const operand = context.lowerExpression(context, argument);
    const value = need(context.case, operand, wanted, kind?.takes[index] ?? "this argument");
    return settle(context, value, "operand", wanted, where, before);
  });
  if (kind === undefined || settled === undefined) return brokenExpression(span);
  if (kind.numbers && place !== undefined) need(context.case, place, NUMBER, `what ${name} changes`);
  if (taken.some((value) => value.type.kind === "void")) return brokenExpression(span);
  const fresh: LocalSymbol[] = [];
  const { step, result } = kind.lower({
    place: settled,
    taken,
    variable: (local, type) => {
      const symbol = newLocal(context, local, type);
      fresh.push(symbol);
      return { kind: "local", local: symbol, type, span };
    },
    assign: (target, value) => ({ kind: "assign", target, value, ...where }),
    when: (condition, statement) => ({
      kind: "if",
      condition,
      whenTrue: [statement],
      whenFalse: [],
      ...where,
    }),
    binary: (operator, left, right) => binary(operator, left, right, span),
    number: (value) => ({ kind: "literal", value, type: NUMBER, span }),
  });
  const statements: Statement[] = [
    ...before,
    ...fresh.map((local): Statement => ({ kind: "declare", local, value: undefined, ...where })),
    { kind: "atomic", body: step, ...where },
  ];
  return { kind: "run", statements, result, type: result.type, span };
}

function binary(operator: BinaryOperator, left: Expression, right: Expression, span: Span): Expression {
  return foldBinary({ kind: "binary", operator, left, right, type: typeOfResult(operator), span });
}

/** A load of the word, and a look at the bit. */
function lowerTestBit(context: CodeContext, node: ts.CallExpression): Expression {
  const span = spanOf(context.module, node);
  const [first, second] = node.arguments;
  const place = second && lowerPlace(context, second, "test_bit");
  const nr = need(context.case, context.lowerExpression(context, first!), NUMBER, "the number of the bit");
  if (place === undefined || nr.type.kind === "void") return brokenExpression(span);
  const word = need(context.case, place, NUMBER, "what test_bit looks at");
  if (word.type.kind === "void") return brokenExpression(span);
  const one: Expression = { kind: "literal", value: 1, type: NUMBER, span };
  const none: Expression = { kind: "literal", value: 0, type: NUMBER, span };
  return binary("!==", binary("&", word, binary("<<", one, nr, span), span), none, span);
}

/** The memory that an instruction works on, or undefined where it is none, which is reported. */
function lowerPlace(context: CodeContext, node: ts.Expression, name: string): Target | undefined {
  const target = needValue(context.case, context.lowerExpression(context, node));
  if (target.type.kind === "void") return undefined;
  const isCollection = ["list", "queue", "set"].includes(target.type.kind);
  if ((target.kind === "field" || target.kind === "global") && !isCollection) return target;
  if (isCollection) {
    const what = `${name} works on one value, and this is ${describeType(target.type)}`;
    const instead = "Name a field or a top-level variable that holds a value.";
    context.case.diagnostics.push(wrongKind(spanOf(context.module, node), what, instead));
  } else {
    const found = target.kind === "local" ? "a local of the thread" : "a value";
    context.case.diagnostics.push(noSharedMemory(target.span, name, found));
  }
  return undefined;
}

/** The place with the object that it belongs to found for good. */
function settlePlace(context: CodeContext, place: Target, where: Place, before: Statement[]): Target {
  if (place.kind !== "field") return place;
  const object = settle(context, place.object, "object", place.object.type, where, before);
  return { ...place, object };
}

/** The value as it is now: a variable of the thread, unless nothing could change it before the step. */
function settle(
  context: CodeContext,
  value: Expression,
  name: string,
  type: Type,
  where: Place,
  before: Statement[],
): Expression {
  if (value.type.kind === "void" || isFixed(value)) return value;
  const local = newLocal(context, name, type);
  before.push({ kind: "declare", local, value, ...where });
  return { kind: "local", local, type, span: value.span };
}

function isFixed(value: Expression): boolean {
  if (value.kind === "embedded") return isFixed(value.object);
  if (value.kind === "local") return value.local.constant;
  return value.kind === "literal" || value.kind === "object" || value.kind === "current";
}

function newLocal(context: CodeContext, name: string, type: Type): LocalSymbol {
  return { id: context.case.nextLocal++, name, type, constant: true };
}
