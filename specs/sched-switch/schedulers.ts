/**
 * Xen's schedulers as far as a pCPU's change of scheduler is concerned: struct schedule_data, the tables of hooks of
 * Credit, Credit2, RTDS and ARINC653, and the locks that they schedule under (xen/include/xen/sched-if.h, xen/common/
 * sched_{credit,credit2,rt,arinc653}.c, as of 94734ab7c3f5, 8 Apr 2016, and just before it).
 *
 * schedule_lock is a pointer: each scheduler makes it point to the lock of its own run queue. So who wants to schedule on
 * a pCPU reads a pointer, takes what it points to, and looks whether it still does.
 *
 * Left out: what is on a run queue (only who touches it matters), weights, credits and affinities, the
 * topology (a Credit2 instance has one run queue), allocations that fail.
 */
import {
  alloc,
  assert,
  free,
  guarded_by,
  instances,
  maybe,
  param,
  pool,
  type Spinlock,
  set,
  smp_mb,
  smp_wmb,
  spin_is_locked,
  spin_lock,
  spin_lock_irq,
  spin_lock_irqsave,
  spin_unlock,
  spin_unlock_irq,
  spin_unlock_irqrestore,
  spinlock,
} from "latchwork";

type Name = "credit" | "credit2" | "rtds" | "arinc653";

/** The schedulers that the pCPU leaves and goes to. */
const from = param<Name>("from", "credit");
const to = param<Name>("to", "credit2");

/** S10: the pCPU "goes" to the scheduler that it has. */
export const same_instance = param("same_instance", false);

type Code =
  /** 94734ab7c3f5^: init_pdata and free_pdata reroute schedule_lock, outside the section that changes the scheduler. */
  | "before"
  /** 94734ab7c3f5: the switch_sched hook does all of it under the old scheduler's lock. */
  | "hook";

export const code = param<Code>("code", "hook");

/** Whether ASSERT() is compiled in. */
export const debug = param("debug", true);
/** What stands before the store to schedule_lock in the hooks; ARINC653's never had a barrier. */
export const barrier = param<"smp_mb" | "smp_wmb" | "none">("barrier", "smp_mb");
/** S3: the hooks reroute the lock before they change the scheduler. */
export const lock_first = param("lock_first", false);
/** S1: *_schedule_lock() look at the pointer once, and not again when they have the lock. */
export const recheck = param("recheck", true);
/** S15: RTDS reroutes the lock under its own lock, not under the one that it takes it from; fixed by 8686d2a3f6. */
export const rtds_own_lock = param("rtds_own_lock", false);
/** S15: an error path that returns with the lock held, as 50b5df7dcc found one. */
export const cntl_fails = param("cntl_fails", false);
/** S6: Credit2's hook as merged turns interrupts off and on, although its caller has them off; fixed by fb0c3a8a30. */
export const hook_enables_irqs = param("hook_enables_irqs", false);
/** struct schedule_data of a pCPU, with per_cpu(scheduler, cpu) and idle_vcpu[cpu]->sched_priv. */
export class Pcpu {
  /** Where schedule_lock points by default. */
  _lock = spinlock();
  schedule_lock: Spinlock | null = null;
  scheduler: Scheduler | null = null;
  /** Only Credit has data for each pCPU. */
  sched_priv: CschedPcpu | null = null;
  idle_sched_priv: IdleVdata | null = null;
}

/** struct csched_pcpu. */
export class CschedPcpu {
  cpu: Pcpu | null = null;
  /** Whether its run queue is initialised. */
  ready = false;
  runq = 0;
}

/** What a scheduler keeps for the idle vCPU of a pCPU; a void pointer in C. */
export class IdleVdata {
  ops: Scheduler | null = null;
}

/** struct csched2_runqueue_data. */
export class Csched2Runqueue {
  lock = spinlock();
  runq = 0;
}

const nr_cpus = param("cpus", 1);
export const cpus = instances(Pcpu, nr_cpus, "cpu");
export const pdata = pool(CschedPcpu, nr_cpus, "spc");
export const vdata = pool(IdleVdata, 2 * nr_cpus, "vdata");

