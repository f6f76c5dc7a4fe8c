/**
 * The locks of Xen's vpt.c with few and bounded threads: the model by which merging steps is measured against PlusCal
 * that was written by hand. Reconstructed from the counts that are kept of it, see docs/PERFORMANCE.md; what is shipped
 * is specs/vpt.
 */
import {
  cases,
  choose,
  fails,
  holds,
  initially,
  instances,
  maybe,
  param,
  read_lock,
  read_unlock,
  rwlock_recursive,
  spin_lock,
  spin_unlock,
  spinlock,
  thread,
  write_lock,
  write_unlock,
} from "latchwork";

class Vcpu {
  tm_lock = spinlock();
  /** Whether the timer is on this vCPU's list. */
  listed = false;
}

/** The one timer. */
class PeriodicTime {
  vcpu: Vcpu | null = null;
}

type Design =
  /** Before XSA-336: only tm_lock, looked up through pt->vcpu with a retry. */
  | "tm"
  /** XSA-336: the rwlock pt_migrate around everything. */
  | "rw"
  /** 1f3d87c75129, as it was merged: the rwlock for types 2 and 3, tm_lock around list edits. */
  | "d3";

const design = param<Design>("design", "rw");
const rounds = param("rounds", 1);
/** The vCPU that the timer belongs to at first: the model that was written by hand began with either. */
const starts = param("starts", 0);

const vcpus = instances(Vcpu, param("vcpus", 2));
const timers = instances(PeriodicTime, 1, "pt");
const pt_migrate = rwlock_recursive();

/** Type 1: what is on this vCPU's list. */
function type_1(v: Vcpu) {
  if (design === "rw") read_lock(pt_migrate);
  spin_lock(v.tm_lock);
  const listed = v.listed;
  spin_unlock(v.tm_lock);
  if (design === "rw") read_unlock(pt_migrate);
}

function pt_lock(pt: PeriodicTime) {
  if (design === "tm") {
    for (;;) {
      const v = pt.vcpu!;
      spin_lock(v.tm_lock);
      if (pt.vcpu === v) return;
      spin_unlock(v.tm_lock);
    }
  }
  read_lock(pt_migrate);
  spin_lock(pt.vcpu!.tm_lock);
}

/** Looks the lock up once more. */
function pt_unlock(pt: PeriodicTime) {
  spin_unlock(pt.vcpu!.tm_lock);
  if (design !== "tm") read_unlock(pt_migrate);
}

/** Type 2: one timer, wherever it is. */
function type_2(pt: PeriodicTime) {
  pt_lock(pt);
  pt_unlock(pt);
}

/** Type 3: pt_adjust_vcpu() */
function type_3(pt: PeriodicTime, v: Vcpu) {
  if (design === "tm") {
    pt_lock(pt);
    pt.vcpu!.listed = false;
    pt_unlock(pt);
    spin_lock(v.tm_lock);
    pt.vcpu = v;
    v.listed = true;
    spin_unlock(v.tm_lock);
    return;
  }
  write_lock(pt_migrate);
  const old = pt.vcpu!;
  if (design === "rw") {
    pt.vcpu = v;
    old.listed = false;
    v.listed = true;
  } else if (old !== v) {
    spin_lock(old.tm_lock);
    old.listed = false;
    spin_unlock(old.tm_lock);
    pt.vcpu = v;
    spin_lock(v.tm_lock);
    v.listed = true;
    spin_unlock(v.tm_lock);
  }
  write_unlock(pt_migrate);
}

initially(() => {
  for (const pt of timers) {
    pt.vcpu = vcpus[starts];
    vcpus[starts].listed = true;
  }
});

thread("vcpu", vcpus, (v) => {
  for (let round = 0; round < rounds; round++) {
    if (maybe()) type_1(v);
    else type_2(timers[0]);
  }
});

thread("reroute irq", timers, (pt) => {
  for (let round = 0; round < rounds; round++) type_3(pt, choose(vcpus));
});

export default cases({
  title: "the locks of vpt.c, with few and bounded threads",
  source: "xen/arch/x86/hvm/vpt.c",

  "tm-1": { design: "tm", rounds: 1, expect: fails("unlock-not-held"), why: "as before-xsa336" },
  "tm-2": { design: "tm", rounds: 2, expect: fails("unlock-not-held"), why: "as before-xsa336" },
  "rw-1": { design: "rw", rounds: 1, expect: holds(), why: "as pt-migrate" },
  "rw-2": { design: "rw", rounds: 2, expect: holds(), why: "as pt-migrate" },
  "d3-2": { design: "d3", rounds: 2, expect: holds(), why: "as split" },
});
