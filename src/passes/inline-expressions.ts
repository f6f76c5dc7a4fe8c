/**
 * Expressions outside atomic steps, written out access by access in the order in which C evaluates them: each
 * shared read becomes an instruction of its own that loads a variable of the thread.
 */
import { bug, must } from "../base/assert.js";
import { changesDesign, recursion, unsupported } from "../diagnostics/catalog.js";
import type { Origin, Term, Value } from "../ir/model.js";
import type { Argument, Expression, LocalSymbol, Procedure } from "../ir/program.js";
import { binary, constant, readsShared } from "../ir/terms.js";
import { emit, jump, type Label, localFor, newLabel, placeLabel } from "./flow.js";
import {
  type Binding,
  boundary,
  declaredLocal,
  type InlineContext,
  type Place,
  type Returns,
  readOf,
} from "./inline-context.js";
import { ghostContext } from "./inline-ghost.js";
import { instancesTerm, placeOf, pureTerm, runsCode } from "./pure-terms.js";
import { asType, isStable, steadyBefore, steadyPlace } from "./steady.js";

/** Writes out what evaluating the expression does and returns its value: a term without shared reads, or, inside an atomic step, one that is evaluated at once. */
export function inlineExpression(context: InlineContext, origin: Origin, e: Expression): Term {
  if (context.atomic && !runsCode(e)) return inlinePure(context, origin, e);
  const go = (child: Expression) => inlineExpression(context, origin, child);
  switch (e.kind) {
    case "literal":
    case "object":
    case "instances":
    case "current":
      return pureTerm(context, e).term;
    case "local": {
      const binding = context.bindings.get(e.local.id);
      return binding?.kind === "place" ? load(context, origin, binding.place, e) : pureTerm(context, e).term;
    }
    case "global":
    case "field":
      return load(context, origin, must(placeOf(context, e, go), "the place of a field"), e);
    case "embedded":
      return { kind: "embedded", object: go(e.object), class: e.class, field: e.field };
    case "unary":
      return { kind: "unary", operator: e.operator, operand: go(e.operand) };
    case "binary": {
      const left = steadyBefore(context, origin, go(e.left), e.left, [e.right]);
      return { kind: "binary", operator: e.operator, left, right: go(e.right) };
    }
    case "nonnull": {
      const operand = go(e.operand);
      claimNotNull(context, origin, binary("!==", operand, constant(null)), operand);
      return operand;
    }
    case "has":
    case "size":
      return inlineCollectionTest(context, origin, e);
    case "logical":
    case "conditional":
      return inlineChoiceOfValue(context, origin, e);
    case "quantifier":
      return inlineQuantifier(context, origin, e);
    case "call":
      return inlineCall(context, origin, e);
    case "invoke":
      return inlineInvoke(context, origin, e);
    case "choose": {
      if (e.domain.kind !== "instances") return bug("choose from something that is no instances");
      if (e.domain.names.length === 0) refuseEmptyChoice(context, e);
      return choice(context, origin, e, instancesTerm(e.domain.names, e.domain.type));
    }
    case "maybe":
      return choice(context, origin, e, booleans());
  }
}

function inlinePure(context: InlineContext, origin: Origin, e: Expression): Term {
  const { term, claims } = pureTerm(context, e);
  for (const { condition, subject } of claims) claimNotNull(context, origin, condition, subject);
  return term;
}

function claimNotNull(context: InlineContext, origin: Origin, condition: Term, subject: Term): void {
  emit(context.builder, {
    kind: "check",
    check: "null-dereference",
    condition,
    subject,
    message: undefined,
    origin,
  });
}

function booleans(): Term {
  const value: Value = { set: [false, true] };
  return { kind: "value", value, type: { kind: "set", element: { kind: "boolean" } } };
}

/** A variable of the thread for the value of `e`; one for all copies of the procedure. */
function temporary(context: InlineContext, e: Expression, base: string): string {
  const { file, line, column, endLine, endColumn } = e.span;
  const key = `value ${file}:${line}:${column}-${endLine}:${endColumn} ${e.kind}`;
  return localFor(context.builder, key, base, e.type);
}

function load(context: InlineContext, origin: Origin, place: Place, e: Expression): Term {
  const name = temporary(context, e, e.kind === "field" ? e.field : place.variable);
  boundary(context, origin);
  emit(context.builder, {
    kind: "assign",
    local: name,
    value: readOf(context, place, e.span),
    origin,
  });
  return { kind: "local", name };
}

/** One access, behind everything else that the expression evaluates: a copy of the list or set would go stale. */
function inlineCollectionTest(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "has" | "size" }>,
): Term {
  const go = (child: Expression) => inlineExpression(context, origin, child);
  const named = must(placeOf(context, e.collection, go), "the list or set that is read");
  const place = e.kind === "has" ? steadyPlace(context, origin, named, e.collection) : named;
  const collection = readOf(context, place, e.collection.span);
  const value: Term =
    e.kind === "has" ? { kind: "has", collection, element: go(e.element) } : { kind: "size", collection };
  const name = temporary(context, e, e.kind);
  boundary(context, origin);
  emit(context.builder, { kind: "assign", local: name, value, origin });
  return { kind: "local", name };
}

