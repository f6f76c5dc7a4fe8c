/**
 * A case as a transition system: what the passes make of a program, what the interpreter runs and the emitter
 * prints. A step is a tree of operations; each path through it ends in a `goto`. Without merging a step holds at
 * most one shared access; merging (its own pass) will put several into one tree and needs nothing else from here.
 * `print.ts` shows it.
 */
import type { Span } from "../base/span.js";
import type { SetOperator } from "./data-expressions.js";
import type { BinaryOperator, Fairness, LivenessOf, MemoryModel, Type, UnaryOperator } from "./program.js";

/** A call chain, outermost first; the last frame is where the operation stands. */
export interface Origin {
  readonly frames: readonly { readonly procedure: string; readonly span: Span; readonly library: boolean }[];
  /** The statement in the reader's own file that a trace shows. */
  readonly span: Span;
  readonly text: string;
}

/** Values that expressions compute. Objects and threads are references by name. */
export type Value =
  | boolean
  | number
  | string
  | null
  | { readonly ref: string }
  | { readonly record: ReadonlyMap<string, Value> }
  /** A linked list or an array. */
  | { readonly list: readonly Value[] }
  | { readonly set: readonly Value[] }
  | { readonly map: readonly (readonly [Value, Value])[] };

/** Expressions over a state. `read` is the only one that touches shared memory. */
export type Term =
  | { readonly kind: "value"; readonly value: Value; readonly type: Type }
  | { readonly kind: "current" }
  /** The CPU that the thread is on. */
  | { readonly kind: "cpu" }
  /** The object that the thread was started with. */
  | { readonly kind: "argument" }
  | { readonly kind: "local"; readonly name: string }
  /** Bound by a quantifier. */
  | { readonly kind: "bound"; readonly name: string }
  | {
      readonly kind: "read";
      readonly variable: string;
      readonly object: Term | undefined;
      /** Which element of an array, or key of a map: together with variable and object it is the address. */
      readonly index?: Term | undefined;
      /** Looks into the thread's own store buffer first. */
      readonly forwarded?: true;
      readonly span: Span;
      /** A ghost: no access to memory. */
      readonly ghost?: true;
      /** Meant to race: not held to the rules about guarded fields. */
      readonly races?: true;
    }
  | {
      readonly kind: "embedded";
      readonly object: Term;
      readonly class: string;
      readonly field: string;
    }
  /** The objects that an array field embeds, as a list. */
  | { readonly kind: "elements"; readonly object: Term; readonly class: string; readonly field: string }
  /** The element with this index, counted from 0; only where there is one. */
  | { readonly kind: "nth"; readonly list: Term; readonly index: Term }
  /** The index of the element in the list, counted from 0, or -1. */
  | { readonly kind: "index-of"; readonly list: Term; readonly element: Term }
  /** The object of a pool that the object is, or that it is a part of; only for those. */
  | { readonly kind: "owner"; readonly object: Term; readonly class: string }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Term }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator | "&&" | "||";
      readonly left: Term;
      readonly right: Term;
    }
  | {
      readonly kind: "conditional";
      readonly condition: Term;
      readonly whenTrue: Term;
      readonly whenFalse: Term;
    }
  | {
      readonly kind: "quantifier";
      readonly quantifier: "every" | "some";
      readonly variable: string;
      readonly domain: Term;
      readonly body: Term;
    }
  /** The elements of a set for which the condition is true. */
  | {
      readonly kind: "subset";
      readonly variable: string;
      readonly domain: Term;
      readonly condition: Term;
    }
  | { readonly kind: "has"; readonly collection: Term; readonly element: Term }
  | { readonly kind: "size"; readonly collection: Term }
  | {
      readonly kind: "record";
      readonly fields: readonly { readonly name: string; readonly value: Term }[];
    }
  /** The record with some parts replaced. */
  | {
      readonly kind: "with";
      readonly record: Term;
      readonly changes: readonly { readonly name: string; readonly value: Term }[];
    }
  | { readonly kind: "select"; readonly record: Term; readonly field: string }
  | { readonly kind: "array"; readonly elements: readonly Term[] }
  /** An element of an array or a map that is a value; only where there is one. */
  | { readonly kind: "index"; readonly of: "array" | "map"; readonly collection: Term; readonly index: Term }
  /** The array or map with one element replaced; only where there is one. */
  | {
      readonly kind: "replace";
      readonly of: "array" | "map";
      readonly collection: Term;
      readonly index: Term;
      readonly value: Term;
    }
  | { readonly kind: "sets"; readonly operator: SetOperator; readonly left: Term; readonly right: Term }
  /** The remainder that is never negative: what a narrower variable keeps of a number. */
  | { readonly kind: "wrap"; readonly operand: Term; readonly modulus: number }
  /** Over an array, a list, or a constant set in its order. */
  | {
      readonly kind: "each";
      readonly method: "filter" | "map";
      readonly variable: string;
      readonly domain: Term;
      readonly body: Term;
    }
  | {
      readonly kind: "reduce";
      readonly sum: string;
      readonly variable: string;
      readonly domain: Term;
      readonly body: Term;
      readonly initial: Term;
    }
  /** First element of a list, or null. */
  | { readonly kind: "first"; readonly list: Term }
  /** The element behind `element`, or null; only where the element is on the list. */
  | { readonly kind: "next"; readonly list: Term; readonly element: Term }
  /** The list with the element at one end. */
  | {
      readonly kind: "insert";
      readonly where: "first" | "last";
      readonly list: Term;
      readonly element: Term;
    }
  /** The list without the element, however often it is there. */
  | { readonly kind: "without"; readonly list: Term; readonly element: Term }
  /** The list without so many of its first elements. */
  | { readonly kind: "behind"; readonly list: Term; readonly count: Term }
  /** The set with or without the element. */
  | {
      readonly kind: "change";
      readonly change: "add" | "delete";
      readonly set: Term;
      readonly element: Term;
    }
  /** The set of the element alone, or of nothing where it is null. */
  | { readonly kind: "present"; readonly element: Term }
  /** Whether the element is on any list of these variables. */
  | {
      readonly kind: "linked";
      readonly variables: readonly string[];
      readonly element: Term;
      /** As for `read`. */
      readonly forwarded?: true;
    }
  /** Whether everything that the thread has stored is in memory. */
  | { readonly kind: "buffer-empty" };

