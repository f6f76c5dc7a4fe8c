/**
 * wait_queue_head_t: threads sleep until a condition is true, and who makes it true wakes them. Stands for Linux's
 * wait_event, prepare_to_wait, finish_wait and wake_up. A thread puts itself on the queue before it tests the condition, so
 * that a wake-up in between takes it off again and it does not sleep. The condition is a procedure with steps of its own.
 * A wake-up takes off every thread that waits plainly, and as many exclusive ones as it says, first come first.
 * Left out: interruptible waits, time-outs, wake functions, one thread on two queues.
 */
import { queue } from "../dsl/queue.js";
import { atomic, current, type Thread, until } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";

/** One queue. Who stands on it sleeps, or is about to; a wake-up takes it off. */
export class WaitQueue {
  waiters = queue<Thread>();
  exclusive = queue<Thread>();
  /** Puts the caller on the queue, unless it is on it. */
  enqueue() {
    atomic(() => {
      if (!this.waiters.has(current())) this.waiters.push(current());
    });
  }
}

/** An empty queue, as the initial value of a field or a global. */
export function wait_queue(): WaitQueue {
  return new WaitQueue();
}

/** Puts the caller on the queue and lets its next wait_schedule() sleep. */
export function prepare_to_wait(wq: WaitQueue): void {
  wq.enqueue();
}

/** The same as an exclusive waiter, behind the others. */
export function prepare_to_wait_exclusive(wq: WaitQueue): void {
  atomic(() => {
    if (!wq.exclusive.has(current())) wq.exclusive.push(current());
  });
}

/** schedule(): sleeps until woken, not at all where that has happened since prepare_to_wait(). */
export function wait_schedule(wq: WaitQueue): void {
  atomic(() => {
    might_sleep();
    until(!wq.waiters.has(current()) && !wq.exclusive.has(current()));
  });
}

/** Takes the caller off the queue where it still stands on it. */
export function finish_wait(wq: WaitQueue): void {
  atomic(() => {
    wq.waiters.delete(current());
    wq.exclusive.delete(current());
  });
}

/** Sleeps until the condition is true: tests it, and again each time it is on the queue. */
export function wait_event(wq: WaitQueue, condition: () => boolean): void {
  if (condition()) return;
  for (;;) {
    prepare_to_wait(wq);
    if (condition()) break;
    wait_schedule(wq);
  }
  finish_wait(wq);
}

/** The same as an exclusive waiter: one wake-up wakes one of these. */
export function wait_event_exclusive(wq: WaitQueue, condition: () => boolean): void {
  if (condition()) return;
  for (;;) {
    prepare_to_wait_exclusive(wq);
    if (condition()) break;
    wait_schedule(wq);
  }
  finish_wait(wq);
}

/** Wakes every plain waiter and `n` exclusive ones. */
export function wake_up_nr(wq: WaitQueue, n: number): void {
  atomic(() => {
    wq.waiters.drop(wq.waiters.size);
    wq.exclusive.drop(n);
  });
}

/** Wakes every plain waiter and one exclusive one. */
export function wake_up(wq: WaitQueue): void {
  wake_up_nr(wq, 1);
}

/** Wakes everybody. */
export function wake_up_all(wq: WaitQueue): void {
  atomic(() => {
    wq.waiters.drop(wq.waiters.size);
    wq.exclusive.drop(wq.exclusive.size);
  });
}

/** Whether anybody stands on the queue. */
export function waitqueue_active(wq: WaitQueue): boolean {
  let active = false;
  atomic(() => {
    active = wq.waiters.size > 0 || wq.exclusive.size > 0;
  });
  return active;
}
