/**
 * KVM's fast page fault: Documentation/virt/kvm/locking.rst, section 2.
 *
 * While a VM migrates, user space reads which pages were written (the dirty bitmap), KVM write-protects them, and user
 * space copies them. The guest's next write faults, and fast_page_fault() gives W back by a cmpxchg, without mmu_lock.
 * Three arguments follow. The cmpxchg must not take an entry for another one that looks the same (ABA). What is written
 * must be in the bitmap, or be copied later; that is asked at the end, since user space stops the vCPUs for a last
 * harvest. And whoever changes an entry under mmu_lock by a load and a store loses what the CPU and the fast path have
 * done in between, so such entries take an xchg, which is slower: the question is which.
 *
 * The entries and those who change them are in spte.ts, with what is left out.
 */
import {
  at_end,
  cases,
  environment,
  fails,
  holds,
  initially,
  invariant,
  maybe,
  param,
  thread,
  try_cmpxchg,
  until,
  write_lock,
  write_unlock,
} from "latchwork";
import {
  ad_bits,
  fast_page_fault,
  type Gfn,
  gfns,
  guest_access,
  is_accessed_spte,
  is_dirty_spte,
  kvm_get_dirty_log_protect,
  kvm_set_pfn_dirty,
  map_page,
  mmu_lock,
  pages,
  type ShadowPage,
  sps,
  unmap_gfn,
  type Vcpu,
  vcpus,
  walk,
} from "./spte.js";

/** The entry at first. */
type Entry =
  /** Written, harvested and write-protected before. */
  | "write_protected"
  /** The same, and its Dirty bit has been cleared. */
  | "read_only"
  | "writable_clean"
  | "writable_dirty"
  /** Tracked for access. */
  | "tracked";

const entry = param<Entry>("entry", "read_only");
/** Whether the guest's page tables are shadowed, so that an entry's gfn follows what the guest writes to its own. */
const indirect = param("indirect", false);
/** K1: whether an indirect entry is repaired without mmu_lock. */
const fast_for_indirect = param("fast_for_indirect", false);
/** How often vcpu0 writes, and what the other vCPUs do. */
const writes = param("writes", 1);
const others_write = param("others_write", true);

/** K1: the host takes the guest's page away, and gives it to another gfn. */
const page_is_reused = param("page_is_reused", false);
/** K3: the host takes the page away for itself. */
const unmaps = param("unmaps", false);
/** The host asks whether the page is used: kvm_age_gfn(), since 2025 without mmu_lock. */
const ages = param("ages", false);
/** User space reads the dirty log while the guest runs. */
const harvests = param("harvests", false);
/** K3d: whether it is asked that aging is not undone; to lose an Accessed bit is tolerated elsewhere. */
const asks_aging = param("asks_aging", false);
/** The CPU fills its TLB and sets Accessed before the guest needs it. */
const speculates = param("speculates", true);

/** The guest's own page table entry for the address that its vCPUs use. */
let gpte: Gfn | null = null;

initially(() => {
  const writable = entry === "writable_clean" || entry === "writable_dirty";
  gpte = gfns[0];
  gfns[0].page = pages[0];
  gfns[0].in_bitmap = writable;
  pages[0].gfn = gfns[0];
  sps[0].gfn = gfns[0];
  if (sps.length > 1) sps[1].gfn = gfns[1];
  sps[0].spte = {
    pfn: pages[0],
    R: entry !== "tracked",
    W: writable,
    A: ad_bits,
    D: ad_bits && (entry === "writable_dirty" || entry === "write_protected"),
  };
});

/** kvm_mmu_page_fault(): the fast path, or mmu_lock. */
function kvm_mmu_page_fault(sp: ShadowPage, write: boolean) {
  // Walks the guest's page tables where they are shadowed.
  const gfn = indirect ? gpte! : gfns[0];
  if ((!indirect || fast_for_indirect) && fast_page_fault(sp, gfn, write)) return;
  write_lock(mmu_lock);
  // The guest's entry may have changed since the walk: the guest tries again.
  if (!indirect || gpte === gfn) map_page(sp, gfn);
  write_unlock(mmu_lock);
}

