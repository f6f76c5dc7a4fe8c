/** Statements that go one of several ways, or round a fixed number of times: switch, labels, either, repeat. */
import type { Origin, Term } from "../ir/model.js";
import type { Statement } from "../ir/program.js";
import { binary, constant, readsShared } from "../ir/terms.js";
import { emit, jump, localFor, newLabel, placeLabel } from "./flow.js";
import { declaredLocal, type InlineContext, testAt } from "./inline-context.js";
import { steady } from "./steady.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** The value is evaluated once and compared with each case in turn; a clause runs on into the next. */
export function inlineSwitch(context: InlineContext, origin: Origin, statement: Kind<"switch">): void {
  const { builder } = context;
  const { clauses } = statement;
  const evaluated = context.inlineExpression(context, origin, statement.value);
  const value = readsShared(evaluated) ? steady(context, origin, evaluated, statement.value) : evaluated;
  const exit = newLabel();
  const entries = clauses.map((clause) => ({ clause, label: newLabel() }));
  for (const { clause, label } of entries) {
    if (clause.test === undefined) continue;
    const next = newLabel();
    const condition = binary("===", value, context.inlineExpression(context, origin, clause.test));
    const stated = testAt(context, clause.test.span);
    const test = stated && { ...stated, oneOfSeveral: true as const };
    builder.instructions.push({ kind: "branch", condition, test, whenTrue: label, whenFalse: next, origin });
    placeLabel(builder, next);
  }
  jump(builder, entries.find(({ clause }) => clause.test === undefined)?.label ?? exit);
  for (const { clause, label } of entries) {
    placeLabel(builder, label);
    context.inlineStatements(context, clause.body);
  }
  placeLabel(builder, exit);
}

/** Statements with an end that a `leave` can jump to. */
export function inlineBlock(context: InlineContext, statement: Kind<"block">): void {
  const exit = newLabel();
  const blocks = new Map(context.blocks).set(statement.block, exit);
  context.inlineStatements({ ...context, blocks }, statement.body);
  placeLabel(context.builder, exit);
}

/** A choice of a branch. `return` in a branch leaves only that: each is an arrow function. */
export function inlineEither(context: InlineContext, origin: Origin, statement: Kind<"either">): void {
  const { builder } = context;
  const { branches, span } = statement;
  const { file, line, column } = span;
  const type = { kind: "number" } as const;
  const name = localFor(builder, `either ${file}:${line}:${column}`, "branch", type);
  const domain: Term = {
    kind: "value",
    value: { set: branches.map((_, index) => index) },
    type: { kind: "set", element: type },
  };
  emit(builder, { kind: "choose", local: name, domain, origin });
  const after = newLabel();
  const inner: InlineContext = { ...context, returns: { label: after, result: undefined }, loop: undefined };
  branches.forEach((branch, index) => {
    const [here, next] = [newLabel(), newLabel()];
    if (index < branches.length - 1) {
      const condition = binary("===", { kind: "local", name }, constant(index));
      builder.instructions.push({ kind: "branch", condition, whenTrue: here, whenFalse: next, origin });
    }
    placeLabel(builder, here);
    context.inlineStatements(inner, branch);
    jump(builder, after);
    placeLabel(builder, next);
  });
  placeLabel(builder, after);
}

/** The counter is a variable of the thread. Inside an atomic step the rounds are written out one after the other. */
export function inlineRepeat(context: InlineContext, origin: Origin, statement: Kind<"repeat">): void {
  const { builder } = context;
  const { count, local, body } = statement;
  const round = () => {
    const next = newLabel();
    const returns = { label: next, result: undefined };
    context.inlineStatements({ ...context, returns, loop: undefined }, body);
    placeLabel(builder, next);
  };
  if (count <= 1 || context.atomic) {
    for (let n = 0; n < count; n++) {
      context.bindings.set(local.id, { kind: "term", term: constant(n) });
      round();
    }
    return;
  }
  const name = declaredLocal(context, local);
  const counter: Term = { kind: "local", name };
  const [again, exit] = [newLabel(), newLabel()];
  context.bindings.set(local.id, { kind: "local", name, changes: false });
  emit(builder, { kind: "assign", local: name, value: constant(0), origin });
  placeLabel(builder, again);
  round();
  emit(builder, { kind: "assign", local: name, value: binary("+", counter, constant(1)), origin });
  const condition = binary("<", counter, constant(count));
  builder.instructions.push({ kind: "branch", condition, whenTrue: again, whenFalse: exit, origin });
  placeLabel(builder, exit);
}
