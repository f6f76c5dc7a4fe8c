/**
 * The memory event ring of the v5 patch: "[PATCH] mem_event: use wait queue when ring is full", Olaf Hering, 5 Dec 2011, on
 * b010d7f5b8: xen/arch/x86/mm/mem_event.c. Its callers are in v5-callers.ts. What the patch does not touch is as in that tree:
 * the ring is used without asking whether it is still there, and a response is read without asking whether it is.
 *
 * Left out: shared_page and the event channel.
 */
import {
  assert,
  ghost,
  param,
  set_bit,
  spin_lock,
  spin_unlock,
  spinlock,
  test_and_clear_bit,
  u16,
} from "latchwork";
import {
  FRONT_RING_INIT,
  FrontRing,
  listeners_change,
  pop_response,
  push_request,
  type Request,
  RING_FREE_REQUESTS,
  ring_page,
  type SharedRing,
} from "./ring.js";
import { is_guest, type Vcpu, vcpus, WaitqueueHead, wait_event, wake_up_nr } from "./xen.js";

/** A bit of pause_flags (xen/sched.h); bit 0 is _VPF_blocked. */
export const _VPF_mem_access = 5;

/** M7: `<` for `<=`, the kind of mistake that v4's change log names. */
const off_by_one = param("off_by_one", false);
/** M5: mem_event_release_slot() wakes who waits for room. */
const release_wakes = param("release_wakes", false);
/** struct mem_event_domain */
export class MemEventDomain {
  ring_lock = spinlock();
  ring_page: SharedRing | null = null;
  front_ring = new FrontRing();
  foreign_producers = u16(0);
  target_producers = u16(0);
  /** Which bit of pause_flags stands for this ring. */
  bit = 0;
  wq = new WaitqueueHead();
  /** Whether mem_event_ring_lock_init() and FRONT_RING_INIT() have been called. */
  initialised = ghost(false);
}

/** The ring of the model, for paging or access events. */
export const med = new MemEventDomain();

/** mem_event_ring_lock() */
function mem_event_ring_lock() {
  spin_lock(med.ring_lock);
  if (listeners_change) ghost(() => assert(med.initialised));
}

/** mem_event_ring_unlock() */
function mem_event_ring_unlock() {
  spin_unlock(med.ring_lock);
}

/** mem_event_wake_waiters(): wakes the vCPUs that have found no listener. */
export function mem_event_wake_waiters() {
  for (const v of vcpus) {
    test_and_clear_bit(med.bit, v.pause_flags); // and vcpu_wake(v)
  }
}

/** mem_event_mark_and_sleep(): the vCPU stops when it leaves the hypervisor. */
export function mem_event_mark_and_sleep(v: Vcpu) {
  set_bit(med.bit, v.pause_flags);
}

/** mem_event_enable() */
export function mem_event_enable(bit: number): string {
  if (med.ring_page !== null) return "-EBUSY";
  ring_page.mapped = true; // map_domain_page()
  med.ring_page = ring_page;
  FRONT_RING_INIT(med.front_ring, ring_page);
  med.initialised = true; // mem_event_ring_lock_init()
  med.bit = bit;
  mem_event_wake_waiters();
  return "0";
}

/** mem_event_disable() */
export function mem_event_disable(): string {
  if (med.wq.list.size > 0) return "-EBUSY";
  ring_page.mapped = false; // unmap_domain_page()
  med.ring_page = null;
  return "0";
}

/** mem_event_claim_slot(): negative without a listener, 0 when a slot is claimed, positive when the ring is full. */
export function mem_event_claim_slot(curr: Vcpu): number {
  let ring_full = 1;
  if (med.ring_page === null) return -1;
  mem_event_ring_lock();
  const free_req = RING_FREE_REQUESTS(med.front_ring);
  if (is_guest(curr)) {
    med.target_producers++;
    ring_full = 0;
  } else if (med.foreign_producers + med.target_producers + 1 < free_req) {
    med.foreign_producers++;
    ring_full = 0;
  }
  mem_event_ring_unlock();
  return ring_full;
}

/** mem_event_release_slot(): wakes nobody. */
export function mem_event_release_slot(curr: Vcpu) {
  mem_event_ring_lock();
  if (is_guest(curr)) med.target_producers--;
  else med.foreign_producers--;
  mem_event_ring_unlock();
  if (release_wakes) mem_event_wake_requesters();
}

/** _mem_event_put_request(): the condition that a guest waits for, and the act. */
function _mem_event_put_request(curr: Vcpu, req: Request): boolean {
  mem_event_ring_lock();
  const free_req = RING_FREE_REQUESTS(med.front_ring);
  // Foreign requests must succeed because their vCPUs cannot sleep.
  const claimed_req = med.foreign_producers;
  const too_few = off_by_one ? free_req < claimed_req : free_req <= claimed_req;
  if (free_req === 0 || (is_guest(curr) && too_few)) {
    mem_event_ring_unlock();
    return false;
  }
  if (is_guest(curr)) med.target_producers--;
  else med.foreign_producers--;
  push_request(med.front_ring, req);
  mem_event_ring_unlock();
  return true;
}

/** mem_event_put_request(): what a foreign caller cannot put is lost, but for a printk. */
export function mem_event_put_request(curr: Vcpu, req: Request) {
  if (is_guest(curr)) wait_event(curr, med.wq, () => _mem_event_put_request(curr, req));
  else _mem_event_put_request(curr, req);
}

/** mem_event_get_response(): does not look whether there is one. */
export function mem_event_get_response(): Request {
  mem_event_ring_lock();
  const rsp = pop_response(med.front_ring);
  mem_event_ring_unlock();
  return rsp;
}

/** mem_event_wake_requesters(): as many as can put a request. */
export function mem_event_wake_requesters() {
  mem_event_ring_lock();
  const free_req = RING_FREE_REQUESTS(med.front_ring);
  if (free_req > 0) wake_up_nr(med.wq, free_req);
  mem_event_ring_unlock();
}
