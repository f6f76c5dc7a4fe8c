/**
 * The range locks of the RFC by themselves: which orders of ranges are safe, why a range is locked recursively, and what became
 * of the question once there was one lock for the whole p2m.
 */
import { cases, fails, holds, idle_until, instances, param, thread } from "latchwork";
import {
  A,
  B,
  C,
  get_gfn,
  lock_range,
  p2m,
  put_gfn,
  unlock_range,
  use_gfn,
  use_two_gfns,
} from "./range-locks.js";

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
  | "grant";

const scenario = param<Scenario>("scenario", "two_gfns");

/** A vCPU that does what the scenario asks about; one more of them is the next size. */
class Caller {}

const callers = instances(Caller, param("callers", 1));

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

if (scenario === "two_gfns") {
  thread("share A with B", () => use_two_gfns(A, B));
  if (p2m.ranges.length < 3) {
    thread("share B with A", () => use_two_gfns(B, A));
  }
  if (p2m.ranges.length > 2) {
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
  if (p2m.ranges.length < 3) {
    thread("move B to A", () => xenmem_add_to_physmap_one(B + 1, A + 1));
  }
  if (p2m.ranges.length > 2) {
    thread("move B to C", () => xenmem_add_to_physmap_one(B + 1, C));
    thread("move C to A", () => xenmem_add_to_physmap_one(C + 1, A + 1));
  }
}
if (scenario === "same_range") {
  thread("copy", callers, () => copy_across_pages(A));
  thread("vcpu", () => use_gfn(A + 1, () => {}));
}
if (scenario === "grant") {
  thread("map grant", callers, () => gnttab_map_grant_ref(A));
  thread("vcpu", () => use_gfn(A, () => {}));
}
export default cases({
  title: "range locks of the p2m",
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
  "one-lock-recursive-2-callers": {
    scenario: "same_range",
    callers: 2,
    expect: holds(),
    why: "and so do two of them",
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
  "put-once-2-callers": {
    scenario: "grant",
    callers: 2,
    expect: holds(),
    why: "and so they do where two map at once",
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
  "gmfn-one-lock-3-ranges": {
    scenario: "gmfn",
    granularity: "p2m",
    ranges: 3,
    expect: holds(),
    why: "nor have three moves in a circle",
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
  "one-lock-domain-only-3-ranges": {
    scenario: "two_gfns",
    order_of_two: "domain_only",
    granularity: "p2m",
    ranges: 3,
    expect: holds(),
    why: "nor would three shares in a circle have shown it",
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
});
