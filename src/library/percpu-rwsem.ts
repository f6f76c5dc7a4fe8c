/**
 * struct percpu_rw_semaphore: readers cost nothing, a writer stops new ones and waits. Stands for Linux's
 * percpu_down_read and percpu_down_write, as under cpus_read_lock(). From its first step on a writer keeps new readers
 * out, even while it waits for those inside.
 * Left out: reading once more by a trylock, which fails `assert`, the counters of each CPU, and the order among waiters.
 */
import { acquires, assert, atomic, check, current, releases, set, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";
import { synchronize_rcu } from "./rcu.js";

/** One lock. `blocking` is the writer that keeps readers out, `writer` is it once it is alone. */
export class PercpuRwSemaphore {
  blocking: Thread | null = null;
  writer: Thread | null = null;
  readers = set<Thread>();
}

/** A free lock, as the initial value of a field or a global. */
export function percpu_rwsem(): PercpuRwSemaphore {
  return new PercpuRwSemaphore();
}

/** Sleeps while a writer has it or waits for it, and joins the readers. */
export function percpu_down_read(sem: PercpuRwSemaphore): void {
  atomic(() => {
    might_sleep();
    check("self-deadlock", sem.blocking !== current() && !sem.readers.has(current()), sem);
    until(sem.blocking === null, sem.blocking);
    sem.readers.add(current());
    acquires(sem, "shared");
  });
}

/** Joins the readers unless a writer has it or waits for it; says whether it did. */
export function percpu_down_read_trylock(sem: PercpuRwSemaphore): boolean {
  let taken = false;
  atomic(() => {
    assert(!sem.readers.has(current()), "a reader reads once, which is as often as the library counts");
    if (sem.blocking === null) {
      sem.readers.add(current());
      acquires(sem, "shared", "tried");
      taken = true;
    }
  });
  return taken;
}

/** Leaves the readers; only one of them may. */
export function percpu_up_read(sem: PercpuRwSemaphore): void {
  atomic(() => {
    check("unlock-not-held", sem.readers.has(current()), sem);
    sem.readers.delete(current());
    releases(sem);
  });
}

/**
 * Takes the lock: a grace period of RCU, after which every reader looks for writers; then sleeps until no other writer
 * has it, keeps new readers out, and sleeps until those inside have left.
 */
export function percpu_down_write(sem: PercpuRwSemaphore): void {
  synchronize_rcu();
  atomic(() => {
    check("self-deadlock", sem.blocking !== current() && !sem.readers.has(current()), sem);
    until(sem.blocking === null, sem.blocking);
    sem.blocking = current();
  });
  atomic(() => {
    until(sem.readers.size === 0, sem.readers);
    sem.writer = current();
    acquires(sem, "exclusive");
  });
}

/** Gives the lock back; only its writer may. */
export function percpu_up_write(sem: PercpuRwSemaphore): void {
  atomic(() => {
    check("unlock-not-held", sem.writer === current(), sem);
    sem.writer = null;
    sem.blocking = null;
    releases(sem);
  });
}