function choice(context: InlineContext, origin: Origin, e: Expression, domain: Term): Term {
  if (context.ghost !== undefined) context.diagnostics.push(changesDesign(e.span, "chooses"));
  const name = temporary(context, e, "chosen");
  emit(context.builder, { kind: "choose", local: name, domain, origin });
  return { kind: "local", name };
}

function refuseEmptyChoice(context: InlineContext, e: Expression): void {
  context.diagnostics.push(
    unsupported(
      e.span,
      "choose from no objects",
      "A thread that has nothing to choose from would stop here without a word.",
      "Declare at least one object, or leave the statement out where there is none.",
    ),
  );
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
  context.builder.instructions.push({ kind: "branch", condition, whenTrue, whenFalse, origin });
}

function inlineQuantifier(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "quantifier" }>,
): Term {
  const { term, claims } = pureTerm(context, e);
  if (readsShared(term)) {
    context.diagnostics.push(
      unsupported(
        e.span,
        `${e.quantifier} over shared memory outside an atomic step`,
        "Each element is read in a step of its own, and one condition would hide that.",
        "Write a for-of loop; or, if one instruction really reads them together, put it in atomic(() => { … }).",
      ),
    );
  }
  for (const { condition, subject } of claims) claimNotNull(context, origin, condition, subject);
  return term;
}

function inlineCall(context: InlineContext, origin: Origin, e: Extract<Expression, { kind: "call" }>): Term {
  const procedure = must(context.program.procedures.get(e.procedure), `the procedure ${e.procedure}`);
  if (context.active.includes(procedure.name)) {
    const chain = [...context.active.slice(context.active.indexOf(procedure.name)), procedure.name];
    context.diagnostics.push(recursion(e.span, chain));
    return constant(null);
  }
  const { builder } = context;
  const bindings = bindArguments(context, origin, procedure, e.arguments);
  const name = e.type.kind === "void" ? undefined : temporary(context, e, procedure.name);
  const result = name === undefined ? undefined : { name, type: procedure.result };
  const returns: Returns = { label: newLabel(), result };
  context.inlineStatements(
    {
      ...context,
      bindings,
      procedure: procedure.name,
      library: procedure.library,
      frames: origin.frames,
      shown: { span: origin.span, text: origin.text },
      active: [...context.active, procedure.name],
      returns,
      loop: undefined,
    },
    procedure.body,
  );
  placeLabel(builder, returns.label);
  return name === undefined ? constant(null) : { kind: "local", name };
}

/** All arguments are evaluated before the first is bound: one of them may call the same procedure. */
function bindArguments(
  context: InlineContext,
  origin: Origin,
  procedure: Procedure,
  passed: readonly Argument[],
): Map<number, Binding> {
  const values = procedure.parameters.map((parameter, index) => {
    const argument = must(passed[index], `the argument ${parameter.name} of ${procedure.name}`);
    const next = passed.slice(index + 1).filter((other) => other.kind !== "closure");
    return evaluateArgument(context, origin, parameter, argument, next);
  });
  return new Map(
    procedure.parameters.map((parameter, index) => {
      const binding = must(values[index], `the value of ${parameter.name}`);
      if (binding.kind !== "term" || (parameter.constant && isStable(context, binding.term))) {
        return [parameter.id, binding];
      }
      const name = declaredLocal(context, parameter);
      emit(context.builder, { kind: "assign", local: name, value: binding.term, origin });
      return [parameter.id, { kind: "local", name, changes: !parameter.constant }];
    }),
  );
}

function evaluateArgument(
  context: InlineContext,
  origin: Origin,
  parameter: LocalSymbol,
  argument: Argument,
  next: readonly Expression[],
): Binding {
  if (argument.kind === "closure") return { kind: "closure", closure: argument, context };
  if (argument.kind === "local") {
    const binding = context.bindings.get(argument.local.id);
    if (binding?.kind === "closure") return binding;
  }
  const go = (e: Expression) => inlineExpression(context, origin, e);
  if (parameter.type.kind === "list" || parameter.type.kind === "set") {
    const place = placeOf(context, argument, go);
    if (place !== undefined) return { kind: "place", place: steadyPlace(context, origin, place, argument) };
  }
  const term = go(asType(argument, parameter.type));
  return { kind: "term", term: steadyBefore(context, origin, term, argument, next) };
}

/** Runs the arrow function that the caller passed, in the caller's own context. */
function inlineInvoke(
  context: InlineContext,
  origin: Origin,
  e: Extract<Expression, { kind: "invoke" }>,
): Term {
  const binding = context.bindings.get(e.local.id);
  if (binding?.kind !== "closure") return bug(`${e.local.name} is called but is no procedure`);
  const returns: Returns = { label: newLabel(), result: undefined };
  binding.context.inlineStatements(
    {
      ...binding.context,
      builder: context.builder,
      frames: origin.frames,
      active: context.active,
      atomic: context.atomic,
      ghost: context.ghost === undefined ? undefined : ghostContext(binding.context).ghost,
      returns,
      loop: undefined,
    },
    binding.closure.body,
  );
  placeLabel(context.builder, returns.label);
  return constant(null);
}
