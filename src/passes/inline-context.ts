/** What is known at one place while a thread's code is being written out: bindings, call chain, mode. */
import type { Span } from "../base/span.js";
import { readsGhost } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Origin, Term, Test } from "../ir/model.js";
import type {
  Closure,
  ExecutionContext,
  Expression,
  LocalSymbol,
  Program,
  Statement,
  Type,
} from "../ir/program.js";
import { emit, type FlowBuilder, type Label, localFor } from "./flow.js";

/** What a name of a procedure stands for in this copy of it. */
export type Binding =
  /** `changes` where some statement assigns it after its declaration, perhaps from an arrow function. */
  | {
      readonly kind: "local";
      readonly name: string;
      readonly changes: boolean;
      /** A parameter that holds a copy of the caller's value: changing its elements would change nothing there. */
      readonly copied?: boolean;
    }
  /** A value that cannot change while the procedure runs: used as it is. */
  | { readonly kind: "term"; readonly term: Term }
  /** A list or set passed by reference. */
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "closure"; readonly closure: Closure; readonly context: InlineContext };

/** A shared variable, one object's field of it, or an element of that. */
export interface Place {
  readonly variable: string;
  readonly object: Term | undefined;
  readonly index?: Term | undefined;
  /** What must be true of the index, in the step of the access; absent where it cannot be wrong. */
  readonly inside?: Requirement | undefined;
  readonly ghost?: true;
  readonly races?: true;
}

/** What a step checks before it computes or stores something. */
export interface Requirement {
  readonly check: "assert" | "wrap";
  readonly condition: Term;
  readonly message: string;
}

/** Where `return` leads, and the variable that takes the value. */
export interface Returns {
  readonly label: Label;
  readonly result: { readonly name: string; readonly type: Type } | undefined;
}

/** What is known of the threads that run code. */
export interface Runner {
  readonly context: ExecutionContext;
  /** Whether they are on CPUs of the spec, and not each on one to itself. */
  readonly placed: boolean;
}

export interface InlineContext {
  readonly program: Program;
  readonly builder: FlowBuilder;
  readonly diagnostics: Diagnostic[];
  readonly bindings: Map<number, Binding>;
  readonly procedure: string;
  readonly library: boolean;
  /** Frames of the callers, outermost first. */
  readonly frames: Origin["frames"];
  /** The statement that a trace shows: the innermost one in the reader's own files. */
  readonly shown: { readonly span: Origin["span"]; readonly text: string } | undefined;
  /** Names of the procedures being written out, to refuse recursion. */
  readonly active: readonly string[];
  /** Inside an atomic step no boundary is set. */
  readonly atomic: boolean;
  /** Accesses here are meant to race. */
  readonly races: boolean;
  /** Inside ghost code, which alone may read ghosts: the variables of the thread that it must leave alone. */
  readonly ghost: ReadonlySet<string> | undefined;
  /** What runs this code, undefined where no thread does. */
  readonly runner: Runner | undefined;
  /** Before the first step: what a thread would choose is settled there, so that there is one initial state. */
  readonly initial: boolean;
  /** Inside `atomic`, and not only inside `release`: a locked instruction, whose accesses go to memory itself. */
  readonly locked: boolean;
  readonly returns: Returns;
  readonly loop: { readonly exit: Label; readonly next: Label } | undefined;
  /** Where the blocks around this place end, by their numbers. */
  readonly blocks: ReadonlyMap<number, Label>;
  /** Writes out statements; here because expressions contain calls and closures. */
  readonly inlineStatements: (context: InlineContext, statements: readonly Statement[]) => void;
  /** Writes out an expression; here because calls contain expressions, and the other way round. */
  readonly inlineExpression: (context: InlineContext, origin: Origin, e: Expression) => Term;
}

/** Where the statement stands, with its callers. */
export function originOf(context: InlineContext, statement: Pick<Statement, "span" | "text">): Origin {
  const shown = context.library ? context.shown : statement;
  const frame = { procedure: context.procedure, span: statement.span, library: context.library };
  return {
    frames: [...context.frames, frame],
    span: shown?.span ?? statement.span,
    text: shown?.text ?? statement.text,
  };
}

/** The condition at this place, where it is one that the reader wrote. */
export function testAt(context: InlineContext, span: Span, negated = false): Test | undefined {
  return context.library ? undefined : { span, negated };
}

/** Marks the beginning of a step, unless a surrounding atomic step has begun already. */
export function boundary(context: InlineContext, origin: Origin): void {
  if (!context.atomic) context.builder.instructions.push({ kind: "boundary", origin });
}

/** Reading the place. Ghosts are for properties: what the design does must not depend on them. */
export function readOf(context: InlineContext, place: Place, span: Span): Term {
  if (place.ghost === true && context.ghost === undefined) {
    context.diagnostics.push(readsGhost(span, place.variable));
  }
  return { kind: "read", ...addressOf(place), ...(context.races ? { races: true } : {}), span };
}

/** Stores into a place, in the step that has begun. */
export function storeTo(context: InlineContext, origin: Origin, place: Place, value: Term): void {
  emit(context.builder, { kind: "store", ...addressOf(place), value, origin });
}

function addressOf({ inside, index, ...place }: Place): Omit<Place, "inside"> {
  return index === undefined ? place : { ...place, index };
}

/** Makes the step check what it needs. */
export function require(context: InlineContext, origin: Origin, requirements: readonly Requirement[]): void {
  for (const requirement of requirements) {
    emit(context.builder, { kind: "check", ...requirement, subject: undefined, origin });
  }
}

/** The thread's variable for a declared local. */
export function declaredLocal(context: InlineContext, local: LocalSymbol): string {
  return localFor(context.builder, `local ${local.id}`, local.name, local.type);
}

/** A variable of the thread for the value of `e`; one for all copies of the procedure. */
export function temporary(
  context: InlineContext,
  e: Pick<Expression, "span" | "kind" | "type">,
  base: string,
): string {
  const { file, line, column, endLine, endColumn } = e.span;
  const key = `value ${file}:${line}:${column}-${endLine}:${endColumn} ${e.kind}`;
  return localFor(context.builder, key, base, e.type);
}

/** The name of a field's variable in the model. */
export function fieldName(className: string, field: string): string {
  return `${className}.${field}`;
}

/** Notes who runs this thread's code next when a statement of the reader's own files begins. */
export function atStatement(context: InlineContext, statement: Statement): InlineContext {
  return context.library ? context : { ...context, shown: statement };
}

/** Waits until everything that the thread has stored is in memory. */
export function awaitEmptyBuffer(context: InlineContext, origin: Origin): void {
  if (context.program.memory === "sc") return;
  emit(context.builder, {
    kind: "await",
    condition: { kind: "buffer-empty" },
    idle: false,
    whom: [],
    origin,
  });
}

/** Begins a locked instruction at this place of a step; the result ends it. */
export function beginLocked(context: InlineContext, origin: Origin): () => void {
  if (context.locked || context.ghost !== undefined) return () => undefined;
  awaitEmptyBuffer(context, origin);
  const { instructions, regions } = context.builder;
  const from = instructions.length;
  return () => void regions.push({ from, to: instructions.length, kind: "locked" });
}
