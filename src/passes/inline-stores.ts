/** Statements that change variables of the thread or shared memory, written out access by access. */
import { bug, must } from "../base/assert.js";
import { unsupported } from "../diagnostics/catalog.js";
import { descends } from "../ir/classes.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression, Program, Statement, Target, Type } from "../ir/program.js";
import { binary, constant, not } from "../ir/terms.js";
import { checkExists, checkPlace } from "./allocation.js";
import {
  hasElements,
  operandRequirements,
  type PathStep,
  partAt,
  pathRequirements,
  withPart,
} from "./data.js";
import { emit, localFor } from "./flow.js";
import {
  boundary,
  declaredLocal,
  fieldName,
  type InlineContext,
  type Place,
  readOf,
  require,
  storeTo,
} from "./inline-context.js";
import { converted, inlinePlace } from "./inline-data.js";
import { checkClaims, inlineExpression } from "./inline-expressions.js";
import { asType, isInMemory, placeOf } from "./pure-terms.js";
import { steadyBefore } from "./steady.js";

const NUMBER: Type = { kind: "number" };

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export function inlineDeclare(context: InlineContext, origin: Origin, statement: Kind<"declare">): void {
  const { local, value } = statement;
  const name = declaredLocal(context, local);
  context.bindings.set(local.id, { kind: "local", name, changes: !local.constant });
  if (value !== undefined) assignLocal(context, origin, name, local.type, asType(value, local.type));
}

/** Loads straight into the declared local, so that a trace and the model show the name that the spec gives. */
export function assignLocal(
  context: InlineContext,
  origin: Origin,
  name: string,
  type: Type,
  value: Expression,
): void {
  const claimed = value.kind === "nonnull" && !context.atomic;
  const inner = claimed ? value.operand : value;
  const place = directPlace(context, origin, inner);
  if (place === undefined) {
    const term = converted(context, origin, inlineExpression(context, origin, value), value.type, type);
    emit(context.builder, { kind: "assign", local: name, value: term, origin });
    return;
  }
  boundary(context, origin);
  requireUsable(context, origin, place);
  emit(context.builder, { kind: "assign", local: name, value: readOf(context, place, inner.span), origin });
  if (claimed) {
    const loaded: Term = { kind: "local", name };
    const condition = binary("!==", loaded, constant(null));
    checkClaims(context, origin, [
      { check: "null-dereference", condition, subject: undefined, message: undefined },
    ]);
  }
  const kept = converted(context, origin, { kind: "local", name }, inner.type, type);
  if (kept.kind !== "local") emit(context.builder, { kind: "assign", local: name, value: kept, origin });
}

/** The place of an expression that is one load, evaluated; undefined for any other. */
function directPlace(context: InlineContext, origin: Origin, e: Expression): Place | undefined {
  const loads = e.kind === "field" || e.kind === "global" || e.kind === "element";
  if (context.atomic || !loads || hasElements(e.type)) return undefined;
  return inlinePlace(context, origin, e, [], (child) => inlineExpression(context, origin, child));
}

/** What must be true of a place in the step of its use: its object is allocated, its index inside. */
function requireUsable(context: InlineContext, origin: Origin, place: Place): void {
  checkPlace(context, origin, place);
  require(context, origin, place.inside === undefined ? [] : [place.inside]);
}

/** A variable of the thread or in memory, and the way from its value to the part that is assigned. */
interface Destination {
  readonly root:
    | { readonly kind: "local"; readonly name: string }
    | { readonly kind: "memory"; readonly place: Place };
  readonly type: Type;
  readonly path: readonly PathStep[];
  /** What the variable is called. */
  readonly name: string;
}

/** Objects and indices are evaluated once, before the value. */
function destinationOf(
  context: InlineContext,
  origin: Origin,
  target: Target,
  next: readonly Expression[],
): Destination {
  const go = (e: Expression) => inlineExpression(context, origin, e);
  if (target.kind === "select") {
    const outer = destinationOf(context, origin, target.record as Target, next);
    return { ...outer, path: [...outer.path, { kind: "part", name: target.field }] };
  }
  if (target.kind === "element" && !isInMemory(context, target.collection)) {
    const { collection } = target;
    const outer = destinationOf(context, origin, collection as Target, [target.index, ...next]);
    refuseCopied(context, collection);
    const index = steadyBefore(context, origin, go(target.index), target.index, next);
    const of = collection.type.kind === "map" ? "map" : "array";
    return { ...outer, path: [...outer.path, { kind: "element", of, index, type: collection.type }] };
  }
  if (target.kind === "local" && !isInMemory(context, target)) {
    const name = localTarget(context, target);
    return { root: { kind: "local", name }, type: target.type, path: [], name };
  }
  const place = must(inlinePlace(context, origin, target, next, go), "the place of an assignment");
  return { root: { kind: "memory", place }, type: target.type, path: [], name: nameOf(target, place) };
}

