/**
 * Xen's virtual platform timers: xen/arch/x86/hvm/vpt.c, and the argument about its locks after XSA-336.
 *
 * A periodic_time hangs on the list of the vCPU that its interrupts go to, and the list is guarded by that vCPU's
 * tm_lock: the lock is reached through pt->vcpu, the very pointer that a migration changes.
 *
 * Left out, because no lock decision depends on it: time and the number of missed ticks (a tick is pending or not),
 * the vioapic and vlapic state (a timer's line is masked or not at every look), vcpu_kick.
 */
import {
  assert,
  cases,
  choose,
  execute_timer,
  fails,
  ghost,
  holds,
  init_timer,
  initially,
  instances,
  invariant,
  kill_timer,
  list,
  list_add,
  list_del,
  list_for_each_entry_safe,
  maybe,
  migrate_timer,
  param,
  read_lock,
  read_unlock,
  rwlock,
  set_timer,
  spin_lock,
  spin_unlock,
  spinlock,
  stop_timer,
  thread,
  timer,
  write_lock,
  write_unlock,
} from "latchwork";

/** struct vcpu, as far as vpt.c uses it. */
class Vcpu {
  tm_lock = spinlock();
  tm_list = list<PeriodicTime>();
}

/** struct periodic_time. */
class PeriodicTime {
  /** Only in the per-timer design. */
  lock = spinlock();
  vcpu: Vcpu | null = null;
  on_list = false;
  /** Whether ticks are pending; their number matters only for time-keeping. */
  pending_intr_nr = false;
  irq_issued = false;
  timer = timer();
  /** destroy_periodic_time() has returned. */
  destroyed = ghost(false);
}

type Design =
  /** Before XSA-336 (8e76aef72820^): only the vCPU's tm_lock, looked up through pt->vcpu with a retry. */
  | "tm_lock"
  /** 8e76aef72820, the fix for XSA-336: a per-domain rwlock around everything. */
  | "pt_migrate"
  /** "Replace per-guest pt_migrate lock with per pt lock", 24 Mar 2021, not merged. */
  | "per_pt_lock"
  /** 1f3d87c75129, merged for 4.15: the rwlock only for types 2 and 3, tm_lock around list edits. */
  | "split"
  /** 6d622f3a96bb: as split, with the timer initialised before it is put on the list. */
  | "split_init_first";

const design = param<Design>("design", "split_init_first");

/** Who runs besides the timers' softirqs. */
type Scenario =
  /** The guest reroutes interrupts while its vCPUs run. */
  | "migrate"
  /** The timer is created for the first time while a vCPU runs. */
  | "create"
  /** A running timer is created anew. */
  | "recreate"
  /** A running timer is created anew for another vCPU, while the guest unmasks its line. */
  | "recreate_elsewhere"
  /** A running timer is destroyed. */
  | "destroy"
  /** A type-1 user changes pt->vcpu, which the comment in vpt.c forbids. */
  | "type1_writes_vcpu"
  /** Two timers change places. */
  | "exchange";

const scenario = param<Scenario>("scenario", "migrate");

/** Whether the vCPUs themselves run: type-1 users. */
const vcpus_run = param("vcpus_run", true);
/** They are only descheduled and scheduled again: type-1 users with few states, for cases with one vCPU more. */
const vcpus_only_switch = param("vcpus_only_switch", false);
/** The timers are one-shot: once the guest has taken the interrupt they are on no list. */
const one_shot = param("one_shot", false);
/** V2m: type-1 users take tm_lock alone, although type 3 does not take it. */
const type1_skips_rwlock = param("type1_skips_rwlock", false);
/** V6: what the comment in destroy_periodic_time() warns of. */
const kill_inside_pt_lock = param("kill_inside_pt_lock", false);
/** V5c: the per-timer design, with the timer destroyed before pt->lock is taken, as every other design does it. */
const destroy_outside_locks = param("destroy_outside_locks", false);
/** V12: asks whether a tick that was injected is found again when the guest has taken it. */
const ticks_are_found = param("ticks_are_found", false);
/** Asks whether a timer is still off its list when its destroy has returned. */
const stays_off_list = param("stays_off_list", false);
/** The guest unmasks the line of each timer once, whatever else runs. */
const unmasks = param("unmasks", scenario === "recreate_elsewhere");
/** V8: type 3 holds the old and the new vCPU's tm_lock at once, which vpt.h forbids. */
const type3_nests = param("type3_nests", false);
/** V8b: pt_adjust_vcpu() has nothing to do where the vCPU stays the same, and leaves. */
const type3_leaves_early = param("type3_leaves_early", true);

