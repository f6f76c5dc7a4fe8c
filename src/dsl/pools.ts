/** Objects that come and go while threads run, as with kmalloc and kfree. */
import { readNotRun } from "./read-not-run.js";

/** Memory for some objects of a class. All of them are free at first. */
export interface Pool<T> {
  /** True when the condition is true of each object that is allocated. */
  every(condition: (object: T) => boolean): boolean;
  /** True when the condition is true of at least one object that is allocated. */
  some(condition: (object: T) => boolean): boolean;
}

/**
 * Declares memory for objects of a class, which {@link alloc} gives out. They are named as those of instances are.
 * @param type the class
 * @param count how many can be allocated at a time, a constant or a param
 * @param name another stem for the names, such as `"req"` for `req0`
 */
export function pool<T>(_type: new () => T, _count: number, _name?: string): Pool<T> {
  return readNotRun();
}

/**
 * kzalloc: any free object, its fields as the class declares them; null when none is free. It may be the one that
 * was freed last, at the same address. One step.
 */
export function alloc<T>(_from: Pool<T>): T | null {
  return readNotRun();
}

/**
 * kfree: gives the object back, with everything embedded in it; null is ignored. From then on each use of it fails
 * `use-after-free`, a second free too. Fails `list-corruption` while it is on a list, or a list in it is not empty.
 */
export function free(_object: object | null): void {
  readNotRun();
}
