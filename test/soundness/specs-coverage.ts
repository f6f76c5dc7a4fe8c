/** Models that leave something unexplored: what the watch says of them is compared with the interpreter. */
import type { SmallSpec } from "./small-spec.js";

export const COVERAGE_SPECS: readonly SmallSpec[] = [
  {
    name: "what an atomic step stored decides which way it goes on",
    text: `
      let x = 0;
      let y = 0;
      class Cell { n = 0; }
      const cells = instances(Cell, 2);
      thread("a", () => {
        atomic(() => {
          x = 1;
          cells[1].n = 2;
          if (x === 1) y = 1;
          else y = 2;
          if (cells[0].n === 0 && cells[1].n === 2) y = y + 4;
          else y = 8;
        });
      });
    `,
    fails: [],
  },
  {
    name: "lists change under the eyes of the step that looks at them",
    text: `
      class Item { on = false; }
      class Head { items = list<Item>(); others = list<Item>(); }
      const head = new Head();
      const items = instances(Item, 2);
      let seen = 0;
      thread("mover", () => {
        list_add(items[0], head.items);
        atomic(() => {
          list_del(items[0]);
          list_add_tail(items[0], head.others);
          if (head.items.has(items[0])) seen = 1;
          else if (head.others.has(items[0])) seen = 2;
          else seen = 3;
        });
        for (const item of head.items) item.on = true;
        for (const item of list_for_each_entry_safe(head.others)) {
          if (item === items[1]) continue;
          list_del(item);
        }
        for (const item of items) if (item.on) break;
      });
    `,
    fails: [],
  },
  {
    name: "each choice goes its own way, and some choices wait",
    text: `
      let open = 1;
      let last = 0;
      class Gate { number = 0; }
      const gates = instances(Gate, 3);
      initially(() => { gates[1].number = 1; gates[2].number = 2; });
      thread("walker", () => {
        const gate = choose(gates);
        if (gate === gates[0]) last = 1;
        atomic(() => {
          const other = choose(gates);
          until(other.number === open);
          if (other === gates[2]) last = 2;
          else last = 3;
        });
        if (maybe() && maybe()) last = 4;
      });
    `,
    fails: [],
  },
  {
    name: "a check ends the way that it fails on",
    text: `
      let x: number = 0;
      class Node { next: Node | null = null; n = 0; }
      const nodes = instances(Node, 2);
      thread("a", () => {
        x = 1;
        assert(x === 1, "not yet");
        x = nodes[0].next!.n;
        x = 7;
      });
      thread("hopeless", () => {
        atomic(() => {
          x = 3;
          assert(x === 4, "reached by failing");
        });
      });
      thread("b", () => {
        if (maybe()) unreachable("never asked");
        x = 2;
      });
    `,
    fails: ["assert", "null-dereference"],
  },
  {
    name: "locks by name and through pointers, taken, tried and waited for",
    text: `
      class Cpu { lock = spinlock(); spare = spinlock(); ptr: Spinlock | null = null; }
      const cpus = instances(Cpu, 2);
      const quiet = spinlock();
      const table = rwlock();
      initially(() => { for (const cpu of cpus) cpu.ptr = cpus[0].lock; });
      thread("a", cpus, (cpu) => {
        const l = cpu.ptr!;
        spin_lock(l);
        read_lock(table);
        read_unlock(table);
        spin_unlock(l);
      });
      thread("b", () => {
        write_lock(table);
        write_unlock(table);
        spin_lock(quiet);
        if (spin_trylock(cpus[1].lock)) spin_unlock(cpus[1].lock);
        spin_unlock(quiet);
      });
    `,
    fails: [],
  },
  {
    name: "premises that hold, and that never do",
    text: `
      class Page { mapped = false; writable = false; owner: Page | null = null; shared = set<Page>(); }
      const pages = instances(Page, 2);
      let phase = 0;
      thread("mapper", () => {
        pages[0].mapped = true;
        phase = 1;
        pages[0].owner = pages[1];
      });
      invariant("only mapped pages are writable", () => pages.every((p) => !p.writable || p.mapped));
      invariant("mapped pages are not writable", () => pages.every((p) => !p.mapped || !p.writable));
      invariant("owners do not own", () => pages.every((p) => p.owner === null || p.owner!.owner === null));
      invariant("sharers are mapped", () => pages.every((p) => p.shared.every((s) => s.mapped)));
      invariant("late", () => (phase === 2 ? pages[0].mapped : true));
      invariant("owned and mapped", () => !(phase === 1) || !pages[0].mapped || pages[0].owner !== pages[0]);
    `,
    fails: [],
  },
  {
    name: "an end that comes",
    text: `
      let work = true;
      let done = 0;
      thread("a", () => { done++; });
      thread("daemon", () => { for (;;) { idle_until(work); work = false; } }, { daemon: true });
      at_end("done", () => done === 1);
    `,
    fails: [],
  },
  {
    name: "an end that never comes, since the environment goes on for ever",
    text: `
      let irq = false;
      let done = 0;
      thread("a", () => { done++; });
      environment("guest", () => { for (;;) irq = !irq; });
      at_end("done wrong", () => done === 7);
    `,
    fails: [],
  },
  {
    name: "cases of a switch, branches of either and rounds of repeat",
    text: `
      let x = 0;
      thread("a", () => {
        switch (x) {
          case 0: x = 1; break;
          case 1: break;
          case 2: x = 5;
          default: x = 4;
        }
        either(() => { x = 2; }, () => { x = 3; });
        repeat(2, () => { if (x === 3) x = 2; });
      });
    `,
    fails: [],
  },
];
