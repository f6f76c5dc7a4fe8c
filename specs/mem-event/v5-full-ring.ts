/**
 * A full ring under the v5 patch: who waits for room, who wakes whom, and who counts what. The patch keeps the promise of
 * its cover letter, that a claimed foreign request finds room, as long as everybody claims and every request is
 * answered; most cases take away one of the two.
 */
import {
  at_end,
  cases,
  fails,
  holds,
  initially,
  invariant,
  never_stuck,
  param,
  repeat,
  thread,
} from "latchwork";
import {
  BackRing,
  get_request,
  put_response,
  RING_FREE_REQUESTS,
  RING_HAS_UNCONSUMED_REQUESTS,
  ring_size,
} from "./ring.js";
import {
  hvm_memory_event_traps,
  mem_sharing_notify_helper,
  mem_sharing_sharing_resume,
  p2m_mem_access_check,
  p2m_mem_access_resume,
  p2m_mem_paging_drop_page,
  p2m_mem_paging_populate,
  p2m_mem_paging_resume,
} from "./v5-callers.js";
import { _VPF_mem_access, med, mem_event_enable } from "./v5-mem-event.js";
import { foreign_vcpus, type Vcpu, vcpus, vmexit } from "./xen.js";

/** On the ring for paging, for access events, and for sharing. */
type GuestEvent = "none" | "populate" | "drop_page" | "trap" | "access" | "sharing";
type ForeignEvent = "none" | "populate" | "drop_page" | "sharing";

/** What the guest's first vCPU does before the rest. */
const guest_first = param<GuestEvent>("guest_first", "none");
/** What each vCPU of the guest does. */
const guest_then = param<GuestEvent>("guest_then", "populate");
/** How often. */
const rounds = param("rounds", 1);
/** What a vCPU of another domain does: only the ring for paging has foreign requests, for sharing it is refused. */
const foreign_does = param<ForeignEvent>("foreign_does", "none");
type Listener =
  /** Answers every request, and has Xen look after each response. */
  | "answers"
  /** Answers what a vCPU is paused for, as xenpaging did where the page was in memory already. */
  | "answers_paused"
  /** Answers all requests that it finds, and then has Xen look. */
  | "batches"
  /** Has Xen look once too often. */
  | "looks_twice"
  /** Sends no flags back. */
  | "drops_flags"
  /** There is none, and no ring. */
  | "none";
const listener = param<Listener>("listener", "answers");
/**
 * Whether the case is about a wake-up that is lost, which is asked of whole runs. Elsewhere it is enough that nobody moves any
 * more: all but the listener come to an end, and the listener rests, so who sleeps for ever is a deadlock.
 */
const asks_about_runs = param("asks_about_runs", false);

const back = new BackRing();

function guest_event(curr: Vcpu, what: GuestEvent) {
  if (what === "trap") hvm_memory_event_traps(curr);
  else if (what === "populate") p2m_mem_paging_populate(curr);
  else if (what === "access") p2m_mem_access_check(curr);
  else if (what === "drop_page") p2m_mem_paging_drop_page(curr);
  else if (what === "sharing") mem_sharing_notify_helper(curr);
}

initially(() => {
  if (listener !== "none") mem_event_enable(_VPF_mem_access);
});

thread("guest", vcpus, (v) => {
  if (guest_first !== "none" && v === vcpus[0]) vmexit(v, () => guest_event(v, guest_first));
  repeat(rounds, () => {
    vmexit(v, () => guest_event(v, guest_then));
  });
  vmexit(v, () => {}); // and runs on
});

if (foreign_does !== "none") {
  thread("toolstack", foreign_vcpus, (v) => {
    if (foreign_does === "populate") p2m_mem_paging_populate(v);
    else if (foreign_does === "drop_page") p2m_mem_paging_drop_page(v);
    else mem_sharing_notify_helper(v);
  });
}

function resume() {
  if (guest_then === "sharing") mem_sharing_sharing_resume();
  else if (guest_then === "trap" || guest_then === "access") p2m_mem_access_resume();
  else p2m_mem_paging_resume();
}