const vcpus = instances(Vcpu, param("vcpus", 2));
const timers = instances(PeriodicTime, param("timers", 1), "pt");
const pt_migrate = rwlock();

const uses_rwlock = design !== "tm_lock" && design !== "per_pt_lock";
const type1_takes_rwlock = design === "pt_migrate" && !type1_skips_rwlock;

// Type 1: all timers of one vCPU.

/** pt_vcpu_lock() */
function pt_vcpu_lock(v: Vcpu) {
  if (type1_takes_rwlock) read_lock(pt_migrate);
  spin_lock(v.tm_lock);
}

/** pt_vcpu_unlock() */
function pt_vcpu_unlock(v: Vcpu) {
  spin_unlock(v.tm_lock);
  if (type1_takes_rwlock) read_unlock(pt_migrate);
}

// Type 2: one timer, wherever it is.

/** pt_lock() */
function pt_lock(pt: PeriodicTime) {
  if (design === "tm_lock") {
    for (;;) {
      const v = pt.vcpu!;
      spin_lock(v.tm_lock);
      if (pt.vcpu === v) return;
      spin_unlock(v.tm_lock);
    }
  }
  if (design === "per_pt_lock") spin_lock(pt.lock);
  else read_lock(pt_migrate);
  spin_lock(pt.vcpu!.tm_lock);
}

/** pt_unlock(): looks the lock up once more. */
function pt_unlock(pt: PeriodicTime) {
  spin_unlock(pt.vcpu!.tm_lock);
  if (design === "per_pt_lock") spin_unlock(pt.lock);
  else if (uses_rwlock) read_unlock(pt_migrate);
}

/** pt_save_timer(): the vCPU is descheduled. */
function pt_save_timer(v: Vcpu) {
  pt_vcpu_lock(v);
  for (const pt of v.tm_list) stop_timer(pt.timer);
  pt_vcpu_unlock(v);
}

/** pt_restore_timer(): the vCPU is scheduled again. */
function pt_restore_timer(v: Vcpu) {
  pt_vcpu_lock(v);
  for (const pt of v.tm_list) {
    if (!pt.pending_intr_nr) set_timer(pt.timer);
  }
  pt_vcpu_unlock(v);
}

/** pt_timer_fn(): the timer has expired; runs in softirq context on any CPU. */
function pt_timer_fn(pt: PeriodicTime) {
  pt_lock(pt);
  pt.pending_intr_nr = true;
  pt_unlock(pt);
}

/** pt_update_irq(): before the vCPU enters the guest; picks the timer whose interrupt to inject. Whether there is one. */
function pt_update_irq(v: Vcpu): boolean {
  let earliest_pt: PeriodicTime | null = null;
  pt_vcpu_lock(v);
  for (const pt of list_for_each_entry_safe(v.tm_list)) {
    if (pt.pending_intr_nr) {
      const masked = maybe();
      if (masked) {
        list_del(pt);
        pt.on_list = false;
      } else {
        earliest_pt = pt;
      }
    }
  }
  if (earliest_pt === null) {
    pt_vcpu_unlock(v);
    return false;
  }
  earliest_pt.irq_issued = true;
  pt_vcpu_unlock(v);
  return true;
}

