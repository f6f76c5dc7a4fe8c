/**
 * What the mem_event code stands on in Xen: pausing a vCPU (xen/common/domain.c), and sleeping inside the hypervisor
 * (xen/common/wait.c at b010d7f5b8, the tree that the v5 patch was written for).
 *
 * Where C says `current`, a procedure takes the vCPU that runs it as its first argument.
 *
 * Left out: the saved stack and the affinity of a sleeping vCPU. Nothing else takes a CPU away from a vCPU that is
 * inside the hypervisor, so one that has been paused goes on until it calls schedule().
 */
import {
  assert,
  atomic,
  cmpxchg,
  fetch_add,
  instances,
  might_sleep,
  param,
  queue,
  spin_lock,
  spin_unlock,
  spinlock,
  until,
} from "latchwork";

/** struct vcpu of the guest that the ring belongs to. */
export class Vcpu {
  /** Not runnable while it is not zero; pauses nest. An atomic_t in C: it is signed. */
  pause_count = 0;
  /** The _VPF_ bits; not runnable while one of them is set. */
  pause_flags = 0;
  /** How many of the pauses are for events (868d9b99b39c, 2014). */
  mem_event_pause_count = 0;
  /** Whether it executes the hypervisor, where nothing stops it; a guest is stopped at any instruction. */
  in_hypervisor = false;
}

/** A vCPU of another domain, in a hypercall about the guest: it cannot sleep. */
export class ForeignVcpu extends Vcpu {}

export const vcpus = instances(Vcpu, param("vcpus", 1));
export const foreign_vcpus = instances(ForeignVcpu, param("foreign_vcpus", 1), "foreign");

/** struct waitqueue_head. A struct waitqueue_vcpu is known by its vCPU here. */
export class WaitqueueHead {
  lock = spinlock();
  list = queue<Vcpu>();
}

class Domain {
  pause_count = 0;
}
const d = new Domain();

/** Without it ASSERT() is compiled out. */
const debug = param("debug", true);

/** `current->domain == d` */
export function is_guest(curr: Vcpu): boolean {
  return !(curr instanceof ForeignVcpu);
}

/** vcpu_pause_nosync(): does not wait until the vCPU has stopped, which may be the caller. */
export function vcpu_pause_nosync(v: Vcpu) {
  fetch_add(v.pause_count, 1);
}

/** vcpu_unpause() */
export function vcpu_unpause(v: Vcpu) {
  fetch_add(v.pause_count, -1);
}

/** mem_event_vcpu_pause() of 868d9b99b39c. */
export function mem_event_vcpu_pause(v: Vcpu) {
  fetch_add(v.mem_event_pause_count, 1);
  vcpu_pause_nosync(v);
}

/** mem_event_vcpu_unpause() of 868d9b99b39c: refuses what would make the count negative. */
export function mem_event_vcpu_unpause(v: Vcpu) {
  for (;;) {
    const old = v.mem_event_pause_count;
    if (old === 0) return;
    if (cmpxchg(v.mem_event_pause_count, old, old - 1) === old) break;
  }
  vcpu_unpause(v);
}

/** domain_pause(): returns when no vCPU of the guest runs. */
export function domain_pause() {
  fetch_add(d.pause_count, 1);
  for (const v of vcpus) until(!v.in_hypervisor);
}

/** domain_unpause() */
export function domain_unpause() {
  fetch_add(d.pause_count, -1);
}

/** vcpu_runnable() is true, and the vCPU gets a CPU. */
function wait_until_runnable(curr: Vcpu) {
  atomic(() => {
    until(curr.pause_count === 0 && curr.pause_flags === 0 && d.pause_count === 0);
    curr.in_hypervisor = true;
  });
}

/** The guest runs, as soon as it may, until it does what the hypervisor has to handle. */
export function vmexit(curr: Vcpu, handler: () => void) {
  wait_until_runnable(curr);
  handler();
  curr.in_hypervisor = false;
}

/** schedule(), called inside the hypervisor: returns when the vCPU is runnable again. */
function schedule(curr: Vcpu) {
  if (debug) might_sleep();
  curr.in_hypervisor = false;
  wait_until_runnable(curr);
}

/** prepare_to_wait(): a vCPU that has been woken comes back to here, so that it is on the list while it looks again. */
function prepare_to_wait(curr: Vcpu, wq: WaitqueueHead) {
  if (debug) might_sleep();
  assert(!wq.list.has(curr));
  spin_lock(wq.lock);
  wq.list.push(curr);
  vcpu_pause_nosync(curr);
  spin_unlock(wq.lock);
}

/** finish_wait(): undoes prepare_to_wait(), unless a wake-up has done so. */
function finish_wait(curr: Vcpu, wq: WaitqueueHead) {
  if (!wq.list.has(curr)) return;
  spin_lock(wq.lock);
  if (wq.list.has(curr)) {
    wq.list.delete(curr);
    vcpu_unpause(curr);
  }
  spin_unlock(wq.lock);
}

/** wait_event(): asks once before it joins the queue. The macro says the condition twice; here it is one call. */
export function wait_event(curr: Vcpu, wq: WaitqueueHead, condition: () => boolean) {
  let waits = false;
  for (;;) {
    if (waits) prepare_to_wait(curr, wq);
    if (condition()) break;
    if (waits) schedule(curr); // wait()
    waits = true;
  }
  if (waits) finish_wait(curr, wq);
}

/** wake_up_nr(): each wake-up goes to a place on the list, whether or not the vCPU there still needs it. */
export function wake_up_nr(wq: WaitqueueHead, nr: number) {
  spin_lock(wq.lock);
  let left = nr;
  for (;;) {
    const v = wq.list.first;
    if (v === null || left === 0) break;
    left--;
    wq.list.delete(v);
    vcpu_unpause(v);
  }
  spin_unlock(wq.lock);
}

/** destroy_waitqueue_head(): wake_up_all(), from c1e3e15c585f on. */
export function destroy_waitqueue_head(wq: WaitqueueHead) {
  spin_lock(wq.lock);
  for (;;) {
    const v = wq.list.first;
    if (v === null) break;
    wq.list.delete(v);
    vcpu_unpause(v);
  }
  spin_unlock(wq.lock);
}
