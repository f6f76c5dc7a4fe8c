/**
 * What the checker of the mm lock order forgets by itself: the level of a lock that is still held, where another is taken once
 * more, and the level of one that is no longer held, where locks are not dropped in reverse.
 */
import { cases, fails, param, thread } from "latchwork";
import { cpus, type Domain, guest, is_control_domain, p2m_lock, p2m_unlock, pod_lock } from "./mm-domain.js";
import { MM_LOCK_ORDER, mm_lock, mm_unlock } from "./mm-locks.js";

type Scenario =
  /** Under the PoD lock, after the p2m lock was taken once more, a lock between the two. */
  | "below_pod"
  /** The p2m lock is dropped before the PoD lock that was taken after it. */
  | "not_lifo";

const scenario = param<Scenario>("scenario", "below_pod");

/** p2m, PoD, p2m once more: the level is that of the p2m now, although the PoD lock is still held. */
function below_pod(d: Domain) {
  p2m_lock(d);
  pod_lock(d);
  p2m_lock(d);
  p2m_unlock(d);
  mm_lock(is_control_domain(d), d.per_page_sharing, MM_LOCK_ORDER.per_page_sharing, true);
  mm_unlock(d.per_page_sharing);
  mm_unlock(d.pod_lock);
  p2m_unlock(d);
}

/** The right order of the same two locks. */
function sharing_then_pod(d: Domain) {
  mm_lock(is_control_domain(d), d.per_page_sharing, MM_LOCK_ORDER.per_page_sharing, true);
  pod_lock(d);
  mm_unlock(d.pod_lock);
  mm_unlock(d.per_page_sharing);
}

/** Drops the p2m lock first, and then everything; later it takes a lock that comes before the p2m lock. */
function not_lifo(d: Domain) {
  p2m_lock(d);
  pod_lock(d);
  p2m_unlock(d);
  mm_unlock(d.pod_lock);

  mm_lock(is_control_domain(d), d.nested_p2m_lock, MM_LOCK_ORDER.nestedp2m, false);
  mm_unlock(d.nested_p2m_lock);
}

if (scenario === "below_pod") {
  thread("populate", () => below_pod(guest), { on: cpus[0] });
  thread("share", () => sharing_then_pod(guest), { on: cpus[1] });
}
if (scenario === "not_lifo") {
  thread("vcpu", () => not_lifo(guest), { on: cpus[0] });
}

export default cases({
  title: "the checker of the mm lock order",
  source: "xen/arch/x86/mm/mm-locks.h",

  "recursion-lowers-the-level": {
    scenario: "below_pod",
    p2m_lock_is: "spinlock",
    expect: fails("deadlock"),
    why: "taking the p2m lock once more sets the level back to the p2m's, so what is taken then may be below the PoD lock that is still held, and the checker is silent",
    source: "_mm_lock() as of 3a71f3f339; found by this model, see README.md",
  },
  "recursion-keeps-the-level": {
    scenario: "below_pod",
    expect: fails("lock-order"),
    why: "the rwlock sets the level the first time only, and the same order is found",
    source: "_mm_write_lock(), 8c160c6e9d",
  },
  "stale-level": {
    scenario: "not_lifo",
    cpus: 1,
    expect: fails("lock-order"),
    why: "locks that are not dropped in reverse leave the level of one that nobody holds behind, and the next lock in a right order is a BUG()",
    source: "mm_write_unlock() and mm_unlock() put back what they found",
  },
});
