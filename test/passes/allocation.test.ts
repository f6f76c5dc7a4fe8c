/** Every way to use an object is checked where it may have been freed, and what is no use is not. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const MEMORY = `
  class Part { n = 0; owner: Thread | null = null; }
  class Req {
    n = 0; next: Req | null = null; lock = spinlock(); parts = instances(Part, 2); inner = new Part();
    waiting = list<Item>(); who = set<Thread>();
  }
  class Item { n = 0; }
  class Queue { all = list<Req>(); refs = set<Req>(); locks = set<Spinlock>(); at: Part | null = null; }
  const reqs = pool(Req, 1, "req");
  const items = instances(Item, 1);
  const fixed = new Part();
  const lock = spinlock();
  const queue = new Queue();
  let req: Req | null = null;
  let other: Req | null = null;
  let flag = false;
  function touch(part: Part) { part.n = 1; }
  function add(to: List<Item>) { list_add_tail(items[0], to); }
  function wait(l: Spinlock) { until(l.owner === null, l.owner); }
  initially(() => { req = alloc(reqs); other = req; });`;

/** What the thread does with `r`, which another thread may free at any time. */
function verdict(use: string): string[] {
  const threads = `
    thread("uses", () => { const r = other!; ${use} });
    thread("frees", () => { free(req); });`;
  return verdictOf(explore(compileText(MEMORY + threads)));
}

describe("a use of an object that may be freed is checked", () => {
  test.each([
    "const n = r.n;",
    "r.n = 1;",
    "r.n++;",
    "r.n = r.n + 1;",
    "if (r.n === 1) flag = true;",
    "if (flag || r.n === 1) flag = true;",
    "const n = flag ? 0 : r.n;",
    "assert(r.n === 0);",
    "const s = r.next!;",
    "spin_lock(r.lock);",
    "if (spin_trylock(r.lock)) flag = true;",
    "const l = r.lock; spin_lock(l);",
    "wait(r.lock);",
    "until(r.n === 0);",
    "idle_until(r.n === 0);",
    "atomic(() => { r.n = 1; });",
    "atomic(() => { flag = r.n === 0; });",
    "atomic(() => { flag = r.next === null || r.n === 0; });",
    "atomic(() => { const s = r; s.n += 2; });",
    "atomic(() => { until(r.lock.owner === null); r.lock.owner = current(); });",
    "touch(r.inner);",
    "touch(r.parts[r.parts.length - 1]);",
    "touch(choose(r.parts));",
    "const p = r.inner; touch(flag ? fixed : p);",
    "for (const p of r.parts) p.n = 2;",
    "atomic(() => { flag = r.parts.every((p) => p.n === 0); });",
    "list_add(items[0], r.waiting);",
    "add(r.waiting);",
    "if (list_empty(r.waiting)) flag = true;",
    "if (r.waiting.has(items[0])) flag = true;",
    "for (const i of r.waiting) i.n = 1;",
    "for (const i of list_for_each_entry_safe(r.waiting)) i.n = 1;",
    "atomic(() => { flag = r.waiting.some((i) => i.n === 0); });",
    "r.who.add(current());",
    "r.who.delete(current());",
    "if (r.who.has(current())) flag = true;",
    "const n = r.who.size;",
    "free(r);",
  ])("%s", (use) => {
    expect(verdict(use)).toContain("use-after-free");
  });

  test("an element is checked where it is added, taken off, or walked on from", () => {
    expect(verdict("list_add(r, queue.all);")).toContain("use-after-free");
    expect(verdict("list_del(r);")).toEqual(["list-corruption", "use-after-free"]);
    const walk = `thread("walks", () => { for (const r of queue.all) { } });
      thread("frees", () => { list_del(req!); free(req); }); initially(() => { list_add(req!, queue.all); });`;
    expect(verdictOf(explore(compileText(MEMORY + walk)))).toEqual([
      "list-changed-under-walk",
      "use-after-free",
    ]);
  });
});

describe("what is no use is not checked", () => {
  test.each([
    "if (r === req) flag = true;",
    "other = r;",
    "queue.refs.add(r);",
    "const l = r.lock; queue.locks.add(l);",
    "queue.at = r.parts[1];",
    "flag = r.inner !== r.parts[0] && r.parts.indexOf(r.inner) < 0;",
    "flag = r <= r;",
    "touch(fixed);",
    "spin_lock(lock); spin_unlock(lock);",
    "items[0].n = 1;",
    "const copy = r; const n = r.parts.length;",
  ])("%s", (use) => {
    expect(verdict(use)).toEqual([]);
  });

  test("a model without pools has no such check", () => {
    const { processes } = compileText(`class Req { n = 0; lock = spinlock(); } const reqs = instances(Req, 2);
      let at: Req | null = null; thread("a", reqs, (r) => { spin_lock(r.lock); at = r; at!.n = 1; });`);
    expect(JSON.stringify(processes)).not.toContain("use-after-free");
  });
});

test("an invariant that would read a freed object is false, and a pool's objects count while they are allocated", () => {
  const text = (condition: string) => `${MEMORY}
    thread("frees", () => { free(req); });
    invariant("i", () => ${condition});`;
  const holds = (condition: string) => verdictOf(explore(compileText(text(condition)))).length === 0;
  expect(holds("req!.n === 0")).toBe(false);
  expect(holds("req!.lock.owner === null")).toBe(false);
  expect(holds("req === other")).toBe(true);
  expect(holds("reqs.every((r) => r.n === 0 && r.parts.every((p) => p.n === 0))")).toBe(true);
  expect(holds("reqs.some((r) => r === req)")).toBe(false);
  expect(holds("!reqs.some((r) => r.n === 1)")).toBe(true);
});

test("what extends a class is freed with its own fields, and is checked through the class that it extends", () => {
  const text = (use: string) => `
    class Base { n = 1; lock = spinlock(); touch() { this.n = 2; } }
    class Small extends Base { n = 3; }
    class Large extends Base {
      extra = 4; more = instances(Spinlock, 2);
      override touch() { this.n = 9; this.extra = 8; this.more[1].owner = current(); }
    }
    const smalls = pool(Small, 1, "small");
    const larges = pool(Large, 1, "large");
    const fixed = new Base();
    let base: Base | null = null;
    initially(() => { base = alloc(larges); });
    thread("a", () => {
      const s = alloc(smalls)!;
      s.n = 5;
      free(s);
    });
    ${use}`;
  const frees = `thread("frees", () => { const b: Base = maybe() ? fixed : base!; free(b); });`;
  const found = (use: string) => verdictOf(explore(compileText(text(use))));
  expect(found(`thread("uses", () => { base!.n = 1; });`)).toEqual([]);
  expect(found(`thread("frees", () => { free(base); }); thread("uses", () => { base!.touch(); });`)).toEqual([
    "use-after-free",
  ]);
  expect(found(frees)).toEqual(["use-after-free"]);
  expect(
    found(`thread("reuses", () => {
      const l = alloc(larges);
      assert(l === null);
      const old: Base = base!;
      old.touch(); spin_lock(old.lock);
      spin_unlock(old.lock);
      free(old);
      const again = alloc(larges)!;
      assert(again.extra === 4 && again.n === 1 && again.more[1].owner === null && again.lock.owner === null);
    });
    thread("others", () => { fixed.n = 7; spin_lock(fixed.lock); spin_unlock(fixed.lock); });`),
  ).toEqual([]);
});
