/**
 * The global lock of the RFC, for log-dirty over the whole p2m, beside the range locks: what it may wait for, which barrier it
 * needs, and whether a foreign mapping may keep its gfn locked for as long as it lives.
 */
import { cases, eventually, fails, holds, invariant, param, thread, until } from "latchwork";
import { get_page, put_page, write_to_frame } from "./pages.js";
import {
  A,
  B,
  C,
  GFNS_PER_RANGE,
  get_gfn,
  lock_global,
  lock_range,
  p2m,
  pages,
  put_gfn,
  unlock_global,
  unlock_range,
  use_gfn,
  use_two_gfns,
} from "./range-locks.js";

type Scenario =
  /** vCPUs that look gfns up, and log-dirty over the whole p2m. */
  | "log_dirty"
  /** A foreign mapping that holds its gfn for as long as it lives, and log-dirty. */
  | "captive";

const scenario = param<Scenario>("scenario", "log_dirty");

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

/** What a vCPU does while it has a gfn. */
function meanwhile() {
  if (global_with_gfn_held) paging_log_dirty_enable();
}

/** What a foreign mapping keeps while it lives: the gfn, as the letter asks, or the page. */
const mapping_holds = param<"gfn" | "page">("mapping_holds", "gfn");
/** Whether the toolstack unmaps only once log-dirty is on. */
const unmaps_after_log_dirty = param("unmaps_after_log_dirty", false);
/** Whether a gfn of another range is mapped as well. */
const maps_two = param("maps_two", false);
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

invariant(
  "who has the whole p2m is alone in it",
  () => p2m.in_global === null || p2m.in_range.every((t) => t === p2m.in_global),
);

if (scenario === "log_dirty" && vcpus_use_two) {
  thread("share A with B", () => use_two_gfns(A, B));
  if (!one_sharer && p2m.ranges.length < 3) {
    thread("share B with A", () => use_two_gfns(B, A));
  }
  if (!one_sharer && p2m.ranges.length > 2) {
    thread("share B with C", () => use_two_gfns(B, C));
    thread("share C with A", () => use_two_gfns(C, A));
  }
}
if (scenario === "log_dirty") {
  if (!vcpus_use_two) {
    thread("vcpu on A", () => use_gfn(A, meanwhile));
    thread("vcpu on B", () => use_gfn(B, meanwhile));
    if (p2m.ranges.length > 2) thread("vcpu on C", () => use_gfn(C, meanwhile));
  }
  if (!global_with_gfn_held) thread("log-dirty", () => paging_log_dirty_enable());
}
if (scenario === "captive") {
  thread("foreign mapping", () => foreign_mapping(A));
  if (maps_two) thread("foreign mapping of B", () => foreign_mapping(B));
  thread("log-dirty", () => {
    paging_log_dirty_enable();
    log_dirty = true;
  });
  if (!unmaps_after_log_dirty) eventually("log-dirty gets its turn", () => log_dirty);
}
export default cases({
  title: "the global lock of the p2m",
  source: "[RFC] p2m fine-grained concurrency control, 27 Oct 2011",

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
    global_lock_is: "flag",
    global_with_gfn_held: true,
    expect: fails("deadlock"),
    why: "the same with the flag: one owns it and waits for the other's range, whose holder waits for the flag",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  flag: {
    scenario: "log_dirty",
    global_lock_is: "flag",
    expect: holds(),
    why: "the owner of the flag takes ranges by itself, and nobody asks for the flag with a range held",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  "flag-3-ranges": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    ranges: 3,
    expect: holds(),
    why: "the same with one range and one vCPU more",
    source: 'the letter: "holding the global p2m lock in a non-exclusive manner"',
  },
  "flag-two-gfns": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    vcpus_use_two: true,
    one_sharer: true,
    expect: fails("deadlock"),
    why: "sorting is not enough beside a flag: who has one range and wants the next waits for the flag, whose owner waits for the first",
    source: "found by this model, see README.md",
  },
  "flag-two-gfns-holders-pass": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    vcpus_use_two: true,
    holders_pass: true,
    expect: holds(),
    why: "who has a range already need not look at the flag: its owner comes to that range first, in the same order",
    source: "found by this model, see README.md",
  },
  "flag-3-ranges-holders-pass": {
    scenario: "log_dirty",
    global_lock_is: "flag",
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
  "all-ranges-two-gfns-3-ranges": {
    scenario: "log_dirty",
    vcpus_use_two: true,
    global_lock_is: "all_ranges",
    ranges: 3,
    expect: holds(),
    why: "the same beside three shares in a circle",
    source: "found by this model, see README.md",
  },
  "flag-without-barrier": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    flag_is_set_by: "store",
    memory: "tso",
    expect: fails("invariant"),
    why: "the flag waits in a store buffer while its owner already sees every range free, and a vCPU takes one",
    source: 'the letter: "too heavy handed on barriers"?',
  },
  "flag-barrier": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    memory: "tso",
    expect: holds(),
    why: "the barrier between the store of the flag and the look at the ranges cannot go",
    source: 'the letter: "too heavy handed on barriers"?',
  },
  "flag-barrier-3-ranges": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    ranges: 3,
    memory: "tso",
    expect: holds(),
    why: "the same with one range and one vCPU more",
    source: 'the letter: "too heavy handed on barriers"?',
  },
  "flag-atomics": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    flag_is_set_by: "xchg",
    memory: "tso",
    expect: holds(),
    why: "a locked instruction that sets the flag is barrier enough on x86",
    source: 'the letter: "could we just get away with atomics?"',
  },
  "flag-atomics-3-ranges": {
    scenario: "log_dirty",
    global_lock_is: "flag",
    flag_is_set_by: "xchg",
    ranges: 3,
    memory: "tso",
    expect: holds(),
    why: "the same with one range and one vCPU more",
    source: 'the letter: "could we just get away with atomics?"',
  },

  captive: {
    scenario: "captive",
    global_lock_is: "flag",
    expect: fails("eventually"),
    why: "a mapping that keeps its gfn locked keeps log-dirty out for as long as it lives",
    source: 'the letter: "can we hold a entry captive for the lifetime of a foreign mapping?"',
  },
  "captive-toolstack": {
    scenario: "captive",
    global_lock_is: "flag",
    unmaps_after_log_dirty: true,
    expect: fails("deadlock"),
    why: "a toolstack that maps first, turns log-dirty on next, and unmaps last waits for itself",
    source: 'the letter: "will that not collide against globally-locking p2m operations?"',
  },
  "page-for-mapping": {
    scenario: "captive",
    global_lock_is: "flag",
    mapping_holds: "page",
    expect: holds(),
    why: "a mapping keeps the page and not the gfn, as today: log-dirty gets its turn",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
  "page-for-mapping-2-mappings": {
    scenario: "captive",
    global_lock_is: "flag",
    mapping_holds: "page",
    maps_two: true,
    expect: holds(),
    why: "also beside two mappings",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
  "page-for-mapping-toolstack": {
    scenario: "captive",
    global_lock_is: "flag",
    mapping_holds: "page",
    unmaps_after_log_dirty: true,
    expect: holds(),
    why: "and so does a toolstack that unmaps last",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
  "page-for-mapping-toolstack-2-mappings": {
    scenario: "captive",
    global_lock_is: "flag",
    mapping_holds: "page",
    unmaps_after_log_dirty: true,
    maps_two: true,
    expect: holds(),
    why: "also with two mappings",
    source: 'the letter: "we\'ve decided no and yes, so far"',
  },
});
