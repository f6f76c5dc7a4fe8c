/**
 * The merged design of the memory event ring (3643a961195f) and its repairs: who is woken when a slot comes free, who claims
 * as what, and what may be held while sleeping for a slot. A guest with at most as many vCPUs as the ring has slots is safe;
 * with more, some vCPU can stay blocked beside an empty ring, in the merged code and in that of today.
 */
import { at_end, cases, fails, holds, initially, never_stuck, param, repeat, thread } from "latchwork";
import {
  __hvm_copy,
  hvm_memory_event_traps,
  p2m_mem_access_check,
  p2m_mem_paging_populate,
  p2m_mem_paging_prep,
  p2m_mem_paging_resume,
} from "./merged-callers.js";
import { init_ring, MemEventDomain } from "./merged-mem-event.js";
import { BackRing, get_request, put_response, RING_HAS_UNCONSUMED_REQUESTS } from "./ring.js";
import { foreign_vcpus, type Vcpu, vcpus, vmexit } from "./xen.js";

/** "trap" does not wait for the answer, "access" does; "copy" touches a page that is paged out, in a hypercall. */
type GuestEvent = "trap" | "access" | "copy";
const guest_does = param<GuestEvent>("guest_does", "trap");
/** How often each vCPU does so. */
const rounds = param("rounds", 1);
/** What the first vCPU does twice in one exit before the rest, as an emulated instruction can. */
const twice_in_one_exit = param<"nothing" | "trap" | "access">("twice_in_one_exit", "nothing");
/** Whether a guest may sleep for a slot (9ccfacd4706c). */
const allow_sleep = param("allow_sleep", true);
/** Whether a toolstack touches the page too. */
const foreign_populates = param("foreign_populates", false);

type Listener =
  /** Answers every request, and has Xen look after each response. */
  | "answers"
  /** Answers all requests that it finds, and then has Xen look. */
  | "batches"
  /** Has Xen look once too often. */
  | "looks_twice"
  /** Answers what a vCPU is paused for. */
  | "answers_paused"
  /** There is none, and no ring. */
  | "none";
const listener = param<Listener>("listener", "answers");
/**
 * Whether the case is about a wake-up that is lost, which is asked of whole runs. Elsewhere it is enough that nobody moves any
 * more: all but the listener come to an end, and the listener rests, so who sleeps for ever is a deadlock.
 */
const asks_about_runs = param("asks_about_runs", false);

const med = new MemEventDomain();
const back = new BackRing();

initially(() => {
  if (listener !== "none") init_ring(med);
});

function guest_event(curr: Vcpu, what: GuestEvent) {
  if (what === "trap") hvm_memory_event_traps(curr, med, allow_sleep);
  else if (what === "access") p2m_mem_access_check(curr, med);
  else __hvm_copy(curr, med);
}

thread("guest", vcpus, (v) => {
  if (twice_in_one_exit !== "nothing" && v === vcpus[0]) {
    vmexit(v, () => repeat(2, () => guest_event(v, twice_in_one_exit)));
  }
  repeat(rounds, () => {
    vmexit(v, () => guest_event(v, guest_does));
  });
  vmexit(v, () => {}); // and runs on
});

if (foreign_populates) {
  thread("toolstack", foreign_vcpus, (v) => p2m_mem_paging_populate(v, med));
}

function listen() {
  for (;;) {
    const req = get_request(back);
    if (listener === "answers_paused" && !req.vcpu_paused) continue;
    if (guest_does === "copy") p2m_mem_paging_prep();
    put_response(req);
    if (listener === "batches") while (RING_HAS_UNCONSUMED_REQUESTS(back)) put_response(get_request(back));
    p2m_mem_paging_resume(med);
    if (listener === "looks_twice") p2m_mem_paging_resume(med);
  }
}
if (listener !== "none") thread("listener", () => listen(), { daemon: true });

at_end(
  "each claim has been used or released",
  () => med.foreign_producers === 0 && med.target_producers === 0,
);
if (asks_about_runs) never_stuck();

