/**
 * struct mutex: one owner, and waiters sleep. Stands for Linux's mutex_lock and mutex_unlock.
 * Left out: fairness between waiters (any of them may be next), interruptible waits, optimistic spinning.
 */
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, releases, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One mutex; `owner` is the thread that holds it. */
export class Mutex {
  owner: Thread | null = null;
}

/** A free mutex, as the initial value of a field or a global. */
export function mutex(): Mutex {
  return new Mutex();
}

/** Sleeps until the mutex is free and takes it. */
export function mutex_lock(lock: Mutex): void {
  atomic(() => {
    might_sleep();
    check("self-deadlock", lock.owner !== current(), lock);
    until(lock.owner === null, lock.owner);
    lock.owner = current();
    acquires(lock, "exclusive");
  });
}

/** Takes the mutex if it is free; says whether it did. Never sleeps. */
export function mutex_trylock(lock: Mutex): boolean {
  let taken = false;
  release(() => {
    if (lock.owner === null) {
      atomic(() => {
        lock.owner = current();
        acquires(lock, "exclusive", "tried");
        taken = true;
      });
    }
  });
  return taken;
}

/** Gives the mutex back; only its owner may. */
export function mutex_unlock(lock: Mutex): void {
  atomic(() => {
    check("unlock-not-held", lock.owner === current(), lock);
    lock.owner = null;
    releases(lock);
  });
}

/** Whether anybody holds the mutex. */
export function mutex_is_locked(lock: Mutex): boolean {
  return lock.owner !== null;
}
