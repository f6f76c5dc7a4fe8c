/**
 * The p2m lock and what the order of the mm locks knows nothing of: the locks of event channels, and sleeping. With
 * 6b719c3d7a8d a look-up became a critical section, and whatever was done between a look-up and its use came under a
 * lock: sending events, emulation of MMIO, waiting for a pager.
 *
 * Left out: the emulator, ports and vectors, what the pager does with a request; the p2m lock is the recursive spinlock
 * of 2012, and from 8c160c6e9d16 on stands for the write side of the rwlock.
 */
import {
  assert,
  cases,
  fails,
  ghost,
  holds,
  idle_until,
  instances,
  might_sleep,
  param,
  rspinlock,
  spin_lock,
  spin_lock_recursive,
  spin_unlock,
  spin_unlock_recursive,
  spinlock,
  thread,
  wait_event,
  wake_up_one,
  xen_wait_queue,
} from "latchwork";
import { get_page, PageInfo, put_page, write_to_frame } from "./pages.js";

type Scenario =
  /** An emulated access needs the device model, and a device gets an interrupt. */
  | "send_event"
  /** A guest touches emulated MMIO, and the toolstack changes what is there. */
  | "mmio"
  /** A page is paged out, and the request to the pager has to wait for room in the ring. */
  | "paging"
  /** A nested guest's VMCS stays mapped while its vCPU is descheduled. */
  | "nested_vmcs";

const scenario = param<Scenario>("scenario", "mmio");

/** What a path keeps over the part that takes other locks, or sleeps. */
const keeps = param<"gfn" | "page" | "nothing">("keeps", "gfn");
/** de6acb7: who sends over a channel of Xen's own takes a lock of that channel, and no longer the domain's event_lock. */
const per_channel_locks = param("per_channel_locks", false);

/** struct domain */
class Domain {
  p2m_lock = rspinlock();
  event_lock = spinlock();
  type: "mmio_dm" | "ram_rw" = "mmio_dm";
}

/** struct evtchn, of a channel to the device model. */
class EventChannel {
  lock = spinlock();
  pending = false;
}

/** struct mem_event_domain, as of 3643a961195f, with room for one request. */
class MemEvent {
  ring_lock = spinlock();
  wq = xen_wait_queue();
  /** Somebody has the slot: for a request that is in the ring, or that is still to be put there. */
  claimed = true;
  /** What is in the ring; at first somebody else's request. */
  requests = 1;
}

/** struct vcpu */
class Vcpu {}

const d = new Domain();
const vcpus = instances(Vcpu, param("vcpus", 1));
const ioreq_channel = new EventChannel();
const page = new PageInfo();
const paging = new MemEvent();

/** get_gfn() */
function get_gfn() {
  spin_lock_recursive(d.p2m_lock);
}

/** put_gfn() */
function put_gfn() {
  spin_unlock_recursive(d.p2m_lock);
}

// Events

/** notify_via_xen_event_channel() */
function notify_via_xen_event_channel() {
  if (per_channel_locks) spin_lock(ioreq_channel.lock);
  else spin_lock(d.event_lock);
  ioreq_channel.pending = true;
  if (per_channel_locks) spin_unlock(ioreq_channel.lock);
  else spin_unlock(d.event_lock);
}

/** evtchn_close() by the device model, with a lock for each channel. */
function evtchn_close() {
  spin_lock(d.event_lock);
  spin_lock(ioreq_channel.lock);
  ioreq_channel.pending = false;
  spin_unlock(ioreq_channel.lock);
  spin_unlock(d.event_lock);
}

/** hvmemul_do_io(): the device model copies to or from a page of the guest. */
function hvmemul_do_io() {
  get_gfn();
  if (keeps === "page") {
    get_page(page);
    put_gfn();
  }
  // hvm_send_assist_req()
  notify_via_xen_event_channel();
  write_to_frame(page);
  if (keeps === "page") put_page(page);
  else put_gfn();
}

/** map_domain_pirq(), which maps the MSI-X table of the device on the way. */
function map_domain_pirq() {
  spin_lock(d.event_lock);
  spin_lock_recursive(d.p2m_lock);
  spin_unlock_recursive(d.p2m_lock);
  spin_unlock(d.event_lock);
}

/** hvm_hap_nested_page_fault(), where the gfn is emulated MMIO. */
function hvm_hap_nested_page_fault() {
  get_gfn();
  if (d.type !== "mmio_dm") {
    put_gfn();
    return;
  }
  if (keeps !== "gfn") put_gfn();
  // handle_mmio()
  notify_via_xen_event_channel();
  ghost(() => {
    assert(d.type === "mmio_dm", "what is emulated is MMIO");
  });
  if (keeps === "gfn") put_gfn();
}

/** p2m_change_type_one(): the device model maps RAM where MMIO was. */
function p2m_change_type_one() {
  spin_lock_recursive(d.p2m_lock);
  d.type = "ram_rw";
  spin_unlock_recursive(d.p2m_lock);
}

// Sleeping

/** mem_event_grab_slot(), as the condition of a wait. */
function mem_event_grab_slot(): boolean {
  spin_lock(paging.ring_lock);
  const grabbed = !paging.claimed;
  if (grabbed) paging.claimed = true;
  spin_unlock(paging.ring_lock);
  return grabbed;
}

