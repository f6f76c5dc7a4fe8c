/**
 * A finished counterexample in the words of the spec: what the reporters see, and all that they see.
 * Its shape is `trace` of the JSON report (schemaVersion 1).
 */
import type { Span } from "../base/span.js";
import { LIVENESS_CHECKS } from "../ir/checks.js";

/** Stable ids of what Latchwork checks; the ones that a spec can name in `fails(...)`. */
export type CheckId = string;

/** Whether the check is about whole runs, and so its counterexample about what never happens. */
export function isAboutRuns(check: CheckId): boolean {
  return LIVENESS_CHECKS.has(check);
}

export interface Frame {
  readonly procedure: string;
  /** Where in this procedure the step, or the call to the next inner frame, stands. */
  readonly span: Span;
}

export interface Effect {
  /** As the spec would write it: `pt0.vcpu`, `vcpu1.tm_lock.owner`. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** What the lock looks like inside that the step takes or drops, or the object that it frees: no news to a reader. */
  readonly implied?: true;
  /** A field of the library's, changed by the call that the statement is: its name says what it does. */
  readonly inside?: true;
}

export interface Read {
  readonly path: string;
  readonly value: string;
}

/** One statement of one thread; the atomic steps of a statement stand together unless another thread came between. */
export interface InterleavingStep {
  /** From 1. */
  readonly n: number;
  /** A `name` of `threads`. */
  readonly thread: string;
  /** Innermost procedure of the user's own files. */
  readonly procedure: string;
  /** Outermost frame first; the last may lie in the library. */
  readonly stack: readonly Frame[];
  /** The statement in the user's own file. */
  readonly span: Span;
  /** The statement's text, white space folded. */
  readonly text: string;
  readonly kind: "acquire" | "release" | "step";
  /** The lock taken or dropped, `vcpu1.tm_lock`; on a step that fails, the one that it would have taken or dropped. */
  readonly lock?: string;
  /** Whether the lock is taken for reading, next to others. */
  readonly shared?: true;
  readonly reads: readonly Read[];
  readonly effects: readonly Effect[];
  /** What went into the thread's store buffer, where the case has a memory model with one. */
  readonly stores?: readonly Read[];
  /** The objects that the step frees. */
  readonly frees?: readonly string[];
  /** The objects that the step allocates. */
  readonly allocates?: readonly string[];
  /** True on the step whose check fails. */
  readonly fails?: boolean;
  /** How often the statement is gone through here, where it spins without getting anywhere: 2 or more. */
  readonly repeats?: number;
  /** On each step before which another thread ran: why that one left off here, or why this one has to come now. */
  readonly switchReason?: string;
  /** True on the steps that a shortest telling cannot do without; the others say how the threads came there. */
  readonly essential?: boolean;
}

/** A thread that cannot go on in the last state. */
export interface BlockedThread {
  readonly thread: string;
  readonly span: Span;
  readonly text: string;
  /** A lock, or the condition waited for. */
  readonly waitingFor: string;
  /** The threads in the way, empty when nobody is (a wake-up that never comes). */
  readonly heldBy: readonly string[];
  /** `n` of the step since which the first of `heldBy` holds it. */
  readonly heldSince?: number;
}

export interface InterleavingThread {
  readonly name: string;
  /** Column heading after the kernel's custom; threads that take part are numbered from 0. */
  readonly cpu: string;
}

/** One thread of a circle of waits. */
export interface WaitLink {
  readonly thread: string;
  /** The statement at which it waits. */
  readonly span: Span;
  readonly text: string;
  /** As in {@link BlockedThread}. */
  readonly waitingFor: string;
  /** The thread in its way: the next of the circle, for the last the first. A thread can be in its own way. */
  readonly heldBy: string;
  /** `n` of the step since which `heldBy` holds it, where it is something that is held. */
  readonly heldSince?: number;
}

/** A line of what lockdep would print. */
export interface ScenarioLine {
  readonly thread: string;
  /** `lock(vcpu0.tm_lock);` */
  readonly text: string;
  /** `n` of the step that it stands for; absent where the thread waits and so takes none. */
  readonly n?: number;
}

/** What a maintainer would write under the diagram. */
export interface Explanation {
  /** Whole sentences, to be read one after the other behind `failure.message`; none where that says it all. */
  readonly sentences: readonly string[];
  /** The circle of waits, in order. */
  readonly cycle?: readonly WaitLink[];
  /** For a deadlock of locks: the locks alone, in the order in which they are taken and wanted. */
  readonly scenario?: readonly ScenarioLine[];
}

export interface Interleaving {
  /** The threads that take part, in the order of their columns. */
  readonly threads: readonly InterleavingThread[];
  readonly steps: readonly InterleavingStep[];
  /** For a counterexample that repeats for ever: `n` of the first step of the loop. */
  readonly lasso?: number;
  /** Which check fails and, in one sentence with values, how. */
  readonly failure: { readonly check: CheckId; readonly message: string; readonly span?: Span };
  readonly explanation: Explanation;
  readonly blocked: readonly BlockedThread[];
  /** What all of shared memory holds before the first step: with `effects` it gives the state at each step. */
  readonly initial: readonly Read[];
  readonly contextSwitches: number;
  /** As the engine found it, before it was simplified. */
  readonly contextSwitchesBefore: number;
  /** Steps as the engine found it, before it was simplified. */
  readonly stepsBefore: number;
}
