/** Small specs about data where memory is weak, and where objects come and go: each element is a place of its own. */
import type { SmallSpec } from "./small-spec.js";

const MESSAGE = `
  class Ring { slots = array(2, 0); entry: { a: number; b: number } = { a: 0, b: 0 }; }
  const ring = new Ring();
  let ready = map(["x", "y"], false);
  let table = array(2, 0);
  let seen = 7;
  let other = 7;
  thread("writer", () => {
    ring.slots[0] = 1;
    ring.slots[1] = ring.slots[0] + 1;
    ready.set("y", true);
    table[1] = 3;
    assert(ring.slots[1] === 2 && table[1] === 3 && ready.get("y"));
  });
  thread("reader", () => {
    if (ready.get("y")) { seen = ring.slots[1]; }
    other = table[1] + ring.entry.a;
  });
  thread("third", () => { ring.entry.b = 2; if (maybe()) smp_mb(); assert(ring.entry.b === 2); });
  invariant("in order", () => seen !== 0);
  invariant("whole", () => ring.slots.reduce((sum, n) => sum + n, 0) <= 3 && table.every((n) => n < 4));`;

const inMemory = (memory: string, text: string): string =>
  `${text}
   export default cases({ title: "test", only: { memory: "${memory}", expect: holds(), why: "a test" } });`;

export const DATA_MEMORY_SPECS: readonly SmallSpec[] = [
  { name: "sc: messages through elements", text: inMemory("sc", MESSAGE), fails: [] },
  { name: "tso: messages through elements", text: inMemory("tso", MESSAGE), fails: [] },
  {
    name: "pso: messages through elements",
    text: inMemory("pso", MESSAGE),
    fails: ["invariant: in order"],
  },
  {
    name: "pso: marked accesses of elements and parts",
    text: inMemory(
      "pso",
      `
      let slots = array(2, 0);
      let e: { n: number; on: boolean } = { n: 0, on: false };
      let byte = u8(255);
      thread("a", () => { slots[1] = 1; smp_store_release(e, { n: 1, on: true }); byte++; });
      thread("b", () => { const got = smp_load_acquire(e); if (got.on) assert(READ_ONCE(slots[1]) === 1); assert(byte < 256); });`,
    ),
    fails: [],
  },
  {
    name: "pools: fields with parts and elements are as at first after free, and unusable",
    text: `
      class Req { e: { n: number } = { n: 1 }; slots = array(2, 5); depth = map(["a", "b"], 2); next: Req | null = null; }
      const reqs = pool(Req, 2, "req");
      let live = set<Req>();
      let last: Req | null = null;
      thread("a", () => {
        const r = alloc(reqs);
        if (r === null) return;
        assert(r.e.n === 1 && r.slots[1] === 5 && r.depth.get("b") === 2);
        r.slots[1] = 6;
        r.e.n++;
        r.depth.set("b", 3);
        live.add(r);
        last = r;
        free(r);
      });
      thread("b", () => { for (const r of live) { r.slots[0]++; } });
      thread("c", () => { const r = last; if (r !== null) r.e.n = 4; const s = alloc(reqs); if (s !== null) assert(s.slots[1] === 5); });
      invariant("fresh", () => reqs.every((r) => r.slots.every((n) => n < 8)));`,
    fails: ["use-after-free"],
  },
  {
    name: "pso: what is freed goes through the store buffer element by element",
    text: inMemory(
      "pso",
      `
      class Req { slots = array(2, 5); depth = map(["a", "b"], 2); }
      const reqs = pool(Req, 1, "req");
      thread("a", () => {
        const r = alloc(reqs);
        if (r === null) return;
        r.slots[1] = 6;
        r.depth.set("a", 1);
        free(r);
      });
      thread("b", () => { const r = alloc(reqs); if (r !== null) { const n = r.slots[1]; assert(n === 5); } });`,
    ),
    fails: [],
  },
  ...["tso", "pso"].map((memory) => ({
    name: `${memory}: a release step writes the element that its own stores lead to`,
    text: inMemory(
      memory,
      `
      let slots = array(2, 0);
      let at = 0;
      thread("a", () => {
        at = 1;
        release(() => { slots[at] = 5; });
        smp_mb();
        assert(slots[1] === 5);
      });
      invariant("the first stays", () => slots[0] === 0);`,
    ),
    fails: [],
  })),
];