export default cases({
  title: "memory event ring, merged: room in the ring",
  source: "3643a961195f, Improve ring management for memory events. Do not lose guest events",

  "one-vcpu": {
    rounds: 2,
    expect: holds(),
    why: "the vCPU is blocked while its event fills the ring, and the response lets it go",
  },
  "vcpus-fit-into-ring": {
    vcpus: 2,
    ring_size: 2,
    rounds: 2,
    expect: holds(),
    why: "with a slot for each vCPU, a vCPU that is blocked has a request in the ring, or somebody else will wake it",
  },
  "vcpus-fit-into-4-slots": {
    vcpus: 3,
    ring_size: 4,
    expect: holds(),
    why: "the same with three vCPUs",
  },
  "foreign-claims": {
    ring_size: 2,
    rounds: 2,
    foreign_populates: true,
    expect: holds(),
    why: "a foreign vCPU claims as the guest does, and a slot that it gives back or uses wakes who waits",
  },
  "foreign-claims-4-slots": {
    ring_size: 4,
    rounds: 2,
    foreign_vcpus: 2,
    foreign_populates: true,
    expect: holds(),
    why: "the same with two foreign vCPUs",
  },
  "cancelled-claim-wakes": {
    foreign_vcpus: 2,
    foreign_populates: true,
    expect: holds(),
    why: "a foreign vCPU finds the page on its way back and gives up its claim of the only slot: nothing but mem_event_cancel_slot() can wake who waits for it",
  },
  "responses-in-a-batch": {
    vcpus: 2,
    ring_size: 2,
    guest_does: "access",
    listener: "batches",
    expect: holds(),
    why: "resume takes responses until there is none",
  },
  "responses-in-a-batch-3-vcpus": {
    vcpus: 3,
    ring_size: 4,
    guest_does: "access",
    listener: "batches",
    expect: holds(),
    why: "the same with three vCPUs",
  },
  "resume-without-response": {
    rounds: 2,
    listener: "looks_twice",
    expect: holds(),
    why: "mem_event_get_response() looks whether there is one",
  },
  "resume-without-response-2-vcpus": {
    vcpus: 2,
    ring_size: 2,
    listener: "looks_twice",
    expect: holds(),
    why: "the same with two vCPUs",
  },
  unanswered: {
    rounds: 2,
    listener: "answers_paused",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "also here a request that is never answered keeps its slot",
    source: "xenpaging before c411a2bcbc",
  },
  "two-events-in-one-exit": {
    vcpus: 2,
    ring_size: 2,
    twice_in_one_exit: "trap",
    guest_does: "access",
    expect: holds(),
    why: "the second vCPU has to sleep, since the first has filled the ring in one exit; it claims before it pauses, and so comes back",
  },
  "two-events-in-one-exit-3-vcpus": {
    vcpus: 3,
    ring_size: 4,
    twice_in_one_exit: "trap",
    guest_does: "access",
    expect: holds(),
    why: "the same with three vCPUs",
  },
  "two-events-in-one-slot": {
    twice_in_one_exit: "trap",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "a vCPU that has been blocked for its first event sleeps for a slot for its second: it is paused twice, and the one response wakes who is on the queue and lets go of nobody. With two slots there is a second response",
    source: "found here: mem_event_mark_and_pause() and mem_event_wake() of 3643a961195f",
  },
  "two-accesses-in-one-exit": {
    ring_size: 2,
    twice_in_one_exit: "access",
    design: "unblocks_more",
    expect: holds(),
    why: "a vCPU with two events is paused twice; one pause may go while the other comes, so the count is changed by cmpxchg",
    source: "868d9b99b39c",
  },
  "two-accesses-in-one-exit-2-vcpus": {
    vcpus: 2,
    ring_size: 4,
    twice_in_one_exit: "access",
    design: "unblocks_more",
    expect: holds(),
    why: "the same with two vCPUs",
    source: "868d9b99b39c",
  },
  "access-pauses-before-it-claims": {
    vcpus: 2,
    ring_size: 2,
    twice_in_one_exit: "trap",
    guest_does: "access",
    access_order: "pause-claim-put",
    expect: fails("deadlock"),
    why: "M3 once more: p2m_mem_access_check() has paused the vCPU, then mem_access_send_req() sleeps for a slot. A wake-up takes back one of the two pauses, and the request that would take back the other is not in the ring",
    source: "found here: p2m.c, hvm.c and mem_access.c of x86, 2012 to 2015",
  },
  "access-pauses-after-it-puts": {
    access_order: "claim-put-pause",
    unpause_guard: true,
    guest_does: "access",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the answer comes before the pause; it is refused, since there is nothing to take back, and the pause stays",
    source:
      "found here: p2m_mem_access_check() of Arm (arch/arm/p2m.c) until monitor_traps(), with 868d9b99b39c",
  },
  "more-vcpus-than-slots": {
    vcpus: 2,
    guest_does: "access",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "one vCPU online is as many as there are free slots, so the other stays blocked beside an empty ring, although the first may never have an event again",
    source: "3643a961195f, repaired by 7f8445d9678a",
  },
  "paused-is-not-blocked": {
    vcpus: 2,
    guest_does: "access",
    design: "unblocks_more",
    expect: holds(),
    why: "who waits for the answer to its event anyway is not blocked as well",
    source: "7f8445d9678a, Feb 2017",
  },
  "paused-is-not-blocked-3-vcpus": {
    vcpus: 3,
    guest_does: "access",
    design: "unblocks_more",
    expect: holds(),
    why: "the same with three vCPUs and one slot",
    source: "7f8445d9678a, Feb 2017",
  },
  "unblocks-as-many-as-fit": {
    vcpus: 2,
    design: "unblocks_more",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "events that nobody waits for: two vCPUs are blocked when the last response comes, that lets go of one, and if it has no further event nobody calls wake again",
    source: "7f8445d9678a; 928f59868c says that starvation remains",
  },
  "no-sleep-claims-as-foreign": {
    allow_sleep: false,
    no_sleep_is_foreign: true,
    expect: fails("assert"),
    why: "claimed as foreign, put as the guest's: target_producers goes from 0 to 255, and BUG_ON(avail_req < 0) finds it",
    source: "9ccfacd4706c, repaired by 282ea217a7d1",
  },
  "no-sleep-claims-as-guest": {
    allow_sleep: false,
    rounds: 2,
    foreign_populates: true,
    expect: holds(),
    why: "the claim is counted by whom it is for, whether or not it may sleep; who finds the ring full gets -EBUSY",
    source: "282ea217a7d1",
  },
  "no-sleep-claims-as-guest-2-vcpus": {
    vcpus: 2,
    ring_size: 2,
    allow_sleep: false,
    foreign_populates: true,
    expect: holds(),
    why: "the same with two vCPUs",
    source: "282ea217a7d1",
  },
  "sleeps-with-gfn-held": {
    vcpus: 2,
    guest_does: "copy",
    put_gfn_first: false,
    expect: fails("sleep-in-atomic"),
    why: "mem_event_claim_slot() sleeps while the caller holds the page's lock",
    source: "6b719c3d7a8d, repaired by 2981fb7d9dcb",
  },
  "sleeps-with-gfn-held-no-assert": {
    vcpus: 2,
    guest_does: "copy",
    put_gfn_first: false,
    debug: false,
    expect: fails("deadlock"),
    why: "without ASSERT() the pager needs the lock of the vCPU that waits for the pager",
    source: "6b719c3d7a8d, repaired by 2981fb7d9dcb",
  },
  "puts-gfn-before-it-sleeps": {
    vcpus: 2,
    guest_does: "copy",
    design: "unblocks_more",
    expect: holds(),
    why: "put_gfn() comes before the call that may sleep",
    source: "2981fb7d9dcb",
  },
  "puts-gfn-before-it-sleeps-3-vcpus": {
    vcpus: 3,
    guest_does: "copy",
    design: "unblocks_more",
    expect: holds(),
    why: "the same with three vCPUs",
    source: "2981fb7d9dcb",
  },
  "nobody-listens": {
    listener: "none",
    expect: holds(),
    why: "a trap that nobody wants to know of is no event",
  },
  "nobody-listens-access": {
    listener: "none",
    guest_does: "access",
    expect: holds(),
    why: "without a listener the guest is crashed, or the restriction dropped: no vCPU stops until somebody listens, so none can miss that",
    source: "3643a961195f and later, against mem_event_mark_and_sleep() of v5",
  },
  "nobody-listens-paging": {
    listener: "none",
    guest_does: "copy",
    expect: holds(),
    why: "a page that is paged out and no pager: the guest is crashed",
  },
});
