/**
 * The TLB of guests and the p2m lock: 09fc40ed30, "x86/EPT: defer TLB flushes till the p2m lock is dropped". CPUs that run
 * the guest keep what they looked up, without any lock; a modification has to flush them, and does so after it has dropped
 * the lock. What may be freed in between?
 *
 * Left out: page tables above the entry, flushes of one guest only, and that a flush waits for the other CPUs' interrupts.
 */
import {
  atomic,
  cases,
  check,
  fails,
  holds,
  initially,
  instances,
  invariant,
  param,
  refcount_read,
  rspinlock,
  spin_lock_recursive,
  spin_unlock_recursive,
  thread,
  unreachable,
} from "latchwork";
import { get_page, PageInfo, put_page } from "./pages.js";

/** A CPU that runs the guest. */
class Vcpu {
  /** Where the gfn leads to, as the hardware remembers it. */
  tlb: PageInfo | null = null;
}

/** struct p2m_domain, with one gfn. */
class P2mDomain {
  lock = rspinlock();
  entry: PageInfo | null = null;
  need_flush = false;
}

/** Who frees the page. */
const freed_by = param<"reclaim" | "balloon">("freed_by", "reclaim");
/** Whether a page that is freed under the lock is flushed first, at once. */
const flushes_first = param("flushes_first", true);

const vcpus = instances(Vcpu, param("vcpus", 1));
const p2m = new P2mDomain();
const page = new PageInfo();

/** One store of the guest: by what the TLB has, or else by a walk of the page tables, which fills it. */
function guest_store(v: Vcpu) {
  atomic(() => {
    if (v.tlb === null) v.tlb = p2m.entry;
    const target = v.tlb;
    if (target !== null) {
      check("use-after-free", refcount_read(target.count_info) > 0, target);
      target.dirty = true;
    }
  });
}

/** ept_tlb_flush(): every CPU that runs the guest, one after the other. */
function tlb_flush() {
  for (const v of vcpus) v.tlb = null;
}

/** p2m_tlb_flush_sync() */
function p2m_tlb_flush_sync() {
  if (!p2m.need_flush) unreachable("its caller has changed an entry under the same lock");
  p2m.need_flush = false;
  tlb_flush();
}

/** p2m_unlock_and_tlb_flush() */
function p2m_unlock_and_tlb_flush() {
  if (p2m.need_flush) {
    p2m.need_flush = false;
    spin_unlock_recursive(p2m.lock);
    tlb_flush();
  } else {
    spin_unlock_recursive(p2m.lock);
  }
}

/** p2m_pod_zero_check(): a page of zeroes goes back to the cache, from where others get it. */
function p2m_pod_zero_check() {
  spin_lock_recursive(p2m.lock);
  const old = p2m.entry;
  if (old !== null) {
    p2m.entry = null;
    p2m.need_flush = true;
    if (flushes_first) p2m_tlb_flush_sync();
    // p2m_pod_cache_add()
    put_page(old);
  }
  p2m_unlock_and_tlb_flush();
}

/** guest_remove_page(): the page is freed behind the lock and its flush. */
function guest_remove_page() {
  spin_lock_recursive(p2m.lock);
  const old = p2m.entry!;
  get_page(old);
  put_page(old);
  p2m.entry = null;
  p2m.need_flush = true;
  p2m_unlock_and_tlb_flush();
  put_page(old);
}

initially(() => {
  p2m.entry = page;
});

thread("guest", vcpus, (v) => {
  for (;;) guest_store(v);
});
if (freed_by === "reclaim") {
  thread("reclaim", () => p2m_pod_zero_check());
  thread("reclaim again", () => p2m_pod_zero_check());
} else {
  thread("balloon", () => guest_remove_page());
}

invariant("no TLB leads to a free page", () =>
  vcpus.every((v) => v.tlb === null || refcount_read(v.tlb.count_info) > 0),
);

export default cases({
  title: "deferred TLB flushes of the p2m",
  source: "xen/arch/x86/mm/p2m-ept.c, xen/arch/x86/mm/p2m-pod.c",

  deferred: {
    flushes_first: false,
    expect: fails("use-after-free"),
    why: "the page is free before the flush, and a CPU writes to it by its TLB",
    source: "what 09fc40ed30 says it avoids",
  },
  "flush-first": {
    expect: holds(),
    why: "what is freed under the lock is flushed before it is freed",
    source: "09fc40ed30",
  },
  "flush-first-2-vcpus": {
    vcpus: 2,
    expect: holds(),
    why: "the same with two CPUs that run the guest",
    source: "09fc40ed30",
  },
  "free-after-unlock": {
    freed_by: "balloon",
    expect: holds(),
    why: "where a reference keeps the page until the lock is dropped and the TLBs are flushed, deferring is enough",
    source: "09fc40ed30",
  },
  "free-after-unlock-2-vcpus": {
    freed_by: "balloon",
    vcpus: 2,
    expect: holds(),
    why: "the same with two CPUs that run the guest",
    source: "09fc40ed30",
  },
});