/** pt_intr_post(): the guest has taken the interrupt. Whether its timer was found. */
function pt_intr_post(v: Vcpu): boolean {
  let found = false;
  pt_vcpu_lock(v);
  for (const pt of v.tm_list) {
    if (pt.irq_issued) {
      found = true;
      // pt_irq_fired()
      pt.irq_issued = false;
      pt.pending_intr_nr = false;
      if (one_shot) {
        list_del(pt);
        pt.on_list = false;
      } else {
        set_timer(pt.timer);
      }
      break;
    }
  }
  pt_vcpu_unlock(v);
  return found;
}

/** __destroy_periodic_time() of the per-timer patch: the caller holds both locks. */
function __destroy_periodic_time(pt: PeriodicTime) {
  if (pt.on_list) list_del(pt);
  pt.on_list = false;
  pt.pending_intr_nr = false;
  kill_timer(pt.timer);
}

/** destroy_periodic_time() */
function destroy_periodic_time(pt: PeriodicTime) {
  if (pt.vcpu === null) return;
  pt_lock(pt);
  if (pt.on_list) list_del(pt);
  pt.on_list = false;
  pt.pending_intr_nr = false;
  if (kill_inside_pt_lock) kill_timer(pt.timer);
  pt_unlock(pt);
  // Not under the lock: pt_timer_fn() may be running, and it wants the lock.
  if (!kill_inside_pt_lock) kill_timer(pt.timer);
}

/** pt_resume(): the guest unmasks the line. */
function pt_resume(pt: PeriodicTime) {
  if (pt.vcpu === null) return;
  pt_lock(pt);
  if (pt.pending_intr_nr && !pt.on_list) {
    pt.on_list = true;
    list_add(pt, pt.vcpu.tm_list);
  }
  pt_unlock(pt);
}

// Type 3: changes pt->vcpu.

/** create_periodic_time() */
function create_periodic_time(v: Vcpu, pt: PeriodicTime) {
  if (design === "per_pt_lock") {
    if (destroy_outside_locks) destroy_periodic_time(pt);
    spin_lock(pt.lock);
    if (!destroy_outside_locks && pt.vcpu !== null) {
      const old = pt.vcpu;
      spin_lock(old.tm_lock);
      __destroy_periodic_time(pt);
      spin_unlock(old.tm_lock);
    }
  } else {
    destroy_periodic_time(pt);
    if (uses_rwlock) write_lock(pt_migrate);
    else spin_lock(v.tm_lock);
  }

  pt.pending_intr_nr = false;
  pt.irq_issued = false;
  pt.vcpu = v;
  if (design === "split_init_first") {
    init_timer(pt.timer);
    set_timer(pt.timer);
  }

  if (design === "split" || design === "split_init_first" || design === "per_pt_lock") spin_lock(v.tm_lock);
  pt.on_list = true;
  list_add(pt, v.tm_list);
  if (design === "split" || design === "split_init_first" || design === "per_pt_lock") spin_unlock(v.tm_lock);

  if (design !== "split_init_first") {
    init_timer(pt.timer);
    set_timer(pt.timer);
  }

  if (design === "per_pt_lock") spin_unlock(pt.lock);
  else if (uses_rwlock) write_unlock(pt_migrate);
  else spin_unlock(v.tm_lock);
}

/** pt_adjust_vcpu(): the guest routes the timer's interrupt to another vCPU. */
function pt_adjust_vcpu(pt: PeriodicTime, v: Vcpu) {
  if (design === "tm_lock") {
    pt_lock(pt);
    const on_list = pt.on_list;
    if (on_list) list_del(pt);
    pt.on_list = false;
    pt_unlock(pt);

    spin_lock(v.tm_lock);
    pt.vcpu = v;
    if (on_list) {
      pt.on_list = true;
      list_add(pt, v.tm_list);
      migrate_timer(pt.timer);
    }
    spin_unlock(v.tm_lock);
    return;
  }

  if (design === "per_pt_lock") spin_lock(pt.lock);
  else write_lock(pt_migrate);

  if (design === "pt_migrate") {
    pt.vcpu = v;
    if (pt.on_list) {
      list_del(pt);
      list_add(pt, v.tm_list);
      migrate_timer(pt.timer);
    }
  } else {
    const old = pt.vcpu!;
    if (design === "per_pt_lock" || !type3_leaves_early || old !== v) {
      spin_lock(old.tm_lock);
      if (pt.on_list) list_del(pt);
      if (!type3_nests) spin_unlock(old.tm_lock);

      if (!type3_nests) pt.vcpu = v;

      spin_lock(v.tm_lock);
      if (type3_nests) pt.vcpu = v;
      if (pt.on_list) {
        list_add(pt, v.tm_list);
        migrate_timer(pt.timer);
      }
      spin_unlock(v.tm_lock);
      if (type3_nests) spin_unlock(old.tm_lock);
    }
  }

  if (design === "per_pt_lock") spin_unlock(pt.lock);
  else write_unlock(pt_migrate);
}

