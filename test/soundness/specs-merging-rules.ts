/**
 * The rules by which steps may be merged, each from both sides: where it applies, and what must keep it from applying.
 * The numbers are those of the rules; what fails here must be what fails with the steps merged.
 */
import type { SmallSpec } from "./small-spec.js";

const TWO = "const a = spinlock(); const b = spinlock();";
const BUCKETS = "class Bucket { lock = spinlock(); n = 0; m = 0; } const buckets = instances(Bucket, 2);";
const ITEM = `${BUCKETS} class Item { home: Bucket | null = null; n = 0; m = 0; } const item = new Item();
      initially(() => { item.home = buckets[0]; });`;

export const MERGING_RULE_SPECS: readonly SmallSpec[] = [
  {
    name: "1: one trylock anywhere, by a third thread",
    text: `const a = spinlock(); let x = 0; let busy = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });
      thread("t2", () => { if (spin_trylock(a)) spin_unlock(a); else busy = 1; });
      invariant("never busy", () => busy === 0);`,
    fails: ["invariant: never busy"],
  },
  {
    name: "1: a trylock that guards as an acquire does",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { if (spin_trylock(a)) { x = 1; x = 0; spin_unlock(a); } });
      thread("t1", () => { if (spin_trylock(a)) { assert(x === 0); spin_unlock(a); } });`,
    fails: [],
  },
  {
    name: "1: a trylock that fails, and goes on without the lock",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { const got = spin_trylock(a); x = 1; x = 0; if (got) spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "1: whether I hold it myself is nobody else's business",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); atomic(() => { assert(a.owner === current()); }); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "1: a queued writer that waits is seen by new readers",
    text: `const r = rwlock(); let x = 0;
      thread("reader", () => { read_lock(r); until(x === 1); read_unlock(r); });
      thread("writer", () => { write_lock(r); write_unlock(r); });
      thread("late", () => { read_lock(r); x = 1; read_unlock(r); });`,
    fails: ["deadlock"],
  },
  {
    name: "1: where readers are preferred, a writer that waits stops nobody",
    text: `const r = rwlock_recursive(); let x = 0;
      thread("reader", () => { read_lock(r); until(x === 1); read_unlock(r); });
      thread("writer", () => { write_lock(r); write_unlock(r); });
      thread("late", () => { read_lock(r); x = 1; read_unlock(r); });`,
    fails: [],
  },
  {
    name: "1: a fair rwsem, from both sides",
    text: `const w = rwsem_fair(); let x = 0;
      thread("reader", () => { down_read(w); const seen = x; assert(seen === x); up_read(w); });
      thread("writer", () => { down_write(w); x = 1; x = 2; up_write(w); });
      thread("late", () => { down_read(w); assert(x !== 1); up_read(w); });`,
    fails: [],
  },
  {
    name: "1: a reader that becomes one by downgrading keeps others from writing",
    text: `const w = rwsem(); let x = 0;
      thread("t0", () => { down_write(w); x = 1; x = 0; downgrade_write(w); assert(x === 0); up_read(w); });
      thread("t1", () => { down_write(w); x = 1; x = 0; up_write(w); });
      thread("t2", () => { down_read(w); assert(x === 0); up_read(w); });`,
    fails: [],
  },
  {
    name: "1: a store behind the downgrade is one under a reader's lock",
    text: `const w = rwsem(); let x = 0;
      thread("t0", () => { down_write(w); downgrade_write(w); x = 1; x = 0; up_read(w); });
      thread("t1", () => { down_read(w); assert(x === 0); up_read(w); });`,
    fails: ["assert"],
  },
  {
    name: "2: a release by a stranger stops the stranger, and the lock stays held",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_unlock(a); x = 5; });
      thread("t2", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["unlock-not-held"],
  },
  {
    name: "2: a semaphore that a stranger may give back never guards",
    text: `const c = semaphore(); let x = 0;
      thread("t0", () => { down(c); x = 1; x = 0; up(c); });
      thread("t1", () => { up(c); });
      thread("t2", () => { down(c); assert(x === 0); up(c); });`,
    fails: ["assert"],
  },
  {
    name: "2: a semaphore that everybody gives back as a mutex does guard",
    text: `const c = semaphore(); let x = 0;
      thread("t0", () => { down(c); x = 1; x = 0; up(c); });
      thread("t2", () => { down(c); assert(x === 0); up(c); });`,
    fails: [],
  },
  {
    name: "2: a lock of one's own making, which anybody may open",
    text: `let owner: Thread | null = null; let x = 0;
      thread("t0", () => { atomic(() => { until(owner === null); owner = current(); }); x = 1; x = 0; owner = null; });
      thread("t1", () => { owner = null; });
      thread("t2", () => { atomic(() => { until(owner === null); owner = current(); }); assert(x === 0); owner = null; });`,
    fails: ["assert"],
  },
  {
    name: "2: the owner of a library lock, overwritten by hand",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { a.owner = null; });
      thread("t2", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["assert", "unlock-not-held"],
  },
  {
    name: "3: data of an object under the object's own lock, whoever reaches it",
    text: `${BUCKETS}
      thread("own", buckets, (o) => { spin_lock(o.lock); o.n = 1; o.n = 0; spin_unlock(o.lock); });
      thread("any", () => { const c = choose(buckets); spin_lock(c.lock); assert(c.n === 0); spin_unlock(c.lock); });`,
    fails: [],
  },
  {
    name: "3: data of an object under the neighbour's lock, once",
    text: `${BUCKETS}
      thread("own", buckets, (o) => { spin_lock(o.lock); o.n = 1; o.n = 0; spin_unlock(o.lock); });
      thread("any", () => { const c = choose(buckets); spin_lock(c.lock); assert(buckets[0].n === 0); spin_unlock(c.lock); });`,
    fails: ["assert"],
  },
  {
    name: "3: an array of locks and an array of slots, by the same index and by another",
    text: `class Slot { n = 0; } class Table { locks = instances(Spinlock, 2); slots = instances(Slot, 2); }
      const table = new Table();
      function bump(i: number, j: number) { spin_lock(table.locks[i]); assert(table.slots[j].n === 0); table.slots[j].n = 1; table.slots[j].n = 0; spin_unlock(table.locks[i]); }
      thread("t0", () => { bump(0, 0); bump(1, 1); });
      thread("t1", () => { bump(0, 1); });`,
    fails: ["assert"],
  },
  {
    name: "3: what nobody writes, and what one thread alone uses, need no lock",
    text: `const a = spinlock(); let x = 0; let constant = 2; let mine = 0;
      thread("t0", () => { spin_lock(a); x = constant; mine = 1; mine = x; x = 0; spin_unlock(a); assert(mine === constant); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); assert(constant === 2); });`,
    fails: [],
  },
  {
    name: "3: what one thread alone would use, if there were not two of the kind",
    text: `${BUCKETS} let mine = 0;
      thread("t", buckets, (o) => { mine = 1; assert(mine === 1); mine = 0; spin_lock(o.lock); spin_unlock(o.lock); });`,
    fails: ["assert"],
  },
  {
    name: "3: two locks around everything: either guards",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); x = 1; x = 0; spin_unlock(a); spin_unlock(b); });
      thread("t1", () => { spin_lock(a); spin_lock(b); assert(x === 0); spin_unlock(b); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "3: two locks, each in one place: neither guards",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); x = 1; x = 0; spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); x = 2; x = 0; spin_unlock(a); });
      thread("t2", () => { spin_lock(b); assert(x !== 2); spin_unlock(b); });`,
    fails: ["assert"],
  },
  {
    name: "3: read under both modes and written under one: an rwlock that guards",
    text: `const r = rwlock_recursive(); let x = 0;
      thread("t0", () => { write_lock(r); x = 1; assert(x === 1); x = 0; write_unlock(r); });
      thread("t1", () => { read_lock(r); read_lock(r); assert(x === 0); read_unlock(r); assert(x === 0); read_unlock(r); });`,
    fails: [],
  },
  {
    name: "3: the inner of two read_unlocks is not the end of it, the outer is",
    text: `const r = rwlock_recursive(); let x = 0;
      thread("t0", () => { write_lock(r); x = 1; x = 0; write_unlock(r); });
      thread("t1", () => { read_lock(r); read_lock(r); read_unlock(r); read_unlock(r); assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "3: the inner unlock of a recursive lock is not the end of it",
    text: `const s = rspinlock(); let x = 0;
      thread("t0", () => { spin_lock_recursive(s); spin_lock_recursive(s); x = 1; spin_unlock_recursive(s); x = 0; spin_unlock_recursive(s); });
      thread("t1", () => { spin_lock_recursive(s); assert(x === 0); spin_unlock_recursive(s); });`,
    fails: [],
  },
  {
    name: "3: the outer unlock of a recursive lock is",
    text: `const s = rspinlock(); let x = 0;
      thread("t0", () => { spin_lock_recursive(s); spin_lock_recursive(s); spin_unlock_recursive(s); x = 1; spin_unlock_recursive(s); x = 0; });
      thread("t1", () => { spin_lock_recursive(s); assert(x === 0); spin_unlock_recursive(s); });`,
    fails: ["assert"],
  },
  {
    name: "4: racy reads elsewhere, and none between the stores that matter",
    text: `const a = spinlock(); let x = 0; let seen = 0;
      thread("t0", () => { spin_lock(a); if (x === 0) x = 1; assert(x === 1); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); if (x === 0) x = 1; assert(x === 1); spin_unlock(a); });
      thread("t2", () => { seen = x; assert(seen < 2); });`,
    fails: [],
  },
  {
    name: "4: a racy read makes the stores visible",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); if (x === 0) { x = 1; x = 2; } spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x !== 1); spin_unlock(a); });
      thread("t2", () => { assert(x !== 1); });`,
    fails: ["assert"],
  },
  {
    name: "4: a racy store takes the site's guard away",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); const before = x; assert(before === x); spin_unlock(a); });
      thread("t1", () => { x = 1; });`,
    fails: ["assert"],
  },
  {
    name: "4: a store under a reader's lock leaves readers without a guard",
    text: `const r = rwsem(); let x = 0;
      thread("t0", () => { down_read(r); const before = x; assert(before === x); up_read(r); });
      thread("t1", () => { down_read(r); x = 1; up_read(r); });`,
    fails: ["assert"],
  },
  {
    name: "5: the lock behind a pointer that is changed under both",
    text: `${ITEM}
      thread("t0", () => { const h = item.home!; spin_lock(h.lock); if (item.home === h) { item.n = 1; item.n = 0; } spin_unlock(h.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); spin_lock(buckets[1].lock); assert(item.n === 0); item.home = buckets[1]; spin_unlock(buckets[1].lock); spin_unlock(buckets[0].lock); });`,
    fails: [],
  },
  {
    name: "5: the lock behind a pointer that is changed under the old one alone",
    text: `${ITEM}
      thread("t0", () => { const h = item.home!; spin_lock(h.lock); if (item.home === h) { item.n = 1; item.n = 0; } spin_unlock(h.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); item.home = buckets[1]; item.n = 1; item.n = 0; spin_unlock(buckets[0].lock); });`,
    fails: [],
  },
  {
    name: "5: and the one who stored it goes on as if it held the new one",
    text: `${ITEM}
      thread("t0", () => { spin_lock(buckets[1].lock); if (item.home === buckets[1]) assert(item.n === 0); spin_unlock(buckets[1].lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); item.home = buckets[1]; item.n = 1; item.n = 0; spin_unlock(buckets[0].lock); });`,
    fails: ["assert"],
  },
  {
    name: "5: no second look at the pointer behind the acquire",
    text: `${ITEM}
      thread("t0", () => { const h = item.home!; spin_lock(h.lock); item.n = 1; item.n = 0; spin_unlock(h.lock); });
      thread("t1", () => { spin_lock(buckets[0].lock); spin_lock(buckets[1].lock); item.home = buckets[1]; spin_unlock(buckets[0].lock); assert(item.n === 0); spin_unlock(buckets[1].lock); });`,
    fails: ["assert"],
  },
  {
    name: "5: a pointer with a lock of its own, which its writers hold and every access too",
    text: `${ITEM} const list_lock = spinlock();
      thread("t0", () => { spin_lock(list_lock); spin_lock(item.home!.lock); item.n = 1; item.n = 0; spin_unlock(item.home!.lock); spin_unlock(list_lock); });
      thread("t1", () => { spin_lock(list_lock); item.home = buckets[1]; assert(item.n === 0); spin_unlock(list_lock); });`,
    fails: [],
  },
  {
    name: "5: a pointer with a lock of its own, which an access leaves out",
    text: `${ITEM} const list_lock = spinlock();
      thread("t0", () => { const h = item.home!; spin_lock(h.lock); item.n = 1; item.n = 0; spin_unlock(h.lock); });
      thread("t1", () => { spin_lock(list_lock); item.home = buckets[1]; spin_unlock(list_lock); spin_lock(buckets[1].lock); assert(item.n === 0); spin_unlock(buckets[1].lock); });`,
    fails: ["assert"],
  },
  {
    name: "5: a reference to a lock that changes while the lock is held",
    text: `${TWO} class Ref { lock: Spinlock | null = null; } const ref = new Ref(); let x = 0;
      initially(() => { ref.lock = a; });
      thread("t0", () => { spin_lock(ref.lock!); x = 1; x = 0; spin_unlock(ref.lock!); });
      thread("t1", () => { ref.lock = b; spin_lock(ref.lock!); assert(x === 0); spin_unlock(ref.lock!); });`,
    fails: ["assert", "unlock-not-held"],
  },
  {
    name: "6: a variable of an invariant that is only read may be read unseen",
    text: `const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; if (x === 1) y = x; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });
      invariant("y is a bit", () => y === 0 || y === 1);`,
    fails: [],
  },
  {
    name: "6: an invariant over two objects of a class",
    text: `${BUCKETS}
      thread("t0", () => { spin_lock(buckets[0].lock); spin_lock(buckets[1].lock); buckets[0].n = 1; buckets[1].n = 1; spin_unlock(buckets[1].lock); spin_unlock(buckets[0].lock); });
      invariant("alike", () => buckets.every((k) => k.n === buckets[0].n));`,
    fails: ["invariant: alike"],
  },
  {
    name: "6: only the end of the run counts for at_end",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });
      at_end("back", () => x === 0);`,
    fails: [],
  },
  {
    name: "6: a claim over an array of data",
    text: `const a = spinlock(); let slots = [0, 0];
      thread("t0", () => { spin_lock(a); slots[0] = 1; slots[1] = 1; slots[0] = 0; slots[1] = 0; spin_unlock(a); });
      invariant("first before second", () => slots[0] === 1 || slots[1] === 0);`,
    fails: ["invariant: first before second"],
  },
  {
    name: "7: nested in one order: no wait can be seen",
    text: `${TWO} let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); y = 1; y = 0; spin_unlock(b); x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_lock(b); assert(y === 0); spin_unlock(b); spin_unlock(a); });
      thread("t2", () => { spin_lock(b); assert(y === 0); spin_unlock(b); });`,
    fails: [],
  },
  {
    name: "7: data is stored before the inner acquire, and the order is turned round by one thread in one branch",
    text: `${TWO} let x = 0; let f = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); x = 0; spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { if (f === 1) { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); } });
      thread("t2", () => { f = 1; });`,
    fails: ["deadlock"],
  },
  {
    name: "7: three locks in a circle, no two of them the wrong way round",
    text: `${TWO} const c = spinlock();
      thread("t0", () => { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); spin_lock(c); spin_unlock(c); spin_unlock(b); });
      thread("t2", () => { spin_lock(c); spin_lock(a); spin_unlock(a); spin_unlock(c); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: locks of one class in the order of their addresses, and in that of the arguments",
    text: `${BUCKETS}
      function both(one: Bucket, two: Bucket) { spin_lock(one.lock); spin_lock(two.lock); one.n = 1; two.n = 0; spin_unlock(two.lock); spin_unlock(one.lock); }
      thread("t", buckets, (o) => { if (o === buckets[0]) both(o, buckets[1]); else both(o, buckets[0]); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: locks of one class in the order of their addresses",
    text: `${BUCKETS}
      function both(one: Bucket, two: Bucket) { spin_lock(one.lock); spin_lock(two.lock); one.n = 1; assert(one.n === 1); one.n = 0; spin_unlock(two.lock); spin_unlock(one.lock); }
      thread("t", buckets, (o) => { if (o === buckets[0]) both(o, buckets[1]); else both(buckets[0], o); });`,
    fails: [],
  },
  {
    name: "7: an unlock in another order is none of an acquire",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); spin_unlock(a); x = 1; x = 0; spin_unlock(b); });
      thread("t1", () => { spin_lock(a); spin_lock(b); assert(x === 0); spin_unlock(b); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "7: hand over hand, one of them the wrong way",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); spin_unlock(a); x = 0; spin_unlock(b); });
      thread("t1", () => { spin_lock(b); spin_lock(a); assert(x === 0); spin_unlock(b); spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "7: the inner acquire is a trylock: no deadlock, whatever the order",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); spin_unlock(b); x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(b); if (spin_trylock(a)) { assert(x === 0); spin_unlock(a); } spin_unlock(b); });`,
    fails: [],
  },
  {
    name: "7: a lock taken twice behind a branch",
    text: `${TWO} let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; if (x === 1) spin_lock(a); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); spin_unlock(a); });`,
    fails: ["self-deadlock"],
  },
  {
    name: "7: a wait for another thread's end under the inner lock",
    text: `${TWO} let ended = false; let x = 0;
      thread("t0", () => { spin_lock(a); spin_lock(b); until(ended); spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); x = 1; spin_unlock(a); ended = true; });`,
    fails: ["deadlock"],
  },
];
