/** Statements of a thread, written out with its calls: the first pass. Its product is a Flow. */
import { bug, must, unreachable } from "../base/assert.js";
import type { Span } from "../base/span.js";
import { notInAtomic, untilReadsTwice } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Origin, Term } from "../ir/model.js";
import type { Program, Statement, Target, ThreadDeclaration } from "../ir/program.js";
import { binary, constant, not, visitTerm } from "../ir/terms.js";
import {
  createFlowBuilder,
  emit,
  type Flow,
  type FlowBuilder,
  jump,
  localFor,
  newLabel,
  placeLabel,
} from "./flow.js";
import {
  atStatement,
  type Binding,
  boundary,
  declaredLocal,
  fieldName,
  type InlineContext,
  originOf,
  type Place,
} from "./inline-context.js";
import { inlineCondition, inlineExpression } from "./inline-expressions.js";
import { placeOf, pureTerm, runsCode } from "./pure-terms.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Writes out one thread declaration. What the program cannot mean is added to `diagnostics`. */
export function inlineThread(program: Program, thread: ThreadDeclaration, diagnostics: Diagnostic[]): Flow {
  const bindings = new Map<number, Binding>();
  if (thread.parameter !== undefined) {
    bindings.set(thread.parameter.id, { kind: "term", term: { kind: "argument" } });
  }
  return inlineBody(program, thread.name, thread, bindings, diagnostics);
}

/** Writes out statements that run as a thread of their own, such as those of `initially`. */
export function inlineBody(
  program: Program,
  name: string,
  { body, span }: { readonly body: readonly Statement[]; readonly span: Span },
  bindings: Map<number, Binding>,
  diagnostics: Diagnostic[],
): Flow {
  const builder: FlowBuilder = createFlowBuilder();
  const returns = { label: newLabel(), result: undefined };
  inlineStatements(createContext(program, name, builder, bindings, diagnostics, returns), body);
  placeLabel(builder, returns.label);
  builder.instructions.push({ kind: "exit" });
  const origin: Origin = { frames: [{ procedure: name, span, library: false }], span, text: name };
  return { origin, instructions: builder.instructions, locals: [...builder.locals.values()] };
}

/** A context outside every procedure; also for invariants, which have no steps. */
export function createContext(
  program: Program,
  name: string,
  builder: FlowBuilder,
  bindings: Map<number, Binding>,
  diagnostics: Diagnostic[],
  returns: InlineContext["returns"] = { label: newLabel(), result: undefined },
): InlineContext {
  return {
    program,
    builder,
    diagnostics,
    bindings,
    procedure: name,
    library: false,
    frames: [],
    shown: undefined,
    active: [],
    atomic: false,
    returns,
    loop: undefined,
    inlineStatements,
  };
}

function inlineStatements(context: InlineContext, statements: readonly Statement[]): void {
  for (const statement of statements) inlineStatement(atStatement(context, statement), statement);
}

function inlineStatement(context: InlineContext, statement: Statement): void {
  const origin = originOf(context, statement);
  const { builder } = context;
  switch (statement.kind) {
    case "declare":
      return inlineDeclare(context, origin, statement);
    case "assign":
      return inlineAssign(context, origin, statement);
    case "update":
      return inlineUpdate(context, origin, statement);
    case "evaluate":
      inlineExpression(context, origin, statement.expression);
      return;
    case "list-add":
    case "list-del":
    case "set-change":
      return inlineCollectionChange(context, origin, statement);
    case "check":
      return inlineCheck(context, origin, statement);
    case "until":
      return inlineUntil(context, origin, statement);
    case "lock": {
      const lock = inlineExpression(context, origin, statement.lock);
      emit(builder, { kind: "lock", event: statement.event, lock, mode: statement.mode, origin });
      return;
    }
    case "atomic":
      return inlineAtomic(context, origin, statement);
    case "if":
      return inlineIf(context, origin, statement);
    case "loop":
      return inlineLoop(context, origin, statement);
    case "for-each":
      return inlineForEach(context, origin, statement);
    case "walk":
      return inlineWalk(context, origin, statement);
    case "break":
      return jump(builder, must(context.loop, "the loop of a break").exit);
    case "continue":
      return jump(builder, must(context.loop, "the loop of a continue").next);
    case "return":
      return inlineReturn(context, origin, statement);
  }
  unreachable(statement);
}

function inlineDeclare(context: InlineContext, origin: Origin, statement: Kind<"declare">): void {
  const { local, value } = statement;
  const name = declaredLocal(context, local);
  context.bindings.set(local.id, { kind: "local", name, changes: !local.constant });
  if (value !== undefined) assignLocal(context, origin, name, value);
}

