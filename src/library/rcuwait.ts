/**
 * struct rcuwait: one thread waits for a condition that others make true. Stands for Linux's prepare_to_rcuwait,
 * set_current_state, schedule, finish_rcuwait and rcuwait_wake_up. The waiter says that it is going to sleep before it
 * tests the condition; a wake-up in between makes rcuwait_schedule() return at once.
 * Left out: other task states than running and sleeping, and RCU, which only keeps the task from being freed.
 */
import { assert, atomic, current, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One waiter. It is awake unless `sleeping`, which it sets itself and a wake-up resets. */
export class Rcuwait {
  task: Thread | null = null;
  sleeping = false;
}

/** Nobody waits, as the initial value of a field or a global. */
export function rcuwait(): Rcuwait {
  return new Rcuwait();
}

/** Makes the caller the one to be woken; there can be only one. */
export function prepare_to_rcuwait(w: Rcuwait): void {
  atomic(() => {
    assert(w.task === null, "nobody else waits");
    w.task = current();
  });
}

/** set_current_state(TASK_UNINTERRUPTIBLE): from here on a wake-up is not lost. */
export function rcuwait_set_state(w: Rcuwait): void {
  atomic(() => {
    assert(w.task === current(), "the caller has called prepare_to_rcuwait");
    w.sleeping = true;
  });
}

/** schedule(): sleeps until woken, not at all where that has happened since rcuwait_set_state(). */
export function rcuwait_schedule(w: Rcuwait): void {
  atomic(() => {
    might_sleep();
    until(!w.sleeping);
  });
}

/** Ends the wait: the caller is awake and nobody's to wake. */
export function finish_rcuwait(w: Rcuwait): void {
  atomic(() => {
    w.task = null;
    w.sleeping = false;
  });
}

/** Wakes who waits; nobody, or one that is awake, is left alone. */
export function rcuwait_wake_up(w: Rcuwait): void {
  atomic(() => {
    if (w.task !== null) w.sleeping = false;
  });
}

/** Waits until the condition is true. It is tested after the caller says that it sleeps, and may take steps of its own. */
export function rcuwait_wait_event(w: Rcuwait, condition: () => boolean): void {
  prepare_to_rcuwait(w);
  for (;;) {
    rcuwait_set_state(w);
    if (condition()) break;
    rcuwait_schedule(w);
  }
  finish_rcuwait(w);
}
