/**
 * KVM's memslots and the MMU notifiers: virt/kvm/kvm_main.c, and mn_active_invalidate_count.
 *
 * An invalidation of host memory comes as two calls, start and end. Both look the memslots up, and only where the range
 * is in one do they count up and down in mmu_invalidate_in_progress, which makes page faults retry. So both have to see
 * the same memslots: the pointer may be swapped only while no invalidation is between its two calls.
 *
 * Left out, because nothing here depends on it: ranges (there is one, and one slot that it may hit), the address spaces,
 * slots_arch_lock (vm-locks.ts), the gfn_to_pfn caches, which are invalidated beside this in the same way.
 */
import {
  add_return,
  assert,
  at_end,
  atomic,
  bits,
  cases,
  eventually,
  fails,
  fetch_add,
  finish_rcuwait,
  holds,
  initially,
  instances,
  might_sleep,
  mutex,
  mutex_lock,
  mutex_unlock,
  never_stuck,
  param,
  prepare_to_rcuwait,
  rcuwait,
  rcuwait_schedule,
  rcuwait_set_state,
  rcuwait_wake_up,
  smp_rmb,
  smp_wmb,
  spin_lock,
  spin_unlock,
  spinlock,
  srcu,
  srcu_read_lock,
  srcu_read_unlock,
  synchronize_srcu,
  thread,
  until,
} from "latchwork";

/** struct kvm_memslots: whether the range of the invalidations is in a slot. */
class Memslots {
  has_slot = false;
}

/** A rw_semaphore that counts its readers, as Linux's does: start may come twice before an end. */
class NotifierRwsem {
  readers = 0;
  written = false;
  writer_waits = false;
}

/** struct kvm. */
class Kvm {
  slots_lock = mutex();
  srcu = srcu();
  memslots: Memslots | null = null;
  mn_invalidate_lock = spinlock();
  mn_active_invalidate_count = 0;
  mn_memslots_update_rcuwait = rcuwait();
  mmu_lock = spinlock();
  mmu_invalidate_in_progress = 0;
  /** Wraps: no fault here lasts for four invalidations. */
  mmu_invalidate_seq = bits(2, 0);
  /** Only in the first version. */
  mmu_notifier_slots_lock = new NotifierRwsem();
}

/** A task of the host whose memory changes. */
class Task {}

const kvm = new Kvm();
const active = new Memslots();
const updated = new Memslots();
const tasks = instances(Task, param("tasks", 1));

type Design =
  /** As the series was posted at first: start reads mmu_notifier_slots_lock, end gives it back, the swap writes it. */
  | "rwsem"
  /** A count without a lock around it. */
  | "atomic_count"
  /** 52ac8b358b0c, as it is today: a count under a spinlock, and a waiter. */
  | "count_and_rcuwait";

const design = param<Design>("design", "count_and_rcuwait");

/** What user space changes: a slot comes; it goes; it goes and comes back, which is how a VMM resizes one; the VM goes. */
const change = param<"create" | "delete" | "replace" | "destroy">("change", "create");

/** K10: the pointer is published in a section of its own, after the one that has seen the count at 0. */
const publishes_after_unlock = param("publishes_after_unlock", false);
/** K10c: whether a writer that waits stops new readers. */
const rwsem_fair = param("rwsem_fair", true);
/** K10c: the task invalidates once more inside its invalidation. */
const nests = param("nests", false);
/** K10d: the notifier takes slots_lock to look the memslots up. */
const notifier_takes_slots_lock = param("notifier_takes_slots_lock", false);
/** K10e: the waiter says that it sleeps only after it has dropped the spinlock. */
const sets_state_after_unlock = param("sets_state_after_unlock", false);
/** K10g: destruction resets a count that an end without its call has left behind. */
const destroy_resets_count = param("destroy_resets_count", true);

/** A vCPU faults on the page. */
const vcpu_faults = param("vcpu_faults", false);
/** The rest of the VM goes on. */
const guest_runs = param("guest_runs", false);
/** Whether it is asked that the updater gets on. */
const asks_progress = param("asks_progress", false);
/** K10b: the tasks never stop invalidating. */
const invalidates_for_ever = param("invalidates_for_ever", false);

/** Where destruction has unregistered KVM's notifier, nobody calls it any more. */
let registered = true;
const mmu_notifier_srcu = srcu();
let fault_served = false;
let guest_ticks = bits(1, 0);

initially(() => {
  active.has_slot = change !== "create";
  updated.has_slot = change === "create";
  kvm.memslots = active;
});

/** down_read() of the first version. */
function notifier_down_read(sem: NotifierRwsem) {
  atomic(() => {
    might_sleep();
    until(!sem.written && !(rwsem_fair && sem.writer_waits));
    sem.readers++;
  });
}

