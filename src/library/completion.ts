/**
 * struct completion: waiters sleep until somebody says that something is done. Stands for Linux's complete and
 * wait_for_completion. Each complete() lets one waiter pass, whether it waits already or comes later.
 * Left out: the order of waiters, time-outs. A complete() that nobody waits for counts up, as in Linux.
 */
import { atomic, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One completion; `done` counts the waiters that may pass, `all` says that every one may. */
export class Completion {
  done = 0;
  all = false;
}

/** A completion that is not done, as the initial value of a field or a global. */
export function completion(): Completion {
  return new Completion();
}

/** Lets one waiter pass. */
export function complete(x: Completion): void {
  atomic(() => {
    if (!x.all) x.done++;
  });
}

/** Lets every waiter pass, now and later, until reinit_completion(). */
export function complete_all(x: Completion): void {
  atomic(() => {
    x.all = true;
    x.done = 0;
  });
}

/** Sleeps until it may pass. */
export function wait_for_completion(x: Completion): void {
  atomic(() => {
    might_sleep();
    until(x.all || x.done > 0);
    if (!x.all) x.done--;
  });
}

/** Passes if it may; says whether it did. Never sleeps. */
export function try_wait_for_completion(x: Completion): boolean {
  let passed = false;
  atomic(() => {
    if (x.all) {
      passed = true;
    } else if (x.done > 0) {
      x.done--;
      passed = true;
    }
  });
  return passed;
}

/** Whether a waiter would pass. */
export function completion_done(x: Completion): boolean {
  let done = false;
  atomic(() => {
    done = x.all || x.done > 0;
  });
  return done;
}

/** Makes it not done again. Nobody may wait for it at the same time. */
export function reinit_completion(x: Completion): void {
  atomic(() => {
    x.done = 0;
    x.all = false;
  });
}
