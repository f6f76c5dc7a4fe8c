/** The locks of the library: right use holds, and each misuse is found by the check that it deserves. */
import type { SmallSpec } from "./small-spec.js";

const TICKER = 'let ticks = 0; thread("clock", () => { for (;;) ticks = 1 - ticks; });';

/** Counts how many are inside. */
const INSIDE = `
  let users = ghost(0);
  function inside() { ghost(() => { users = users + 1; assert(users === 1); }); x = x + 1; ghost(() => { users = users - 1; }); }
  let x = 0;`;

export const LIBRARY_LOCK_SPECS: readonly SmallSpec[] = [
  {
    name: "a mutex: one at a time, tried as well",
    text: `${INSIDE} const m = mutex();
      thread("a", () => { mutex_lock(m); inside(); mutex_unlock(m); });
      thread("b", () => { if (mutex_trylock(m)) { inside(); mutex_unlock(m); } });
      thread("c", () => { if (mutex_is_locked(m)) x = 0; });`,
    fails: [],
  },
  {
    name: "a mutex is given back by its owner only, and not taken twice",
    text: `const m = mutex();
      thread("a", () => { mutex_lock(m); mutex_unlock(m); });
      thread("b", () => { mutex_unlock(m); });
      thread("c", () => { mutex_lock(m); mutex_lock(m); });`,
    fails: ["self-deadlock", "unlock-not-held"],
  },
  {
    name: "a recursive spinlock counts",
    text: `${INSIDE} const l = rspinlock();
      function deep() { spin_lock_recursive(l); if (spin_trylock_recursive(l)) { inside(); spin_unlock_recursive(l); } spin_unlock_recursive(l); }
      thread("a", () => { spin_lock_recursive(l); deep(); spin_unlock_recursive(l); });
      thread("b", () => { deep(); });
      thread("c", () => { if (spin_trylock_recursive(l)) { inside(); spin_unlock_recursive(l); } });`,
    fails: [],
  },
  {
    name: "a recursive spinlock is given back as often as it was taken",
    text: `const l = rspinlock(); const other = spinlock();
      thread("a", () => { spin_lock_recursive(l); spin_lock_recursive(l); spin_unlock_recursive(l); });
      thread("b", () => { spin_lock_recursive(l); spin_unlock_recursive(l); spin_unlock_recursive(l); });`,
    fails: ["deadlock", "lock-held-at-exit", "unlock-not-held"],
  },
  {
    name: "recursive locks in a circle",
    text: `const l = rspinlock(); const m = rspinlock();
      function both(a: RecursiveSpinlock, b: RecursiveSpinlock) { spin_lock_recursive(a); spin_lock_recursive(b); spin_unlock_recursive(b); spin_unlock_recursive(a); }
      thread("a", () => { both(l, m); }); thread("b", () => { both(m, l); }); ${TICKER}`,
    fails: ["wait-cycle"],
  },
  {
    name: "a semaphore lets two in, and anybody may add",
    text: `let inside = ghost(0); const s = semaphore();
      initially(() => { sema_init(s, 2); });
      class T {} const ts = instances(T, 3);
      thread("t", ts, (t) => { down(s); ghost(() => { inside = inside + 1; assert(inside <= 2); }); ghost(() => { inside = inside - 1; }); up(s); });
      thread("tries", () => { if (down_trylock(s)) up(s); });`,
    fails: [],
  },
  {
    name: "a semaphore of one, taken twice",
    text: `const s = semaphore(); thread("a", () => { down(s); down(s); }); thread("b", () => { if (down_trylock(s)) down(s); });`,
    fails: ["deadlock"],
  },
  {
    name: "completions: one for each waiter, early ones are kept, all of them",
    text: `const c = completion(); const d = completion(); let ready = false;
      thread("brings", () => { ready = true; complete(c); complete(c); complete_all(d); complete(d); });
      thread("one", () => { wait_for_completion(c); assert(ready); wait_for_completion(d); });
      thread("two", () => { wait_for_completion(c); assert(ready); wait_for_completion(d); if (completion_done(d)) ready = true; assert(try_wait_for_completion(d)); });
      thread("three", () => { wait_for_completion(d); reinit_completion(d); assert(ready); assert(!try_wait_for_completion(d)); });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "a completion for one of two",
    text: `const c = completion(); thread("brings", () => { complete(c); });
      thread("one", () => { wait_for_completion(c); }); thread("two", () => { wait_for_completion(c); });`,
    fails: ["deadlock"],
  },
  {
    name: "an rwsem: writers alone, readers together, a downgrade, tries",
    text: `let writing = ghost(0); let reading = ghost(0); const s = rwsem(); const f = rwsem_fair();
      function reads(s: RwSemaphore) { ghost(() => { reading = reading + 1; assert(writing === 0); }); ghost(() => { reading = reading - 1; }); }
      function writes(s: RwSemaphore) { ghost(() => { writing = writing + 1; assert(writing === 1 && reading === 0); }); ghost(() => { writing = writing - 1; }); }
      thread("r", () => { const l = choose([s, f]); down_read(l); reads(l); up_read(l); if (down_read_trylock(l)) up_read(l); });
      thread("w", () => { const l = choose([s, f]); down_write(l); downgrade_write(l); up_read(l); });
      thread("v", () => { const l = choose([s, f]); if (down_write_trylock(l)) up_write(l); down_write(l); up_write(l); });`,
    fails: [],
  },
  {
    name: "an rwsem: nobody else is inside with a writer",
    text: `let writing = ghost(false); let reading = ghost(0); const f = rwsem_fair();
      thread("r", () => { down_read(f); ghost(() => { reading = reading + 1; assert(!writing); }); x = x; ghost(() => { reading = reading - 1; }); up_read(f); });
      thread("w", () => { down_write(f); ghost(() => { assert(!writing && reading === 0); writing = true; }); x = x; ghost(() => { writing = false; }); downgrade_write(f);
        ghost(() => { reading = reading + 1; assert(!writing); }); x = x; ghost(() => { reading = reading - 1; }); up_read(f); });
      thread("v", () => { down_write(f); ghost(() => { assert(!writing && reading === 0); writing = true; }); x = x; ghost(() => { writing = false; }); up_write(f); });
      let x = 0;`,
    fails: [],
  },
  {
    name: "an rwsem cannot be upgraded",
    text: `const f = rwsem_fair(); thread("a", () => { down_read(f); down_write(f); up_write(f); });
      thread("b", () => { down_write(f); up_read(f); }); thread("c", () => { if (down_read_trylock(f)) down_read(f); });`,
    fails: ["self-deadlock", "unlock-not-held"],
  },
  ...["rwsem", "rwsem_fair"].map((kind) => ({
    name: `K6: a reader behind a writer that only waits, with ${kind}`,
    text: `const cpus_lock = ${kind}(); const kvm_lock = mutex(); const slots_lock = mutex(); const srcu_like = mutex();
      thread("T0", () => { mutex_lock(slots_lock); mutex_lock(srcu_like); mutex_unlock(srcu_like); mutex_unlock(slots_lock); });
      thread("T1", () => { down_read(cpus_lock); mutex_lock(kvm_lock); mutex_unlock(kvm_lock); up_read(cpus_lock); });
      thread("T1b", () => { mutex_lock(kvm_lock); mutex_lock(slots_lock); mutex_unlock(slots_lock); mutex_unlock(kvm_lock); });
      thread("T2", () => { mutex_lock(srcu_like); down_read(cpus_lock); up_read(cpus_lock); mutex_unlock(srcu_like); });
      thread("hotplug", () => { down_write(cpus_lock); up_write(cpus_lock); });`,
    fails: kind === "rwsem" ? [] : ["deadlock"],
  })),
  ...["rwlock", "rwlock_recursive"].map((kind) => ({
    name: `a reader behind a writer that only waits, with ${kind}`,
    text: `const l = ${kind}(); const s = spinlock();
      thread("a", () => { read_lock(l); spin_lock(s); spin_unlock(s); read_unlock(l); });
      thread("b", () => { spin_lock(s); read_lock(l); read_unlock(l); spin_unlock(s); });
      thread("w", () => { write_lock(l); write_unlock(l); }); ${TICKER}`,
    fails: kind === "rwlock" ? ["wait-cycle"] : [],
  })),
  {
    name: "rwlocks: writers alone, readers together, tries, reading twice where that is allowed",
    text: `const q = rwlock(); const r = rwlock_recursive(); let writing = ghost(false); let reading = ghost(0); let x = 0;
      function read(l: Rwlock) { ghost(() => { reading = reading + 1; assert(!writing); }); x = x; ghost(() => { reading = reading - 1; }); }
      function write(l: Rwlock) { ghost(() => { assert(!writing && reading === 0); writing = true; }); x = 1; ghost(() => { writing = false; }); }
      thread("r", () => { read_lock(r); read_lock(r); read(r); read_unlock(r); read(r); read_unlock(r); });
      thread("t", () => { if (read_trylock(r)) { read(r); read_unlock(r); } if (write_trylock(r)) { write(r); write_unlock(r); } });
      thread("w", () => { write_lock(r); write(r); write_unlock(r); });`,
    fails: [],
  },
  {
    name: "a queued rwlock: writers alone, readers together",
    text: `const q = rwlock(); let writing = ghost(false); let reading = ghost(0); let x = 0;
      thread("r", () => { read_lock(q); ghost(() => { reading = reading + 1; assert(!writing); }); x = x; ghost(() => { reading = reading - 1; }); read_unlock(q);
        if (read_trylock(q)) read_unlock(q); });
      class T {} const ts = instances(T, 2);
      thread("w", ts, (t) => { write_lock(q); ghost(() => { assert(!writing && reading === 0); writing = true; }); x = 1; ghost(() => { writing = false; }); write_unlock(q); });`,
    fails: [],
  },
  {
    name: "a recursive rwlock: upgraded, read too deep, given back too often",
    text: `const r = rwlock_recursive();
      thread("upgrades", () => { read_lock(r); write_lock(r); });
      thread("deep", () => { read_lock(r); read_lock(r); read_lock(r); });
      thread("often", () => { read_lock(r); read_unlock(r); read_unlock(r); });`,
    fails: ["assert", "self-deadlock", "unlock-not-held"],
  },
  {
    name: "references are counted, and the last one frees",
    text: `const r = refcount(); let freed = ghost(false); let x = 0;
      initially(() => { refcount_set(r, 2); });
      function put() { if (refcount_dec_and_test(r)) { ghost(() => { assert(!freed); freed = true; }); } }
      function use() { ghost(() => { assert(!freed); }); x = 1; }
      thread("a", () => { use(); put(); });
      thread("b", () => { refcount_inc(r); use(); put(); use(); put(); });
      thread("c", () => { if (refcount_inc_not_zero(r)) { use(); put(); } });`,
    fails: [],
  },
  {
    name: "a reference that nobody has is taken",
    text: `const r = refcount();
      thread("a", () => { if (refcount_read(r) > 0) { refcount_inc(r); refcount_dec_and_test(r); } });
      thread("b", () => { refcount_dec_and_test(r); });`,
    fails: ["use-after-free"],
  },
  {
    name: "a ticket lock is fair and excludes",
    text: `${INSIDE} const l = ticket_lock_init(); class T {} const ts = instances(T, 3);
      thread("t", ts, (t) => { ticket_lock(l); inside(); ticket_unlock(l); });`,
    fails: [],
  },
  {
    name: "ticket locks in a circle; one that is not held is given back",
    text: `const l = ticket_lock_init(); const m = ticket_lock_init();
      thread("a", () => { ticket_lock(l); ticket_lock(m); ticket_unlock(m); ticket_unlock(l); });
      thread("b", () => { ticket_lock(m); ticket_lock(l); ticket_unlock(l); ticket_unlock(m); ticket_unlock(m); }); ${TICKER}`,
    fails: ["unlock-not-held", "wait-cycle"],
  },
  {
    name: "rcuwait: the state is set before the condition is tested",
    text: `let count = 1; const w = rcuwait();
      thread("waits", () => { rcuwait_wait_event(w, () => count === 0); assert(count === 0); });
      thread("wakes", () => { count = 0; rcuwait_wake_up(w); });`,
    fails: [],
  },
  {
    name: "rcuwait: the lock is dropped with the state set",
    text: `let count = 1; const w = rcuwait(); const l = spinlock();
      thread("waits", () => { spin_lock(l); prepare_to_rcuwait(w);
        while (count !== 0) { rcuwait_set_state(w); spin_unlock(l); rcuwait_schedule(w); spin_lock(l); }
        finish_rcuwait(w); spin_unlock(l); });
      thread("ends", () => { spin_lock(l); count--; const wake = count === 0; spin_unlock(l); if (wake) rcuwait_wake_up(w); });`,
    fails: [],
  },
  {
    name: "K10e: the state is set after the lock is dropped",
    text: `let count = 1; const w = rcuwait(); const l = spinlock();
      thread("waits", () => { spin_lock(l); prepare_to_rcuwait(w);
        while (count !== 0) { spin_unlock(l); rcuwait_set_state(w); rcuwait_schedule(w); spin_lock(l); }
        finish_rcuwait(w); spin_unlock(l); });
      thread("ends", () => { spin_lock(l); count--; const wake = count === 0; spin_unlock(l); if (wake) rcuwait_wake_up(w); });`,
    fails: ["deadlock"],
  },
  {
    name: "sleeping under a spinlock, in a handler, in a section of RCU, and not while only the mutex is held",
    text: `const cpus = instances(Cpu, 1); const l = spinlock(); const rw = rwlock(); const m = mutex(); const s = semaphore(); const c = completion();
      thread("task", cpus, (cpu) => { mutex_lock(m); down(s); up(s); mutex_unlock(m); });
      thread("under a spinlock", () => { spin_lock(l); if (mutex_trylock(m)) mutex_unlock(m); mutex_lock(m); });
      thread("under a rwlock", () => { read_lock(rw); down(s); });
      thread("reader", () => { rcu_read_lock(); wait_for_completion(c); });
      hardirq("irq", cpus, (cpu) => { complete(c); if (down_trylock(s)) up(s); }, { times: 1 });`,
    fails: ["sleep-in-atomic"],
  },
  {
    name: "an rwlock that handlers read only needs its writers to keep them away",
    text: `const cpus = instances(Cpu, 1); const rw = rwlock(); let n = 0;
      thread("task", cpus, (cpu) => { read_lock(rw); n = n; read_unlock(rw); write_lock_irq(rw); n = 1; write_unlock_irq(rw); });
      hardirq("irq", cpus, (cpu) => { read_lock(rw); read_unlock(rw); }, { times: 2 });`,
    fails: [],
  },
  {
    name: "an rwlock that a handler reads is written with interrupts on",
    text: `const cpus = instances(Cpu, 1); const rw = rwlock();
      thread("task", cpus, (cpu) => { const flags = read_lock_irqsave(rw); read_unlock_irqrestore(rw, flags); write_lock(rw); write_unlock(rw); });
      hardirq("irq", cpus, (cpu) => { read_lock(rw); read_unlock(rw); }, { times: 1 });`,
    fails: ["irq-unsafe"],
  },
  {
    name: "a handler reads although a writer waits",
    text: `const cpus = instances(Cpu, 1); const rw = rwlock();
      thread("task", cpus, (cpu) => { read_lock(rw); read_unlock(rw); });
      thread("writer", () => { const flags = write_lock_irqsave(rw); write_unlock_irqrestore(rw, flags); });
      softirq("irq", cpus, (cpu) => { read_lock_bh(rw); read_unlock_bh(rw); }, { times: 1 });`,
    fails: [],
  },
  {
    name: "timers and tasklets run in softirqs, and are killed from tasks",
    text: `const cpus = instances(Cpu, 1); const t = timer(); const k = tasklet(); let runs = 0; let dead = false;
      initially(() => { init_timer(t); });
      thread("task", () => { set_timer(t); tasklet_schedule(k); kill_timer(t); tasklet_kill(k); dead = true; });
      softirq("softirq", cpus, (cpu) => { execute_timer(t, () => { assert(!dead); runs = runs + 1; }); run_tasklet(k, () => { assert(!dead); }); }, { times: 2 });`,
    fails: ["deadlock"],
  },
];
