/**
 * "p2m fine-grained concurrency control", the RFC of 27 October 2011: an exclusive, recursive lock for each 2 MB of guest
 * frames, held from get_gfn() to put_gfn(), and a global lock over all of them for log-dirty. Which orders of ranges are
 * safe, what the global lock may wait for, and what became of the question once there was one lock for the whole p2m.
 *
 * Only the cover letter of the RFC is public. Where it says no more than that there is such a lock, this model has the
 * plainest code that does what the letter says: the global lock announces itself in a flag and waits for each range, and
 * whoever takes a range looks at the flag.
 *
 * Left out: the types of entries, the order of pages (a gfn is one page), how 512 spinlocks fit into a page.
 */
import {
  array,
  assert,
  cases,
  check,
  current,
  div,
  eventually,
  fails,
  ghost,
  holds,
  idle_until,
  initially,
  instances,
  invariant,
  param,
  rspinlock,
  set,
  smp_mb,
  spin_lock,
  spin_lock_recursive,
  spin_unlock,
  spin_unlock_recursive,
  spinlock,
  type Thread,
  thread,
  until,
  xchg,
} from "latchwork";
import { get_page, PageInfo, put_page, write_to_frame } from "./pages.js";

/** 512 in C. */
const GFNS_PER_RANGE = 2;

/** The lock of one range. */
class RangeLock {
  lock = rspinlock();
}

/** struct p2m_domain */
class P2mDomain {
  ranges = instances(RangeLock, param("ranges", 2));
  /** One global operation at a time. */
  global_lock = spinlock();
  /** Who has, or waits for, the whole p2m. */
  global_owner: Thread | null = null;
  entries: (PageInfo | null)[] = array(6, null);

  /** For the invariant: who is inside a range, and who is inside the whole p2m. */
  in_range = ghost(set<Thread>());
  in_global: Thread | null = ghost(null);
}

type Scenario =
  /** Several threads use two gfns at once. */
  | "two_gfns"
  /** mem_event_enable(): a ring and a shared page, in two 2 MB regions. */
  | "mem_event"
  /** XENMAPSPACE_gmfn: a page moves from one gfn to another. */
  | "gmfn"
  /** A caller that uses two gfns of one range. */
  | "same_range"
  /** Grant mappings, which leave one put_gfn() out or make one too many. */
  | "grant"
  /** vCPUs that look gfns up, and log-dirty over the whole p2m. */
  | "log_dirty"
  /** A foreign mapping that holds its gfn for as long as it lives, and log-dirty. */
  | "captive";

const scenario = param<Scenario>("scenario", "two_gfns");

/** What was merged in 2012: gfn_lock(p2m, gfn, order) ignores the gfn (e1e40bccee). */
const granularity = param<"range" | "p2m">("granularity", "range");
const recursive = param("recursive", true);

const p2m = new P2mDomain();
const pages = instances(PageInfo, 6, "page");

// Ranges

function range_of(gfn: number): RangeLock {
  return p2m.ranges[granularity === "p2m" ? 0 : div(gfn, GFNS_PER_RANGE)];
}

/**
 * How the global lock is taken: by the lock of each range in turn, or by a flag that whoever takes a range looks at. The
 * letter's "non-exclusive manner" is the flag: the owner takes ranges meanwhile, as set_entry() does.
 */
const global_lock_is = param<"all_ranges" | "flag">("global_lock_is", "flag");
/** Whether a thread that has a range may take another although somebody waits for the whole p2m. */
const holders_pass = param("holders_pass", false);

/** @param holds_range whether the caller has another range already */
function lock_range(gfn: number, holds_range: boolean) {
  const range = range_of(gfn);
  if (!recursive) {
    ghost(() => {
      check("self-deadlock", range.lock.owner !== current(), range.lock);
    });
  }
  for (;;) {
    spin_lock_recursive(range.lock);
    if (global_lock_is === "all_ranges") break;
    if (range.lock.depth > 1) break;
    if (holds_range && holders_pass) break;
    const owner = p2m.global_owner;
    if (owner === null || owner === current()) break;
    spin_unlock_recursive(range.lock);
    until(p2m.global_owner === null, p2m.global_owner);
  }
  ghost(() => {
    p2m.in_range.add(current());
  });
}

