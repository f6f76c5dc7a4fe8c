/** Rules about locks that a spec declares once and every step is held to. */
import { readNotRun } from "./read-not-run.js";

/** A lock: an object of the spec, or the one that each object of a class embeds, `(v: Vcpu) => v.tm_lock`. */
export type LockName = object | ((owner: never) => object);

/**
 * The order in which locks nest, outermost first: while one is held, those before it must not be taken. Several
 * declarations add up. Fails `lock-order`.
 */
export function lock_order(_first: LockName, _second: LockName, ..._more: readonly LockName[]): void {
  readNotRun();
}

/**
 * A field, or a top-level variable, that may only be used under a lock: written while the lock is held exclusively, read
 * while it is held at all. Fails `guarded-by`.
 * @param field `(v: Vcpu) => v.tm_list`, or `() => count`
 * @param lock `(v: Vcpu) => v.tm_lock`; it may be found through pointers
 */
export function guarded_by<T>(_field: (object: T) => unknown, _lock: (object: T) => object | null): void {
  readNotRun();
}

/** Accesses that are meant to race, as in Linux: those inside are not held to `guarded_by`. */
export function data_race(_body: () => void): void {
  readNotRun();
}
