/**
 * Expressions outside atomic steps, written out access by access in the order in which C evaluates them: each
 * shared read becomes an instruction of its own that loads a variable of the thread.
 */
import { bug, must } from "../base/assert.js";
import { unsupported } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression } from "../ir/program.js";
import { binary, constant, decided, readsShared } from "../ir/terms.js";
import { checkPlace } from "./allocation.js";
import { hasElements, operandRequirements } from "./data.js";
import { emit, jump, type Label, newLabel, placeLabel } from "./flow.js";
import { isInstance } from "./identity.js";
import { inlineAlloc } from "./inline-alloc.js";
import { inlineCall, inlineDispatch, inlineInvoke } from "./inline-calls.js";
import { inlineChoice } from "./inline-choices.js";
import {
  boundary,
  declaredLocal,
  type InlineContext,
  type Place,
  readOf,
  require,
  temporary,
  testAt,
} from "./inline-context.js";
import { inlineElement, inlineLiteral, inlinePlace, inlineSetOperation, refuseWhole } from "./inline-data.js";
import { sizeOf } from "./literals.js";
import { arrayTerm, binaryTerm, boundsOf, nthTerm } from "./object-arrays.js";
import type { Claim } from "./pure-bodies.js";
import { isInMemory, placeOf, pureTerm, runsCode } from "./pure-terms.js";
import { steadyBefore, steadyPlace } from "./steady.js";

/** Writes out what evaluating the expression does and returns its value: a term without shared reads, or, inside an atomic step, one that is evaluated at once. */
export function inlineExpression(context: InlineContext, origin: Origin, e: Expression): Term {
  if (context.atomic && !runsCode(e)) return inlinePure(context, origin, e);
  const go = (child: Expression) => inlineExpression(context, origin, child);
  switch (e.kind) {
    case "literal":
    case "object":
    case "instances":
    case "pool":
    case "current":
    case "cpu":
    case "context":
    case "table":
    case "empty-set":
      return pureTerm(context, e).term;
    case "local":
    case "global":
    case "field": {
      const place = inlinePlace(context, origin, e, [], go);
      if (place === undefined) return pureTerm(context, e).term;
      return refuseWhole(context, e) ? constant(null) : load(context, origin, place, e);
    }
    case "element": {
      const place = inlinePlace(context, origin, e, [], go);
      return place === undefined ? inlineElement(context, origin, e, go) : load(context, origin, place, e);
    }
    case "record":
    case "with":
    case "array":
      return inlineLiteral(context, origin, e, go);
    case "select":
      return { kind: "select", record: go(e.record), field: e.field };
    case "set-operation":
      return inlineSetOperation(context, origin, e, go);
    case "let":
      return inlineLet(context, origin, e);
    case "first":
      return { kind: "first", list: go(e.collection) };
    case "embedded":
      return { kind: "embedded", object: go(e.object), class: e.class, field: e.field };
    case "elements":
      return arrayTerm(e, go);
    case "nth":
      return inlineNth(context, origin, e);
    case "index-of": {
      const list = steadyArray(context, origin, e.array, e.element);
      return { kind: "index-of", list, element: go(e.element) };
    }
    case "unary":
      return { kind: "unary", operator: e.operator, operand: go(e.operand) };
    case "binary": {
      const left = steadyBefore(context, origin, go(e.left), e.left, [e.right]);
      const right = go(e.right);
      require(context, origin, operandRequirements(e.operator, [left, e.left.type], [right, e.right.type]));
      return binaryTerm(context.program, e, left, right);
    }
    case "nonnull": {
      const operand = go(e.operand);
      const condition = binary("!==", operand, constant(null));
      const claim: Claim = { check: "null-dereference", condition, subject: operand, message: undefined };
      checkClaims(context, origin, [claim]);
      return operand;
    }
    case "has":
    case "size":
      return inlineCollectionTest(context, origin, e, e.collection);
    case "front":
      return inlineCollectionTest(context, origin, e, e.queue);
    case "logical":
    case "conditional":
      return inlineChoiceOfValue(context, origin, e);
    case "quantifier":
    case "each":
    case "reduce":
      return inlineQuantifier(context, origin, e);
    case "instanceof":
      return isInstance(context, go(e.operand), e.class);
    case "call":
      return inlineCall(context, origin, e);
    case "dispatch":
      return inlineDispatch(context, origin, e);
    case "invoke":
      return inlineInvoke(context, origin, e);
    case "alloc":
      return inlineAlloc(context, origin, e);
    case "run":
      context.inlineStatements(context, e.statements);
      return go(e.result);
    case "choose":
    case "maybe":
      return inlineChoice(context, origin, e);
    case "constants":
      return bug("constants outside a choice");
  }
}

