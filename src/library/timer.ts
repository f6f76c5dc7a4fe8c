/**
 * Timers as in Xen's common/timer.c: a handler runs in softirq context on another CPU, at any time while the
 * timer is armed, and without the timer subsystem's own lock. Each operation below is one step because that lock
 * makes it one; only kill_timer is two, since it waits for a running handler after the lock is dropped.
 * Left out: time itself, the CPU a timer is queued on, migrate_timer's two locks.
 */
import { execution_context } from "../dsl/contexts.js";
import { release } from "../dsl/memory.js";
import { assert, atomic, check, current, idle_until, type Thread, until } from "../dsl/steps.js";

/** One timer. It is `invalid` until init_timer; `running` is the thread in its handler. */
export class Timer {
  status: "invalid" | "inactive" | "killed" | "in_heap" = "invalid";
  running: Thread | null = null;
}

/** A timer that was never initialised, as the initial value of a field. */
export function timer(): Timer {
  return new Timer();
}

/** Makes the timer usable. Nothing else may touch it at the same time. */
export function init_timer(timer: Timer): void {
  timer.status = "inactive";
}

/** Arms the timer; no effect on a killed one. */
export function set_timer(timer: Timer): void {
  atomic(() => {
    assert(timer.status !== "invalid", "the timer is initialised");
    if (timer.status !== "killed") timer.status = "in_heap";
  });
}

/** Disarms the timer; a handler that already runs goes on. */
export function stop_timer(timer: Timer): void {
  atomic(() => {
    assert(timer.status !== "invalid", "the timer is initialised");
    if (timer.status === "in_heap") timer.status = "inactive";
  });
}

/** Moves an armed timer to another CPU. The CPU is not modelled: only the use of the timer is. */
export function migrate_timer(timer: Timer): void {
  assert(timer.status !== "invalid", "the timer is initialised");
}

/** Disarms the timer for good and waits for a running handler to end. */
export function kill_timer(timer: Timer): void {
  atomic(() => {
    assert(timer.status !== "invalid", "the timer is initialised");
    check("self-deadlock", timer.running !== current(), timer);
    timer.status = "killed";
  });
  until(timer.running === null, timer.running);
}

/**
 * The softirq's side: runs the handler once if the timer is armed. A thread that stands for the softirq waits until it
 * is; a handler declared with softirq(…) does not.
 */
export function execute_timer(timer: Timer, handler: () => void): void {
  if (execution_context() === "task") {
    atomic(() => {
      idle_until(timer.status === "in_heap");
      timer.status = "inactive";
      timer.running = current();
    });
  } else {
    let runs = false;
    atomic(() => {
      if (timer.status === "in_heap") {
        timer.status = "inactive";
        timer.running = current();
        runs = true;
      }
    });
    if (!runs) return;
  }
  handler();
  release(() => {
    timer.running = null;
  });
}
