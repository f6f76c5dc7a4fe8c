/**
 * Listeners that come and go under the v5 patch: mem_event_enable() and mem_event_disable() against a vCPU of the guest,
 * which looks at ring_page without a lock. Two things stop a vCPU, and the reviewer asked why two: a full ring parks it on
 * the wait queue in the middle of its event, while a vCPU that finds no listener gives up, sets a bit in its pause_flags,
 * and does the same again once the bit is cleared.
 */
import { cases, eventually, fails, holds, initially, never_stuck, param, thread } from "latchwork";
import { BackRing, get_request, put_response } from "./ring.js";
import { hvm_memory_event_traps, p2m_mem_access_check, p2m_mem_access_resume } from "./v5-callers.js";
import { _VPF_mem_access, med, mem_event_disable, mem_event_enable } from "./v5-mem-event.js";
import { destroy_waitqueue_head, domain_pause, type Vcpu, vcpus, vmexit } from "./xen.js";

type Toolstack =
  /** Starts a listener. */
  | "enables"
  /** Stops the listener once. */
  | "disables"
  /** Stops the listener, and asks until it may. */
  | "disables_in_a_loop"
  /** Destroys the guest: nobody may run any more, who sleeps is woken, and then the ring goes (c1e3e15c585f). */
  | "destroys";
const toolstack = param<Toolstack>("toolstack", "enables");

/** Whether there was a listener before: then med->bit is known when the vCPU stops. */
const earlier_listener = param("earlier_listener", false);
/** How many events the guest has, one after the other. */
const events = param("events", 1);
/** Whether the listener is dead. */
const listener_dead = param("listener_dead", false);
/**
 * Whether the case is about a wake-up that is lost, which is asked of whole runs. Elsewhere it is enough that nobody moves any
 * more: all but the listener come to an end, and the listener rests, so who sleeps for ever is a deadlock.
 */
const asks_about_runs = param("asks_about_runs", false);

const back = new BackRing();
let torn_down = false;

initially(() => {
  if (toolstack !== "enables" || earlier_listener) mem_event_enable(_VPF_mem_access);
  if (toolstack === "enables" && earlier_listener) mem_event_disable();
});

function guest(v: Vcpu) {
  if (toolstack === "enables") {
    vmexit(v, () => p2m_mem_access_check(v));
  } else {
    vmexit(v, () => hvm_memory_event_traps(v));
    if (events > 1) vmexit(v, () => hvm_memory_event_traps(v));
  }
  vmexit(v, () => {}); // and runs on
}

if (toolstack === "destroys") thread("guest", vcpus, (v) => guest(v), { daemon: true });
else thread("guest", vcpus, (v) => guest(v));

thread("toolstack", () => {
  if (toolstack === "enables") {
    mem_event_enable(_VPF_mem_access);
  } else if (toolstack === "disables") {
    mem_event_disable();
  } else if (toolstack === "disables_in_a_loop") {
    while (mem_event_disable() === "-EBUSY") {}
    torn_down = true;
  } else {
    domain_pause(); // domain_kill()
    destroy_waitqueue_head(med.wq);
    torn_down = mem_event_disable() === "0";
  }
});

if (!listener_dead) {
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
}

if (toolstack === "disables_in_a_loop" || toolstack === "destroys") {
  eventually("the ring is gone in the end", () => torn_down);
} else if (asks_about_runs) {
  never_stuck();
}

export default cases({
  title: "memory event ring, v5: listeners that come and go",
  source: "[PATCH v5] mem_event: use wait queue when ring is full, 5 Dec 2011",

  "no-listener-race": {
    listeners_change: true,
    earlier_listener: true,
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the vCPU sees no listener, a listener comes and wakes whoever has the bit set, and then the vCPU sets its bit",
  },
  "no-listener-first": {
    listeners_change: true,
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "no race at all: before the first listener med->bit is 0, which is _VPF_blocked; the vCPU sets that, and mem_event_wake_waiters() looks for another bit. Only an interrupt lets it go on",
    source: "found here: mem_event_mark_and_sleep() and mem_event_enable() of v5",
  },
  "published-too-early": {
    listeners_change: true,
    expect: fails("assert"),
    why: "ring_page is set before the lock and the ring are initialised, and a vCPU that sees it takes the lock",
  },
  "disabled-under-a-claim": {
    listeners_change: true,
    toolstack: "disables",
    listener_dead: true,
    expect: fails("assert"),
    why: "the wait queue is empty while a vCPU has claimed a slot: the ring is unmapped, and the vCPU writes to it",
  },
  "disabled-under-a-waiter": {
    listeners_change: true,
    toolstack: "disables",
    events: 2,
    listener_dead: true,
    asks_about_runs: true,
    expect: fails("never_stuck"),
    why: "the queue is looked at without its lock: a vCPU joins it afterwards and sleeps on a ring that is gone",
  },
  "disable-busy": {
    listeners_change: true,
    toolstack: "disables_in_a_loop",
    events: 2,
    listener_dead: true,
    expect: fails("eventually"),
    why: "the listener is dead, nobody wakes the vCPU that waits for room, and so -EBUSY is the answer for ever",
    source: "what does the caller do with EBUSY? (review of v5); c1e3e15c585f",
  },
  "destroy-wakes-all": {
    listeners_change: true,
    toolstack: "destroys",
    events: 2,
    listener_dead: true,
    expect: holds(),
    uncovered:
      "the other cases of this file fail; what a vCPU does with room in the ring is in v5-full-ring.ts",
    why: "the guest is paused, so whoever is woken does not come back to the queue",
    source: "c1e3e15c585f",
  },
  "destroy-wakes-all-2-vcpus": {
    listeners_change: true,
    toolstack: "destroys",
    vcpus: 2,
    events: 2,
    listener_dead: true,
    expect: holds(),
    uncovered:
      "the other cases of this file fail; what a vCPU does with room in the ring is in v5-full-ring.ts",
    why: "the same with two vCPUs",
    source: "c1e3e15c585f",
  },
});
