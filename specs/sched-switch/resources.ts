/**
 * Xen today: xen/common/sched/core.c, where a scheduling resource stands for one pCPU or for all threads of a core.
 * schedule_cpu_add() takes a free pCPU into a pool, schedule_cpu_rm() gives it back. All free pCPUs share one lock. The
 * resources of a core's threads are merged into one and split again, and who is on the way to a lock may still have a
 * pointer to one that is gone: RCU keeps it.
 *
 * Left out: units, timers, what deinit_pdata and free_pdata do, the barrier that rcu_assign_pointer() brings along.
 */
import {
  alloc,
  assert,
  cases,
  fails,
  free,
  guarded_by,
  holds,
  idle_until,
  initially,
  instances,
  param,
  pool,
  rcu_read_lock,
  rcu_read_unlock,
  type Spinlock,
  smp_mb,
  smp_store_release,
  smp_wmb,
  spin_lock_irq,
  spin_unlock_irq,
  spinlock,
  synchronize_rcu,
  thread,
  until,
} from "latchwork";

/** The scheduler of the pool. */
const scheduler = param<"credit" | "credit2">("scheduler", "credit");
/** The pCPU is free and is added to the pool, or is in it and is removed. */
const starts = param<"free" | "in the pool">("starts", "free");
/** The pCPU joins and leaves again and again. */
const repeats = param("repeats", false);
/** Threads of a core, which are one resource in the pool. */
const granularity = param("granularity", 1);
/** d104a07524: the pool and the granularity are set under the lock; before, after it was dropped. */
const set_under_lock = param("set_under_lock", true);
/** Resources are freed after a grace period; at once otherwise. */
const frees_by_rcu = param("frees_by_rcu", true);
/** Who schedules is in an RCU section. */
const reads_under_rcu = param("reads_under_rcu", true);
/** The lock that a resource is made with when a core is split. */
const made_with = param<"the core's lock" | "the free lock">("made_with", "the core's lock");
/** Who schedules meanwhile: every pCPU, or the one whose resource is merged and split. */
const schedules = param<"all" | "the sibling">("schedules", "all");
/** What stands before the store to schedule_lock. */
const barriers = param("barriers", true);

/** per_cpu(sched_res, cpu). */
class Pcpu {
  sched_res: SchedResource | null = null;
}

class Cpupool {
  has_cpus = true;
}

/** struct sched_resource. */
class SchedResource {
  _lock = spinlock();
  schedule_lock: Spinlock | null = null;
  scheduler: Scheduler | null = null;
  cpupool: Cpupool | null = null;
  granularity = 1;
  /** Credit's run queue, and what the idle scheduler has of its own: always the same, as only who touches it matters. */
  runq = 0;
  idle = 0;
}

abstract class Scheduler {
  abstract do_schedule(sr: SchedResource): void;
}
abstract class PoolScheduler extends Scheduler {
  abstract switch_sched(sr: SchedResource): Spinlock;
}

/** sched_idle_ops: the scheduler of free pCPUs. */
class Idle extends Scheduler {
  override do_schedule(sr: SchedResource) {
    sr.idle = 0;
  }
}

/** sched/credit.c */
class Credit extends PoolScheduler {
  /** csched_switch_sched() */
  override switch_sched(sr: SchedResource): Spinlock {
    return sr._lock;
  }
  /** csched_schedule(), with csched_load_balance() */
  override do_schedule(sr: SchedResource) {
    const c = sr.cpupool!;
    // The pCPUs of the pool are those to take work from.
    assert(c.has_cpus);
    sr.runq = 0;
  }
}

/** sched/credit2.c, with one run queue. */
class Credit2 extends PoolScheduler {
  rqd_lock = spinlock();
  rqd_runq = 0;

  /** csched2_switch_sched() */
  override switch_sched(): Spinlock {
    return this.rqd_lock;
  }
  /** csched2_schedule() */
  override do_schedule() {
    this.rqd_runq = 0;
  }
}

const sched_free_cpu_lock = spinlock();
const sched_idle_ops = new Idle();
const credits = instances(Credit, scheduler === "credit" ? 1 : 0, "credit");
const credit2s = instances(Credit2, scheduler === "credit2" ? 1 : 0, "credit2_");
const cpus = instances(Pcpu, granularity, "cpu");
const resources = pool(SchedResource, granularity, "sr");
const cpupool = new Cpupool();
/** What call_rcu() has been told to free. */
let to_free: SchedResource | null = null;

