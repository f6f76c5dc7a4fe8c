/**
 * Whether a lock is safe against interrupts, as lockdep and Xen's check_lock track it: a lock that a handler takes must
 * be taken with those interrupts off everywhere, or the handler may wait for what it interrupts. Stands for lockdep's
 * usage bits. Left out: classes of locks (each lock is tracked by itself) and chains of locks.
 */
import { execution_context, has_contexts, this_cpu } from "../dsl/contexts.js";
import { check, ghost } from "../dsl/steps.js";
import type { Cpu } from "./cpu.js";

/** What a lock that spins has in common with others. The marks exist in specs with handlers only. */
export class SpinningLock {
  in_hardirq = ghost(false);
  in_softirq = ghost(false);
  with_hardirqs_on = ghost(false);
  with_softirqs_on = ghost(false);
}

/** Fails `irq-unsafe` where taking the lock here contradicts how it was taken before. Call it before the lock waits. */
export function check_irq_safety(lock: SpinningLock): void {
  if (has_contexts()) check_marks(lock, this_cpu<Cpu>());
}

function check_marks(lock: SpinningLock, cpu: Cpu): void {
  if (execution_context() === "hardirq") check("irq-unsafe", !lock.with_hardirqs_on, lock);
  else check("irq-unsafe", cpu.irqs_off || !lock.in_hardirq, lock);
  if (execution_context() === "softirq") check("irq-unsafe", !lock.with_softirqs_on, lock);
  if (execution_context() === "task") {
    check("irq-unsafe", cpu.irqs_off || cpu.softirqs_off > 0 || !lock.in_softirq, lock);
  }
}

/** Remembers how the lock was taken. Call it in the step that takes it. */
export function mark_irq_safety(lock: SpinningLock): void {
  if (has_contexts()) set_marks(lock, this_cpu<Cpu>());
}

function set_marks(lock: SpinningLock, cpu: Cpu): void {
  ghost(() => {
    if (execution_context() === "hardirq") lock.in_hardirq = true;
    else lock.with_hardirqs_on = lock.with_hardirqs_on || !cpu.irqs_off;
    if (execution_context() === "softirq") lock.in_softirq = true;
    if (execution_context() === "task") {
      lock.with_softirqs_on = lock.with_softirqs_on || (!cpu.irqs_off && cpu.softirqs_off === 0);
    }
  });
}