/** @param holds_range whether the caller has another range still */
function unlock_range(gfn: number, holds_range: boolean) {
  const range = range_of(gfn);
  ghost(() => {
    if (!holds_range && range.lock.depth === 1) p2m.in_range.delete(current());
  });
  spin_unlock_recursive(range.lock);
}

/** How the flag is set, the letter's question: "too heavy handed on barriers", or "could we just get away with atomics?" */
const flag_is_set_by = param<"store" | "store_and_mb" | "xchg">("flag_is_set_by", "store_and_mb");

function lock_global() {
  if (global_lock_is === "all_ranges") {
    for (const range of p2m.ranges) spin_lock_recursive(range.lock);
  } else {
    spin_lock(p2m.global_lock);
    if (flag_is_set_by === "xchg") xchg(p2m.global_owner, current());
    else p2m.global_owner = current();
    if (flag_is_set_by === "store_and_mb") smp_mb();
    for (const range of p2m.ranges) {
      if (range.lock.owner !== current()) until(range.lock.owner === null, range.lock.owner);
    }
  }
  ghost(() => {
    p2m.in_global = current();
  });
}

function unlock_global() {
  ghost(() => {
    p2m.in_global = null;
  });
  if (global_lock_is === "all_ranges") {
    for (const range of p2m.ranges) spin_unlock_recursive(range.lock);
  } else {
    p2m.global_owner = null;
    spin_unlock(p2m.global_lock);
  }
}

invariant(
  "who has the whole p2m is alone in it",
  () => p2m.in_global === null || p2m.in_range.every((t) => t === p2m.in_global),
);

// get_gfn() and put_gfn()

/** get_gfn(): locks the range, looks the gfn up, and takes a reference to the page. */
function get_gfn(gfn: number, holds_range: boolean): PageInfo {
  lock_range(gfn, holds_range);
  const page = p2m.entries[gfn]!;
  get_page(page);
  return page;
}

/** put_gfn() */
function put_gfn(gfn: number, page: PageInfo, holds_range: boolean) {
  // ASSERT(gfn_locked_by_me(p2m, gfn))
  assert(range_of(gfn).lock.owner === current());
  put_page(page);
  unlock_range(gfn, holds_range);
}

// Two gfns

/** Before bb9e2139bc in the caller's order, since then sorted; until 09af2d01a2 by a comparison that never came to gfns. */
const order_of_two = param<"caller" | "domain_only" | "sorted">("order_of_two", "sorted");

/** get_two_gfns() for two gfns of one domain, what is done with them, and put_two_gfns(). */
function use_two_gfns(rgfn: number, lgfn: number) {
  // if ( (rd->domain_id <= ld->domain_id) || ((rd == ld) && (rgfn <= lgfn)) ), up to 09af2d01a2
  const in_order = order_of_two !== "sorted" || rgfn <= lgfn;
  const first = in_order ? rgfn : lgfn;
  const second = in_order ? lgfn : rgfn;
  const first_page = get_gfn(first, false);
  const second_page = get_gfn(second, true);
  write_to_frame(first_page);
  write_to_frame(second_page);
  put_gfn(second, second_page, true);
  put_gfn(first, first_page, false);
}

/** mem_event_enable(): the ring, then the shared page. */
function mem_event_enable(ring_gfn: number, shared_gfn: number) {
  const ring = get_gfn(ring_gfn, false);
  const shared = get_gfn(shared_gfn, true);
  put_gfn(ring_gfn, ring, true);
  put_gfn(shared_gfn, shared, false);
}

/** xenmem_add_to_physmap_one() with XENMAPSPACE_gmfn */
function xenmem_add_to_physmap_one(idx: number, gpfn: number) {
  const page = get_gfn(idx, false);
  // Removes what is mapped there, while the source stays locked.
  const previous = get_gfn(gpfn, true);
  p2m.entries[gpfn] = null;
  put_gfn(gpfn, previous, true);
  // guest_physmap_add_page()
  lock_range(gpfn, true);
  p2m.entries[gpfn] = page;
  unlock_range(gpfn, true);
  put_gfn(idx, page, false);
}

