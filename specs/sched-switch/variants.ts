/**
 * What the change of scheduler rests on, taken away piece by piece: the second look at schedule_lock, the order of the
 * stores and its barrier, the early exit, cpupool_lock; and how it went wrong in other places.
 */
import { alloc, cases, fails, free, holds, param, thread } from "latchwork";
import {
  cpus,
  new_scheduler,
  old_scheduler,
  type Pcpu,
  pcpu_schedule_lock_irq,
  pcpu_schedule_unlock_irq,
  vdata,
} from "./schedulers.js";
import { scenario, schedule, schedule_cpu_switch } from "./switch.js";

/** S13, a3653e6a27: the scheduler of an idle vCPU is that of its pCPU; before, the boot scheduler stood for it. */
const idle_asks_pcpu = param("idle_asks_pcpu", true);
/** S14, dc018634b0: the idle vCPU's data is given up with the pCPU, and made anew when it comes back. */
const idle_data_renewed = param("idle_data_renewed", true);

/** schedule_dump(), the debug key 'r'. */
function schedule_dump(cpu: Pcpu) {
  const lock = pcpu_schedule_lock_irq(cpu);
  pcpu_schedule_unlock_irq(lock, cpu);
}

if (scenario === "bring-up") {
  thread("CPU_STARTING", () => old_scheduler().init_pdata(cpus[0].sched_priv, cpus[0]));
  thread("debug key r", () => schedule_dump(cpus[0]));
}

/** vcpu_context_saved(): the idle vCPU has left the pCPU. */
function context_saved(cpu: Pcpu) {
  // VCPU2OP(): the boot scheduler is the new one here.
  if (idle_asks_pcpu) cpu.scheduler!.context_saved(cpu);
  else new_scheduler().context_saved(cpu);
}

if (scenario === "context saved") {
  thread("context switch", () => {
    schedule(cpus[0]);
    context_saved(cpus[0]);
  });
}

/** cpu_schedule_down(), as the machine is suspended. */
function cpu_schedule_down(cpu: Pcpu) {
  const sched = cpu.scheduler!;
  sched.free_pdata(cpu.sched_priv, cpu);
  free(cpu.idle_sched_priv);
  if (idle_data_renewed) cpu.idle_sched_priv = null;
  cpu.sched_priv = null;
}

/** cpu_schedule_up(), as the machine resumes: every pCPU comes back with the boot scheduler. */
function cpu_schedule_up(cpu: Pcpu) {
  const ops = new_scheduler();
  cpu.scheduler = ops;
  cpu.schedule_lock = cpu._lock;
  if (idle_data_renewed) {
    const svc = alloc(vdata)!;
    svc.ops = ops;
    cpu.idle_sched_priv = svc;
  }
  const spc = ops.alloc_pdata(cpu);
  cpu.sched_priv = spc;
  ops.init_pdata(spc, cpu);
}

if (scenario === "resume") {
  thread("suspend and resume", () => {
    cpu_schedule_down(cpus[0]);
    cpu_schedule_up(cpus[0]);
    schedule(cpus[0]);
    // cpupool_cpu_add() puts it back into its pool.
    schedule_cpu_switch(cpus[0], old_scheduler());
    schedule(cpus[0]);
  });
}

