/**
 * rspinlock_t: a spinlock that its holder may take again, and gives back as often. Stands for Xen's
 * spin_lock_recursive and spin_unlock_recursive. Taking it is a locked instruction, giving it back a plain store-release.
 * Left out: fairness between waiters, the limit of 15, taking it by spin_lock as well, interrupt flags.
 */
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, releases, type Thread, until } from "../dsl/steps.js";
import { add_preempt } from "./cpu.js";
import { check_irq_safety, mark_irq_safety, SpinningLock } from "./irq-safety.js";

/** One lock; `depth` counts how often its owner has taken it. */
export class RecursiveSpinlock extends SpinningLock {
  owner: Thread | null = null;
  depth = 0;
}

/** A free recursive lock, as the initial value of a field or a global. */
export function rspinlock(): RecursiveSpinlock {
  return new RecursiveSpinlock();
}

/** Waits until nobody else holds the lock and takes it, once more where the caller has it. */
export function spin_lock_recursive(lock: RecursiveSpinlock): void {
  atomic(() => {
    check_irq_safety(lock);
    until(lock.owner === null || lock.owner === current(), lock.owner);
    if (lock.owner === null) take(lock);
    lock.depth++;
  });
}

function take(lock: RecursiveSpinlock): void {
  lock.owner = current();
  add_preempt(1);
  mark_irq_safety(lock);
  acquires(lock, "exclusive");
}

/** Takes the lock unless somebody else holds it; says whether it did. */
export function spin_trylock_recursive(lock: RecursiveSpinlock): boolean {
  let taken = false;
  release(() => {
    if (lock.owner === null || lock.owner === current()) {
      atomic(() => {
        if (lock.owner === null) {
          lock.owner = current();
          add_preempt(1);
          mark_irq_safety(lock);
          acquires(lock, "exclusive", "tried");
        }
        lock.depth++;
        taken = true;
      });
    }
  });
  return taken;
}

/** Undoes one spin_lock_recursive; the last one gives the lock back. Only its holder may. */
export function spin_unlock_recursive(lock: RecursiveSpinlock): void {
  release(() => {
    check("unlock-not-held", lock.owner === current(), lock);
    lock.depth--;
    if (lock.depth === 0) {
      lock.owner = null;
      add_preempt(-1);
      releases(lock);
    }
  });
}