// Each scheduler's rule about its run queues, from the head of its file.
guarded_by(
  (spc: CschedPcpu) => spc.runq,
  (spc: CschedPcpu) => spc.cpu!._lock,
);
guarded_by(
  (rqd: Csched2Runqueue) => rqd.runq,
  (rqd: Csched2Runqueue) => rqd.lock,
);
guarded_by(
  (prv: Rtds) => prv.runq,
  (prv: Rtds) => prv.lock,
);
guarded_by(
  (prv: Arinc653) => prv.schedule,
  (prv: Arinc653) => cpus[0]._lock,
);

/** ASSERT(): nothing where it is not compiled in. */
export function ASSERT(condition: boolean) {
  if (debug) assert(condition);
}

/** pcpu_schedule_lock() */
export function pcpu_schedule_lock(cpu: Pcpu): Spinlock {
  for (;;) {
    const lock = cpu.schedule_lock!;
    spin_lock(lock);
    if (!recheck || lock === cpu.schedule_lock) return lock;
    spin_unlock(lock);
  }
}

/** pcpu_schedule_lock_irq() */
export function pcpu_schedule_lock_irq(cpu: Pcpu): Spinlock {
  for (;;) {
    const lock = cpu.schedule_lock!;
    spin_lock_irq(lock);
    if (!recheck || lock === cpu.schedule_lock) return lock;
    spin_unlock_irq(lock);
  }
}

/** pcpu_schedule_unlock_irq() */
export function pcpu_schedule_unlock_irq(lock: Spinlock, cpu: Pcpu) {
  ASSERT(lock === cpu.schedule_lock);
  spin_unlock_irq(lock);
}

/** pcpu_schedule_unlock() */
export function pcpu_schedule_unlock(lock: Spinlock, cpu: Pcpu) {
  ASSERT(lock === cpu.schedule_lock);
  spin_unlock(lock);
}

/** struct scheduler: the hooks that a change of scheduler calls, and do_schedule. */
export abstract class Scheduler {
  alloc_pdata(cpu: Pcpu): CschedPcpu | null {
    return null;
  }
  init_pdata(spc: CschedPcpu | null, cpu: Pcpu) {}
  free_pdata(spc: CschedPcpu | null, cpu: Pcpu) {}
  abstract switch_sched(cpu: Pcpu, spc: CschedPcpu | null, svc: IdleVdata): void;
  abstract do_schedule(cpu: Pcpu): void;
  /** Sets weights and the like: the private lock, and inside it the lock of each vCPU's run queue. */
  dom_cntl() {}
  context_saved(cpu: Pcpu) {}

  /** The lock of the run queue that the pCPU belongs to while we are its scheduler. */
  abstract lock_of(cpu: Pcpu): Spinlock;

  /** The pCPU as it is while it has been ours for long. */
  own(cpu: Pcpu) {
    const svc = alloc(vdata)!;
    svc.ops = this;
    cpu.idle_sched_priv = svc;
    cpu.scheduler = this;
    cpu.schedule_lock = this.lock_of(cpu);
  }

  /** The last thing of every switch_sched hook: the pCPU is ours, and so is its lock. */
  take_over(cpu: Pcpu, spc: CschedPcpu | null) {
    if (lock_first) cpu.schedule_lock = this.lock_of(cpu);
    cpu.scheduler = this;
    cpu.sched_priv = spc;
    if (lock_first) return;
    if (barrier === "smp_mb") smp_mb();
    else if (barrier === "smp_wmb") smp_wmb();
    cpu.schedule_lock = this.lock_of(cpu);
  }
}

/** sched_credit.c: a run queue for each pCPU, under the lock that schedule_lock points to by default. */
export class Credit extends Scheduler {
  /** prv->lock */
  lock = spinlock();