/** up_read() of the first version. */
function notifier_up_read(sem: NotifierRwsem) {
  atomic(() => {
    sem.readers--;
  });
}

/** down_write() of the first version. */
function notifier_down_write(sem: NotifierRwsem) {
  sem.writer_waits = true;
  atomic(() => {
    might_sleep();
    until(sem.readers === 0);
    sem.writer_waits = false;
    sem.written = true;
  });
}

/** up_write() of the first version. */
function notifier_up_write(sem: NotifierRwsem) {
  sem.written = false;
}

/** kvm_mmu_invalidate_begin(), called by kvm_handle_hva_range() under mmu_lock. */
function kvm_mmu_invalidate_begin() {
  kvm.mmu_invalidate_in_progress++;
}

/** kvm_mmu_invalidate_end(), called by kvm_handle_hva_range() under mmu_lock. */
function kvm_mmu_invalidate_end() {
  kvm.mmu_invalidate_seq++;
  smp_wmb();
  kvm.mmu_invalidate_in_progress--;
  assert(kvm.mmu_invalidate_in_progress >= 0, "KVM_BUG_ON(kvm->mmu_invalidate_in_progress < 0)");
}

/** kvm_handle_hva_range(): looks the memslots up without their locks, and takes mmu_lock where the range hits one. */
function kvm_handle_hva_range(on_lock: "begin" | "end") {
  srcu_read_lock(kvm.srcu);
  if (notifier_takes_slots_lock) mutex_lock(kvm.slots_lock);
  const slots = kvm.memslots!;
  if (slots.has_slot) {
    spin_lock(kvm.mmu_lock);
    if (on_lock === "begin") kvm_mmu_invalidate_begin();
    else kvm_mmu_invalidate_end();
    spin_unlock(kvm.mmu_lock);
  }
  if (notifier_takes_slots_lock) mutex_unlock(kvm.slots_lock);
  srcu_read_unlock(kvm.srcu);
}

/** kvm_mmu_notifier_invalidate_range_start() */
function invalidate_range_start() {
  if (design === "rwsem") {
    notifier_down_read(kvm.mmu_notifier_slots_lock);
  } else if (design === "atomic_count") {
    fetch_add(kvm.mn_active_invalidate_count, 1);
  } else {
    spin_lock(kvm.mn_invalidate_lock);
    kvm.mn_active_invalidate_count++;
    spin_unlock(kvm.mn_invalidate_lock);
  }
  kvm_handle_hva_range("begin");
}

/** kvm_mmu_notifier_invalidate_range_end() */
function invalidate_range_end() {
  kvm_handle_hva_range("end");
  if (design === "rwsem") {
    notifier_up_read(kvm.mmu_notifier_slots_lock);
    return;
  }
  let wake = false;
  if (design === "atomic_count") {
    wake = add_return(kvm.mn_active_invalidate_count, -1) === 0;
  } else {
    spin_lock(kvm.mn_invalidate_lock);
    kvm.mn_active_invalidate_count--;
    wake = kvm.mn_active_invalidate_count === 0;
    spin_unlock(kvm.mn_invalidate_lock);
  }
  // There can only be one waiter: it holds slots_lock.
  if (wake) rcuwait_wake_up(kvm.mn_memslots_update_rcuwait);
}

/** kvm_swap_active_memslots(): the caller holds slots_lock. */
function kvm_swap_active_memslots(slots: Memslots) {
  if (design === "rwsem") {
    notifier_down_write(kvm.mmu_notifier_slots_lock);
    kvm.memslots = slots;
    notifier_up_write(kvm.mmu_notifier_slots_lock);
  } else if (design === "atomic_count") {
    prepare_to_rcuwait(kvm.mn_memslots_update_rcuwait);
    for (;;) {
      rcuwait_set_state(kvm.mn_memslots_update_rcuwait);
      if (kvm.mn_active_invalidate_count === 0) break;
      rcuwait_schedule(kvm.mn_memslots_update_rcuwait);
    }
    finish_rcuwait(kvm.mn_memslots_update_rcuwait);
    kvm.memslots = slots;
  } else {
    spin_lock(kvm.mn_invalidate_lock);
    prepare_to_rcuwait(kvm.mn_memslots_update_rcuwait);
    while (kvm.mn_active_invalidate_count !== 0) {
      if (!sets_state_after_unlock) rcuwait_set_state(kvm.mn_memslots_update_rcuwait);
      spin_unlock(kvm.mn_invalidate_lock);
      if (sets_state_after_unlock) rcuwait_set_state(kvm.mn_memslots_update_rcuwait);
      rcuwait_schedule(kvm.mn_memslots_update_rcuwait);
      spin_lock(kvm.mn_invalidate_lock);
    }
    finish_rcuwait(kvm.mn_memslots_update_rcuwait);
    if (publishes_after_unlock) spin_unlock(kvm.mn_invalidate_lock);
    kvm.memslots = slots;
    if (!publishes_after_unlock) spin_unlock(kvm.mn_invalidate_lock);
  }
  synchronize_srcu(kvm.srcu);
}

