/**
 * Who puts requests into the merged ring, and who takes the responses out: p2m.c, hvm.c and monitor.c from 3643a961195f on.
 * Each claims a slot first, pauses its vCPU then, and puts its request last, which never sleeps.
 *
 * Left out: the p2m beyond the type of the one page that all events are about, and what a request says.
 */
import { param, rspinlock, spin_lock_recursive, spin_unlock_recursive } from "latchwork";
import {
  design,
  eopnotsupp,
  type MemEventDomain,
  mem_event_cancel_slot,
  mem_event_check_ring,
  mem_event_claim_slot,
  mem_event_get_response,
  mem_event_put_request,
} from "./merged-mem-event.js";
import { listeners_change } from "./ring.js";
import {
  is_guest,
  mem_event_vcpu_pause,
  mem_event_vcpu_unpause,
  type Vcpu,
  vcpu_pause_nosync,
  vcpu_unpause,
} from "./xen.js";

/** M13: put_gfn() before the call that may sleep (2981fb7d9dcb). */
const put_gfn_first = param("put_gfn_first", true);
/** What an access does without a listener: crash the guest, or lose its restriction. */
const access_required = param("access_required", true);
/** Pauses for events are counted, and an unpause without a pause is refused (868d9b99b39c, 2014). */
const unpause_guard = param("unpause_guard", false);

type AccessOrder =
  /** Claims, pauses, puts: 3643a961195f, and again from monitor_traps() on. */
  | "claim-pause-put"
  /** The check pauses, and mem_access_send_req() claims and puts behind it: x86 from 2012 to 2015. */
  | "pause-claim-put"
  /** mem_access_send_req() first, and then the pause: Arm until monitor_traps(). */
  | "claim-put-pause";
const access_order = param<AccessOrder>("access_order", "claim-pause-put");

/** The p2m's entry for the page. Its lock is recursive; get_gfn() holds it from 6b719c3d7a8d on. */
class P2m {
  lock = rspinlock();
  p2mt: "ram_rw" | "paging_out" | "paging_in_start" = "paging_out";
}
const p2m = new P2m();

class Domain {
  is_shut_down = false;
}
export const domain = new Domain();

/** domain_crash(); what becomes of the guest is left out. */
function domain_crash() {
  domain.is_shut_down = true;
}

function pause_for_event(v: Vcpu) {
  if (design === "merged" && !unpause_guard) vcpu_pause_nosync(v);
  else mem_event_vcpu_pause(v);
}

function unpause_after_event(v: Vcpu) {
  if (design === "merged" && !unpause_guard) vcpu_unpause(v);
  else mem_event_vcpu_unpause(v);
}

/** p2m_mem_paging_populate(): somebody touched a page that is paged out. */
export function p2m_mem_paging_populate(curr: Vcpu, med: MemEventDomain) {
  const rc = mem_event_claim_slot(curr, med, true);
  if (rc === "-ENOSYS") domain_crash();
  if (rc !== "0") return;

  spin_lock_recursive(p2m.lock);
  const p2mt = p2m.p2mt;
  if (p2mt === "paging_out") p2m.p2mt = "paging_in_start";
  spin_unlock_recursive(p2m.lock);

  const vcpu_paused = p2mt !== "ram_rw" && is_guest(curr);
  if (vcpu_paused) {
    pause_for_event(curr);
  } else if (p2mt !== "paging_out") {
    // The page is already on its way back, and nobody is paused.
    mem_event_cancel_slot(curr, med);
    return;
  }
  mem_event_put_request(curr, med, { vcpu: curr, vcpu_paused, drop_page: false });
}

/** __hvm_copy(), and other users of get_gfn() that find a page paged out. */
export function __hvm_copy(curr: Vcpu, med: MemEventDomain) {
  spin_lock_recursive(p2m.lock); // get_gfn()
  const p2mt = p2m.p2mt;
  if (put_gfn_first) spin_unlock_recursive(p2m.lock); // put_gfn()
  if (p2mt !== "ram_rw") p2m_mem_paging_populate(curr, med);
  if (!put_gfn_first) spin_unlock_recursive(p2m.lock);
}

/** hvm_memory_event_traps() with HVMPME_mode_async: the guest wrote to CR3, say, and goes on. */
export function hvm_memory_event_traps(curr: Vcpu, med: MemEventDomain, allow_sleep: boolean) {
  const rc = mem_event_claim_slot(curr, med, allow_sleep);
  if (rc === "-ENOSYS") return; // nobody wants to know
  if (rc !== "0") {
    if (eopnotsupp && rc !== "-EBUSY") domain_crash(); // no other error without the new name
    return;
  }
  mem_event_put_request(curr, med, { vcpu: curr, vcpu_paused: false, drop_page: false });
}

/**
 * p2m_mem_access_check(): the guest did what the listener wants to know of, and waits for the answer. No vCPU is stopped for
 * want of a listener any more.
 */
export function p2m_mem_access_check(curr: Vcpu, med: MemEventDomain) {
  if (!mem_event_check_ring(med)) {
    if (access_required) domain_crash();
    return;
  }
  if (access_order === "pause-claim-put") pause_for_event(curr);
  mem_access_send_req(curr, med);
  if (access_order === "claim-put-pause") pause_for_event(curr);
}

/** mem_access_send_req(), later monitor_traps() */
function mem_access_send_req(curr: Vcpu, med: MemEventDomain) {
  const rc = mem_event_claim_slot(curr, med, true);
  if (listeners_change && rc !== "0") return; // the ring has gone since
  if (access_order === "claim-pause-put") pause_for_event(curr);
  mem_event_put_request(curr, med, { vcpu: curr, vcpu_paused: true, drop_page: false });
}

/** p2m_mem_paging_prep(): the pager brings the page back. */
export function p2m_mem_paging_prep() {
  spin_lock_recursive(p2m.lock);
  p2m.p2mt = "ram_rw";
  spin_unlock_recursive(p2m.lock);
}

/** p2m_mem_paging_resume(), mem_access_resume(): take all responses. */
export function p2m_mem_paging_resume(med: MemEventDomain) {
  for (;;) {
    const rsp = mem_event_get_response(med);
    if (!rsp.found) break;
    if (rsp.vcpu_paused) unpause_after_event(rsp.vcpu!);
  }
}