guarded_by(
  (sr: SchedResource) => sr.idle,
  () => sched_free_cpu_lock,
);
guarded_by(
  (sr: SchedResource) => sr.runq,
  (sr: SchedResource) => sr._lock,
);
guarded_by(
  (prv: Credit2) => prv.rqd_runq,
  (prv: Credit2) => prv.rqd_lock,
);

function pool_scheduler(): PoolScheduler {
  if (scheduler === "credit") return credits[0];
  else return credit2s[0];
}

/** pcpu_schedule_lock_irq() */
function pcpu_schedule_lock_irq(cpu: Pcpu): Spinlock {
  for (;;) {
    const lock = cpu.sched_res!.schedule_lock!;
    spin_lock_irq(lock);
    if (lock === cpu.sched_res!.schedule_lock) return lock;
    spin_unlock_irq(lock);
  }
}

/** schedule() and sched_slave() */
function schedule(cpu: Pcpu) {
  if (reads_under_rcu) rcu_read_lock();
  const lock = pcpu_schedule_lock_irq(cpu);
  const sr = cpu.sched_res!;
  sr.scheduler!.do_schedule(sr);
  spin_unlock_irq(lock);
  if (reads_under_rcu) rcu_read_unlock();
}

/** call_rcu(&sr->rcu, sched_res_free): what its caller has stored before is seen when the grace period begins. */
function call_rcu(sr: SchedResource) {
  if (frees_by_rcu) smp_store_release(to_free, sr);
  else free(sr);
}

/** schedule_cpu_add() */
function schedule_cpu_add(cpu: Pcpu, c: Cpupool) {
  rcu_read_lock();
  const sr = cpu.sched_res!;
  const old_lock = pcpu_schedule_lock_irq(cpu);
  // The core's threads become one resource. All free pCPUs have the same lock, so we hold those of the others too.
  for (const cpu_iter of cpus) {
    if (cpu_iter !== cpu) {
      const sr_old = cpu_iter.sched_res!;
      cpu_iter.sched_res = sr;
      call_rcu(sr_old);
    }
  }
  const new_lock = pool_scheduler().switch_sched(sr);
  sr.scheduler = pool_scheduler();
  if (set_under_lock) {
    sr.granularity = granularity;
    sr.cpupool = c;
  }
  if (barriers) smp_wmb();
  sr.schedule_lock = new_lock;
  // Not pcpu_schedule_unlock_irq(): schedule_lock has changed.
  spin_unlock_irq(old_lock);
  if (!set_under_lock) {
    sr.granularity = granularity;
    sr.cpupool = c;
  }
  rcu_read_unlock();
}

/** schedule_cpu_rm() */
function schedule_cpu_rm(cpu: Pcpu) {
  rcu_read_lock();
  const sr = cpu.sched_res!;
  let sr_new: SchedResource | null = null;
  if (granularity > 1) {
    sr_new = alloc(resources);
    sr_new!.scheduler = sched_idle_ops;
    // So that the lock stays while the resource is replaced.
    if (made_with === "the core's lock") sr_new!.schedule_lock = sr.schedule_lock;
    else sr_new!.schedule_lock = sched_free_cpu_lock;
  }
  const old_lock = pcpu_schedule_lock_irq(cpu);
  for (const cpu_iter of cpus) {
    if (cpu_iter !== cpu) {
      cpu_iter.sched_res = sr_new;
      if (barriers) smp_mb();
      sr_new!.schedule_lock = sched_free_cpu_lock;
    }
  }
  sr.scheduler = sched_idle_ops;
  sr.granularity = 1;
  sr.cpupool = null;
  if (barriers) smp_mb();
  sr.schedule_lock = sched_free_cpu_lock;
  spin_unlock_irq(old_lock);
  rcu_read_unlock();
}

initially(() => {
  if (starts === "free") {
    for (const cpu of cpus) {
      const sr = alloc(resources)!;
      sr.scheduler = sched_idle_ops;
      sr.schedule_lock = sched_free_cpu_lock;
      cpu.sched_res = sr;
    }
  } else {
    const sr = alloc(resources)!;
    sr.scheduler = pool_scheduler();
    sr.schedule_lock = scheduler === "credit" ? sr._lock : credit2s[0].rqd_lock;
    sr.cpupool = cpupool;
    sr.granularity = granularity;
    for (const cpu of cpus) cpu.sched_res = sr;
  }
});

