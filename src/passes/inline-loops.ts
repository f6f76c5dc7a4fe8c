/** Loops: plain ones, over instances, and along lists. */
import { must } from "../base/assert.js";
import { notInAtomic } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Statement } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";
import { emit, jump, localFor, newLabel, placeLabel } from "./flow.js";
import { boundary, declaredLocal, type InlineContext } from "./inline-context.js";
import { inlineCondition, inlineExpression } from "./inline-expressions.js";
import { placeOf } from "./pure-terms.js";
import { steadyPlace } from "./steady.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** A loop inside one step need not end, and a step that does not end is none. */
function refuseInAtomic(context: InlineContext, statement: Statement): void {
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
  const { local, names } = statement;
  const first = names[0];
  if (first === undefined) return;
  const [body, next, exit] = [newLabel(), newLabel(), newLabel()];
  const inner: InlineContext = { ...context, loop: { exit, next } };
  const object = (ref: string): Term => ({ kind: "value", value: { ref }, type: local.type });
  if (names.length === 1 || context.atomic) {
    for (const ref of names) {
      const after = newLabel();
      context.bindings.set(local.id, { kind: "term", term: object(ref) });
      context.inlineStatements({ ...context, loop: { exit, next: after } }, statement.body);
      placeLabel(builder, after);
    }
    placeLabel(builder, exit);
    return;
  }
  const name = declaredLocal(context, local);
  const variable: Term = { kind: "local", name };
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  emit(builder, { kind: "assign", local: name, value: object(first), origin });
  placeLabel(builder, body);
  context.inlineStatements(inner, statement.body);
  placeLabel(builder, next);
  const list: Term = {
    kind: "value",
    value: { list: names.map((ref) => ({ ref })) },
    type: { kind: "list", element: local.type.kind === "object" ? local.type.class : "" },
  };
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
    whenTrue: body,
    whenFalse: exit,
    origin,
  });
  placeLabel(builder, exit);
}

/** list_for_each_entry, or list_for_each_entry_safe with the next element read ahead. */
export function inlineWalk(context: InlineContext, origin: Origin, statement: Kind<"walk">): void {
  const { builder } = context;
  const { local, safe } = statement;
  refuseInAtomic(context, statement);
  const named = placeOf(context, statement.list, (object) => inlineExpression(context, origin, object));
  const place = steadyPlace(context, origin, must(named, "the list of a walk"), statement.list);
  const list: Term = { kind: "read", ...place, span: statement.list.span };
  const name = declaredLocal(context, local);
  const element: Term = { kind: "local", name };
  const aheadName = safe ? localFor(builder, `ahead ${local.id}`, `${local.name}_next`, local.type) : name;
  const ahead: Term = { kind: "local", name: aheadName };
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  const assign = (to: string, value: Term) => emit(builder, { kind: "assign", local: to, value, origin });
  const nextOf = (of: Term): Term => ({ kind: "next", list, element: of });
  const isNull = (term: Term) => binary("===", term, constant(null));
  const [test, body, next, advance, exit] = [newLabel(), newLabel(), newLabel(), newLabel(), newLabel()];
  boundary(context, origin);
  assign(name, { kind: "first", list });
  if (safe) {
    const condition = isNull(element);
    assign(aheadName, {
      kind: "conditional",
      condition,
      whenTrue: constant(null),
      whenFalse: nextOf(element),
    });
  }
  placeLabel(builder, test);
  builder.instructions.push({
    kind: "branch",
    condition: isNull(element),
    whenTrue: exit,
    whenFalse: body,
    origin,
  });
  placeLabel(builder, body);
  context.inlineStatements({ ...context, loop: { exit, next } }, statement.body);
  placeLabel(builder, next);
  if (safe) {
    assign(name, ahead);
    builder.instructions.push({
      kind: "branch",
      condition: isNull(ahead),
      whenTrue: exit,
      whenFalse: advance,
      origin,
    });
    placeLabel(builder, advance);
  }
  boundary(context, origin);
  emit(builder, {
    kind: "check",
    check: "list-changed-under-walk",
    condition: { kind: "has", collection: list, element: ahead },
    subject: ahead,
    message: undefined,
    origin,
  });
  assign(aheadName, nextOf(ahead));
  jump(builder, test);
  placeLabel(builder, exit);
}