  override lock_of(cpu: Pcpu): Spinlock {
    return cpu._lock;
  }
  override own(cpu: Pcpu) {
    super.own(cpu);
    const spc = this.alloc_pdata(cpu)!;
    spc.ready = true;
    cpu.sched_priv = spc;
  }
  /** csched_alloc_pdata() */
  override alloc_pdata(cpu: Pcpu): CschedPcpu | null {
    const spc = alloc(pdata)!;
    spc.cpu = cpu;
    return spc;
  }
  /** csched_init_pdata() */
  override init_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    // Since 94734ab7c3f5 only for a pCPU that comes up, whose lock is the default one already.
    if (code === "hook") {
      ASSERT(cpu.schedule_lock === cpu._lock);
      ASSERT(!spin_is_locked(cpu._lock));
    }
    const flags = spin_lock_irqsave(this.lock);
    spc!.ready = true;
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** csched_free_pdata() */
  override free_pdata(spc: CschedPcpu | null) {
    free(spc);
  }
  /** csched_switch_sched() */
  override switch_sched(cpu: Pcpu, spc: CschedPcpu | null, svc: IdleVdata) {
    cpu.idle_sched_priv = svc;
    spin_lock(this.lock);
    spc!.ready = true;
    spin_unlock(this.lock);
    this.take_over(cpu, spc);
  }
  /** csched_dom_cntl() */
  override dom_cntl() {
    const flags = spin_lock_irqsave(this.lock);
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** csched_schedule() */
  override do_schedule(cpu: Pcpu) {
    const scurr = cpu.idle_sched_priv!;
    assert(scurr.ops === this, "the idle vCPU's data is Credit's");
    const spc = cpu.sched_priv!;
    assert(spc.ready, "the run queue is initialised");
    spc.runq = 0;
  }
}

/** sched_credit2.c: run queues that pCPUs share, each with a lock of its own. */
export class Credit2 extends Scheduler {
  /** prv->lock; outside the run queue's lock. */
  lock = spinlock();
  rqd = new Csched2Runqueue();
  initialized = set<Pcpu>();

  override lock_of(cpu: Pcpu): Spinlock {
    return this.rqd.lock;
  }
  override own(cpu: Pcpu) {
    super.own(cpu);
    this.initialized.add(cpu);
  }
  /** csched2_init_pdata() */
  override init_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    const flags = spin_lock_irqsave(this.lock);
    const old_lock = pcpu_schedule_lock(cpu);
    cpu.schedule_lock = this.rqd.lock;
    // Not pcpu_schedule_unlock(): schedule_lock has changed.
    spin_unlock(old_lock);
    this.initialized.add(cpu);
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** csched2_free_pdata() */
  override free_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    const flags = spin_lock_irqsave(this.lock);
    spin_lock(this.rqd.lock);
    if (code === "before") {
      ASSERT(cpu.schedule_lock === this.rqd.lock);
      ASSERT(!spin_is_locked(cpu._lock));
      cpu.schedule_lock = cpu._lock;
    }
    spin_unlock(this.rqd.lock);
    this.initialized.delete(cpu);
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** csched2_switch_sched() */
  override switch_sched(cpu: Pcpu, spc: CschedPcpu | null, svc: IdleVdata) {
    // Our lock, inside the run queue's lock of another scheduler.
    if (hook_enables_irqs) spin_lock_irq(this.lock);
    else spin_lock(this.lock);
    cpu.idle_sched_priv = svc;
    this.initialized.add(cpu);
    ASSERT(cpu.schedule_lock !== this.rqd.lock);
    this.take_over(cpu, spc);
    if (hook_enables_irqs) spin_unlock_irq(this.lock);
    else spin_unlock(this.lock);
  }
  /** csched2_schedule() */
  override do_schedule(cpu: Pcpu) {
    assert(this.initialized.has(cpu), "the pCPU has a run queue");
    const scurr = cpu.idle_sched_priv!;
    assert(scurr.ops === this, "the idle vCPU's data is Credit2's");
    this.rqd.runq = 0;
  }
  /** csched2_dom_cntl() */
  override dom_cntl() {
    const flags = spin_lock_irqsave(this.lock);
    if (cntl_fails && maybe()) return;
    // vcpu_schedule_lock() of a vCPU on one of the run queue's other pCPUs.
    spin_lock(this.rqd.lock);
    spin_unlock(this.rqd.lock);
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** csched2_context_saved() */
  override context_saved(cpu: Pcpu) {
    const svc = cpu.idle_sched_priv!;
    const lock = pcpu_schedule_lock_irq(cpu);
    assert(svc.ops === this, "the vCPU's data is Credit2's");
    pcpu_schedule_unlock_irq(lock, cpu);
  }
}

/** sched_rt.c: one run queue for all pCPUs of an instance, under its private lock. */
export class Rtds extends Scheduler {
  /** prv->lock */
  lock = spinlock();
  runq = 0;

