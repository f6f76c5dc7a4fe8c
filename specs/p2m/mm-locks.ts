/**
 * The locks of xen/arch/x86/mm and the checker of their order: xen/arch/x86/mm/mm-locks.h.
 *
 * Each kind of lock has a level. A pCPU remembers the level of the lock it took last (mm_lock_level), and taking a lock
 * of a lower level is a BUG. The level from before is kept in the lock itself, and put back when the lock is dropped.
 * All of this is bookkeeping that no lock depends on, and so it is ghost state here.
 *
 * Left out: the name of the function that took a lock, speculation barriers, and the deferred TLB flush of p2m_unlock()
 * (ept-flush.ts has it).
 */
import {
  assert,
  Cpu,
  check,
  current,
  ghost,
  param,
  read_lock,
  read_unlock,
  rspinlock,
  rwlock_recursive,
  spin_lock_recursive,
  spin_unlock_recursive,
  type Thread,
  this_cpu,
  write_lock,
  write_unlock,
} from "latchwork";

/** Whether the checker is compiled in at all. Without it, a wrong order is a deadlock that waits to happen. */
const checker = param("checker", true);
/** 3a71f3f339: taking a lock once more, which cannot wait, is not checked. */
const recursion_is_exempt = param("recursion_is_exempt", true);
/** e5268a3ce3: the locks of a control domain come behind those of all others. */
const control_domain_bias = param("control_domain_bias", true);

/** MM_LOCK_ORDER_*; before these names there were the line numbers of the declarations, in the same order. */
export const MM_LOCK_ORDER = {
  nestedp2m: 8,
  p2m: 16,
  per_page_sharing: 24,
  pod: 48,
  page_alloc: 56,
  paging: 64,
};
const MM_LOCK_ORDER_MAX = 64;

/** A pCPU. */
export class Pcpu extends Cpu {
  mm_lock_level = ghost(0);
}

/** What the checker keeps in a lock: the level to go back to when it is dropped. */
class OrderedLock {
  unlock_level = ghost(0);
}

/** mm_lock_t */
export class MmLock extends OrderedLock {
  lock = rspinlock();
}

/** mm_rwlock_t: the side of the writer is recursive and has an owner, that of the readers has neither. */
export class MmRwlock extends OrderedLock {
  lock = rwlock_recursive();
  locker: Thread | null = null;
  recurse_count = 0;
}

/** _lock_level() */
function lock_level(of_control_domain: boolean, order: number): number {
  return control_domain_bias && of_control_domain ? order + MM_LOCK_ORDER_MAX : order;
}

/** _check_lock_level(): before the lock is waited for. */
function check_lock_level(cpu: Pcpu, level: number, lock: OrderedLock) {
  check("lock-order", cpu.mm_lock_level <= level, lock);
}

/** _mm_lock(): mm_lock(), or mm_lock_recursive() where `rec`. */
export function mm_lock(of_control_domain: boolean, l: MmLock, order: number, rec: boolean) {
  const level = lock_level(of_control_domain, order);
  if (checker) {
    ghost(() => {
      if (!(recursion_is_exempt && rec && l.lock.owner === current()))
        check_lock_level(this_cpu<Pcpu>(), level, l);
    });
  }
  spin_lock_recursive(l.lock);
  if (checker) {
    ghost(() => {
      if (l.lock.depth === 1) l.unlock_level = this_cpu<Pcpu>().mm_lock_level;
      else assert(rec, "mm lock already held");
      this_cpu<Pcpu>().mm_lock_level = level;
    });
  }
}

/** mm_unlock() */
export function mm_unlock(l: MmLock) {
  if (checker) {
    ghost(() => {
      if (l.lock.depth === 1) this_cpu<Pcpu>().mm_lock_level = l.unlock_level;
    });
  }
  spin_unlock_recursive(l.lock);
}

/** mm_write_locked_by_me(): an unlocked read, whose answer only the reader itself can change. */
export function mm_write_locked_by_me(l: MmRwlock): boolean {
  return l.locker === current();
}

/** _mm_write_lock() */
export function mm_write_lock(of_control_domain: boolean, l: MmRwlock, order: number) {
  const level = lock_level(of_control_domain, order);
  if (!mm_write_locked_by_me(l)) {
    if (checker) {
      ghost(() => {
        check_lock_level(this_cpu<Pcpu>(), level, l);
      });
    }
    write_lock(l.lock);
    l.locker = current();
    if (checker) {
      ghost(() => {
        l.unlock_level = this_cpu<Pcpu>().mm_lock_level;
        this_cpu<Pcpu>().mm_lock_level = level;
      });
    }
  }
  l.recurse_count++;
}

/** mm_write_unlock() */
export function mm_write_unlock(l: MmRwlock) {
  l.recurse_count--;
  if (l.recurse_count !== 0) return;
  l.locker = null;
  if (checker) {
    ghost(() => {
      this_cpu<Pcpu>().mm_lock_level = l.unlock_level;
    });
  }
  write_unlock(l.lock);
}

/** _mm_read_lock(): checks the level and does not raise it, for there is "nowhere to store" the one to go back to. */
export function mm_read_lock(of_control_domain: boolean, l: MmRwlock, order: number) {
  const level = lock_level(of_control_domain, order);
  if (checker) {
    ghost(() => {
      check_lock_level(this_cpu<Pcpu>(), level, l);
    });
  }
  read_lock(l.lock);
}

/** mm_read_unlock() */
export function mm_read_unlock(l: MmRwlock) {
  read_unlock(l.lock);
}