/** The guest uses an address, with as many faults as it takes. */
function guest_uses_page(vcpu: Vcpu) {
  const write = others_write || vcpu === vcpus[0];
  for (let i = 0; i < writes; i++) {
    while (!guest_access(vcpu, sps[0], write)) kvm_mmu_page_fault(sps[0], write);
  }
}

/** The host swaps gfn0's page out and gives it to gfn1; another vCPU writes to gfn1, and the dirty log is read. */
function reuse_page() {
  unmap_gfn(gfns[0], pages[1]);
  until(pages[0].refs === 0);
  pages[0].gfn = gfns[1];
  gfns[1].page = pages[0];
  if (indirect) gpte = gfns[1];
  // The other vCPU's fault.
  const sp = indirect ? sps[0] : sps[1];
  write_lock(mmu_lock);
  map_page(sp, gfns[1]);
  write_unlock(mmu_lock);
  kvm_get_dirty_log_protect(gfns[1]);
}

/** kvm_tdp_mmu_age_spte() for an entry without A/D bits: it is made not present, and its R and X are kept. */
function kvm_tdp_mmu_age_spte(sp: ShadowPage) {
  const spte = sp.spte;
  if (spte.pfn === null || !is_accessed_spte(spte)) return;
  // Access tracking does not keep W.
  if (is_dirty_spte(spte)) kvm_set_pfn_dirty(spte.pfn);
  if (try_cmpxchg(sp.spte, spte, { ...spte, R: false, W: false })) sp.aged = true;
}

/** An invalidation, after which the host does with the page what it likes. */
function take_page_away() {
  unmap_gfn(gfns[0], pages[1]);
  pages[0].freed = true;
}

if (speculates) {
  environment("page walker", vcpus, (vcpu) => {
    while (maybe()) walk(vcpu, sps[0], false);
  });
}
thread("vCPU", vcpus, (vcpu) => guest_uses_page(vcpu));
if (page_is_reused) thread("host and guest", () => reuse_page());
if (unmaps) thread("MMU notifier", () => take_page_away());
if (ages) thread("kvm_age_gfn", () => kvm_tdp_mmu_age_spte(sps[0]));
if (harvests) thread("KVM_GET_DIRTY_LOG", () => kvm_get_dirty_log_protect(gfns[0]));

at_end("what was written is in the dirty bitmap, or was copied since", () =>
  gfns.every((gfn) => !gfn.written || gfn.in_bitmap),
);
at_end("what the CPU has written to is dirty, by struct page or still by an entry", () =>
  pages.every(
    (page) => !page.written || page.dirty || sps.some((sp) => sp.spte.pfn === page && is_dirty_spte(sp.spte)),
  ),
);
if (asks_aging) {
  invariant("an entry that was aged gives no access until somebody faults", () =>
    sps.every((sp) => !sp.aged || !sp.spte.R),
  );
}

