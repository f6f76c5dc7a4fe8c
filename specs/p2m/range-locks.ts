/**
 * The range locks of the RFC of 27 October 2011 ("p2m fine-grained concurrency control"): an exclusive, recursive lock for each
 * 2 MB of guest frames, held from get_gfn() to put_gfn(), and a global lock over all of them.
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
  check,
  current,
  div,
  ghost,
  initially,
  instances,
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
  until,
  xchg,
} from "latchwork";
import { get_page, PageInfo, put_page, write_to_frame } from "./pages.js";

/** 512 in C. */
export const GFNS_PER_RANGE = 2;

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

/** What was merged in 2012: gfn_lock(p2m, gfn, order) ignores the gfn (e1e40bccee). */
const granularity = param<"range" | "p2m">("granularity", "range");
const recursive = param("recursive", true);

export const p2m = new P2mDomain();
export const pages = instances(PageInfo, 6, "page");

function range_of(gfn: number): RangeLock {
  return p2m.ranges[granularity === "p2m" ? 0 : div(gfn, GFNS_PER_RANGE)];
}

/**
 * How the global lock is taken, if there is one: by the lock of each range in turn, or by a flag that whoever takes a range looks at. The
 * letter's "non-exclusive manner" is the flag: the owner takes ranges meanwhile, as set_entry() does.
 */
const global_lock_is = param<"none" | "all_ranges" | "flag">("global_lock_is", "none");
/** Whether a thread that has a range may take another although somebody waits for the whole p2m. */
const holders_pass = param("holders_pass", false);

/** @param holds_range whether the caller has another range already */
export function lock_range(gfn: number, holds_range: boolean) {
  const range = range_of(gfn);
  if (!recursive) {
    ghost(() => {
      check("self-deadlock", range.lock.owner !== current(), range.lock);
    });
  }
  for (;;) {
    spin_lock_recursive(range.lock);
    if (global_lock_is !== "flag") break;
    if (range.lock.depth > 1) break;
    if (holds_range && holders_pass) break;
    const owner = p2m.global_owner;
    if (owner === null || owner === current()) break;
    spin_unlock_recursive(range.lock);
    until(p2m.global_owner === null, p2m.global_owner);
  }
  if (global_lock_is !== "none") {
    ghost(() => {
      p2m.in_range.add(current());
    });
  }
}

/** @param holds_range whether the caller has another range still */
export function unlock_range(gfn: number, holds_range: boolean) {
  const range = range_of(gfn);
  if (global_lock_is !== "none") {
    ghost(() => {
      if (!holds_range && range.lock.depth === 1) p2m.in_range.delete(current());
    });
  }
  spin_unlock_recursive(range.lock);
}

/** How the flag is set, the letter's question: "too heavy handed on barriers", or "could we just get away with atomics?" */
const flag_is_set_by = param<"store" | "store_and_mb" | "xchg">("flag_is_set_by", "store_and_mb");

export function lock_global() {
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

export function unlock_global() {
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

// get_gfn() and put_gfn()

/** get_gfn(): locks the range, looks the gfn up, and takes a reference to the page. */
export function get_gfn(gfn: number, holds_range: boolean): PageInfo {
  lock_range(gfn, holds_range);
  const page = p2m.entries[gfn]!;
  get_page(page);
  return page;
}

/** put_gfn() */
export function put_gfn(gfn: number, page: PageInfo, holds_range: boolean) {
  // ASSERT(gfn_locked_by_me(p2m, gfn))
  assert(range_of(gfn).lock.owner === current());
  put_page(page);
  unlock_range(gfn, holds_range);
}

/** A vCPU uses one gfn. */
export function use_gfn(gfn: number, meanwhile: () => void) {
  const page = get_gfn(gfn, false);
  meanwhile();
  write_to_frame(page);
  put_gfn(gfn, page, false);
}

// Two gfns

/** Before bb9e2139bc in the caller's order, since then sorted; until 09af2d01a2 by a comparison that never came to gfns. */
const order_of_two = param<"caller" | "domain_only" | "sorted">("order_of_two", "sorted");

/** get_two_gfns() for two gfns of one domain, what is done with them, and put_two_gfns(). */
export function use_two_gfns(rgfn: number, lgfn: number) {
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

initially(() => {
  for (const page of pages) p2m.entries[pages.indexOf(page)] = page;
});

/** The first gfn of each range. */
export const A = 0;
export const B = GFNS_PER_RANGE;
export const C = 2 * GFNS_PER_RANGE;
