/**
 * spinlock_t: one holder, busy waiting. Stands for Xen's and Linux's plain spin_lock and spin_unlock.
 * Left out: fairness between waiters (any of them may be next), recursion, interrupt flags.
 */
import { acquires, atomic, check, current, releases, type Thread, until } from "../dsl/steps.js";

/** One lock; `owner` is the thread that holds it. */
export class Spinlock {
  owner: Thread | null = null;
}

/** A free lock, as the initial value of a field or a global. */
export function spinlock(): Spinlock {
  return new Spinlock();
}

/** Waits until the lock is free and takes it. */
export function spin_lock(lock: Spinlock): void {
  atomic(() => {
    check("self-deadlock", lock.owner !== current(), lock);
    until(lock.owner === null, lock.owner);
    lock.owner = current();
    acquires(lock, "exclusive");
  });
}

/** Takes the lock if it is free; says whether it did. */
export function spin_trylock(lock: Spinlock): boolean {
  let taken = false;
  atomic(() => {
    if (lock.owner === null) {
      lock.owner = current();
      acquires(lock, "exclusive", "tried");
      taken = true;
    }
  });
  return taken;
}

/** Gives the lock back; only its holder may. */
export function spin_unlock(lock: Spinlock): void {
  atomic(() => {
    check("unlock-not-held", lock.owner === current(), lock);
    lock.owner = null;
    releases(lock);
  });
}

/** Whether anybody holds the lock. */
export function spin_is_locked(lock: Spinlock): boolean {
  return lock.owner !== null;
}
