/**
 * Claims about whole runs: what must happen at last. They are judged over fair runs only, those in which every
 * thread moves once it can for good (see the option `fairness` of a thread), and in which no check fails.
 */
import { readNotRun } from "./read-not-run.js";

/** The condition is true at some time in every run. */
export function eventually(_name: string, _condition: () => boolean): void {
  readNotRun();
}

/** The condition is true again and again in every run: whenever it is false, it comes true later. */
export function always_eventually(_name: string, _condition: () => boolean): void {
  readNotRun();
}

/** Whenever the first condition is true, the second is true then or later. */
export function leads_to(_name: string, _condition: () => boolean, _consequence: () => boolean): void {
  readNotRun();
}

/** No thread waits for ever, except daemons, and threads that rest in idle_until. The name is for reports. */
export function never_stuck(_name?: string): void {
  readNotRun();
}
