/**
 * Listeners that come and go under the merged design: mem_event_disable() against whoever has claimed a slot, in
 * 3643a961195f, where struct mem_event_domain is part of the domain, and at HEAD, where vm_event_enable() allocates it and
 * vm_event_disable() frees it, both while the guest is paused (24fdd3da8a).
 */
import { alloc, cases, fails, free, holds, initially, invariant, param, pool, thread } from "latchwork";
import {
  domain,
  hvm_memory_event_traps,
  p2m_mem_access_check,
  p2m_mem_paging_populate,
  p2m_mem_paging_resume,
} from "./merged-callers.js";
import {
  design,
  init_ring,
  MemEventDomain,
  mem_event_disable,
  mem_event_enable,
} from "./merged-mem-event.js";
import { BackRing, get_request, put_response } from "./ring.js";
import { domain_pause, domain_unpause, foreign_vcpus, vcpus, vmexit } from "./xen.js";

const toolstack = param<"nothing" | "enables" | "disables">("toolstack", "disables");
/** Whether mem_event_domctl() pauses the guest (24fdd3da8a). */
const domctl_pauses = param("domctl_pauses", false);
/** Who has an event: the guest, or a vCPU of another domain. */
const foreign_event = param("foreign_event", false);
/** What the guest does: an access waits for its answer. */
const guest_does = param<"trap" | "access">("guest_does", "trap");

const mem_event_domains = pool(MemEventDomain, 1, "med");
/** d->vm_event_paging, once d->mem_event->paging. */
let paging: MemEventDomain | null = null;
const back = new BackRing();

/** vm_event_enable(): sets the pointer last. */
function vm_event_enable() {
  const ved = alloc(mem_event_domains)!;
  init_ring(ved);
  paging = ved;
}

/** vm_event_disable() */
function vm_event_disable() {
  const ved = paging!;
  if (mem_event_disable(ved) === "-EBUSY") return;
  free(ved);
  paging = null;
}

initially(() => {
  if (toolstack !== "enables" || design !== "head") {
    const med = alloc(mem_event_domains)!;
    if (toolstack === "disables") init_ring(med);
    paging = med;
  }
});

if (foreign_event) {
  thread("foreign", foreign_vcpus, (v) => {
    const med = paging;
    if (med !== null) p2m_mem_paging_populate(v, med);
  });
} else {
  thread("guest", vcpus, (v) => {
    vmexit(v, () => {
      const med = paging;
      if (med === null) return;
      if (guest_does === "trap") hvm_memory_event_traps(v, med, true);
      else p2m_mem_access_check(v, med);
    });
    vmexit(v, () => {}); // and runs on
  });
}

if (toolstack === "enables") {
  thread(
    "listener",
    () => {
      for (;;) {
        put_response(get_request(back));
        p2m_mem_paging_resume(paging!);
      }
    },
    { daemon: true },
  );
}

if (toolstack !== "nothing") {
  thread("toolstack", () => {
    if (domctl_pauses) domain_pause();
    if (toolstack === "enables") {
      if (design === "head") vm_event_enable();
      else mem_event_enable(paging!);
    } else {
      if (design === "head") vm_event_disable();
      else mem_event_disable(paging!);
    }
    if (domctl_pauses) domain_unpause();
  });
}

invariant("the guest is not crashed because nobody listens", () => !domain.is_shut_down);

export default cases({
  title: "memory event ring, merged: listeners that come and go",
  source: "3643a961195f; vm_event.c at HEAD",

  "disabled-under-a-claim": {
    listeners_change: true,
    expect: fails("assert"),
    why: "mem_event_disable() looks for sleepers and not for claims: a vCPU that has claimed a slot writes to a ring that is gone",
    source: "3643a961195f",
  },
  "disabled-with-guest-paused": {
    listeners_change: true,
    design: "head",
    domctl_pauses: true,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "a paused vCPU is outside the hypervisor, so it has no claim",
    source: "24fdd3da8a; HEAD",
  },
  "disabled-with-guest-paused-2-vcpus": {
    listeners_change: true,
    design: "head",
    domctl_pauses: true,
    vcpus: 2,
    ring_size: 2,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "the same with two vCPUs",
    source: "24fdd3da8a; HEAD",
  },
  "disabled-under-a-foreign-claim": {
    listeners_change: true,
    design: "head",
    domctl_pauses: true,
    foreign_event: true,
    expect: fails("use-after-free"),
    why: "pausing the guest does not stop a vCPU of another domain, and vm_event_disable() frees the lock that it waits for",
    source: "HEAD",
  },
  "published-under-the-lock": {
    listeners_change: true,
    toolstack: "enables",
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "ring_page is set early, but under ring_lock, and whoever sees it takes that lock",
    source: "3643a961195f, against the enable of v5",
  },
  "published-under-the-lock-2-vcpus": {
    listeners_change: true,
    toolstack: "enables",
    vcpus: 2,
    ring_size: 2,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "the same with two vCPUs",
    source: "3643a961195f, against the enable of v5",
  },
  "published-last": {
    listeners_change: true,
    design: "head",
    toolstack: "enables",
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "who sees the pointer sees a ring that is complete",
    source: "HEAD, against the enable of v5",
  },
  "published-last-2-vcpus": {
    listeners_change: true,
    design: "head",
    toolstack: "enables",
    vcpus: 2,
    ring_size: 2,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "the same with two vCPUs",
    source: "HEAD, against the enable of v5",
  },
  "no-listener-race": {
    listeners_change: true,
    toolstack: "enables",
    guest_does: "access",
    access_required: false,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "who sees no listener loses its restriction and goes on: there is no bit that could be set too late",
    source: "3643a961195f, against mem_event_mark_and_sleep() of v5",
  },
  "no-listener-race-2-vcpus": {
    listeners_change: true,
    toolstack: "enables",
    guest_does: "access",
    access_required: false,
    vcpus: 2,
    ring_size: 2,
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "the same with two vCPUs",
    source: "3643a961195f, against mem_event_mark_and_sleep() of v5",
  },
  "errors-differ": {
    toolstack: "nothing",
    design: "head",
    eopnotsupp: true,
    expect: fails("invariant"),
    why: "claim says -EOPNOTSUPP, and the caller still asks for -ENOSYS: a guest that nobody listens to is crashed instead of going on",
    source: "15e4dd5e86, repaired by 81646cea82",
  },
  "errors-agree": {
    toolstack: "nothing",
    design: "head",
    expect: holds(),
    uncovered: "what a vCPU does with room in the ring is in merged.ts",
    why: "without a listener the guest goes on",
    source: "81646cea82",
  },
});