/** __hvm_copy() over a page boundary, with both pages mapped at once. */
function copy_across_pages(gfn: number) {
  const page = get_gfn(gfn, false);
  const next = get_gfn(gfn + 1, true);
  put_gfn(gfn + 1, next, true);
  put_gfn(gfn, page, false);
}

// Grants

/** The error path of a grant mapping puts the gfn not at all, once, or twice. */
const puts = param("puts", 1);
/** Whether the vCPU goes on to run in the guest, instead of ending there. */
const back_to_guest = param("back_to_guest", false);
let leave_guest = false;

/** __gnttab_map_grant_ref(), where the mapping fails after the look-up. */
function gnttab_map_grant_ref(gfn: number) {
  const page = get_gfn(gfn, false);
  if (puts >= 1) put_gfn(gfn, page, false);
  if (puts === 2) put_gfn(gfn, page, false);
  if (back_to_guest) idle_until(leave_guest);
}

// Global operations

/** Whether a vCPU asks for the whole p2m while it has a gfn. */
const global_with_gfn_held = param("global_with_gfn_held", false);
/** Whether vCPUs use two gfns at once, sorted. */
const vcpus_use_two = param("vcpus_use_two", false);
/** Whether only one of them does. */
const one_sharer = param("one_sharer", false);

/** hap_enable_log_dirty(): write-protects every entry, by set_entry(), which locks the range. */
function paging_log_dirty_enable() {
  lock_global();
  for (const gfn of [0, GFNS_PER_RANGE]) {
    lock_range(gfn, true);
    p2m.entries[gfn] = pages[gfn];
    unlock_range(gfn, false);
  }
  unlock_global();
}

/** A vCPU uses one gfn. */
function use_gfn(gfn: number) {
  const page = get_gfn(gfn, false);
  if (global_with_gfn_held) paging_log_dirty_enable();
  write_to_frame(page);
  put_gfn(gfn, page, false);
}

/** What a foreign mapping keeps while it lives: the gfn, as the letter asks, or the page. */
const mapping_holds = param<"gfn" | "page">("mapping_holds", "gfn");
/** Whether the toolstack unmaps only once log-dirty is on. */
const unmaps_after_log_dirty = param("unmaps_after_log_dirty", false);
let log_dirty = false;

/** A foreign domain maps a gfn, writes to it for as long as it likes, and unmaps it. */
function foreign_mapping(gfn: number) {
  const page = get_gfn(gfn, false);
  if (mapping_holds === "page") {
    get_page(page);
    put_gfn(gfn, page, false);
  }
  if (unmaps_after_log_dirty) {
    until(log_dirty);
  } else {
    for (;;) write_to_frame(page);
  }
  if (mapping_holds === "page") put_page(page);
  else put_gfn(gfn, page, false);
}

initially(() => {
  for (const page of pages) p2m.entries[pages.indexOf(page)] = page;
});

/** The first gfn of each range. */
const A = 0;
const B = GFNS_PER_RANGE;
const C = 2 * GFNS_PER_RANGE;

if (scenario === "two_gfns" || (scenario === "log_dirty" && vcpus_use_two)) {
  thread("share A with B", () => use_two_gfns(A, B));
  if (!one_sharer && p2m.ranges.length < 3) {
    thread("share B with A", () => use_two_gfns(B, A));
  }
  if (!one_sharer && p2m.ranges.length > 2) {
    thread("share B with C", () => use_two_gfns(B, C));
    thread("share C with A", () => use_two_gfns(C, A));
  }
}
if (scenario === "mem_event") {
  thread("enable paging", () => mem_event_enable(A, B));
  thread("enable access", () => mem_event_enable(B + 1, A + 1));
}
if (scenario === "gmfn") {
  thread("move A to B", () => xenmem_add_to_physmap_one(A, B));
  thread("move B to A", () => xenmem_add_to_physmap_one(B + 1, A + 1));
}
if (scenario === "same_range") {
  thread("copy", () => copy_across_pages(A));
  thread("vcpu", () => use_gfn(A + 1));
}
if (scenario === "grant") {
  thread("map grant", () => gnttab_map_grant_ref(A));
  thread("vcpu", () => use_gfn(A));
}
if (scenario === "log_dirty") {
  if (!vcpus_use_two) {
    thread("vcpu on A", () => use_gfn(A));
    thread("vcpu on B", () => use_gfn(B));
    if (p2m.ranges.length > 2) thread("vcpu on C", () => use_gfn(C));
  }
  if (!global_with_gfn_held) thread("log-dirty", () => paging_log_dirty_enable());
}
if (scenario === "captive") {
  thread("foreign mapping", () => foreign_mapping(A));
  thread("log-dirty", () => {
    paging_log_dirty_enable();
    log_dirty = true;
  });
  if (!unmaps_after_log_dirty) eventually("log-dirty gets its turn", () => log_dirty);
}

