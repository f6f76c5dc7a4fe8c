/**
 * A ticket lock: who takes a number first is served first. Stands for Xen's spinlock_t and for Linux's of 2008 to
 * 2015, as an example of a lock of one's own. The numbers wrap as in C, only sooner: more than seven waiters would get the same.
 * Left out: trylock, recursion.
 */
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, releases, type Thread, until } from "../dsl/steps.js";
import { add_preempt } from "./cpu.js";
import { check_irq_safety, mark_irq_safety, SpinningLock } from "./irq-safety.js";

/** One lock; `next` is the number for who comes next, `serving` that of the holder. */
export class TicketLock extends SpinningLock {
  next = 0;
  serving = 0;
  owner: Thread | null = null;
}

/** A free lock, as the initial value of a field or a global. */
export function ticket_lock_init(): TicketLock {
  return new TicketLock();
}

/** Takes a number (xadd), and waits until it is served. */
export function ticket_lock(lock: TicketLock): void {
  let mine = 0;
  atomic(() => {
    check("self-deadlock", lock.owner !== current(), lock);
    check_irq_safety(lock);
    add_preempt(1);
    mine = lock.next;
    lock.next = (lock.next + 1) % 8;
  });
  atomic(() => {
    until(lock.serving === mine, lock.owner);
    lock.owner = current();
    mark_irq_safety(lock);
    acquires(lock, "exclusive");
  });
}

/** Serves the next number; only the holder may. */
export function ticket_unlock(lock: TicketLock): void {
  release(() => {
    check("unlock-not-held", lock.owner === current(), lock);
    lock.owner = null;
    lock.serving = (lock.serving + 1) % 8;
    add_preempt(-1);
    releases(lock);
  });
}
