/** The library's ways to wait: queues, grace periods, deferred work. */
import type { SmallSpec } from "./small-spec.js";

const TICKER = 'let ticks = 0; thread("clock", () => { for (;;) ticks = 1 - ticks; });';

export const LIBRARY_WAIT_SPECS: readonly SmallSpec[] = [
  {
    name: "a queue of threads and one of objects: order, doubles, the front, conditions",
    text: `class Item { n = 0; } class Q { threads = queue<Thread>(); items = queue<Item>(); }
      const q = new Q(); const items = instances(Item, 2); let x = 0;
      thread("a", () => {
        q.items.push(items[0]); q.items.push(items[1]); q.items.push(items[0]);
        assert(q.items.first === items[0] && q.items.size === 3);
        q.items.drop(x - 1); assert(q.items.size === 3);
        q.items.drop(1); assert(q.items.first === items[1]);
        q.items.delete(items[1]); assert(!q.items.has(items[1]) && q.items.first === items[0]);
        q.items.drop(5); assert(q.items.first === null); q.items.drop(1);
        q.threads.push(current()); until(q.threads.first === current()); q.threads.drop(1);
      });
      thread("b", () => { q.threads.push(current()); atomic(() => { until(q.threads.first === current()); q.threads.drop(1); x = q.threads.size; }); });
      invariant("at most two wait", () => q.threads.size <= 2 && (q.threads.first !== null || q.threads.size === 0));`,
    fails: [],
  },
  {
    name: "wait_event: on the queue before the condition, with a condition that takes a lock",
    text: `class Ring { lock = spinlock(); used = 1; } const ring = new Ring(); const wq = wait_queue();
      function put(): boolean { let done = false; spin_lock(ring.lock); if (ring.used === 0) { ring.used = 1; done = true; } spin_unlock(ring.lock); return done; }
      thread("guest", () => { wait_event(wq, () => put()); });
      thread("listener", () => { spin_lock(ring.lock); ring.used = 0; spin_unlock(ring.lock); wake_up(wq); });`,
    fails: [],
  },
  {
    name: "a lost wake-up: the condition is tested before the thread is on the queue",
    text: `let ready = false; const wq = wait_queue();
      thread("waits", () => { while (!ready) { prepare_to_wait(wq); wait_schedule(wq); } finish_wait(wq); });
      thread("wakes", () => { ready = true; wake_up(wq); });`,
    fails: ["deadlock"],
  },
  {
    name: "one wake-up wakes one exclusive waiter and every other one",
    text: `let ready = false; const wq = wait_queue(); class T {} const ts = instances(T, 2);
      thread("plain", ts, (t) => { wait_event(wq, () => ready); });
      thread("exclusive", () => { wait_event_exclusive(wq, () => ready); });
      thread("wakes", () => { ready = true; if (waitqueue_active(wq)) wake_up(wq); });`,
    fails: [],
  },
  {
    name: "one wake-up is not enough for two exclusive waiters",
    text: `let ready = false; const wq = wait_queue(); class T {} const ts = instances(T, 2);
      thread("exclusive", ts, (t) => { wait_event_exclusive(wq, () => ready); });
      thread("wakes", () => { ready = true; wake_up(wq); });`,
    fails: ["deadlock"],
  },
  {
    name: "wake_up_all is",
    text: `let ready = false; const wq = wait_queue(); class T {} const ts = instances(T, 2);
      thread("exclusive", ts, (t) => { prepare_to_wait_exclusive(wq); while (!ready) { wait_schedule(wq); prepare_to_wait_exclusive(wq); } finish_wait(wq); });
      thread("wakes", () => { ready = true; wake_up_all(wq); });`,
    fails: [],
  },
  {
    name: "Xen: tokens go to places in the queue, and a woken vCPU queues again",
    text: `let free = 0; const wq = xen_wait_queue(); class V {} const vs = instances(V, 2);
      function put(): boolean { let done = false; atomic(() => { if (free > 0) { free--; done = true; } }); return done; }
      thread("vcpu", vs, (v) => { wait_event(wq, () => put()); });
      thread("listener", () => { fetch_add(free, 1); wake_up_nr(wq, 1); fetch_add(free, 1); wake_up_one(wq); });`,
    fails: ["deadlock"],
  },
  {
    name: "Xen: waking everybody for each slot",
    text: `let free = 0; const wq = xen_wait_queue(); class V {} const vs = instances(V, 2);
      function put(): boolean { let done = false; atomic(() => { if (free > 0) { free--; done = true; } }); return done; }
      thread("vcpu", vs, (v) => { wait_event(wq, () => put()); });
      thread("listener", () => { fetch_add(free, 1); wake_up_all(wq); fetch_add(free, 1); wake_up_all(wq); });`,
    fails: [],
  },
  {
    name: "a grace period waits for readers that began before it",
    text: `class Slots { valid = true; } const olds = instances(Slots, 2); let slots: Slots | null = null; const s = srcu();
      initially(() => { slots = olds[0]; });
      function read() { srcu_read_lock(s); const m = slots!; assert(m.valid); srcu_read_unlock(s); }
      thread("reader", () => { read(); srcu_read_lock(s); read(); srcu_read_unlock(s); });
      thread("other", () => { read(); });
      thread("updater", () => { slots = olds[1]; synchronize_srcu(s); olds[0].valid = false; });`,
    fails: [],
  },
  {
    name: "without the grace period an old reader uses what is gone",
    text: `class Slots { valid = true; } const olds = instances(Slots, 2); let slots: Slots | null = null;
      initially(() => { slots = olds[0]; });
      thread("reader", () => { rcu_read_lock(); const m = slots!; assert(m.valid); rcu_read_unlock(); });
      thread("updater", () => { synchronize_rcu(); slots = olds[1]; olds[0].valid = false; });`,
    fails: ["assert"],
  },
  {
    name: "a grace period does not wait for readers that began after it",
    text: `const s = srcu(); const go = completion(); let old = false;
      thread("first", () => { srcu_read_lock(s); old = true; srcu_read_unlock(s); srcu_read_lock(s); wait_for_completion(go); srcu_read_unlock(s); });
      thread("updater", () => { until(old); synchronize_srcu(s); complete(go); });
      thread("second updater", () => { synchronize_srcu(s); });`,
    fails: ["deadlock"],
  },
  {
    name: "two grace periods, and readers that come in between",
    text: `const s = srcu(); let x = 0; let y = 0;
      thread("reader", () => { for (let i = 0; i < 2; i++) { srcu_read_lock(s); const a = x; const b = y; assert(!(b === 1 && a === 0)); srcu_read_unlock(s); } });
      thread("one", () => { x = 1; synchronize_srcu(s); y = 1; });
      thread("two", () => { synchronize_srcu(s); synchronize_srcu(s); });`,
    fails: [],
  },
  {
    name: "K5: a lock inside a reader, and the grace period under it",
    text: `const kvm_srcu = srcu(); const slots_lock = mutex();
      thread("vcpu", () => { srcu_read_lock(kvm_srcu); mutex_lock(slots_lock); mutex_unlock(slots_lock); srcu_read_unlock(kvm_srcu); });
      thread("updater", () => { mutex_lock(slots_lock); synchronize_srcu(kvm_srcu); mutex_unlock(slots_lock); }); ${TICKER}`,
    fails: ["wait-cycle"],
  },
  {
    name: "K5b: the lock is released before the grace period",
    text: `const kvm_srcu = srcu(); const slots_arch_lock = mutex();
      thread("vcpu", () => { srcu_read_lock(kvm_srcu); mutex_lock(slots_arch_lock); mutex_unlock(slots_arch_lock); srcu_read_unlock(kvm_srcu); });
      thread("updater", () => { mutex_lock(slots_arch_lock); mutex_unlock(slots_arch_lock); synchronize_srcu(kvm_srcu); });`,
    fails: [],
  },
  {
    name: "grace periods: inside a reader, an end without a beginning, too deep, a reader at exit",
    text: `const s = srcu();
      thread("inside", () => { rcu_read_lock(); synchronize_rcu(); });
      thread("stranger", () => { srcu_read_unlock(s); });
      thread("deep", () => { srcu_read_lock(s); srcu_read_lock(s); srcu_read_lock(s); });
      thread("leaves", () => { srcu_read_lock(s); });`,
    fails: ["assert", "lock-held-at-exit", "self-deadlock", "unlock-not-held"],
  },
  {
    name: "a percpu rwsem: a waiting writer stops new readers",
    text: `const s = percpu_rwsem(); let writing = ghost(false); let x = 0; const l = spinlock();
      function read() { percpu_down_read(s); ghost(() => { assert(!writing); }); x = x; percpu_up_read(s); }
      thread("r", () => { read(); if (percpu_down_read_trylock(s)) percpu_up_read(s); });
      thread("w", () => { percpu_down_write(s); ghost(() => { writing = true; }); x = 1; ghost(() => { writing = false; }); percpu_up_write(s); });
      thread("v", () => { rcu_read_lock(); rcu_read_unlock(); percpu_down_write(s); percpu_up_write(s); });`,
    fails: [],
  },
  {
    name: "a percpu rwsem: reading twice, giving back what is not held, and a chain through a waiting writer",
    text: `const s = percpu_rwsem(); const m = mutex();
      thread("a", () => { percpu_down_read(s); mutex_lock(m); mutex_unlock(m); percpu_up_read(s); });
      thread("b", () => { mutex_lock(m); percpu_down_read(s); percpu_up_read(s); mutex_unlock(m); percpu_up_write(s); });
      thread("w", () => { percpu_down_write(s); percpu_up_write(s); }); ${TICKER}`,
    fails: ["unlock-not-held", "wait-cycle"],
  },
  {
    name: "work: each queueing is followed by a run, and flush waits for it",
    text: `const w = work(); let requests = 0; let done = 0;
      thread("worker", () => { for (;;) run_work(w, () => { done = requests; }); });
      thread("user", () => { requests = 1; schedule_work(w); flush_work(w); assert(done === 1); if (schedule_work(w)) flush_work(w); });
      thread("other", () => { schedule_work(w); flush_work(w); });`,
    fails: [],
  },
  {
    name: "work that queues itself again: flush returns between two runs, or behind a later one's beginning",
    text: `const w = work(); let runs = 0; let flushed = false;
      thread("worker", () => { for (;;) run_work(w, () => { runs = (runs + 1) % 3; schedule_work(w); }); });
      thread("user", () => { schedule_work(w); flush_work(w); flushed = true; });
      invariant("never flushed", () => !flushed);`,
    fails: ["invariant: never flushed"],
  },
  {
    name: "work is cancelled: no run is under way or comes later, until it is queued again",
    text: `const w = work(); let gone = false;
      thread("worker", () => { for (;;) run_work(w, () => { assert(!gone); }); });
      thread("user", () => { schedule_work(w); if (cancel_work_sync(w)) gone = false; gone = true; });
      thread("flusher", () => { flush_work(w); });`,
    fails: [],
  },
  {
    name: "work is cancelled under the lock that it takes; a worker flushes itself",
    text: `const w = work(); const v = work(); const m = mutex();
      thread("worker", () => { for (;;) run_work(w, () => { mutex_lock(m); mutex_unlock(m); }); });
      thread("user", () => { schedule_work(w); mutex_lock(m); cancel_work_sync(w); mutex_unlock(m); });
      thread("other", () => { schedule_work(v); run_work(v, () => { flush_work(v); }); }); ${TICKER}`,
    fails: ["self-deadlock", "wait-cycle"],
  },
  {
    name: "tasklets: once for each scheduling, disabled, killed",
    text: `const t = tasklet(); let allowed = true; let dead = false;
      thread("softirq", () => { for (;;) run_tasklet(t, () => { assert(allowed && !dead); }); });
      thread("user", () => { tasklet_schedule(t); tasklet_disable(t); allowed = false; allowed = true; tasklet_enable(t); tasklet_schedule(t); tasklet_kill(t); dead = true; });`,
    fails: [],
  },
  {
    name: "a tasklet is killed by itself, and under the lock that it takes",
    text: `const t = tasklet(); const u = tasklet(); const l = spinlock();
      thread("softirq", () => { for (;;) run_tasklet(t, () => { spin_lock(l); spin_unlock(l); }); });
      thread("user", () => { tasklet_schedule(t); spin_lock(l); tasklet_disable(t); spin_unlock(l); tasklet_enable(t); });
      thread("other", () => { tasklet_schedule(u); run_tasklet(u, () => { tasklet_kill(u); }); }); ${TICKER}`,
    fails: ["self-deadlock", "wait-cycle"],
  },
  {
    name: "a seqlock: no reader uses a torn pair",
    text: `const sl = seqlock(); let a = 0; let b = 0; class T {} const ts = instances(T, 2);
      thread("reader", () => { let x = 0; let y = 0; do { read_seqbegin(sl); x = a; y = b; } while (read_seqretry(sl)); assert(x === y); });
      thread("writer", ts, (t) => { write_seqlock(sl); a = 1 - a; b = 1 - b; write_sequnlock(sl); });`,
    fails: [],
  },
  {
    name: "a seqlock whose reader does not ask again",
    text: `const sl = seqlock(); let a = 0; let b = 0;
      thread("reader", () => { read_seqbegin(sl); const x = a; const y = b; read_seqretry(sl); assert(x === y); });
      thread("writer", () => { write_seqlock(sl); a = 1 - a; b = 1 - b; write_sequnlock(sl); });
      thread("stranger", () => { write_sequnlock(sl); });`,
    fails: ["assert", "unlock-not-held"],
  },
];