export default cases({
  title: "range locks and the global lock of the p2m",
  source: "[RFC] p2m fine-grained concurrency control, 27 Oct 2011",

  "one-lock-taken-twice": {
    scenario: "same_range",
    recursive: false,
    expect: fails("self-deadlock"),
    why: "two pages of one 2 MB range are one lock: a caller that maps both, or that modifies what it has looked up, needs recursion",
    source: '5bf494a7bf; the letter: "locking of 2MB ranges is recursive"',
  },
  "one-lock-recursive": {
    scenario: "same_range",
    expect: holds(),
    why: "the holder takes the range once more, and gives it back as often",
    source: "the letter",
  },

  "put-missing": {
    scenario: "grant",
    puts: 0,
    expect: fails("lock-held-at-exit"),
    why: "an error path leaves put_gfn() out, and the hypercall returns with the range held",
    source: "before cd00a203a5, grant mappings",
  },
  "put-missing-hang": {
    scenario: "grant",
    puts: 0,
    back_to_guest: true,
    expect: fails("deadlock"),
    why: "what comes of it: the vCPU runs its guest, and whoever wants the range next waits for ever",
    source: "before cd00a203a5, grant mappings",
  },
  "put-twice": {
    scenario: "grant",
    puts: 2,
    expect: fails("assert"),
    why: "put_gfn() asserts that the caller has the gfn",
    source: "put_gfn(), 6b719c3d7a",
  },
  "put-once": {
    scenario: "grant",
    expect: holds(),
    why: "gets and puts pair up",
    source: "cd00a203a5",
  },

  "two-ranges": {
    scenario: "two_gfns",
    order_of_two: "caller",
    expect: fails("deadlock"),
    why: "two shares of the same two pages take the two ranges in opposite order",
    source: "before bb9e2139bc",
  },
  "mem-event-enable": {
    scenario: "mem_event",
    expect: fails("deadlock"),
    why: "two rings whose pages are criss-crossed over two 2 MB regions; a comment in the code knew",
    source: "mem_event_enable() as of b010d7f5b8",
  },
  "gmfn-ranges": {
    scenario: "gmfn",
    expect: fails("deadlock"),
    why: "moving a page takes the source and then the destination, whichever comes first in the p2m",
    source: "comment of d40287a000",
  },
  "gmfn-one-lock": {
    scenario: "gmfn",
    granularity: "p2m",
    expect: holds(),
    why: "one recursive lock for the whole p2m has no order to violate",
    source: "e1e40bccee, 6b719c3d7a",
  },
  "two-ranges-domain-only": {
    scenario: "two_gfns",
    order_of_two: "domain_only",
    expect: fails("deadlock"),
    why: "the comparison of domain ids lets equal ones through, so two gfns of one domain stay in the caller's order",
    source: "bb9e2139bc, up to 09af2d01a2",
  },
  "one-lock-domain-only": {
    scenario: "two_gfns",
    order_of_two: "domain_only",
    granularity: "p2m",
    expect: holds(),
    why: "why nobody noticed for nine years: both gfns are one lock",
    source: "bb9e2139bc with e1e40bccee",
  },
  "two-ranges-sorted": {
    scenario: "two_gfns",
    expect: holds(),
    why: "the lower gfn first, whoever asks",
    source: "09af2d01a2",
  },
  "three-ranges-sorted": {
    scenario: "two_gfns",
    ranges: 3,
    expect: holds(),
    why: "three shares in a circle, sorted, are no circle",
    source: "09af2d01a2",
  },

  "global-with-range-held": {
    scenario: "log_dirty",
    global_with_gfn_held: true,
    global_lock_is: "all_ranges",
    expect: fails("deadlock"),
    why: "each of two holders of a range asks for the whole p2m, and waits for the other's range",
    source: "the letter: a global lock beside ranges",
  },
  "flag-with-range-held": {
    scenario: "log_dirty",
    global_with_gfn_held: true,
    expect: fails("deadlock"),
    why: "the same with the flag: one owns it and waits for the other's range, whose holder waits for the flag",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  flag: {
    scenario: "log_dirty",
    expect: holds(),
    why: "the owner of the flag takes ranges by itself, and nobody asks for the flag with a range held",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  "flag-3-ranges": {
    scenario: "log_dirty",
    ranges: 3,
    expect: holds(),
    why: "the same with one range and one vCPU more",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  "flag-two-gfns": {
    scenario: "log_dirty",
    vcpus_use_two: true,
    one_sharer: true,
    expect: fails("deadlock"),
    why: "sorting is not enough beside a flag: who has one range and wants the next waits for the flag, whose owner waits for the first",
    source: "found by this model, see README.md",
  },
  "flag-two-gfns-holders-pass": {
    scenario: "log_dirty",
    vcpus_use_two: true,
    holders_pass: true,
    expect: holds(),
    why: "who has a range already need not look at the flag: its owner comes to that range first, in the same order",
    source: "found by this model, see README.md",
  },
  "flag-3-ranges-holders-pass": {
    scenario: "log_dirty",
    ranges: 3,
    vcpus_use_two: true,
    holders_pass: true,
    expect: holds(),
    why: "the same with three shares in a circle",
    source: "found by this model, see README.md",
  },
  "all-ranges-two-gfns": {
    scenario: "log_dirty",
    vcpus_use_two: true,
    global_lock_is: "all_ranges",
    expect: holds(),
    why: "the global lock as every range in turn is one more user who sorts",
    source: "found by this model, see README.md",
  },
  "flag-without-barrier": {
    scenario: "log_dirty",
    flag_is_set_by: "store",
    memory: "tso",
    expect: fails("invariant"),
    why: "the flag waits in a store buffer while its owner already sees every range free, and a vCPU takes one",
    source: 'the letter: "too heavy handed on barriers"?',
  },
  "flag-barrier": {
    scenario: "log_dirty",
    memory: "tso",
    expect: holds(),
    why: "the barrier between the store of the flag and the look at the ranges cannot go",
    source: 'the letter: "too heavy handed on barriers"?',
  },
  "flag-atomics": {
    scenario: "log_dirty",
    flag_is_set_by: "xchg",
    memory: "tso",
    expect: holds(),
    why: "a locked instruction that sets the flag is barrier enough on x86",
    source: 'the letter: "could we just get away with atomics?"',
  },

  captive: {
    scenario: "captive",
    expect: fails("eventually"),
    why: "a mapping that keeps its gfn locked keeps log-dirty out for as long as it lives",
    source: 'the letter: "can we hold a entry captive for the lifetime of a foreign mapping?"',
  },
  "captive-toolstack": {
    scenario: "captive",
    unmaps_after_log_dirty: true,
    expect: fails("deadlock"),
    why: "a toolstack that maps first, turns log-dirty on next, and unmaps last waits for itself",
    source: 'the letter: "will that not collide against globally-locking p2m operations?"',
  },
  "page-for-mapping": {
    scenario: "captive",
    mapping_holds: "page",
    expect: holds(),
    why: "a mapping keeps the page and not the gfn, as today: log-dirty gets its turn",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
  "page-for-mapping-toolstack": {
    scenario: "captive",
    mapping_holds: "page",
    unmaps_after_log_dirty: true,
    expect: holds(),
    why: "and so does a toolstack that unmaps last",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
});
