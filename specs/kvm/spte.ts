/**
 * KVM's page table entries on x86, who changes them, and what the CPU does with them: arch/x86/kvm/mmu/. The
 * cases are in fast-page-fault.ts.
 *
 * An SPTE is one word, so each load, store, xchg and cmpxchg of it is one step. Besides the code that holds mmu_lock it
 * is changed by fast_page_fault(), which holds nothing, and by the CPU, which sets Accessed and Dirty as it walks.
 *
 * Left out, because nothing here depends on it: levels and huge pages (an entry maps one gfn), executing (it goes with
 * reading), and how a fault notices an invalidation (memslots.ts): that the host takes a page away and that KVM zaps its
 * entry is one critical section here.
 */
import {
  assert,
  atomic,
  ghost,
  instances,
  param,
  rwlock,
  try_cmpxchg,
  write_lock,
  write_unlock,
  xchg,
} from "latchwork";

/**
 * An SPTE, by the names of the document. That W is off always means that KVM took it away (MMU-writable and Host-writable
 * are set in every entry here): other entries are no matter of fast page faults.
 */
export type Spte = {
  pfn: Page | null;
  /** R and X. Off in an entry that is tracked for access, which keeps them in other bits. */
  R: boolean;
  W: boolean;
  /** Accessed and Dirty. */
  A: boolean;
  D: boolean;
};

/** An entry that maps nothing: 0. */
export const NO_SPTE: Spte = { pfn: null, R: false, W: false, A: false, D: false };

/** A page of the host: struct page, and which page of the guest it holds. */
export class Page {
  gfn: Gfn | null = null;
  dirty = false;
  refs = 0;
  freed = false;
  /** The CPU has written to it, for the gfn that it holds. */
  written = ghost(false);
}

/** A page of the guest. */
export class Gfn {
  /** What the host's page tables map there. */
  page: Page | null = null;
  /** Its bit in the memslot's dirty bitmap. */
  in_bitmap = false;
  /** The guest has written to it, and user space has not copied it since. */
  written = ghost(false);
}

/** struct kvm_mmu_page with its one entry. In a direct one the gfn never changes. */
export class ShadowPage {
  spte: Spte = NO_SPTE;
  gfn: Gfn | null = null;
  /** Aging has taken access away, and no fault has asked for it since. */
  aged = ghost(false);
}

/** struct kvm_vcpu, and the TLB entry of the CPU that it runs on. */
export class Vcpu {
  tlb: Spte = NO_SPTE;
}

export const vcpus = instances(Vcpu, param("vcpus", 1));
export const pages = instances(Page, 2);
export const gfns = instances(Gfn, 2);
export const sps = instances(ShadowPage, param("sps", 1), "sp");
export const mmu_lock = rwlock();

/** Whether the CPU has Accessed and Dirty bits. Without them W stands for dirty, and tracked for not accessed. */
export const ad_bits = param("ad_bits", true);

type Rule =
  /** Before fast page faults: Accessed and Dirty cannot change any more, so an ordinary store will do. */
  | "before_fast_page_fault"
  /** c7ba5b48cc8d: nor may it become writable without mmu_lock. */
  | "locklessly_writable"
  /** The TDP MMU from 2f2fad0897cb to ba3a6120a4e7, where mmu_lock is held for writing. */
  | "never"
  /** Feb 2025, with aging outside mmu_lock: all entries without A/D bits. */
  | "ad_disabled_always";

/** Which entries are updated by xchg: spte_has_volatile_bits(), since 2025 spte_needs_atomic_update(). */
export const atomic_update = param<Rule>("atomic_update", "locklessly_writable");
/** K2b: the bitmap is cleared before the entry is write-protected. */
export const clears_first = param("clears_first", true);
/** The TLBs are flushed before user space gets the bitmap. */
export const flushes = param("flushes", true);
/** The TDP MMU takes W away by clearing that bit alone, where the entry needs an atomic update at all. */
export const tdp_clears_bits = param("tdp_clears_bits", false);
/** K2: the page is marked dirty before its entry becomes writable. */
export const marks_before_cmpxchg = param("marks_before_cmpxchg", false);
/** K1b: the page is pinned before the cmpxchg, an idea in locking.rst. */
export const pins_page = param("pins_page", false);
/** How often the fast path tries. */
export const fast_pf_tries = param("fast_pf_tries", 4);
/** K13: the fault restores an entry by an ordinary store. */
export const restores_by_store = param("restores_by_store", false);

