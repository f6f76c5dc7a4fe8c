/**
 * seqlock_t: writers exclude each other, readers read without a lock and start over where a writer came between.
 * Stands for Linux's read_seqbegin, read_seqretry, write_seqlock and write_sequnlock.
 * Left out: the sequence number itself, which would never stop growing: who has begun to read since the last writer is
 * remembered instead, so read_seqbegin() returns nothing and read_seqretry() takes no number.
 */
import { release, smp_wmb } from "../dsl/memory.js";
import { queue } from "../dsl/queue.js";
import { atomic, current, type Thread, until } from "../dsl/steps.js";
import { spin_lock, spin_unlock, spinlock } from "./spinlock.js";

/** One lock. While `writing` the number is odd; `seen` are the readers for whom it has not changed. */
export class Seqlock {
  lock = spinlock();
  writing = false;
  seen = queue<Thread>();
}

/** A lock that nobody writes under, as the initial value of a field or a global. */
export function seqlock(): Seqlock {
  return new Seqlock();
}

/** Waits until nobody writes, and begins to read. */
export function read_seqbegin(sl: Seqlock): void {
  atomic(() => {
    until(!sl.writing, sl.lock.owner);
    sl.seen.delete(current());
    sl.seen.push(current());
  });
}

/** Ends a reading: whether a writer came between, and it has to be done once more. */
export function read_seqretry(sl: Seqlock): boolean {
  let changed = false;
  atomic(() => {
    changed = !sl.seen.has(current());
    sl.seen.delete(current());
  });
  return changed;
}

/** Waits until nobody else writes, and makes every reader start over. */
export function write_seqlock(sl: Seqlock): void {
  spin_lock(sl.lock);
  release(() => {
    sl.writing = true;
    sl.seen.drop(sl.seen.size);
  });
  smp_wmb();
}

/** Lets readers and other writers in; only the writer may. */
export function write_sequnlock(sl: Seqlock): void {
  release(() => {
    sl.writing = false;
  });
  spin_unlock(sl.lock);
}