function inlinePure(context: InlineContext, origin: Origin, e: Expression): Term {
  const { term, claims } = pureTerm(context, e);
  checkClaims(context, origin, claims);
  return term;
}

/** Makes the claims, one after the other, before what depends on them. */
export function checkClaims(context: InlineContext, origin: Origin, claims: readonly Claim[]): void {
  for (const claim of claims) emit(context.builder, { kind: "check", ...claim, origin });
}

/** The value is evaluated once, into a variable of the thread. */
function inlineLet(context: InlineContext, origin: Origin, e: Extract<Expression, { kind: "let" }>): Term {
  const name = declaredLocal(context, e.variable);
  const value = inlineExpression(context, origin, e.value);
  emit(context.builder, { kind: "assign", local: name, value, origin });
  context.bindings.set(e.variable.id, { kind: "local", name, changes: false });
  return inlineExpression(context, origin, e.body);
}

/** An array whose object is settled before `next` is evaluated. */
function steadyArray(context: InlineContext, origin: Origin, array: Expression, next: Expression): Term {
  return arrayTerm(array, (object) =>
    steadyBefore(context, origin, inlineExpression(context, origin, object), object, [next]),
  );
}

/** `array[index]`: no access, but the index is checked. */
function inlineNth(context: InlineContext, origin: Origin, e: Extract<Expression, { kind: "nth" }>): Term {
  const go = (child: Expression) => inlineExpression(context, origin, child);
  const list = steadyArray(context, origin, e.array, e.index);
  const index = go(e.index);
  const { condition, message } = boundsOf(e.array, index);
  checkClaims(context, origin, [{ check: "assert", condition, subject: undefined, message }]);
  return nthTerm(list, index);
}

function load(context: InlineContext, origin: Origin, place: Place, e: Expression): Term {
  const name = temporary(context, e, baseName(e, place));
  boundary(context, origin);
  checkPlace(context, origin, place);
  require(context, origin, place.inside === undefined ? [] : [place.inside]);
  emit(context.builder, { kind: "assign", local: name, value: readOf(context, place, e.span), origin });
  return { kind: "local", name };
}

/** What the variable is called that a load fills. */
function baseName(e: Expression, place: Place): string {
  if (e.kind === "field") return e.field;
  return e.kind === "element" ? baseName(e.collection, place) : place.variable;
}

/** One access, behind everything else that the expression evaluates: a copy of the list or set would go stale. */
function inlineCollectionTest(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "front" | "has" | "size" }>,
  from: Expression,
): Term {
  const go = (child: Expression) => inlineExpression(context, origin, child);
  if (e.kind !== "front" && (!isInMemory(context, from) || hasElements(from.type))) {
    return inlineValueTest(context, origin, e, go);
  }
  const named = must(placeOf(context, from, go), "the list or set that is read");
  const place = e.kind === "has" ? steadyPlace(context, origin, named, from) : named;
  const collection = readOf(context, place, from.span);
  const value: Term =
    e.kind === "has"
      ? { kind: "has", collection, element: go(e.element) }
      : e.kind === "size"
        ? { kind: "size", collection }
        : { kind: "first", list: collection };
  const name = temporary(context, e, e.kind);
  boundary(context, origin);
  checkPlace(context, origin, place);
  emit(context.builder, { kind: "assign", local: name, value, origin });
  return { kind: "local", name };
}