/** V7: a type-1 user that thinks its tm_lock is enough to move the timers of its list. */
function move_all_timers(v: Vcpu, to: Vcpu) {
  pt_vcpu_lock(v);
  for (const pt of v.tm_list) pt.vcpu = to;
  pt_vcpu_unlock(v);
}

initially(() => {
  if (scenario !== "create") {
    for (const pt of timers) {
      const v = scenario === "exchange" && pt === timers[1] ? vcpus[1] : vcpus[0];
      pt.vcpu = v;
      pt.on_list = true;
      list_add(pt, v.tm_list);
      init_timer(pt.timer);
      set_timer(pt.timer);
    }
  }
});

thread("timer softirq", timers, (pt) => {
  for (;;) execute_timer(pt.timer, () => pt_timer_fn(pt));
});

if (vcpus_run && vcpus_only_switch) {
  thread("vcpu", vcpus, (v) => {
    for (;;) {
      pt_save_timer(v);
      pt_restore_timer(v);
    }
  });
} else if (vcpus_run) {
  thread("vcpu", vcpus, (v) => {
    for (;;) {
      // The vCPU is descheduled and scheduled again.
      pt_save_timer(v);
      pt_restore_timer(v);
      // It enters the guest with an interrupt, and the guest takes it.
      const injected = pt_update_irq(v);
      const found = pt_intr_post(v);
      if (ticks_are_found)
        assert(!injected || found, "the tick is accounted to the interrupt that brought it");
      // The guest unmasks the line of some timer.
      pt_resume(choose(timers));
    }
  });
}

if (scenario === "migrate") {
  thread("reroute irq", timers, (pt) => {
    for (;;) pt_adjust_vcpu(pt, choose(vcpus));
  });
}
if (scenario === "create" || scenario === "recreate") {
  thread("create timer", timers, (pt) => create_periodic_time(vcpus[0], pt));
}
if (scenario === "recreate_elsewhere") {
  thread("create timer", timers, (pt) => create_periodic_time(vcpus[1], pt));
}
if (unmasks) thread("unmask line", timers, (pt) => pt_resume(pt));
if (scenario === "destroy") {
  thread("destroy timer", timers, (pt) => {
    destroy_periodic_time(pt);
    pt.destroyed = true;
  });
}
if (scenario === "type1_writes_vcpu") {
  thread("type-1 user", () => move_all_timers(vcpus[0], vcpus[1]));
}
if (scenario === "exchange") {
  thread("reroute irq of pt0", () => pt_adjust_vcpu(timers[0], vcpus[1]));
  thread("reroute irq of pt1", () => pt_adjust_vcpu(timers[1], vcpus[0]));
}

invariant("a timer on a vCPU's list belongs to that vCPU, unless type 3 is moving it", () =>
  timers.every((pt) =>
    vcpus.every(
      (v) => !v.tm_list.has(pt) || pt.vcpu === v || pt_migrate.writer !== null || pt.lock.owner !== null,
    ),
  ),
);

if (stays_off_list) {
  invariant("a timer that was destroyed is on no list", () =>
    timers.every((pt) => !pt.destroyed || !pt.on_list),
  );
}

