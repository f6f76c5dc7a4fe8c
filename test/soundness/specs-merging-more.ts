/**
 * Merging and the rest of the language: lists, ghosts and pools whose checks are accesses, handlers, store buffers, waits,
 * ends of threads, and steps that change nothing. As in specs-merging-rules.ts, from both sides.
 */
import type { SmallSpec } from "./small-spec.js";

const TWO = "const a = spinlock(); const b = spinlock();";
const LIST = `class Item { n = 0; } class Queue { lock = spinlock(); items = list<Item>(); done = list<Item>(); }
      const q = new Queue(); const items = instances(Item, 2);`;
const POOL = `class Req { n = 0; lock = spinlock(); } const reqs = pool(Req, 1, "req");
      const a = spinlock(); let slot: Req | null = null;
      initially(() => { slot = alloc(reqs); });`;
const CPU = "const cpus = instances(Cpu, 1); const a = spinlock(); let x = 0; let y = 0;";

/** A case with store buffers. */
const under = (memory: "tso" | "pso", text: string) =>
  `${text}\n      export default cases({ title: "t", c: { memory: "${memory}", expect: holds(), why: "w" } });`;

const LATE_UNLOCK = `
      const a = spinlock(); let x = 0; let y = 0; let r0 = 7; let r1 = 7;
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); r0 = y; });
      thread("t1", () => { y = 1; smp_mb(); r1 = x; });
      at_end("in order", () => r0 === 1 || r1 === 1);`;
const GUARDED = `
      const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; y = 1; y = 0; x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === y); x = 2; y = 2; spin_unlock(a); });`;
const READ_UNLOCK = `
      const r = rwlock_recursive(); let x = 0; let y = 0;
      thread("t0", () => { write_lock(r); x = 1; y = 1; write_unlock(r); });
      thread("t1", () => { read_lock(r); const seen = x; assert(seen === y); read_unlock(r); });
      thread("t2", () => { const seen = y; assert(x >= seen); });`;
const HAND_MADE = `
      let held = false; let x = 0;
      thread("t0", () => { atomic(() => { until(!held); held = true; }); x = 1; x = 0; held = false; });
      thread("t1", () => { atomic(() => { until(!held); held = true; }); assert(x === 0); held = false; });`;

