/**
 * A pCPU changes its scheduler: schedule_cpu_switch() of xen/common/schedule.c, which moves a pCPU between cpupools, while
 * others schedule on it. 94734ab7c3f5 closed the windows in which a pCPU's scheduler and its schedule_lock did not belong
 * together.
 *
 * Left out: interrupts (interrupts.ts), the schedulers' timers (timers.ts), resources that pCPUs share (resources.ts).
 */
import {
  alloc,
  at_end,
  eventually,
  free,
  ghost,
  idle_until,
  initially,
  invariant,
  maybe,
  param,
  spin_lock,
  spin_unlock,
  spin_unlock_irq,
  spinlock,
  thread,
} from "latchwork";
import {
  code,
  cpus,
  new_scheduler,
  old_scheduler,
  type Pcpu,
  pcpu_schedule_lock,
  pcpu_schedule_lock_irq,
  pcpu_schedule_unlock_irq,
  type Scheduler,
  vdata,
} from "./schedulers.js";

/** What happens: a move between cpupools, or what else goes wrong with a pCPU's scheduler. */
export const scenario = param<"move" | "bring-up" | "context saved" | "resume" | "interrupt">(
  "scenario",
  "move",
);
/** Who schedules on the pCPU meanwhile: nobody, itself at any time, or itself when SCHEDULE_SOFTIRQ is raised. */
const schedulers = param<"none" | "free" | "softirq">("schedulers", "free");
/** The pCPU goes from one scheduler to the other and back, again and again. */
const wanders = param("wanders", false);
/** Somebody changes the weights of the schedulers' domains meanwhile. */
const cntl = param("cntl", false);
/** Somebody looks at what every pCPU runs: the debug key 'r'. */
const dumps = param("dumps", scenario === "bring-up");
/** A second pCPU, which has the old or the new scheduler and keeps it. */
const neighbour = param<"none" | "old" | "new">("neighbour", "none");
/** S10: a second pCPU goes the opposite way at the same time. */
const opposite = param("opposite", false);
/** Every move is made under cpupool_lock. */
const cpupool_locked = param("cpupool_locked", true);
/** S5: as merged, schedule_cpu_switch() takes the lock with interrupts on; fixed by 8b27d2b8af. */
const locks_with_irqs_on = param("locks_with_irqs_on", false);
/** There may be no memory for the idle vCPU's data. */
const enomem = param("enomem", false);
/** S10: a move to the scheduler that the pCPU has is no move; in interrupts.ts there is none of that kind. */
const leaves_early = param("leaves_early", scenario !== "interrupt");
/** S12, d92b0e7fca: whoever adds a pCPU to a pool raises its SCHEDULE_SOFTIRQ. */
const raises_softirq = param("raises_softirq", true);

/** S13, a3653e6a27: the scheduler of an idle vCPU is that of its pCPU; before, the boot scheduler stood for it. */
const idle_asks_pcpu = param("idle_asks_pcpu", true);
/** S14, dc018634b0: the idle vCPU's data is given up with the pCPU, and made anew when it comes back. */
const idle_data_renewed = param("idle_data_renewed", true);

const cpupool_lock = spinlock();
/** The scheduler whose do_schedule() ran last. */
let ran: Scheduler | null = ghost(null);
/** SCHEDULE_SOFTIRQ of the pCPU. */
let softirq_pending = false;

/** schedule(), on the pCPU itself. */
export function schedule(cpu: Pcpu) {
  const lock = pcpu_schedule_lock_irq(cpu);
  const sched = cpu.scheduler!;
  sched.do_schedule(cpu);
  ran = sched;
  pcpu_schedule_unlock_irq(lock, cpu);
}

/** schedule_cpu_switch() before 94734ab7c3f5. */
function schedule_cpu_switch_before(cpu: Pcpu, new_ops: Scheduler) {
  const old_ops = cpu.scheduler!;
  if (leaves_early && old_ops === new_ops) return;
  const ppriv = new_ops.alloc_pdata(cpu);
  new_ops.init_pdata(ppriv, cpu);
  if (enomem && maybe()) {
    new_ops.free_pdata(ppriv, cpu);
    return;
  }
  const vpriv = alloc(vdata)!;
  vpriv.ops = new_ops;

  const lock = pcpu_schedule_lock_irq(cpu);
  const vpriv_old = cpu.idle_sched_priv;
  cpu.idle_sched_priv = vpriv;
  cpu.scheduler = new_ops;
  const ppriv_old = cpu.sched_priv;
  cpu.sched_priv = ppriv;
  pcpu_schedule_unlock_irq(lock, cpu);

  free(vpriv_old);
  old_ops.free_pdata(ppriv_old, cpu);
}

