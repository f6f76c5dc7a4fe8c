/**
 * Specs that were written because a rule for merging could be broken and few random programs, or none, noticed. Each goes
 * wrong where its rule is broken.
 */
import type { SmallSpec } from "./small-spec.js";

const ITEM = `class Bucket { lock = spinlock(); n = 0; m = 0; } const buckets = instances(Bucket, 2);
      class Item { home: Bucket | null = null; n = 0; m = 0; } const item = new Item();
      initially(() => { item.home = buckets[0]; });`;
const OWN = `const cpus = instances(Cpu, 1); class Own { owner: Thread | null = null; } const own = new Own(); let y = 0;
      function take() {
        atomic(() => { until(own.owner === null, own.owner); own.owner = current(); acquires(own, "exclusive"); });
      }
      function drop() {
        atomic(() => { check("unlock-not-held", own.owner === current(), own); own.owner = null; releases(own); });
      }`;

export const MERGING_HOLE_SPECS: readonly SmallSpec[] = [
  {
    name: "an environment may stop while it holds a lock",
    text: `const a = spinlock(); let x = 0;
      environment("t0", () => { spin_lock(a); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); x = 1; spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "5: a pointer to the guard that is stored under the old lock alone",
    text: `${ITEM} let f = 0;
      thread("t0", () => {
        spin_lock(buckets[0].lock); f = 1; assert(item.n === 0); item.home = buckets[1]; spin_unlock(buckets[0].lock);
      });
      thread("t1", () => {
        spin_lock(buckets[1].lock); if (f === 1) { item.n = 1; item.n = 0; } spin_unlock(buckets[1].lock);
      });`,
    fails: ["assert"],
  },
  {
    name: "5: a pointer to the guard that is stored by one of many readers",
    text: `${ITEM} const r = rwlock_recursive();
      thread("t0", () => {
        read_lock(r); spin_lock(buckets[0].lock);
        if (item.home === buckets[0]) { item.n = 1; item.n = 0; }
        spin_unlock(buckets[0].lock); read_unlock(r);
      });
      thread("t1", () => {
        read_lock(r); spin_lock(buckets[1].lock);
        item.home = buckets[1]; assert(item.n === 0);
        spin_unlock(buckets[1].lock); read_unlock(r);
      });`,
    fails: ["assert"],
  },
  {
    name: "9: a handler enters between taking a lock of one's own making and giving it back",
    text: `${OWN}
      thread("task", cpus, () => { take(); y = 1; drop(); });
      hardirq("irq", cpus, () => { if (y === 1) { take(); drop(); } }, { times: 1 });`,
    fails: ["deadlock"],
  },
  {
    name: "9: a handler enters behind taking a lock of one's own making, before what follows",
    text: `${OWN}
      thread("task", cpus, () => { take(); y = 1; drop(); });
      hardirq("irq", cpus, () => { if (y === 0) { take(); drop(); } }, { times: 1 });`,
    fails: ["deadlock"],
  },
  {
    name: "9: interrupts off, and the other task on the CPU never gets its turn again",
    text: `const cpus = instances(Cpu, 1); let x = 0;
      thread("t0", cpus, () => { x = 1; local_irq_disable(); x = 0; for (;;); });
      thread("t1", cpus, () => { assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a loop whose first round follows a store, and whose later rounds take a lock",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { x = 1; for (;;) { spin_lock(a); spin_unlock(a); } });
      thread("t1", () => { spin_lock(a); until(x === 1); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "a loop whose rounds begin with a store that others see",
    text: `class Slot { n = 0; m = 0; } const slots = instances(Slot, 2);
      thread("t0", () => {
        const i = choose([0, 1]);
        for (;;) { slots[i].n = 0; atomic(() => { assert(slots[i].n === slots[i].m || slots[i].n === 0); }); }
      });
      thread("t2", () => { slots[1].n = 1 - slots[1].n; });`,
    fails: ["assert"],
  },
];

/** The same for claims about runs: those that are false. */
export const MERGING_RUN_SPECS: readonly {
  readonly name: string;
  readonly text: string;
  readonly fails: readonly string[];
}[] = [
  {
    name: "a lock that is taken and given back in one step starves nobody",
    text: `const a = spinlock(); let f = 0;
      thread("t0", () => { for (;;) { spin_lock(a); spin_unlock(a); } }, { daemon: true });
      thread("t1", () => { spin_lock(a); f = 1; spin_unlock(a); });
      eventually("f", () => f === 1);`,
    fails: ["f"],
  },
  {
    name: "a thread that may stop does so between taking a lock and what others see",
    text: `const m = mutex(); let f = 0;
      thread("t0", () => { if (maybe()) { mutex_lock(m); f = 1; } }, { daemon: true, fairness: "none" });
      thread("t1", () => { mutex_lock(m); });
      eventually("c", () => f === 1);`,
    fails: ["c"],
  },
];
