/**
 * struct tasklet_struct: a function that runs in softirq context, on one CPU at a time. Stands for Linux's
 * tasklet_schedule, tasklet_disable, tasklet_enable and tasklet_kill, and for Xen's tasklets.
 * Left out: which CPU runs it, priorities, and that nobody may schedule it after tasklet_kill().
 */
import { execution_context } from "../dsl/contexts.js";
import { atomic, check, current, idle_until, type Thread, until } from "../dsl/steps.js";

/** One tasklet. `scheduled` is the bit that keeps it from being queued twice; `queued` that a softirq will find it. */
export class Tasklet {
  scheduled = false;
  queued = false;
  running: Thread | null = null;
  disabled = 0;
}

/** A tasklet that is not scheduled, as the initial value of a field or a global. */
export function tasklet(): Tasklet {
  return new Tasklet();
}

/** Lets the tasklet run once; no effect where it is scheduled already. */
export function tasklet_schedule(t: Tasklet): void {
  atomic(() => {
    if (!t.scheduled) {
      t.scheduled = true;
      t.queued = true;
    }
  });
}

/**
 * The softirq's side: runs the tasklet once if it is scheduled and enabled. A thread that stands for the softirq waits
 * until it is; a handler declared with softirq(…) does not.
 */
export function run_tasklet(t: Tasklet, fn: () => void): void {
  if (execution_context() === "task") {
    atomic(() => {
      idle_until(t.queued && t.disabled === 0 && t.running === null);
      t.queued = false;
      t.scheduled = false;
      t.running = current();
    });
  } else {
    let runs = false;
    atomic(() => {
      if (t.queued && t.disabled === 0 && t.running === null) {
        t.queued = false;
        t.scheduled = false;
        t.running = current();
        runs = true;
      }
    });
    if (!runs) return;
  }
  fn();
  atomic(() => {
    t.running = null;
  });
}

/** Keeps the tasklet from running, and waits until it does not. */
export function tasklet_disable(t: Tasklet): void {
  atomic(() => {
    check("self-deadlock", t.running !== current(), t);
    t.disabled++;
  });
  until(t.running === null, t.running);
}

/** Undoes one tasklet_disable(). */
export function tasklet_enable(t: Tasklet): void {
  atomic(() => {
    t.disabled--;
  });
}

/** Waits until the tasklet is not scheduled and does not run. */
export function tasklet_kill(t: Tasklet): void {
  atomic(() => {
    check("self-deadlock", t.running !== current(), t);
    until(!t.scheduled);
    t.scheduled = true;
  });
  until(t.running === null, t.running);
  atomic(() => {
    t.scheduled = false;
  });
}
