/**
 * The timers of the schedulers when a pCPU leaves: Credit's tick for each pCPU and its accounting timer (sched_credit.c),
 * RTDS's replenishment timer (sched_rt.c). A timer's handler runs in softirq context on the timer's pCPU, and takes locks;
 * kill_timer() waits for it.
 *
 * Left out: which lock a pCPU has under which scheduler (switch.ts); what the handlers account for.
 */
import {
  alloc,
  cases,
  choose,
  execute_timer,
  fails,
  free,
  ghost,
  holds,
  init_timer,
  initially,
  instances,
  invariant,
  kill_timer,
  maybe,
  migrate_timer,
  param,
  pool,
  type Spinlock,
  set_timer,
  spin_lock_irq,
  spin_lock_irqsave,
  spin_unlock_irq,
  spin_unlock_irqrestore,
  spinlock,
  stop_timer,
  type Timer,
  thread,
  timer,
} from "latchwork";

type Scenario =
  /** The pCPU's idle loop stops the tick and starts it again while the pCPU leaves Credit. */
  | "idle loop"
  /** The tick comes while the pCPU leaves Credit. */
  | "tick"
  /** The pCPU fails to come up, before init_pdata. */
  | "bring-up fails"
  /** The accounting timer comes while the last pCPU leaves Credit. */
  | "accounting"
  /** The replenishment timer comes while a pCPU leaves RTDS. */
  | "replenishment";

const scenario = param<Scenario>("scenario", "idle loop");
/** S7: the hooks tick_suspend and tick_resume; since 969f58bde2 Credit does it in csched_schedule(), under the lock. */
const tick_hooks = param("tick_hooks", false);
/** f45666afdb: deinit_pdata undoes what init_pdata did; before, free_pdata did. */
const deinit_hook = param("deinit_hook", true);
/** 2656bc7b0c: RTDS's timer moves off a pCPU that leaves, and dies with the last. */
const timer_follows = param("timer_follows", true);
/** Credit kills its timers when it has dropped the private lock, which no version does. */
const kill_unlocked = param("kill_unlocked", false);
/** The tick is killed before the pCPU leaves, which no version does. */
const kill_tick_first = param("kill_tick_first", false);
/** The pCPUs that the scheduler has at first. */
const nr_cpus = param("cpus", 1);
/** Whether all of them leave, one after the other; otherwise one does. */
const all_leave = param("all_leave", false);

/** struct schedule_data, with per_cpu(scheduler, cpu). */
class Pcpu {
  schedule_lock = spinlock();
  scheduler: Scheduler | null = null;
  sched_priv: CschedPcpu | null = null;
  /** Credit's tick, where the pCPU's timer softirq finds it. */
  timer_heap: Timer | null = null;
}

/** struct csched_pcpu. */
class CschedPcpu {
  ticker = timer();
  tick = false;
}

abstract class Scheduler {
  do_schedule(cpu: Pcpu) {}
  tick_suspend(cpu: Pcpu) {}
  tick_resume(cpu: Pcpu) {}
  deinit_pdata(spc: CschedPcpu | null, cpu: Pcpu) {}
  free_pdata(spc: CschedPcpu | null) {}
}

const cpus = instances(Pcpu, nr_cpus, "cpu");
const pdata = pool(CschedPcpu, nr_cpus, "spc");

/** sched_credit.c */
class Credit extends Scheduler {
  /** prv->lock */
  lock = spinlock();
  ncpus = nr_cpus;
  master_ticker = timer();

  /** csched_schedule(): starts the tick with a vCPU, and stops it when there is none. */
  override do_schedule(cpu: Pcpu) {
    if (tick_hooks) return;
    const spc = cpu.sched_priv!;
    if (maybe()) stop_timer(spc.ticker);
    else set_timer(spc.ticker);
  }
  /** csched_tick_suspend() */
  override tick_suspend(cpu: Pcpu) {
    const spc = cpu.sched_priv!;
    stop_timer(spc.ticker);
  }
  /** csched_tick_resume() */
  override tick_resume(cpu: Pcpu) {
    const spc = cpu.sched_priv!;
    set_timer(spc.ticker);
  }
  /** csched_deinit_pdata() */
  override deinit_pdata(spc: CschedPcpu | null) {
    const flags = spin_lock_irqsave(this.lock);
    this.ncpus--;
    const last = this.ncpus === 0;
    if (!kill_unlocked) this.kill_timers(spc!, last);
    spin_unlock_irqrestore(this.lock, flags);
    if (kill_unlocked) this.kill_timers(spc!, last);
  }
  kill_timers(spc: CschedPcpu, last: boolean) {
    if (!kill_tick_first) kill_timer(spc.ticker);
    if (last) kill_timer(this.master_ticker);
  }
  /** csched_free_pdata() */
  override free_pdata(spc: CschedPcpu | null) {
    if (!deinit_hook) kill_timer(spc!.ticker);
    free(spc);
  }
  /** csched_tick(), on the pCPU. */
  tick(cpu: Pcpu) {
    const spc = cpu.sched_priv!;
    spc.tick = !spc.tick;
    set_timer(spc.ticker);
  }
  /** csched_acct(), on one of the pCPUs. */
  acct() {
    const flags = spin_lock_irqsave(this.lock);
    spin_unlock_irqrestore(this.lock, flags);
    set_timer(this.master_ticker);
  }
}