/** p2m_mem_paging_populate() with a wait queue: the vCPU sleeps until there is room for its request. */
function p2m_mem_paging_populate() {
  wait_event(paging.wq, () => mem_event_grab_slot());
  // mem_event_put_request()
  spin_lock(paging.ring_lock);
  paging.requests++;
  spin_unlock(paging.ring_lock);
}

/** __hvm_copy() to a page that is paged out: asks for it, and the guest tries again. */
function hvm_copy() {
  get_gfn();
  // p2m_is_paging(p2mt)
  if (keeps === "nothing") put_gfn();
  p2m_mem_paging_populate();
  if (keeps === "gfn") put_gfn();
}

/** The pager answers one request after the other, and p2m_mem_paging_resume() wakes who waits for the slot. */
function pager() {
  for (;;) {
    idle_until(paging.requests > 0);
    spin_lock(paging.ring_lock);
    paging.requests--;
    paging.claimed = false;
    wake_up_one(paging.wq);
    spin_unlock(paging.ring_lock);
  }
}

/** nvmx_handle_vmptrld() maps the VMCS, nvmx_purge_vvmcs() unmaps it; in between the vCPU is descheduled at times. */
function nested_vmcs() {
  get_gfn();
  if (keeps === "page") {
    get_page(page);
    put_gfn();
  }
  write_to_frame(page);
  // context_switch()
  might_sleep();
  write_to_frame(page);
  if (keeps === "page") put_page(page);
  else put_gfn();
}

if (scenario === "send_event") {
  thread("emulation", vcpus, () => hvmemul_do_io());
  thread("map pirq", () => map_domain_pirq());
}
if (scenario === "mmio") {
  thread("vcpu", vcpus, () => hvm_hap_nested_page_fault());
  thread("map pirq", () => map_domain_pirq());
  thread("change type", () => p2m_change_type_one());
  if (per_channel_locks) thread("close channel", () => evtchn_close());
}
if (scenario === "paging") {
  thread("vcpu", vcpus, () => hvm_copy());
  thread("pager", () => pager());
}
if (scenario === "nested_vmcs") {
  thread("vcpu", vcpus, () => nested_vmcs());
  thread("look up", () => {
    get_gfn();
    put_gfn();
  });
}

export default cases({
  title: "the p2m lock, event channels and sleeping",
  source: "xen/arch/x86/hvm/hvm.c, xen/common/event_channel.c",

  "event-under-gfn": {
    scenario: "send_event",
    expect: fails("deadlock"),
    why: "emulation sends an event with the gfn locked; who maps an interrupt has the event lock and wants the p2m. No checker orders these two",
    source: "before 9f3c3bd33a",
  },
  "event-after-put": {
    scenario: "send_event",
    keeps: "page",
    expect: holds(),
    why: "a reference keeps the page, and the gfn is put before the event",
    source: "9f3c3bd33a",
  },
  "event-after-put-2-vcpus": {
    scenario: "send_event",
    keeps: "page",
    vcpus: 2,
    expect: holds(),
    why: "the same with two vCPUs",
    source: "9f3c3bd33a",
  },
  "mmio-under-gfn": {
    scenario: "mmio",
    expect: fails("deadlock"),
    why: "the fault handler emulates with the gfn locked, and emulation sends an event",
    source: "before 77b8dfec88",
  },
  "mmio-after-put": {
    scenario: "mmio",
    keeps: "nothing",
    expect: fails("assert"),
    why: "the gfn is put first, and what is emulated as MMIO may be RAM by then: one race for one deadlock",
    source: "77b8dfec88",
  },
  "mmio-under-gfn-per-channel": {
    scenario: "mmio",
    per_channel_locks: true,
    expect: holds(),
    why: "the gfn stays locked again until the access is handled, which is legal only because the event no longer needs the domain's lock",
    source: "d909cb9999 with de6acb7",
  },
  "mmio-under-gfn-per-channel-2-vcpus": {
    scenario: "mmio",
    per_channel_locks: true,
    vcpus: 2,
    expect: holds(),
    why: "the same with two vCPUs",
    source: "d909cb9999 with de6acb7",
  },
  "populate-under-gfn": {
    scenario: "paging",
    expect: fails("sleep-in-atomic"),
    why: "the vCPU goes to sleep on the ring's wait queue with a spinlock held, and the CPU with it",
    source: "before 2981fb7d9d",
  },
  "populate-after-put": {
    scenario: "paging",
    keeps: "nothing",
    expect: holds(),
    why: "the gfn is put before the pager is asked; the look-up is made anew when the page is there",
    source: "2981fb7d9d",
  },
  "populate-after-put-2-vcpus": {
    scenario: "paging",
    keeps: "nothing",
    vcpus: 2,
    expect: holds(),
    why: "the same with two vCPUs that wait for the one slot",
    source: "2981fb7d9d",
  },
  "nested-vmcs-gfn": {
    scenario: "nested_vmcs",
    expect: fails("sleep-in-atomic"),
    why: "locked in one exit and unlocked in another, with a context switch in between",
    source: 'the letter: "would that violate in_atomic()?"',
  },
  "nested-vmcs-page": {
    scenario: "nested_vmcs",
    keeps: "page",
    expect: holds(),
    why: "a reference may be kept while its vCPU sleeps",
    source: "what 6b719c3d7a8d left to page references",
  },
  "nested-vmcs-page-2-vcpus": {
    scenario: "nested_vmcs",
    keeps: "page",
    vcpus: 2,
    expect: holds(),
    why: "the same with two vCPUs",
    source: "what 6b719c3d7a8d left to page references",
  },
});
