/** What a procedure can do besides reading and writing memory. */
import type { List } from "./list.js";
import { readNotRun } from "./read-not-run.js";
import type { Check, Instances } from "./spec.js";

/** Identity of a running thread; the value of {@link current}. */
export interface Thread {
  readonly thread: unique symbol;
}

/** The thread that executes this statement. */
export function current(): Thread {
  return readNotRun();
}

/**
 * One indivisible step, for what the hardware or a lower layer really does indivisibly. Everything outside an
 * `atomic` takes one step per shared access.
 */
export function atomic(_body: () => void): void {
  readNotRun();
}

/**
 * State and statements for the reader of a design, not for the machine: what a property needs to remember. As the
 * initial value of a field or a top-level `let` it makes the variable a ghost, `seen = ghost(0)`. As a statement it runs
 * together with the step before it and takes none of its own: it may read everything, write only ghosts, and check.
 */
export function ghost(body: () => void): void;
export function ghost<T>(initial: T): T;
export function ghost(_what: unknown): never {
  return readNotRun();
}

/**
 * Waits, as long as it takes, until the condition is true. Outside `atomic` the condition may read shared
 * memory once; inside, the whole step waits.
 * @param whom threads each of which must act before the wait can end, such as the owner of a lock: a circle of such
 * waits fails `wait-cycle`. Looking at them is no access.
 */
export function until(_condition: boolean, ..._whom: readonly (Thread | null | AbstractSet<Thread>)[]): void {
  readNotRun();
}

/** As {@link until}, for a thread with nothing to do: waiting here for ever is rest and not a deadlock. */
export function idle_until(_condition: boolean): void {
  readNotRun();
}

/**
 * Any element; every possibility is explored. From instances and constants it costs no step; from a list or a set in
 * memory it is one load, and choosing from an empty one fails the check `assert`.
 */
export function choose<const T extends Choosable>(from: readonly T[]): T;
export function choose<T>(from: Instances<T> | List<T> | AbstractSet<T>): T;
export function choose(_from: unknown): unknown {
  return readNotRun();
}

/** What can be chosen from an array of constants: `choose([1, 2, 4])`. */
export type Choosable = boolean | number | string | object | null;

/** True or false; both are explored. */
export function maybe(): boolean {
  return readNotRun();
}

/** Runs one of the branches; each is explored. It costs no step itself, and `return` in a branch leaves only that. */
export function either(
  _first: () => void,
  _second: () => void,
  _third?: () => void,
  _fourth?: () => void,
  _fifth?: () => void,
  _sixth?: () => void,
  _seventh?: () => void,
  _eighth?: () => void,
): void {
  readNotRun();
}

/**
 * Runs the body `count` times. Counting costs no step, and `return` in the body ends only this round.
 * @param count a constant
 * @param body is given the number of its round, from 0
 */
export function repeat(_count: number, _body: (round: number) => void): void {
  readNotRun();
}

/** C's ASSERT and BUG_ON: fails the check `assert` when the condition is false. */
export function assert(_condition: boolean, _message?: string): asserts _condition {
  readNotRun();
}

/**
 * No run of the model comes here, and the reason why: Xen's ASSERT_UNREACHABLE. Fails the check `assert` where one does.
 * The statements behind it, and the condition that leads to it, are not reported as unexplored.
 */
export function unreachable(_why: string): never {
  return readNotRun();
}

/**
 * For writers of lock primitives: fails the named check when the condition is false.
 * @param subject the lock or object that the report should name
 */
export function check(_id: Check, _condition: boolean, _subject?: object): void {
  readNotRun();
}

/**
 * For writers of lock primitives: from this step on the current thread holds `lock`.
 * @param how `"tried"` where the thread would not have waited: the order of locks does not matter then
 */
export function acquires(_lock: object, _mode: "exclusive" | "shared", _how?: "waited" | "tried"): void {
  readNotRun();
}

/** For writers of lock primitives: with this step the current thread no longer holds `lock`. */
export function releases(_lock: object): void {
  readNotRun();
}

/**
 * An unordered collection without duplicates. In memory, `readers = set<Thread>()`, it is one word: each operation is
 * one step. In a local it is a value. A loop over it asks for each value that could be in it.
 */
export interface AbstractSet<T> extends Iterable<T> {
  has(element: T): boolean;
  add(element: T): void;
  delete(element: T): void;
  clear(): void;
  readonly size: number;
  every(condition: (element: T) => boolean): boolean;
  some(condition: (element: T) => boolean): boolean;
  union(other: AbstractSet<T>): AbstractSet<T>;
  intersection(other: AbstractSet<T>): AbstractSet<T>;
  difference(other: AbstractSet<T>): AbstractSet<T>;
  isSubsetOf(other: AbstractSet<T>): boolean;
}

/** An empty set, as the initial value of a field, of a top-level `let`, or of a local. */
export function set<T>(): AbstractSet<T> {
  return readNotRun();
}
