/** Small specs about control flow: loops, walks, calls, arrow functions. */
import type { SmallSpec } from "./small-spec.js";

const LISTS = `
  class Item { home: Head | null = null; n = 0; }
  class Head { first = list<Item>(); second = list<Item>(); }
  const heads = instances(Head, 2);
  const items = instances(Item, 3);
`;

export const CONTROL_SPECS: readonly SmallSpec[] = [
  {
    name: "loops over one, two and three instances",
    text: `
      class A { n = 0; }
      class B { n = 0; }
      class C { n = 0; }
      const as = instances(A, 1);
      const bs = instances(B, 2);
      const cs = instances(C, 3);
      thread("nested", () => {
        for (const a of as) {
          a.n = 1;
          for (const b of bs) {
            for (const c of cs) { if (c === cs[1]) continue; c.n++; if (b === bs[1]) break; }
          }
        }
        assert(cs[0].n === 2 && cs[1].n === 0);
        atomic(() => {
          for (const b of bs) { for (const c of cs) { if (c.n === 0) continue; b.n = b.n + c.n; break; } }
        });
        assert(bs[0].n === 2 && bs[1].n === 2);
      });
      thread("stores", () => { for (const b of bs) b.n = 0; });`,
    fails: ["assert"],
  },
  {
    name: "a walk whose element is deleted under it",
    text: `${LISTS}
      initially(() => { for (const i of items) list_add_tail(i, heads[0].first); });
      thread("walks", () => { for (const i of heads[0].first) { i.n = 1; if (i === items[1]) break; } });
      thread("deletes", () => { list_del(items[0]); list_add(items[0], heads[0].second); });`,
    fails: ["list-changed-under-walk"],
  },
  {
    name: "a safe walk loads its second element apart from the first",
    text: `
      class Head { first = list<Item>(); }
      class Item { seen = 0; }
      const head = new Head();
      const item = new Item();
      initially(() => { list_add(item, head.first); });
      thread("walk", () => { for (const i of list_for_each_entry_safe(head.first)) i.seen = 1; });
      thread("remove", () => { list_del(item); });`,
    fails: ["list-changed-under-walk"],
  },
  {
    name: "walks that delete their own element, the safe way and not",
    text: `${LISTS}
      initially(() => { for (const i of items) list_add(i, heads[0].first); });
      thread("safe", () => {
        for (const i of list_for_each_entry_safe(heads[0].first)) {
          if (i === items[1]) continue;
          list_del(i);
          i.n = 1;
        }
        assert(items[0].n === 1 && items[1].n === 0 && items[2].n === 1);
        assert(heads[0].first.has(items[1]) && !list_empty(heads[0].first));
        for (const i of heads[0].first) { if (maybe()) list_del(i); }
      });`,
    fails: ["list-changed-under-walk"],
  },
  {
    name: "two list fields with elements of one class",
    text: `${LISTS}
      thread("a", () => {
        list_add(items[0], heads[0].first);
        list_add(items[1], heads[1].second);
        atomic(() => { list_del(items[0]); list_add(items[0], heads[1].second); });
        atomic(() => { list_del(items[0]); list_del(items[1]); list_add_tail(items[1], heads[1].second); });
        assert(!heads[1].second.has(items[0]));
      });
      thread("b", () => { list_add(items[2], heads[1].first); list_del(items[2]); list_del(items[1]); });
      invariant("home", () => heads.every((h) => h.first.every((i) => !h.second.has(i))));`,
    fails: ["list-corruption"],
  },
  {
    name: "procedures with values: in conditions, twice in one expression, as their own arguments",
    text: `
      let x = 1;
      let y = 0;
      function get(n: number): number { if (n > 2) return n; const v = x; if (v > 1) return v; return 0; }
      function dec(n: number, k: number): number { n = n - k; return n; }
      function any(): boolean { return get(0) === 0 || get(1) > 1; }
      thread("a", () => {
        assert(dec(5, dec(3, 1)) === 3);
        y = get(0) + get(5) * get(0);
        if (any() && !(get(1) === 9)) y = dec(y, 1); else y = 100;
        assert(y !== 100);
      });
      thread("b", () => { x = 4; });`,
    fails: [],
  },
  {
    name: "arrow functions that assign variables around them",
    text: `
      let x = 0;
      function twice(body: () => void): number { body(); body(); return 1; }
      function guarded(n: number, body: () => void): number { body(); return n; }
      function outer(body: () => void) { let k = 0; const r = twice(() => { k++; body(); }); assert(k === 2 && r === 1); }
      thread("a", () => {
        let n = 0;
        outer(() => { n = n + 2; x = n; });
        assert(n === 4);
        assert(guarded(n, () => { n = 9; }) === 4);
        assert(n + guarded(1, () => { n = 1; }) === 10);
        n += guarded(5, () => { n = 50; });
        assert(n === 6);
        atomic(() => { const r = guarded(x, () => { x = 8; }); assert(r !== 8 && x === 8); });
      });
      thread("b", () => { x = 7; });`,
    fails: [],
  },
  {
    name: "lists and sets passed by reference",
    text: `${LISTS}
      class Group { members = set<Item>(); names = set<string>(); }
      const group = new Group();
      function put(i: Item, to: List<Item>) { i.home = heads[1]; list_add(i, to); }
      function join(i: Item, to: AbstractSet<Item>) { if (!to.has(i)) to.add(i); to.add(i); }
      function leave(i: Item, from: AbstractSet<Item>, body: () => void) { body(); from.delete(i); }
      initially(() => { for (const i of items) i.home = heads[0]; });
      thread("a", () => {
        atomic(() => { put(items[0], items[0].home!.first); });
        assert(heads[0].first.has(items[0]));
        let h = heads[0];
        for (const i of h.second) { h = heads[1]; i.n = 5; }
        join(items[0], group.members);
        join(items[0], group.members);
        leave(items[2], group.members, () => { h = heads[1]; });
        assert(group.members.size === 1);
        group.names.add("b");
        group.names.add("a");
      });
      thread("b", () => { put(items[2], heads[1].first); });`,
    fails: [],
  },
  {
    name: "a list is looked at when it is asked, not before",
    text: `${LISTS}
      let which = 0;
      let picked = 0;
      function pick(): Item { picked = which; if (picked === 1) return items[1]; return items[0]; }
      function enlist(): Item { list_add(items[2], heads[1].first); return items[2]; }
      thread("asks", () => {
        const found = heads[0].first.has(pick());
        assert(found === (picked === 1));
        atomic(() => { assert(heads[1].first.has(enlist())); });
        if (list_empty(heads[1].first) || heads[1].first.has(items[0])) assert(false);
      });
      thread("adds", () => { atomic(() => { list_add(items[1], heads[0].first); which = 1; }); });`,
    fails: [],
  },
  {
    name: "continue and break in every kind of loop",
    text: `
      let x = 0;
      thread("a", () => {
        for (let i = 0; i < 4; i++) { if (i === 1) continue; if (i === 3) break; x += 1; }
        assert(x === 2);
        let n = 0;
        while (true) { n++; if (n < 3) continue; break; }
        do { n--; if (n === 1) continue; x = n; } while (n > 0);
        assert(x === 0);
        for (; x < 2; x++) {}
      });
      thread("b", () => { const r = x; assert(r < 3); });`,
    fails: [],
  },
];
