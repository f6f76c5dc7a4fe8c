/**
 * The declarations of a spec: what exists, who runs, what must be true, which cases are checked.
 * Latchwork reads these calls and never executes them; the bodies below only keep the types honest.
 */
import { readNotRun } from "./read-not-run.js";

/** A value that a case can set and that is known when the case is compiled. */
export type ParamValue = string | number | boolean;

/**
 * A constant that each case may set. Branches on it are folded, so every design is a model of its own.
 * @param name the key under which a case, or `--set name=value`, gives another value
 * @param fallback the value where nothing else is given
 */
export function param(name: string, fallback: number): number;
export function param(name: string, fallback: boolean): boolean;
export function param<T extends string>(name: string, fallback: NoInfer<T>): T;
export function param(_name: string, _fallback: ParamValue): ParamValue {
  return readNotRun();
}

/** The objects of one class that exist in the model, in order: `vcpus[0]`, `for (const v of vcpus)`. */
export interface Instances<T> extends Iterable<T> {
  readonly [index: number]: T;
  readonly length: number;
  /** True when the condition is true of each object. */
  every(condition: (object: T) => boolean): boolean;
  /** True when the condition is true of at least one object. */
  some(condition: (object: T) => boolean): boolean;
  /** The index of the object, or -1 where it is none of these. */
  indexOf(object: T): number;
  /** The objects for which the condition is true, in their order. */
  filter(condition: (object: T) => boolean): T[];
  map<U>(value: (object: T) => U): U[];
  /** The first object for which the condition is true, or null. */
  find(condition: (object: T) => boolean): T | null;
  includes(object: T): boolean;
  reduce<U>(add: (sum: U, object: T) => U, initial: U): U;
}

/**
 * Declares objects of a class: C's structs in memory. They are named after the class, from 0: `vcpu0`, `vcpu1`.
 * As the initial value of a field it is an array inside the object: `table.locks[0]`.
 * @param type the class
 * @param count how many, a constant or a param
 * @param name another stem for the names, such as `"pt"` for `pt0`
 */
export function instances<T>(_type: new () => T, _count: number, _name?: string): Instances<T> {
  return readNotRun();
}

/** What a thread owes and is owed; constants. */
export interface ThreadOptions {
  /** May wait for ever, anywhere: that is neither a deadlock nor stuck. For servers that others call. */
  readonly daemon?: boolean;
  /**
   * For claims about whole runs. `"weak"`, as without the option: the thread moves once it can for good.
   * `"strong"`: also where it can only again and again, as under a fair lock. `"none"`: it may stop at any time.
   */
  readonly fairness?: "weak" | "strong" | "none";
  /** The CPU that the thread runs on, `cpus[0]`: an object of the library's class Cpu. Without it, it has one to itself. */
  readonly on?: object;
}

/** A procedure that starts once and runs to its end, concurrently with all other threads. */
export function thread(name: string, body: () => void, options?: ThreadOptions): void;
/** One thread per object; the body receives its object. */
export function thread<T>(
  name: string,
  each: Instances<T>,
  body: (object: T) => void,
  options?: ThreadOptions,
): void;
export function thread(_name: string, ..._rest: unknown[]): void {
  readNotRun();
}

/**
 * Somebody outside the design, such as a guest: a daemon without fairness. It may do its steps or stop at any time, so
 * no other thread may rely on it; one that waits for it and has nothing to do meanwhile says so with idle_until.
 */
export function environment(name: string, body: () => void): void;
/** One such thread per object. */
export function environment<T>(name: string, each: Instances<T>, body: (object: T) => void): void;
export function environment(_name: string, ..._rest: unknown[]): void {
  readNotRun();
}

/** Runs once, before any thread, and leaves the initial state. It must not block or choose. */
export function initially(_body: () => void): void {
  readNotRun();
}

/** A condition that must be true in every state. */
export function invariant(_name: string, _condition: () => boolean): void {
  readNotRun();
}

/**
 * A condition that must be true in every state in which each thread has ended, or rests, and everything they stored
 * has reached memory: the outcome of a litmus test. Fails the check `invariant`.
 */
export function at_end(_name: string, _condition: () => boolean): void {
  readNotRun();
}

/** What Latchwork checks, under the ids that `fails(...)` and reports use. */
export type Check =
  | "always_eventually"
  | "assert"
  | "deadlock"
  | "eventually"
  | "guarded-by"
  | "invariant"
  | "irq-unsafe"
  | "leads_to"
  | "list-changed-under-walk"
  | "list-corruption"
  | "lock-held-at-exit"
  | "lock-order"
  | "never_stuck"
  | "null-dereference"
  | "self-deadlock"
  | "sleep-in-atomic"
  | "unlock-not-held"
  | "use-after-free"
  | "wait-cycle"
  | "wrap";

/** The verdict that a case must have; built by {@link holds} and {@link fails}. */
export interface Expected {
  readonly check: Check | undefined;
}

/** The case must have no failing check in any state. */
export function holds(): Expected {
  return readNotRun();
}

/** The case must fail, and by this check. */
export function fails(_check: Check): Expected {
  return readNotRun();
}

/** One design to check: values for params, the verdict it must have, and the reason. */
export interface Case {
  readonly expect: Expected;
  /** Why the verdict is what it is, for the reader of the report. */
  readonly why: string;
  /** Why this case explores less than it states, as a small one may: `--strict` then asks nothing of it. */
  readonly uncovered?: string;
  /** The commit or message that this case stands for. */
  readonly source?: string;
  /**
   * In which order other threads see what a thread stores. `sc`, the default: at once. `tso`, as x86: a store waits in
   * the thread's own buffer, and later loads overtake it. `pso`: stores to different places overtake each other too.
   */
  readonly memory?: "sc" | "tso" | "pso";
  /** Any other key sets the param of that name. */
  readonly [param: string]: ParamValue | Expected | undefined;
}

/**
 * The cases of a spec: its default export. `title` and `source` describe the spec, every other key is a case.
 */
export function cases<T extends object>(
  _cases: { readonly [K in keyof T]: K extends "title" | "source" ? string : Case } & {
    readonly title: string;
    readonly source?: string;
  },
): T {
  return readNotRun();
}
