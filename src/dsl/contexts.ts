/**
 * Execution contexts. A CPU is an object of the library's class Cpu, or of a class that extends it with per-CPU state. A
 * thread that is started for a CPU runs there; so do its interrupt handlers, which enter between any two steps of what
 * they interrupt and run to their end before that goes on. A thread without a CPU has one to itself.
 */
import { readNotRun } from "./read-not-run.js";
import type { Instances } from "./spec.js";

/** How an interrupt handler is declared; all keys are constants. */
export interface HandlerOptions {
  /** The interrupt comes at most so often; without it there is no limit. */
  readonly times?: number;
}

/**
 * A hardware interrupt on each of these CPUs: it may come whenever interrupts are on there, whatever runs, and runs with
 * interrupts off.
 */
export function hardirq<T extends object>(
  name: string,
  on: Instances<T> | T,
  handler: (cpu: T) => void,
  options?: HandlerOptions,
): void;
export function hardirq(_name: string, _on: object, _handler: unknown, _options?: HandlerOptions): void {
  readNotRun();
}

/**
 * A softirq on each of these CPUs: it may come whenever a task runs there with softirqs and interrupts on. Interrupts
 * stay on while it runs.
 */
export function softirq<T extends object>(
  name: string,
  on: Instances<T> | T,
  handler: (cpu: T) => void,
  options?: HandlerOptions,
): void;
export function softirq(_name: string, _on: object, _handler: unknown, _options?: HandlerOptions): void {
  readNotRun();
}

/** The CPU that the running thread is on: `this_cpu<Cpu>()`, or a class of the spec that extends Cpu. */
export function this_cpu<T extends object>(): T {
  return readNotRun();
}

/** What kind of code runs: known when the thread is compiled, so that branches on it vanish. */
export function execution_context(): "task" | "softirq" | "hardirq" {
  return readNotRun();
}

/** For the library: whether the spec knows of CPUs or handlers at all. Known when a case is compiled. */
export function has_contexts(): boolean {
  return readNotRun();
}
