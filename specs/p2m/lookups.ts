/**
 * What a look-up in the p2m may rely on: xen/arch/x86/mm/p2m.c. A guest frame number leads to a page, and others may
 * change that. A lock keeps the translation, a page reference keeps the page; whoever holds neither has a number that was
 * true once.
 *
 * There is one gfn. A vCPU looks it up and writes to it; meanwhile a toolstack gives it a page of its own where it has
 * shared one with another domain (unshares it), or balloons the page out.
 *
 * Left out: paging, populate on demand, page types; they change an entry as unsharing does.
 */
import {
  assert,
  atomic,
  cases,
  current,
  fails,
  ghost,
  holds,
  initially,
  instances,
  param,
  read_unlock,
  refcount_set,
  thread,
  unreachable,
  until,
  write_unlock,
} from "latchwork";
import {
  MM_LOCK_ORDER,
  MmLock,
  MmRwlock,
  mm_lock,
  mm_read_lock,
  mm_read_unlock,
  mm_unlock,
  mm_write_lock,
  mm_write_locked_by_me,
  mm_write_unlock,
  Pcpu,
} from "./mm-locks.js";
import { get_page, PageInfo, put_page, write_to_frame } from "./pages.js";

/** An entry of the p2m: one word. */
type Entry = { page: PageInfo | null; type: "invalid" | "ram_rw" | "ram_shared" };

/** struct p2m_domain */
class P2mDomain {
  lock = new MmRwlock();
  paging_lock = new MmLock();
  entry: Entry = { page: null, type: "invalid" };
}

type Design =
  /** Until February 2012: only modifications take the lock. */
  | "unlocked"
  /** The lock for the look-up alone, as if that were enough. */
  | "lock_for_lookup"
  /** 80ea7af17269, get_page_from_gfn(): the lock for the look-up, and a page reference for the use. */
  | "page_reference"
  /** The RFC, and 6b719c3d7a8d: the lock from get_gfn() to put_gfn(). */
  | "held"
  /** A read lock that its holder makes a write lock where the entry needs work: what the letter refuses. */
  | "promotion";

const design = param<Design>("design", "held");

/** What the vCPU believes while it writes: that the page is its own to write to, or that it is what the gfn leads to. */
const relies_on = param<"page" | "translation">("relies_on", "page");
/** 80ea7af17269 looks the gfn up once more under the write lock. */
const looks_up_again = param("looks_up_again", true);
/** Whether writes ask for a page that is not shared (P2M_UNSHARE). */
const unshares = param("unshares", false);
/** Whether the gfn shares its page with another domain at first, which has a reference of its own. */
const starts_shared = param("starts_shared", true);
/** What else happens to the gfn. */
const toolstack = param<"unshare" | "remove" | "unshare_and_remove" | "nothing">(
  "toolstack",
  "unshare_and_remove",
);

/** Whether the guest has hardware-assisted paging; get_gfn() of others takes no lock. */
const hap = param("hap", true);
/** Whether vCPUs look up under the paging lock, as the shadow code does. */
const under_paging_lock = param("under_paging_lock", false);

const vcpus = instances(Pcpu, param("vcpus", 1), "vcpu");
const other_cpu = new Pcpu();
const p2m = new P2mDomain();

const first_page = new PageInfo();
/** Who unshares the gfn brings a page for it. */
const private_pages = instances(PageInfo, vcpus.length + 1, "private");

function p2m_lock() {
  mm_write_lock(false, p2m.lock, MM_LOCK_ORDER.p2m);
}

function p2m_unlock() {
  mm_write_unlock(p2m.lock);
}

/** p2m_set_entry(); for shadow guests shadow_write_p2m_entry(), which takes the paging lock as well. */
function set_entry(page: PageInfo | null, type: "invalid" | "ram_rw") {
  if (!hap) mm_lock(false, p2m.paging_lock, MM_LOCK_ORDER.paging, false);
  p2m.entry = { page, type };
  if (!hap) mm_unlock(p2m.paging_lock);
}

/** get_gfn_query() */
function get_gfn(): Entry {
  if (design !== "unlocked" && hap) p2m_lock();
  return p2m.entry;
}

/** put_gfn() */
function put_gfn() {
  if (design !== "unlocked" && hap) {
    assert(mm_write_locked_by_me(p2m.lock));
    p2m_unlock();
  }
}

/** mem_sharing_unshare_page(), with the gfn locked where look-ups lock. Says whether it was still to do. */
function mem_sharing_unshare_page(fresh: PageInfo): boolean {
  const old = p2m.entry;
  if (old.type !== "ram_shared") return false;
  refcount_set(fresh.count_info, 1);
  p2m_lock();
  set_entry(fresh, "ram_rw");
  p2m_unlock();
  put_page(old.page!);
  return true;
}

