/**
 * struct rw_semaphore: many readers or one writer, and waiters sleep. rwsem_fair() stands for Linux's rwsem, where a
 * waiting writer stops new readers: a reader can thus wait for one that only waits itself. rwsem() prefers readers,
 * as rwsems did that were not fair: what it allows and rwsem_fair() does not, depends on who comes first.
 * There is no upgrade: down_write() by a reader is a self-deadlock, and so is reading twice.
 * Left out: reading once more by a trylock, which fails `assert`, the order among waiters of one kind, optimistic spinning, lock stealing, interruptible waits.
 */
import { acquires, assert, atomic, check, current, releases, set, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One lock. `readers` and `writer` hold it; `waiting` are writers for whom new readers have to wait. */
export class RwSemaphore {
  writer: Thread | null = null;
  readers = set<Thread>();
  waiting = set<Thread>();

  acquire_exclusive() {
    atomic(() => {
      might_sleep();
      check("self-deadlock", this.writer !== current() && !this.readers.has(current()), this);
      until(this.writer === null && this.readers.size === 0, this.writer, this.readers);
      this.writer = current();
      acquires(this, "exclusive");
    });
  }
}

/** As RwSemaphore, where a waiting writer stops new readers. */
export class FairRwSemaphore extends RwSemaphore {
  override acquire_exclusive() {
    atomic(() => {
      might_sleep();
      check("self-deadlock", this.writer !== current() && !this.readers.has(current()), this);
      this.waiting.add(current());
    });
    atomic(() => {
      until(this.writer === null && this.readers.size === 0, this.writer, this.readers);
      this.waiting.delete(current());
      this.writer = current();
      acquires(this, "exclusive");
    });
  }
}

/** A free lock that prefers readers, as the initial value of a field or a global. */
export function rwsem(): RwSemaphore {
  return new RwSemaphore();
}

/** A free lock where a waiting writer stops new readers. */
export function rwsem_fair(): FairRwSemaphore {
  return new FairRwSemaphore();
}

/** Sleeps until nobody writes, and in a fair lock nobody waits to write, and joins the readers. */
export function down_read(sem: RwSemaphore): void {
  atomic(() => {
    might_sleep();
    check("self-deadlock", sem.writer !== current() && !sem.readers.has(current()), sem);
    until(sem.writer === null && sem.waiting.size === 0, sem.writer, sem.waiting);
    sem.readers.add(current());
    acquires(sem, "shared");
  });
}

/** Joins the readers unless it would have to wait; says whether it did. */
export function down_read_trylock(sem: RwSemaphore): boolean {
  let taken = false;
  atomic(() => {
    assert(!sem.readers.has(current()), "a reader reads once, which is as often as the library counts");
    if (sem.writer === null && sem.waiting.size === 0) {
      sem.readers.add(current());
      acquires(sem, "shared", "tried");
      taken = true;
    }
  });
  return taken;
}

/** Leaves the readers; only one of them may. */
export function up_read(sem: RwSemaphore): void {
  atomic(() => {
    check("unlock-not-held", sem.readers.has(current()), sem);
    sem.readers.delete(current());
    releases(sem);
  });
}

/** Sleeps until nobody reads or writes and takes the lock. In a fair lock a writer is seen before it is alone: two steps. */
export function down_write(sem: RwSemaphore): void {
  sem.acquire_exclusive();
}

/** Takes the lock if nobody reads or writes; says whether it did. */
export function down_write_trylock(sem: RwSemaphore): boolean {
  let taken = false;
  atomic(() => {
    if (sem.writer === null && sem.readers.size === 0) {
      sem.writer = current();
      acquires(sem, "exclusive", "tried");
      taken = true;
    }
  });
  return taken;
}

/** Gives the lock back; only its writer may. */
export function up_write(sem: RwSemaphore): void {
  atomic(() => {
    check("unlock-not-held", sem.writer === current(), sem);
    sem.writer = null;
    releases(sem);
  });
}

/** Makes the writer a reader, and lets other readers in. Never waits. */
export function downgrade_write(sem: RwSemaphore): void {
  atomic(() => {
    check("unlock-not-held", sem.writer === current(), sem);
    sem.writer = null;
    releases(sem);
    sem.readers.add(current());
    acquires(sem, "shared", "tried");
  });
}