/**
 * A thread may run ahead of its store buffer for as long as it likes, but no model is finite then. Past so many entries
 * there is no verdict: a wait for room would hide orders, and hardware has room for more.
 */
export const STORE_BUFFER_LIMIT = 16;

/** How a store enters the store buffer of its thread: `release` is ordered behind every store before it. */
export type Buffered = "plain" | "release";

/** Something that a step does on its way to the next. */
export type Action =
  | { readonly kind: "assign"; readonly local: string; readonly value: Term; readonly origin: Origin }
  | {
      readonly kind: "store";
      readonly variable: string;
      readonly object: Term | undefined;
      /** Which element of an array, or key of a map: as in a read. */
      readonly index?: Term | undefined;
      readonly value: Term;
      readonly ghost?: true;
      readonly races?: true;
      /** Absent where the store goes to memory at once. */
      readonly buffered?: Buffered;
      readonly origin: Origin;
    }
  /** Takes the element off every list of these variables. */
  | {
      readonly kind: "unlink";
      readonly variables: readonly string[];
      readonly element: Term;
      readonly buffered?: Buffered;
      readonly origin: Origin;
    }
  /** What the thread has stored so far reaches memory before what it stores next. */
  | { readonly kind: "fence"; readonly origin: Origin }
  /** One store leaves the buffer for memory; only where the buffer is not empty. */
  | { readonly kind: "drain"; readonly origin: Origin }
  /** Disables the whole step while false; nothing is stored before it. */
  | {
      readonly kind: "await";
      readonly condition: Term;
      readonly idle: boolean;
      /** Sets of threads, each of which must act before the wait can end. */
      readonly whom: readonly Term[];
      /** Why the thread waits, where no statement of the spec says so. */
      readonly because?: "entry" | "interrupted" | "preempted";
      readonly origin: Origin;
    }
  /** Where false: the check fails, the thread stops for good, the others go on. */
  | {
      readonly kind: "check";
      readonly check: string;
      readonly condition: Term;
      readonly subject: Term | undefined;
      readonly message: string | undefined;
      readonly origin: Origin;
    }
  | { readonly kind: "choose"; readonly local: string; readonly domain: Term; readonly origin: Origin }
  /**
   * No effect: a statement whose effect was settled when the case was compiled, so that traces and coverage still see
   * that somebody came by.
   */
  | {
      readonly kind: "pass";
      /** The answer of the condition that is settled. */
      readonly answer?: { readonly span: Span; readonly side: "true" | "false" } | undefined;
      /** A unit that may wait was merged here: a thread that waits in it has been through what comes before. */
      readonly joint?: true;
      readonly origin: Origin;
    }
  /** No effect on the state: who holds what, for traces, and the class of the step, for merging. */
  | {
      readonly kind: "lock";
      readonly event: "acquire" | "release";
      readonly lock: Term;
      readonly mode: "exclusive" | "shared";
      /** The thread would not have waited for it. */
      readonly tried: boolean;
      readonly origin: Origin;
    }
  /**
   * What merging would like to rely on: the explorer notes the id where the condition is false. No effect on the state,
   * no access, and never emitted.
   */
  | { readonly kind: "guess"; readonly id: string; readonly condition: Term; readonly origin: Origin };

/** The end of a path. */
export type Exit = {
  readonly kind: "goto";
  /** A label of the same process, or {@link DONE}. */
  readonly label: string;
  /** Locals that nobody reads any more: back to their default. */
  readonly resets: readonly string[];
};

