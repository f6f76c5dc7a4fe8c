/** Small specs about values: null, references, locks, numbers, strings, quantifiers. */
import type { SmallSpec } from "./small-spec.js";

export const VALUE_SPECS: readonly SmallSpec[] = [
  {
    name: "claims inside &&, ?: and quantifiers",
    text: `
      class Node { next: Node | null = null; n = 0; }
      const nodes = instances(Node, 2);
      let head: Node | null = null;
      initially(() => { head = nodes[0]; });
      thread("reads", () => {
        const first = head;
        if (first !== null && first.next !== null) assert(first.next!.n < 2);
        const n = first === null ? 0 : first!.n;
        atomic(() => {
          const ok = head === null || head!.next === null || head!.next!.n === 0;
          assert(ok && nodes.every((k) => k.next === null || k.next!.n === 0));
        });
        atomic(() => { until(head !== null && (head!.next === null || head!.next!.n === n)); });
      });
      thread("writes", () => { nodes[0].next = nodes[1]; nodes[0].next = null; head = null; head = nodes[1]; });
      invariant("ends", () => head === null || head!.next === null || head!.next!.next === null);
      invariant("claims", () => nodes.some((k) => k.next === null || k.next!.next === null));`,
    fails: ["null-dereference"],
  },
  {
    name: "what was tested may be null when it is read again",
    text: `
      class Vcpu { n = 0; }
      class Timer2 { vcpu: Vcpu | null = null; spare: Vcpu | null = null; }
      class Group { members = set<Vcpu>(); }
      const v = new Vcpu();
      const t = new Timer2();
      const g = new Group();
      function use(vcpu: Vcpu) { vcpu.n = 1; }
      function same(): Vcpu { let r: Vcpu = v; if (t.spare !== null) r = t.spare; return r; }
      thread("reads", () => { if (t.vcpu !== null) use(t.vcpu); });
      thread("adds", () => { if (t.vcpu !== null) g.members.add(t.vcpu); use(same()); });
      thread("writes", () => { t.vcpu = v; t.vcpu = null; });
      invariant("no null inside", () => g.members.every((m) => m.n < 2));`,
    fails: ["null-dereference"],
  },
  {
    name: "locks through fields that point to them",
    text: `
      class Rq { lock = spinlock(); }
      class Unit { lock: Spinlock | null = null; at = 0; }
      const a_rq = new Rq();
      const b_rq = new Rq();
      const unit = new Unit();
      initially(() => { unit.lock = a_rq.lock; });
      thread("u", () => {
        spin_lock(unit.lock!);
        unit.at = 1;
        spin_unlock(unit.lock!);
      });
      thread("m", () => { spin_lock(a_rq.lock); unit.lock = b_rq.lock; spin_unlock(a_rq.lock); });
      invariant("one holder", () => a_rq.lock.owner === null || a_rq.lock.owner !== b_rq.lock.owner);`,
    fails: ["unlock-not-held"],
  },
  {
    name: "numbers: signs, remainders, compound assignment, the smallest",
    text: `
      let x = -7;
      let m = -3;
      let low = 0;
      let r = 0;
      initially(() => { low = -2147483647; low = low - 1; });
      thread("a", () => {
        x %= 3;
        assert(x === -1);
        r = m % 5;
        assert(r === -3 || r === 2);
        r -= -2 * x;
        r *= 2;
        r += -r;
        low = -(low + 1) - 2147483647;
        assert(low === 0 && -x === 1 && !(-1 > x) && x <= -1);
        r = -(x - 7) % 3 * -2;
        assert(r === -4);
      });
      thread("b", () => { m = 7; });`,
    fails: [],
  },
  {
    name: "strings, some of which TLA+ cannot hold",
    text: `
      class Dev { state: "off" | "on" | "dying" = "off"; label = "é (* *) --algorithm \\\\* <U+e9> \\" Lbl_1"; }
      const devs = instances(Dev, 2);
      let mark: "<U+e9>" | "é" = "é";
      thread("a", devs, (d) => {
        let want: "off" | "on" | "dying" = "on";
        if (d.state === "off") d.state = want;
        want = "dying";
        const seen = d.state;
        d.state = seen === "on" ? want : "off";
      });
      thread("b", () => { assert(mark !== "<U+e9>"); mark = "<U+e9>"; devs[0].label = "x"; });
      invariant("dying together", () => !devs.every((d) => d.state === "dying") || mark === "é");`,
    fails: ["invariant: dying together"],
  },
  {
    name: "quantifiers: nested with one name, over lists and sets, beside equal variables",
    text: `
      class E { on = false; }
      class L { items = list<E>(); more = list<E>(); seen = set<E>(); }
      const es = instances(E, 2);
      const l = new L();
      let y = false;
      let which = false;
      thread("a", () => {
        list_add(es[0], l.items);
        atomic(() => { const x = es.every((x) => x.on); y = x; l.seen.add(es[1]); });
        which = true;
        atomic(() => { if (l.items.every((x) => l.seen.some((x) => x.on))) y = true; });
        atomic(() => {
          const on = es.some((x) => x.on);
          until(l.items.some((x) => x.on === on || es.some((x) => x.on)));
        });
      });
      thread("b", () => { es[1].on = true; });
      invariant("same name", () => es.every((x) => es.some((x) => l.items.every((x) => x === es[0]) || x.on)));
      invariant("one list", () => (which ? l.items.every((e) => !l.more.has(e)) : list_empty(l.more)));`,
    fails: [],
  },
  {
    name: "readers and writers",
    text: `
      const lock = rwlock();
      let x = 0;
      thread("r1", () => { read_lock(lock); const a = x; const b = x; assert(a === b); read_unlock(lock); });
      thread("r2", () => { read_lock(lock); read_unlock(lock); read_unlock(lock); });
      thread("w", () => { write_lock(lock); x = 1; x = 2; write_unlock(lock); });
      thread("again", () => { read_lock(lock); if (maybe()) write_lock(lock); read_unlock(lock); });`,
    fails: ["self-deadlock", "unlock-not-held"],
  },
  {
    name: "trylock in opposite orders",
    text: `
      const a = spinlock();
      const b = spinlock();
      let both = 0;
      thread("one", () => {
        spin_lock(a);
        if (spin_trylock(b)) { both++; assert(spin_is_locked(a)); spin_unlock(b); }
        spin_unlock(a);
      });
      thread("two", () => {
        spin_lock(b);
        while (!spin_trylock(a)) { if (maybe()) { spin_unlock(b); return; } }
        both++;
        spin_unlock(a);
        spin_unlock(b);
      });`,
    fails: [],
  },
  {
    name: "timers, whose handler rests until it is armed",
    text: `
      class Dev { timer = timer(); n = 0; lock = spinlock(); }
      const dev = new Dev();
      initially(() => { init_timer(dev.timer); });
      thread("softirq", () => {
        for (;;) execute_timer(dev.timer, () => { spin_lock(dev.lock); dev.n = 1 - dev.n; spin_unlock(dev.lock); });
      });
      thread("guest", () => {
        set_timer(dev.timer);
        spin_lock(dev.lock);
        if (maybe()) kill_timer(dev.timer);
        spin_unlock(dev.lock);
        kill_timer(dev.timer);
        set_timer(dev.timer);
      });`,
    fails: ["deadlock"],
  },
  {
    name: "the object of a store is settled before its value",
    text: `
      class V { n = 0; other: V | null = null; }
      const vs = instances(V, 2);
      let at: V | null = null;
      initially(() => { at = vs[0]; vs[0].other = vs[1]; vs[1].other = vs[0]; });
      function hop(): number { at = at!.other; return 1; }
      let done = false;
      thread("a", () => {
        at!.n = hop();
        at!.n += hop() + 1;
        atomic(() => { at!.n = at!.n + hop() + (at!.n === 0 ? 5 : 7); });
        assert(vs[0].n === 9 && vs[1].n === 2);
        done = true;
      });
      thread("b", () => { until(done); at = null; });`,
    fails: [],
  },
];
