/** Small specs about what one step is: atomic, waiting, choosing, checking. */
import type { SmallSpec } from "./small-spec.js";

export const STEP_SPECS: readonly SmallSpec[] = [
  {
    name: "atomic with branches and several stores to one variable",
    text: `
      let x = 0;
      let y = 0;
      thread("writer", () => {
        atomic(() => {
          x = 1;
          if (y === 0) x = 2; else { x = 3; x = x + 1; }
          if (x === 4) return;
          x = x * 10;
          y = x;
        });
      });
      thread("other", () => { y = 7; });
      invariant("no half step", () => x === 0 || x === 20 || x === 4);`,
    fails: [],
  },
  {
    name: "atomic inside atomic, through a procedure, with early returns",
    text: `
      let x = 0;
      function twice(): boolean {
        atomic(() => {
          if (x === 5) return;
          atomic(() => { x = x + 1; if (x === 5) return; x = x + 1; });
          x = x + 1;
        });
        return x > 3;
      }
      thread("one", () => { if (twice()) assert(x > 3); });
      thread("two", () => { atomic(() => { const big = twice(); if (big) x = x - 3; }); });
      invariant("whole steps", () => x === 0 || x === 3 || x === 6);`,
    fails: [],
  },
  {
    name: "a read that decides nothing is still an access",
    text: `
      const lock = spinlock();
      let x = 0;
      thread("tries", () => { const got = spin_trylock(lock); x = 1; if (got) { x = 2; spin_unlock(lock); } });
      thread("peeks", () => { atomic(() => { if (x === 1) return; }); x = 5; });
      thread("holds", () => { spin_lock(lock); const r = x; assert(r !== 5); spin_unlock(lock); });`,
    fails: ["assert"],
  },
  {
    name: "a local assigned several times in one step, and stores read again",
    text: `
      let x = 1;
      let y = 0;
      thread("t", () => {
        let n = x;
        n = n + 1;
        n = n * n;
        atomic(() => { x = n; n = x + 1; y = n; n = y + x; x = n; });
        if (n > 8) n = 8;
        y = n;
      });
      thread("u", () => { x = 3; });`,
    fails: [],
  },
  {
    name: "a variable and a local of one name, both assigned twice",
    text: `
      let x = 0;
      let z = 0;
      thread("t", () => {
        let n = 0;
        atomic(() => { x = 1; x = 2; let z_ = x; z_ = z_ + 1; z = z_; z = z + 1; n = z; n = n + 1; });
        { let x2 = n; let x = x2; x = x + 1; z = x; }
        assert(z === 6);
      });`,
    fails: [],
  },
  {
    name: "waits on disjunctions and on some",
    text: `
      class Cpu { on = false; idle = true; }
      const cpus = instances(Cpu, 2);
      let go = false;
      thread("waits", () => {
        atomic(() => { until(go || cpus.some((c) => c.on && !c.idle)); go = false; });
        until(go);
        atomic(() => {
          const all = cpus.every((c) => c.on);
          until(all ? cpus.some((c) => c.on === all) : go);
        });
      });
      thread("acts", cpus, (c) => { c.on = true; c.idle = false; go = true; });`,
    fails: ["deadlock"],
  },
  {
    name: "a choice before an acquire, at the entry and inside a procedure",
    text: `
      class Cpu { lock = spinlock(); busy = false; }
      const cpus = instances(Cpu, 2);
      function lock_one(c: Cpu): number { atomic(() => { until(!c.busy); c.busy = true; }); return 1; }
      thread("picks", () => { const c = choose(cpus); spin_lock(c.lock); c.busy = false; spin_unlock(c.lock); });
      thread("takes", () => {
        const c = choose(cpus);
        atomic(() => { const n = lock_one(c); });
        spin_lock(cpus[0].lock);
      });`,
    fails: ["deadlock", "lock-held-at-exit"],
  },
  {
    name: "a choice is made before the thread waits, not so that it need not",
    text: `
      class Cpu { on = false; }
      const cpus = instances(Cpu, 2);
      function wait(c: Cpu): number { until(c.on); return 1; }
      thread("a", () => { const v = choose(cpus); atomic(() => { const r = wait(v); cpus[0].on = r === 1; }); });
      thread("b", () => { cpus[0].on = true; });`,
    fails: ["deadlock"],
  },
  {
    name: "choices inside atomic steps that wait",
    text: `
      class Cpu { on = false; }
      const cpus = instances(Cpu, 2);
      function pick(): Cpu { return choose(cpus); }
      thread("a", () => {
        atomic(() => {
          const v = pick();
          const w = pick();
          until(v.on && !w.on && cpus.some((v_choice) => v_choice === v));
          v.on = false;
          w.on = true;
        });
      });
      thread("b", () => { cpus[0].on = true; if (maybe()) cpus[0].on = false; });`,
    fails: ["deadlock"],
  },
  {
    name: "waits for work beside waits for others in one step",
    text: `
      let open = false;
      let work = 0;
      thread("server", () => { for (;;) { atomic(() => { until(open); idle_until(work === 1); until(work > 0 || !open); work = 0; }); } });
      thread("other", () => { for (;;) { atomic(() => { idle_until(work === 1); until(!open); work = 0; }); } });
      thread("client", () => { if (maybe()) open = true; if (maybe()) work = 1; });`,
    fails: ["deadlock"],
  },
  {
    name: "several waits in one step, with a check and a branch between them",
    text: `
      let a = 0;
      let b = 0;
      let done = false;
      thread("waits", () => {
        atomic(() => {
          until(a > 0);
          assert(a < 3);
          const n = a + b;
          if (n !== 1) until(b === 1 || n === 4);
          else until(b === 2);
          done = true;
        });
      });
      thread("first", () => { a = 1; if (maybe()) a = 2; });
      thread("second", () => { b = 1; until(done); if (maybe()) a = 3; b = 2; });`,
    fails: [],
  },
  {
    name: "rest is waiting for work, and only that",
    text: `
      let work = 0;
      let mode = false;
      let reply = false;
      thread("daemon", () => {
        for (;;) {
          atomic(() => { if (mode) idle_until(work === 1); else until(work === 1 || mode); work = 0; });
          reply = true;
        }
      });
      thread("client", () => { work = 1; if (maybe()) mode = true; until(reply); });`,
    fails: ["deadlock"],
  },
  {
    name: "a check that fails behind a store of the same step",
    text: `
      let x = 0;
      let y = 0;
      thread("a", () => {
        let n = x;
        atomic(() => { x = 5; n = x + n; y = n; assert(y === 5); y = 6; x = 7; });
        y = n;
      });
      thread("b", () => { x = 1; until(y === 6); });`,
    fails: ["assert", "deadlock"],
  },
  {
    name: "two checks that fail; the other threads go on",
    text: `
      const lock = spinlock();
      class Node { next: Node | null = null; n = 0; }
      const nodes = instances(Node, 2);
      let turn = 0;
      thread("a", () => { spin_unlock(lock); turn = 9; });
      thread("b", () => { nodes[0].next!.n = 1; });
      thread("c", () => { spin_lock(lock); turn = 1; spin_lock(lock); turn = 2; });
      invariant("stopped before 9", () => turn !== 9);`,
    fails: ["null-dereference", "self-deadlock", "unlock-not-held"],
  },
  {
    name: "threads that do nothing, or nothing that others see",
    text: `
      let x = 0;
      thread("empty", () => {});
      thread("forever", () => { for (;;) {} });
      thread("counts", () => { let n = 0; do { n++; } while (n < 3); while (n > 0) n--; x = n + 1; });
      thread("flips", () => { while (maybe()) { if (maybe()) break; } });
      thread("stores", () => { for (;;) { x = 2; } });`,
    fails: [],
  },
  {
    name: "a step too large to stay in one piece",
    text: `
      class Cell { a = 0; b = 0; }
      const cells = instances(Cell, 6);
      let n = 0;
      let late = false;
      thread("local", () => {
        let k = n;
        ${Array.from({ length: 12 }, (_, i) => `if (k < ${i + 1}) k++;`).join(" ")}
        n = k;
      });
      thread("atomic", () => {
        let k = 0;
        atomic(() => { for (const c of cells) { if (c.a === 0) c.b = 1; else k++; } n = n + k; });
        late = true;
      });
      thread("other", () => { cells[5].a = 1; });
      invariant("all or none", () => late || cells.every((c) => c.b === 0) || cells[0].b === 1);`,
    fails: [],
  },
];