/** A condition that the reader's own files state, so that a report can say which answer it never had. */
export interface Test {
  readonly span: Span;
  /** Whether the branch asks the opposite: its `whenTrue` is where the stated condition is false. */
  readonly negated: boolean;
  /** A case of a switch: that it is the one matters, and not that another is. */
  readonly oneOfSeveral?: true;
}

export interface Branch {
  readonly kind: "branch";
  readonly condition: Term;
  /** Absent where the library or the compiler itself asks. */
  readonly test?: Test | undefined;
  readonly whenTrue: Block;
  readonly whenFalse: Block;
  readonly origin: Origin;
}

/** A straight run of actions with one end. */
export interface Block {
  readonly actions: readonly Action[];
  readonly end: Branch | Exit;
}

/** Where a thread is after its last step, or after a failed check. */
export const DONE = "Done";

export interface Step {
  readonly label: string;
  readonly body: Block;
  /** Locals that may differ from their default when the step starts. */
  readonly live: readonly string[];
  /** No fairness asks for it: an interrupt may come, and need not. */
  readonly optional?: true;
  readonly origin: Origin;
}

export interface Local {
  readonly name: string;
  readonly type: Type;
}

export interface ThreadInstance {
  /** As reports name it: `timer softirq(pt0)`. */
  readonly name: string;
  readonly argument: string | undefined;
  /** Only for a store buffer: the thread whose stores it brings to memory. */
  readonly drains?: string;
}

/** The threads of one declaration: they share their steps. */
export interface Process {
  readonly name: string;
  /** What the spec calls the object that each thread is started with. */
  readonly parameter: string | undefined;
  readonly threads: readonly ThreadInstance[];
  /** May wait for ever, wherever it waits, without being stuck or in a deadlock. */
  readonly daemon: boolean;
  readonly fairness: Fairness;
  /** Variables of the thread, those that live only inside one step among them. */
  readonly locals: readonly Local[];
  readonly entry: string;
  readonly steps: readonly Step[];
}

/** Shared memory: a field of all objects of a class, or a global. */
export interface Variable {
  /** `Vcpu.tm_list`, or the global's own name. */
  readonly name: string;
  /** Absent for a global. */
  readonly class: string | undefined;
  readonly field: string;
  readonly type: Type;
  /** Seen by properties only, never by the design: reading and writing it is no access to memory. */
  readonly ghost?: true;
  /** A field of one of the library's own classes. */
  readonly library?: true;
  /** By object name; a global has the one key "". */
  readonly initial: ReadonlyMap<string, Value>;
  /** Set for the variable that says which objects of the class are allocated: no field of the spec's. */
  readonly allocation?: true;
}

export interface ModelInvariant {
  readonly name: string;
  /** As in the program. */
  readonly when: "always" | "end";
  readonly condition: Term;
  /** Each must hold in some state that the invariant is about, or it says nothing: see passes/premises.ts. */
  readonly premises: readonly Term[];
  readonly span: Span;
}

export type ModelLiveness = LivenessOf<Term>;

/** Whether the threads of a process owe nothing to anybody: that one of them could move saves no other thread. */
export function isEnvironment({ daemon, fairness }: Pick<Process, "daemon" | "fairness">): boolean {
  return daemon && fairness === "none";
}

/** Objects and threads by name, to the ones whose places they take; whoever stays where it is, is left out. */
export type Permutation = ReadonlyMap<string, string>;

/** Which objects and threads can change places without anybody noticing: passes/symmetry.ts proves it. */
export interface Symmetry {
  /** What everything else follows from, each a proved automorphism of the model; none where nothing is interchangeable. */
  readonly generators: readonly Permutation[];
  /** Every combination of them, the one that moves nobody left out. */
  readonly group: readonly Permutation[];
}

export interface Model {
  readonly spec: string;
  readonly case: string;
  readonly title: string;
  readonly params: readonly { readonly name: string; readonly value: string | number | boolean }[];
  /** Under `sc` there are no store buffers, and no step knows of any. */
  readonly memory: MemoryModel;
  /** Names of the objects of each class, in declaration order. */
  readonly objects: ReadonlyMap<string, readonly string[]>;
  /** Which object stands in which field of which: `Vcpu.tm_lock` maps vcpu0 to vcpu0.tm_lock. */
  readonly embedded: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The CPU that each thread is on, by thread name; empty where no step asks for it. */
  readonly cpus: ReadonlyMap<string, string>;
  /** Which objects stand in an array field of which: `Table.locks` maps table to table.locks[0], table.locks[1]. */
  readonly arrays: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** By class, for each object that is in a pool or part of one that is: the object of the pool. */
  readonly owners: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly variables: readonly Variable[];
  readonly processes: readonly Process[];
  readonly invariants: readonly ModelInvariant[];
  /** Claims about whole runs, under the fairness of the threads. */
  readonly liveness: readonly ModelLiveness[];
  /** Absent where nobody asked for it; see passes/symmetry.ts. */
  readonly symmetry?: Symmetry;
}
