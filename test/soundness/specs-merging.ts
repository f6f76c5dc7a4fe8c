/**
 * Rules for merging steps that are tempting and unsound. Each spec is the smallest in which such a rule hides a failure,
 * or invents one: what fails here must be what fails with the steps merged.
 */
import type { SmallSpec } from "./small-spec.js";

const TWO = "const a = spinlock(); const b = spinlock();";
const BUCKETS = "class Bucket { lock = spinlock(); n = 0; } const buckets = instances(Bucket, 2);";

export const MERGING_SPECS: readonly SmallSpec[] = [
  {
    name: "two acquires in one step: the deadlock between them is lost",
    text: `${TWO}
      thread("t0", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "two acquires in one step, with accesses between them",
    text: `${TWO} let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1 - x; spin_lock(b); y = 1 - y; spin_unlock(b); x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(b); y = 1 - y; spin_lock(a); x = 1 - x; spin_unlock(a); y = 0; spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "two acquires in one step, while somebody else goes on: a wait-cycle",
    text: `${TWO} let tick = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });
      thread("clock", () => { for (;;) tick = 1 - tick; });`,
    fails: ["wait-cycle"],
  },
  {
    name: "two acquires whose order is the same everywhere: a wait under the inner lock still makes a deadlock",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); until(x === 1); spin_unlock(b); });
      thread("t2", () => { spin_lock(a); x = 1; spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "two acquires whose order is the same everywhere, and the inner lock is kept at exit",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); x = 0; spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); });
      thread("t2", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "a choice and then an acquire that depends on it: the thread that chose the lock that is gone",
    text: `${BUCKETS}
      thread("t0", () => { const c = choose(buckets); spin_lock(c.lock); spin_unlock(c.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "a choice and then an acquire that depends on it, with accesses in between that commute",
    text: `${BUCKETS} let mine = 0;
      thread("t0", () => { const c = choose(buckets); mine = 1; spin_lock(c.lock); spin_unlock(c.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "a choice of whether to acquire at all",
    text: `${TWO}
      thread("t0", () => { if (maybe()) { spin_lock(a); spin_unlock(a); } });
      thread("t1", () => { spin_lock(a); until(spin_is_locked(b)); spin_unlock(a); }, { daemon: true });`,
    fails: ["deadlock"],
  },
  {
    name: "a choice and then different locks",
    text: `${TWO} let x = 0;
      thread("t0", () => { either(() => { spin_lock(a); x = 1; spin_unlock(a); }, () => { spin_lock(b); x = 1; spin_unlock(b); }); });
      thread("t1", () => { spin_lock(b); until(x === 1); spin_unlock(b); });`,
    fails: ["deadlock"],
  },
  {
    name: "a store and then an acquire: holding it back until the lock is free invents a deadlock",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { x = 1; spin_lock(a); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); until(x === 1); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "a release and then an acquire: holding it back until the lock is free invents a deadlock",
    text: `${TWO}
      thread("t0", () => { spin_lock(a); spin_unlock(a); spin_lock(b); spin_unlock(b); });
      thread("t1", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`,
    fails: [],
  },
  {
    name: "two stores: what is seen between them",
    text: `let x = 0;
      thread("t0", () => { x = 1; x = 0; });
      thread("t1", () => { assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a load and a store: an update is lost between them",
    text: `let x = 0;
      thread("t0", () => { x++; });
      thread("t1", () => { x++; });
      at_end("both count", () => x === 2);`,
    fails: ["invariant: both count"],
  },
  {
    name: "a load and another: they may see different moments",
    text: `let x = 0; let y = 0;
      thread("t0", () => { const first = y; const second = x; assert(first === 0 || second === 1); });
      thread("t1", () => { x = 1; y = 1; x = 0; });`,
    fails: ["assert"],
  },
  {
    name: "a lock that somebody tries: it is seen while it is held",
    text: `const a = spinlock();
      thread("t0", () => { spin_lock(a); spin_unlock(a); });
      thread("t1", () => { const taken = spin_trylock(a); if (taken) spin_unlock(a); assert(taken); });`,
    fails: ["assert"],
  },
  {
    name: "a lock that somebody looks at",
    text: `const a = spinlock();
      thread("t0", () => { spin_lock(a); spin_unlock(a); });
      thread("t1", () => { assert(!spin_is_locked(a)); });`,
    fails: ["assert"],
  },
  {
    name: "a lock whose owner somebody waits for",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); });
      thread("t1", () => { until(a.owner !== null); assert(x === 1); }, { daemon: true });`,
    fails: ["assert"],
  },
  {
    name: "a lock whose owner an invariant speaks of",
    text: `const a = spinlock();
      thread("t0", () => { spin_lock(a); spin_unlock(a); });
      invariant("never held", () => a.owner === null);`,
    fails: ["invariant: never held"],
  },
  {
    name: "a variable of an invariant: every state between its stores counts",
    text: `const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; y = 1; spin_unlock(a); });
      invariant("together", () => !(x === 1 && y === 0));`,
    fails: ["invariant: together"],
  },
  {
    name: "a variable of an invariant, and a lock in it",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); x = 2; });
      invariant("only under the lock", () => x === 0 || a.owner !== null);`,
    fails: ["invariant: only under the lock"],
  },
  {
    name: "a guess that nobody checks: the reader takes no lock",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a guess that falls in one of many places",
    text: `const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); y = 1; spin_unlock(a); });
      thread("t2", () => { if (y === 1) assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "that somebody holds the lock is not that the reader does",
    text: `const a = spinlock(); let x = 0; let z = 0; let w = 0;
      thread("t0", () => { spin_lock(a); z = 1; x = 1; x = 0; until(w === 1); spin_unlock(a); });
      thread("t1", () => { until(z === 1); assert(x === 0); w = 1; });`,
    fails: ["assert"],
  },
  {
    name: "a lock of the same class is not the lock",
    text: `${BUCKETS} let x = 0;
      thread("t0", () => { spin_lock(buckets[0].lock); x = 1; x = 0; spin_unlock(buckets[0].lock); });
      thread("t1", () => { spin_lock(buckets[1].lock); assert(x === 0); spin_unlock(buckets[1].lock); });`,
    fails: ["assert"],
  },
  {
    name: "a lock of the same field name is not the lock",
    text: `class Left { lock = spinlock(); n = 0; } class Right { lock = spinlock(); n = 0; }
      const left = new Left(); const right = new Right();
      thread("t0", () => { spin_lock(left.lock); right.n = 1; right.n = 0; spin_unlock(left.lock); });
      thread("t1", () => { spin_lock(right.lock); assert(right.n === 0); spin_unlock(right.lock); });`,
    fails: ["assert"],
  },
  {
    name: "a store under a reader's lock, read under a reader's lock: queued",
    text: `const r = rwlock(); let x = 0;
      thread("t0", () => { read_lock(r); x = 1; x = 0; read_unlock(r); });
      thread("t1", () => { read_lock(r); assert(x === 0); read_unlock(r); });`,
    fails: ["assert"],
  },
  {
    name: "a store under a reader's lock, read under a reader's lock: recursive",
    text: `const r = rwlock_recursive(); let x = 0;
      thread("t0", () => { read_lock(r); x = 1; x = 0; read_unlock(r); });
      thread("t1", () => { read_lock(r); assert(x === 0); read_unlock(r); });`,
    fails: ["assert"],
  },
  {
    name: "a store under a reader's lock, read under a reader's lock: sleeping",
    text: `const r = rwsem(); let x = 0;
      thread("t0", () => { down_read(r); x = 1; x = 0; up_read(r); });
      thread("t1", () => { down_read(r); assert(x === 0); up_read(r); });`,
    fails: ["assert"],
  },
  {
    name: "a pointer that is stored while nobody holds what it led to: the merged step hides that somebody does",
    text: `${TWO} let p = 0; let n = 0;
      thread("t0", () => { spin_lock(a); if (p === 0) { n = 1; n = 0; } spin_unlock(a); });
      thread("t1", () => { spin_lock(b); p = 1; assert(n === 0); spin_unlock(b); });`,
    fails: ["assert"],
  },
  {
    name: "a pointer to the guard that is stored under the new lock alone",
    text: `${BUCKETS} class Item { home: Bucket | null = null; n = 0; } const item = new Item();
      initially(() => { item.home = buckets[0]; });
      thread("t0", () => { const h = item.home!; spin_lock(h.lock); if (item.home === h) { item.n = 1; item.n = 0; } spin_unlock(h.lock); });
      thread("t1", () => { spin_lock(buckets[1].lock); item.home = buckets[1]; assert(item.n === 0); spin_unlock(buckets[1].lock); });`,
    fails: ["assert"],
  },
  {
    name: "a store and then a loop without end: the assert of the others is lost",
    text: `let x = 0;
      thread("t0", () => { x = 1; for (;;); });
      thread("t1", () => { assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a release and then a loop without end: nobody else gets the lock",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); for (;;); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "guesses that are tested on one of several threads that are alike",
    text: `${BUCKETS} let x = 0;
      thread("t", buckets, (own) => { spin_lock(own.lock); x = 1; assert(x === 1); x = 0; spin_unlock(own.lock); });`,
    fails: ["assert"],
  },
  {
    name: "guesses that are tested on one of several threads that are alike, where only the first holds the guard",
    text: `${BUCKETS}
      thread("t", buckets, (own) => { spin_lock(own.lock); buckets[0].n = 1; buckets[0].n = 0; spin_unlock(own.lock); });
      thread("u", () => { spin_lock(buckets[0].lock); assert(buckets[0].n === 0); spin_unlock(buckets[0].lock); });`,
    fails: ["assert"],
  },
  {
    name: "a check that is bound to fail inside a merged step hides what others would have failed meanwhile",
    text: `const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; y = 1; assert(x === 0); spin_unlock(a); });
      thread("t1", () => { y = 1; spin_lock(a); spin_unlock(a); });
      invariant("y", () => y === 0);`,
    fails: ["assert", "invariant: y"],
  },
];
