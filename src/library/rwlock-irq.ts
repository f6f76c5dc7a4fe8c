/**
 * rwlock_t with interrupts or softirqs off: the irq, irqsave and bh variants of Linux, and Xen's irq and irqsave ones.
 * Left out: the trylocks of these kinds, which neither kernel has for all of them.
 */
import {
  local_bh_disable,
  local_bh_enable,
  local_irq_disable,
  local_irq_enable,
  local_irq_restore,
  local_irq_save,
} from "./cpu.js";
import { type Rwlock, read_lock, read_unlock, write_lock, write_unlock } from "./rwlock.js";

/** Turns interrupts off and joins the readers; gives what read_unlock_irqrestore needs. */
export function read_lock_irqsave(lock: Rwlock): boolean {
  const flags = local_irq_save();
  read_lock(lock);
  return flags;
}

/** Undoes read_lock_irqsave: interrupts are on again where they were on before. */
export function read_unlock_irqrestore(lock: Rwlock, flags: boolean): void {
  read_unlock(lock);
  local_irq_restore(flags);
}

/** Turns interrupts off and joins the readers. */
export function read_lock_irq(lock: Rwlock): void {
  local_irq_disable();
  read_lock(lock);
}

/** Undoes read_lock_irq: interrupts are on, also where they were off before. */
export function read_unlock_irq(lock: Rwlock): void {
  read_unlock(lock);
  local_irq_enable();
}

/** Keeps softirqs away and joins the readers. */
export function read_lock_bh(lock: Rwlock): void {
  local_bh_disable();
  read_lock(lock);
}

/** Undoes read_lock_bh. */
export function read_unlock_bh(lock: Rwlock): void {
  read_unlock(lock);
  local_bh_enable();
}

/** Turns interrupts off and takes the lock as its writer; gives what write_unlock_irqrestore needs. */
export function write_lock_irqsave(lock: Rwlock): boolean {
  const flags = local_irq_save();
  write_lock(lock);
  return flags;
}

/** Undoes write_lock_irqsave: interrupts are on again where they were on before. */
export function write_unlock_irqrestore(lock: Rwlock, flags: boolean): void {
  write_unlock(lock);
  local_irq_restore(flags);
}

/** Turns interrupts off and takes the lock as its writer. */
export function write_lock_irq(lock: Rwlock): void {
  local_irq_disable();
  write_lock(lock);
}

/** Undoes write_lock_irq: interrupts are on, also where they were off before. */
export function write_unlock_irq(lock: Rwlock): void {
  write_unlock(lock);
  local_irq_enable();
}

/** Keeps softirqs away and takes the lock as its writer. */
export function write_lock_bh(lock: Rwlock): void {
  local_bh_disable();
  write_lock(lock);
}

/** Undoes write_lock_bh. */
export function write_unlock_bh(lock: Rwlock): void {
  write_unlock(lock);
  local_bh_enable();
}
