/**
 * The p2m lock among the other locks of xen/arch/x86/mm, as merged in 2012: one lock for each domain's p2m, whatever the
 * gfn, and a checker that panics where a lock of a lower level is taken. What the checker demands, what it does not see,
 * and where it cried wolf.
 *
 * Left out, because no lock decision depends on it: gfns, types and pages (one entry stands for the whole p2m), the
 * per-page sharing locks that mem_sharing_share_pages() takes under both p2m locks, superpages of PoD.
 */
import {
  cases,
  fails,
  guarded_by,
  holds,
  param,
  spin_lock_recursive,
  spin_unlock_recursive,
  thread,
} from "latchwork";
import {
  cpus,
  type Domain,
  dom0,
  domains,
  guest,
  is_control_domain,
  lock_page_alloc,
  p2m_lock,
  p2m_unlock,
  paging_lock,
  pod_lock,
} from "./mm-domain.js";
import { MM_LOCK_ORDER, mm_lock, mm_read_lock, mm_read_unlock, mm_unlock } from "./mm-locks.js";

type Scenario =
  /** mem_sharing_share_pages() of two domains, from several toolstacks at once. */
  | "share"
  /** A reader that finds out that it has to modify. */
  | "read_then_write"
  /** A lock of a lower level under the p2m lock, by a reader or a writer. */
  | "nested_p2m"
  /** A domain is torn down while one of its pages becomes dirty. */
  | "teardown"
  /** Populate on demand. */
  | "pod"
  /** A control domain reads the log-dirty bitmap of another domain. */
  | "log_dirty";

const scenario = param<Scenario>("scenario", "pod");

// Two domains

/** Before bb9e2139bca5 callers took their two gfns as they came; get_two_gfns() sorts, by domain first. */
const sorted = param("sorted", true);

/** The first domain that takes part in sharing: 0 lets the control domain take part. */
const first_shared = param("first_shared", 1);

/** get_two_gfns() */
function get_two_gfns(rd: Domain, ld: Domain) {
  const swap = sorted && ld < rd;
  p2m_lock(swap ? ld : rd);
  p2m_lock(swap ? rd : ld);
}

/** put_two_gfns() */
function put_two_gfns(rd: Domain, ld: Domain) {
  const swap = sorted && ld < rd;
  p2m_unlock(swap ? rd : ld);
  p2m_unlock(swap ? ld : rd);
}

/** mem_sharing_share_pages() */
function mem_sharing_share_pages(sd: Domain, cd: Domain) {
  get_two_gfns(sd, cd);
  cd.populated = sd.populated;
  put_two_gfns(sd, cd);
}

// Readers

/** A look-up under the read lock that wants to fix the entry on the spot. */
function populate_while_reading(d: Domain) {
  mm_read_lock(is_control_domain(d), d.p2m_rwlock, MM_LOCK_ORDER.p2m);
  if (!d.populated) {
    p2m_lock(d);
    d.populated = true;
    p2m_unlock(d);
  }
  mm_read_unlock(d.p2m_rwlock);
}

/** Whether the look-up that goes on to the nested p2m reads or writes. */
const looks_up_as = param<"reader" | "writer">("looks_up_as", "reader");

/** A look-up that goes on to the nested p2m, whose lock comes before the p2m lock. */
function look_up_then_nested(d: Domain) {
  if (looks_up_as === "reader") mm_read_lock(is_control_domain(d), d.p2m_rwlock, MM_LOCK_ORDER.p2m);
  else p2m_lock(d);
  mm_lock(is_control_domain(d), d.nested_p2m_lock, MM_LOCK_ORDER.nestedp2m, false);
  mm_unlock(d.nested_p2m_lock);
  if (looks_up_as === "reader") mm_read_unlock(d.p2m_rwlock);
  else p2m_unlock(d);
}

/** p2m_flush_nestedp2m(), and then the host p2m: the right order. */
function nested_then_p2m(d: Domain) {
  mm_lock(is_control_domain(d), d.nested_p2m_lock, MM_LOCK_ORDER.nestedp2m, false);
  p2m_lock(d);
  p2m_unlock(d);
  mm_unlock(d.nested_p2m_lock);
}

// Teardown

/** ad6c917d7d: the p2m goes first, and returns its pages to the paging pool under the paging lock. */
const teardown_takes_p2m_first = param("teardown_takes_p2m_first", true);

/** p2m_teardown() */
function p2m_teardown(d: Domain) {
  if (teardown_takes_p2m_first) {
    p2m_lock(d);
    d.populated = false;
    paging_lock(d);
    mm_unlock(d.paging_lock);
    p2m_unlock(d);
  } else {
    paging_lock(d);
    p2m_lock(d);
    d.populated = false;
    p2m_unlock(d);
    mm_unlock(d.paging_lock);
  }
}

