/**
 * rwlock_t: many readers or one writer, busy waiting. Stands for Xen's and Linux's plain rwlock_t.
 * Readers are preferred: a waiting writer does not stop new readers. A thread that already reads must not take
 * the read lock again: the queued locks of both kernels deadlock there as soon as a writer waits in between.
 * Both locks and read_unlock are locked instructions, write_unlock is a plain store-release, as on x86.
 * Left out: recursion, interrupt flags, upgrade (neither kernel has it).
 */
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, releases, set, type Thread, until } from "../dsl/steps.js";

/** One lock; `readers` and `writer` are the threads that hold it. */
export class Rwlock {
  writer: Thread | null = null;
  readers = set<Thread>();
}

/** A free lock, as the initial value of a field or a global. */
export function rwlock(): Rwlock {
  return new Rwlock();
}

/** Waits until nobody writes and joins the readers. */
export function read_lock(lock: Rwlock): void {
  atomic(() => {
    check("self-deadlock", lock.writer !== current() && !lock.readers.has(current()), lock);
    until(lock.writer === null, lock.writer);
    lock.readers.add(current());
    acquires(lock, "shared");
  });
}

/** Leaves the readers; only one of them may. */
export function read_unlock(lock: Rwlock): void {
  atomic(() => {
    check("unlock-not-held", lock.readers.has(current()), lock);
    lock.readers.delete(current());
    releases(lock);
  });
}

/** Waits until nobody reads or writes and takes the lock. */
export function write_lock(lock: Rwlock): void {
  atomic(() => {
    check("self-deadlock", lock.writer !== current() && !lock.readers.has(current()), lock);
    until(lock.writer === null && lock.readers.size === 0, lock.writer, lock.readers);
    lock.writer = current();
    acquires(lock, "exclusive");
  });
}

/** Gives the lock back; only its writer may. */
export function write_unlock(lock: Rwlock): void {
  release(() => {
    check("unlock-not-held", lock.writer === current(), lock);
    lock.writer = null;
    releases(lock);
  });
}
