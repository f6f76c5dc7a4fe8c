/**
 * CPUs: who may run there, and what keeps interrupts, softirqs and other tasks away. Stands for Linux's local_irq_*,
 * local_bh_* and preempt_* (and Xen's local_irq_*), each of them one instruction on the CPU's own state. Add per-CPU state
 * with `class Pcpu extends Cpu { … }`.
 * Left out: what Linux does when the last of them is dropped (a softirq or a switch that was put off may come at any
 * later step anyway), nesting of hardirqs, NMIs, moving a task to another CPU.
 */
import { execution_context, has_contexts, this_cpu } from "../dsl/contexts.js";
import { atomic, check, current, ghost, type Thread } from "../dsl/steps.js";

/** A CPU. Handlers look at its flags before they enter; only what runs on the CPU changes them. */
export class Cpu {
  irqs_off = false;
  softirqs_off = 0;
  preempt_off = 0;
  /** The handler that runs, or null while a task does. */
  handler: Thread | null = null;
  /** What a hardirq has interrupted, where that is a softirq. */
  below: Thread | null = null;
  /** The task that must not be preempted now. */
  pinned: Thread | null = null;
}

/** Keeps other tasks away as long as something on the CPU forbids to preempt this one. */
function settle(cpu: Cpu): void {
  if (has_contexts() && execution_context() === "task") {
    cpu.pinned = cpu.irqs_off || cpu.softirqs_off > 0 || cpu.preempt_off > 0 ? current() : null;
  }
}

function set_irqs(cpu: Cpu, off: boolean): void {
  atomic(() => {
    cpu.irqs_off = off;
    settle(cpu);
  });
}

function add_bh(cpu: Cpu, count: number): void {
  atomic(() => {
    cpu.softirqs_off = cpu.softirqs_off + count;
    settle(cpu);
  });
}

/** For writers of locks: one more, or one less, reason not to preempt. Call it inside `atomic`. */
export function add_preempt(count: number): void {
  count_preempt(this_cpu<Cpu>(), count);
}

function count_preempt(cpu: Cpu, count: number): void {
  cpu.preempt_off = cpu.preempt_off + count;
  settle(cpu);
}

/** Turns interrupts off on this CPU. */
export function local_irq_disable(): void {
  set_irqs(this_cpu<Cpu>(), true);
}

/** Turns interrupts on again on this CPU, whoever turned them off. */
export function local_irq_enable(): void {
  set_irqs(this_cpu<Cpu>(), false);
}

/** Turns interrupts off and says whether they were off before. */
export function local_irq_save(): boolean {
  return save_irqs(this_cpu<Cpu>());
}

function save_irqs(cpu: Cpu): boolean {
  let flags = false;
  atomic(() => {
    flags = cpu.irqs_off;
    cpu.irqs_off = true;
    settle(cpu);
  });
  return flags;
}

/** Turns interrupts on again where they were on before local_irq_save. */
export function local_irq_restore(flags: boolean): void {
  set_irqs(this_cpu<Cpu>(), flags);
}

/** Whether interrupts are off on this CPU. */
export function irqs_disabled(): boolean {
  return this_cpu<Cpu>().irqs_off;
}

/** Keeps softirqs away from this CPU; nests. */
export function local_bh_disable(): void {
  add_bh(this_cpu<Cpu>(), 1);
}

/** Lets softirqs come again. */
export function local_bh_enable(): void {
  add_bh(this_cpu<Cpu>(), -1);
}

/** Keeps other tasks away from this CPU; nests. */
export function preempt_disable(): void {
  atomic(() => {
    add_preempt(1);
  });
}

/** Lets other tasks run here again. */
export function preempt_enable(): void {
  atomic(() => {
    add_preempt(-1);
  });
}

/** Whether a hardirq or a softirq handler runs this. */
export function in_interrupt(): boolean {
  return execution_context() !== "task";
}

/** What sleeps calls this first: fails `sleep-in-atomic` in a handler, under a spinlock, or with something turned off. */
export function might_sleep(): void {
  ghost(() => {
    may_sleep(this_cpu<Cpu>());
  });
}

function may_sleep(cpu: Cpu): void {
  check("sleep-in-atomic", execution_context() === "task", cpu);
  check("sleep-in-atomic", !cpu.irqs_off && cpu.softirqs_off === 0 && cpu.preempt_off === 0, cpu);
}
