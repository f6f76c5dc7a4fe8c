/** Small specs about procedures as arguments, methods, and procedures in conditions. */
import type { SmallSpec } from "./small-spec.js";

const SCHEDULERS = `
  class Cpu { ticks = 0; sched: Scheduler | null = null; }
  abstract class Scheduler {
    lock = spinlock();
    runs = 0;
    weight = 1;
    abstract pick(cpu: Cpu): number;
    tick(cpu: Cpu) { this.runs = this.runs + this.weight; cpu.ticks = this.pick(cpu); }
  }
  class Credit extends Scheduler {
    weight = 2;
    credits = 5;
    override pick(cpu: Cpu): number { if (cpu.ticks > 3) return 0; return this.credits; }
  }
  class Rt extends Scheduler {
    deadline = 7;
    override pick(): number { return this.deadline; }
    override tick(cpu: Cpu) { super.tick(cpu); this.deadline = 9; }
  }
  const cpu = new Cpu();
  const credits = instances(Credit, 2);
  const rt = new Rt();
`;

export const PROCEDURE_SPECS: readonly SmallSpec[] = [
  {
    name: "a condition with side effects under a lock",
    text: `
      class Ring { lock = spinlock(); used = 0; }
      class Queue { waiters = 0; }
      const ring = new Ring();
      const queue = new Queue();
      let lost = 0;
      function put(r: Ring): boolean {
        spin_lock(r.lock);
        if (r.used === 1) { spin_unlock(r.lock); return false; }
        r.used = r.used + 1;
        spin_unlock(r.lock);
        return true;
      }
      function wait_event(q: Queue, condition: () => boolean): number {
        let tries = 0;
        while (!condition()) { q.waiters = 1; tries = 1; until(q.waiters === 0); }
        return tries;
      }
      thread("putter", () => { const n = wait_event(queue, () => put(ring)); lost = n; });
      thread("other", () => { wait_event(queue, () => { const done = put(ring); return done; }); });
      thread("taker", () => { atomic(() => { until(ring.used === 1); ring.used = 0; }); queue.waiters = 0; });
      invariant("used", () => ring.used < 2);`,
    fails: ["deadlock"],
  },
  {
    name: "arrow functions with parameters: by value, by reference, passed on, by name",
    text: `
      class Item { n = 0; }
      class Head { items = list<Item>(); seen = set<Item>(); }
      const head = new Head();
      const items = instances(Item, 2);
      let total = 0;
      function each(to: List<Item>, body: (i: Item, round: number) => void) {
        let round = 0;
        for (const i of to) { body(i, round); round++; }
      }
      function twice(n: number, change: (n: number) => number): number { return change(change(n)); }
      function outer(n: number, change: (n: number) => number): number {
        let own = n;
        const r = twice(own, (k) => { own = own + 1; return change(k) + own; });
        assert(own === n + 2);
        return r;
      }
      function triple(n: number): number { return n * 3; }
      function add_to(i: Item) { total = total + i.n; }
      function fill(to: List<Item>, put: (to: List<Item>, i: Item) => void) { put(to, items[0]); put(to, items[1]); }
      thread("a", () => {
        fill(head.items, (to, i) => { list_add_tail(i, to); head.seen.add(i); });
        each(head.items, (i, round) => { i.n = round + 1; });
        each(head.items, add_to);
        assert(total === 3 || total === 13);
        let factor = 2;
        assert(twice(3, (n) => { const before = factor; factor = factor + n; return before * n; }) === 6 * 5);
        assert(factor === 11);
        assert(outer(1, triple) === (1 * 3 + 2) * 3 + 3);
        assert(outer(2, (n) => n - 1) === 2 - 1 + 3 - 1 + 4);
      });
      thread("b", () => { atomic(() => { if (total === 0) total = 10; }); });`,
    fails: [],
  },
  {
    name: "an arrow function assigns what the callee was given",
    text: `
      let x = 0;
      function both(a: number, b: number, change: (n: number) => number): number {
        const first = change(a + b);
        return first + a * 100 + b * 10;
      }
      function held(a: number, f: (n: number) => void): number { f(a); f(a + 1); return a; }
      thread("a", () => {
        let n = 1;
        assert(both(n, n + 1, (k) => { n = 7; return k + n; }) === 10 + 100 + 20);
        assert(n === 7);
        assert(held(n, (k) => { n = k + 1; k = 50; n = n + k - 50; }) === 7 && n === 9);
        const r = n + both(x, x, () => { n = 3; x = 5; return n; }) + n;
        assert(r === 9 + 3 + 3 || r === 9 + 3 + 3 + 10 * 8 || r === 9 + 3 + 3 + 110 * 8);
        assert(r !== 15 + 110 * 8 || x === 5);
      });
      thread("b", () => { x = 8; });`,
    fails: [],
  },
  {
    name: "arrow functions inside atomic steps and loops, with return in them",
    text: `
      let x = 0;
      let y = 0;
      function pick(test: (n: number) => boolean): number { for (let i = 0; i < 3; i++) { if (test(i)) return i; } return 9; }
      function set_if(test: () => boolean, value: number) { if (test()) y = value; }
      thread("a", () => {
        const i = pick((n) => { if (n === 0) return false; return x === n; });
        atomic(() => { set_if(() => { if (x === 0) return true; return x > 1; }, i); });
        assert(y === 0 || y === 1 || y === 2 || y === 9);
        assert(y !== 1);
      });
      thread("b", () => { x = 1; x = 2; });`,
    fails: ["assert"],
  },
  {
    name: "the object decides which method runs, and its class never changes",
    text: `${SCHEDULERS}
      initially(() => { cpu.sched = credits[0]; });
      thread("timer", () => {
        const s = cpu.sched!;
        spin_lock(s.lock);
        s.tick(cpu);
        spin_unlock(s.lock);
        assert(s.runs === 2 || s.runs === 1);
        assert(s instanceof Rt === (s.runs === 1));
      });
      thread("switch", () => { cpu.sched = rt; credits[1].tick(cpu); });
      invariant("weights", () => credits.every((c) => c.weight === 2) && rt.weight === 1);`,
    fails: [],
  },
  {
    name: "a receiver is loaded once, before the arguments; null is checked",
    text: `${SCHEDULERS}
      let other: Credit | null = null;
      function next(): Cpu { cpu.sched = null; return cpu; }
      thread("timer", () => { cpu.sched!.tick(next()); });
      thread("switch", () => { cpu.sched = rt; other = credits[1]; other.tick(cpu); cpu.sched.tick(cpu); });`,
    fails: ["null-dereference"],
  },
  {
    name: "overrides that assign their parameters and call super with others",
    text: `
      let log = 0;
      class Base {
        n = 1;
        run(k: number, f: (n: number) => number): number { k = k + 10; log = f(k); return k; }
      }
      class Mid extends Base {
        override run(k: number, f: (n: number) => number): number { const r = super.run(k + 1, f); assert(r === k + 11); return k; }
      }
      class Low extends Mid {
        n = 4;
        override run(k: number): number { k = k * 2; const r = super.run(k, (x) => x - k); assert(log === 11); return r + this.n; }
      }
      class Other extends Base { run(): number { return this.n; } }
      class Holder { at: Base | null = null; }
      const base = new Base();
      const mid = new Mid();
      const low = new Low();
      const others = instances(Other, 2);
      const holder = new Holder();
      thread("a", () => {
        const b: Base = choose([base, mid, low, others[0]]);
        holder.at = b;
        const r = b.run(3, (n) => n);
        assert(b !== base || (r === 13 && log === 13));
        assert(b !== mid || (r === 3 && log === 14));
        assert(b !== low || r === 10);
        assert(b !== others[0] || (r === 1 && log === 0));
        atomic(() => { assert(holder.at!.run(3, (n) => n) === r); });
      });
      thread("b", () => { holder.at = null; });`,
    fails: ["null-dereference"],
  },
  {
    name: "lists and sets of a base class, embedded objects and inherited fields",
    text: `
      class Node { lock = spinlock(); next = list<Node>(); marks = set<Node>(); up: Node | null = null; on = false; }
      class Leaf extends Node { n = 0; inner = spinlock(); on = true; }
      class Root extends Node { leaves = list<Leaf>(); }
      const leaves = instances(Leaf, 2);
      const root = new Root();
      const plain = new Node();
      thread("a", () => {
        list_add(leaves[0], root.next);
        list_add(plain, root.next);
        for (const i of root.next) { i.up = root; if (i instanceof Leaf) break; }
        spin_lock(leaves[0].lock);
        spin_lock(leaves[0].inner);
        const up = leaves[0].up;
        root.marks.add(leaves[1]);
        assert(up === root && root.marks.has(leaves[1]) && leaves[1].on && !root.on);
        list_add(leaves[0], root.leaves);
      });
      thread("b", () => { list_del(leaves[0]); list_add(leaves[1], root.leaves); const l: Node = leaves[1]; list_del(l); });
      invariant("up", () => leaves.every((l) => l.up === null || l.up instanceof Root));`,
    fails: ["assert", "list-corruption", "lock-held-at-exit"],
  },
  {
    name: "procedures that only return an expression, in conditions",
    text: `
      class Tim { n = 0; up: Tim | null = null; listed(): boolean { return this.n < 2; } older(t: Tim): boolean { return this.n > t.n; } }
      class Fast extends Tim { listed(): boolean { return this.n < 3; } }
      const slow = instances(Tim, 2);
      const fast = new Fast();
      let limit = 1;
      function below(t: Tim, n: number): boolean { return t.n <= n; }
      function all_below(n: number): boolean { return slow.every((t) => below(t, n)); }
      function is(test: (n: number) => boolean, n: number): boolean { return test(n); }
      function up_of(t: Tim): Tim | null { return t.up; }
      initially(() => { slow[0].up = fast; });
      thread("a", () => {
        until(below(slow[0], 0));
        slow[1].n = 2;
        atomic(() => { until(all_below(2) && slow.some((t) => t.listed())); limit = 2; });
        idle_until(is((n) => n === limit, 3));
      });
      thread("b", () => { const t: Tim = choose([slow[0], fast]); t.n = t.n + 2; t.up = slow[1]; });
      invariant("listed", () => slow.every((t) => t.listed()) && fast.listed());
      invariant("dynamic", () => slow.every((t) => t.up === null || t.up.listed()));
      invariant("older", () => slow.every((t) => slow.every((t2) => !t.older(t2) || limit < 3)));
      invariant("null", () => up_of(slow[0])!.listed());
      invariant("limits", () => all_below(limit + 1));`,
    fails: ["deadlock", "invariant: dynamic", "invariant: listed", "invariant: null"],
  },
  {
    // Start, behind the load of at, behind the load of n (in either object), and the end: the call itself is no step.
    name: "steps: a method costs what it does, and looking for its class nothing",
    text: `
      class A { n = 1; add(k: number): number { this.n = this.n + k; return k; } is(): boolean { return this instanceof B; } }
      class B extends A { n = 2; override add(k: number): number { return super.add(k + 1); } }
      const as = instances(A, 1);
      const b = new B();
      let at: A | null = null;
      initially(() => { at = b; });
      thread("a", () => { const o = at!; if (o.is() && o.add(1) === 2) return; assert(false); });`,
    fails: [],
    distinct: 4,
  },
  {
    name: "a method of an embedded lock, a receiver that is the thread's object, methods in an atomic step",
    text: `
      class Ticket {
        next = 0; serving = 0; owner: Thread | null = null;
        take() { let mine = 0; atomic(() => { mine = this.next; this.next = this.next + 1; }); until(this.serving === mine); this.owner = current(); }
        give() { check("unlock-not-held", this.owner === current(), this); this.owner = null; this.serving++; }
      }
      class Fair extends Ticket { spins = 0; override take() { this.spins = 1; super.take(); } }
      class Rq { lock = new Ticket(); alt = new Fair(); other: Ticket | null = null; n = 0;
        with(body: (rq: Rq, k: number) => boolean): number {
          let k = 0;
          const held = this.other!;
          held.take();
          while (!body(this, k)) { k++; }
          held.give();
          return k;
        }
        swap() { atomic(() => { const t = this.other!; this.other = t instanceof Fair ? this.lock : this.alt; }); }
      }
      const rqs = instances(Rq, 2);
      initially(() => { for (const rq of rqs) { rq.other = rqs[0].lock; } rqs[1].swap(); });
      thread("runs", rqs, (rq) => {
        let sum = 0;
        const k = rqs[0].with((own, round) => { sum = sum + round; own.n = own.n + 1; if (round === 1) return true; return own.n > 2; });
        assert(sum === k && k <= 1);
        if (rq === rqs[1]) rq.swap();
      });
      thread("swaps", () => { rqs[0].swap(); });
      invariant("n", () => rqs[0].n <= 4 && rqs[1].n === 0);
      invariant("owner", () => rqs.every((rq) => rq.other !== null && (rq.other.owner === null || rq.other.next > 0)));`,
    fails: [],
  },
  {
    name: "inherited fields in lock rules, ghosts and data races, used by methods and arrow functions",
    text: `
      abstract class Base { lock = spinlock(); n = 0; log = ghost(0); items = list<Base>(); up: Base | null = null;
        locked(body: (self: Base) => void) { spin_lock(this.lock); body(this); spin_unlock(this.lock); }
        bump() { this.n = this.n + 1; this.log = this.log + 1; }
        peek(): number { return this.n; }
      }
      class Sub extends Base { m = 0; log = ghost(1); override bump() { super.bump(); this.m = this.m + 1; } }
      class Bare extends Base {}
      const subs = instances(Sub, 1);
      const bare = new Bare();
      let seen = 0;
      guarded_by((b: Base) => b.n, (b: Base) => b.lock);
      guarded_by((b: Base) => b.items, (b: Base) => b.lock);
      thread("a", () => {
        const b: Base = choose([subs[0], bare]);
        b.locked((self) => { self.bump(); list_add(self, self.items); ghost(() => { self.log = self.log + 0; }); });
        data_race(() => { seen = b.peek(); });
      });
      thread("b", () => { subs[0].locked((self) => { for (const i of self.items) { i.up = self; list_del(i); break; } }); if (maybe()) list_del(bare); });
      invariant("log", () => subs.every((s) => s.log === s.peek() + 1 || s.n === 1) && bare.log === bare.n);`,
    fails: ["guarded-by", "list-corruption"],
  },
];
