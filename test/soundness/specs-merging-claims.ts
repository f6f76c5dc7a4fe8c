/**
 * Claims and the cells that one thread alone knows, when steps are merged: where several writes that an invariant reads may
 * be in one step, what a claim about the end sees, who writes what. As in specs-merging-rules.ts, from both sides.
 */
import type { SmallSpec } from "./small-spec.js";

const TWO = "const a = spinlock(); const b = spinlock();";
const XY = "let x = 0; let y = 0;";
const BUCKETS = "class Bucket { lock = spinlock(); n = 0; m = 0; } const buckets = instances(Bucket, 2);";
const OWN_NAME = `const a = spinlock(); let x = 0; let who: Thread | null = null; ${BUCKETS}`;

export const MERGING_CLAIM_SPECS: readonly SmallSpec[] = [
  {
    name: "6: all writes under one lock, and the invariant is false between two of them",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; y = 1; y = 0; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); y = 0; x = 0; spin_unlock(a); });
      invariant("i", () => x === y);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: all writes under one lock, and the invariant speaks of who holds it",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; y = 1; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); y = 2; x = 2; spin_unlock(a); });
      invariant("i", () => x === y || a.owner !== null);`,
    fails: [],
  },
  {
    name: "6: the same, where the lock is given back too early",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); spin_lock(a); y = 1; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); y = x; spin_unlock(a); });
      invariant("i", () => x === y || a.owner !== null);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: each variable written under a lock, but not under one",
    text: `${TWO} ${XY}
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(b); y = 1; y = 0; spin_unlock(b); });
      invariant("i", () => x === 0 || y === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: one of the writers takes no lock",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", () => { y = 1; y = 0; });
      invariant("i", () => x === 0 || y === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: the writers share the lock",
    text: `const r = rwlock_recursive(); ${XY}
      thread("t0", () => { read_lock(r); x = 1; x = 0; read_unlock(r); });
      thread("t1", () => { read_lock(r); y = 1; y = 0; read_unlock(r); });
      thread("t2", () => { write_lock(r); write_unlock(r); });
      invariant("i", () => x === 0 || y === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: who holds two locks is no matter of one",
    text: `${TWO}
      thread("t0", () => { spin_lock(a); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); spin_unlock(b); });
      invariant("i", () => a.owner === null || b.owner === null);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: a write under the lock behind one that nobody protects",
    text: `const a = spinlock(); ${XY} let z = 0;
      thread("t0", () => { spin_lock(a); z = 1; x = 1; z = 0; x = 0; spin_unlock(a); });
      thread("t1", () => { if (z === 1) { spin_lock(a); y = 1; y = 0; spin_unlock(a); } });
      invariant("i", () => x === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: objects of one class, each under its own lock",
    text: `${BUCKETS}
      thread("t", buckets, (own) => { spin_lock(own.lock); own.n = 1; own.n = 0; spin_unlock(own.lock); });
      invariant("i", () => buckets.some((one) => one.n === 0));`,
    fails: ["invariant: i"],
  },
  {
    name: "6: the invariant fails between two writes, inside the lock of another that waits to end",
    text: `${TWO} ${XY}
      thread("t0", () => { spin_lock(a); x = 1; spin_lock(b); x = 0; spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); y = 1; spin_unlock(b); });
      invariant("i", () => x === 0 || b.owner === null);`,
    fails: ["invariant: i"],
  },
  {
    name: "6: the end, with stores that would be false before it",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; y = 1; y = 0; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); y = x; spin_unlock(a); });
      at_end("i", () => x === 0 && y === 0);`,
    fails: [],
  },
  {
    name: "6: the end is also where somebody rests, between two stores",
    text: `const a = spinlock(); ${XY}
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); idle_until(y === 1); spin_lock(a); x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); if (x === 1) y = 1; spin_unlock(a); });
      at_end("i", () => x === 0);`,
    fails: ["invariant: i"],
  },
  {
    name: "3: a thread reads what it alone writes",
    text: `${XY}
      thread("t0", () => { x = 1; x = x + 1; x = x + 1; });
      thread("t1", () => { assert(x !== 2); });`,
    fails: ["assert"],
  },
  {
    name: "3: two reads of what another thread writes",
    text: `${XY}
      thread("t0", () => { const first = x; const second = x; assert(first === second); });
      thread("t1", () => { x = 1; });`,
    fails: ["assert"],
  },
  {
    name: "3: two threads of one process write the same object",
    text: `${BUCKETS}
      thread("t", buckets, (own) => { const one = buckets[0]; const seen = one.n; one.n = seen + 1; own.m = 1; });
      at_end("i", () => buckets[0].n === 2);`,
    fails: ["invariant: i"],
  },
  {
    name: "3: each thread of a process writes its own object, and reads that of the other",
    text: `${BUCKETS}
      thread("t", buckets, (own) => {
        const mine = own; mine.n = 1; mine.n = 0;
        const other = own === buckets[0] ? buckets[1] : buckets[0];
        assert(other.n === 0);
      });`,
    fails: ["assert"],
  },
  {
    name: "4: whether it notes itself, where each notes itself and nobody else",
    text: `${OWN_NAME}
      thread("t", buckets, (own) => {
        if (who === current()) own.m = 1;
        spin_lock(a); who = current();
        const first = who === current(); x = 1; x = 0; const second = who === current();
        assert(first === second && x === 0);
        who = null; spin_unlock(a);
        const third = who === current(); const fourth = who === current();
        assert(third === fourth);
      });`,
    fails: [],
  },
  {
    name: "4: whether it notes itself, and another takes the note back",
    text: `${OWN_NAME}
      thread("t0", () => {
        spin_lock(a); who = current(); spin_unlock(a);
        const first = who === current(); const second = who === current();
        assert(first === second);
      });
      thread("t1", () => { spin_lock(a); who = null; spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "4: whether it notes itself, and another notes itself over it",
    text: `${OWN_NAME}
      thread("t", buckets, (own) => {
        spin_lock(a); who = current(); spin_unlock(a);
        const first = who === current(); own.n = 1; const second = who === current();
        assert(first === second);
      });`,
    fails: ["assert"],
  },
  {
    name: "4: whether it is noted, and another does that",
    text: `${OWN_NAME} let saved: Thread | null = null;
      thread("t0", () => {
        saved = current();
        const first = who === current(); const second = who === current();
        assert(first === second);
      });
      thread("t1", () => { spin_lock(a); who = saved; spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "4: each notes itself, and no lock keeps them apart",
    text: `${OWN_NAME}
      thread("t", buckets, (own) => { if (who === null) { who = current(); assert(who === current()); own.n = 1; } });`,
    fails: ["assert"],
  },
  {
    name: "4: each notes itself, and somebody looks without a lock whether anybody does",
    text: `${OWN_NAME}
      thread("t0", () => { spin_lock(a); who = current(); who = null; spin_unlock(a); });
      thread("t1", () => { const noted = who !== null; assert(!noted); });`,
    fails: ["assert"],
  },
  {
    name: "4: each notes itself on an object of its own, under the lock of the object",
    text: `class Slot { lock = spinlock(); by: Thread | null = null; n = 0; } const slots = instances(Slot, 2);
      thread("t", slots, (own) => {
        const other = own === slots[0] ? slots[1] : slots[0];
        if (other.by === current()) own.n = 1;
        spin_lock(other.lock); other.by = current(); other.n = 2; assert(other.by === current());
        other.by = null; spin_unlock(other.lock);
      });`,
    fails: [],
  },
];