/** paging_mark_dirty() by somebody who holds a gfn. */
function write_and_mark_dirty(d: Domain) {
  p2m_lock(d);
  paging_lock(d);
  mm_unlock(d.paging_lock);
  p2m_unlock(d);
}

// Populate on demand: 99af3cd40b gave it a lock of its own, 94d9bf1a38 ordered page_alloc_lock behind that.

/** Whether p2m_pod_set_mem_target() looks the p2m up under the PoD lock. */
const pod_looks_up_p2m = param("pod_looks_up_p2m", false);

guarded_by(
  (d: Domain) => d.pod_count,
  (d: Domain) => d.pod_lock.lock,
);

/** p2m_pod_demand_populate(): get_gfn() has found an entry that is not populated. */
function p2m_pod_demand_populate(d: Domain) {
  p2m_lock(d);
  if (!d.populated) {
    pod_lock(d);
    if (d.pod_count > 0) {
      d.pod_count--;
      // set_p2m_entry(): takes the lock once more.
      p2m_lock(d);
      d.populated = true;
      p2m_unlock(d);
    }
    mm_unlock(d.pod_lock);
  }
  p2m_unlock(d);
}

/** p2m_pod_decrease_reservation(): the guest gives the page back. */
function p2m_pod_decrease_reservation(d: Domain) {
  p2m_lock(d);
  pod_lock(d);
  if (d.populated) {
    p2m_lock(d);
    d.populated = false;
    p2m_unlock(d);
    // p2m_pod_cache_add()
    lock_page_alloc(d);
    mm_unlock(d.page_alloc_lock);
    d.pod_count++;
  }
  mm_unlock(d.pod_lock);
  p2m_unlock(d);
}

/** assign_pages(): the toolstack gives the domain a page, by a lock that is an mm lock only to PoD. */
function assign_pages(d: Domain) {
  spin_lock_recursive(d.page_alloc_lock.lock);
  spin_unlock_recursive(d.page_alloc_lock.lock);
}

/** p2m_pod_set_mem_target(): the toolstack gives the guest's cache fewer pages. */
function p2m_pod_set_mem_target(d: Domain) {
  pod_lock(d);
  if (pod_looks_up_p2m) {
    p2m_lock(d);
    p2m_unlock(d);
  }
  if (d.pod_count > 0) {
    lock_page_alloc(d);
    mm_unlock(d.page_alloc_lock);
    d.pod_count--;
  }
  mm_unlock(d.pod_lock);
}

// Log-dirty

/** paging_log_dirty_op(): copies the bitmap to the caller, whose own p2m has to be looked up for that. */
function paging_log_dirty_op(d: Domain, caller: Domain) {
  paging_lock(d);
  // copy_to_guest(): get_page_from_gfn() of the caller, and paging_mark_dirty() once its page is written.
  mm_read_lock(is_control_domain(caller), caller.p2m_rwlock, MM_LOCK_ORDER.p2m);
  mm_read_unlock(caller.p2m_rwlock);
  paging_lock(caller);
  mm_unlock(caller.paging_lock);
  mm_unlock(d.paging_lock);
}

