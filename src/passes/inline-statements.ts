/** Statements of a thread, written out with its calls: the first pass. Its product is a Flow. */
import { must, unreachable } from "../base/assert.js";
import type { Span } from "../base/span.js";
import { unsupported, untilReadsTwice } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression, Program, Statement, ThreadDeclaration } from "../ir/program.js";
import { decided, mapTerm } from "../ir/terms.js";
import { typeOfVariable } from "./data.js";
import { createFlowBuilder, emit, type Flow, type FlowBuilder, jump, newLabel, placeLabel } from "./flow.js";
import { inlineBlock, inlineEither, inlineRepeat, inlineSwitch } from "./inline-branches.js";
import {
  atStatement,
  awaitEmptyBuffer,
  type Binding,
  boundary,
  type InlineContext,
  originOf,
  type Returns,
  type Runner,
} from "./inline-context.js";
import { inlineArrayLoop, inlineSetLoop } from "./inline-data-loops.js";
import { checkClaims, inlineCondition, inlineExpression } from "./inline-expressions.js";
import { inlineFree } from "./inline-free.js";
import {
  changesGhost,
  ghostContext,
  inlineGhost,
  inlineGhostStatement,
  refuseInGhost,
} from "./inline-ghost.js";
import { inlineForEach, inlineLoop, inlineWalk } from "./inline-loops.js";
import {
  assignLocal,
  inlineAssign,
  inlineDeclare,
  inlineListAdd,
  inlineListDel,
  inlineQueueChange,
  inlineSetChange,
  inlineSetClear,
  inlineUpdate,
} from "./inline-stores.js";
import { asType, observed, pureTerm, runsCode } from "./pure-terms.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Writes out one thread declaration. What the program cannot mean is added to `diagnostics`. */
export function inlineThread(program: Program, thread: ThreadDeclaration, diagnostics: Diagnostic[]): Flow {
  const bindings = new Map<number, Binding>();
  if (thread.parameter !== undefined) {
    bindings.set(thread.parameter.id, { kind: "term", term: { kind: "argument" } });
  }
  const runner: Runner = { context: thread.context, placed: thread.cpus.length > 0 };
  return inlineBody(program, thread.name, thread, bindings, diagnostics, runner);
}

/** Writes out statements that run as a thread of their own, such as those of `initially`. */
export function inlineBody(
  program: Program,
  name: string,
  { body, span }: { readonly body: readonly Statement[]; readonly span: Span },
  bindings: Map<number, Binding>,
  diagnostics: Diagnostic[],
  runner?: Runner,
  initial = false,
): Flow {
  const builder: FlowBuilder = createFlowBuilder();
  const returns: Returns = { label: newLabel(), result: undefined };
  const context = createContext(program, name, builder, bindings, diagnostics, returns);
  inlineStatements({ ...context, runner, initial }, body);
  placeLabel(builder, returns.label);
  builder.instructions.push({ kind: "exit" });
  const origin: Origin = { frames: [{ procedure: name, span, library: false }], span, text: name };
  const { instructions, regions } = builder;
  return { origin, instructions, locals: [...builder.locals.values()], regions };
}

/** A context outside every procedure; also for invariants, which have no steps. */
export function createContext(
  program: Program,
  name: string,
  builder: FlowBuilder,
  bindings: Map<number, Binding>,
  diagnostics: Diagnostic[],
  returns: Returns = { label: newLabel(), result: undefined },
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
    races: false,
    runner: undefined,
    ghost: undefined,
    initial: false,
    locked: false,
    returns,
    loop: undefined,
    blocks: new Map(),
    inlineStatements,
    inlineExpression,
  };
}

function inlineStatements(context: InlineContext, statements: readonly Statement[]): void {
  for (const statement of statements) inlineStatement(atStatement(context, statement), statement);
}

