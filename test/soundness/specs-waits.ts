/** Who waits for whom: circles of waits, and waits that only look like one. */
import type { SmallSpec } from "./small-spec.js";

const TICKER = 'let ticks = 0; thread("clock", () => { for (;;) ticks = 1 - ticks; });';

export const WAIT_SPECS: readonly SmallSpec[] = [
  {
    name: "a circle of three, and one that waits for it from outside",
    text: `
      class L { lock = spinlock(); }
      const ls = instances(L, 3);
      function both(a: Spinlock, b: Spinlock) { spin_lock(a); spin_lock(b); spin_unlock(b); spin_unlock(a); }
      thread("a", () => both(ls[0].lock, ls[1].lock));
      thread("b", () => both(ls[1].lock, ls[2].lock));
      thread("c", () => both(ls[2].lock, ls[0].lock));
      thread("d", () => { spin_lock(ls[0].lock); spin_unlock(ls[0].lock); });
      ${TICKER}`,
    fails: ["wait-cycle"],
  },
  {
    name: "a timer that is killed under the lock that its handler wants",
    text: `
      const l = spinlock(); const t = timer();
      initially(() => { init_timer(t); set_timer(t); });
      thread("kills", () => { spin_lock(l); kill_timer(t); spin_unlock(l); });
      thread("softirq", () => { for (;;) execute_timer(t, () => { spin_lock(l); spin_unlock(l); }); });
      ${TICKER}`,
    fails: ["wait-cycle"],
  },
  {
    name: "waiting readers and writers in a circle",
    text: `
      const a = rwlock(); const b = rwlock();
      thread("one", () => { read_lock(a); write_lock(b); write_unlock(b); read_unlock(a); });
      thread("two", () => { read_lock(b); write_lock(a); write_unlock(a); read_unlock(b); });
      ${TICKER}`,
    fails: ["wait-cycle"],
  },
  {
    name: "a choice of locks is no circle while another can be chosen",
    text: `
      class L { lock = spinlock(); }
      const ls = instances(L, 2);
      thread("a", () => { const l = choose(ls); spin_lock(l.lock); spin_unlock(l.lock); });
      thread("b", () => { spin_lock(ls[0].lock); spin_lock(ls[1].lock); spin_unlock(ls[1].lock); spin_unlock(ls[0].lock); });
      ${TICKER}`,
    fails: [],
  },
  {
    name: "a wait for what anybody can bring is no circle, but a deadlock",
    text: `
      const l = spinlock(); let ready = false;
      thread("waits", () => { spin_lock(l); until(ready); spin_unlock(l); });
      thread("brings", () => { spin_lock(l); ready = true; spin_unlock(l); });`,
    fails: ["deadlock"],
  },
  {
    name: "a thread that failed is waited for, and waits for nobody",
    text: `
      const a = spinlock(); const b = spinlock(); let x = 0;
      thread("one", () => { spin_lock(a); x = 1; spin_lock(b); assert(x === 0); });
      thread("two", () => { spin_lock(b); spin_unlock(b); spin_lock(a); });
      ${TICKER}`,
    fails: ["assert", "lock-held-at-exit"],
  },
  {
    name: "a circle that somebody else's failure does not excuse",
    text: `
      const a = spinlock(); const b = spinlock();
      thread("one", () => { spin_lock(a); spin_lock(b); });
      thread("two", () => { spin_lock(b); spin_lock(a); });
      thread("three", () => { assert(false); });`,
    fails: ["assert", "lock-held-at-exit", "wait-cycle"],
  },
  {
    name: "until with a set and with the wait behind a check and a branch",
    text: `
      class Gate { inside = set<Thread>(); open = false; }
      const g = new Gate(); const l = spinlock();
      function leave() { atomic(() => { check("assert", g.inside.size >= 0); if (!g.open) { until(g.inside.size === 0, g.inside); g.open = true; } }); }
      thread("in", () => { g.inside.add(current()); spin_lock(l); spin_unlock(l); g.inside.delete(current()); });
      thread("out", () => { spin_lock(l); leave(); spin_unlock(l); });
      ${TICKER}`,
    fails: ["wait-cycle"],
  },
];
