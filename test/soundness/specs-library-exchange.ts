/** Instructions that read and change a place in one step: what comes between, and what is evaluated before. */
import type { SmallSpec } from "./small-spec.js";

export const LIBRARY_EXCHANGE_SPECS: readonly SmallSpec[] = [
  {
    name: "fetch_add and add_return are one step each, and lose nothing",
    text: `let n = 0; let a = 0; let b = 0;
      thread("a", () => { a = fetch_add(n, 2); });
      thread("b", () => { b = add_return(n, 3); });
      invariant("sum", () => n === 0 || n === 2 || n === 3 || n === 5);
      invariant("results", () => (a === 0 || a === 3) && (b === 0 || b === 3 || b === 5));`,
    fails: [],
    distinct: 13,
  },
  {
    name: "a load and a store in its place lose one",
    text: `let n = 0; thread("a", () => { n = n + 1; }); thread("b", () => { fetch_add(n, 1); assert(n !== 1); });`,
    fails: ["assert"],
  },
  {
    name: "cmpxchg takes a free word, once",
    text: `class Word { owner: Thread | null = null; state: "idle" | "busy" = "idle"; flag = false; }
      const w = new Word(); let winners = 0;
      class T {} const ts = instances(T, 3);
      thread("t", ts, (t) => { if (cmpxchg(w.owner, null, current()) === null) { winners = winners + 1; assert(w.owner === current()); } });
      thread("s", () => { if (try_cmpxchg(w.state, "idle", "busy")) w.flag = true; assert(!try_cmpxchg(w.state, "idle", "busy")); assert(xchg(w.flag, false) === true); });
      invariant("one winner", () => winners <= 1);`,
    fails: [],
  },
  {
    name: "ABA: cmpxchg compares what it finds, not what happened",
    text: `class Node { next: Node | null = null; } const ns = instances(Node, 2); let top: Node | null = null; let popped: Node | null = null;
      initially(() => { ns[0].next = ns[1]; top = ns[0]; });
      thread("pop", () => { const old = top; if (old === null) return; const next = old.next; if (try_cmpxchg(top, old, next)) assert(next === null || next !== popped, "the next one was popped"); });
      thread("other", () => { const a = xchg(top, ns[1]); const b = xchg(top, null); popped = b; if (a === null) return; a.next = null; cmpxchg(top, null, a); });`,
    fails: ["assert"],
  },
  {
    name: "what it takes is evaluated before: the place, then the operands, each a step",
    text: `class W { n = 0; m = 0; } const ws = instances(W, 2); let p: W | null = null; let q = 1;
      initially(() => { p = ws[0]; });
      thread("a", () => { const old = xchg(p!.n, q); assert(old === 0); });
      thread("b", () => { p = ws[1]; q = 2; });
      invariant("once", () => ws[0].n + ws[1].n < 3);`,
    fails: [],
    distinct: 22,
  },
  {
    name: "nested, in conditions and as statements, in atomic",
    text: `let a = 1; let b = 2; let c = 0;
      thread("t", () => {
        xchg(a, xchg(b, add_return(c, 1)));
        assert(a === 2 && b === 1 && c === 1);
        while (!try_cmpxchg(c, 1, 5)) c = 1;
        const x = fetch_add(a, 1) > 1 && fetch_add(b, 1) > 3 ? 1 : 0;
        assert(x === 0 && a === 3 && b === 2);
        atomic(() => { if (cmpxchg(a, 3, 9) === 3) fetch_add(b, a); });
        assert(b === 11);
        for (let i = 0; i < 2; i++) fetch_add(a, i);
        assert(a === 10);
      });`,
    fails: [],
  },
  {
    name: "through a null pointer",
    text: `class W { n = 0; } const w = new W(); let p: W | null = null; let m = 0; initially(() => { p = w; });
      thread("a", () => { fetch_add(p!.n, 1); m = fetch_add(w.n, 1); }); thread("b", () => { p = null; });`,
    fails: ["null-dereference"],
  },
  {
    name: "an MCS lock excludes, and passes itself on in order",
    text: `const l = mcs_lock(); class T { node = new McsNode(); } const ts = instances(T, 3);
      let inside = ghost(0); let x = 0;
      thread("t", ts, (t) => { mcs_spin_lock(l, t.node); ghost(() => { inside = inside + 1; assert(inside === 1); }); x = x + 1; ghost(() => { inside = inside - 1; }); mcs_spin_unlock(l, t.node); });
      invariant("sum", () => x <= 3);`,
    fails: [],
  },
  {
    name: "an MCS lock: twice, not held, with the node of another",
    text: `const l = mcs_lock(); class T { node = new McsNode(); other = new McsNode(); } const ts = instances(T, 2);
      thread("t", () => { mcs_spin_lock(l, ts[0].node); mcs_spin_unlock(l, ts[0].node); mcs_spin_unlock(l, ts[0].node); });
      thread("u", () => { mcs_spin_lock(l, ts[1].node); mcs_spin_lock(l, ts[1].other); });`,
    fails: ["self-deadlock", "unlock-not-held"],
  },
  {
    name: "MCS locks in a circle",
    text: `const l = mcs_lock(); const m = mcs_lock(); class T { a = new McsNode(); b = new McsNode(); } const ts = instances(T, 2);
      thread("t", () => { mcs_spin_lock(l, ts[0].a); mcs_spin_lock(m, ts[0].b); });
      thread("u", () => { mcs_spin_lock(m, ts[1].a); mcs_spin_lock(l, ts[1].b); });
      let ticks = 0; thread("clock", () => { for (;;) ticks = 1 - ticks; });`,
    fails: ["lock-held-at-exit", "wait-cycle"],
  },
  {
    name: "test_and_set_bit wins once, and neighbours keep their bits",
    text: `class Page { flags = u8(4); owners = 0; }
      const page = new Page(); class T {} const ts = instances(T, 2);
      thread("t", ts, (t) => { if (!test_and_set_bit(0, page.flags)) { const n = page.owners; page.owners = n + 1; } });
      thread("other", () => { set_bit(1, page.flags); assert(test_bit(1, page.flags)); clear_bit(1, page.flags); assert(!test_and_clear_bit(1, page.flags)); });
      invariant("one", () => page.owners <= 1);
      invariant("bit 2 stays", () => (page.flags & 4) === 4);`,
    fails: [],
  },
  {
    name: "a bit that is tested and then set is won twice; the number of the bit is a variable",
    text: `class Page { flags = 0; owners = 0; }
      const page = new Page(); class T { bit = 3; } const ts = instances(T, 2);
      thread("t", ts, (t) => { if (!test_bit(t.bit, page.flags)) { set_bit(t.bit, page.flags); fetch_add(page.owners, 1); } });
      invariant("one", () => page.owners <= 1);`,
    fails: ["invariant: one"],
  },
];