/** sched_rt.c */
class Rtds extends Scheduler {
  /** prv->lock */
  lock = spinlock();
  repl_timer = timer();
  /** repl_timer->cpu */
  repl_cpu: Pcpu | null = null;

  /** rt_deinit_pdata() */
  override deinit_pdata(spc: CschedPcpu | null, cpu: Pcpu) {
    if (!timer_follows) return;
    const flags = spin_lock_irqsave(this.lock);
    if (this.repl_cpu === cpu) {
      if (nr_cpus === 1) {
        kill_timer(this.repl_timer);
      } else {
        migrate_timer(this.repl_timer);
        this.repl_cpu = cpus[1];
      }
    }
    spin_unlock_irqrestore(this.lock, flags);
  }
  /** repl_timer_handler() */
  replenish() {
    spin_lock_irq(this.lock);
    if (maybe()) set_timer(this.repl_timer);
    spin_unlock_irq(this.lock);
  }
}

/** Whatever the pCPU gets next. */
class Elsewhere extends Scheduler {}

const credit = new Credit();
const rtds = new Rtds();
const elsewhere = new Elsewhere();
/** The pCPU has left. */
let moved = ghost(false);

/** pcpu_schedule_lock_irq(), where schedule_lock always points to one lock. */
function pcpu_schedule_lock_irq(cpu: Pcpu): Spinlock {
  spin_lock_irq(cpu.schedule_lock);
  return cpu.schedule_lock;
}

/** schedule(), on the pCPU. */
function schedule(cpu: Pcpu) {
  const lock = pcpu_schedule_lock_irq(cpu);
  cpu.scheduler!.do_schedule(cpu);
  spin_unlock_irq(lock);
}

/** schedule_cpu_switch() */
function schedule_cpu_switch(cpu: Pcpu, new_ops: Scheduler) {
  const old_ops = cpu.scheduler!;
  if (tick_hooks) old_ops.tick_suspend(cpu);
  if (kill_tick_first) kill_timer(cpu.sched_priv!.ticker);

  const lock = pcpu_schedule_lock_irq(cpu);
  const ppriv_old = cpu.sched_priv;
  cpu.scheduler = new_ops;
  cpu.sched_priv = null;
  spin_unlock_irq(lock);

  if (tick_hooks) new_ops.tick_resume(cpu);
  if (deinit_hook) old_ops.deinit_pdata(ppriv_old, cpu);
  // The thread that stands for the timer softirq goes on looking at the tick.
  if (scenario !== "tick") old_ops.free_pdata(ppriv_old);
  moved = true;
}

/** sched_tick_suspend() and sched_tick_resume(), around the sleep of acpi_processor_idle(). */
function idle(cpu: Pcpu) {
  const sched = cpu.scheduler!;
  if (tick_hooks) sched.tick_suspend(cpu);
  const sched_now = cpu.scheduler!;
  if (tick_hooks) sched_now.tick_resume(cpu);
}

initially(() => {
  for (const cpu of cpus) {
    if (scenario === "replenishment") {
      cpu.scheduler = rtds;
    } else {
      const spc = alloc(pdata)!;
      cpu.scheduler = credit;
      cpu.sched_priv = spc;
      cpu.timer_heap = spc.ticker;
      if (scenario !== "bring-up fails") {
        init_timer(spc.ticker);
        set_timer(spc.ticker);
      }
    }
  }
  if (scenario === "replenishment") {
    init_timer(rtds.repl_timer);
    set_timer(rtds.repl_timer);
    rtds.repl_cpu = cpus[0];
  } else {
    init_timer(credit.master_ticker);
    set_timer(credit.master_ticker);
  }
});