function inlineStatement(context: InlineContext, statement: Statement): void {
  const origin = originOf(context, statement);
  const { builder } = context;
  if (context.ghost === undefined && changesGhost(context, statement)) {
    return inlineGhostStatement(context, statement);
  }
  if (context.ghost !== undefined) refuseInGhost(context, statement);
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
      return inlineListAdd(context, origin, statement);
    case "list-del":
      return inlineListDel(context, origin, statement);
    case "free":
      return inlineFree(context, origin, statement);
    case "set-change":
      return inlineSetChange(context, origin, statement);
    case "queue-change":
      return inlineQueueChange(context, origin, statement);
    case "set-clear":
      return inlineSetClear(context, origin, statement);
    case "check":
      return inlineCheck(context, origin, statement);
    case "until":
      return inlineUntil(context, origin, statement);
    case "lock": {
      const lock = inlineExpression(context, origin, statement.lock);
      const { event, mode, tried } = statement;
      emit(builder, { kind: "lock", event, lock, mode, tried, origin });
      return;
    }
    case "atomic":
    case "release":
      return inlineAtomic(context, origin, statement);
    case "data-race":
      return inlineDataRace(context, statement);
    case "ghost":
      return inlineGhost(context, statement.body);
    case "barrier":
      return inlineBarrier(context, origin, statement);
    case "if":
      return inlineIf(context, origin, statement);
    case "loop":
      return inlineLoop(context, origin, statement);
    case "for-each":
      return inlineForEach(context, origin, statement);
    case "array-loop":
      return inlineArrayLoop(context, origin, statement);
    case "set-loop":
      return inlineSetLoop(context, origin, statement);
    case "walk":
      return inlineWalk(context, origin, statement);
    case "switch":
      return inlineSwitch(context, origin, statement);
    case "block":
      return inlineBlock(context, statement);
    case "leave":
      return jump(builder, must(context.blocks.get(statement.block), "the block that is left"));
    case "either":
      return inlineEither(context, origin, statement);
    case "repeat":
      return inlineRepeat(context, origin, statement);
    case "break":
      return jump(builder, must(context.loop, "the loop of a break").exit);
    case "continue":
      return jump(builder, must(context.loop, "the loop of a continue").next);
    case "return":
      return inlineReturn(context, origin, statement);
  }
  unreachable(statement);
}

function inlineCheck(outer: InlineContext, origin: Origin, statement: Kind<"check">): void {
  // What a check compares is no part of the design: inside one step it may look at ghosts.
  const looks = outer.atomic && !runsCode(statement.condition);
  const context = looks ? ghostContext(outer) : outer;
  const condition = inlineExpression(context, origin, statement.condition);
  const subject = statement.subject && inlineExpression(context, origin, statement.subject);
  const { check, message } = statement;
  // Known when the thread is compiled, such as what kind of code runs.
  if (decided(condition) === true) return;
  emit(context.builder, { kind: "check", check, condition, subject, message, origin });
}

function inlineUntil(context: InlineContext, origin: Origin, statement: Kind<"until">): void {
  const { term, claims } = pureTerm(context, statement.condition);
  if (!context.atomic) {
    const reads = sharedReads(context.program, term);
    if (reads.length > 1) {
      context.diagnostics.push(untilReadsTwice(statement.condition.span, reads));
    }
  }
  boundary(context, origin);
  checkClaims(context, origin, claims);
  const whom = statement.whom.flatMap((e) => awaitedThreads(ghostContext(context), e));
  emit(context.builder, { kind: "await", condition: term, idle: statement.idle, whom, origin });
}

/** The threads that the expression names, as a set; looking at them is no access. */
function awaitedThreads(context: InlineContext, e: Expression): Term[] {
  const { term, claims } = pureTerm(context, e);
  // A lock that is freed while a thread waits for it is found by the wait itself.
  if (claims.some(({ check }) => check !== "use-after-free")) {
    const instead = "Name it through references that cannot be null, or in a local that was tested.";
    const why =
      "It is only looked at while the thread waits, and a null pointer on the way would be no step.";
    context.diagnostics.push(unsupported(e.span, "x! in whom a wait is for", why, instead));
  }
  if (e.type.kind === "null") return [];
  return [e.type.kind === "set" ? observed(term) : { kind: "present", element: observed(term) }];
}

