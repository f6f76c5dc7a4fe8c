/**
 * struct waitqueue_head of Xen (common/wait.c): a vCPU sleeps inside the hypervisor. It is used with wait_event,
 * prepare_to_wait, wait_schedule (Xen's wait()), finish_wait, wake_up_nr, wake_up_one and wake_up_all. Each wake-up is given to a place in the
 * queue, whether or not the vCPU there still needs it; a woken vCPU puts itself on the queue once more, as the last, and
 * evaluates the condition again while it stands there.
 * Left out: the saved stack, that a vCPU sleeps and wakes on one CPU, and its pause count: where other code pauses a vCPU
 * as well, wait for that behind wait_schedule().
 */
import { atomic, current } from "../dsl/steps.js";
import { might_sleep } from "./cpu.js";
import { WaitQueue, wake_up_nr } from "./wait-queue.js";

/** One queue, on which every waiter waits for a wake-up of its own. */
export class XenWaitQueue extends WaitQueue {
  override enqueue() {
    atomic(() => {
      might_sleep();
      if (!this.exclusive.has(current())) this.exclusive.push(current());
    });
  }
}

/** An empty queue, as the initial value of a field or a global. */
export function xen_wait_queue(): XenWaitQueue {
  return new XenWaitQueue();
}

/** Wakes the first of the queue. */
export function wake_up_one(wq: XenWaitQueue): void {
  wake_up_nr(wq, 1);
}