/** get_gfn_type_access(): fixes the entry where the caller asks for that, and then reads it again. */
function get_gfn_unshare(fresh: PageInfo): Entry {
  const entry = get_gfn();
  if (!unshares || entry.type !== "ram_shared") return entry;
  mem_sharing_unshare_page(fresh);
  return p2m.entry;
}

/** The slow path of a look-up that takes the lock, and believes what it saw without. */
function lock_and_trust(found: Entry, fresh: PageInfo): Entry {
  p2m_lock();
  if (unshares && found.type === "ram_shared" && mem_sharing_unshare_page(fresh)) return p2m.entry;
  return found;
}

/** get_page() of what an entry leads to. C copes where that fails, for entries whose page is another domain's. */
function get_mapped_page(page: PageInfo) {
  if (!get_page(page)) unreachable("under the lock the entry has a reference of its own");
}

/** get_page_from_gfn_p2m(): a reference to the page that the gfn leads to. */
function get_page_from_gfn(fresh: PageInfo): PageInfo | null {
  // if ( likely(!p2m_locked_by_me(p2m)) ): no caller here has the gfn.
  mm_read_lock(false, p2m.lock, MM_LOCK_ORDER.p2m);
  const found = p2m.entry;
  let fast: PageInfo | null = null;
  if (found.page !== null && !(unshares && found.type === "ram_shared")) fast = found.page;
  if (fast !== null) get_mapped_page(fast);
  mm_read_unlock(p2m.lock);
  if (fast !== null) return fast;
  if (found.type === "invalid") return null;

  const entry = looks_up_again ? get_gfn_unshare(fresh) : lock_and_trust(found, fresh);
  const page = entry.page;
  if (page !== null) get_mapped_page(page);
  ghost(() => {
    assert(p2m.entry.page === page, "the page is the one that the gfn leads to");
  });
  put_gfn();
  return page;
}

/** The step from reader to writer, in place: waits until there is no other reader. */
function promote() {
  atomic(() => {
    const lock = p2m.lock.lock;
    until(lock.readers.size === 1);
    lock.readers.delete(current());
    lock.writer = current();
  });
}

/** A store to the page that was looked up. */
function write_to_gfn(page: PageInfo) {
  write_to_frame(page);
  if (relies_on === "translation") {
    ghost(() => {
      assert(p2m.entry.page === page, "the gfn leads to the page that was written");
    });
  }
}

/** __hvm_copy() to one page of the guest. */
function hvm_copy(fresh: PageInfo) {
  if (design === "page_reference") {
    const page = get_page_from_gfn(fresh);
    if (page !== null) {
      write_to_gfn(page);
      put_page(page);
    }
    return;
  }

  if (under_paging_lock) mm_lock(false, p2m.paging_lock, MM_LOCK_ORDER.paging, false);
  const entry = get_gfn_unshare(fresh);
  if (design === "lock_for_lookup") put_gfn();
  if (entry.page !== null) write_to_gfn(entry.page);
  if (design !== "lock_for_lookup") put_gfn();
  if (under_paging_lock) mm_unlock(p2m.paging_lock);
}

/** __hvm_copy(), were there a lock that can be promoted. */
function hvm_copy_promoting(fresh: PageInfo) {
  mm_read_lock(false, p2m.lock, MM_LOCK_ORDER.p2m);
  const entry = p2m.entry;
  if (entry.type === "ram_shared") {
    promote();
    refcount_set(fresh.count_info, 1);
    set_entry(fresh, "ram_rw");
    put_page(entry.page!);
    write_to_gfn(fresh);
    write_unlock(p2m.lock.lock);
  } else {
    write_to_gfn(entry.page!);
    read_unlock(p2m.lock.lock);
  }
}

/** The other domain's sharing code makes the page private for this gfn. */
function unshare(fresh: PageInfo) {
  get_gfn();
  mem_sharing_unshare_page(fresh);
  put_gfn();
}

/** guest_remove_page(): the page is ballooned out. */
function guest_remove_page() {
  const page = get_gfn().page!;
  get_mapped_page(page);
  // PGC_allocated goes.
  put_page(page);
  // guest_physmap_remove_page()
  p2m_lock();
  set_entry(null, "invalid");
  p2m_unlock();
  put_page(page);
  put_gfn();
}

initially(() => {
  p2m.entry = { page: first_page, type: starts_shared ? "ram_shared" : "ram_rw" };
  if (starts_shared) refcount_set(first_page.count_info, 2);
  for (const page of private_pages) refcount_set(page.count_info, 0);
});

