/**
 * Calls, written out where they stand: of procedures, of methods, and of procedures that were passed as arguments.
 *
 * A procedure is active at most once per thread, and so is an arrow function: it can only call what was passed before
 * it was made. Each statement thus runs in one activation at a time, and one variable of the thread is enough for
 * each of its values.
 */
import { bug, must } from "../base/assert.js";
import { recursion } from "../diagnostics/catalog.js";
import { implementations } from "../ir/classes.js";
import type { Origin, Term } from "../ir/model.js";
import type { Argument, Expression, LocalSymbol, Procedure } from "../ir/program.js";
import { constant, defaultValue } from "../ir/terms.js";
import { isOneOf } from "./allocation.js";
import { hasElements } from "./data.js";
import { emit, jump, newLabel, placeLabel } from "./flow.js";
import { objectOf } from "./identity.js";
import {
  type Binding,
  declaredLocal,
  type InlineContext,
  type Returns,
  temporary,
} from "./inline-context.js";
import { converted } from "./inline-data.js";
import { ghostContext } from "./inline-ghost.js";
import { asType, placeOf } from "./pure-terms.js";
import { isStable, steady, steadyBefore, steadyPlace } from "./steady.js";

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Writes out a call of a procedure that is known by name. */
export function inlineCall(context: InlineContext, origin: Origin, e: Kind<"call">): Term {
  const procedure = must(context.program.procedures.get(e.procedure), `the procedure ${e.procedure}`);
  if (refuseRecursion(context, e, procedure)) return constant(null);
  const values = evaluateArguments(context, origin, procedure.parameters, e.arguments);
  const returns = returnsOf(context, e, procedure.name, procedure);
  runProcedure(context, origin, procedure, values, returns);
  placeLabel(context.builder, returns.label);
  return resultOf(returns);
}

/**
 * Writes out a call of a method. The receiver and the arguments are evaluated once and held; then the class of the
 * receiver, which never changes, decides which procedure runs.
 */
export function inlineDispatch(context: InlineContext, origin: Origin, e: Kind<"dispatch">): Term {
  const { builder, program } = context;
  const declared = must(program.procedures.get(e.procedure), `the method ${e.procedure}`);
  const evaluated = evaluateArguments(context, origin, declared.parameters, e.arguments);
  const values = evaluated.map((value, index): Binding => {
    if (value.kind !== "term") return value;
    const argument = must(e.arguments[index], "an argument of a method");
    return argument.kind === "closure"
      ? value
      : { kind: "term", term: steady(context, origin, value.term, argument) };
  });
  const [first] = values;
  const receiver = first?.kind === "term" ? first.term : bug("a method is called on no object");
  const fixed = objectOf(receiver);
  const candidates = implementations(program, e.class, e.method).filter(
    ({ objects }) => fixed === undefined || objects.includes(fixed),
  );
  const returns = returnsOf(context, e, e.method, declared);
  candidates.forEach(({ procedure: name, objects }, index) => {
    const procedure = must(program.procedures.get(name), `the method ${name}`);
    const next = newLabel();
    if (index < candidates.length - 1) {
      const here = newLabel();
      const condition = isOneOf(receiver, objects, e.class);
      builder.instructions.push({ kind: "branch", condition, whenTrue: here, whenFalse: next, origin });
      placeLabel(builder, here);
    }
    if (!refuseRecursion(context, e, procedure)) {
      const result = returns.result && { name: returns.result.name, type: procedure.result };
      runProcedure(context, origin, procedure, values, { label: returns.label, result });
    }
    jump(builder, returns.label);
    placeLabel(builder, next);
  });
  placeLabel(builder, returns.label);
  // Without an object of the class the receiver is null, and the thread has stopped before.
  if (candidates.length === 0) return { kind: "value", value: defaultValue(e.type), type: e.type };
  return resultOf(returns);
}

