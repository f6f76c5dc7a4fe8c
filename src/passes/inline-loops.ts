/** Loops: plain ones, over instances, and along lists. */
import { must } from "../base/assert.js";
import { notInAtomic } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Statement } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";
import { checkExists, checkPlace } from "./allocation.js";
import { emit, jump, type Label, localFor, newLabel, placeLabel } from "./flow.js";
import { boundary, declaredLocal, type InlineContext, readOf, testAt } from "./inline-context.js";
import { inlineCondition, inlineExpression } from "./inline-expressions.js";
import { arrayTerm, nthTerm } from "./object-arrays.js";
import { placeOf } from "./pure-terms.js";
import { steady, steadyPlace } from "./steady.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** A loop inside one step need not end, and a step that does not end is none. */
export function refuseInAtomic(context: InlineContext, statement: Statement): void {
  if (context.atomic) context.diagnostics.push(notInAtomic(statement.span, "a loop"));
}

export function inlineLoop(context: InlineContext, origin: Origin, statement: Kind<"loop">): void {
  refuseInAtomic(context, statement);
  const { builder } = context;
  const [body, next, test, exit] = [newLabel(), newLabel(), newLabel(), newLabel()];
  if (statement.testFirst) jump(builder, test);
  placeLabel(builder, body);
  context.inlineStatements({ ...context, loop: { exit, next } }, statement.body);
  placeLabel(builder, next);
  context.inlineStatements(context, statement.update);
  placeLabel(builder, test);
  if (statement.test === undefined) jump(builder, body);
  else inlineCondition(context, origin, statement.test, body, exit);
  placeLabel(builder, exit);
}

/** Over a fixed set of objects: the variable moves along them, which costs no step. */
export function inlineForEach(context: InlineContext, origin: Origin, statement: Kind<"for-each">): void {
  const { builder } = context;
  const { local, domain } = statement;
  const count = domain.kind === "instances" ? domain.names.length : domain.count;
  if (count === 0) return;
  const list = steadyArray(context, origin, domain);
  const [body, next, exit] = [newLabel(), newLabel(), newLabel()];
  const inner: InlineContext = { ...context, loop: { exit, next } };
  const object = (index: number) => nthTerm(list, constant(index));
  if (count === 1 || context.atomic) {
    for (let index = 0; index < count; index++) {
      const after = newLabel();
      context.bindings.set(local.id, { kind: "term", term: object(index) });
      context.inlineStatements({ ...context, loop: { exit, next: after } }, statement.body);
      placeLabel(builder, after);
    }
    placeLabel(builder, exit);
    return;
  }
  const name = declaredLocal(context, local);
  const variable: Term = { kind: "local", name };
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  emit(builder, { kind: "assign", local: name, value: object(0), origin });
  placeLabel(builder, body);
  context.inlineStatements(inner, statement.body);
  placeLabel(builder, next);
  emit(builder, {
    kind: "assign",
    local: name,
    value: { kind: "next", list, element: variable },
    origin,
  });
  const more = binary("!==", variable, constant(null));
  builder.instructions.push({
    kind: "branch",
    condition: more,
    test: testAt(context, origin.span),
    whenTrue: body,
    whenFalse: exit,
    origin,
  });
  placeLabel(builder, exit);
}

/** The objects that a loop goes over, which are settled when it begins. */
function steadyArray(context: InlineContext, origin: Origin, domain: Kind<"for-each">["domain"]): Term {
  const list = arrayTerm(domain, (object) => inlineExpression(context, origin, object));
  if (list.kind !== "elements" || domain.kind !== "elements") return list;
  return { ...list, object: steady(context, origin, list.object, domain.object) };
}

/** A walk along a list: which list, and the variables that stand on it. */
interface Walk {
  /** The class of its elements. */
  readonly element: string;
  readonly list: Term;
  /** The variable that the body sees. */
  readonly name: string;
  /** The variable that reads on: one element ahead where the walk is safe, or else the same. */
  readonly aheadName: string;
}

/** list_for_each_entry, or list_for_each_entry_safe with the next element read ahead. */
export function inlineWalk(context: InlineContext, origin: Origin, statement: Kind<"walk">): void {
  const { builder } = context;
  const { local, safe } = statement;
  refuseInAtomic(context, statement);
  const named = placeOf(context, statement.list, (object) => inlineExpression(context, origin, object));
  const place = steadyPlace(context, origin, must(named, "the list of a walk"), statement.list);
  const name = declaredLocal(context, local);
  const element = statement.list.type.kind === "list" ? statement.list.type.element : "";
  const walk: Walk = {
    element,
    list: readOf(context, place, statement.list.span),
    name,
    aheadName: safe ? localFor(builder, `ahead ${local.id}`, `${local.name}_next`, local.type) : name,
  };
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  const [test, body, next, exit] = [newLabel(), newLabel(), newLabel(), newLabel()];
  boundary(context, origin);
  checkPlace(context, origin, place);
  emit(builder, { kind: "assign", local: name, value: { kind: "first", list: walk.list }, origin });
  placeLabel(builder, test);
  leaveAtEnd(context, origin, name, exit, body);
  placeLabel(builder, body);
  if (safe) readOn(context, origin, walk);
  context.inlineStatements({ ...context, loop: { exit, next } }, statement.body);
  placeLabel(builder, next);
  if (safe)
    emit(builder, { kind: "assign", local: name, value: { kind: "local", name: walk.aheadName }, origin });
  else readOn(context, origin, walk);
  jump(builder, test);
  placeLabel(builder, exit);
}

/**
 * Loads the element after the current one, which must still be on the list: a step of its own, also before the first
 * round of a safe walk, since the first element may leave between its own load and that of the second.
 */
function readOn(context: InlineContext, origin: Origin, walk: Walk): void {
  const { builder } = context;
  const { list, name, aheadName } = walk;
  const element: Term = { kind: "local", name };
  boundary(context, origin);
  checkExists(context, origin, element, walk.element);
  emit(builder, {
    kind: "check",
    check: "list-changed-under-walk",
    condition: { kind: "has", collection: list, element },
    subject: element,
    message: undefined,
    origin,
  });
  emit(builder, { kind: "assign", local: aheadName, value: { kind: "next", list, element }, origin });
}

function leaveAtEnd(context: InlineContext, origin: Origin, name: string, exit: Label, stay: Label): void {
  const condition = binary("===", { kind: "local", name }, constant(null));
  const test = testAt(context, origin.span, true);
  const ways = { whenTrue: exit, whenFalse: stay };
  context.builder.instructions.push({ kind: "branch", condition, test, ...ways, origin });
}
