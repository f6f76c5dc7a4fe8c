/** Loops over arrays and sets. */
import { objectsOf } from "../ir/classes.js";
import type { Origin, Term, Value } from "../ir/model.js";
import type { LocalSymbol, Program, Statement, Type } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";
import { checkPlace } from "./allocation.js";
import { exactType } from "./data.js";
import { emit, jump, localFor, newLabel, placeLabel } from "./flow.js";
import { boundary, declaredLocal, type InlineContext, type Place, readOf } from "./inline-context.js";
import { inlinePlace } from "./inline-data.js";
import { inlineExpression } from "./inline-expressions.js";
import { refuseInAtomic } from "./inline-loops.js";
import { sizeOf } from "./literals.js";
import { steady } from "./steady.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const NUMBER: Type = { kind: "number" };

/** By the index: an array in memory is read element by element, one load each. */
export function inlineArrayLoop(context: InlineContext, origin: Origin, statement: Kind<"array-loop">): void {
  const { builder } = context;
  const { local, array } = statement;
  const go = (e: typeof array) => inlineExpression(context, origin, e);
  const named = inlinePlace(context, origin, array, [], go);
  const place = named && settled(context, origin, named);
  const whole =
    place === undefined ? steadyValue(context, origin, go(array), array) : readOf(context, place, array.span);
  const length = sizeOf(context.program, array.type, whole);
  const element = (index: Term): Term =>
    place === undefined
      ? { kind: "index", of: "array", collection: whole, index }
      : readOf(context, { ...place, index }, array.span);
  const name = declaredLocal(context, local);
  const round = (index: Term, loop: NonNullable<InlineContext["loop"]>) => {
    if (place !== undefined) {
      boundary(context, origin);
      checkPlace(context, origin, place);
    }
    emit(builder, { kind: "assign", local: name, value: element(index), origin });
    context.bindings.set(local.id, { kind: "local", name, changes: false });
    context.inlineStatements({ ...context, loop }, statement.body);
  };
  const exit = newLabel();
  const type = exactType(context.program, array.type, whole);
  const count = type.kind === "array" ? type.length : undefined;
  if (context.atomic && count !== undefined) {
    for (let index = 0; index < count; index++) {
      const next = newLabel();
      round(constant(index), { exit, next });
      placeLabel(builder, next);
    }
    placeLabel(builder, exit);
    return;
  }
  refuseInAtomic(context, statement);
  const at = localFor(builder, `index ${local.id}`, `${local.name}_at`, NUMBER);
  const index: Term = { kind: "local", name: at };
  const [test, body, next] = [newLabel(), newLabel(), newLabel()];
  emit(builder, { kind: "assign", local: at, value: constant(0), origin });
  placeLabel(builder, test);
  const condition = binary("<", index, length);
  builder.instructions.push({ kind: "branch", condition, whenTrue: body, whenFalse: exit, origin });
  placeLabel(builder, body);
  round(index, { exit, next });
  placeLabel(builder, next);
  emit(builder, { kind: "assign", local: at, value: binary("+", index, constant(1)), origin });
  jump(builder, test);
  placeLabel(builder, exit);
}

/** The object that holds the array is settled before the first round. */
function settled(context: InlineContext, origin: Origin, place: Place): Place {
  if (place.object === undefined || context.atomic) return place;
  const span = origin.frames.at(-1)?.span ?? origin.span;
  const type: Type = { kind: "object", class: "", nullable: true };
  return { ...place, object: steady(context, origin, place.object, { span, type }) };
}

/** A local is looked at in each round, as JavaScript and C do; what was computed is computed once. */
function steadyValue(
  context: InlineContext,
  origin: Origin,
  term: Term,
  e: Kind<"array-loop">["array"],
): Term {
  return term.kind === "local" || term.kind === "value" ? term : steady(context, origin, term, e);
}

/** for_each_cpu: one look at the set for each value that could be in it, in the order of the declarations. */
export function inlineSetLoop(context: InlineContext, origin: Origin, statement: Kind<"set-loop">): void {
  const { builder } = context;
  const { local, set } = statement;
  const go = (e: typeof set) => inlineExpression(context, origin, e);
  const named = inlinePlace(context, origin, set, [], go);
  const place = named && settled(context, origin, named);
  const collection =
    place === undefined ? steadyValue(context, origin, go(set), set) : readOf(context, place, set.span);
  forEachValue(context, origin, local, candidates(context.program, local.type), (inner, element) => {
    const [body, after] = [newLabel(), newLabel()];
    let condition: Term = { kind: "has", collection, element };
    if (place !== undefined) {
      const name = localFor(builder, `has ${local.id}`, `has_${local.name}`, { kind: "boolean" });
      boundary(inner, origin);
      checkPlace(inner, origin, place);
      emit(builder, { kind: "assign", local: name, value: condition, origin });
      condition = { kind: "local", name };
    }
    builder.instructions.push({ kind: "branch", condition, whenTrue: body, whenFalse: after, origin });
    placeLabel(builder, body);
    context.inlineStatements(inner, statement.body);
    placeLabel(builder, after);
  });
}

/**
 * Runs the body for one value after the other, each in the variable of the loop: a name that stands for an object is
 * no proof that the object is allocated.
 */
function forEachValue(
  context: InlineContext,
  origin: Origin,
  local: LocalSymbol,
  values: readonly Value[],
  inlineRound: (context: InlineContext, element: Term) => void,
): void {
  const { builder } = context;
  const first = values[0];
  if (first === undefined) return;
  const name = declaredLocal(context, local);
  const element: Term = { kind: "local", name };
  const assign = (value: Term) => emit(builder, { kind: "assign", local: name, value, origin });
  const constantOf = (value: Value): Term => ({ kind: "value", value, type: local.type });
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  const exit = newLabel();
  if (context.atomic) {
    for (const value of values) {
      const next = newLabel();
      assign(constantOf(value));
      inlineRound({ ...context, loop: { exit, next } }, element);
      placeLabel(builder, next);
    }
    placeLabel(builder, exit);
    return;
  }
  const [body, next] = [newLabel(), newLabel()];
  assign(constantOf(first));
  placeLabel(builder, body);
  inlineRound({ ...context, loop: { exit, next } }, element);
  placeLabel(builder, next);
  const type: Type = { kind: "array", element: local.type, length: values.length };
  const list: Term = { kind: "value", value: { list: values }, type };
  const last = binary("===", element, constantOf(values.at(-1) ?? first));
  const more = newLabel();
  builder.instructions.push({ kind: "branch", condition: last, whenTrue: exit, whenFalse: more, origin });
  placeLabel(builder, more);
  assign({ kind: "next", list, element });
  jump(builder, body);
  placeLabel(builder, exit);
}

/** Every value that a set of this type can hold. */
function candidates(program: Program, type: Type): Value[] {
  switch (type.kind) {
    case "boolean":
      return [false, true];
    case "object":
      return objectsOf(program, type.class).map((ref) => ({ ref }));
    case "thread":
      return program.threads.flatMap(({ name, parameter, arguments: objects }) =>
        parameter === undefined ? [{ ref: name }] : objects.map((object) => ({ ref: `${name}(${object})` })),
      );
    default:
      return [];
  }
}