/** The same of a value: no access of its own. The length of an array in memory is known. */
function inlineValueTest(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "has" | "size" }>,
  go: (e: Expression) => Term,
): Term {
  if (e.kind === "size") {
    const place = placeOf(context, e.collection, go);
    const collection = place === undefined ? go(e.collection) : readOf(context, place, e.span);
    return sizeOf(context.program, e.collection.type, collection);
  }
  const collection = steadyBefore(context, origin, go(e.collection), e.collection, [e.element]);
  return { kind: "has", collection, element: go(e.element) };
}

/** Whether the expression can be evaluated early or not at all without anyone noticing. */
function isInert(context: InlineContext, e: Expression): boolean {
  if (runsCode(e)) return false;
  const { term, claims } = pureTerm(context, e);
  return claims.length === 0 && !readsShared(term);
}

/** `a && b`, `a || b`, `c ? a : b` where the second operand does something: jumps, and a variable for the result. */
function inlineChoiceOfValue(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "logical" | "conditional" }>,
): Term {
  const parts = e.kind === "logical" ? [e.right] : [e.whenTrue, e.whenFalse];
  if (parts.every((part) => isInert(context, part))) {
    const first = inlineExpression(context, origin, e.kind === "logical" ? e.left : e.condition);
    const rest = parts.map((part) => pureTerm(context, part).term);
    if (e.kind === "logical") return binary(e.operator, first, must(rest[0], "the right operand"));
    return {
      kind: "conditional",
      condition: first,
      whenTrue: must(rest[0], "a branch"),
      whenFalse: must(rest[1], "a branch"),
    };
  }
  const { builder } = context;
  const result = temporary(context, e, "value");
  const [whenTrue, whenFalse, after] = [newLabel(), newLabel(), newLabel()];
  const settle = (label: Label, value: () => Term) => {
    placeLabel(builder, label);
    emit(builder, { kind: "assign", local: result, value: value(), origin });
    jump(builder, after);
  };
  if (e.kind === "logical") {
    inlineCondition(context, origin, e, whenTrue, whenFalse);
    settle(whenTrue, () => constant(true));
    settle(whenFalse, () => constant(false));
  } else {
    inlineCondition(context, origin, e.condition, whenTrue, whenFalse);
    settle(whenTrue, () => inlineExpression(context, origin, e.whenTrue));
    settle(whenFalse, () => inlineExpression(context, origin, e.whenFalse));
  }
  placeLabel(builder, after);
  return { kind: "local", name: result };
}

/** Writes out a condition as jumps: operands that do not matter are not evaluated, as in C. */
export function inlineCondition(
  context: InlineContext,
  origin: Origin,
  e: Expression,
  whenTrue: Label,
  whenFalse: Label,
): void {
  if (e.kind === "unary" && e.operator === "!") {
    inlineCondition(context, origin, e.operand, whenFalse, whenTrue);
    return;
  }
  if (e.kind === "logical" && !isInert(context, e.right)) {
    const between = newLabel();
    if (e.operator === "&&") inlineCondition(context, origin, e.left, between, whenFalse);
    else inlineCondition(context, origin, e.left, whenTrue, between);
    placeLabel(context.builder, between);
    inlineCondition(context, origin, e.right, whenTrue, whenFalse);
    return;
  }
  const condition = inlineExpression(context, origin, e);
  const known = decided(condition);
  if (known !== undefined) return jump(context.builder, known ? whenTrue : whenFalse);
  const test = testAt(context, e.span);
  context.builder.instructions.push({ kind: "branch", condition, test, whenTrue, whenFalse, origin });
}

function inlineQuantifier(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "quantifier" | "each" | "reduce" }>,
): Term {
  const { term, claims } = pureTerm(context, e);
  if (readsShared(term) && !context.atomic) {
    const word = e.kind === "quantifier" ? e.quantifier : e.kind === "each" ? e.method : e.kind;
    context.diagnostics.push(
      unsupported(
        e.span,
        `${word} over shared memory outside an atomic step`,
        "Each element is read in a step of its own, and one condition would hide that.",
        "Write a for-of loop; or, if one instruction really reads them together, put it in atomic(() => { … }).",
      ),
    );
  }
  checkClaims(context, origin, claims);
  return term;
}