/** The CPU writes or reads through its TLB; says whether the entry allows it. */
function tlb_hit(vcpu: Vcpu, write: boolean): boolean {
  let hit = false;
  atomic(() => {
    const entry = vcpu.tlb;
    hit = write ? entry.W && (entry.D || !ad_bits) : entry.R;
    if (hit) {
      const page = entry.pfn!;
      assert(!page.freed, "the guest uses a page that the host has taken back");
      if (write) {
        page.written = true;
        page.gfn!.written = true;
      }
    }
  });
  return hit;
}

/** The CPU walks the page tables: sets Accessed, for a write Dirty, and fills its TLB, in one locked operation. */
export function walk(vcpu: Vcpu, sp: ShadowPage, write: boolean): boolean {
  let allowed = false;
  atomic(() => {
    const spte = sp.spte;
    allowed = spte.R && (!write || spte.W);
    if (allowed) {
      const walked = { ...spte, A: spte.A || ad_bits, D: spte.D || (ad_bits && write) };
      sp.spte = walked;
      vcpu.tlb = walked;
    }
  });
  return allowed;
}

/** An access of the guest, as far as the CPU gets on its own; false where it faults. */
export function guest_access(vcpu: Vcpu, sp: ShadowPage, write: boolean): boolean {
  while (!tlb_hit(vcpu, write)) {
    if (!walk(vcpu, sp, write)) return false;
  }
  return true;
}

/** kvm_flush_remote_tlbs(): interrupts each CPU and waits for it. */
export function kvm_flush_remote_tlbs() {
  for (const vcpu of vcpus) vcpu.tlb = NO_SPTE;
}

/** mark_page_dirty_in_slot() */
function mark_page_dirty(gfn: Gfn) {
  gfn.in_bitmap = true;
}

function is_access_track_spte(spte: Spte): boolean {
  return !ad_bits && spte.pfn !== null && !spte.R;
}

export function is_accessed_spte(spte: Spte): boolean {
  return ad_bits ? spte.A : spte.R;
}

/** Whether the CPU, or the guest through it, may have written by this entry. */
export function is_dirty_spte(spte: Spte): boolean {
  return ad_bits ? spte.D : spte.W;
}

function is_access_allowed(spte: Spte, write: boolean): boolean {
  return write ? spte.W : spte.R;
}

/** Whether the entry may become writable without mmu_lock; those that are tracked for access are among them. */
function spte_is_locklessly_modifiable(spte: Spte): boolean {
  return atomic_update !== "before_fast_page_fault" && !spte.W;
}

/** Whether the CPU may still set Accessed or Dirty in it. */
function cpu_may_set_bits(spte: Spte): boolean {
  return ad_bits ? !spte.A || (spte.W && !spte.D) : atomic_update === "ad_disabled_always";
}

/** spte_has_volatile_bits(): whether the entry may change under whoever holds mmu_lock. */
function spte_has_volatile_bits(spte: Spte): boolean {
  return atomic_update !== "never" && (spte_is_locklessly_modifiable(spte) || cpu_may_set_bits(spte));
}

/** kvm_set_pfn_dirty(): what the entry knew goes to its page. Accessed goes the same way, and nobody here asks for it. */
export function kvm_set_pfn_dirty(page: Page) {
  page.dirty = true;
}

/** mmu_spte_clear_track_bits(); of the TDP MMU: the zapping of a leaf. Holds mmu_lock for writing. */
export function mmu_spte_clear_track_bits(sp: ShadowPage) {
  let old_spte = sp.spte;
  if (!spte_has_volatile_bits(old_spte)) sp.spte = NO_SPTE;
  else old_spte = xchg(sp.spte, NO_SPTE);
  sp.aged = false;
  if (is_dirty_spte(old_spte)) kvm_set_pfn_dirty(old_spte.pfn!);
}

/** mmu_spte_update(): an entry that maps changes. Holds mmu_lock. */
function mmu_spte_update(sp: ShadowPage, new_spte: Spte) {
  let old_spte = sp.spte;
  if (!spte_has_volatile_bits(old_spte)) sp.spte = new_spte;
  else old_spte = xchg(sp.spte, new_spte);
  if (is_dirty_spte(old_spte) && !is_dirty_spte(new_spte)) kvm_set_pfn_dirty(old_spte.pfn!);
}

/** spte_write_protect() of the shadow MMU. */
function spte_write_protect(sp: ShadowPage) {
  const spte = sp.spte;
  if (spte.W) mmu_spte_update(sp, { ...spte, W: false });
}