/** schedule_cpu_switch() since 94734ab7c3f5. */
export function schedule_cpu_switch(cpu: Pcpu, new_ops: Scheduler) {
  const old_ops = cpu.scheduler!;
  if (leaves_early && old_ops === new_ops) return;
  const ppriv = new_ops.alloc_pdata(cpu);
  const vpriv = alloc(vdata)!;
  vpriv.ops = new_ops;

  const old_lock = locks_with_irqs_on ? pcpu_schedule_lock(cpu) : pcpu_schedule_lock_irq(cpu);
  const vpriv_old = cpu.idle_sched_priv;
  const ppriv_old = cpu.sched_priv;
  new_ops.switch_sched(cpu, ppriv, vpriv);
  // Not pcpu_schedule_unlock_irq(): schedule_lock may have changed.
  spin_unlock_irq(old_lock);

  free(vpriv_old);
  old_ops.free_pdata(ppriv_old, cpu);
}

/** cpupool_assign_cpu_locked(), cpupool_unassign_cpu_helper() of xen/common/cpupool.c. */
function cpupool_move(cpu: Pcpu, new_ops: Scheduler) {
  if (cpupool_locked) spin_lock(cpupool_lock);
  if (code === "before") schedule_cpu_switch_before(cpu, new_ops);
  else schedule_cpu_switch(cpu, new_ops);
  if (raises_softirq) softirq_pending = true;
  if (cpupool_locked) spin_unlock(cpupool_lock);
}

initially(() => {
  old_scheduler().own(cpus[0]);
  if (opposite || neighbour === "new") new_scheduler().own(cpus[1]);
  if (neighbour === "old") old_scheduler().own(cpus[1]);
});

if (scenario === "move" && schedulers === "free") {
  thread("schedule", cpus, (cpu) => {
    for (;;) schedule(cpu);
  });
}
if (schedulers === "softirq") {
  thread("schedule softirq", () => {
    for (;;) {
      idle_until(softirq_pending);
      softirq_pending = false;
      schedule(cpus[0]);
    }
  });
  eventually("the pCPU runs under its new scheduler", () => ran === new_scheduler());
}

if (scenario === "move") {
  thread("cpupool move", () => {
    do {
      let next: Scheduler = new_scheduler();
      if (wanders && maybe()) next = old_scheduler();
      cpupool_move(cpus[0], next);
    } while (wanders);
  });
}
if (opposite) thread("opposite move", () => cpupool_move(cpus[1], old_scheduler()));
if (cntl) {
  thread("set weight in the old pool", () => {
    for (;;) old_scheduler().dom_cntl();
  });
  thread("set weight in the new pool", () => {
    for (;;) new_scheduler().dom_cntl();
  });
}

/** schedule_dump() */
function schedule_dump(cpu: Pcpu) {
  const lock = pcpu_schedule_lock_irq(cpu);
  pcpu_schedule_unlock_irq(lock, cpu);
}

if (scenario === "bring-up") {
  thread("CPU_STARTING", cpus, (cpu) => old_scheduler().init_pdata(cpu.sched_priv, cpu));
}
if (dumps) {
  thread("debug key r", () => {
    for (const cpu of cpus) schedule_dump(cpu);
  });
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

if (wanders) {
  invariant(
    "between moves schedule_lock is the lock of the pCPU's scheduler",
    () =>
      cpupool_lock.owner !== null || cpus.every((cpu) => cpu.schedule_lock === cpu.scheduler!.lock_of(cpu)),
  );
} else {
  at_end("schedule_lock is the lock of the pCPU's scheduler", () =>
    cpus.every((cpu) => cpu.schedule_lock === cpu.scheduler!.lock_of(cpu)),
  );
}
