/**
 * One case of a spec as a program: what the front end hands to the passes. Params are folded, names are resolved,
 * every node knows its type and its place in the source. Plain readonly data.
 */
import type { Span } from "../base/span.js";
import type { ArithmeticOperator, DataExpression, NumberRange, RecordField } from "./data-expressions.js";
import type { GuardRule, LockOrder } from "./lock-rules.js";
import type { Value } from "./model.js";

/** What a value can be. References are values: to objects, to locks (objects too), to threads. */
export type Type =
  | { readonly kind: "boolean" }
  /** Whole and of 32 bits, unless a range says less. */
  | { readonly kind: "number"; readonly range?: NumberRange }
  | { readonly kind: "string" }
  | { readonly kind: "null" }
  | { readonly kind: "thread"; readonly nullable: boolean }
  | { readonly kind: "object"; readonly class: string; readonly nullable: boolean }
  | { readonly kind: "list"; readonly element: string }
  | { readonly kind: "set"; readonly element: Type }
  /** Values in the order in which they came. */
  | { readonly kind: "queue"; readonly element: Type }
  /** A value made of named parts, loaded and stored as a whole: a word with bit-fields. */
  | { readonly kind: "record"; readonly fields: readonly RecordField[] }
  /** In memory each element has an address of its own; the length is absent where only the caller knows it. */
  | { readonly kind: "array"; readonly element: Type; readonly length: number | undefined }
  /** Total: there is a value for each of the keys, which are absent where only the caller knows them. */
  | {
      readonly kind: "map";
      readonly key: Type;
      readonly keys: readonly Value[] | undefined;
      readonly element: Type;
    }
  | { readonly kind: "instances"; readonly class: string }
  | { readonly kind: "pool"; readonly class: string }
  /** A procedure that is passed as an argument. */
  | { readonly kind: "procedure"; readonly parameters: readonly Type[]; readonly result: Type }
  | { readonly kind: "void" };

export type UnaryOperator = "!" | "-";
export type BinaryOperator = ArithmeticOperator | "<" | "<=" | ">" | ">=" | "===" | "!==";

/** Where a variable of a procedure is declared: unique within its program. */
export interface LocalSymbol {
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  /** Never assigned after its declaration: a `const`, or a parameter or `let` that no statement assigns. */
  readonly constant: boolean;
}

/** What every expression has. */
export interface ExpressionBase {
  readonly type: Type;
  readonly span: Span;
}