function nameOf(target: Expression, place: Place): string {
  if (target.kind === "field") return target.field;
  return target.kind === "element" ? nameOf(target.collection, place) : place.variable;
}

function localTarget(context: InlineContext, target: Extract<Target, { kind: "local" }>): string {
  const binding = context.bindings.get(target.local.id);
  return binding?.kind === "local" ? binding.name : bug(`${target.local.name} cannot be assigned`);
}

/** Changing the elements of a parameter: the caller's own array or set would stay as it is. */
function refuseCopied(context: InlineContext, e: Expression): void {
  const binding = e.kind === "local" ? context.bindings.get(e.local.id) : undefined;
  if (binding?.kind !== "local" || binding.copied !== true) return;
  context.diagnostics.push(
    unsupported(
      e.span,
      "changing a parameter that holds a copy",
      "The caller passes a local here, which is a value: it would stay as it is, and in C it would not.",
      "Return the new value; or pass a field or a top-level variable, which is passed by reference.",
    ),
  );
}

/** The present value of the destination's variable: of one in memory it is a load, of a step of its own. */
function present(
  context: InlineContext,
  origin: Origin,
  { root, name, type }: Destination,
  target: Target,
): Term {
  if (root.kind === "local") return { kind: "local", name: root.name };
  const { file, line, column } = target.span;
  const old = localFor(context.builder, `old value ${file}:${line}:${column}`, name, type);
  boundary(context, origin);
  requireUsable(context, origin, root.place);
  emit(context.builder, {
    kind: "assign",
    local: old,
    value: readOf(context, root.place, target.span),
    origin,
  });
  return { kind: "local", name: old };
}

/** Puts the value where it belongs: a store, where that is memory. `old` is the variable's value before. */
function put(
  context: InlineContext,
  origin: Origin,
  { root, path }: Destination,
  old: Term,
  value: Term,
  [from, to]: readonly [Type, Type],
  /** Whether the load of the old value has checked the indices. */
  checked = false,
): void {
  if (root.kind === "memory") {
    boundary(context, origin);
    if (path.length === 0 && !checked) requireUsable(context, origin, root.place);
    else checkPlace(context, origin, root.place);
  }
  if (!checked) require(context, origin, pathRequirements(context.program, old, path));
  const whole = withPart(old, path, converted(context, origin, value, from, to));
  if (root.kind === "memory") storeTo(context, origin, root.place, whole);
  else emit(context.builder, { kind: "assign", local: root.name, value: whole, origin });
}

export function inlineAssign(context: InlineContext, origin: Origin, statement: Kind<"assign">): void {
  const { target } = statement;
  const value = asType(statement.value, target.type);
  if (target.kind === "local" && !isInMemory(context, target)) {
    assignLocal(context, origin, localTarget(context, target), target.type, value);
    return;
  }
  const destination = destinationOf(context, origin, target, [value]);
  const term = inlineExpression(context, origin, value);
  const { root, path } = destination;
  const old: Term =
    root.kind === "memory" && path.length === 0
      ? constant(null)
      : present(context, origin, destination, target);
  const from = context.builder.instructions.length;
  put(context, origin, destination, old, term, [value.type, target.type]);
  const to = context.builder.instructions.length;
  // Only the store itself is what is stored here: a load before it is a step of its own.
  if (statement.releases === true) context.builder.regions.push({ from, to, kind: "release" });
}

/** `x.n++` is a load and a store: two steps, as in C. */
export function inlineUpdate(context: InlineContext, origin: Origin, statement: Kind<"update">): void {
  const { target, operator } = statement;
  const destination = destinationOf(context, origin, target, [statement.value]);
  const whole = steadyBefore(context, origin, present(context, origin, destination, target), target, [
    statement.value,
  ]);
  const value = inlineExpression(context, origin, statement.value);
  const old = partAt(whole, destination.path);
  // The part is there only if the indices on the way to it are inside.
  require(context, origin, pathRequirements(context.program, whole, destination.path));
  require(context, origin, operandRequirements(operator, [old, target.type], [value, statement.value.type]));
  put(context, origin, destination, whole, binary(operator, old, value), [NUMBER, target.type], true);
}