export const MERGING_MORE_SPECS: readonly SmallSpec[] = [
  {
    name: "8: whether a node is on a list is looked at by whoever adds it elsewhere",
    text: `${LIST} const a = spinlock();
      thread("t0", () => { spin_lock(q.lock); list_add(items[0], q.items); list_del(items[0]); spin_unlock(q.lock); });
      thread("t1", () => { spin_lock(a); list_add(items[0], q.done); list_del(items[0]); spin_unlock(a); });`,
    fails: ["list-corruption"],
  },
  {
    name: "8: all under the list's lock",
    text: `${LIST}
      thread("t0", () => { spin_lock(q.lock); list_add(items[0], q.items); list_del(items[0]); spin_unlock(q.lock); });
      thread("t1", () => { spin_lock(q.lock); list_add(items[0], q.done); list_del(items[0]); spin_unlock(q.lock); });
      thread("t2", () => { spin_lock(q.lock); assert(list_empty(q.items)); spin_unlock(q.lock); });`,
    fails: [],
  },
  {
    name: "8: a peek at the list without its lock",
    text: `${LIST}
      thread("t0", () => { spin_lock(q.lock); list_add(items[0], q.items); list_del(items[0]); spin_unlock(q.lock); });
      thread("t1", () => { assert(list_empty(q.items)); });`,
    fails: ["assert"],
  },
  {
    name: "8: a walk without the lock",
    text: `${LIST}
      initially(() => { list_add(items[0], q.items); list_add(items[1], q.items); });
      thread("t0", () => { spin_lock(q.lock); list_del(items[0]); list_add(items[0], q.items); spin_unlock(q.lock); });
      thread("t1", () => { for (const e of q.items) e.n = 1; });`,
    fails: ["list-changed-under-walk"],
  },
  {
    name: "8: a ghost that counts who is inside is written by all of them",
    text: `const r = rwlock_recursive(); let x = 0; let inside = ghost(0);
      thread("t0", () => { read_lock(r); inside++; assert(x === 0); inside--; read_unlock(r); });
      thread("t1", () => { read_lock(r); inside++; assert(x === 0); inside--; read_unlock(r); });
      invariant("alone", () => inside < 2);`,
    fails: ["invariant: alone"],
  },
  {
    name: "8: a ghost under the lock, and an assert about it",
    text: `const a = spinlock(); let inside = ghost(0); let x = 0;
      function use() { spin_lock(a); inside++; x = 1; ghost(() => { assert(inside === 1); }); x = 0; inside--; spin_unlock(a); }
      thread("t0", () => use()); thread("t1", () => use());`,
    fails: [],
  },
  {
    name: "8: a ghost between two stores that is read by an assert elsewhere",
    text: `const a = spinlock(); let x = 0; let stage = ghost(0); let f = 0;
      thread("t0", () => { spin_lock(a); x = 1; stage = 1; x = 0; stage = 0; spin_unlock(a); });
      thread("t1", () => { f = 1; ghost(() => { assert(stage === 0); }); });`,
    fails: ["assert"],
  },
  {
    name: "8: a field declared to be guarded that is not is found whether or not its accesses are merged",
    text: `${TWO} let n = 0; let m = 0;
      guarded_by(() => n, () => a);
      thread("t0", () => { spin_lock(a); n = 1; m = 1; n = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(b); m = 1; if (n === 1) m = 0; spin_unlock(b); });`,
    fails: ["guarded-by"],
  },
  {
    name: "8: an object that is freed while somebody holds its lock",
    text: `${POOL}
      thread("t0", () => { const s = slot; if (s !== null) { spin_lock(s.lock); s.n = 1; s.n = 0; spin_unlock(s.lock); } });
      thread("t1", () => { const s = slot; slot = null; free(s); });`,
    fails: ["use-after-free"],
  },
  {
    name: "8: an object that is freed under the lock that guards it",
    text: `${POOL}
      thread("t0", () => { spin_lock(a); if (slot !== null) { slot.n = 1; slot.n = 0; } spin_unlock(a); });
      thread("t1", () => { spin_lock(a); const s = slot; slot = null; free(s); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "8: an object that is freed, and allocated again by another under another lock",
    text: `${POOL} const b = spinlock();
      thread("t0", () => { spin_lock(a); const s = slot; if (s !== null) { s.n = 1; assert(s.n === 1); } spin_unlock(a); });
      thread("t1", () => { const s = slot; slot = null; free(s); spin_lock(b); const again = alloc(reqs); if (again !== null) again.n = 2; spin_unlock(b); });`,
    fails: ["assert", "use-after-free"],
  },
  {
    name: "9: a lock that a handler takes too, with interrupts on in one place",
    text: `${CPU}
      thread("task", cpus, () => { spin_lock(a); y = 1; spin_unlock(a); });
      hardirq("irq", cpus, () => { if (y === 0) { spin_lock(a); spin_unlock(a); } }, { times: 1 });`,
    fails: ["irq-unsafe"],
  },
  {
    name: "9: a lock that a handler takes too, where only the store before the release lets it",
    text: `${CPU}
      thread("task", cpus, () => { spin_lock(a); y = 1; spin_unlock(a); });
      hardirq("irq", cpus, () => { if (y === 1) { spin_lock(a); spin_unlock(a); } }, { times: 1 });`,
    fails: ["irq-unsafe"],
  },
  {
    name: "9: the same with a lock of one's own making, which has no marks",
    text: `${CPU} let owner: Thread | null = null;
      function take() { atomic(() => { until(owner === null, owner); owner = current(); }); }
      function drop() { atomic(() => { owner = null; }); }
      thread("task", cpus, () => { take(); y = 1; drop(); });
      hardirq("irq", cpus, () => { if (y === 1) { take(); drop(); } }, { times: 1 });`,
    fails: ["deadlock"],
  },
  {
    name: "9: interrupts off, and a wait for what a handler of this CPU stores",
    text: `${CPU}
      thread("task", cpus, () => { local_irq_disable(); until(y === 1); local_irq_enable(); });
      hardirq("irq", cpus, () => { y = 1; }, { times: 1 });`,
    fails: ["deadlock"],
  },
  {
    name: "9: interrupts on, and a wait for what a handler of this CPU stores",
    text: `${CPU}
      thread("task", cpus, () => { local_irq_disable(); local_irq_enable(); until(y === 1); });
      hardirq("irq", cpus, () => { y = 1; }, { times: 1 });`,
    fails: [],
  },
  {
    name: "9: a store before interrupts go off, which the handler may still see",
    text: `${CPU}
      thread("task", cpus, () => { x = 1; local_irq_disable(); x = 0; local_irq_enable(); });
      hardirq("irq", cpus, () => { assert(x === 0); }, { times: 1 });`,
    fails: ["assert"],
  },
  {
    name: "9: stores with interrupts off are one for the handler",
    text: `${CPU}
      thread("task", cpus, () => { local_irq_disable(); x = 1; x = 0; local_irq_enable(); });
      hardirq("irq", cpus, () => { assert(x === 0); }, { times: 1 });`,
    fails: [],
  },
  {
    name: "9: and not for a handler of another CPU",
    text: `const cpus = instances(Cpu, 2); let x = 0;
      thread("task", () => { local_irq_disable(); x = 1; x = 0; local_irq_enable(); }, { on: cpus[0] });
      hardirq("irq", cpus[1], () => { assert(x === 0); }, { times: 1 });`,
    fails: ["assert"],
  },
  {
    name: "9: a lock with interrupts off on both sides",
    text: `${CPU}
      thread("task", cpus, () => { const flags = spin_lock_irqsave(a); x = 1; x = 0; spin_unlock_irqrestore(a, flags); });
      hardirq("irq", cpus, () => { spin_lock(a); assert(x === 0); spin_unlock(a); }, { times: 1 });`,
    fails: [],
  },
  {
    name: "9: a handler that stores twice is one for the task below it and two for others",
    text: `const cpus = instances(Cpu, 2); let x = 0;
      thread("below", () => { assert(x === 0); }, { on: cpus[0] });
      thread("beside", () => { const seen = x; if (seen === 1) unreachable("seen"); }, { on: cpus[1] });
      hardirq("irq", cpus[0], () => { x = 1; x = 0; }, { times: 1 });`,
    fails: ["assert"],
  },
  {
    name: "9: tasks of one CPU: a spinlock keeps the other away, also from what it does not guard",
    text: `${CPU}
      thread("t0", cpus, () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); });
      thread("t1", cpus, () => { assert(x === 0); });`,
    fails: [],
  },
  {
    name: "9: tasks of one CPU: a mutex does not",
    text: `${CPU} const m = mutex();
      thread("t0", cpus, () => { mutex_lock(m); x = 1; x = 0; mutex_unlock(m); });
      thread("t1", cpus, () => { assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "9: a softirq with softirqs off in one of two places",
    text: `${CPU}
      thread("task", cpus, () => { local_bh_disable(); x = 1; x = 0; local_bh_enable(); y = 1; y = 0; });
      softirq("soft", cpus, () => { assert(x === 0); assert(y === 0); }, { times: 1 });`,
    fails: ["assert"],
  },
  { name: "10: sc: a store under the lock is there for who looks later", text: LATE_UNLOCK, fails: [] },
  {
    name: "10: tso: the store that releases is late, and a load goes ahead",
    text: under("tso", LATE_UNLOCK),
    fails: ["invariant: in order"],
  },
  {
    name: "10: pso: the store that releases is late, and a load goes ahead",
    text: under("pso", LATE_UNLOCK),
    fails: ["invariant: in order"],
  },
  { name: "10: tso: what a spinlock guards", text: under("tso", GUARDED), fails: [] },
  { name: "10: pso: what a spinlock guards", text: under("pso", GUARDED), fails: [] },
  { name: "10: tso: stores seen without the lock come in order", text: under("tso", READ_UNLOCK), fails: [] },
  {
    name: "10: pso: stores seen without the lock come in any order",
    text: under("pso", READ_UNLOCK),
    fails: ["assert"],
  },
  { name: "10: tso: a lock that a plain store opens guards", text: under("tso", HAND_MADE), fails: [] },
  {
    name: "10: pso: a lock that a plain store opens does not",
    text: under("pso", HAND_MADE),
    fails: ["assert"],
  },
  {
    name: "10: tso: a thread that ended has its stores still on their way",
    text: under(
      "tso",
      `
      let x = 0; let y = 0;
      thread("t0", () => { x = 1; });
      thread("t1", () => { until(x === 1); y = 1; });`,
    ),
    fails: [],
  },
  {
    name: "11: the end of a thread releases nothing",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; if (x === 1) return; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); spin_unlock(a); });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "11: the end is seen by at_end and by nobody else",
    text: `const a = spinlock(); let x = 0; let ended = false;
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); ended = true; });
      thread("t1", () => { until(ended); assert(x === 1); });
      at_end("over", () => ended && x === 1);`,
    fails: [],
  },
  {
    name: "11: a kthread_stop that waits for a completion",
    text: `const a = spinlock(); const done = completion(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; x = 0; spin_unlock(a); complete(done); });
      thread("t1", () => { wait_for_completion(done); assert(x === 0); });`,
    fails: [],
  },
  {
    name: "11: a completion that comes under the lock, before the stores are done",
    text: `const a = spinlock(); const done = completion(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; complete(done); x = 0; spin_unlock(a); });
      thread("t1", () => { wait_for_completion(done); assert(x === 0); });`,
    fails: ["assert"],
  },
  {
    name: "a choice from an empty set fails where it is made",
    text: `const a = spinlock(); class Holder { who = set<Thread>(); } const h = new Holder(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; const w = choose(h.who); x = 0; h.who.delete(w); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); h.who.add(current()); assert(x === 0); spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "a circle through a step that is blocked behind a prefix",
    text: `${TWO} let x = 0; let y = 0; let tick = 0;
      thread("t0", () => { spin_lock(a); x = 1; y = 1; spin_lock(b); x = 0; spin_unlock(b); spin_unlock(a); });
      thread("t1", () => { spin_lock(b); y = 2; spin_lock(a); x = 0; spin_unlock(a); spin_unlock(b); });
      thread("clock", () => { for (;;) tick = 1 - tick; });`,
    fails: ["wait-cycle"],
  },
  {
    name: "a circle in which the lock that is waited for was read from memory just before",
    text: `class Bucket { lock = spinlock(); } class Ref { to: Bucket | null = null; }
      const buckets = instances(Bucket, 2); const refs = instances(Ref, 2); let tick = 0;
      initially(() => { refs[0].to = buckets[0]; refs[1].to = buckets[1]; });
      thread("t0", () => { spin_lock(buckets[0].lock); spin_lock(refs[1].to!.lock); spin_unlock(buckets[1].lock); spin_unlock(buckets[0].lock); });
      thread("t1", () => { spin_lock(buckets[1].lock); spin_lock(refs[0].to!.lock); spin_unlock(buckets[0].lock); spin_unlock(buckets[1].lock); });
      thread("clock", () => { for (;;) tick = 1 - tick; });`,
    fails: ["wait-cycle"],
  },
  {
    name: "a check in front of a wait must fail although the wait is blocked",
    text: `const a = spinlock(); const m = mutex(); let x = 0;
      thread("t0", () => { mutex_lock(m); x = 1; assert(x === 0); spin_lock(a); spin_unlock(a); mutex_unlock(m); });
      thread("t1", () => { spin_lock(a); until(x === 2); spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "sleeping under a spinlock fails although the mutex is taken",
    text: `const a = spinlock(); const m = mutex(); let x = 0; const cpus = instances(Cpu, 1);
      thread("t0", cpus, () => { spin_lock(a); x = 1; mutex_lock(m); mutex_unlock(m); spin_unlock(a); });
      thread("t1", () => { mutex_lock(m); until(x === 2); mutex_unlock(m); });`,
    fails: ["sleep-in-atomic"],
  },
  {
    name: "a lock that is reached by its name and through a pointer is one lock",
    text: `class Bucket { lock = spinlock(); n = 0; } class Ref { to: Bucket | null = null; }
      const bucket = new Bucket(); const ref = new Ref();
      initially(() => { ref.to = bucket; });
      thread("t0", () => { spin_lock(bucket.lock); bucket.n = 1; ref.to!.n = 0; spin_unlock(ref.to!.lock); });
      thread("t1", () => { spin_lock(ref.to!.lock); assert(bucket.n === 0); spin_unlock(bucket.lock); });`,
    fails: [],
  },
  {
    name: "a lock that is taken twice under two names",
    text: `class Bucket { lock = spinlock(); n = 0; } class Ref { to: Bucket | null = null; }
      const bucket = new Bucket(); const ref = new Ref();
      initially(() => { ref.to = bucket; });
      thread("t0", () => { spin_lock(bucket.lock); bucket.n = 1; spin_lock(ref.to!.lock); });`,
    fails: ["self-deadlock"],
  },
  {
    name: "a pointer that is loaded under the lock is used when the lock is gone",
    text: `class Bucket { lock = spinlock(); n = 0; } class Ref { to: Bucket | null = null; }
      const bucket = new Bucket(); const ref = new Ref(); const a = spinlock();
      initially(() => { ref.to = bucket; });
      thread("t0", () => { spin_lock(a); const to = ref.to; spin_unlock(a); if (to !== null) assert(to.n === 0); });
      thread("t1", () => { spin_lock(a); ref.to!.n = 1; ref.to!.n = 0; spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "a value read before the acquire and used behind it",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { const before = x; spin_lock(a); x = before + 1; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); x = x + 1; spin_unlock(a); });
      at_end("both count", () => x === 2);`,
    fails: ["invariant: both count"],
  },
  {
    name: "a value read under the lock and used when it is gone",
    text: `const a = spinlock(); let x = 0;
      function bump() { spin_lock(a); const seen = x; spin_unlock(a); spin_lock(a); x = seen + 1; spin_unlock(a); }
      thread("t0", () => bump()); thread("t1", () => bump());
      at_end("both count", () => x === 2);`,
    fails: ["invariant: both count"],
  },
  {
    name: "two critical sections are not one",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = 1; spin_unlock(a); spin_lock(a); x = 0; spin_unlock(a); });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: ["assert"],
  },
  {
    name: "a loop under the lock, and the lock taken and given back in a loop without end",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { for (;;) { spin_lock(a); for (let k = 0; k < 2; k++) x = k; x = 0; spin_unlock(a); } });
      thread("t1", () => { spin_lock(a); assert(x === 0); spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "a loop without end under the lock: who waits for it waits for ever, and that is no deadlock",
    text: `const a = spinlock(); let x = 0; let y = 0;
      thread("t0", () => { spin_lock(a); x = 1; for (;;); });
      thread("t1", () => { y = 1; spin_lock(a); assert(x === 0); spin_unlock(a); });
      invariant("y", () => y === 0);`,
    fails: ["invariant: y"],
  },
  {
    name: "a spinning loop that ends when another thread stores",
    text: `const a = spinlock(); let x = 0; let go = false;
      thread("t0", () => { while (!go) {} spin_lock(a); assert(x === 0); spin_unlock(a); });
      thread("t1", () => { spin_lock(a); x = 1; go = true; x = 0; spin_unlock(a); });`,
    fails: [],
  },
  {
    name: "a condition that is waited for on a queue, tested under the lock",
    text: `const a = spinlock(); const wq = wait_queue(); let ready = false;
      function is_ready(): boolean { spin_lock(a); const r = ready; spin_unlock(a); return r; }
      thread("t0", () => { wait_event(wq, () => is_ready()); assert(ready); });
      thread("t1", () => { spin_lock(a); ready = true; spin_unlock(a); wake_up(wq); });`,
    fails: [],
  },
  {
    name: "a wake-up before the store is lost",
    text: `const a = spinlock(); const wq = wait_queue(); let ready = false;
      function is_ready(): boolean { spin_lock(a); const r = ready; spin_unlock(a); return r; }
      thread("t0", () => { wait_event(wq, () => is_ready()); });
      thread("t1", () => { wake_up(wq); spin_lock(a); ready = true; spin_unlock(a); });`,
    fails: ["deadlock"],
  },
  {
    name: "a seqlock: the reader tries again where the writer was in between",
    text: `const s = seqlock(); let x = 0; let y = 0;
      thread("t0", () => { write_seqlock(s); x = 1; y = 1; write_sequnlock(s); });
      thread("t1", () => { let p = 0; let r = 0; do { read_seqbegin(s); p = x; r = y; } while (read_seqretry(s)); assert(p === r); });`,
    fails: [],
  },
  {
    name: "an exchange is one, and a load and a store around a lock are not",
    text: `const a = spinlock(); let x = 0;
      thread("t0", () => { spin_lock(a); x = x + 1; spin_unlock(a); });
      thread("t1", () => { fetch_add(x, 1); });
      at_end("both count", () => x === 2);`,
    fails: ["invariant: both count"],
  },
  {
    name: "a lock that is changed for another while it is held, by who holds it",
    text: `${TWO} class Ref { lock: Spinlock | null = null; } const ref = new Ref(); let x = 0;
      initially(() => { ref.lock = a; });
      thread("t0", () => { const l = ref.lock!; spin_lock(l); x = 1; ref.lock = b; x = 0; spin_unlock(l); });
      thread("t1", () => { const l = ref.lock!; spin_lock(l); assert(x === 0); spin_unlock(l); });`,
    fails: ["assert"],
  },
  {
    name: "the same with a second look behind the acquire",
    text: `${TWO} class Ref { lock: Spinlock | null = null; } const ref = new Ref(); let x = 0;
      initially(() => { ref.lock = a; });
      thread("t0", () => { spin_lock(a); x = 1; x = 0; ref.lock = b; spin_unlock(a); });
      thread("t1", () => { const l = ref.lock!; spin_lock(l); if (ref.lock === l) assert(x === 0); spin_unlock(l); });`,
    fails: [],
  },
];