export type Expression =
  | (ExpressionBase & { readonly kind: "literal"; readonly value: boolean | number | string | null })
  /** A fixed object, `vcpu0`. */
  | (ExpressionBase & { readonly kind: "object"; readonly name: string })
  /** All objects that one `instances(...)` declared, in order. */
  | (ExpressionBase & { readonly kind: "instances"; readonly names: readonly string[] })
  /** All objects that one `pool(...)` declared: those that `alloc` chooses from. */
  | (ExpressionBase & { readonly kind: "pool"; readonly names: readonly string[] })
  /** The running thread. */
  | (ExpressionBase & { readonly kind: "current" })
  /** The CPU that the running thread is on. */
  | (ExpressionBase & { readonly kind: "cpu" })
  /** What kind of code runs: an {@link ExecutionContext}, known when the thread is compiled. */
  | (ExpressionBase & { readonly kind: "context" })
  | (ExpressionBase & { readonly kind: "local"; readonly local: LocalSymbol })
  /** Reads a field: a shared access. */
  | (ExpressionBase & {
      readonly kind: "field";
      readonly object: Expression;
      readonly class: string;
      readonly field: string;
      /** A ghost: no access. */
      readonly ghost?: true;
    })
  /** Address of the object that a field embeds: no access. */
  | (ExpressionBase & {
      readonly kind: "embedded";
      readonly object: Expression;
      readonly class: string;
      readonly field: string;
    })
  /** The objects that an array field embeds, where the object is not fixed: no access. */
  | (ExpressionBase & {
      readonly kind: "elements";
      readonly object: Expression;
      readonly class: string;
      readonly field: string;
      readonly count: number;
    })
  /** `array[index]`: checked against the bounds, no access. */
  | (ExpressionBase & {
      readonly kind: "nth";
      readonly array: Expression;
      readonly index: Expression;
    })
  /** `array.indexOf(object)`, or -1: no access. */
  | (ExpressionBase & {
      readonly kind: "index-of";
      readonly array: Expression;
      readonly element: Expression;
    })
  /** Reads a global variable: a shared access. */
  | (ExpressionBase & { readonly kind: "global"; readonly name: string; readonly ghost?: true })
  | (ExpressionBase & {
      readonly kind: "unary";
      readonly operator: UnaryOperator;
      readonly operand: Expression;
    })
  | (ExpressionBase & {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  /** Evaluates the right operand only where the left one does not decide. */
  | (ExpressionBase & {
      readonly kind: "logical";
      readonly operator: "&&" | "||";
      readonly left: Expression;
      readonly right: Expression;
    })
  | (ExpressionBase & {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    })
  /** `x!`: claims that x is not null, and is checked. */
  | (ExpressionBase & { readonly kind: "nonnull"; readonly operand: Expression })
  /** `domain.every(v => body)` and `some`, over instances, a list or a set. */
  | (ExpressionBase & {
      readonly kind: "quantifier";
      readonly quantifier: "every" | "some";
      readonly domain: Expression;
      readonly variable: LocalSymbol;
      readonly body: Expression;
    })
  | DataExpression
  /** Membership in a list, a set or an array. */
  | (ExpressionBase & {
      readonly kind: "has";
      readonly collection: Expression;
      readonly element: Expression;
    })
  | (ExpressionBase & { readonly kind: "size"; readonly collection: Expression })
  | (ExpressionBase & {
      readonly kind: "call";
      readonly procedure: string;
      readonly arguments: readonly Argument[];
    })
  /** Calls a method: which procedure runs, the class of the receiver decides. The receiver is the first argument. */
  | (ExpressionBase & {
      readonly kind: "dispatch";
      readonly class: string;
      readonly method: string;
      /** What the class of the receiver's type would run: its parameters and its result are those of every override. */
      readonly procedure: string;
      readonly arguments: readonly Argument[];
    })
  /** Whether an object belongs to the class, or to one that extends it; null does not. */
  | (ExpressionBase & { readonly kind: "instanceof"; readonly operand: Expression; readonly class: string })
  /** Calls a parameter that is a procedure. */
  | (ExpressionBase & {
      readonly kind: "invoke";
      readonly local: LocalSymbol;
      readonly arguments: readonly Argument[];
    })
  /**
   * Runs the statements, then gives the result: an instruction that changes memory and has a value. The locals that
   * they declare are nobody else's.
   */
  | (ExpressionBase & {
      readonly kind: "run";
      readonly statements: readonly Statement[];
      readonly result: Expression;
    })
  /** What stands first in a queue, or null. */
  | (ExpressionBase & { readonly kind: "front"; readonly queue: Expression })
  /** Constants to choose from. */
  | (ExpressionBase & { readonly kind: "constants"; readonly elements: readonly Expression[] })
  | (ExpressionBase & { readonly kind: "choose"; readonly domain: Expression })
  /** Any free object of the pool, which is allocated now; null where none is free. One shared access. */
  | (ExpressionBase & { readonly kind: "alloc"; readonly pool: Expression })
  | (ExpressionBase & { readonly kind: "maybe" });

/** What a call passes: a value, or an arrow function that the callee invokes. */
export type Argument = Expression | Closure;

export interface Closure {
  readonly kind: "closure";
  readonly parameters: readonly LocalSymbol[];
  /** What `return` inside it gives to the procedure that called it. */
  readonly result: Type;
  readonly body: readonly Statement[];
  readonly span: Span;
}

/** What can be assigned: a part of a record or an element ends in one of the others. */
export type Target = Extract<Expression, { kind: "local" | "field" | "global" | "select" | "element" }>;

interface StatementBase {
  readonly span: Span;
  /** The source text that a trace shows, white space folded: the statement without the blocks inside it. */
  readonly text: string;
}

export type Statement =
  | (StatementBase & {
      readonly kind: "declare";
      readonly local: LocalSymbol;
      readonly value: Expression | undefined;
    })
  | (StatementBase & {
      readonly kind: "assign";
      readonly target: Target;
      readonly value: Expression;
      /** Whether the store is a store-release: smp_store_release. */
      readonly releases?: true;
    })
  /** `target op= value`, with the target's own object expression evaluated once. */
  | (StatementBase & {
      readonly kind: "update";
      readonly target: Target;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    })
  | (StatementBase & { readonly kind: "evaluate"; readonly expression: Expression })
  | (StatementBase & {
      readonly kind: "list-add";
      readonly where: "first" | "last";
      readonly element: Expression;
      readonly list: Expression;
    })
  | (StatementBase & { readonly kind: "list-del"; readonly element: Expression })
  /** Gives an object back to its pool; nothing where it is null. */
  | (StatementBase & { readonly kind: "free"; readonly object: Expression })
  | (StatementBase & {
      readonly kind: "set-change";
      readonly change: "add" | "delete";
      readonly set: Expression;
      readonly element: Expression;
    })
  | (StatementBase & { readonly kind: "set-clear"; readonly set: Expression })
  | (StatementBase & {
      readonly kind: "queue-change";
      readonly change: "push" | "delete" | "drop";
      readonly queue: Expression;
      /** What is pushed or deleted, or how many values are dropped. */
      readonly operand: Expression;
    })
  | (StatementBase & {
      readonly kind: "check";
      readonly check: string;
      readonly condition: Expression;
      readonly subject: Expression | undefined;
      readonly message: string | undefined;
    })
  | (StatementBase & {
      readonly kind: "until";
      readonly condition: Expression;
      readonly idle: boolean;
      /** Threads, or sets of them, that must act before the wait can end. */
      readonly whom: readonly Expression[];
    })
  | (StatementBase & {
      readonly kind: "lock";
      readonly event: "acquire" | "release";
      readonly lock: Expression;
      readonly mode: "exclusive" | "shared";
      /** The thread would not have waited for it. */
      readonly tried: boolean;
    })
  | (StatementBase & { readonly kind: "atomic"; readonly body: readonly Statement[] })
  /** Accesses inside are not held to the rules about guarded fields. */
  | (StatementBase & { readonly kind: "data-race"; readonly body: readonly Statement[] })
  /** Happens together with the step before it; changes nothing but ghosts. */
  | (StatementBase & { readonly kind: "ghost"; readonly body: readonly Statement[] })
  /** One step of ordinary instructions: its stores are store-releases. */
  | (StatementBase & { readonly kind: "release"; readonly body: readonly Statement[] })
  /** smp_mb, smp_wmb, smp_rmb. */
  | (StatementBase & { readonly kind: "barrier"; readonly orders: "all" | "stores" | "loads" })
  | (StatementBase & {
      readonly kind: "if";
      readonly condition: Expression;
      readonly whenTrue: readonly Statement[];
      readonly whenFalse: readonly Statement[];
    })
  /** `test` before or after the body; `update` runs before the next test (the third part of a `for`). */
  | (StatementBase & {
      readonly kind: "loop";
      readonly test: Expression | undefined;
      readonly testFirst: boolean;
      readonly update: readonly Statement[];
      readonly body: readonly Statement[];
    })
  /** `for (const x of instances)`, over fixed objects or over the elements of an array field. */
  | (StatementBase & {
      readonly kind: "for-each";
      readonly local: LocalSymbol;
      readonly domain: Extract<Expression, { kind: "instances" | "elements" }>;
      readonly body: readonly Statement[];
    })
  /** `for (const x of array)`: by the index, from the first to the last. */
  | (StatementBase & {
      readonly kind: "array-loop";
      readonly local: LocalSymbol;
      readonly array: Expression;
      readonly body: readonly Statement[];
    })
  /** `for (const x of set)`: for_each_cpu: each value that could be in the set is looked up. */
  | (StatementBase & {
      readonly kind: "set-loop";
      readonly local: LocalSymbol;
      readonly set: Expression;
      readonly body: readonly Statement[];
    })
  /** `for (const x of list)`: list_for_each_entry, or its safe form. */
  | (StatementBase & {
      readonly kind: "walk";
      readonly local: LocalSymbol;
      readonly list: Expression;
      readonly safe: boolean;
      readonly body: readonly Statement[];
    })
  /** The clauses in order; each falls through to the next, and a `leave` of a block around it ends it. */
  | (StatementBase & {
      readonly kind: "switch";
      readonly value: Expression;
      readonly clauses: readonly SwitchClause[];
    })
  /** Statements that a `leave` inside them can end: what labels and `switch` become. */
  | (StatementBase & { readonly kind: "block"; readonly block: number; readonly body: readonly Statement[] })
  /** Goes on behind the block. */
  | (StatementBase & { readonly kind: "leave"; readonly block: number })
  /** One of the branches, whichever. */
  | (StatementBase & { readonly kind: "either"; readonly branches: readonly (readonly Statement[])[] })
  /** The body `count` times; `local` counts the rounds from 0. */
  | (StatementBase & {
      readonly kind: "repeat";
      readonly count: number;
      readonly local: LocalSymbol;
      readonly body: readonly Statement[];
    })
  | (StatementBase & { readonly kind: "break" })
  | (StatementBase & { readonly kind: "continue" })
  | (StatementBase & { readonly kind: "return"; readonly value: Expression | undefined });

/** A `case`, or where `test` is absent the `default`, of a switch. */
export interface SwitchClause {
  readonly test: Expression | undefined;
  readonly body: readonly Statement[];
}

export interface Procedure {
  readonly name: string;
  readonly parameters: readonly LocalSymbol[];
  readonly result: Type;
  readonly body: readonly Statement[];
  readonly span: Span;
  /** Library procedures are told as one call in a trace; the reader's own are told statement by statement. */
  readonly library: boolean;
}

export type ConstantValue = boolean | number | string | null;

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly initial: InitialValue;
  /** Seen by properties only, never by the design. */
  readonly ghost?: true;
  readonly span: Span;
}

/** What a field holds before the first step; `embedded` fields are objects of their own and hold no value. */
export type InitialValue = { readonly kind: "value"; readonly value: Value } | { readonly kind: "empty" };

export interface Class {
  readonly name: string;
  /** The class that it extends: its objects have the fields of that one, too. */
  readonly base: string | undefined;
  /** Its own fields; those of its base are there. */
  readonly fields: readonly Field[];
  /** Other initial values for inherited fields. */
  readonly initials: ReadonlyMap<string, InitialValue>;
  /** The procedures behind its own methods, as far as the case calls them. */
  readonly methods: ReadonlyMap<string, string>;
  /** Objects inside each object of this class: `tm_lock` is a Spinlock. */
  readonly embedded: readonly EmbeddedField[];
  /** Declared by Latchwork's library. */
  readonly library: boolean;
  readonly span: Span;
}

export interface EmbeddedField {
  readonly field: string;
  readonly class: string;
  /** How many stand in the field, which is an array then; undefined for a single object. */
  readonly count: number | undefined;
}

/** One object of the model. An embedded one is named after its owner: `vcpu0.tm_lock`, `table.locks[0]`. */
export interface ModelObject {
  readonly name: string;
  readonly class: string;
  /** The object of a pool that it is, or that it is a part of; undefined for one that always exists. */
  readonly owner: string | undefined;
}

/** A top-level `let`: one shared variable. */
export interface Global {
  readonly name: string;
  readonly type: Type;
  readonly initial: Value;
  readonly ghost?: true;
  readonly span: Span;
}

/** Tasks are threads; handlers interrupt what runs on their CPU. */
export type ExecutionContext = "task" | "softirq" | "hardirq";

/** One `thread(...)` declaration, or a handler; it runs once per argument, or once where there is none. */
export interface ThreadDeclaration {
  readonly name: string;
  readonly parameter: LocalSymbol | undefined;
  /** Object names, one thread each; empty where there is no parameter. */
  readonly arguments: readonly string[];
  readonly context: ExecutionContext;
  /** The CPUs that its threads are on, in their order; empty where each has one to itself. */
  readonly cpus: readonly string[];
  /** How often a handler can be entered, undefined without a limit. */
  readonly times: number | undefined;
  readonly body: readonly Statement[];
  /** May wait for ever, wherever it waits. */
  readonly daemon: boolean;
  readonly fairness: Fairness;
  readonly span: Span;
}

/**
 * What a run owes a thread that could go on: a weakly fair one moves once it can for good, a strongly fair one once
 * it can again and again, and one without fairness may stop at any time.
 */
export type Fairness = "weak" | "strong" | "none";

export interface Invariant {
  readonly name: string;
  /** `end`: only where every thread has ended or rests, and everything stored has reached memory. */
  readonly when: "always" | "end";
  readonly condition: Expression;
  readonly span: Span;
}

/** Something that every fair run must come to. `C` is what conditions are made of: expressions here, terms later. */
export type LivenessOf<C> = { readonly name: string; readonly span: Span } & (
  | { readonly check: "eventually" | "always_eventually"; readonly condition: C }
  /** Whenever `condition` is true, `consequence` is true then or later. */
  | { readonly check: "leads_to"; readonly condition: C; readonly consequence: C }
  /** No thread but a daemon waits for ever where it does not rest. */
  | { readonly check: "never_stuck" }
);

export type Liveness = LivenessOf<Expression>;

/** Which reorderings of memory accesses the threads can see: none; stores behind loads; and stores behind stores too. */
export const MEMORY_MODELS = ["sc", "tso", "pso"] as const;
export type MemoryModel = (typeof MEMORY_MODELS)[number];

/** A whole case. */
export interface Program {
  /** Spec file relative to the project root. */
  readonly spec: string;
  readonly case: string;
  readonly title: string;
  /** The params with their values in this case, for the header of the emitted module. */
  readonly params: readonly { readonly name: string; readonly value: string | number | boolean }[];
  readonly classes: readonly Class[];
  readonly objects: readonly ModelObject[];
  readonly globals: readonly Global[];
  readonly memory: MemoryModel;
  readonly procedures: ReadonlyMap<string, Procedure>;
  readonly threads: readonly ThreadDeclaration[];
  readonly initially: readonly Statement[];
  readonly invariants: readonly Invariant[];
  readonly lockOrders: readonly LockOrder[];
  readonly guardRules: readonly GuardRule[];
  readonly liveness: readonly Liveness[];
  /** The class of CPUs, where the case has a use for it. */
  readonly cpuClass: string | undefined;
}
