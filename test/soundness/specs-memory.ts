/** Small specs about store buffers: what may overtake what, what a thread sees of its own, what waits for what. */
import type { MemoryModel } from "../../src/ir/program.js";
import type { SmallSpec } from "./small-spec.js";

interface WeakSpec {
  readonly name: string;
  readonly text: string;
  /** Every check and invariant that is violated, by memory model; a model that is left out is not tried. */
  readonly fails: Partial<Record<MemoryModel, readonly string[]>>;
}

const NOT_ORDERED = "invariant: in order";

const WEAK_SPECS: readonly WeakSpec[] = [
  {
    name: "stores, loads that overtake them, and the ends of threads",
    text: `
      class Out { r = 7; }
      const outs = instances(Out, 2);
      let x = 0;
      let y = 0;
      thread("a", () => { x = 1; outs[0].r = y; });
      thread("b", () => { y = 1; outs[1].r = x; });
      at_end("in order", () => outs[0].r === 1 || outs[1].r === 1);
      at_end("loads give what was stored", () => outs.every((o) => o.r === 0 || o.r === 1));`,
    fails: { sc: [], tso: [NOT_ORDERED], pso: [NOT_ORDERED] },
  },
  {
    name: "spin_unlock is a store that others see late",
    text: `
      const lock = spinlock();
      let x = 0;
      let y = 0;
      let r0 = 7;
      let r1 = 7;
      thread("a", () => { spin_lock(lock); x = 1; spin_unlock(lock); r0 = y; });
      thread("b", () => { y = 1; smp_mb(); r1 = x; });
      at_end("in order", () => r0 === 1 || r1 === 1);`,
    fails: { sc: [], tso: [NOT_ORDERED], pso: [NOT_ORDERED] },
  },
  {
    name: "what a spinlock guards is safe, and a free lock is taken by one",
    text: `
      const lock = spinlock();
      let x = 0;
      let y = 0;
      function bump() {
        spin_lock(lock);
        x++;
        y = x;
        assert(y === x);
        spin_unlock(lock);
      }
      thread("a", () => { bump(); });
      thread("b", () => { bump(); if (spin_trylock(lock)) { assert(x === y); x++; y = x; spin_unlock(lock); } });
      at_end("nothing is lost", () => y === x && y >= 2);`,
    fails: { tso: [], pso: [] },
  },
  {
    name: "what an rwlock guards is safe",
    text: `
      const lock = rwlock();
      let x = 0;
      let y = 0;
      thread("writer", () => { write_lock(lock); x = 1; y = 1; write_unlock(lock); });
      thread("reader", () => { read_lock(lock); assert(x === y); read_unlock(lock); });`,
    fails: { tso: [], pso: [] },
  },
  {
    name: "a lock that is given back by a plain store",
    text: `
      let held = false;
      let x = 0;
      let y = 0;
      function locked() {
        atomic(() => { until(!held); held = true; });
        assert(x === y);
        x = 1;
        y = 1;
        held = false;
      }
      thread("a", () => { locked(); });
      thread("b", () => { locked(); });`,
    fails: { sc: [], tso: [], pso: ["assert"] },
  },
  {
    name: "one's own stores are seen at once, the newest first, and wait in order for one place",
    text: `
      let x = 0;
      let y = 0;
      thread("a", () => { x = 1; x = 2; assert(x === 2); y = 1; x++; assert(x === 3); });
      thread("b", () => { const first = x; const second = x; assert(first <= second); });
      invariant("seen outside", () => x === 0 || x === 1 || x === 2 || x === 3);
      at_end("the last store stays", () => x === 3);`,
    fails: { tso: [], pso: [] },
  },
  {
    name: "a message behind its flag, with every kind of barrier",
    text: `
      let data = 0;
      let flag = 0;
      thread("writer", () => {
        data = 1;
        if (maybe()) { smp_wmb(); smp_wmb(); flag = 1; }
        else if (maybe()) { smp_mb(); flag = 2; }
        else if (maybe()) { smp_store_release(flag, 3); }
        else if (maybe()) { release(() => { flag = 4; }); }
        else if (maybe()) { atomic(() => { flag = 5; }); }
        else { smp_rmb(); WRITE_ONCE(flag, 6); }
      });
      thread("reader", () => {
        const seen = smp_load_acquire(flag);
        if (seen === 0) return;
        smp_rmb();
        const found = READ_ONCE(data);
        if (seen === 6) assert(found === 1); else check("wrap", found === 1);
      });`,
    fails: { sc: [], tso: [], pso: ["assert"] },
  },
  {
    name: "a barrier between stores holds back later ones only",
    text: `
      let a = 0;
      let b = 0;
      let c = 0;
      thread("writer", () => { a = 1; smp_wmb(); b = 1; c = 1; a = 2; smp_wmb(); b = 2; });
      invariant("b behind a", () => b === 0 || a > 0);
      invariant("c behind a", () => c === 0 || a > 0);
      invariant("b twice", () => b < 2 || (a === 2 && c === 1));
      invariant("b before c", () => c === 0 || b > 0);
      invariant("a twice", () => a < 2 || b > 0);`,
    fails: {
      tso: [],
      pso: ["invariant: a twice", "invariant: b before c"],
    },
  },
  {
    name: "locked steps wait for the buffer, and a failed check leaves it to drain",
    text: `
      let x = 0;
      let y = 0;
      thread("a", () => { x = 1; atomic(() => { y = x; x = y + 1; }); assert(x === 2); x = 3; assert(false); });
      thread("b", () => { until(x === 3); y = 5; });
      invariant("one step", () => y !== 0 || x < 2);`,
    fails: { tso: ["assert"], pso: ["assert"] },
  },
  {
    name: "waiting for one's own store, for one that is never made, and for work",
    text: `
      let x = 0;
      let go = false;
      thread("own", () => { x = 1; until(x === 1); go = true; });
      thread("work", () => { for (;;) { idle_until(go); go = false; } });
      thread("never", () => { until(x === 2); });
      at_end("not reached", () => false);`,
    fails: { tso: ["deadlock"], pso: ["deadlock"] },
  },
  {
    name: "lists and sets as stores of the whole, and null",
    text: `
      class Item { on: Item | null = null; }
      class Bag { items = list<Item>(); marks = set<Item>(); free = list<Item>(); }
      const bags = instances(Bag, 2);
      const items = instances(Item, 2);
      initially(() => { list_add(items[0], bags[0].items); });
      thread("mover", () => {
        const item = items[0];
        list_del(item);
        list_add(item, bags[1].free);
        bags[1].marks.add(item);
        assert(bags[1].free.has(item) && bags[1].marks.has(item));
        items[1].on = item;
        assert(items[1].on !== null);
      });
      thread("looker", () => {
        for (const item of bags[0].items) item.on = items[1];
        if (items[1].on !== null) assert(bags[1].marks.has(items[0]));
      });
      invariant("on a list at a time", () => bags.every((b) => !b.free.has(items[0]) || !b.items.has(items[0])));
      at_end("moved", () => bags[1].free.has(items[0]) && !bags[0].items.has(items[0]));`,
    fails: { tso: ["list-changed-under-walk"], pso: ["assert", "list-changed-under-walk"] },
  },
  {
    name: "a release step with several stores, loads, a wait and a list",
    text: `
      class Node { n = 0; }
      class Head { nodes = list<Node>(); count = 0; }
      const heads = instances(Head, 2);
      const node = new Node();
      initially(() => { list_add(node, heads[0].nodes); });
      thread("mover", () => {
        node.n = 1;
        release(() => {
          until(heads[0].nodes.has(node));
          list_del(node);
          heads[0].count = heads[0].count + 1;
          heads[0].count = heads[0].count + 1;
          list_add(node, heads[1].nodes);
        });
      });
      thread("looker", () => {
        if (heads[0].count > 0) assert(!heads[0].nodes.has(node));
        if (heads[1].nodes.has(node)) assert(node.n === 1);
      });
      invariant("counted before it is there", () => !heads[1].nodes.has(node) || heads[0].count === 2);`,
    fails: { sc: [], tso: [], pso: [] },
  },
  {
    name: "two that wait for each other's buffered stores are no circle, two that store nothing are",
    text: `
      class Slot { who: Thread | null = null; x = 0; }
      const slots = instances(Slot, 2);
      function meet(mine: Slot, other: Slot) {
        atomic(() => { mine.who = current(); });
        until(other.who !== null);
        mine.x = 1;
        until(other.x === 1, other.who);
        smp_mb();
        until(other.x === 2, other.who);
      }
      thread("a", () => { meet(slots[0], slots[1]); });
      thread("b", () => { meet(slots[1], slots[0]); });
      thread("c", () => { for (;;) atomic(() => { slots[0].x = slots[0].x; }); });`,
    fails: { sc: ["wait-cycle"], tso: ["wait-cycle"] },
  },
  {
    name: "waits end when the other's buffer drains",
    text: `
      class Slot { who: Thread | null = null; x = 0; }
      const slots = instances(Slot, 2);
      function meet(mine: Slot, other: Slot) {
        atomic(() => { mine.who = current(); });
        until(other.who !== null);
        mine.x = 1;
        until(other.x === 1, other.who);
      }
      thread("a", () => { meet(slots[0], slots[1]); });
      thread("b", () => { meet(slots[1], slots[0]); });`,
    fails: { sc: [], tso: [], pso: [] },
  },
  {
    name: "ghosts are there at once, and see what their thread sees",
    text: `
      let x = 0;
      let stored = ghost(0);
      thread("a", () => { x = 1; ghost(() => { stored = 1; assert(x === 1); }); });
      thread("b", () => { const seen = x; ghost(() => { assert(seen <= stored); }); });
      invariant("not before it is stored", () => x <= stored);
      invariant("late", () => stored === 0 || x === 1);`,
    fails: { sc: [], tso: ["invariant: late"], pso: ["invariant: late"] },
  },
  {
    name: "rules about locks hold with store buffers",
    text: `
      class Box { lock = spinlock(); n = 0; }
      const box = new Box();
      thread("a", () => { spin_lock(box.lock); box.n = 1; spin_unlock(box.lock); });
      thread("b", () => { if (spin_trylock(box.lock)) { box.n++; spin_unlock(box.lock); } });
      thread("c", () => { spin_lock(box.lock); if (box.n > 0) spin_unlock(box.lock); });`,
    fails: { tso: ["deadlock", "lock-held-at-exit"], pso: ["deadlock", "lock-held-at-exit"] },
  },
  {
    name: "names that the buffers use themselves",
    text: `
      class Drainable { own = 0; store = 0; }
      const Stored = instances(Drainable, 2, "rest");
      let store_buffer = 0;
      let index = 0;
      thread("BufferOf", Stored, (Fenced) => {
        Fenced.own = 1;
        store_buffer = Fenced.own;
        index = store_buffer;
      });
      thread("store buffer of it", () => { store_buffer = 2; });
      invariant("own", () => Stored.every((own) => Stored.some((store) => own.own === store.own || own.own < 2)));`,
    fails: { tso: [] },
  },
];

/** One spec per memory model. */
export const MEMORY_SPECS: readonly SmallSpec[] = WEAK_SPECS.flatMap(({ name, text, fails }) =>
  Object.entries(fails).map(([memory, expected]) => ({
    name: `${memory}: ${name}`,
    text: `${text}
      export default cases({ title: "test", only: { memory: "${memory}", expect: holds(), why: "a test" } });`,
    fails: expected,
  })),
);