/** The variables that evaluating the term reads, each as often as it is read. */
function sharedReads(program: Program, term: Term): string[] {
  const inside = (child: Term) => sharedReads(program, child);
  if (term.kind === "quantifier" || term.kind === "each" || term.kind === "reduce") {
    const { domain, body } = term;
    const each = inside(body);
    const initial = term.kind === "reduce" ? inside(term.initial) : [];
    return [
      ...inside(domain),
      ...initial,
      ...Array.from({ length: elementCount(domain) }, () => each).flat(),
    ];
  }
  const reads: string[] = [];
  if (term.kind === "read") {
    reads.push(...Array.from({ length: placeCount(program, term) }, () => term.variable));
  }
  mapTerm(term, (child) => {
    reads.push(...inside(child));
    return child;
  });
  return reads;
}

/** How many elements there are, or more than one where that is not known. */
function elementCount(domain: Term): number {
  const value = domain.kind === "value" && domain.value !== null ? domain.value : undefined;
  if (typeof value !== "object") return 2;
  return "set" in value ? value.set.length : "list" in value ? value.list.length : 2;
}

/** Each element of an array or a map in memory is read by itself. */
function placeCount(program: Program, term: Extract<Term, { kind: "read" }>): number {
  const type = term.index === undefined ? typeOfVariable(program, term.variable) : undefined;
  if (type?.kind === "array") return type.length ?? 2;
  return type?.kind === "map" ? (type.keys?.length ?? 2) : 1;
}

function inlineAtomic(context: InlineContext, origin: Origin, statement: Kind<"atomic" | "release">): void {
  const { builder } = context;
  const locked = context.locked || statement.kind === "atomic";
  boundary(context, origin);
  // Ghost code is no instruction of the machine: it waits for nothing.
  if (locked && !context.locked && context.ghost === undefined) awaitEmptyBuffer(context, origin);
  const returns: Returns = { label: newLabel(), result: undefined };
  const from = builder.instructions.length;
  inlineStatements({ ...context, atomic: true, locked, returns, loop: undefined }, statement.body);
  placeLabel(builder, returns.label);
  const to = builder.instructions.length;
  if (context.ghost !== undefined) return;
  builder.regions.push({ from, to, kind: statement.kind === "atomic" ? "locked" : "release" });
}

/** A locked instruction has nothing to order inside itself, and loads are in order in every model. */
function inlineBarrier(context: InlineContext, origin: Origin, statement: Kind<"barrier">): void {
  if (context.locked) return;
  if (statement.orders === "all" && context.program.memory !== "sc") {
    boundary(context, origin);
    awaitEmptyBuffer(context, origin);
  }
  // The mark goes into the thread's own buffer: nobody else can tell when, so it needs no step of its own.
  if (statement.orders === "stores" && context.program.memory === "pso") {
    emit(context.builder, { kind: "fence", origin });
  }
}

function inlineDataRace(context: InlineContext, statement: Kind<"data-race">): void {
  const returns: Returns = { label: newLabel(), result: undefined };
  inlineStatements({ ...context, races: true, returns, loop: undefined }, statement.body);
  placeLabel(context.builder, returns.label);
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

function inlineReturn(context: InlineContext, origin: Origin, statement: Kind<"return">): void {
  const { label, result } = context.returns;
  if (statement.value !== undefined && result !== undefined) {
    assignLocal(context, origin, result.name, result.type, asType(statement.value, result.type));
  } else if (statement.value !== undefined) {
    inlineExpression(context, origin, statement.value);
  }
  jump(context.builder, label);
}