if (scenario === "share") {
  // Each toolstack shares a page of one domain with the next; the last one closes the circle.
  thread("share pages", cpus, (cpu) => {
    const i = cpus.indexOf(cpu);
    const next = (i + 1) % cpus.length;
    mem_sharing_share_pages(domains[first_shared + i], domains[first_shared + next]);
  });
}
if (scenario === "read_then_write") {
  thread("look up", () => populate_while_reading(guest), { on: cpus[0] });
}
if (scenario === "nested_p2m") {
  thread("look up", () => look_up_then_nested(guest), { on: cpus[0] });
  thread("flush nested p2m", () => nested_then_p2m(guest), { on: cpus[1] });
}
if (scenario === "teardown") {
  thread("teardown", () => p2m_teardown(guest), { on: cpus[0] });
  thread("mark dirty", () => write_and_mark_dirty(guest), { on: cpus[1] });
  if (cpus.length > 2) thread("mark dirty as well", () => write_and_mark_dirty(guest), { on: cpus[2] });
}
if (scenario === "pod") {
  thread(
    "toolstack",
    () => {
      assign_pages(guest);
      p2m_pod_set_mem_target(guest);
    },
    { on: cpus[0] },
  );
  thread("vcpu", cpus, (cpu) => {
    if (cpu !== cpus[0]) {
      p2m_pod_demand_populate(guest);
      p2m_pod_decrease_reservation(guest);
    }
  });
}
if (scenario === "log_dirty") {
  thread("log-dirty op", () => paging_log_dirty_op(guest, dom0), { on: cpus[0] });
  thread("vcpu", () => write_and_mark_dirty(guest), { on: cpus[1] });
  if (cpus.length > 2) thread("vcpu of the caller", () => write_and_mark_dirty(dom0), { on: cpus[2] });
}
export default cases({
  title: "the p2m lock and the order of the mm locks",
  source: "xen/arch/x86/mm/mm-locks.h",

  "two-domains": {
    scenario: "share",
    domains: 3,
    sorted: false,
    expect: fails("deadlock"),
    why: "two shares of the same two domains take the two p2m locks in opposite order; the checker is silent, because equal levels are allowed",
    source: "before bb9e2139bc; the rule is in _check_lock_level()",
  },
  "two-domains-sorted": {
    scenario: "share",
    domains: 3,
    expect: holds(),
    why: "the domain with the lower id comes first, whoever asks",
    source: "bb9e2139bc, get_two_gfns()",
  },
  "two-domains-sorted-3-vcpus": {
    scenario: "share",
    domains: 4,
    cpus: 3,
    expect: holds(),
    why: "three shares in a circle, sorted, are no circle",
    source: "bb9e2139bc, get_two_gfns()",
  },
  "two-domains-with-control-domain": {
    scenario: "share",
    first_shared: 0,
    expect: fails("lock-order"),
    why: "the control domain has the lowest id, so it comes first, and its bias puts it behind all others: two rules of the same tree that contradict each other",
    source: "09af2d01a2 with e5268a3ce3; found by this model, see README.md",
  },

  "read-then-write": {
    scenario: "read_then_write",
    cpus: 1,
    expect: fails("self-deadlock"),
    why: "a reader that takes the write lock waits for itself; the checker is silent, because a reader has no level",
    source: "8c160c6e9d",
  },
  "lower-level-under-reader": {
    scenario: "nested_p2m",
    expect: fails("deadlock"),
    why: "the lock that must come first is taken under the read lock, and the checker is silent: there is nowhere to store what to go back to, so reading does not raise the level",
    source: "8c160c6e9d, comment in _mm_read_lock()",
  },
  "lower-level-under-writer": {
    scenario: "nested_p2m",
    looks_up_as: "writer",
    expect: fails("lock-order"),
    why: "the same under the write lock is found by whoever tries it first, alone",
    source: "8c160c6e9d",
  },

  "teardown-paging-first": {
    scenario: "teardown",
    teardown_takes_p2m_first: false,
    checker: false,
    expect: fails("deadlock"),
    why: "teardown takes the paging lock and then the p2m lock, everybody else the other way round",
    source: "before ad6c917d7d",
  },
  teardown: {
    scenario: "teardown",
    expect: holds(),
    why: "teardown takes the p2m lock first, as everybody does",
    source: "ad6c917d7d",
  },
  "teardown-3-vcpus": {
    scenario: "teardown",
    cpus: 3,
    expect: holds(),
    why: "the same with one vCPU more",
    source: "ad6c917d7d",
  },

  "pod-lock": {
    scenario: "pod",
    expect: holds(),
    why: "p2m, then PoD, then page_alloc: whoever needs only the cache takes only the PoD lock",
    source: "99af3cd40b, 94d9bf1a38",
  },
  "pod-lock-3-vcpus": {
    scenario: "pod",
    cpus: 3,
    expect: holds(),
    why: "the same with one vCPU more",
    source: "99af3cd40b, 94d9bf1a38",
  },
  "pod-before-p2m": {
    scenario: "pod",
    pod_looks_up_p2m: true,
    expect: fails("lock-order"),
    why: "setting the target must not look up the p2m under the PoD lock",
    source: "94d9bf1a38",
  },

  "log-dirty-without-bias": {
    scenario: "log_dirty",
    control_domain_bias: false,
    expect: fails("lock-order"),
    why: "the bitmap is copied to the caller under the subject's paging lock, and the caller's own p2m has a lower level: a BUG() where nobody can deadlock",
    source: "before e5268a3ce3",
  },
  "log-dirty": {
    scenario: "log_dirty",
    expect: holds(),
    why: "all locks of a control domain come behind those of its subjects",
    source: "e5268a3ce3",
  },
  "log-dirty-3-vcpus": {
    scenario: "log_dirty",
    cpus: 3,
    expect: holds(),
    why: "the same while the caller's own memory becomes dirty",
    source: "e5268a3ce3",
  },

  "pod-checks-recursion": {
    scenario: "pod",
    p2m_lock_is: "spinlock",
    recursion_is_exempt: false,
    expect: fails("lock-order"),
    why: "p2m, PoD, and the p2m once more: it cannot wait, and was taken for a wrong order",
    source: "before 3a71f3f339",
  },
  "pod-spinlock": {
    scenario: "pod",
    p2m_lock_is: "spinlock",
    expect: holds(),
    why: "a lock that is held already is taken without a look at the level",
    source: "3a71f3f339",
  },
  "pod-spinlock-3-vcpus": {
    scenario: "pod",
    p2m_lock_is: "spinlock",
    cpus: 3,
    expect: holds(),
    why: "the same with one vCPU more",
    source: "3a71f3f339",
  },
});
