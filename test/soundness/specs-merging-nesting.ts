/**
 * Waits for locks that are sure to end, and what must keep one from counting as such: a thread that holds an outer lock is
 * hidden while it waits for an inner one, and whoever wants the outer lock then waits for nobody that is to be seen.
 */
import type { SmallSpec } from "./small-spec.js";

const ABC = "const a = spinlock(); const b = spinlock(); const c = spinlock(); let x = 0; let y = 0;";
/** Takes both, one inside the other. */
const NESTED = `thread("outer", () => { spin_lock(a); spin_lock(b); y = 1; y = 0; spin_unlock(b); spin_unlock(a); });`;
/** Does what somebody waits for, under the outer lock. */
const WAKER = `thread("waker", () => { spin_lock(a); x = 1; spin_unlock(a); });`;
/** A lock with a line to stand in, before which a thread may do what it likes. */
const LINED = `const a = spinlock(); let x = 0;
      class Lined { owner: Thread | null = null; line = set<Thread>(); } const l = new Lined();
      function stand() { atomic(() => { l.line.add(current()); }); }
      function enter() {
        atomic(() => {
          until(l.owner === null, l.owner); l.line.delete(current()); l.owner = current(); acquires(l, "exclusive");
        });
      }
      function take() {
        atomic(() => {
          until(l.owner === null && l.line.size === 0, l.owner, l.line); l.owner = current(); acquires(l, "exclusive");
        });
      }
      function drop() {
        atomic(() => { check("unlock-not-held", l.owner === current(), l); l.owner = null; releases(l); });
      }`;

/** Those that merge: nothing fails, and the locks are taken in one step. */
export const NESTED_SPECS: readonly SmallSpec[] = [
  {
    name: "7: locks one inside the other, always in the same order",
    text: `${ABC} ${NESTED}
      thread("inner", () => { spin_lock(b); assert(y === 0); spin_unlock(b); });
      thread("another", () => { spin_lock(a); spin_lock(b); assert(y === 0); spin_unlock(b); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "7: a choice, and then a lock that depends on it",
    text: `class Bucket { lock = spinlock(); n = 0; } const buckets = instances(Bucket, 2);
      thread("t0", () => { const k = choose(buckets); spin_lock(k.lock); k.n = 1; k.n = 0; spin_unlock(k.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); assert(buckets[0].n === 0); spin_unlock(buckets[0].lock); });`,
    fails: [],
  },
  {
    name: "7: a queued writer, and a lock inside",
    text: `const r = rwlock(); const b = spinlock(); let y = 0;
      thread("writer", () => { write_lock(r); spin_lock(b); y = 1; y = 0; spin_unlock(b); write_unlock(r); });
      thread("reader", () => { read_lock(r); spin_lock(b); assert(y === 0); spin_unlock(b); read_unlock(r); });`,
    fails: [],
  },
  {
    name: "7: a step of nested locks hides no check of another thread that stops with one of them",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); assert(x === 1); spin_unlock(b); });
      thread("t2", () => { spin_lock(a); x = 1; assert(y === 0); spin_unlock(a); assert(x === 0); });`,
    fails: ["assert"],
  },
];

export const MERGING_NESTING_SPECS: readonly SmallSpec[] = [
  ...NESTED_SPECS,
  {
    name: "7: in the opposite order",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: three locks in a circle",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); spin_lock(c); spin_unlock(c); spin_unlock(b); });
      thread("t2", () => { spin_lock(c); spin_lock(a); spin_unlock(a); spin_unlock(c); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: who holds the inner lock waits for what is done under the outer one",
    text: `${ABC} ${NESTED} ${WAKER}
      thread("t1", () => { spin_lock(b); until(x === 1); spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: who holds the inner lock waits for a lock whose holder waits",
    text: `${ABC} ${NESTED} ${WAKER}
      thread("t1", () => { spin_lock(b); spin_lock(c); spin_unlock(c); spin_unlock(b); });
      thread("t2", () => { spin_lock(c); until(x === 1); spin_unlock(c); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: who holds the inner lock ends with it",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); });
      thread("t2", () => { spin_lock(a); y = 1; spin_unlock(a); });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "7: who holds the inner lock rests with it",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); idle_until(x === 1); spin_unlock(b); });
      thread("t2", () => { spin_lock(a); spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: an environment may keep the inner lock",
    text: `${ABC} ${NESTED} environment("t1", () => { spin_lock(b); spin_unlock(b); });
      thread("t2", () => { spin_lock(a); spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: an environment may keep the inner lock, and only who wants the outer one has to go on",
    text: `${ABC} environment("t1", () => { spin_lock(b); spin_unlock(b); });
      thread("outer", () => { spin_lock(a); spin_lock(b); y = 1; y = 0; spin_unlock(b); spin_unlock(a); }, { daemon: true });
      thread("t2", () => { spin_lock(a); spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: who stands in line for the inner lock waits for what is done under the outer one",
    text: `${LINED} ${WAKER}
      thread("outer", () => { spin_lock(a); take(); drop(); spin_unlock(a); });
      thread("t1", () => { stand(); until(x === 1); enter(); drop(); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: who stands in line for the inner lock wants the outer one as well",
    text: `${LINED}
      thread("outer", () => { spin_lock(a); take(); drop(); spin_unlock(a); });
      thread("t1", () => { stand(); spin_lock(a); spin_unlock(a); enter(); drop(); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: a lock of one's own making that does not say who holds it, inside another",
    text: `${ABC} ${WAKER} let mine: Thread | null = null;
      function take() { atomic(() => { until(mine === null, mine); mine = current(); }); }
      thread("outer", () => { spin_lock(a); take(); mine = null; spin_unlock(a); });
      thread("t1", () => { take(); until(x === 1); mine = null; });`,
    fails: ["deadlock"],
  },
  {
    name: "7: a circle of waits through nested locks, while another thread still runs",
    text: `${ABC} ${NESTED}
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });
      thread("runs", () => { for (;;) x = 1 - x; });`,
    fails: ["wait-cycle"],
  },
  {
    name: "7: a handler on the CPU of who holds the inner lock waits for what is done under the outer one",
    text: `const cpus = instances(Cpu, 1); ${ABC} ${NESTED} ${WAKER}
      thread("task", cpus, () => { spin_lock(b); spin_unlock(b); });
      hardirq("irq", cpus, () => { until(x === 1); }, { times: 1 });`,
    fails: ["deadlock"],
  },
  {
    name: "7: two readers of the inner lock, one of whom waits, and a writer in line",
    text: `const a = spinlock(); const r = rwlock(); let x = 0;
      thread("outer", () => { spin_lock(a); read_lock(r); read_unlock(r); spin_unlock(a); });
      thread("waker", () => { spin_lock(a); x = 1; spin_unlock(a); });
      thread("reader", () => { read_lock(r); until(x === 1); read_unlock(r); });
      thread("writer", () => { write_lock(r); write_unlock(r); });`,
    fails: ["deadlock"],
  },
];
