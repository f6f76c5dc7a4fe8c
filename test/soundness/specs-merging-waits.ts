/**
 * Waits and what stands before them, when steps are merged: stores that nobody sees while the thread waits, waits for what
 * the thread alone decides, choices that are sure to find something. As in specs-merging-rules.ts, from both sides.
 */
import type { SmallSpec } from "./small-spec.js";

const F = "let f = 0; let go = 0;";
const BUCKETS = "class Bucket { lock = spinlock(); n = 0; m = 0; } const buckets = instances(Bucket, 2);";
const POOL = `class Req { n = 0; } const reqs = pool(Req, 1, "req");`;

export const MERGING_WAIT_SPECS: readonly SmallSpec[] = [
  {
    name: "NB: a store of its own before a wait for ever, and a claim about all states reads it",
    text: `${F} thread("t0", () => { f = 1; until(go === 1); }); invariant("i", () => f === 0);`,
    fails: ["deadlock", "invariant: i"],
  },
  {
    name: "NB: a store of its own before rest, and a claim about the end reads it",
    text: `${F} thread("t0", () => { f = 1; idle_until(go === 1); }); at_end("i", () => f === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "NB: a store of its own before rest, and a claim about the end with a premise reads it",
    text: `${F} thread("t0", () => { f = 1; idle_until(go === 1); }); at_end("i", () => !(f === 1) || go === 1);`,
    fails: ["invariant: i"],
  },
  {
    name: "NB: a store of its own before a wait, and somebody waits for whom it names",
    text: `let a = 0; let b = 0; let first: Thread | null = null; let second: Thread | null = null;
      thread("t0", () => { first = current(); until(b === 1, second); a = 1; });
      thread("t1", () => { second = current(); until(a === 1, first); b = 1; });
      thread("t2", () => { for (;;); });`,
    fails: ["wait-cycle"],
  },
  {
    name: "NB: a store under a lock before a wait, and others wait for the lock",
    text: `${F} ${BUCKETS}
      thread("t0", () => { spin_lock(buckets[0].lock); buckets[0].n = 1; until(go === 1); spin_unlock(buckets[0].lock); });
      thread("t1", () => { go = 1; spin_lock(buckets[0].lock); assert(buckets[0].n === 1); spin_unlock(buckets[0].lock); });`,
    fails: ["assert"],
  },
  {
    name: "NB: the same where the wait has no end",
    text: `${F} ${BUCKETS}
      thread("t0", () => { spin_lock(buckets[0].lock); buckets[0].n = 1; until(go === 1); spin_unlock(buckets[0].lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); go = 1; spin_unlock(buckets[0].lock); });`,
    fails: ["deadlock"],
  },
  {
    name: "NB: elements of its own are stored before a wait",
    text: `${F} class Table { a = [0, 0]; } const t = new Table();
      thread("t0", () => { t.a[0] = 1; until(go === 1); assert(t.a[0] === 1); t.a[1] = t.a[0]; until(go === 2); });
      thread("t1", () => { go = 1; });`,
    fails: ["deadlock"],
  },
  {
    name: "NB: a list of its own changes before a wait",
    text: `${F} class Item { n = 0; } class Queue { items = list<Item>(); } const q = new Queue(); const items = instances(Item, 2);
      thread("t0", () => { list_add(items[0], q.items); until(go === 1); list_del(items[0]); until(list_empty(q.items)); f = 1; });
      thread("t1", () => { go = 1; assert(f === 0); });`,
    fails: ["assert"],
  },
  {
    name: "NB: two waits with stores of its own before them, and the second has no end",
    text: `${F} let mine = 0;
      thread("t0", () => { mine = 1; until(go === 1); mine = 2; until(f === 1); mine = 3; });
      thread("t1", () => { go = 1; if (go === 2) f = 1; });`,
    fails: ["deadlock"],
  },
  {
    name: "own: a lock of its own between two stores",
    text: `${F} const own = spinlock();
      thread("t0", () => { f = 1; spin_lock(own); f = 0; spin_unlock(own); });
      thread("t1", () => { assert(f === 0); });`,
    fails: ["assert"],
  },
  {
    name: "own: a lock of its own between two locks of others, which are taken in both orders",
    text: `const a = spinlock(); const b = spinlock(); const own = spinlock();
      thread("t0", () => { spin_lock(a); spin_lock(own); spin_lock(b); spin_unlock(b); spin_unlock(own); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "own: a wait of its own is not over, behind a store",
    text: `${F} let mine = 0;
      thread("t0", () => { f = 1; until(mine === 1); f = 0; });
      thread("t1", () => { assert(f === 0); });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "own: a wait of its own is over only on one way",
    text: `${F} let mine = 0;
      thread("t0", () => { if (maybe()) mine = 1; f = 1; until(mine === 1); f = 0; });
      thread("t1", () => { assert(f === 0); });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "own: a wait is no matter of its own where another thread writes",
    text: `${F} let mine = 0;
      thread("t0", () => { f = 1; until(mine === 0); f = 2; });
      thread("t1", () => { mine = 1; const seen = f; mine = 0; assert(seen !== 1); });`,
    fails: ["assert"],
  },
  {
    name: "own: a lock of its own making, taken twice",
    text: `${F} let held = false;
      thread("t0", () => {
        atomic(() => { until(!held); held = true; });
        f = 1;
        atomic(() => { until(!held); held = true; });
        f = 0;
      });
      thread("t1", () => { assert(f === 0); });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "own: a lock of its own behind a wait for something else",
    text: `${F} const own = spinlock();
      thread("t0", () => { spin_unlock(own); });
      thread("t1", () => { spin_lock(own); until(f === 1); if (maybe()) spin_lock(own); else f = 1; });`,
    fails: ["unlock-not-held"],
  },
  {
    name: "own: a queue of its own changes, and then it waits on that for ever",
    text: `let f = 0; const wq = wait_queue(); thread("t0", () => { wake_up(wq); wait_event(wq, () => f === 1); });`,
    fails: ["deadlock"],
  },
  {
    name: "own: each thread waits for its own object, and for that of the other",
    text: `${F} ${BUCKETS}
      thread("t", buckets, (own) => {
        until(own.n === 0); f = 1; own.m = 1;
        const other = own === buckets[0] ? buckets[1] : buckets[0];
        until(other.m === 0); f = 0;
      });`,
    fails: ["deadlock"],
  },
  {
    name: "own: a list of its own changes, and then it waits for that",
    text: `${F} class Item { n = 0; } class Queue { items = list<Item>(); } const q = new Queue(); const items = instances(Item, 2);
      thread("t0", () => { f = 1; list_add(items[0], q.items); until(!list_empty(q.items)); list_del(items[0]); until(list_empty(q.items)); f = 0; });
      thread("t1", () => { assert(f === 0); });`,
    fails: ["assert"],
  },
  {
    name: "C: an object is allocated behind a choice and a store, where there may be none",
    text: `${F} ${POOL}
      thread("t0", () => { if (maybe()) f = 1; const r = alloc(reqs); assert(r !== null); });
      thread("t1", () => { const r = alloc(reqs); if (r === null) assert(f === 1); else free(r); });`,
    fails: ["assert"],
  },
  {
    name: "C: a set is looked at, and chosen from in another step",
    text: `${F} class Queue { who = set<Thread>(); } const q = new Queue();
      thread("t0", () => { q.who.add(current()); if (q.who.size > 0) { f = 1; const t = choose(q.who); q.who.delete(t); f = 0; } });
      thread("t1", () => { if (q.who.size > 0) { const t = choose(q.who); q.who.delete(t); } assert(f === 0); });`,
    fails: ["assert"],
  },
  {
    name: "C: chosen under a lock, behind a store, from what is empty",
    text: `${F} class Queue { lock = spinlock(); who = set<Thread>(); } const q = new Queue();
      thread("t0", () => { spin_lock(q.lock); f = 1; const t = choose(q.who); q.who.delete(t); f = 0; spin_unlock(q.lock); });
      thread("t1", () => { assert(f === 0); spin_lock(q.lock); q.who.add(current()); spin_unlock(q.lock); });`,
    fails: ["assert"],
  },
];
