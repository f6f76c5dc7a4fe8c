/**
 * struct semaphore: a count that down() takes from and up() adds to. Stands for Linux's down, down_trylock and up.
 * Nobody owns it: any thread may call up(), so nobody is known to be waited for, and a circle through a semaphore is
 * found as a deadlock and not as a wait-cycle.
 * Left out: fairness between waiters, interruptible waits.
 */
import { atomic, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One semaphore; `count` is how often down() passes without waiting. */
export class Semaphore {
  count = 1;
}

/** A semaphore with the count 1, as the initial value of a field or a global. */
export function semaphore(): Semaphore {
  return new Semaphore();
}

/** Gives it another count; for `initially`, before anybody uses it. */
export function sema_init(sem: Semaphore, count: number): void {
  sem.count = count;
}

/** Sleeps until the count is not zero and takes one. */
export function down(sem: Semaphore): void {
  atomic(() => {
    might_sleep();
    until(sem.count > 0);
    sem.count--;
  });
}

/** Takes one if the count is not zero; says whether it did (Linux returns 0 for that). Never sleeps. */
export function down_trylock(sem: Semaphore): boolean {
  let taken = false;
  atomic(() => {
    if (sem.count > 0) {
      sem.count--;
      taken = true;
    }
  });
  return taken;
}

/** Adds one; any thread may. */
export function up(sem: Semaphore): void {
  atomic(() => {
    sem.count++;
  });
}
