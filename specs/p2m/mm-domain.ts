/** A domain with the locks of its host p2m and those around it, each taken as the code of its time takes it. */
import { instances, param } from "latchwork";
import {
  MM_LOCK_ORDER,
  MmLock,
  MmRwlock,
  mm_lock,
  mm_unlock,
  mm_write_lock,
  mm_write_unlock,
  Pcpu,
} from "./mm-locks.js";

/** struct domain, with the locks of its host p2m. */
export class Domain {
  nested_p2m_lock = new MmLock();
  /** From 6b719c3d7a8d (Feb 2012) a recursive spinlock, from 8c160c6e9d16 (May 2012) an rwlock. */
  p2m_spinlock = new MmLock();
  p2m_rwlock = new MmRwlock();
  per_page_sharing = new MmLock();
  pod_lock = new MmLock();
  page_alloc_lock = new MmLock();
  paging_lock = new MmLock();

  /** Whether the guest frame in question is backed by a page. */
  populated = false;
  /** Pages that populate-on-demand may hand out. */
  pod_count = 1;
}

export const p2m_lock_is = param<"spinlock" | "rwlock">("p2m_lock_is", "rwlock");

export const domains = instances(Domain, param("domains", 2), "d");
/** d0 is the control domain. */
export const dom0 = domains[0];
export const cpus = instances(Pcpu, param("cpus", 2), "cpu");

export function is_control_domain(d: Domain): boolean {
  return d === dom0;
}

/** p2m_lock() */
export function p2m_lock(d: Domain) {
  if (p2m_lock_is === "rwlock") mm_write_lock(is_control_domain(d), d.p2m_rwlock, MM_LOCK_ORDER.p2m);
  else mm_lock(is_control_domain(d), d.p2m_spinlock, MM_LOCK_ORDER.p2m, true);
}

/** p2m_unlock() */
export function p2m_unlock(d: Domain) {
  if (p2m_lock_is === "rwlock") mm_write_unlock(d.p2m_rwlock);
  else mm_unlock(d.p2m_spinlock);
}

/** pod_lock() */
export function pod_lock(d: Domain) {
  mm_lock(is_control_domain(d), d.pod_lock, MM_LOCK_ORDER.pod, false);
}

/** lock_page_alloc() of p2m-pod.c; at other places the lock is taken without telling the checker. */
export function lock_page_alloc(d: Domain) {
  mm_lock(is_control_domain(d), d.page_alloc_lock, MM_LOCK_ORDER.page_alloc, false);
}

/** paging_lock() */
export function paging_lock(d: Domain) {
  mm_lock(is_control_domain(d), d.paging_lock, MM_LOCK_ORDER.paging, false);
}

/** The domain whose memory it is about. */
export const guest = domains[domains.length - 1];
