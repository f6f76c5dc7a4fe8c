/**
 * An MCS lock: each waiter spins on a word of its own, in a node that it brings, and the one before it passes the lock
 * on. Stands for Linux's mcs_spin_lock and mcs_spin_unlock, as an example of a lock of one's own: every access of the
 * algorithm is a step of the model.
 * Left out: the barriers of weakly ordered machines, interrupt flags and the check irq-unsafe.
 */
import { try_cmpxchg, xchg } from "../dsl/exchange.js";
import { release } from "../dsl/memory.js";
import { acquires, atomic, check, current, ghost, releases, type Thread, until } from "../dsl/steps.js";
import { add_preempt } from "./cpu.js";

/** A waiter's place in the queue; one for each thread and lock. */
export class McsNode {
  next: McsNode | null = null;
  locked = false;
}

/** One lock: the last in its queue, who is the holder where nobody waits. */
export class McsLock {
  tail: McsNode | null = null;
  /** For checks only: the algorithm does not know it. */
  owner: Thread | null = ghost(null);
}

/** A free lock, as the initial value of a field or a global. */
export function mcs_lock(): McsLock {
  return new McsLock();
}

/** Queues the node, and waits until the one before it passes the lock on. */
export function mcs_spin_lock(lock: McsLock, node: McsNode): void {
  release(() => {
    check("self-deadlock", lock.owner !== current(), lock);
    add_preempt(1);
    node.locked = false;
  });
  node.next = null;
  const before = xchg(lock.tail, node);
  if (before !== null) {
    before.next = node;
    until(node.locked, lock.owner);
  }
  lock.owner = current();
  acquires(lock, "exclusive");
}

/** Passes the lock on to the next in the queue, or empties it. Only the holder may, with the node that it brought. */
export function mcs_spin_unlock(lock: McsLock, node: McsNode): void {
  atomic(() => {
    check("unlock-not-held", lock.owner === current(), lock);
  });
  if (node.next === null) {
    let emptied = false;
    atomic(() => {
      emptied = try_cmpxchg(lock.tail, node, null);
      if (emptied) leave(lock);
    });
    if (emptied) return;
    until(node.next !== null);
  }
  const next = node.next!;
  release(() => {
    next.locked = true;
    leave(lock);
  });
}

function leave(lock: McsLock): void {
  lock.owner = null;
  add_preempt(-1);
  releases(lock);
}
