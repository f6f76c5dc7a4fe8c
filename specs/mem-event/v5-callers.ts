/**
 * Who puts requests into the ring of the v5 patch, and who takes the responses out: p2m.c, hvm.c and mem_sharing.c, on
 * b010d7f5b8. The patch moves no vcpu_pause_nosync(): p2m_mem_paging_populate(), p2m_mem_access_check() and
 * hvm_memory_event_traps() pause the vCPU before they put the request.
 *
 * Left out: the p2m beyond the type of the one page that all events are about, and what a request says.
 */
import { param, spin_lock, spin_unlock, spinlock } from "latchwork";
import {
  mem_event_claim_slot,
  mem_event_get_response,
  mem_event_mark_and_sleep,
  mem_event_put_request,
  mem_event_release_slot,
  mem_event_wake_requesters,
  mem_event_wake_waiters,
} from "./v5-mem-event.js";
import {
  is_guest,
  mem_event_vcpu_pause,
  mem_event_vcpu_unpause,
  type Vcpu,
  vcpu_pause_nosync,
  vcpu_unpause,
} from "./xen.js";

/** M3: v2's change log says that populate pauses after it has put its request. The code of v5 pauses before. */
const pause_after_put = param("pause_after_put", false);
/** M3b: pauses for events are counted, and an unpause without a pause is refused (868d9b99b39c, 2014). */
const unpause_guard = param("unpause_guard", false);
/** M1: p2m_mem_paging_drop_page() claims a slot too. */
const drop_page_claims = param("drop_page_claims", false);
/** What p2m_mem_access_check() does without a listener: stop the vCPU, or drop the restriction. */
const access_required = param("access_required", true);

type PageType = "ram_rw" | "paging_out" | "paging_in_start";
/** What the page is at first. */
const p2mt_at_first = param<PageType>("p2mt", "paging_out");

/** The p2m's entry for the page, as far as paging goes. */
class P2m {
  lock = spinlock();
  p2mt: PageType = p2mt_at_first;
}
const p2m = new P2m();

function pause_for_event(v: Vcpu) {
  if (unpause_guard) mem_event_vcpu_pause(v);
  else vcpu_pause_nosync(v);
}

function unpause_after_event(v: Vcpu) {
  if (unpause_guard) mem_event_vcpu_unpause(v);
  else vcpu_unpause(v);
}

/** p2m_mem_paging_populate(): somebody touched a page that is paged out. */
export function p2m_mem_paging_populate(curr: Vcpu) {
  if (mem_event_claim_slot(curr) !== 0) return;

  spin_lock(p2m.lock);
  const p2mt = p2m.p2mt;
  if (p2mt === "paging_out") p2m.p2mt = "paging_in_start";
  spin_unlock(p2m.lock);

  const vcpu_paused = p2mt !== "ram_rw" && is_guest(curr);
  if (vcpu_paused) {
    if (!pause_after_put) pause_for_event(curr);
  } else if (p2mt !== "paging_out") {
    // The page is already on its way back, and nobody is paused.
    mem_event_release_slot(curr);
    return;
  }
  mem_event_put_request(curr, { vcpu: curr, vcpu_paused, drop_page: false });
  if (vcpu_paused && pause_after_put) pause_for_event(curr);
}

/** p2m_mem_paging_drop_page(): the page is given back while it is paged out, so the pager may forget it. */
export function p2m_mem_paging_drop_page(curr: Vcpu) {
  if (drop_page_claims && mem_event_claim_slot(curr) !== 0) return;
  mem_event_put_request(curr, { vcpu: curr, vcpu_paused: false, drop_page: true });
}

/** p2m_mem_access_check(): the guest did what the listener wants to know of. */
export function p2m_mem_access_check(curr: Vcpu) {
  const res = mem_event_claim_slot(curr);
  if (res < 0) {
    if (access_required) mem_event_mark_and_sleep(curr);
    return;
  }
  if (res > 0) return;
  if (!pause_after_put) pause_for_event(curr);
  mem_event_put_request(curr, { vcpu: curr, vcpu_paused: true, drop_page: false });
  if (pause_after_put) pause_for_event(curr);
}

/** hvm_memory_event_traps() with HVMPME_mode_async: the guest wrote to CR3, say, and goes on. */
export function hvm_memory_event_traps(curr: Vcpu) {
  if (mem_event_claim_slot(curr) < 0) return;
  mem_event_put_request(curr, { vcpu: curr, vcpu_paused: false, drop_page: false });
}

/** mem_sharing_notify_helper(): no memory to unshare a page; here v5 puts the request before it pauses. */
export function mem_sharing_notify_helper(curr: Vcpu) {
  if (!is_guest(curr)) return;
  if (mem_event_claim_slot(curr) < 0) return;
  mem_event_put_request(curr, { vcpu: curr, vcpu_paused: true, drop_page: false });
  pause_for_event(curr);
}

/** p2m_mem_paging_resume(): the pager's domctl when it has put a response. Takes one. */
export function p2m_mem_paging_resume() {
  const rsp = mem_event_get_response();
  if (!rsp.drop_page) {
    spin_lock(p2m.lock);
    p2m.p2mt = "ram_rw";
    spin_unlock(p2m.lock);
  }
  if (rsp.vcpu_paused) unpause_after_event(rsp.vcpu!);
  mem_event_wake_requesters();
}

/** p2m_mem_access_resume(): the same for access events. */
export function p2m_mem_access_resume() {
  const rsp = mem_event_get_response();
  if (rsp.vcpu_paused) unpause_after_event(rsp.vcpu!);
  mem_event_wake_requesters();
  mem_event_wake_waiters();
}

/** mem_sharing_sharing_resume(): the patch does not touch it, and it wakes nobody. */
export function mem_sharing_sharing_resume() {
  const rsp = mem_event_get_response();
  if (rsp.vcpu_paused) unpause_after_event(rsp.vcpu!);
}
