/**
 * struct work_struct: a function that a worker runs later, in a thread of its own. Stands for Linux's schedule_work,
 * queue_work, flush_work and cancel_work_sync. Work that is queued while it runs is run once more, never twice at a time;
 * flush_work() waits for the run that is queued or running when it is called, and for no later one.
 * Left out: delays, several queues, the order in which a worker takes different works.
 */
import { queue } from "../dsl/queue.js";
import { atomic, check, current, idle_until, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One work. Runs are counted by `odd`, so that who flushes is told of the end of the right one. */
export class Work {
  pending = false;
  running: Thread | null = null;
  canceling = false;
  odd = false;
  flush_even = queue<Thread>();
  flush_odd = queue<Thread>();
}

/** A work that is not queued, as the initial value of a field or a global. */
export function work(): Work {
  return new Work();
}

/** Queues the work unless it is queued already, or being cancelled; says whether it did. */
export function schedule_work(w: Work): boolean {
  let queued = false;
  atomic(() => {
    if (!w.pending && !w.canceling) {
      w.pending = true;
      queued = true;
    }
  });
  return queued;
}

/** The worker's side: waits until the work is queued, then runs it once. */
export function run_work(w: Work, fn: () => void): void {
  atomic(() => {
    idle_until(w.pending && w.running === null);
    w.pending = false;
    w.running = current();
    w.odd = !w.odd;
  });
  fn();
  atomic(() => {
    w.running = null;
    if (w.odd) w.flush_odd.drop(w.flush_odd.size);
    else w.flush_even.drop(w.flush_even.size);
  });
}

/** Sleeps until the run that is queued, or else the running one, has ended. By the worker itself it is a self-deadlock. */
export function flush_work(w: Work): void {
  atomic(() => {
    might_sleep();
    check("self-deadlock", w.running !== current(), w);
    if (w.pending || w.running !== null) {
      if (w.pending !== w.odd) w.flush_odd.push(current());
      else w.flush_even.push(current());
    }
  });
  atomic(() => {
    until(!w.flush_odd.has(current()) && !w.flush_even.has(current()), w.running);
  });
}

/** Takes the work off the queue, and sleeps until it no longer runs. Nobody can queue it meanwhile. */
export function cancel_work_sync(w: Work): boolean {
  let was_pending = false;
  atomic(() => {
    might_sleep();
    check("self-deadlock", w.running !== current(), w);
    until(!w.canceling);
    was_pending = w.pending;
    if (w.pending) {
      w.pending = false;
      if (w.odd) w.flush_even.drop(w.flush_even.size);
      else w.flush_odd.drop(w.flush_odd.size);
    }
    w.canceling = true;
  });
  until(w.running === null, w.running);
  atomic(() => {
    w.canceling = false;
  });
  return was_pending;
}