  override lock_of(cpu: Pcpu): Spinlock {
    return this.lock;
  }
  /** rt_init_pdata() */
  override init_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    if (rtds_own_lock) {
      const flags = spin_lock_irqsave(this.lock);
      cpu.schedule_lock = this.lock;
      spin_unlock_irqrestore(this.lock, flags);
      return;
    }
    const old_lock = pcpu_schedule_lock_irq(cpu);
    cpu.schedule_lock = this.lock;
    spin_unlock_irq(old_lock);
  }
  /** rt_free_pdata() */
  override free_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    if (code === "before") {
      const flags = spin_lock_irqsave(this.lock);
      ASSERT(cpu.schedule_lock === this.lock);
      ASSERT(!spin_is_locked(cpu._lock));
      cpu.schedule_lock = cpu._lock;
      spin_unlock_irqrestore(this.lock, flags);
    }
  }
  /** rt_switch_sched() */
  override switch_sched(cpu: Pcpu, spc: CschedPcpu | null, svc: IdleVdata) {
    ASSERT(cpu.schedule_lock !== this.lock);
    cpu.idle_sched_priv = svc;
    this.take_over(cpu, spc);
  }
  /** rt_schedule() */
  override do_schedule(cpu: Pcpu) {
    const scurr = cpu.idle_sched_priv!;
    assert(scurr.ops === this, "the idle vCPU's data is RTDS's");
    this.runq = 0;
  }
}

/** sched_arinc653.c: a fixed schedule for one pCPU. It has no use for the lock, and leaves it where it is by default. */
export class Arinc653 extends Scheduler {
  schedule = 0;

  override lock_of(cpu: Pcpu): Spinlock {
    return cpu._lock;
  }
  /** a653_switch_sched() */
  override switch_sched(cpu: Pcpu, spc: CschedPcpu | null, svc: IdleVdata) {
    cpu.idle_sched_priv = svc;
    cpu.scheduler = this;
    cpu.sched_priv = null;
    cpu.schedule_lock = this.lock_of(cpu);
  }
  /** a653sched_do_schedule() */
  override do_schedule(cpu: Pcpu) {
    const scurr = cpu.idle_sched_priv!;
    assert(scurr.ops === this, "the idle vCPU's data is ARINC653's");
    this.schedule = 0;
  }
}

// Only those that the case is about, so that its model says nothing of the others.
const credits = instances(Credit, from === "credit" || to === "credit" ? 1 : 0, "credit");
const credit2s = instances(Credit2, (from === "credit2" ? 1 : 0) + (to === "credit2" ? 1 : 0), "credit2_");
const rtdses = instances(Rtds, (from === "rtds" ? 1 : 0) + (to === "rtds" ? 1 : 0), "rtds");
const arincs = instances(Arinc653, from === "arinc653" || to === "arinc653" ? 1 : 0, "arinc");

/** The scheduler that the pCPU leaves. */
export function old_scheduler(): Scheduler {
  if (from === "credit") return credits[0];
  else if (from === "credit2") return credit2s[0];
  else if (from === "rtds") return rtdses[0];
  else return arincs[0];
}

/** The scheduler that it goes to: another instance, where it is of the same kind. */
export function new_scheduler(): Scheduler {
  if (same_instance) return old_scheduler();
  else if (to === "credit") return credits[0];
  else if (to === "credit2") return credit2s[from === "credit2" ? 1 : 0];
  else if (to === "rtds") return rtdses[from === "rtds" ? 1 : 0];
  else return arincs[0];
}