/** Loads straight into the declared local, so that a trace and the model show the name that the spec gives. */
function assignLocal(
  context: InlineContext,
  origin: Origin,
  name: string,
  value: Kind<"assign">["value"],
): void {
  const claimed = value.kind === "nonnull" && !context.atomic;
  const inner = claimed ? value.operand : value;
  const direct = !context.atomic && (inner.kind === "field" || inner.kind === "global");
  if (!direct) {
    const term = inlineExpression(context, origin, value);
    emit(context.builder, { kind: "assign", local: name, value: term, origin });
    return;
  }
  const place = placeOf(context, inner, (object) => inlineExpression(context, origin, object));
  boundary(context, origin);
  emit(context.builder, {
    kind: "assign",
    local: name,
    value: { kind: "read", ...must(place, "the place of a field"), span: inner.span },
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

function targetPlace(context: InlineContext, origin: Origin, target: Target): Place {
  const place = placeOf(context, target, (object) => inlineExpression(context, origin, object));
  return must(place, "the place of an assignment");
}

function localTarget(context: InlineContext, target: Extract<Target, { kind: "local" }>): string {
  const binding = context.bindings.get(target.local.id);
  return binding?.kind === "local" ? binding.name : bug(`${target.local.name} cannot be assigned`);
}

function inlineAssign(context: InlineContext, origin: Origin, statement: Kind<"assign">): void {
  const { target, value } = statement;
  if (target.kind === "local") {
    assignLocal(context, origin, localTarget(context, target), value);
    return;
  }
  const place = targetPlace(context, origin, target);
  const term = inlineExpression(context, origin, value);
  boundary(context, origin);
  emit(context.builder, { kind: "store", ...place, value: term, origin });
}

/** `x.n++` is a load and a store: two steps, as in C. */
function inlineUpdate(context: InlineContext, origin: Origin, statement: Kind<"update">): void {
  const { target, operator } = statement;
  const { builder } = context;
  if (target.kind === "local") {
    const name = localTarget(context, target);
    const value = inlineExpression(context, origin, statement.value);
    const term = binary(operator, { kind: "local", name }, value);
    emit(builder, { kind: "assign", local: name, value: term, origin });
    return;
  }
  const place = targetPlace(context, origin, target);
  const field = target.kind === "field" ? target.field : target.name;
  const { file, line, column } = target.span;
  const name = localFor(builder, `old value ${file}:${line}:${column}`, field, target.type);
  boundary(context, origin);
  emit(builder, {
    kind: "assign",
    local: name,
    value: { kind: "read", ...place, span: target.span },
    origin,
  });
  const value = inlineExpression(context, origin, statement.value);
  boundary(context, origin);
  emit(builder, { kind: "store", ...place, value: binary(operator, { kind: "local", name }, value), origin });
}

/** Names of the list variables whose elements are of this class: an element has one node for all of them. */
function listVariables(context: InlineContext, element: string): string[] {
  return context.program.classes.flatMap((type) =>
    type.fields
      .filter((field) => field.type.kind === "list" && field.type.element === element)
      .map((field) => fieldName(type.name, field.name)),
  );
}

function inlineCollectionChange(
  context: InlineContext,
  origin: Origin,
  statement: Kind<"list-add" | "list-del" | "set-change">,
): void {
  const { builder } = context;
  const element = inlineExpression(context, origin, statement.element);
  if (statement.kind === "list-del") {
    const type = statement.element.type;
    const variables = type.kind === "object" ? listVariables(context, type.class) : [];
    boundary(context, origin);
    checkLinked(context, origin, { kind: "linked", variables, element }, element);
    emit(builder, { kind: "unlink", variables, element, origin });
    return;
  }
  const collection = statement.kind === "list-add" ? statement.list : statement.set;
  const place = must(
    placeOf(context, collection, (object) => inlineExpression(context, origin, object)),
    "the list or set that changes",
  );
  const read: Term = { kind: "read", ...place, span: collection.span };
  boundary(context, origin);
  if (statement.kind === "list-add") {
    const type = collection.type;
    const variables = type.kind === "list" ? listVariables(context, type.element) : [];
    checkLinked(context, origin, not({ kind: "linked", variables, element }), element);
    const value: Term = { kind: "insert", where: statement.where, list: read, element };
    emit(builder, { kind: "store", ...place, value, origin });
  } else {
    const value: Term = { kind: "change", change: statement.change, set: read, element };
    emit(builder, { kind: "store", ...place, value, origin });
  }
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

function inlineCheck(context: InlineContext, origin: Origin, statement: Kind<"check">): void {
  const condition = inlineExpression(context, origin, statement.condition);
  const subject = statement.subject && inlineExpression(context, origin, statement.subject);
  const { check, message } = statement;
  emit(context.builder, { kind: "check", check, condition, subject, message, origin });
}

function inlineUntil(context: InlineContext, origin: Origin, statement: Kind<"until">): void {
  const { term, claims } = pureTerm(context, statement.condition);
  if (!context.atomic) {
    const reads: string[] = [];
    visitTerm(term, (inner) => {
      if (inner.kind === "read") reads.push(inner.variable);
    });
    if (reads.length > 1) {
      context.diagnostics.push(untilReadsTwice(statement.condition.span, reads));
    }
  }
  boundary(context, origin, true);
  for (const { condition, subject } of claims) {
    emit(context.builder, {
      kind: "check",
      check: "null-dereference",
      condition,
      subject,
      message: undefined,
      origin,
    });
  }
  emit(context.builder, { kind: "await", condition: term, idle: statement.idle, origin });
}

function inlineAtomic(context: InlineContext, origin: Origin, statement: Kind<"atomic">): void {
  boundary(context, origin, waits(context, statement.body));
  const returns = { label: newLabel(), result: undefined };
  inlineStatements({ ...context, atomic: true, returns, loop: undefined }, statement.body);
  placeLabel(context.builder, returns.label);
}

/** Whether the statements may wait; calls count as waiting, which only costs a step of its own for a choice before them. */
function waits(context: InlineContext, body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === "until") return true;
    if (statement.kind === "if") {
      return waits(context, statement.whenTrue) || waits(context, statement.whenFalse);
    }
    if (statement.kind === "atomic") return waits(context, statement.body);
    return statement.kind === "evaluate" && runsCode(statement.expression);
  });
}

function inlineIf(context: InlineContext, origin: Origin, statement: Kind<"if">): void {
  const { builder } = context;
  const [whenTrue, whenFalse, after] = [newLabel(), newLabel(), newLabel()];
  inlineCondition(context, origin, statement.condition, whenTrue, whenFalse);
  placeLabel(builder, whenTrue);
  inlineStatements(context, statement.whenTrue);
  jump(builder, after);
  placeLabel(builder, whenFalse);
  inlineStatements(context, statement.whenFalse);
  placeLabel(builder, after);
}

/** A loop inside one step need not end, and a step that does not end is none. */
function refuseInAtomic(context: InlineContext, statement: Statement): void {
  if (context.atomic) context.diagnostics.push(notInAtomic(statement.span, "a loop"));
}

function inlineLoop(context: InlineContext, origin: Origin, statement: Kind<"loop">): void {
  refuseInAtomic(context, statement);
  const { builder } = context;
  const [body, next, test, exit] = [newLabel(), newLabel(), newLabel(), newLabel()];
  if (statement.testFirst) jump(builder, test);
  placeLabel(builder, body);
  inlineStatements({ ...context, loop: { exit, next } }, statement.body);
  placeLabel(builder, next);
  inlineStatements(context, statement.update);
  placeLabel(builder, test);
  if (statement.test === undefined) jump(builder, body);
  else inlineCondition(context, origin, statement.test, body, exit);
  placeLabel(builder, exit);
}

/** Over a fixed set of objects: the variable moves along them, which costs no step. */
function inlineForEach(context: InlineContext, origin: Origin, statement: Kind<"for-each">): void {
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
      inlineStatements({ ...context, loop: { exit, next: after } }, statement.body);
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
  inlineStatements(inner, statement.body);
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
function inlineWalk(context: InlineContext, origin: Origin, statement: Kind<"walk">): void {
  const { builder } = context;
  const { local, safe } = statement;
  refuseInAtomic(context, statement);
  const place = must(
    placeOf(context, statement.list, (object) => inlineExpression(context, origin, object)),
    "the list of a walk",
  );
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
  inlineStatements({ ...context, loop: { exit, next } }, statement.body);
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

function inlineReturn(context: InlineContext, origin: Origin, statement: Kind<"return">): void {
  const { label, result } = context.returns;
  if (statement.value !== undefined && result !== undefined) {
    assignLocal(context, origin, result, statement.value);
  } else if (statement.value !== undefined) {
    inlineExpression(context, origin, statement.value);
  }
  jump(context.builder, label);
}
