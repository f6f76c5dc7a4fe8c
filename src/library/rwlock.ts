/**
 * rwlock_t: many readers or one writer, busy waiting. rwlock() stands for the queued rwlock_t of Linux and of Xen: a
 * waiting writer stops new readers, except in handlers, so that a reader can wait for a writer that only waits itself,
 * and reading twice is a self-deadlock. rwlock_recursive() stands for Xen's older one, where readers are preferred and
 * may read once more. Both locks and read_unlock are locked instructions, write_unlock is a plain store-release, as on
 * x86; a trylock that fails is a load.
 * Left out: the order among waiters of one kind, reading more than twice or once more by read_trylock(), which fail
 * `assert`, upgrade (neither kernel has it).
 */
import { execution_context } from "../dsl/contexts.js";
import { release } from "../dsl/memory.js";
import { acquires, assert, atomic, check, current, releases, set, type Thread, until } from "../dsl/steps.js";
import { add_preempt } from "./cpu.js";
import { check_irq_safety, mark_irq_safety, SpinningLock } from "./irq-safety.js";

/** One lock. `readers` and `writer` hold it; `waiting` are writers for whom new readers have to wait. */
export class Rwlock {
  as_reader = new SpinningLock();
  as_writer = new SpinningLock();
  writer: Thread | null = null;
  readers = set<Thread>();
  waiting = set<Thread>();

  acquire_shared() {
    atomic(() => {
      check("self-deadlock", this.writer !== current() && !this.readers.has(current()), this);
      check_irq_safety(this.as_writer);
      if (execution_context() === "task") {
        until(this.writer === null && this.waiting.size === 0, this.writer, this.waiting);
      } else {
        until(this.writer === null, this.writer);
      }
      this.readers.add(current());
      add_preempt(1);
      mark_irq_safety(this.as_reader);
      acquires(this, "shared");
    });
  }

  release_shared() {
    atomic(() => {
      check("unlock-not-held", this.readers.has(current()), this);
      this.readers.delete(current());
      add_preempt(-1);
      releases(this);
    });
  }

  acquire_exclusive() {
    atomic(() => {
      check("self-deadlock", this.writer !== current() && !this.readers.has(current()), this);
      check_irq_safety(this.as_reader);
      check_irq_safety(this.as_writer);
      add_preempt(1);
      this.waiting.add(current());
    });
    atomic(() => {
      until(this.writer === null && this.readers.size === 0, this.writer, this.readers);
      this.waiting.delete(current());
      this.writer = current();
      mark_irq_safety(this.as_writer);
      acquires(this, "exclusive");
    });
  }
}

/** A lock whose readers do not wait for writers that wait, and may read once more: `nested` are those that do. */
export class RecursiveRwlock extends Rwlock {
  nested = set<Thread>();

  override acquire_shared() {
    atomic(() => {
      check("self-deadlock", this.writer !== current(), this);
      check_irq_safety(this.as_writer);
      until(this.writer === null, this.writer);
      add_preempt(1);
      mark_irq_safety(this.as_reader);
      if (this.readers.has(current())) {
        assert(
          !this.nested.has(current()),
          "a reader reads twice at most, which is as often as the library counts",
        );
        this.nested.add(current());
      } else {
        this.readers.add(current());
        acquires(this, "shared");
      }
    });
  }

  override release_shared() {
    atomic(() => {
      check("unlock-not-held", this.readers.has(current()), this);
      add_preempt(-1);
      if (this.nested.has(current())) {
        this.nested.delete(current());
      } else {
        this.readers.delete(current());
        releases(this);
      }
    });
  }

  override acquire_exclusive() {
    atomic(() => {
      check("self-deadlock", this.writer !== current() && !this.readers.has(current()), this);
      check_irq_safety(this.as_reader);
      check_irq_safety(this.as_writer);
      until(this.writer === null && this.readers.size === 0, this.writer, this.readers);
      this.writer = current();
      add_preempt(1);
      mark_irq_safety(this.as_writer);
      acquires(this, "exclusive");
    });
  }
}

/** A free lock, as the initial value of a field or a global. */
export function rwlock(): Rwlock {
  return new Rwlock();
}

/** A free lock that prefers readers and lets them read twice. */
export function rwlock_recursive(): RecursiveRwlock {
  return new RecursiveRwlock();
}

/** Waits until nobody writes, or waits to write, and joins the readers. */
export function read_lock(lock: Rwlock): void {
  lock.acquire_shared();
}

/** Undoes one read_lock() or read_trylock(); only a reader may. */
export function read_unlock(lock: Rwlock): void {
  lock.release_shared();
}

/** Waits until nobody reads or writes and takes the lock. A writer is seen before it is alone: two steps. */
export function write_lock(lock: Rwlock): void {
  lock.acquire_exclusive();
}

/** Joins the readers unless it would have to wait; says whether it did. */
export function read_trylock(lock: Rwlock): boolean {
  let taken = false;
  release(() => {
    assert(!lock.readers.has(current()), "a reader does not try again, which the library does not count");
    if (lock.writer === null && lock.waiting.size === 0) {
      atomic(() => {
        lock.readers.add(current());
        add_preempt(1);
        mark_irq_safety(lock.as_reader);
        acquires(lock, "shared", "tried");
        taken = true;
      });
    }
  });
  return taken;
}

/** Takes the lock if nobody reads or writes; says whether it did. */
export function write_trylock(lock: Rwlock): boolean {
  let taken = false;
  release(() => {
    if (lock.writer === null && lock.readers.size === 0) {
      atomic(() => {
        lock.writer = current();
        add_preempt(1);
        mark_irq_safety(lock.as_writer);
        acquires(lock, "exclusive", "tried");
        taken = true;
      });
    }
  });
  return taken;
}

/** Gives the lock back; only its writer may. */
export function write_unlock(lock: Rwlock): void {
  release(() => {
    check("unlock-not-held", lock.writer === current(), lock);
    lock.writer = null;
    add_preempt(-1);
    releases(lock);
  });
}
