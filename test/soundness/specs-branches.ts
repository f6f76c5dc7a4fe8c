/** Small specs about switch, labels, either, repeat and choose. */
import type { SmallSpec } from "./small-spec.js";

export const BRANCH_SPECS: readonly SmallSpec[] = [
  {
    name: "switch: the value is loaded once, clauses fall through, default stands anywhere",
    text: `
      class Dev { state: "idle" | "busy" | "dead" = "idle"; n = 0; }
      const dev = new Dev();
      let seen = 0;
      function next(d: Dev): number {
        switch (d.state) {
          case "idle":
            d.state = "busy";
          case "busy":
            d.n++;
            break;
          default:
            return 9;
        }
        return d.n;
      }
      thread("a", () => {
        const r = next(dev);
        assert(r === 9 || r > 0);
        switch (r) { default: seen = 5; break; case 1: case 2: { const k = r; seen = k; } }
        switch (dev.n === 1) { case true: seen = 6; return; case false: seen = 7; }
        assert(seen === 7);
      });
      thread("b", () => { dev.state = "dead"; dev.state = "idle"; seen = 0; next(dev); });`,
    fails: ["assert"],
  },
  {
    name: "switch inside loops, loops inside switch, over references, in an atomic step",
    text: `
      class A { n = 0; }
      const as = instances(A, 3);
      let at: A | null = null;
      let x = 0;
      thread("a", () => {
        for (let i = 0; i < 3; i++) {
          switch (i) {
            case 0: continue;
            case 1: while (true) { if (x > 0) break; x = 1; }
              switch (x) { case 1: break; case 2: x = 7; }
              break;
            case 2: at = as[1];
          }
          x = x + 1;
        }
        atomic(() => { switch (at) { case as[0]: as[0].n = 1; break; case null: x = 9; case as[1]: as[1].n = x; } });
        for (const a of as) { switch (a) { case as[0]: continue; case as[1]: break; default: a.n = 4; } }
        assert(as[1].n !== 0);
      });
      thread("b", () => { x = 2; at = null; at = as[0]; });`,
    fails: ["assert"],
  },
  {
    name: "a switch over a param keeps one way",
    text: `
      const design = param<"a" | "b" | "c">("design", "b");
      let x = 0;
      thread("t", () => {
        switch (design) { case "a": x = 1; break; case "b": x = 2; case "c": x = 3; if (x === 2) break; default: x = 4; }
        switch (design) { case "a": x = 7; }
        assert(x === 4 || x === 2);
      });
      thread("u", () => { x = 2; });`,
    fails: [],
  },
  {
    name: "labels: out of nested loops, and on with the next round",
    text: `
      class Row { n = 0; cells = list<Cell>(); }
      class Cell { n = 0; }
      const rows = instances(Row, 2);
      const cells = instances(Cell, 2);
      let steps = 0;
      let stop = false;
      initially(() => { for (const c of cells) list_add_tail(c, rows[0].cells); });
      thread("a", () => {
        outer: for (const r of rows) {
          for (const c of r.cells) {
            if (stop) break outer;
            c.n++;
            if (c === cells[0]) continue;
            steps++;
            continue outer;
          }
          r.n = 1;
        }
        assert(rows[0].n === 0);
        assert(rows[1].n === 1);
        let i = 0;
        again: do { i++; for (;;) { if (i < 2) continue again; break again; } } while (i < 5);
        assert(i === 2);
        first: second: for (let k = 0; k < 4; k++) { for (;;) { if (k === 1) continue first; if (k === 2) break second; break; } steps = k; }
        done: { if (steps === 0) break done; steps = 8; }
      });
      thread("b", () => { stop = true; });`,
    fails: ["assert"],
  },
  {
    name: "either runs one branch, repeat a fixed number of rounds",
    text: `
      let x = 0;
      let y = 0;
      thread("a", () => {
        either(
          () => { x = 1; },
          () => { if (y === 0) return; x = 2; x = 3; },
          () => {},
        );
        y = x;
        repeat(3, (i) => { if (i === 1) return; y = y + i; });
        repeat(0, () => { y = 100; });
        repeat(1, (i) => { assert(i === 0); });
        atomic(() => { repeat(2, (i) => { either(() => { y = y + i; }, () => { y = y - 1; }); }); });
        assert(y < 6);
        repeat(2, () => { let fresh = 0; fresh++; assert(fresh === 1); });
      });
      thread("b", () => { y = 1; });`,
    fails: ["assert"],
  },
  {
    name: "either does not choose the branch that can go on",
    text: `
      let a = false;
      let b = false;
      let c = 0;
      thread("waits", () => { either(() => { until(a); c = 1; }, () => { until(b); c = 2; }); });
      thread("sets", () => { either(() => { a = true; }, () => { a = true; b = true; }); });`,
    fails: ["deadlock"],
  },
  {
    name: "choose from constants, and from lists and sets in memory",
    text: `
      class Item { n = 0; }
      class Pool { free = list<Item>(); readers = set<Thread>(); owner: Thread | null = null; }
      const pool = new Pool();
      const items = instances(Item, 2);
      const top = param("top", 3);
      let mode: "a" | "b" = "a";
      initially(() => { for (const i of items) list_add(i, pool.free); });
      thread("a", () => {
        const i = choose(pool.free);
        i.n = choose([1, 2, top, 2]);
        mode = choose(["a", "b"]);
        pool.owner = choose(pool.readers);
        const who = choose([items[0], null]);
        assert(who === null || who.n > 0);
        atomic(() => { const j = choose(pool.free); until(j.n > 0); list_del(j); });
      });
      thread("b", () => { pool.readers.add(current()); list_del(items[0]); });`,
    fails: ["assert", "deadlock", "list-corruption"],
  },
  {
    // The start; before x = 5 and before the rounds; the second round, cut off because the first touches nothing
    // shared; one end for each of x = 5 and x = 7.
    name: "steps: switch is one load, either and repeat are none",
    text: `
      let x = 3;
      thread("a", () => {
        switch (x) {
          case 1: x = 4;
          case 3: either(() => { x = 5; }, () => { repeat(2, (i) => { if (i === 1) x = 7; }); });
        }
      });`,
    fails: [],
    distinct: 6,
  },
  {
    // The start; three readers chosen from in one load each; one end for each.
    name: "steps: choosing from a set in memory is one load",
    text: `
      class A { n = 0; }
      class Pool { free = set<A>(); }
      const pool = new Pool();
      const as = instances(A, 3);
      initially(() => { for (const a of as) pool.free.add(a); });
      thread("a", () => { const a = choose(pool.free); a.n = choose([1, 1, 1]); });`,
    fails: [],
    distinct: 7,
  },
];
