/**
 * schedule_cpu_switch() and interrupts. Interrupt handlers wake vCPUs and so take schedule locks: who holds one must have
 * interrupts off, or waits for itself.
 */
import {
  Cpu,
  cases,
  fails,
  hardirq,
  holds,
  instances,
  local_irq_restore,
  local_irq_save,
  param,
  thread,
} from "latchwork";
import { scenario, schedule, schedule_cpu_switch } from "./moves.js";
import { cpus, new_scheduler, type Pcpu, pcpu_schedule_lock, pcpu_schedule_unlock } from "./schedulers.js";

/** The CPU that makes the move, and the one that is moved. */
const machine = instances(Cpu, 2, "machine");
/** How often the interrupt comes. */
const interrupts = param("interrupts", 1);
/** The CPU that the interrupt comes to. */
const interrupted = param("interrupted", 0);
/** The pCPU that the interrupt wakes a vCPU on. */
const wakes_on = param("wakes_on", 0);

/** vcpu_wake(), with vcpu_schedule_lock_irqsave(). */
function vcpu_wake(cpu: Pcpu) {
  const flags = local_irq_save();
  const lock = pcpu_schedule_lock(cpu);
  pcpu_schedule_unlock(lock, cpu);
  local_irq_restore(flags);
}

if (scenario === "interrupt") {
  thread("cpupool move", () => schedule_cpu_switch(cpus[0], new_scheduler()), { on: machine[0] });
  hardirq("device interrupt", machine[interrupted], () => vcpu_wake(cpus[wakes_on]), { times: interrupts });
  thread("schedule", () => schedule(cpus[0]), { on: machine[1] });
}

export default cases({
  title: "a pCPU changes its scheduler, and interrupts",
  source: "xen/common/schedule.c",

  "as-merged": {
    scenario: "interrupt",
    from: "credit2",
    to: "rtds",
    locks_with_irqs_on: true,
    expect: fails("irq-unsafe"),
    why: "the lock is taken without _irq, and a handler takes it too; the unlock has the _irq",
    source: "94734ab7c3f5, fixed by 8b27d2b8af",
  },
  "interrupts-off": {
    scenario: "interrupt",
    from: "credit2",
    to: "rtds",
    expect: holds(),
    why: "no handler comes while the lock is held",
    source: "8b27d2b8af",
  },
  "interrupts-off-twice": {
    scenario: "interrupt",
    from: "credit2",
    to: "rtds",
    interrupts: 2,
    expect: holds(),
    why: "nor does the next one",
    source: "8b27d2b8af",
  },
  "interrupts-off-elsewhere": {
    scenario: "interrupt",
    from: "credit2",
    to: "rtds",
    interrupted: 1,
    expect: holds(),
    why: "a handler on the pCPU that is moved waits for the old lock, and then looks again where the lock is",
    source: "8b27d2b8af",
  },
  "hook-enables": {
    scenario: "interrupt",
    from: "rtds",
    to: "credit2",
    hook_enables_irqs: true,
    cpus: 2,
    neighbour: "old",
    wakes_on: 1,
    expect: fails("wait-cycle"),
    why: "the hook's spin_unlock_irq() turns interrupts on while the old lock is held; a handler that wakes a vCPU on a pCPU that shares that lock waits for who it interrupts",
    source: "94734ab7c3f5, fixed by fb0c3a8a30",
  },
  "hook-enables-1-cpu": {
    scenario: "interrupt",
    from: "rtds",
    to: "credit2",
    hook_enables_irqs: true,
    expect: holds(),
    why: "alone the pCPU has left the old lock by then: the handler finds the new one",
    source: "94734ab7c3f5",
  },
  "hook-enables-1-cpu-twice": {
    scenario: "interrupt",
    from: "rtds",
    to: "credit2",
    hook_enables_irqs: true,
    interrupts: 2,
    expect: holds(),
    why: "nor does the next one find the old lock",
    source: "94734ab7c3f5",
  },
  "hook-leaves-off": {
    scenario: "interrupt",
    from: "rtds",
    to: "credit2",
    cpus: 2,
    neighbour: "old",
    wakes_on: 1,
    expect: holds(),
    why: "spin_lock() in the hook leaves interrupts as they are",
    source: "fb0c3a8a30",
  },
  "hook-leaves-off-twice": {
    scenario: "interrupt",
    from: "rtds",
    to: "credit2",
    cpus: 2,
    neighbour: "old",
    wakes_on: 1,
    interrupts: 2,
    cntl: true,
    expect: holds(),
    why: "and so for the next one, also while somebody changes weights",
    source: "fb0c3a8a30",
  },
});
