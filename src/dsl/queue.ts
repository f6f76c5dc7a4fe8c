/** Queues of values, first in, first out: a kernel's list whose nodes live on the stacks of those who wait. */
import { readNotRun } from "./read-not-run.js";

/** A queue as a field: `waiters = queue<Thread>()`. It is one word: each operation is one step. */
export interface Queue<T> {
  /** Puts the value last; it may stand there already. */
  push(value: T): void;
  /** Takes the first `count` values off, or all where there are fewer. */
  drop(count: number): void;
  /** Takes the value off, wherever it stands and as often as it does. */
  delete(value: T): void;
  /** Whether the value stands anywhere in the queue. */
  has(value: T): boolean;
  /** The value that stands first, or null. */
  readonly first: T | null;
  readonly size: number;
}

/** An empty queue, as the initial value of a field. */
export function queue<T extends object>(): Queue<T> {
  return readNotRun();
}
