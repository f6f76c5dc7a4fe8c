/** Statements that change variables of the thread or shared memory, written out access by access. */
import { bug, must } from "../base/assert.js";
import { descends } from "../ir/classes.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression, Program, Statement, Target, Type } from "../ir/program.js";
import { binary, constant, not } from "../ir/terms.js";
import { checkExists, checkPlace } from "./allocation.js";
import { emit, localFor } from "./flow.js";
import {
  boundary,
  declaredLocal,
  fieldName,
  type InlineContext,
  type Place,
  readOf,
} from "./inline-context.js";
import { inlineExpression } from "./inline-expressions.js";
import { asType, placeOf } from "./pure-terms.js";
import { steadyBefore } from "./steady.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

export function inlineDeclare(context: InlineContext, origin: Origin, statement: Kind<"declare">): void {
  const { local, value } = statement;
  const name = declaredLocal(context, local);
  context.bindings.set(local.id, { kind: "local", name, changes: !local.constant });
  if (value !== undefined) assignLocal(context, origin, name, asType(value, local.type));
}

/** Loads straight into the declared local, so that a trace and the model show the name that the spec gives. */
export function assignLocal(context: InlineContext, origin: Origin, name: string, value: Expression): void {
  const claimed = value.kind === "nonnull" && !context.atomic;
  const inner = claimed ? value.operand : value;
  const direct = !context.atomic && (inner.kind === "field" || inner.kind === "global");
  if (!direct) {
    const term = inlineExpression(context, origin, value);
    emit(context.builder, { kind: "assign", local: name, value: term, origin });
    return;
  }
  const named = placeOf(context, inner, (object) => inlineExpression(context, origin, object));
  const place = must(named, "the place of a field");
  boundary(context, origin);
  checkPlace(context, origin, place);
  emit(context.builder, {
    kind: "assign",
    local: name,
    value: readOf(context, place, inner.span),
    origin,
  });
  if (claimed) {
    const loaded: Term = { kind: "local", name };
    const condition = binary("!==", loaded, constant(null));
    emit(context.builder, {
      kind: "check",
      check: "null-dereference",
      condition,
      subject: undefined,
      message: undefined,
      origin,
    });
  }
}

/** The object is evaluated once, before the value. */
function targetPlace(context: InlineContext, origin: Origin, target: Target, value: Expression): Place {
  const place = must(
    placeOf(context, target, (object) => inlineExpression(context, origin, object)),
    "the place of an assignment",
  );
  if (place.object === undefined || target.kind !== "field") return place;
  return { ...place, object: steadyBefore(context, origin, place.object, target.object, [value]) };
}

function localTarget(context: InlineContext, target: Extract<Target, { kind: "local" }>): string {
  const binding = context.bindings.get(target.local.id);
  return binding?.kind === "local" ? binding.name : bug(`${target.local.name} cannot be assigned`);
}

export function inlineAssign(context: InlineContext, origin: Origin, statement: Kind<"assign">): void {
  const { target } = statement;
  const value = asType(statement.value, target.type);
  if (target.kind === "local") {
    assignLocal(context, origin, localTarget(context, target), value);
    return;
  }
  const place = targetPlace(context, origin, target, value);
  const term = inlineExpression(context, origin, value);
  boundary(context, origin);
  checkPlace(context, origin, place);
  const from = context.builder.instructions.length;
  emit(context.builder, { kind: "store", ...place, value: term, origin });
  const to = context.builder.instructions.length;
  if (statement.releases === true) context.builder.regions.push({ from, to, kind: "release" });
}

/** `x.n++` is a load and a store: two steps, as in C. */
export function inlineUpdate(context: InlineContext, origin: Origin, statement: Kind<"update">): void {
  const { target, operator } = statement;
  const { builder } = context;
  if (target.kind === "local") {
    const name = localTarget(context, target);
    const old = steadyBefore(context, origin, { kind: "local", name }, target, [statement.value]);
    const value = inlineExpression(context, origin, statement.value);
    emit(builder, { kind: "assign", local: name, value: binary(operator, old, value), origin });
    return;
  }
  const place = targetPlace(context, origin, target, statement.value);
  const field = target.kind === "field" ? target.field : target.name;
  const { file, line, column } = target.span;
  const name = localFor(builder, `old value ${file}:${line}:${column}`, field, target.type);
  boundary(context, origin);
  checkPlace(context, origin, place);
  const read = readOf(context, place, target.span);
  emit(builder, { kind: "assign", local: name, value: read, origin });
  const value = inlineExpression(context, origin, statement.value);
  boundary(context, origin);
  checkPlace(context, origin, place);
  emit(builder, { kind: "store", ...place, value: binary(operator, { kind: "local", name }, value), origin });
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
  const value: Term = { kind: "insert", where, list: read, element };
  emit(context.builder, { kind: "store", ...place, value, origin });
}

export function inlineSetChange(context: InlineContext, origin: Origin, statement: Kind<"set-change">): void {
  const { set, change } = statement;
  const e = elementOf(statement);
  const element = steadyBefore(context, origin, inlineExpression(context, origin, e), e, [set]);
  const place = collectionPlace(context, origin, set);
  boundary(context, origin);
  checkPlace(context, origin, place);
  const read = readOf(context, place, set.span);
  const value: Term = { kind: "change", change, set: read, element };
  emit(context.builder, { kind: "store", ...place, value, origin });
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