thread("vcpu", vcpus, (vcpu) => {
  const fresh = private_pages[vcpus.indexOf(vcpu)];
  if (design === "promotion") hvm_copy_promoting(fresh);
  else hvm_copy(fresh);
});
if (toolstack !== "nothing") {
  thread(
    "toolstack",
    () => {
      if (toolstack !== "remove") unshare(private_pages[vcpus.length]);
      if (toolstack !== "unshare") guest_remove_page();
    },
    { on: other_cpu },
  );
}

export default cases({
  title: "what a look-up in the p2m may rely on",
  source: "xen/arch/x86/mm/p2m.c",

  unlocked: {
    checker: false,
    starts_shared: false,
    design: "unlocked",
    toolstack: "remove",
    expect: fails("use-after-free"),
    why: "nothing keeps the page between the look-up and the write",
    source: 'before 6b719c3d7a8d; the letter: "lookups do not hold any locks or refs"',
  },
  "unlocked-translation": {
    checker: false,
    design: "unlocked",
    toolstack: "unshare",
    relies_on: "translation",
    expect: fails("assert"),
    why: "the write can also go to a page that the gfn has left, which is another domain's",
    source: "before 6b719c3d7a8d",
  },
  "lock-for-lookup": {
    checker: false,
    starts_shared: false,
    design: "lock_for_lookup",
    toolstack: "remove",
    expect: fails("use-after-free"),
    why: "a lock that covers only the look-up makes the number right once, and keeps nothing",
    source: "the letter asks for lock and reference",
  },
  "page-reference": {
    checker: false,
    design: "page_reference",
    expect: holds(),
    why: "the reference is taken under the lock, where the entry still holds one of its own, and keeps the page for the use",
    source: "80ea7af17269, get_page_from_gfn()",
  },
  "page-reference-2-vcpus": {
    checker: false,
    design: "page_reference",
    vcpus: 2,
    expect: holds(),
    why: "the same with two readers at once",
    source: "80ea7af17269, get_page_from_gfn()",
  },
  "page-reference-translation": {
    checker: false,
    design: "page_reference",
    relies_on: "translation",
    expect: fails("assert"),
    why: "a reference keeps the page and not the gfn: the write is lost, and nobody crashes. That is what get_page_from_gfn() means",
    source: "80ea7af17269, get_page_from_gfn()",
  },
  held: {
    checker: false,
    relies_on: "translation",
    expect: holds(),
    why: "whoever has the gfn keeps everybody from changing it, and so the page as well",
    source: "6b719c3d7a8d",
  },
  "held-3-vcpus": {
    checker: false,
    relies_on: "translation",
    vcpus: 3,
    expect: holds(),
    why: "the same with three",
    source: "6b719c3d7a8d",
  },
  shadow: {
    checker: false,
    starts_shared: false,
    hap: false,
    toolstack: "remove",
    expect: fails("use-after-free"),
    why: "get_gfn() of a guest without HAP takes no lock to this day",
    source: "get_gfn_type_access(), 6b719c3d7a8d",
  },
  "shadow-under-paging-lock": {
    checker: false,
    hap: false,
    under_paging_lock: true,
    relies_on: "translation",
    expect: holds(),
    why: "the shadow code looks up under the paging lock, which whoever changes an entry takes as well",
    source: "comment of get_gfn_query_unlocked()",
  },
  "shadow-under-paging-lock-2-vcpus": {
    checker: false,
    hap: false,
    under_paging_lock: true,
    relies_on: "translation",
    vcpus: 2,
    expect: holds(),
    why: "the same with two",
    source: "comment of get_gfn_query_unlocked()",
  },
  promotion: {
    checker: false,
    design: "promotion",
    toolstack: "nothing",
    vcpus: 2,
    expect: fails("deadlock"),
    why: "two readers that both want to write wait for each other to stop reading",
    source: 'the letter: "a deadlock-free promotion is risky to achieve"',
  },
  retry: {
    checker: false,
    design: "page_reference",
    unshares: true,
    expect: holds(),
    why: "who needs to write drops the read lock, takes the write lock, and looks up once more",
    source: "80ea7af17269, get_page_from_gfn()",
  },
  "retry-2-vcpus": {
    checker: false,
    design: "page_reference",
    unshares: true,
    vcpus: 2,
    expect: holds(),
    why: "the same with two that both find the page shared",
    source: "80ea7af17269, get_page_from_gfn()",
  },
  "retry-without-lookup": {
    checker: false,
    design: "page_reference",
    unshares: true,
    looks_up_again: false,
    toolstack: "unshare",
    expect: fails("assert"),
    why: "what the read lock showed is old once it was dropped",
    source: "80ea7af17269 without its second look-up",
  },
});