/**
 * Names of the list variables that an element of this class can be on: it has one node for all of them. Lists of a
 * class can hold objects of those that extend it.
 */
export function listVariables({ classes }: Program, element: string): string[] {
  const related = (other: string) => descends(classes, other, element) || descends(classes, element, other);
  return classes.flatMap((type) =>
    type.fields
      .filter((field) => field.type.kind === "list" && related(field.type.element))
      .map((field) => fieldName(type.name, field.name)),
  );
}

/** Memory cannot hold null where an element is asked for. */
function elementOf(statement: Kind<"list-add" | "list-del" | "set-change">): Expression {
  const { element } = statement;
  const type: Type =
    statement.kind === "set-change"
      ? statement.set.type.kind === "set"
        ? statement.set.type.element
        : element.type
      : { kind: "object", class: "", nullable: false };
  return asType(element, type);
}

function collectionPlace(context: InlineContext, origin: Origin, e: Expression): Place {
  const place = placeOf(context, e, (object) => inlineExpression(context, origin, object));
  return must(place, "the list or set that changes");
}

export function inlineListDel(context: InlineContext, origin: Origin, statement: Kind<"list-del">): void {
  const { type } = statement.element;
  const variables = type.kind === "object" ? listVariables(context.program, type.class) : [];
  const element = inlineExpression(context, origin, elementOf(statement));
  boundary(context, origin);
  if (type.kind === "object") checkExists(context, origin, element, type.class);
  checkLinked(context, origin, { kind: "linked", variables, element }, element);
  emit(context.builder, { kind: "unlink", variables, element, origin });
}

export function inlineListAdd(context: InlineContext, origin: Origin, statement: Kind<"list-add">): void {
  const { list, where } = statement;
  const e = elementOf(statement);
  const element = steadyBefore(context, origin, inlineExpression(context, origin, e), e, [list]);
  const place = collectionPlace(context, origin, list);
  const variables = list.type.kind === "list" ? listVariables(context.program, list.type.element) : [];
  boundary(context, origin);
  if (list.type.kind === "list") checkExists(context, origin, element, list.type.element);
  checkPlace(context, origin, place);
  checkLinked(context, origin, not({ kind: "linked", variables, element }), element);
  const read = readOf(context, place, list.span);
  storeTo(context, origin, place, { kind: "insert", where, list: read, element });
}

export function inlineSetChange(context: InlineContext, origin: Origin, statement: Kind<"set-change">): void {
  const { set, change } = statement;
  const e = elementOf(statement);
  const element = steadyBefore(context, origin, inlineExpression(context, origin, e), e, [set]);
  changeSet(context, origin, set, (old) => ({ kind: "change", change, set: old, element }));
}

/** `s.clear()` does not look at what was in the set. */
export function inlineSetClear(context: InlineContext, origin: Origin, { set }: Kind<"set-clear">): void {
  changeSet(context, origin, set, () => ({ kind: "value", value: { set: [] }, type: set.type }));
}

/** A set in memory changes in one step, a local one in none. */
function changeSet(
  context: InlineContext,
  origin: Origin,
  set: Expression,
  changed: (old: Term) => Term,
): void {
  if (set.kind === "local" && !isInMemory(context, set)) {
    refuseCopied(context, set);
    const name = localTarget(context, set);
    emit(context.builder, { kind: "assign", local: name, value: changed({ kind: "local", name }), origin });
    return;
  }
  const place = collectionPlace(context, origin, set);
  boundary(context, origin);
  checkPlace(context, origin, place);
  storeTo(context, origin, place, changed(readOf(context, place, set.span)));
}

export function inlineQueueChange(
  context: InlineContext,
  origin: Origin,
  statement: Kind<"queue-change">,
): void {
  const { queue, change } = statement;
  const e =
    change === "drop" || queue.type.kind !== "queue"
      ? statement.operand
      : asType(statement.operand, queue.type.element);
  const operand = steadyBefore(context, origin, inlineExpression(context, origin, e), e, [queue]);
  const place = collectionPlace(context, origin, queue);
  boundary(context, origin);
  const list = readOf(context, place, queue.span);
  const value: Term =
    change === "push"
      ? { kind: "insert", where: "last", list, element: operand }
      : change === "delete"
        ? { kind: "without", list, element: operand }
        : { kind: "behind", list, count: operand };
  emit(context.builder, { kind: "store", ...place, value, origin });
}

function checkLinked(context: InlineContext, origin: Origin, condition: Term, subject: Term): void {
  emit(context.builder, {
    kind: "check",
    check: "list-corruption",
    condition,
    subject,
    message: undefined,
    origin,
  });
}