if (schedules === "all") {
  thread("schedule", cpus, (cpu) => {
    for (;;) schedule(cpu);
  });
} else {
  thread("schedule on cpu1", () => {
    for (;;) schedule(cpus[1]);
  });
}
thread("cpupool", () => {
  if (starts === "free") schedule_cpu_add(cpus[0], cpupool);
  else schedule_cpu_rm(cpus[0]);
  while (repeats) {
    if (starts === "in the pool") schedule_cpu_add(cpus[0], cpupool);
    // Otherwise there may be no memory for the new resource, and nothing happens.
    until(to_free === null);
    schedule_cpu_rm(cpus[0]);
    if (starts === "free") schedule_cpu_add(cpus[0], cpupool);
  }
});
if (granularity > 1 && frees_by_rcu) {
  thread("RCU", () => {
    for (;;) {
      idle_until(to_free !== null);
      const sr = to_free;
      synchronize_rcu();
      free(sr);
      to_free = null;
    }
  });
}

export default cases({
  title: "a pCPU joins and leaves a pool, today",
  source: "xen/common/sched/core.c",

  add: {
    expect: holds(),
    why: "generic code changes everything under the old lock, and the pointer last",
    source: "2ea514e1b8, HEAD",
  },
  remove: {
    starts: "in the pool",
    expect: holds(),
    why: "the same the other way round: free pCPUs have a scheduler and a lock of their own",
    source: "2ea514e1b8, HEAD",
  },
  "add-and-remove": {
    starts: "in the pool",
    repeats: true,
    expect: holds(),
    why: "the next size of both: the pCPU leaves and joins, again and again",
    source: "2ea514e1b8, HEAD",
  },
  "add-pso": {
    scheduler: "credit2",
    memory: "pso",
    expect: holds(),
    why: "smp_wmb() stands before the store to schedule_lock",
    source: "HEAD",
  },
  "add-and-remove-pso": {
    scheduler: "credit2",
    memory: "pso",
    repeats: true,
    expect: holds(),
    why: "the next size: the pCPU joins and leaves, again and again",
    source: "HEAD",
  },
  "pool-set-late": {
    set_under_lock: false,
    expect: fails("null-dereference"),
    why: "who gets the new lock at once finds the new scheduler, and a pCPU that belongs to no pool",
    source: "d104a07524^",
  },
  "merge-core": {
    granularity: 2,
    expect: holds(),
    why: "all free pCPUs share a lock, so one section covers both threads; RCU keeps the old resource for who reads it",
    source: "HEAD",
  },
  "merge-core-and-free": {
    granularity: 2,
    frees_by_rcu: false,
    expect: fails("use-after-free"),
    why: "who has read the pointer to the resource then reads schedule_lock in freed memory",
    source: "comment in schedule_cpu_add(): why call_rcu()",
  },
  "split-core-pso": {
    granularity: 2,
    schedules: "the sibling",
    starts: "in the pool",
    memory: "pso",
    expect: holds(),
    why: "smp_mb() stands before each store to schedule_lock",
    source: "HEAD",
  },
  "split-and-merge-pso": {
    granularity: 2,
    schedules: "the sibling",
    starts: "in the pool",
    memory: "pso",
    repeats: true,
    expect: holds(),
    why: "the next size: the core leaves and joins, again and again",
    source: "HEAD",
  },
  "split-core": {
    granularity: 2,
    starts: "in the pool",
    expect: holds(),
    why: "the new resource has the old lock, which we hold, until it is complete",
    source: "HEAD",
  },
  "merge-and-split": {
    granularity: 2,
    schedules: "the sibling",
    scheduler: "credit2",
    repeats: true,
    expect: holds(),
    why: "the next size: the core joins and leaves the pool, again and again",
    source: "HEAD",
  },
  "merge-and-split-3-threads": {
    granularity: 3,
    schedules: "the sibling",
    scheduler: "credit2",
    repeats: true,
    expect: holds(),
    why: "and so for a core of three threads",
    source: "HEAD",
  },
  "merge-and-split-all-schedule": {
    repeats: true,
    granularity: 2,
    expect: holds(),
    why: "and so while both pCPUs of the core schedule",
    source: "HEAD",
  },
});
