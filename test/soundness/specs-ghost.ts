/** Ghost state: it changes with the step before it, and leaves when nobody reads it. */
import type { SmallSpec } from "./small-spec.js";

export const GHOST_SPECS: readonly SmallSpec[] = [
  {
    name: "a ghost takes no step: two stores are two steps, whatever ghosts say between",
    text: `
      let x = 0; let seen = ghost(0);
      thread("a", () => { x = 1; seen = 1; ghost(() => { seen = seen + 1; }); x = 2; });
      invariant("together", () => (x === 0) === (seen === 0));`,
    fails: [],
    distinct: 3,
  },
  {
    name: "a ghost nobody reads is not there",
    text: 'let x = 0; let n = ghost(0); thread("a", () => { for (;;) { x = 1 - x; n = 1 - n; n = 1 - n; } });',
    fails: [],
    distinct: 4,
  },
  {
    name: "a ghost at the beginning of a thread does not wait with the lock",
    text: `
      const l = spinlock(); let waiting = ghost(false);
      thread("a", () => { spin_lock(l); ghost(() => { assert(!waiting); }); spin_unlock(l); });
      thread("b", () => { ghost(() => { waiting = true; }); spin_lock(l); spin_unlock(l); });`,
    fails: ["assert"],
  },
  {
    name: "ghost code sees the step that it belongs to, and nobody between",
    text: `
      let x = 0; let last = ghost(0);
      thread("a", () => { x = 1; ghost(() => { assert(x === 1); last = x; }); });
      thread("b", () => { x = 2; ghost(() => { assert(x === 2); last = x; }); });
      invariant("last", () => last === x);`,
    fails: [],
  },
  {
    name: "a ghost set of threads, and a ghost in each branch",
    text: `
      class Gate { inside = ghost(set<Thread>()); open = true; }
      const gate = new Gate();
      thread("a", () => { if (gate.open) { gate.inside.add(current()); gate.open = false; gate.inside.delete(current()); } });
      thread("b", () => { if (gate.open) { gate.inside.add(current()); gate.open = false; gate.inside.delete(current()); } });
      invariant("one", () => gate.inside.size <= 1);`,
    fails: ["invariant: one"],
  },
  {
    name: "a check inside atomic may compare with a ghost",
    text: `
      let x = 0; let mine: Thread | null = ghost(null);
      thread("a", () => { atomic(() => { x = 1; mine = current(); }); atomic(() => { assert(mine === current()); x = 0; }); });
      thread("b", () => { atomic(() => { x = 2; mine = current(); }); });`,
    fails: ["assert"],
  },
];