/** kvm_set_memory_region(), kvm_set_memslot() */
function kvm_set_memory_region(slots: Memslots) {
  mutex_lock(kvm.slots_lock);
  kvm_swap_active_memslots(slots);
  mutex_unlock(kvm.slots_lock);
}

/** The VMM's ioctls. */
function update_memslots() {
  kvm_set_memory_region(updated);
  if (change === "replace") kvm_set_memory_region(active);
}

/** kvm_destroy_vm(), and kvm_arch_destroy_vm() of x86, which deletes KVM's own memslots. */
function kvm_destroy_vm() {
  // mmu_notifier_unregister() waits for calls that run, and not for the second of a pair.
  registered = false;
  synchronize_srcu(mmu_notifier_srcu);
  if (destroy_resets_count) {
    if (kvm.mn_active_invalidate_count !== 0) kvm.mn_active_invalidate_count = 0;
    else assert(kvm.mmu_invalidate_in_progress === 0, "WARN_ON(kvm->mmu_invalidate_in_progress)");
  }
  kvm_set_memory_region(updated);
}

/** kvm_tdp_page_fault(), kvm_faultin_pfn(), is_page_fault_stale() */
function kvm_page_fault() {
  for (;;) {
    srcu_read_lock(kvm.srcu);
    const mmu_seq = kvm.mmu_invalidate_seq;
    smp_rmb();
    const slots = kvm.memslots!;
    if (!slots.has_slot) {
      // No slot: the access is emulated.
      srcu_read_unlock(kvm.srcu);
      return;
    }
    spin_lock(kvm.mmu_lock);
    const stale = kvm.mmu_invalidate_in_progress !== 0 || kvm.mmu_invalidate_seq !== mmu_seq;
    spin_unlock(kvm.mmu_lock);
    srcu_read_unlock(kvm.srcu);
    if (!stale) return;
  }
}

/** mm/mmu_notifier.c: mn_hlist_invalidate_range_start() calls who is registered, under an SRCU of its own. */
function start_if_registered() {
  srcu_read_lock(mmu_notifier_srcu);
  if (registered) invalidate_range_start();
  srcu_read_unlock(mmu_notifier_srcu);
}

/** mm/mmu_notifier.c: mn_hlist_invalidate_end(), which looks at the list once more. */
function end_if_registered() {
  srcu_read_lock(mmu_notifier_srcu);
  if (registered) invalidate_range_end();
  srcu_read_unlock(mmu_notifier_srcu);
}

/** Host memory changes: munmap(), swapping, migration of a page. */
function invalidate() {
  if (change === "destroy") {
    start_if_registered();
    end_if_registered();
    return;
  }
  invalidate_range_start();
  if (nests) {
    invalidate_range_start();
    invalidate_range_end();
  }
  invalidate_range_end();
}

if (invalidates_for_ever) {
  thread("invalidation", tasks, () => {
    for (;;) invalidate();
  });
  // Linux's spinlocks are queues, which "strong" stands for: it is not the spinlock that keeps the updater waiting.
  thread("KVM_SET_USER_MEMORY_REGION", () => update_memslots(), { fairness: "strong" });
} else {
  // Nor is it mmu_lock, which a fault that retries takes again and again.
  if (vcpu_faults) thread("invalidation", tasks, () => invalidate(), { fairness: "strong" });
  else thread("invalidation", tasks, () => invalidate());
  if (change === "destroy") thread("kvm_destroy_vm", () => kvm_destroy_vm());
  else thread("KVM_SET_USER_MEMORY_REGION", () => update_memslots());
}

if (vcpu_faults) {
  thread("page fault", () => {
    kvm_page_fault();
    fault_served = true;
  });
  eventually("the page fault is served", () => fault_served);
}

if (guest_runs) {
  thread(
    "guest",
    () => {
      for (;;) guest_ticks++;
    },
    { daemon: true },
  );
  never_stuck();
}

if (asks_progress) eventually("the new memslots are published", () => kvm.memslots === updated);

if (change !== "destroy") {
  at_end("start and end have counted the same", () => kvm.mmu_invalidate_in_progress === 0);
}