export default cases({
  title: "x86 virtual platform timers",
  source: "xen/arch/x86/hvm/vpt.c",

  "before-xsa336": {
    design: "tm_lock",
    vcpus_run: false,
    expect: fails("unlock-not-held"),
    why: "pt_unlock() reads pt->vcpu again, and pt_adjust_vcpu() changes it under another vCPU's lock",
    source: "8e76aef72820^, XSA-336",
  },
  "before-xsa336-create": {
    design: "tm_lock",
    scenario: "recreate_elsewhere",
    vcpus_run: false,
    expect: fails("unlock-not-held"),
    why: "create_periodic_time() changes pt->vcpu under the new vCPU's lock, while pt_resume() holds the old one's",
    source: "8e76aef72820, whose message names it",
  },
  "pt-migrate": {
    design: "pt_migrate",
    expect: holds(),
    why: "whoever needs pt->vcpu to stay reads under pt_migrate, whoever changes it writes under it; the price was the atomic in pt_update_irq()",
    source: "8e76aef72820, XSA-336",
  },
  "pt-migrate-3-vcpus": {
    design: "pt_migrate",
    vcpus: 3,
    vcpus_only_switch: true,
    expect: holds(),
    why: "nor does a third vCPU come between",
    source: "8e76aef72820, XSA-336",
  },
  "type1-without-rwlock": {
    design: "pt_migrate",
    type1_skips_rwlock: true,
    expect: fails("list-changed-under-walk"),
    why: "dropping the read_lock of type 1 alone is not enough: type 3 then edits a list that a vCPU walks",
    source: "review of the per-timer patch, 25 Mar 2021",
  },
  split: {
    design: "split",
    expect: holds(),
    why: "type 3 takes tm_lock around each list edit, so type 1 needs no pt_migrate",
    source: "1f3d87c75129",
  },
  "split-3-vcpus": {
    design: "split",
    vcpus: 3,
    vcpus_only_switch: true,
    expect: holds(),
    why: "nor does a third vCPU come between",
    source: "1f3d87c75129",
  },
  "split-one-shot": {
    design: "split_init_first",
    one_shot: true,
    expect: holds(),
    why: "a timer that leaves its list when it has fired leaves it under the same lock",
    source: "6d622f3a96bb",
  },
  "split-create": {
    design: "split",
    scenario: "create",
    vcpus: 1,
    expect: fails("assert"),
    why: "the timer is on the list before it is initialised, and a vCPU that walks the list stops it: the fix's own regression",
    source: "1f3d87c75129, reported by Igor Druzhinin",
  },
  "init-first-create": {
    design: "split_init_first",
    scenario: "create",
    vcpus: 1,
    expect: holds(),
    why: "the timer is initialised before anybody can find it",
    source: "6d622f3a96bb",
  },
  "init-first-create-2-vcpus": {
    design: "split_init_first",
    scenario: "create",
    expect: holds(),
    why: "nor does a second vCPU find it too early",
    source: "6d622f3a96bb",
  },
  "split-tick-moves": {
    design: "split_init_first",
    ticks_are_found: true,
    expect: fails("assert"),
    why: "the timer moves to another vCPU between pt_update_irq() and pt_intr_post(), so irq_issued stays set there and a later interrupt accounts for the tick",
    source: "xen/arch/x86/hvm/vpt.c today; by reading, nobody reported it",
  },
  "per-timer-lock-create": {
    design: "per_pt_lock",
    scenario: "recreate",
    vcpus: 1,
    vcpus_run: false,
    expect: fails("deadlock"),
    why: "create waits in kill_timer() for the handler, with both locks held that the handler wants",
    source: "Replace per-guest pt_migrate lock with per pt lock, 24 Mar 2021",
  },
  "per-timer-lock-first-create": {
    design: "per_pt_lock",
    scenario: "create",
    vcpus: 1,
    expect: fails("assert"),
    why: "here, too, the timer is on the list before it is initialised",
    source: "Replace per-guest pt_migrate lock with per pt lock, 24 Mar 2021",
  },
  "per-timer-lock-destroy-first": {
    design: "per_pt_lock",
    scenario: "recreate",
    destroy_outside_locks: true,
    vcpus_run: false,
    expect: holds(),
    why: "the algorithm of the cover letter: nobody waits for a handler with a lock that the handler wants",
    source: "cover letter of the per-timer patch, Mar 2021",
  },
  "per-timer-lock-destroy-first-2-timers": {
    design: "per_pt_lock",
    scenario: "recreate",
    destroy_outside_locks: true,
    timers: 2,
    vcpus_run: false,
    expect: holds(),
    why: "nor do two timers of one vCPU wait for each other",
    source: "cover letter of the per-timer patch, Mar 2021",
  },
  "per-timer-lock-migrate": {
    design: "per_pt_lock",
    expect: holds(),
    why: "pt->lock keeps pt->vcpu still for types 2 and 3, and each list edit is under its tm_lock: the race of XSA-336 is gone",
    source: "Replace per-guest pt_migrate lock with per pt lock, 24 Mar 2021",
  },
  "per-timer-lock-migrate-3-vcpus": {
    design: "per_pt_lock",
    vcpus: 3,
    vcpus_only_switch: true,
    expect: holds(),
    why: "nor does a third vCPU come between",
    source: "Replace per-guest pt_migrate lock with per pt lock, 24 Mar 2021",
  },
  destroy: {
    scenario: "destroy",
    vcpus: 1,
    expect: holds(),
    why: "the timer leaves its list under tm_lock, if it is on one, and its handler is waited for outside that",
    source: "6d622f3a96bb",
  },
  "destroy-2-vcpus": {
    scenario: "destroy",
    expect: holds(),
    why: "nor does a second vCPU mind",
    source: "6d622f3a96bb",
  },
  "destroyed-and-resumed": {
    scenario: "destroy",
    stays_off_list: true,
    vcpus: 1,
    vcpus_run: false,
    unmasks: true,
    expect: fails("invariant"),
    why: "a handler that kill_timer() still waits for leaves a tick pending behind destroy, and the guest's next unmask puts the timer back on the list",
    source: "xen/arch/x86/hvm/vpt.c today; by reading, nobody reported it",
  },
  "kill-inside-pt-lock": {
    design: "split_init_first",
    scenario: "destroy",
    kill_inside_pt_lock: true,
    vcpus: 1,
    vcpus_run: false,
    expect: fails("deadlock"),
    why: "kill_timer() waits for a handler that waits for the lock",
    source: "comment in destroy_periodic_time()",
  },
  "type1-writes-vcpu": {
    design: "split",
    scenario: "type1_writes_vcpu",
    vcpus_run: false,
    expect: fails("unlock-not-held"),
    why: "a handler that spins for the old vCPU's lock gets it after pt->vcpu has changed, and unlocks the new one's",
    source: "comment in pt_vcpu_lock()",
  },
  "nested-tm-locks": {
    design: "per_pt_lock",
    scenario: "exchange",
    type3_nests: true,
    timers: 2,
    vcpus_run: false,
    expect: fails("deadlock"),
    why: "two timers that change places take the two tm_locks in opposite order",
    source: "vpt.h: never two vCPUs' tm_locks",
  },
  "nested-tm-locks-under-rwlock": {
    design: "split",
    type3_nests: true,
    expect: holds(),
    why: "pt_migrate held for writing admits one type-3 user, and types 1 and 2 take one tm_lock at most: the rule is stricter than it need be",
    source: "vpt.h: never two vCPUs' tm_locks",
  },
  "nested-tm-locks-under-rwlock-3-vcpus": {
    design: "split",
    type3_nests: true,
    vcpus: 3,
    vcpus_only_switch: true,
    expect: holds(),
    why: "nor does a third vCPU come between",
    source: "vpt.h: never two vCPUs' tm_locks",
  },
  "nested-tm-locks-same-vcpu": {
    design: "split",
    type3_nests: true,
    type3_leaves_early: false,
    vcpus_run: false,
    expect: fails("self-deadlock"),
    why: "without the early exit the old and the new vCPU can be one, and its lock is taken twice",
    source: "goto out in pt_adjust_vcpu(), 1f3d87c75129",
  },
});
