/**
 * Linked lists as the kernel has them: an element carries the node, so it is on one list at a time. Each
 * operation is one step; what happens between the stores inside `list_add` is left out.
 */
import { readNotRun } from "./read-not-run.js";

/** The head of a list, as a field: `tm_list = list<PeriodicTime>()`. */
export interface List<T> extends Iterable<T> {
  /** Whether the element is on this list. */
  has(element: T): boolean;
  every(condition: (element: T) => boolean): boolean;
  some(condition: (element: T) => boolean): boolean;
  /** The elements for which the condition is true, in their order. */
  filter(condition: (element: T) => boolean): T[];
  map<U>(value: (element: T) => U): U[];
  /** The first element for which the condition is true, or null. */
  find(condition: (element: T) => boolean): T | null;
  reduce<U>(add: (sum: U, element: T) => U, initial: U): U;
}

/** An empty list, as the initial value of a field. */
export function list<T extends object>(): List<T> {
  return readNotRun();
}

/** Puts the element first. Fails `list-corruption` when it is on a list already. */
export function list_add<T extends object>(_element: T, _head: List<T>): void {
  readNotRun();
}

/** Puts the element last. Fails `list-corruption` when it is on a list already. */
export function list_add_tail<T extends object>(_element: T, _head: List<T>): void {
  readNotRun();
}

/** Takes the element off whichever list it is on. Fails `list-corruption` when it is on none. */
export function list_del<T extends object>(_element: T): void {
  readNotRun();
}

/** Whether no element is on the list. */
export function list_empty<T extends object>(_head: List<T>): boolean {
  return readNotRun();
}

/**
 * A walk that may take the current element off: it reads the next element before the body runs.
 * A plain `for (const pt of v.tm_list)` is list_for_each_entry: it reads on from the current element.
 * Both fail `list-changed-under-walk` when the element they go on from has left the list.
 */
export function list_for_each_entry_safe<T extends object>(_head: List<T>): Iterable<T> {
  return readNotRun();
}
