/**
 * spinlock_t: one holder, busy waiting, preemption off while it is held. Stands for Xen's and Linux's spin_lock and
 * spin_unlock with their irq, irqsave and bh variants. Taking the lock is a locked instruction, giving it back is a plain
 * store-release, as on x86: with store buffers (`memory: "tso"`) the others see the lock free only once everything stored
 * under it is in memory.
 * Left out: fairness between waiters (any of them may be next); for recursion there is rspinlock().
 */
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, releases, type Thread, until } from "../dsl/steps.js";
import {
  add_preempt,
  local_bh_disable,
  local_bh_enable,
  local_irq_disable,
  local_irq_enable,
  local_irq_restore,
  local_irq_save,
} from "./cpu.js";
import { check_irq_safety, mark_irq_safety, SpinningLock } from "./irq-safety.js";

/** One lock; `owner` is the thread that holds it. */
export class Spinlock extends SpinningLock {
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
    check_irq_safety(lock);
    until(lock.owner === null, lock.owner);
    lock.owner = current();
    add_preempt(1);
    mark_irq_safety(lock);
    acquires(lock, "exclusive");
  });
}

/** Takes the lock if it is free; says whether it did. A lock that is seen held costs a load and orders nothing. */
export function spin_trylock(lock: Spinlock): boolean {
  let taken = false;
  release(() => {
    if (lock.owner === null) {
      atomic(() => {
        lock.owner = current();
        add_preempt(1);
        mark_irq_safety(lock);
        acquires(lock, "exclusive", "tried");
        taken = true;
      });
    }
  });
  return taken;
}

/** Gives the lock back; only its holder may. */
export function spin_unlock(lock: Spinlock): void {
  release(() => {
    check("unlock-not-held", lock.owner === current(), lock);
    lock.owner = null;
    add_preempt(-1);
    releases(lock);
  });
}

/** Whether anybody holds the lock. */
export function spin_is_locked(lock: Spinlock): boolean {
  return lock.owner !== null;
}

/** Turns interrupts off and takes the lock; gives what spin_unlock_irqrestore needs. */
export function spin_lock_irqsave(lock: Spinlock): boolean {
  const flags = local_irq_save();
  spin_lock(lock);
  return flags;
}

/** Gives the lock back, and turns interrupts on where they were on before. */
export function spin_unlock_irqrestore(lock: Spinlock, flags: boolean): void {
  spin_unlock(lock);
  local_irq_restore(flags);
}

/** Turns interrupts off and takes the lock. */
export function spin_lock_irq(lock: Spinlock): void {
  local_irq_disable();
  spin_lock(lock);
}

/** Gives the lock back and turns interrupts on, also where they were off before. */
export function spin_unlock_irq(lock: Spinlock): void {
  spin_unlock(lock);
  local_irq_enable();
}

/** Keeps softirqs away and takes the lock. */
export function spin_lock_bh(lock: Spinlock): void {
  local_bh_disable();
  spin_lock(lock);
}

/** Gives the lock back and lets softirqs come again. */
export function spin_unlock_bh(lock: Spinlock): void {
  spin_unlock(lock);
  local_bh_enable();
}