export default cases({
  title: "KVM: fast page faults",
  source: "Documentation/virt/kvm/locking.rst",

  indirect: {
    entry: "write_protected",
    speculates: false,
    indirect: true,
    fast_for_indirect: true,
    page_is_reused: true,
    expect: fails("invariant"),
    why: "ABA: the entry has the same bits again, but for another gfn; the page that is marked is not the one that is written",
    source: "locking.rst, The mapping from gfn to pfn",
  },
  "indirect-under-mmu-lock": {
    entry: "write_protected",
    indirect: true,
    page_is_reused: true,
    expect: holds(),
    why: "indirect entries are repaired under mmu_lock, where the guest's entry is looked at once more",
    source: "locking.rst: we disabled fast page fault for simplicity",
  },
  "indirect-under-mmu-lock-2-vcpus": {
    entry: "write_protected",
    indirect: true,
    page_is_reused: true,
    speculates: false,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "locking.rst: we disabled fast page fault for simplicity",
  },
  "indirect-pinned": {
    entry: "write_protected",
    indirect: true,
    fast_for_indirect: true,
    pins_page: true,
    page_is_reused: true,
    expect: holds(),
    why: "a page that is pinned for the gfn cannot come back for another one",
    source: "locking.rst: a solution for indirect sp could be to pin the gfn",
  },
  "indirect-pinned-2-vcpus": {
    entry: "write_protected",
    indirect: true,
    fast_for_indirect: true,
    pins_page: true,
    page_is_reused: true,
    speculates: false,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "locking.rst: a solution for indirect sp could be to pin the gfn",
  },
  direct: {
    sps: 2,
    entry: "write_protected",
    page_is_reused: true,
    expect: holds(),
    why: "the gfn of a direct entry never changes",
    source: "c7ba5b48cc8d",
  },
  "direct-2-vcpus": {
    sps: 2,
    entry: "write_protected",
    speculates: false,
    page_is_reused: true,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "c7ba5b48cc8d",
  },
  "mark-before-cmpxchg": {
    harvests: true,
    speculates: false,
    marks_before_cmpxchg: true,
    expect: fails("invariant"),
    why: "the mark is harvested before the entry is writable, and nobody marks the write that then comes",
    source: "comment in fast_pf_fix_direct_spte()",
  },
  "mark-after-cmpxchg": {
    harvests: true,
    writes: 2,
    expect: holds(),
    why: "a mark that comes late may be one too many, or is harvested by the next round",
    source: "fast_pf_fix_direct_spte()",
  },
  "mark-after-cmpxchg-2-vcpus": {
    fast_pf_tries: 1,
    harvests: true,
    speculates: false,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "fast_pf_fix_direct_spte()",
  },
  "protect-before-clear": {
    harvests: true,
    speculates: false,
    clears_first: false,
    writes: 2,
    expect: fails("invariant"),
    why: "a fault between the two sets the bit again, which is then cleared with W on",
    source: "kvm_get_dirty_log_protect() the other way round",
  },
  "no-tlb-flush": {
    harvests: true,
    speculates: false,
    flushes: false,
    writes: 2,
    expect: fails("invariant"),
    why: "the CPU goes on writing by its TLB, and the page has been copied",
    source: "locking.rst, flush tlbs due to spte updated",
  },
  "store-where-read-only": {
    unmaps: true,
    atomic_update: "before_fast_page_fault",
    speculates: false,
    expect: fails("invariant"),
    why: "between the load and the store of 0 the fast path sets W and the CPU sets Dirty",
    source: "locking.rst, Dirty bit tracking",
  },
  "xchg-where-read-only": {
    unmaps: true,
    expect: holds(),
    why: "what can become writable without mmu_lock is taken away by an xchg, which sees the last bit that was set",
    source: "c7ba5b48cc8d: spte_has_volatile_bits()",
  },
  "xchg-where-read-only-2-vcpus": {
    unmaps: true,
    vcpus: 2,
    speculates: false,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "c7ba5b48cc8d: spte_has_volatile_bits()",
  },
  "tdp-store": {
    unmaps: true,
    atomic_update: "never",
    speculates: false,
    expect: fails("invariant"),
    why: "mmu_lock held for writing keeps out neither the fast path",
    source: "ba3a6120a4e7 fixes 2f2fad0897cb",
  },
  "tdp-store-hardware": {
    unmaps: true,
    atomic_update: "never",
    entry: "writable_clean",
    speculates: false,
    expect: fails("invariant"),
    why: "nor the CPU, which needs no fault to set Dirty",
    source: "ba3a6120a4e7 fixes 2f2fad0897cb",
  },
  "xchg-where-clean": {
    unmaps: true,
    entry: "writable_clean",
    expect: holds(),
    why: "an entry that the CPU may still set Dirty in takes an xchg too",
    source: "ba3a6120a4e7",
  },
  "xchg-where-clean-2-vcpus": {
    unmaps: true,
    entry: "writable_clean",
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "ba3a6120a4e7",
  },
  "store-where-dirty": {
    unmaps: true,
    entry: "writable_dirty",
    expect: holds(),
    why: "where W and Dirty are set already, there is nothing left to lose: an ordinary store will do, and is faster",
    source: "706c9c55e5a3, 54eb3ef56f36",
  },
  "store-where-dirty-2-vcpus": {
    unmaps: true,
    entry: "writable_dirty",
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "706c9c55e5a3, 54eb3ef56f36",
  },
  "access-tracked": {
    unmaps: true,
    ages: true,
    ad_bits: false,
    entry: "tracked",
    vcpus: 2,
    others_write: false,
    speculates: false,
    expect: holds(),
    why: "a reader and a writer restore an entry by cmpxchg, aging takes it away again, and a zapped one stays zapped",
    source: "locking.rst, Lockless Access Tracking",
  },
  "access-tracked-3-vcpus": {
    unmaps: true,
    ages: true,
    ad_bits: false,
    entry: "tracked",
    others_write: false,
    speculates: false,
    vcpus: 3,
    expect: holds(),
    why: "and so with one reader more",
    source: "locking.rst, Lockless Access Tracking",
  },
  "access-tracked-restored-by-store": {
    unmaps: true,
    ad_bits: false,
    entry: "tracked",
    restores_by_store: true,
    speculates: false,
    expect: fails("assert"),
    why: "the store brings back an entry that was zapped meanwhile, and the guest writes to a page that is not its own any more",
    source: "locking.rst: used to atomically restore the PTE",
  },
  "aging-undone": {
    ad_bits: false,
    entry: "writable_dirty",
    ages: true,
    harvests: true,
    tdp_clears_bits: true,
    asks_aging: true,
    speculates: false,
    expect: fails("invariant"),
    why: "an entry without A/D bits is aged while the dirty log clears W by an ordinary store, which gives R back",
    source: "Always update A/D-disabled SPTEs atomically, Feb 2025",
  },
  "aging-undone-dirty": {
    unmaps: true,
    ad_bits: false,
    entry: "writable_dirty",
    ages: true,
    harvests: true,
    tdp_clears_bits: true,
    expect: holds(),
    why: "that is all that gets lost: aging is a cmpxchg and keeps no W, so no change to W is overwritten",
    source: "the same with the predicates of the dirty log and of struct page",
  },
  "aging-undone-dirty-2-vcpus": {
    unmaps: true,
    ad_bits: false,
    entry: "writable_dirty",
    ages: true,
    harvests: true,
    tdp_clears_bits: true,
    speculates: false,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "the same with the predicates of the dirty log and of struct page",
  },
  "aging-kept": {
    unmaps: true,
    ad_bits: false,
    entry: "writable_dirty",
    atomic_update: "ad_disabled_always",
    ages: true,
    harvests: true,
    tdp_clears_bits: true,
    asks_aging: true,
    expect: holds(),
    why: "with lockless aging an entry without A/D bits is always updated atomically, here by clearing one bit",
    source: "Always update A/D-disabled SPTEs atomically, Feb 2025",
  },
  "aging-kept-2-vcpus": {
    unmaps: true,
    ad_bits: false,
    entry: "writable_dirty",
    atomic_update: "ad_disabled_always",
    ages: true,
    harvests: true,
    tdp_clears_bits: true,
    asks_aging: true,
    speculates: false,
    vcpus: 2,
    expect: holds(),
    why: "and so with two vCPUs",
    source: "Always update A/D-disabled SPTEs atomically, Feb 2025",
  },
});
