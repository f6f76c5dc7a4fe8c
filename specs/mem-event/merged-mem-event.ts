/**
 * The memory event ring as it was merged: 3643a961195f "x86/mm: Improve ring management for memory events. Do not lose guest
 * events" (xen/arch/x86/mm/mem_event.c, Jan 2012), and what became of it (xen/common/vm_event.c today). A slot is claimed
 * before anything else happens, and that is where a guest sleeps; a request that has a claim finds room. A vCPU that leaves
 * fewer free slots than the guest has vCPUs is blocked on its way out, so that sleeping stays the exception.
 */
import {
  assert,
  param,
  spin_lock,
  spin_unlock,
  spinlock,
  test_and_clear_bit,
  test_and_set_bit,
  test_bit,
  u8,
} from "latchwork";
import {
  FRONT_RING_INIT,
  FrontRing,
  pop_response,
  push_request,
  type Request,
  RING_FREE_REQUESTS,
  RING_HAS_UNCONSUMED_RESPONSES,
  ring_page,
  type SharedRing,
} from "./ring.js";
import {
  is_guest,
  type Vcpu,
  vcpu_pause_nosync,
  vcpu_unpause,
  vcpus,
  WaitqueueHead,
  wait_event,
  wake_up_nr,
} from "./xen.js";

type Design =
  /** 3643a961195f: blocked vCPUs are let go while fewer are online than there are free slots. */
  | "merged"
  /** 7f8445d9678a, Feb 2017: as many are let go as there are free slots, and who is paused for its event is not blocked. */
  | "unblocks_more"
  /** HEAD: besides, a request is not put, nor a claim given back, where the ring is gone. */
  | "head";
export const design = param<Design>("design", "merged");

/** M12: 9ccfacd4706c, where a guest that may not sleep claims as if it were foreign. */
const no_sleep_is_foreign = param("no_sleep_is_foreign", false);
/** M16: 15e4dd5e86 renamed the error that callers ask for. */
export const eopnotsupp = param("eopnotsupp", false);

/** _VPF_mem_paging (xen/sched.h). */
const _VPF_mem_paging = 4;
const max_vcpus = vcpus.length;

/** struct mem_event_domain */
export class MemEventDomain {
  ring_lock = spinlock();
  ring_page: SharedRing | null = null;
  front_ring = new FrontRing();
  foreign_producers = u8(0);
  target_producers = u8(0);
  wq = new WaitqueueHead();
  /** How many vCPUs have pause_flag set. */
  blocked = 0;
  last_vcpu_wake_up = 0;
  pause_flag = 0;
}

export type Errno = "0" | "-EBUSY" | "-ENOSYS" | "-EOPNOTSUPP";

/** A response, if there was one. */
export type Response = { found: boolean; vcpu: Vcpu | null; vcpu_paused: boolean };

/** mem_event_ring_available() */
function mem_event_ring_available(med: MemEventDomain): number {
  const avail_req = RING_FREE_REQUESTS(med.front_ring) - med.target_producers - med.foreign_producers;
  assert(avail_req >= 0); // BUG_ON
  return avail_req;
}

/** mem_event_wake_blocked(): lets go of vCPUs that were blocked on their way out. */
function mem_event_wake_blocked(med: MemEventDomain) {
  let avail_req = mem_event_ring_available(med);
  if (avail_req === 0 || med.blocked === 0) return;

  let online = max_vcpus;
  if (design === "merged") {
    for (const v of vcpus) {
      if (test_bit(med.pause_flag, v.pause_flags)) online--;
    }
    assert(online === max_vcpus - med.blocked);
  }

  // Begins behind the one that was let go last.
  let i = med.last_vcpu_wake_up + 1;
  for (let j = 0; j < max_vcpus; j++) {
    const k = i % max_vcpus;
    const v = vcpus[k];
    if (med.blocked === 0) break;
    if (design === "merged" ? online >= avail_req : avail_req === 0) break;
    if (test_and_clear_bit(med.pause_flag, v.pause_flags)) {
      vcpu_unpause(v);
      if (design === "merged") online++;
      else avail_req--;
      med.blocked--;
      med.last_vcpu_wake_up = k;
    }
    i++;
  }
}

/** mem_event_wake_queued(): wakes who sleeps for a slot. */
function mem_event_wake_queued(med: MemEventDomain) {
  const avail_req = mem_event_ring_available(med);
  if (avail_req > 0) wake_up_nr(med.wq, avail_req);
}

/** mem_event_wake(): sleepers go first; each of them comes here again when it has put its request. */
function mem_event_wake(med: MemEventDomain) {
  if (med.wq.list.size > 0) mem_event_wake_queued(med);
  else mem_event_wake_blocked(med);
}

/** What mem_event_enable() does to the structure. */
export function init_ring(med: MemEventDomain) {
  ring_page.mapped = true; // prepare_ring_for_helper()
  med.ring_page = ring_page;
  FRONT_RING_INIT(med.front_ring, ring_page);
  med.pause_flag = _VPF_mem_paging;
}

