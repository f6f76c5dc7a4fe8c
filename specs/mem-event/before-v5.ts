/**
 * The ring before the v5 patch (b010d7f5b8, 2 Dec 2011): nobody sleeps inside the hypervisor. mem_event_check_ring() stops
 * a vCPU that finds the ring full when it leaves, the caller drops its event, and every response lets all of them go.
 * That is fine where the guest does the same again and has the same event again, and no good where it does not.
 */
import {
  assert,
  cases,
  fails,
  holds,
  initially,
  param,
  set_bit,
  spin_lock,
  spin_unlock,
  spinlock,
  test_and_clear_bit,
  thread,
  u32,
} from "latchwork";
import {
  BackRing,
  FRONT_RING_INIT,
  FrontRing,
  get_request,
  pop_response,
  push_request,
  put_response,
  RING_FREE_REQUESTS,
  ring_page,
} from "./ring.js";
import { type Vcpu, vcpu_pause_nosync, vcpu_unpause, vcpus, vmexit } from "./xen.js";

/** A write to CR3 cannot be had again; the access that p2m_mem_access_check() reports is made again, and fails again. */
const guest_does = param<"trap" | "access">("guest_does", "trap");

/** Bit of pause_flags (xen/sched.h). */
const _VPF_mem_event = 4;

/** struct mem_event_domain */
class MemEventDomain {
  ring_lock = spinlock();
  front_ring = new FrontRing();
  req_producers = u32(0);
}
const med = new MemEventDomain();
const back = new BackRing();

/** mem_event_check_ring(): says whether the ring is full, and if it is, stops the vCPU on its way out. */
function mem_event_check_ring(curr: Vcpu): boolean {
  let ring_full = true;
  spin_lock(med.ring_lock);
  const free_requests = RING_FREE_REQUESTS(med.front_ring);
  if (med.req_producers < free_requests) {
    med.req_producers++;
    ring_full = false;
  }
  if (ring_full) set_bit(_VPF_mem_event, curr.pause_flags); // mem_event_mark_and_pause()
  spin_unlock(med.ring_lock);
  return ring_full;
}

/** mem_event_put_request() */
function mem_event_put_request(curr: Vcpu, vcpu_paused: boolean) {
  spin_lock(med.ring_lock);
  push_request(med.front_ring, { vcpu: curr, vcpu_paused, drop_page: false });
  med.req_producers--;
  spin_unlock(med.ring_lock);
}

/** mem_event_unpause_vcpus(): lets all of them go, for the one slot that has come free. */
function mem_event_unpause_vcpus() {
  for (const v of vcpus) test_and_clear_bit(_VPF_mem_event, v.pause_flags); // and vcpu_wake(v)
}

/** p2m_mem_access_resume() */
function p2m_mem_access_resume() {
  spin_lock(med.ring_lock);
  const rsp = pop_response(med.front_ring); // mem_event_get_response()
  spin_unlock(med.ring_lock);
  if (rsp.vcpu_paused) vcpu_unpause(rsp.vcpu!);
  mem_event_unpause_vcpus();
}

/** hvm_memory_event_traps() with HVMPME_mode_async; false where the event is lost. */
function hvm_memory_event_traps(curr: Vcpu): boolean {
  if (mem_event_check_ring(curr)) return false;
  mem_event_put_request(curr, false);
  return true;
}

/** p2m_mem_access_check(); false where the guest has to try again. */
function p2m_mem_access_check(curr: Vcpu): boolean {
  if (mem_event_check_ring(curr)) return false;
  vcpu_pause_nosync(curr);
  mem_event_put_request(curr, true);
  return true;
}

initially(() => {
  FRONT_RING_INIT(med.front_ring, ring_page);
});

thread("guest", vcpus, (v) => {
  let sent = false;
  if (guest_does === "trap") {
    vmexit(v, () => {
      sent = hvm_memory_event_traps(v);
    });
    // The instruction has been carried out, and the guest is behind it.
    assert(sent);
  } else {
    while (!sent) {
      vmexit(v, () => {
        sent = p2m_mem_access_check(v);
      });
    }
  }
  vmexit(v, () => {}); // and runs on
});

thread(
  "listener",
  () => {
    for (;;) {
      put_response(get_request(back));
      p2m_mem_access_resume();
    }
  },
  { daemon: true },
);

export default cases({
  title: "memory event ring before v5",
  source: "xen/arch/x86/mm/mem_event.c at b010d7f5b8",

  "event-lost": {
    vcpus: 2,
    expect: fails("assert"),
    why: "the second vCPU finds the ring full and drops its event, and the listener never hears of that write to CR3",
    source: "what v5 and 3643a961195f were written for",
  },
  "event-repeated": {
    vcpus: 2,
    guest_does: "access",
    expect: holds(),
    uncovered: "a response that nobody waits for is in the other case, which fails",
    why: "an access that has not been reported is made again: the event comes late, and all vCPUs try for each slot",
    source: "b010d7f5b8",
  },
  "event-repeated-3-vcpus": {
    vcpus: 3,
    guest_does: "access",
    expect: holds(),
    uncovered: "a response that nobody waits for is in the other case, which fails",
    why: "the same with three vCPUs",
    source: "b010d7f5b8",
  },
});