export default cases({
  title: "what the change of scheduler rests on",
  source: "xen/common/schedule.c",

  "no-second-look": {
    recheck: false,
    expect: fails("guarded-by"),
    why: "whoever has read schedule_lock before the switch gets that lock after it, and runs the new scheduler under the old lock",
    source: "*_schedule_lock() in sched-if.h: the loop",
  },
  "lock-first": {
    lock_first: true,
    expect: fails("assert"),
    why: "the new lock is free: whoever takes it between the two stores runs the old scheduler, on data that are the new one's already",
    source: "comment in the switch_sched hooks: the lock as /last/ thing",
  },
  "no-barrier-tso": {
    barrier: "none",
    memory: "tso",
    expect: holds(),
    why: "x86 keeps the order of stores",
    source: "ARINC653's hook has no smp_mb()",
  },
  "no-barrier-pso": {
    barrier: "none",
    memory: "pso",
    expect: fails("guarded-by"),
    why: "the store to schedule_lock may be seen before the one to scheduler, as if it came first",
    source: "ARINC653's hook has no smp_mb()",
  },
  "mb-pso": {
    memory: "pso",
    expect: holds(),
    why: "smp_mb() keeps the store to schedule_lock behind all others",
    source: "94734ab7c3f5",
  },
  "wmb-pso": {
    barrier: "smp_wmb",
    memory: "pso",
    expect: holds(),
    why: "two stores want their order, so a write barrier is enough",
    source: "schedule_cpu_add() at HEAD",
  },
  "arinc653-tso": {
    from: "credit2",
    to: "arinc653",
    memory: "tso",
    expect: holds(),
    why: "x86 keeps the order of stores, so the missing barrier is not missed",
    source: "a653_switch_sched(), 94734ab7c3f5",
  },
  "arinc653-pso": {
    from: "credit2",
    to: "arinc653",
    memory: "pso",
    expect: fails("guarded-by"),
    why: "the hook has no barrier: the default lock may be seen while Credit2 still schedules",
    source: "a653_switch_sched(), 94734ab7c3f5",
  },
  "two-instances": {
    from: "credit2",
    to: "credit2",
    cntl: true,
    expect: holds(),
    why: "Credit2 takes its private lock first, but the run queue's lock that the hook holds is another instance's",
    source: "comment in csched2_switch_sched()",
  },
  "same-instance": {
    from: "credit2",
    to: "credit2",
    same_instance: true,
    leaves_early: false,
    cntl: true,
    expect: fails("wait-cycle"),
    why: "without the early exit the hook takes the private lock inside its own run queue's lock, which is the wrong order",
    source: "if ( old_ops == new_ops ) goto out, and the ASSERT in csched2_switch_sched()",
  },
  "opposite-moves": {
    cpus: 2,
    from: "credit2",
    to: "credit2",
    opposite: true,
    cntl: true,
    schedulers: "none",
    expect: holds(),
    why: "cpupool_lock allows one move at a time",
    source: "cpupool_assign_cpu_locked(), cpupool_unassign_cpu_helper()",
  },
  "opposite-moves-unlocked": {
    cpus: 2,
    from: "credit2",
    to: "credit2",
    opposite: true,
    cpupool_locked: false,
    cntl: true,
    schedulers: "none",
    expect: fails("deadlock"),
    why: "each move holds a run queue's lock and wants the other's private lock, whose holder wants that run queue: the two instances do have an order, through each other",
    source: "comment in csched2_switch_sched(): no particular relationship",
  },
  "assert-at-bring-up": {
    scenario: "bring-up",
    expect: fails("assert"),
    why: "the pCPU's lock may well be taken: anybody may look at a pCPU",
    source: "csched_init_pdata(), 94734ab7c3f5",
  },
  "no-assert-at-bring-up": {
    scenario: "bring-up",
    debug: false,
    expect: holds(),
    why: "nothing but the assertion minds",
    source: "not there at HEAD",
  },
  "added-and-not-told": {
    schedulers: "softirq",
    raises_softirq: false,
    expect: fails("eventually"),
    why: "the pCPU goes on with what the old scheduler chose until something else makes it schedule",
    source: "d92b0e7fca^",
  },
  "added-and-told": {
    schedulers: "softirq",
    expect: holds(),
    why: "whoever adds the pCPU raises its SCHEDULE_SOFTIRQ",
    source: "d92b0e7fca",
  },
  "idle-vcpu-of-boot-scheduler": {
    scenario: "context saved",
    idle_asks_pcpu: false,
    expect: fails("assert"),
    why: "the boot scheduler's hook gets the data of another scheduler",
    source: "a3653e6a27^",
  },
  "idle-vcpu-of-its-pcpu": {
    scenario: "context saved",
    from: "credit2",
    to: "credit",
    expect: holds(),
    why: "the pCPU's own scheduler is asked",
    source: "a3653e6a27",
  },
  resume: {
    scenario: "resume",
    from: "credit2",
    to: "credit",
    idle_data_renewed: false,
    expect: fails("use-after-free"),
    why: "the idle vCPU still has the data of the pool's scheduler, which is gone, and the boot scheduler takes it for its own",
    source: "dc018634b0^",
  },
  "resume-renewed": {
    scenario: "resume",
    from: "credit2",
    to: "credit",
    expect: holds(),
    why: "the boot scheduler makes data of its own, and the move back to the pool changes it again",
    source: "dc018634b0",
  },
  "error-path-keeps-lock": {
    from: "credit2",
    to: "rtds",
    cntl: true,
    cntl_fails: true,
    expect: fails("self-deadlock"),
    why: "an error path returns with the private lock held, and the next one to want it waits for ever",
    source: "50b5df7dcc^",
  },
  "rtds-own-lock": {
    from: "credit",
    to: "rtds",
    code: "before",
    rtds_own_lock: true,
    expect: fails("assert"),
    why: "the lock is moved under RTDS's lock, while the one who holds the old lock still relies on schedule_lock",
    source: "8686d2a3f6^",
  },
  "no-memory": {
    from: "credit2",
    to: "rtds",
    code: "before",
    enomem: true,
    expect: fails("guarded-by"),
    why: "the error path gives up RTDS's data, which moves the lock to the default; Credit2 goes on under that",
    source: "94734ab7c3f5^, found here",
  },
});