/** mem_event_enable() */
export function mem_event_enable(med: MemEventDomain) {
  if (med.ring_page !== null) return;
  spin_lock(med.ring_lock);
  init_ring(med);
  spin_unlock(med.ring_lock);
}

/** mem_event_disable(): looks for sleepers under the lock, and not for claims. */
export function mem_event_disable(med: MemEventDomain): Errno {
  if (med.ring_page === null) return "0";
  spin_lock(med.ring_lock);
  if (med.wq.list.size > 0) {
    spin_unlock(med.ring_lock);
    return "-EBUSY";
  }
  for (const v of vcpus) {
    if (test_and_clear_bit(med.pause_flag, v.pause_flags)) {
      vcpu_unpause(v);
      med.blocked--;
    }
  }
  ring_page.mapped = false; // destroy_ring_for_helper()
  med.ring_page = null;
  spin_unlock(med.ring_lock);
  return "0";
}

/** mem_event_release_slot(), under the lock. */
function mem_event_release_slot(curr: Vcpu, med: MemEventDomain) {
  if (is_guest(curr)) med.target_producers--;
  else med.foreign_producers--;
  mem_event_wake(med);
}

/** mem_event_mark_and_pause(): the vCPU stops on its way out, until mem_event_wake_blocked(). */
function mem_event_mark_and_pause(v: Vcpu, med: MemEventDomain) {
  if (!test_and_set_bit(med.pause_flag, v.pause_flags)) {
    vcpu_pause_nosync(v);
    med.blocked++;
  }
}

/** mem_event_put_request(): the caller has claimed a slot, so there is one. */
export function mem_event_put_request(curr: Vcpu, med: MemEventDomain, req: Request) {
  if (design === "head" && med.ring_page === null) return;
  spin_lock(med.ring_lock);
  assert(RING_FREE_REQUESTS(med.front_ring) > 0);
  push_request(med.front_ring, req);
  mem_event_release_slot(curr, med);
  const avail_req = mem_event_ring_available(med);
  if (is_guest(curr) && avail_req < max_vcpus) {
    if (design === "merged" || curr.mem_event_pause_count === 0) mem_event_mark_and_pause(curr, med);
  }
  spin_unlock(med.ring_lock);
}

/** mem_event_get_response(): frees a slot, and wakes in the same critical section. */
export function mem_event_get_response(med: MemEventDomain): Response {
  spin_lock(med.ring_lock);
  if (!RING_HAS_UNCONSUMED_RESPONSES(med.front_ring)) {
    spin_unlock(med.ring_lock);
    return { found: false, vcpu: null, vcpu_paused: false };
  }
  const rsp = pop_response(med.front_ring);
  mem_event_wake(med);
  spin_unlock(med.ring_lock);
  return { found: true, vcpu: rsp.vcpu, vcpu_paused: rsp.vcpu_paused };
}

/** mem_event_cancel_slot() */
export function mem_event_cancel_slot(curr: Vcpu, med: MemEventDomain) {
  if (design === "head" && med.ring_page === null) return;
  spin_lock(med.ring_lock);
  mem_event_release_slot(curr, med);
  spin_unlock(med.ring_lock);
}

/** mem_event_grab_slot() */
function mem_event_grab_slot(med: MemEventDomain, foreign: boolean): Errno {
  if (med.ring_page === null) return eopnotsupp ? "-EOPNOTSUPP" : "-ENOSYS";
  spin_lock(med.ring_lock);
  const avail_req = mem_event_ring_available(med);
  if (avail_req === 0) {
    spin_unlock(med.ring_lock);
    return "-EBUSY";
  }
  if (foreign) med.foreign_producers++;
  else med.target_producers++;
  spin_unlock(med.ring_lock);
  return "0";
}

/** mem_event_wait_slot(): sleeps until there is a slot, or no ring. */
function mem_event_wait_slot(curr: Vcpu, med: MemEventDomain): Errno {
  let rc: Errno = "-EBUSY";
  wait_event(curr, med.wq, () => {
    rc = mem_event_grab_slot(med, false);
    return rc !== "-EBUSY";
  });
  return rc;
}

/** mem_event_check_ring(): not the one from before v5; it only asks whether anybody listens. */
export function mem_event_check_ring(med: MemEventDomain): boolean {
  return med.ring_page !== null;
}

/** __mem_event_claim_slot() */
export function mem_event_claim_slot(curr: Vcpu, med: MemEventDomain, allow_sleep: boolean): Errno {
  if (design === "head" && med.ring_page === null) return eopnotsupp ? "-EOPNOTSUPP" : "-ENOSYS";
  if (is_guest(curr) && allow_sleep) return mem_event_wait_slot(curr, med);
  return mem_event_grab_slot(med, no_sleep_is_foreign || !is_guest(curr));
}