export default cases({
  title: "KVM: memslots and MMU notifiers",
  source: "virt/kvm/kvm_main.c",

  "count-and-rcuwait": {
    asks_progress: true,
    expect: holds(),
    why: "the pointer changes under the spinlock that every start takes to raise the count",
    source: "52ac8b358b0c",
  },
  "count-and-rcuwait-replace": {
    change: "replace",
    vcpu_faults: true,
    expect: holds(),
    why: "and so where a slot goes and comes back; a fault that retries is served at last",
    source: "52ac8b358b0c",
  },
  "count-and-rcuwait-2-tasks": {
    change: "delete",
    tasks: 2,
    expect: holds(),
    why: "and so with two invalidations that overlap",
    source: "52ac8b358b0c",
  },
  "atomic-count": {
    design: "atomic_count",
    expect: fails("assert"),
    why: "between the look at the count and the new pointer an invalidation starts, misses the slot, and ends in it",
    source: "comment in kvm_swap_active_memslots()",
  },
  "publish-after-unlock": {
    publishes_after_unlock: true,
    expect: fails("assert"),
    why: "the same with the spinlock: check and publish have to be one section",
    source: "comment in kvm_swap_active_memslots()",
  },
  "publish-after-unlock-delete": {
    publishes_after_unlock: true,
    change: "delete",
    expect: fails("invariant"),
    why: "the start counts up in the slot, and the end finds it gone",
    source: "comment in kvm_swap_active_memslots()",
  },
  "publish-after-unlock-fault": {
    publishes_after_unlock: true,
    change: "replace",
    vcpu_faults: true,
    expect: fails("eventually"),
    why: "what a count that stays up does: once there is a slot again, every fault in the range retries for ever",
    source: "comment in kvm_swap_active_memslots()",
  },
  "invalidations-without-end": {
    tasks: 2,
    invalidates_for_ever: true,
    asks_progress: true,
    expect: fails("eventually"),
    why: "by design: overlapping invalidations keep the count up, and the fairness of an rwsem was given up for notifiers that nest",
    source: "52ac8b358b0c: losing the rwsem fairness",
  },
  "invalidations-without-end-1-task": {
    invalidates_for_ever: true,
    asks_progress: true,
    expect: fails("eventually"),
    why: "by design: one task is enough, if the updater is woken too late each time",
    source: "52ac8b358b0c: losing the rwsem fairness",
  },
  "rwsem-nested": {
    design: "rwsem",
    nests: true,
    expect: fails("deadlock"),
    why: "the updater waits for the first start's end, and the second start for the updater",
    source: "the first version's mmu_notifier_slots_lock, and lockdep's complaint",
  },
  "rwsem-nested-readers-preferred": {
    design: "rwsem",
    nests: true,
    rwsem_fair: false,
    expect: holds(),
    why: "a writer that only waits stops nobody",
    source: "the first version, if rwsems were not fair",
  },
  "rwsem-nested-readers-preferred-2-tasks": {
    design: "rwsem",
    nests: true,
    rwsem_fair: false,
    tasks: 2,
    expect: holds(),
    why: "nor do two tasks that nest",
    source: "the first version, if rwsems were not fair",
  },
  "count-nested": {
    nests: true,
    expect: holds(),
    why: "a count nests",
    source: "52ac8b358b0c",
  },
  "count-nested-2-tasks": {
    nests: true,
    tasks: 2,
    expect: holds(),
    why: "and so do two tasks that nest",
    source: "52ac8b358b0c",
  },
  "notifier-takes-slots-lock": {
    notifier_takes_slots_lock: true,
    expect: fails("deadlock"),
    why: "the updater holds slots_lock while it waits for the count",
    source: "locking.rst: MMU notifiers must not take slots_lock",
  },
  "state-set-after-unlock": {
    sets_state_after_unlock: true,
    guest_runs: true,
    expect: fails("never_stuck"),
    why: "the last end wakes a waiter that is still awake, and then it sleeps; the VM runs on, the ioctl never returns",
    source: "set_current_state() before spin_unlock() in kvm_swap_active_memslots()",
  },
  "destroy-during-invalidation": {
    change: "destroy",
    expect: holds(),
    why: "an invalidation that has lost its end to the unregistering leaves a count behind, which destruction resets",
    source: "comment in kvm_destroy_vm()",
  },
  "destroy-during-invalidation-2-tasks": {
    change: "destroy",
    tasks: 2,
    expect: holds(),
    why: "and so where two invalidations have lost theirs",
    source: "comment in kvm_destroy_vm()",
  },
  "destroy-without-reset": {
    change: "destroy",
    destroy_resets_count: false,
    expect: fails("deadlock"),
    why: "deleting the private memslots waits for an end that nobody will call",
    source: "comment in kvm_destroy_vm()",
  },
});
