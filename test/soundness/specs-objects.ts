/** Small specs about objects: arrays of them, the order of their addresses, pools, references to locks. */
import type { SmallSpec } from "./small-spec.js";

export const OBJECT_SPECS: readonly SmallSpec[] = [
  {
    name: "an array of locks in an object, by constant and by computed index",
    text: `
      class Slot { n = 0; }
      class Table { locks = instances(Spinlock, 2); slots = instances(Slot, 2); turn = 0; }
      const tables = instances(Table, 1, "table");
      let hits = 0;
      function bump(t: Table, gfn: number) {
        spin_lock(t.locks[gfn % 2]);
        t.slots[gfn % 2].n++;
        spin_unlock(t.locks[gfn % 2]);
      }
      thread("a", () => { bump(tables[0], 3); });
      thread("b", tables, (t) => { bump(t, t.turn + 1); t.turn = 1; });
      thread("c", () => { tables[0].locks[0].owner = null; tables[0].slots[0].n = 1; });
      invariant("no lost update", () => tables[0].slots[1].n < 2 || tables[0].slots[0].n < 2);
      invariant("both", () => tables.every((t) => t.slots.every((s) => s.n < 2)));
      invariant("length", () => tables[0].locks.length === 2 && tables[0].slots.some((s) => s.n <= 2));`,
    fails: ["invariant: both"],
  },
  {
    name: "an index that is computed may be outside",
    text: `
      class Cpu { n = 0; next = 0; }
      const cpus = instances(Cpu, 3);
      thread("a", cpus, (c) => {
        const k = c.next;
        cpus[k].n = k + 1;
        for (let i = 0; i < 2; i++) cpus[i].next = (cpus[i + 1].next + 1) % 4 - 1;
        atomic(() => { if (c.next > 0 && cpus[c.next].n === 0) c.n = 2; });
      });
      thread("b", () => { cpus[1].next = 3; cpus[1].next = -1; });
      invariant("inside", () => cpus.every((c) => c.next === 3 || c.next === 1 || c.next < 0 || cpus[c.next].n < 3));`,
    fails: ["assert"],
  },
  {
    name: "an invariant that indexes outside is false",
    text: `
      class Cpu { n = 0; }
      const cpus = instances(Cpu, 2);
      const none = instances(Cpu, 0, "none");
      let at = 0;
      thread("a", () => { at++; at++; });
      thread("b", () => { if (at === 2) none[at].n = 1; });
      invariant("inside", () => cpus[at].n === 0);
      invariant("guarded", () => at > 1 || cpus[at].n === 0);`,
    fails: ["assert", "invariant: inside"],
  },
  {
    name: "loops, choices and numbers over the array of an object that is not fixed",
    text: `
      class Part { lock = spinlock(); n = 0; }
      class Box { parts = instances(Part, 2); first: Part | null = null; id = 0; }
      const boxes = instances(Box, 2);
      initially(() => {
        for (const b of boxes) { b.id = boxes.indexOf(b); for (const p of b.parts) { p.n = b.parts.indexOf(p); b.first = p; } }
      });
      thread("walks", () => {
        let b = choose(boxes);
        for (const p of b.parts) {
          b = boxes[1 - b.id];
          p.n = p.n + boxes[0].parts.indexOf(p);
        }
        const p = choose(b.parts);
        const i = b.parts.indexOf(p);
        assert(i >= 0 && b.parts[i] === p && boxes.indexOf(b) === b.id);
        atomic(() => {
          for (const q of b.parts) { if (q === p) continue; q.n = 7; }
          if (b.parts.every((q) => q.n === 7) || b.parts.some((q) => q.lock.owner !== null)) b.first = b.parts[i];
        });
      });
      thread("other", boxes, (b) => {
        const f = b.first!;
        spin_lock(f.lock);
        assert(b.parts.indexOf(f) === 1 || f === boxes[b.id].parts[0]);
        spin_unlock(f.lock);
      });
      invariant("first is inside", () => boxes.every((b) => b.parts.indexOf(b.first!) !== -1));`,
    fails: [],
  },
  {
    name: "two locks in the order of their addresses",
    text: `
      class P2m { lock = spinlock(); n = 0; }
      const p2ms = instances(P2m, 2);
      function double_lock(a: P2m, b: P2m) {
        if (a.lock <= b.lock) { spin_lock(a.lock); spin_lock(b.lock); }
        else { spin_lock(b.lock); spin_lock(a.lock); }
      }
      function two(a: P2m, b: P2m) {
        double_lock(a, b);
        a.n++;
        b.n = a.n;
        assert(a.n === b.n && (a < b) === (a.lock < b.lock) && !(a > a) && a >= a);
        spin_unlock(a.lock);
        spin_unlock(b.lock);
      }
      thread("x", () => { two(p2ms[0], p2ms[1]); });
      thread("y", () => { two(p2ms[1], p2ms[0]); });`,
    fails: [],
  },
  {
    name: "two locks in the order of the caller",
    text: `
      class P2m { lock = spinlock(); }
      const p2ms = instances(P2m, 2);
      function two(a: P2m, b: P2m) {
        if (a.lock < b.lock) { spin_lock(a.lock); spin_lock(b.lock); } else { spin_lock(a.lock); spin_lock(b.lock); }
        spin_unlock(b.lock);
        spin_unlock(a.lock);
      }
      thread("x", () => { two(p2ms[0], p2ms[1]); });
      thread("y", () => { two(p2ms[1], p2ms[0]); });`,
    fails: ["deadlock"],
  },
  {
    name: "an array inside an array, and one that a pointer leads to",
    text: `
      class Line { on = false; }
      class Way { lines = instances(Line, 2); }
      class Cache { ways = instances(Way, 2); }
      class Cpu { cache: Cache | null = null; n = 0; }
      const caches = instances(Cache, 1);
      const cpu = new Cpu();
      thread("a", () => {
        const i = cpu.n;
        cpu.cache!.ways[i].lines[1 - i].on = true;
        atomic(() => { cpu.cache!.ways[cpu.n].lines[cpu.n].on = true; });
      });
      thread("b", () => { cpu.cache = caches[0]; cpu.n = 1; cpu.cache = null; });
      invariant("off", () => caches.every((c) => c.ways.every((w) => w.lines.some((l) => !l.on))));`,
    fails: ["invariant: off", "null-dereference"],
  },
  {
    name: "alloc and free: any free object, zeroed, or null",
    text: `
      class Req { n = 5; seen = set<Thread>(); next: Req | null = null; allocated = false; lock = spinlock(); }
      const reqs = pool(Req, 2, "req");
      let failures = 0;
      function work() {
        const r = alloc(reqs);
        if (r === null) { failures = 1; return; }
        assert(r.n === 5 && r.next === null && !r.allocated && !r.seen.has(current()));
        r.n = 6;
        r.next = r;
        r.seen.add(current());
        free(r);
      }
      thread("a", () => { work(); });
      thread("b", () => { work(); });
      thread("c", () => { work(); });
      invariant("two are enough", () => failures === 0);
      invariant("five or six", () => reqs.every((r) => r.n === 5 || r.n === 6));
      invariant("none is six", () => !reqs.some((r) => r.n === 6));`,
    fails: ["invariant: none is six", "invariant: two are enough"],
  },
  {
    name: "every use of what was freed: fields, locks in it, lists, sets, waits",
    text: `
      class Item { n = 0; }
      class Req { n = 0; lock = spinlock(); parts = instances(Item, 2); all = list<Item>(); who = set<Thread>(); }
      const reqs = pool(Req, 1, "req");
      const items = pool(Item, 1, "item");
      const fixed = new Item();
      let req: Req | null = null;
      let item: Item | null = null;
      initially(() => { req = alloc(reqs); item = alloc(items); req!.n = 1; });
      function use(i: Item) { i.n = i.n + 1; }
      thread("reads", () => { const r = req!; if (maybe()) r.n = r.n + 1; else r.n++; });
      thread("locks", () => { const r = req!; spin_lock(r.lock); spin_unlock(r.lock); });
      thread("parts", () => { const r = req!; const p = choose(r.parts); use(p); use(fixed); });
      thread("waits", () => { const r = req!; const l: Spinlock = r.lock; until(l.owner === null); });
      thread("frees", () => { free(item); free(req!); });`,
    fails: ["use-after-free"],
  },
  {
    name: "the address of a freed object comes back",
    text: `
      class Req { state: "new" | "old" = "new"; gen = 0; }
      const reqs = pool(Req, 2, "req");
      let shared: Req | null = null;
      initially(() => { const r = alloc(reqs); r!.gen = 1; shared = r; });
      thread("reader", () => {
        const r = shared!;
        const gen = r.gen;
        if (shared === r) assert(r.gen === gen);
      });
      thread("replaces", () => {
        const old = shared!;
        shared = null;
        free(old);
        const fresh = alloc(reqs)!;
        fresh.gen = 2;
        shared = fresh;
      });
      invariant("at most one", () => shared === null || reqs.some((r) => r === shared));`,
    fails: ["assert", "null-dereference", "use-after-free"],
  },
  {
    name: "freed twice, freed by null, freed what no pool gave",
    text: `
      class Req { n = 0; }
      const reqs = pool(Req, 2, "req");
      const fixed = new Req();
      let a: Req | null = null;
      let b: Req | null = null;
      initially(() => { a = alloc(reqs); b = alloc(reqs); const none = alloc(reqs); assert(none === null); free(b); });
      thread("x", () => { free(a); a = null; });
      thread("y", () => { free(a); a = null; free(a); });
      thread("z", () => { let r: Req | null = fixed; if (maybe()) r = alloc(reqs); free(r); });
      thread("w", () => { fixed.n = 1; atomic(() => { b = fixed; if (b !== null) b.n = 2; }); });`,
    fails: ["use-after-free"],
  },
  {
    name: "freed while linked, or with elements",
    text: `
      class Node { n = 0; }
      class Head { items = list<Node>(); }
      const heads = pool(Head, 1, "head");
      const nodes = pool(Node, 1, "node");
      const q = new Head();
      let node: Node | null = null;
      initially(() => { node = alloc(nodes); });
      thread("adds", () => { const h = alloc(heads)!; if (maybe()) list_add(node!, h.items); else list_add(node!, q.items); free(h); });
      thread("walks", () => { for (const x of q.items) { x.n = 1; } });
      thread("frees", () => { free(node); });
      thread("dels", () => { const x = node!; if (q.items.has(x)) list_del(x); free(x); });`,
    fails: ["list-changed-under-walk", "list-corruption", "use-after-free"],
  },
  {
    name: "alloc and free inside atomic, with what was loaded there",
    text: `
      class Page { refs = 0; owner: Thread | null = null; }
      const pages = pool(Page, 2, "page");
      let p: Page | null = null;
      function put() {
        atomic(() => {
          if (p !== null) {
            p.refs--;
            if (p.refs === 0) { free(p); p = null; }
          }
        });
      }
      function get(): boolean {
        let ok = false;
        atomic(() => {
          if (p === null) { p = alloc(pages); }
          if (p !== null) { p!.refs++; p!.owner = current(); ok = true; }
        });
        return ok;
      }
      thread("a", () => { if (get()) put(); });
      thread("b", () => { if (get()) put(); put(); });
      invariant("counted", () => p === null || p.refs > 0);
      invariant("one page", () => !pages.every((x) => x.refs > 0) || pages.some((x) => x === p) || p === null);`,
    fails: [],
  },
  {
    name: "a schedule lock that is a pointer: taken, looked at again, released as it was taken",
    text: `
      class Rq { lock = spinlock(); }
      class Pcpu { schedule_lock: Spinlock | null = null; scheduler: "credit" | "credit2" = "credit"; }
      const rqs = instances(Rq, 2);
      const cpu = new Pcpu();
      initially(() => { cpu.schedule_lock = rqs[0].lock; });
      function pcpu_schedule_lock(c: Pcpu): Spinlock {
        for (;;) {
          const l = c.schedule_lock!;
          spin_lock(l);
          if (l === c.schedule_lock) return l;
          spin_unlock(l);
        }
      }
      function need(c: Pcpu): Spinlock {
        if (c.scheduler === "credit") return rqs[0].lock;
        return rqs[1].lock;
      }
      thread("schedules", () => {
        const held = pcpu_schedule_lock(cpu);
        assert(need(cpu) === held);
        spin_unlock(held);
      });
      thread("switches", () => {
        const old_lock = pcpu_schedule_lock(cpu);
        cpu.scheduler = "credit2";
        cpu.schedule_lock = rqs[1].lock;
        spin_unlock(old_lock);
      });`,
    fails: [],
  },
  {
    name: "the same with the pointer written first, and without looking again",
    text: `
      class Rq { locks = instances(Spinlock, 2); }
      class Pcpu { schedule_lock: Spinlock | null = null; at = 0; }
      const rq = new Rq();
      const cpu = new Pcpu();
      initially(() => { cpu.schedule_lock = rq.locks[0]; });
      function lock_once(c: Pcpu): Spinlock { const l = c.schedule_lock!; spin_lock(l); return l; }
      thread("schedules", () => {
        const held = lock_once(cpu);
        assert(rq.locks[cpu.at] === held);
        spin_unlock(held);
      });
      thread("switches", () => {
        const old_lock = lock_once(cpu);
        cpu.schedule_lock = rq.locks[1];
        cpu.at = 1;
        spin_unlock(old_lock);
      });
      thread("unlocks", () => { spin_lock(cpu.schedule_lock!); spin_unlock(cpu.schedule_lock!); });`,
    fails: ["assert", "unlock-not-held"],
  },
  {
    name: "references to locks: in sets and lists, as arguments and results, compared, chosen",
    text: `
      class Dom { lock = spinlock(); rw = rwlock(); mine: Rwlock | null = null; }
      class Reg { locks = set<Spinlock>(); order = list<Spinlock>(); }
      const doms = instances(Dom, 2);
      const reg = new Reg();
      initially(() => {
        for (const d of doms) { d.mine = d.rw; reg.locks.add(d.lock); list_add_tail(d.lock, reg.order); }
      });
      function other(l: Spinlock): Spinlock { return l === doms[0].lock ? doms[1].lock : doms[0].lock; }
      thread("a", () => {
        for (const l of reg.order) { spin_lock(l); spin_unlock(l); }
        const l = other(doms[0].lock);
        spin_lock(l);
        reg.locks.delete(l);
        spin_unlock(other(other(l)));
      });
      thread("b", doms, (d) => {
        const rw = d.mine!;
        read_lock(rw);
        d.mine = doms[0].rw;
        read_unlock(rw);
        if (!reg.locks.has(d.lock)) { const w = d.mine!; write_lock(w); write_unlock(w); }
      });
      invariant("locks", () => reg.order.every((l) => l === doms[0].lock || l === doms[1].lock));
      invariant("kept", () => reg.locks.every((l) => l.owner === null || reg.order.has(l)));`,
    fails: [],
  },
  {
    name: "alloc and free take one step each, an index and the order of addresses none",
    text: `
      class Req { locks = instances(Spinlock, 2); n = 0; }
      const reqs = pool(Req, 1, "req");
      const table = new Req();
      let at = 0;
      thread("a", () => {
        const r = alloc(reqs);
        const i = at;
        if (r !== null && r.locks[i] < r.locks[i + 1] && table.locks.indexOf(table.locks[i]) === i) free(r);
        const none: Req | null = null;
        free(none);
      });`,
    fails: [],
    distinct: 4,
  },
  {
    name: "ghosts in what is allocated, and ghost code that looks at it",
    text: `
      class Req { n = 0; seen = ghost(0); users = ghost(set<Thread>()); }
      const reqs = pool(Req, 1, "req");
      let used = ghost(0);
      let kept: Req | null = null;
      function work() {
        const r = alloc(reqs);
        if (r === null) return;
        r.seen = 1;
        r.users.add(current());
        ghost(() => { assert(r.users.size === 1 && r.n === 0); used = used + 1; });
        kept = r;
        free(r);
      }
      thread("a", () => { work(); });
      thread("b", () => { work(); });
      thread("looks", () => { const k = kept; ghost(() => { if (k !== null) used = k.seen; }); });
      invariant("seen", () => reqs.every((r) => r.seen < 2) && used < 3);`,
    fails: ["use-after-free"],
  },
  {
    name: "waits for locks in an object that is freed meanwhile",
    text: `
      class Dom { lock = spinlock(); rw = rwlock(); }
      const doms = pool(Dom, 2, "dom");
      const global = spinlock();
      let dom: Dom | null = null;
      initially(() => { dom = alloc(doms); });
      thread("destroys", () => {
        const d = dom!;
        spin_lock(d.lock);
        dom = null;
        spin_lock(global);
        free(d);
        spin_unlock(global);
      });
      thread("uses", () => {
        const d = dom;
        if (d === null) return;
        spin_lock(global);
        spin_lock(d.lock);
        spin_unlock(d.lock);
        spin_unlock(global);
      });
      thread("reads", () => { const d = dom; if (d !== null) { read_lock(d.rw); read_unlock(d.rw); } });`,
    fails: ["deadlock", "lock-held-at-exit", "use-after-free", "wait-cycle"],
  },
  {
    name: "pools of classes that extend one another, with what is guarded in them",
    text: `
      class Base { n = 1; lock = spinlock(); touch() { this.n = 2; } }
      class Large extends Base {
        n = 3;
        extra = 4;
        override touch() { spin_lock(this.lock); this.extra = 8; spin_unlock(this.lock); }
      }
      guarded_by((l: Large) => l.extra, (l: Large) => l.lock);
      const smalls = pool(Base, 1, "small");
      const larges = pool(Large, 1, "large");
      const fixed = new Base();
      let base: Base | null = null;
      initially(() => { base = alloc(larges); });
      thread("frees", () => {
        let b: Base | null = base;
        if (maybe()) b = alloc(smalls);
        free(b);
        const l = alloc(larges);
        if (l !== null) assert(l.n === 3);
      });
      thread("uses", () => { const b = base!; b.touch(); fixed.touch(); });
      invariant("small", () => smalls.every((b) => b.n === 1));`,
    // Freed and allocated again between lock and unlock, it is a fresh lock at the same address.
    fails: ["unlock-not-held", "use-after-free"],
  },
];