/** Runs the procedure that the caller passed: code of the caller, in the caller's own context. */
export function inlineInvoke(context: InlineContext, origin: Origin, e: Kind<"invoke">): Term {
  const passed = context.bindings.get(e.local.id);
  if (passed?.kind !== "closure") return bug(`${e.local.name} is called but is no procedure`);
  const { closure } = passed;
  const values = evaluateArguments(context, origin, closure.parameters, e.arguments);
  const bindings = new Map(passed.context.bindings);
  bindParameters(context, origin, closure.parameters, values, bindings);
  const returns = returnsOf(context, e, e.local.name, closure);
  passed.context.inlineStatements(
    {
      ...passed.context,
      bindings,
      frames: origin.frames,
      active: context.active,
      atomic: context.atomic,
      locked: context.locked,
      ghost: context.ghost === undefined ? undefined : ghostContext(passed.context).ghost,
      returns,
      loop: undefined,
    },
    closure.body,
  );
  placeLabel(context.builder, returns.label);
  return resultOf(returns);
}

/** Reports a call of what is being written out; a copy of it would contain itself. */
function refuseRecursion(context: InlineContext, e: Expression, { name }: Procedure): boolean {
  if (!context.active.includes(name)) return false;
  context.diagnostics.push(recursion(e.span, [...context.active.slice(context.active.indexOf(name)), name]));
  return true;
}

/** Where `return` leads in the callee; where the value is not asked for it goes nowhere. */
function returnsOf(
  context: InlineContext,
  e: Expression,
  name: string,
  callee: Pick<Procedure, "result">,
): Returns {
  const result =
    e.type.kind === "void" ? undefined : { name: temporary(context, e, name), type: callee.result };
  return { label: newLabel(), result };
}

function resultOf({ result }: Returns): Term {
  return result === undefined ? constant(null) : { kind: "local", name: result.name };
}

function runProcedure(
  context: InlineContext,
  origin: Origin,
  procedure: Procedure,
  values: readonly Binding[],
  returns: Returns,
): void {
  const bindings = new Map<number, Binding>();
  bindParameters(context, origin, procedure.parameters, values, bindings);
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
      blocks: new Map(),
    },
    procedure.body,
  );
}

/** All arguments are evaluated before the first is bound: one of them may call the same procedure. */
function evaluateArguments(
  context: InlineContext,
  origin: Origin,
  parameters: readonly LocalSymbol[],
  passed: readonly Argument[],
): Binding[] {
  return passed.map((argument, index) => {
    const next = passed.slice(index + 1).filter((other) => other.kind !== "closure");
    return evaluateArgument(context, origin, parameters[index], argument, next);
  });
}

/** Gives each parameter its value; one that the callee assigns, or that may change meanwhile, gets a variable. */
function bindParameters(
  context: InlineContext,
  origin: Origin,
  parameters: readonly LocalSymbol[],
  values: readonly Binding[],
  bindings: Map<number, Binding>,
): void {
  parameters.forEach((parameter, index) => {
    const binding = must(values[index], `the value of ${parameter.name}`);
    if (binding.kind !== "term" || (parameter.constant && isStable(context, binding.term))) {
      bindings.set(parameter.id, binding);
      return;
    }
    const name = declaredLocal(context, parameter);
    emit(context.builder, { kind: "assign", local: name, value: binding.term, origin });
    const copied = parameter.type.kind === "set" || hasElements(parameter.type);
    bindings.set(parameter.id, { kind: "local", name, changes: !parameter.constant, copied });
  });
}

/** `parameter` is absent where a procedure takes fewer arguments than it is given. */
function evaluateArgument(
  context: InlineContext,
  origin: Origin,
  parameter: LocalSymbol | undefined,
  argument: Argument,
  next: readonly Expression[],
): Binding {
  if (argument.kind === "closure") return { kind: "closure", closure: argument, context };
  if (argument.kind === "local") {
    const binding = context.bindings.get(argument.local.id);
    if (binding?.kind === "closure") return binding;
  }
  const go = (e: Expression) => context.inlineExpression(context, origin, e);
  const type = parameter?.type ?? argument.type;
  if (type.kind === "list" || type.kind === "set" || hasElements(type)) {
    const place = placeOf(context, argument, go);
    if (place !== undefined) return { kind: "place", place: steadyPlace(context, origin, place, argument) };
  }
  const given = asType(argument, type);
  const term = converted(context, origin, go(given), given.type, type);
  return { kind: "term", term: steadyBefore(context, origin, term, argument, next) };
}