function listen() {
  for (;;) {
    const req = get_request(back);
    if (listener === "answers_paused" && !req.vcpu_paused) continue;
    put_response(listener === "drops_flags" ? { ...req, vcpu_paused: false } : req);
    if (listener === "batches") while (RING_HAS_UNCONSUMED_REQUESTS(back)) put_response(get_request(back));
    resume();
    if (listener === "looks_twice") resume();
  }
}
if (listener !== "none") thread("listener", () => listen(), { daemon: true });

invariant(
  "there is a free slot for each foreign claim",
  () => med.ring_lock.owner !== null || med.foreign_producers <= RING_FREE_REQUESTS(med.front_ring),
);
invariant(
  "the ring has no more free slots than slots",
  () => RING_FREE_REQUESTS(med.front_ring) <= ring_size,
);
at_end(
  "each claim has been used or released",
  () => med.foreign_producers === 0 && med.target_producers === 0,
);
if (asks_about_runs) never_stuck();

export default cases({
  title: "memory event ring, v5: room in the ring",
  source: "[PATCH v5] mem_event: use wait queue when ring is full, 5 Dec 2011",

  "everybody-claims": {
    ring_size: 2,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    foreign_does: "populate",
    expect: holds(),
    why: "a foreign claim leaves one slot to the guest, and a guest leaves as many as foreign vCPUs have claimed",
  },
  "everybody-claims-4-slots": {
    ring_size: 4,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    foreign_vcpus: 2,
    foreign_does: "populate",
    expect: holds(),
    why: "the same with two foreign claims at a time",
  },
  "off-by-one": {
    ring_size: 2,
    off_by_one: true,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    foreign_does: "populate",
    expect: fails("invariant"),
    why: "a guest takes the last slot although a foreign vCPU has claimed it: `<` where the number of claims must stay free",
    source: "change log of v4; the text of v4 is not known",
  },
  "drop-page-foreign": {
    pause_after_put: true,
    foreign_does: "drop_page",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "drop_page puts without a claim: foreign_producers goes from 0 to 65535, and from then on no guest finds enough room",
  },
  "drop-page-guest": {
    guest_then: "drop_page",
    expect: fails("invariant"),
    why: "the same by the guest: target_producers stays at 65535, and foreign_producers + target_producers + 1 < free_req is never true again",
  },
  "drop-page-claims": {
    ring_size: 2,
    guest_then: "drop_page",
    drop_page_claims: true,
    foreign_does: "drop_page",
    expect: holds(),
    why: "with a claim drop_page is a caller like the others",
  },
  "drop-page-claims-4-slots": {
    ring_size: 4,
    guest_then: "drop_page",
    drop_page_claims: true,
    foreign_vcpus: 2,
    foreign_does: "drop_page",
    expect: holds(),
    why: "the same with two foreign vCPUs",
  },
  "pause-before-populate-puts": {
    guest_first: "drop_page",
    drop_page_claims: true,
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the vCPU has paused itself before it waits for room: a wake-up takes back one of the two pauses, and the request that would take back the other is not in the ring",
  },
  "pause-before-access-puts": {
    guest_first: "trap",
    guest_then: "access",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the same in p2m_mem_access_check()",
  },
  "pause-after-put": {
    guest_first: "drop_page",
    drop_page_claims: true,
    pause_after_put: true,
    expect: holds(),
    why: "the response may come before the pause, and pause_count is -1 until then: it is signed",
    source: "change log of v2",
  },
  "pause-after-put-2-vcpus": {
    vcpus: 2,
    ring_size: 2,
    guest_first: "drop_page",
    drop_page_claims: true,
    pause_after_put: true,
    expect: holds(),
    why: "three events of two vCPUs, and two slots",
    source: "change log of v2",
  },
  "populates-2-vcpus": {
    ring_size: 2,
    vcpus: 2,
    pause_after_put: true,
    listener: "answers_paused",
    expect: holds(),
    why: "the pager answers those that wait for the page; who finds it back in memory gives its slot back",
  },
  "populates-3-vcpus": {
    ring_size: 4,
    vcpus: 3,
    pause_after_put: true,
    listener: "answers_paused",
    expect: holds(),
    why: "the same with three vCPUs",
  },
  "sharing-with-unpause-guard": {
    guest_then: "sharing",
    unpause_guard: true,
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the sharing path of v5 pauses after it has put; an unpause that comes before its pause is refused, and the pause stays",
    source: "868d9b99b39c, 2014, on top of v5",
  },
  "sharing-pauses-after-put": {
    ring_size: 2,
    vcpus: 2,
    guest_then: "sharing",
    foreign_does: "sharing",
    expect: holds(),
    why: "without the guard the order is no problem, as long as nobody has to wait for room",
  },
  "sharing-pauses-after-put-3-vcpus": {
    ring_size: 4,
    vcpus: 3,
    guest_then: "sharing",
    foreign_does: "sharing",
    expect: holds(),
    why: "the same with three vCPUs",
  },
  "sharing-nobody-listens": {
    guest_then: "sharing",
    listener: "none",
    expect: holds(),
    why: "without a listener the vCPU goes on, and tries again",
  },
  "sharing-flags-dropped": {
    guest_then: "sharing",
    listener: "drops_flags",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "Xen does not remember whom it has paused: a response that does not say VCPU_PAUSED leaves the vCPU paused",
  },
  "sharing-resume-wakes-nobody": {
    vcpus: 2,
    guest_then: "sharing",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the patch lets vCPUs sleep for room in the ring for sharing, and mem_sharing_sharing_resume() wakes none of them",
    source: "found here: the patch does not touch mem_sharing_sharing_resume()",
  },
  "wake-up-of-who-needs-none": {
    vcpus: 2,
    guest_first: "trap",
    guest_then: "trap",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "a vCPU stands on the queue while it puts its request; the wake-up for the next free slot goes to it, who needs none, and the vCPU behind it sleeps beside an empty ring",
    source: "found here: wake_up_nr() and prepare_to_wait(), 20b21cb1e1",
  },
  "release-wakes-nobody": {
    ring_size: 2,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    p2mt: "paging_in_start",
    foreign_does: "populate",
    expect: holds(),
    why: "who waits because of a foreign claim waits behind a request in the ring, and the response to that wakes it",
  },
  "release-wakes-nobody-4-slots": {
    ring_size: 4,
    guest_then: "drop_page",
    rounds: 3,
    drop_page_claims: true,
    p2mt: "paging_in_start",
    foreign_vcpus: 2,
    foreign_does: "populate",
    expect: holds(),
    why: "the same with two foreign claims at a time",
  },
  "release-wakes-nobody-unanswered": {
    ring_size: 2,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    p2mt: "paging_in_start",
    foreign_does: "populate",
    listener: "answers_paused",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the request in the ring is not answered, and mem_event_release_slot() wakes nobody: a vCPU sleeps beside a free slot",
  },
  "release-wakes-unanswered": {
    ring_size: 2,
    guest_then: "drop_page",
    rounds: 2,
    drop_page_claims: true,
    p2mt: "paging_in_start",
    foreign_does: "populate",
    listener: "answers_paused",
    release_wakes: true,
    expect: holds(),
    why: "a release that wakes lets the second request in",
  },
  "release-wakes-unanswered-4-slots": {
    ring_size: 4,
    guest_then: "drop_page",
    rounds: 4,
    drop_page_claims: true,
    p2mt: "paging_in_start",
    foreign_vcpus: 2,
    foreign_does: "populate",
    listener: "answers_paused",
    release_wakes: true,
    expect: holds(),
    why: "the same with two foreign claims at a time, and as many requests as slots",
  },
  unanswered: {
    guest_then: "drop_page",
    rounds: 2,
    listener: "answers_paused",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "a request that is never answered keeps its slot: with as many of them as slots the ring is dead",
    source: "xenpaging before c411a2bcbc",
  },
  "responses-in-a-batch": {
    ring_size: 2,
    vcpus: 2,
    guest_then: "access",
    listener: "batches",
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "two responses and one call of resume, which takes one",
  },
  "resume-without-response": {
    guest_then: "trap",
    listener: "looks_twice",
    expect: fails("invariant"),
    why: "mem_event_get_response() does not look whether there is a response: one call too many, and the ring has a slot more than it has",
    source: "found here: mem_event_get_response() at b010d7f5b8",
  },
});