if (scenario === "bring-up fails") {
  // cpu_schedule_down(), upon CPU_UP_CANCELED.
  thread("cpu bring-up", () => credit.free_pdata(cpus[0].sched_priv));
} else {
  thread("cpupool move", () => {
    if (all_leave) for (const cpu of cpus) schedule_cpu_switch(cpu, elsewhere);
    else schedule_cpu_switch(choose(cpus), elsewhere);
  });
}
if (scenario === "idle loop") {
  thread("idle loop", cpus, (cpu) => {
    for (;;) {
      schedule(cpu);
      idle(cpu);
    }
  });
}
if (scenario === "tick") {
  thread("timer softirq", () => {
    for (;;) execute_timer(cpus[0].timer_heap!, () => credit.tick(cpus[0]));
  });
}
if (scenario === "accounting") {
  thread("timer softirq", () => {
    for (;;) execute_timer(credit.master_ticker, () => credit.acct());
  });
}
if (scenario === "replenishment") {
  thread("timer softirq", () => {
    for (;;) execute_timer(rtds.repl_timer, () => rtds.replenish());
  });
}

invariant(
  "once the pCPU has left, RTDS's timer is not armed there",
  () => !moved || rtds.repl_timer.status !== "in_heap" || rtds.repl_cpu!.scheduler === rtds,
);

export default cases({
  title: "the schedulers' timers when a pCPU leaves",
  source: "xen/common/sched_credit.c, xen/common/sched_rt.c",

  "tick-hooks": {
    tick_hooks: true,
    expect: fails("use-after-free"),
    why: "the idle loop has the scheduler and its data at hand, takes no lock, and starts the tick again when both are gone",
    source: "94734ab7c3f5 to 969f58bde2^",
  },
  "tick-under-lock": {
    expect: holds(),
    why: "csched_schedule() starts and stops the tick, under the lock and with the data that belong to it",
    source: "969f58bde2",
  },
  "tick-under-lock-3-cpus": {
    cpus: 3,
    expect: holds(),
    why: "and so with three pCPUs, of which one leaves",
    source: "969f58bde2",
  },
  "tick-comes-late": {
    scenario: "tick",
    expect: fails("null-dereference"),
    why: "sched_priv is null from the switch on, the tick is killed after it, and csched_tick() reads sched_priv without a lock",
    source: "csched_tick(), csched_deinit_pdata(), HEAD; found here",
  },
  "tick-killed-first": {
    scenario: "tick",
    cpus: 2,
    kill_tick_first: true,
    expect: holds(),
    why: "no handler runs any more when sched_priv changes",
    source: "a repair",
  },
  "tick-killed-first-3-cpus": {
    scenario: "tick",
    kill_tick_first: true,
    cpus: 3,
    expect: holds(),
    why: "and so with one pCPU more",
    source: "a repair",
  },
  "bring-up-fails": {
    scenario: "bring-up fails",
    deinit_hook: false,
    expect: fails("assert"),
    why: "free_pdata kills a tick that init_pdata never initialised",
    source: "f45666afdb^",
  },
  "bring-up-fails-deinit": {
    scenario: "bring-up fails",
    expect: holds(),
    why: "only deinit_pdata kills the tick, and it is called only after init_pdata",
    source: "f45666afdb",
  },
  "last-cpu-of-credit": {
    scenario: "accounting",
    expect: fails("deadlock"),
    why: "deinit_pdata kills the accounting timer under prv->lock, which csched_acct() waits for",
    source: "csched_deinit_pdata(), HEAD; found here",
  },
  "last-cpu-of-credit-unlocked": {
    scenario: "accounting",
    kill_unlocked: true,
    expect: holds(),
    why: "killed after the unlock, the handler gets the lock and ends",
    source: "a repair",
  },
  "last-cpu-of-credit-unlocked-2-cpus": {
    scenario: "accounting",
    kill_unlocked: true,
    cpus: 2,
    all_leave: true,
    expect: holds(),
    why: "and so where another pCPU has left before",
    source: "a repair",
  },
  "rtds-timer-stays": {
    scenario: "replenishment",
    cpus: 2,
    timer_follows: false,
    expect: fails("invariant"),
    why: "RTDS's timer goes on on a pCPU that has another scheduler now",
    source: "2656bc7b0c^",
  },
  "rtds-timer-follows": {
    scenario: "replenishment",
    cpus: 2,
    expect: holds(),
    why: "deinit_pdata moves the timer to a pCPU that stays",
    source: "2656bc7b0c",
  },
  "rtds-timer-follows-3-cpus": {
    scenario: "replenishment",
    cpus: 3,
    expect: holds(),
    why: "and so with one pCPU more",
    source: "2656bc7b0c",
  },
  "last-cpu-of-rtds": {
    scenario: "replenishment",
    expect: fails("deadlock"),
    why: "deinit_pdata kills the timer under prv->lock, which its handler waits for",
    source: "rt_deinit_pdata(), 2656bc7b0c to HEAD",
  },
});
