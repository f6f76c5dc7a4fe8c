/** Small specs about data: records, arrays, maps, sets as values, bounded numbers, bits, ?. and ??. */
import type { SmallSpec } from "./small-spec.js";

export const DATA_SPECS: readonly SmallSpec[] = [
  {
    name: "records are loaded and stored as a whole: an update of one part loses one of another",
    text: `
      type Entry = { valid: boolean; refs: number; where: { page: number } };
      class Page { entry: Entry = { valid: false, refs: 0, where: { page: 0 } }; }
      const page = new Page();
      thread("a", () => { page.entry.valid = true; });
      thread("b", () => { page.entry.refs++; page.entry.where.page = 7; });
      invariant("never lost", () => page.entry.refs !== 1 || page.entry.where.page === 0 || page.entry.valid);
      invariant("one of them", () => page.entry.where.page === 0 || page.entry.refs === 1);`,
    fails: ["invariant: never lost", "invariant: one of them"],
  },
  {
    name: "records: literals, spread, shorthand, parameters, results, references and null inside",
    text: `
      class Vcpu { n = 0; }
      type Slot = { owner: Vcpu | null; state: "free" | "busy"; n: number };
      const vcpus = instances(Vcpu, 2);
      class Table { slot: Slot = { owner: null, state: "free", n: 0 }; }
      const t = new Table();
      let last: Slot = { n: 1, state: "busy", owner: null };
      function busy(s: Slot, owner: Vcpu): Slot { const state = "busy"; return { ...s, state, owner }; }
      thread("a", vcpus, (v) => {
        const old = t.slot;
        t.slot = busy(old, v);
        let mine = t.slot;
        mine.n = mine.n + 1;
        mine = { ...mine, state: "free" };
        if (mine.owner !== null) mine.owner.n = mine.n;
        last = { ...last, owner: mine.owner };
        assert(mine.owner === v && mine.state === "free" && old.n === 0);
      });
      invariant("owner", () => last.owner === null || last.owner.n < 2);`,
    fails: ["assert"],
  },
  {
    name: "the record is one load, and is evaluated before its changes",
    text: `
      type E = { a: number; b: number };
      let e: E = { a: 0, b: 0 };
      function change(): number { e = { a: 5, b: 5 }; return 9; }
      thread("x", () => {
        const v = { ...e, b: change() };
        assert(v.a === 0 && v.b === 9);
        const w = e.a + e.b;
        e.a = e.b + 1;
        atomic(() => { e.a = e.a + 1; e.b = e.a; });
        assert(w !== 11);
      });
      thread("y", () => { until(e.a === 5); e.a++; });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "names of parts that TLA+ cannot read, or that are variables too",
    text: `
      type R = { then: number; "é": number; "a_u5f_": number; n: number; self: boolean; pc: string; IN: number; _: number };
      let n = 3;
      let r: R = { then: 1, "é": 2, "a_u5f_": 3, n: 4, self: true, pc: "x", IN: 5, _: 6 };
      thread("a", () => { r = { ...r, then: r.then + n, n }; r.IN = r._; n = r.n; });
      thread("b", () => { r.self = !r.self; r.pc = "y"; });`,
    fails: [],
  },
  {
    name: "elements of an array are addresses of their own",
    text: `
      class Ring { slots = [0, 0, 0]; at = 0; }
      const ring = new Ring();
      let table = array(2, false);
      thread("a", () => {
        ring.slots[ring.at]++;
        table[0] = true;
        ring.slots[2] = ring.slots[0] + ring.slots.length;
      });
      thread("b", () => { ring.at = 1; table[1] = !table[0]; ring.slots[ring.at] += 5; });
      invariant("sum", () => ring.slots[0] + ring.slots[1] <= 5);
      invariant("both", () => !(table[0] && table[1]) || ring.slots.every((s) => s < 9));`,
    fails: ["invariant: sum"],
  },
  {
    name: "an index outside fails an assert, and evaluates object, index and value in this order",
    text: `
      class R { slots = array(2, 0); next: R | null = null; }
      const r = new R();
      let i = 0;
      function two(): number { i = 2; return 7; }
      thread("a", () => {
        r.slots[i] = two();
        assert(r.slots[0] === 7);
        if (i > 1) r.slots[i]++;
        assert(false);
      });
      thread("b", () => {
        const j = i;
        const x = [10, 20];
        atomic(() => { if (j < 2 && r.slots[j] === 7) i = i - 1; });
        const y = x[j] + r.slots[j + 1];
        assert(y >= 10);
      });
      invariant("no index", () => i > 1 || r.slots[i] < 8);`,
    fails: ["assert"],
  },
  {
    name: "arrays of records, of references and of threads; passed by reference; for-of",
    text: `
      type Slot = { busy: boolean; n: number };
      class Vcpu { n = 0; }
      class Board { slots: Slot[] = [{ busy: false, n: 1 }, { busy: false, n: 2 }]; }
      const vcpus = instances(Vcpu, 2);
      const board = new Board();
      let who = array<Thread | null>(2, null);
      let seats: (Vcpu | null)[] = [null, null];
      function take(slots: Slot[], i: number) { slots[i].busy = true; slots[i] = { ...slots[i], n: slots.length }; }
      thread("a", vcpus, (v) => {
        take(board.slots, v === vcpus[0] ? 0 : 1);
        who[v.n] = current();
        seats[1] = v;
        let sum = 0;
        for (const s of board.slots) { if (s.busy) sum += s.n; }
        for (const seat of seats) { if (seat !== null) seat.n = 1; }
        assert(sum > 2);
      });
      invariant("seat", () => seats.some((s) => s === null) && seats.includes(null));`,
    fails: ["assert"],
  },
  {
    name: "local arrays are values, and cost nothing",
    text: `
      let x = 0;
      function rotate(a: number[], by: number): number[] { return [a[(0 + by) % 3], a[(1 + by) % 3], a[(2 + by) % 3]]; }
      thread("a", () => {
        const a = [1, 2, 3];
        let b = a;
        for (let i = 0; i < a.length; i++) { a[i] = a[i] * 2; }
        b = rotate(a, 1);
        x = b[0] * 100 + b[1] * 10 + b[2];
        assert(x === 462 || x === 0);
        let n = 0;
        for (const e of b) { n += e; if (n > 8) break; }
        x = n;
      });
      thread("b", () => { x = 0; });
      invariant("x", () => [0, 462, 10].includes(x));`,
    fails: [],
  },
  {
    name: "const tables: by string, by number, of objects",
    text: `
      class Sched { ticks = 0; }
      const credit = new Sched();
      const rtds = new Sched();
      const schedulers = [credit, rtds];
      const weight = { low: 1, normal: 2, "very high": 8 };
      const cost = [{ in: 1, out: 2 }, { in: 3, out: 4 }] as_const;
      type Level = "low" | "normal" | "very high";
      let level: Level = "low";
      let which = 0;
      thread("a", () => {
        const s = schedulers[which];
        s.ticks = weight[level] + cost[which].out;
        for (const each of schedulers) each.ticks += weight.low;
      });
      thread("b", () => { level = "very high"; which = 1; });
      invariant("ticks", () => schedulers.every((s) => s.ticks < 13));`.replace(" as_const", ""),
    fails: ["invariant: ticks"],
  },
  {
    name: "maps: each key has an address of its own",
    text: `
      class Vcpu { n = 0; }
      const vcpus = instances(Vcpu, 2);
      const other = new Vcpu();
      let count = map(vcpus, 0);
      class Q { depth = map(["low", "high"], 1); flags = map([true, false], "a"); nums = map([1, 2], 0); more = map([4, 7], 0); }
      const q = new Q();
      let cur: Vcpu | null = null;
      function bump(m: FixedMap<Vcpu, number>, v: Vcpu) { m.set(v, m.get(v) + 1); }
      thread("a", vcpus, (v) => {
        bump(count, v);
        cur = v;
        q.depth.set("low", q.depth.get("high") + 1);
        q.nums.set(q.depth.get("low"), 5);
        q.flags.set(count.get(vcpus[0]) === 1, "b");
      });
      thread("b", () => { const c = cur; if (c !== null) bump(count, c); bump(count, other); });
      invariant("lost", () => count.get(vcpus[0]) + count.get(vcpus[1]) < 3 && q.more.get(7) === 0);`,
    fails: ["assert", "invariant: lost"],
  },
  {
    name: "sets as values: loaded, stored and combined as a whole; walked",
    text: `
      class Cpu { mask = set<Cpu>(); }
      const cpus = instances(Cpu, 2);
      let online = set<Cpu>();
      let seen = 0;
      initially(() => { online.add(cpus[1]); });
      thread("a", cpus, (c) => {
        let mine = set<Cpu>();
        mine.add(c);
        c.mask = mine.union(online);
        const old = c.mask;
        mine.clear();
        assert(mine.size === 0 && old.has(c) && mine.isSubsetOf(old));
        for (const x of old.difference(mine)) seen = seen + 1;
        for (const x of online) { if (x === c) online.delete(c); }
        online = old.intersection(c.mask);
      });
      invariant("two", () => seen < 5);`,
    fails: [],
  },
  {
    name: "bounded numbers: wrap where they are stored, and only there",
    text: `
      class C { byte = u8(250); three = bits(3, 7); }
      const c = new C();
      let n = 0;
      type E = { refs: u8; on: boolean };
      let e: E = { refs: 255, on: false };
      let arr: u8[] = [254, 0];
      function next(x: u8): u8 { return x + 3; }
      thread("a", () => {
        c.byte += 4;
        assert(c.byte + 10 === 264);
        c.byte = c.byte + 10;
        c.three++;
        assert(c.byte === 8 && c.three === 0);
        c.three = 0 - 1;
        n = next(255);
        let l: u8 = 200;
        l = l + l;
        assert(l === 144 && n === 2 && c.three === 7);
        e = { ...e, refs: e.refs + 2 };
        const f: E = { on: true, refs: n - 3 };
        assert(e.refs === 1 && f.refs === 255);
        e.refs -= 2;
        arr[0] += 5;
        assert(arr[0] === 3 && e.refs === 255 && ~c.three === 0);
        atomic(() => { arr[1] = arr[0] - 4; });
        assert(arr[1] === 255);
      });`,
    fails: [],
  },
  {
    name: "numbers that must not wrap",
    text: `
      let refs = nowrap(u8(254));
      let turn = int(0, 2, 0);
      let big = u32(0);
      thread("a", () => { refs++; turn++; big = big - 1; });
      thread("b", () => { refs++; turn = turn + 2; assert(false); });`,
    fails: ["assert", "wrap"],
  },
  {
    name: "division, remainders by a variable, and bits",
    text: `
      let a = -7;
      let b = 2;
      let flags = u16(0x00f0);
      let shift = 4;
      thread("a", () => {
        assert(div(a, b) === -3 || div(a, b) === -7 || a !== -7);
        assert(a % b === -1 || b === 1);
        flags |= 0x0f01;
        assert((flags & 0x00ff) === 0x00f1 && (flags & 0x0010) === 0x0010);
        flags &= ~flags;
        flags = (flags | 5) ^ 0x0006;
        assert(flags === 3);
        flags <<= shift;
        flags = flags >> 1 | 1 << shift;
        assert(flags === 24 || shift === 15);
        shift = flags & shift;
      });
      thread("b", () => { shift = 15; b = 1; b = 0; });`,
    fails: ["assert"],
  },
  {
    name: "?. and ??: evaluated once",
    text: `
      class N { next: N | null = null; n = 1; lock = spinlock(); e: { a: { b: number }; to: N | null } = { a: { b: 1 }, to: null }; }
      const ns = instances(N, 2);
      let head: N | null = null;
      initially(() => { ns[0].next = ns[1]; });
      thread("a", () => {
        const second = head?.next ?? null;
        const n = head?.n ?? 0;
        const one = head ?? ns[1];
        assert(n === 0 || n === 1 || n === 5);
        one.n = 5;
        const b = head?.e.a.b ?? 7;
        const to = head?.e.to ?? null;
        const deep = (head?.next?.e.to ?? ns[0]);
        assert((b === 1 || b === 7) && to === null && deep === ns[0]);
        const lock = head?.lock ?? null;
        if (lock !== null) { spin_lock(lock); spin_unlock(lock); }
        atomic(() => { if ((head?.next?.n ?? 3) === 5) head = null; });
        assert(second === null || second === ns[1]);
      });
      thread("b", () => { head = ns[0]; head = null; });
      invariant("n", () => (head?.n ?? 1) === 1 || head?.next !== null);`,
    fails: [],
  },
  {
    name: "data with classes, procedures as arguments, switch, choose and ghosts",
    text: `
      type Slot = { kind: "free" | "used"; n: u8 };
      class Base { slots: Slot[] = array(2, { kind: "free", n: 254 }); put(i: number, n: u8): u8 { this.slots[i].n += n; return this.slots[i].n; } }
      class Wide extends Base { put(i: number, n: u8): u8 { this.slots[i] = { kind: "used", n: n + 300 }; return n + 255; } }
      const b = new Base();
      const w = new Wide();
      let log = ghost(array(2, 0));
      let last = ghost({ n: 0, w: false });
      let on = set<Base>();
      let got = 0;
      function each(slots: Slot[], f: (s: Slot, i: number) => void) { let i = 0; for (const s of slots) { f(s, i); i++; } }
      thread("a", () => {
        const mine = set<Base>();
        mine.add(b);
        mine.add(w);
        const x = choose(mine);
        got = x.put(1, 3);
        log[1] += 1;
        last.n = log[1];
        on.add(x);
        let used = 0;
        each(x.slots, (s, i) => { switch (s.kind) { case "used": used += i + 1; break; default: if (s.n === 1) used += 10; } });
        assert(used === 2 && got === 2 || used === 10 && got === 1);
      });
      thread("c", () => { for (const o of on) { o.slots[0].n--; } });
      invariant("log", () => log[0] === 0 && log[1] < 2 && last.n < 2 && b.slots[0].n >= 253);`,
    fails: [],
  },
  {
    name: "filter, map, find, reduce and includes in checks",
    text: `
      class V { n = 0; on = false; }
      class L { items = list<V>(); }
      const vs = instances(V, 3);
      const l = new L();
      let arr = [3, 1, 2];
      initially(() => { list_add_tail(vs[2], l.items); list_add_tail(vs[0], l.items); });
      thread("a", () => {
        vs[1].n = 4;
        vs[2].on = true;
        atomic(() => { vs[0].n = vs.reduce((sum, v) => sum + v.n, 1); });
        atomic(() => {
          const first = l.items.find((v) => v.n > 0);
          if (first !== null) list_del(first);
          arr[0] = arr.map((x) => x * 2).filter((x) => x > 2).length + l.items.map((v) => v.n).reduce((a, x) => a * 10 + x, 0);
        });
        assert(arr[0] === 2);
      });
      invariant("on", () => vs.filter((v) => v.on).length <= 1 && vs.includes(vs[0]));
      invariant("sum", () => arr.reduce((s, x) => s + x, 0) <= 6 && vs.filter((v) => v.on).every((v) => v === vs[2]));`,
    fails: [],
  },
  {
    name: "tuples of several kinds: results, fields as one word, parts by their index",
    text: `
      class Slot { n = 0; }
      const slots = instances(Slot, 2);
      class Box { pair: [number, boolean] = [0, false]; }
      const box = new Box();
      function find(from: number): [boolean, Slot | null] {
        for (const s of slots) { if (s.n === from) return [true, s]; }
        return [false, null];
      }
      thread("a", () => {
        const found = find(0);
        if (found[0]) found[1]!.n = 1;
        const both = box.pair;
        assert(both[1] === (both[0] === 1));
        let mine: [number, boolean] = [1, true];
        mine[0] = 2; mine[0] -= 1;
        box.pair = mine;
        box.pair[0] = 1;
      });
      thread("b", () => { const seen = box.pair; assert(seen[0] === 0 || seen[1]); });
      invariant("together", () => box.pair[1] === (box.pair[0] === 1));`,
    fails: [],
  },
];