/** clear_dirty_pt_masked() and tdp_mmu_clear_spte_bits() of the TDP MMU. */
function tdp_mmu_clear_spte_bits(sp: ShadowPage) {
  const old_spte = sp.spte;
  if (!old_spte.W) return;
  if (spte_has_volatile_bits(old_spte)) {
    atomic(() => {
      sp.spte = { ...sp.spte, W: false };
    });
  } else {
    sp.spte = { ...old_spte, W: false };
  }
  kvm_set_pfn_dirty(old_spte.pfn!);
}

/** kvm_get_dirty_log_protect(), and user space, which copies the pages that it is told of. */
export function kvm_get_dirty_log_protect(gfn: Gfn) {
  write_lock(mmu_lock);
  const dirty = gfn.in_bitmap;
  if (dirty) {
    if (clears_first) xchg(gfn.in_bitmap, false);
    // kvm_arch_mmu_enable_log_dirty_pt_masked()
    for (const sp of sps) {
      if (sp.gfn === gfn) {
        if (tdp_clears_bits) tdp_mmu_clear_spte_bits(sp);
        else spte_write_protect(sp);
      }
    }
    if (!clears_first) xchg(gfn.in_bitmap, false);
  }
  write_unlock(mmu_lock);
  if (!dirty) return;
  if (flushes) kvm_flush_remote_tlbs();
  gfn.written = false;
}

/** gfn_to_pfn_memslot_atomic() and its reference, which K1b takes. */
function pin_page(gfn: Gfn, page: Page): boolean {
  let pinned = false;
  atomic(() => {
    pinned = gfn.page === page;
    if (pinned) page.refs++;
  });
  return pinned;
}

/** put_page() */
function unpin_page(page: Page) {
  atomic(() => {
    page.refs--;
  });
}

/** fast_pf_fix_direct_spte() */
function fast_pf_fix_direct_spte(sp: ShadowPage, gfn: Gfn, old_spte: Spte, new_spte: Spte): boolean {
  const becomes_writable = new_spte.W && !old_spte.W;
  if (pins_page && !pin_page(gfn, old_spte.pfn!)) return false;
  if (marks_before_cmpxchg && becomes_writable) mark_page_dirty(gfn);
  if (restores_by_store) sp.spte = new_spte;
  else if (!try_cmpxchg(sp.spte, old_spte, new_spte)) {
    if (pins_page) unpin_page(old_spte.pfn!);
    return false;
  }
  sp.aged = false;
  if (!marks_before_cmpxchg && becomes_writable) mark_page_dirty(gfn);
  if (pins_page) unpin_page(old_spte.pfn!);
  return true;
}

/** fast_page_fault(): repairs what only misses W or is tracked, without mmu_lock; says whether the guest may try again. */
export function fast_page_fault(sp: ShadowPage, gfn: Gfn, write: boolean): boolean {
  for (let retry_count = 0; retry_count < fast_pf_tries; retry_count++) {
    const spte = sp.spte;
    if (spte.pfn === null) return false;
    // Somebody has repaired it: a spurious fault.
    if (is_access_allowed(spte, write)) return true;
    let new_spte = spte;
    if (is_access_track_spte(spte)) new_spte = { ...new_spte, R: true };
    if (write) new_spte = { ...new_spte, W: true };
    if (fast_pf_fix_direct_spte(sp, gfn, spte, new_spte)) return true;
  }
  return false;
}

/** kvm_mmu_do_page_fault() under mmu_lock: make_spte() marks the page, then mmu_set_spte() maps it. */
export function map_page(sp: ShadowPage, gfn: Gfn) {
  const page = gfn.page!;
  mark_page_dirty(gfn);
  const old_spte = sp.spte;
  const other_pfn = old_spte.pfn !== null && old_spte.pfn !== page;
  if (other_pfn) mmu_spte_clear_track_bits(sp);
  sp.gfn = gfn;
  mmu_spte_update(sp, { pfn: page, R: true, W: true, A: ad_bits, D: ad_bits });
  sp.aged = false;
  if (other_pfn) kvm_flush_remote_tlbs();
}

/** The host takes the page of a gfn away and gives it another: kvm_unmap_gfn_range() between start and end. */
export function unmap_gfn(gfn: Gfn, other: Page) {
  write_lock(mmu_lock);
  for (const sp of sps) {
    if (sp.gfn === gfn) mmu_spte_clear_track_bits(sp);
  }
  kvm_flush_remote_tlbs();
  gfn.page = other;
  other.gfn = gfn;
  write_unlock(mmu_lock);
}
