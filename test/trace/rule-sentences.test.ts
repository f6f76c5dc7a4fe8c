/** What is said where a rule about locks, contexts or values is broken, and of what the library waits for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stepWords } from "../../src/report/brief.js";
import { LIBRARY_WAITS } from "../../src/trace/waits.js";
import { repository } from "../support/source-tree.js";
import { sentence, shortest } from "./shortest.js";

const TWO = "const a = spinlock(); const b = spinlock(); let n = 0;";
const CPU = "const cpus = instances(Cpu, 1); const l = spinlock(); const m = mutex(); let n = 0;";

describe("the sentence of", () => {
  it("lock-order names both locks, and who can meet the thread halfway", () => {
    const source = `${TWO} lock_order(a, b); thread("t", () => { spin_lock(b); spin_lock(a); spin_unlock(a); spin_unlock(b); });`;
    expect(sentence(source, "lock-order")).toMatchInlineSnapshot(`
      "CPU0 (t) takes a while it holds b (since step 1): the declared order is the other way round
      Somebody who takes them in the declared order, a first, can meet CPU0 halfway: then each waits for the other."
    `);
  });

  it("lock-order names of several locks that are held the one that comes later", () => {
    const source = `${TWO} const c = spinlock(); lock_order(a, b);
      thread("t", () => { spin_lock(c); spin_lock(b); spin_lock(a); });`;
    expect(sentence(source, "lock-order")).toContain("takes a while it holds b (since step 2):");
  });

  it("sleep-in-atomic says what must not sleep", () => {
    const locked = `${CPU} thread("t", () => { spin_lock(l); mutex_lock(m); mutex_unlock(m); spin_unlock(l); });`;
    expect(sentence(locked, "sleep-in-atomic")).toMatchInlineSnapshot(`
      "CPU0 (t) sleeps in \`mutex_lock(m);\` while it holds l (since step 1)
      Nobody else could run there until it wakes, and so perhaps nobody could wake it."
    `);
    const off = `${CPU} thread("t", cpus, () => { local_irq_disable(); might_sleep(); local_irq_enable(); });`;
    expect(sentence(off, "sleep-in-atomic")).toMatchInlineSnapshot(`
      "cpu0 (t(cpu0)) sleeps in \`might_sleep();\` with interrupts off
      Nobody else could run there until it wakes, and so perhaps nobody could wake it."
    `);
    const handler = `${CPU} hardirq("irq", cpus, () => { mutex_lock(m); mutex_unlock(m); }, { times: 1 });`;
    expect(sentence(handler, "sleep-in-atomic")).toMatchInlineSnapshot(`
      "cpu0 (irq(cpu0)) sleeps in \`mutex_lock(m);\` in a handler
      Nobody else could run there until it wakes, and so perhaps nobody could wake it."
    `);
  });

  it("guarded-by names the lock, and who has it", () => {
    const nobody = `${TWO} guarded_by(() => n, () => a); thread("t", () => { spin_lock(b); n = 1; spin_unlock(b); });`;
    expect(sentence(nobody, "guarded-by")).toMatchInlineSnapshot(`
      "CPU0 (t) uses n in \`n = 1;\` without a, which guards it, while it holds b (since step 1)
      Whoever takes that lock relies on nobody doing this."
    `);
    const moved = `class Rq { lock = spinlock(); n = 0; } const rqs = instances(Rq, 2); let at: Rq | null = null; initially(() => { at = rqs[0]; });
      guarded_by((rq: Rq) => rq.n, (rq: Rq) => rq.lock);
      thread("adds", () => { const lock = at!.lock; spin_lock(lock); at!.n = 1; spin_unlock(lock); });
      thread("moves", () => { spin_lock(rqs[1].lock); at = rqs[1]; until(n === 1); spin_unlock(rqs[1].lock); });
      let n = 0;`;
    expect(sentence(moved, "guarded-by")).toMatchInlineSnapshot(`
      "CPU0 (adds) uses Rq.n in \`at!.n = 1;\` without rq1.lock, which guards it, while it holds rq0.lock (since step 2)
      CPU1 holds rq1.lock since step 3 (line 4), and relies on nobody doing this.
      CPU0 has read at = rq0 in step 1 (line 3); CPU1 changes it to rq1 in step 4 (line 4)."
    `);
  });

  it("wrap shows the number's range", () => {
    const field = `class Dev { refs = nowrap(u8(255)); } const dev = new Dev(); thread("t", () => { dev.refs++; });`;
    expect(sentence(field, "wrap")).toMatchInlineSnapshot(
      `"CPU0 (t) leaves the range 0..255 in \`dev.refs++;\`: dev.refs = 255"`,
    );
    const below = `class Dev { users = int(0, 2, 0); } const dev = new Dev(); thread("t", () => { dev.users--; });`;
    expect(sentence(below, "wrap")).toMatchInlineSnapshot(
      `"CPU0 (t) leaves the range 0..2 in \`dev.users--;\`: dev.users = 0"`,
    );
  });

  it("lock-held-at-exit says which lock, and since when", () => {
    const source = `${TWO} thread("t", () => { spin_lock(a); n = 1; });`;
    expect(sentence(source, "lock-held-at-exit")).toMatchInlineSnapshot(`
      "CPU0 (t) ends and still holds a, taken in step 1
      No step of the way out that was taken here gives it back: the next who wants it waits for ever."
    `);
  });

  it("irq-unsafe says in which contexts the lock is taken, and what happens where they meet", () => {
    const met = `${CPU} thread("t", cpus, () => { spin_lock(l); spin_unlock(l); });
      hardirq("irq", cpus, () => { spin_lock(l); spin_unlock(l); }, { times: 1 });`;
    expect(sentence(met, "irq-unsafe")).toMatchInlineSnapshot(`
      "cpu0 (irq(cpu0)) takes l in a hardirq handler, and elsewhere it is taken with interrupts on
      It has been held since step 1 (line 1) by t(cpu0), which cannot go on before this handler returns: the handler would wait for ever."
    `);
    const apart = `const cpus = instances(Cpu, 2); const l = spinlock();
      hardirq("irq", cpus[0], () => { spin_lock(l); spin_unlock(l); }, { times: 1 });
      thread("t", () => { spin_lock(l); spin_unlock(l); });`;
    expect(sentence(apart, "irq-unsafe")).toMatchInlineSnapshot(`
      "CPU0 (t) takes l with interrupts on, and a hardirq handler takes it, too
      In step 2 (line 2) it was taken by cpu0 (irq(cpu0)): where the handler comes over whoever holds it, on one CPU, both wait for ever."
    `);
  });

  it("list-corruption and what led to it", () => {
    const race = `class Task { queued = false; } const tasks = instances(Task, 1); class Rq { run = list<Task>(); } const rq = new Rq();
      function enqueue() { if (!tasks[0].queued) { tasks[0].queued = true; list_add(tasks[0], rq.run); } }
      thread("a", () => enqueue()); thread("b", () => enqueue());`;
    expect(sentence(race, "list-corruption")).toMatchInlineSnapshot(`
      "CPU1 (b) executes \`list_add(tasks[0], rq.run);\` while task0 is on rq.run
      CPU0 has set rq.run to [task0] in step 4 (line 2).
      CPU1 has read task0.queued = false in step 2 (line 2) and goes on with that; CPU0 changes it to true in step 3 (line 2)."
    `);
  });
});

describe("a wait inside the library", () => {
  const WAITS: readonly (readonly [string, string, string])[] = [
    [
      "a completion",
      "complete(done)",
      `const done = completion(); thread("t", () => { wait_for_completion(done); });`,
    ],
    [
      "a semaphore",
      "up(sem)",
      `const sem = semaphore(); initially(() => { sema_init(sem, 0); }); thread("t", () => { down(sem); });`,
    ],
    [
      "an rcuwait",
      "rcuwait_wake_up(w)",
      `const w = rcuwait(); let n = 0; thread("t", () => { rcuwait_wait_event(w, () => n === 1); });`,
    ],
    [
      "a wait queue",
      "a wake-up on wq",
      `const wq = wait_queue(); let n = 0; thread("t", () => { wait_event(wq, () => n === 1); });`,
    ],
    [
      "work",
      "w to finish",
      `const w = work(); thread("t", () => { schedule_work(w); flush_work(w); }); thread("worker", () => { run_work(w, () => { until(n === 1); }); }); let n = 0;`,
    ],
    [
      "a grace period",
      "a grace period",
      `let n = 0; thread("t", () => { until(n === 1); synchronize_rcu(); }); thread("reads", () => { rcu_read_lock(); n = 1; until(n === 2); rcu_read_unlock(); });`,
    ],
  ];
  it.each(WAITS)("for %s is called what the kernel calls it: %s", (_, words, source) => {
    const { blocked } = shortest(source, { check: "deadlock", invariant: undefined });
    const own = blocked.find(({ thread }) => thread === "t");
    expect(own?.waitingFor).toBe(words);
  });

  it("has a name, or takes a lock that has one", () => {
    const folder = join(repository, "src/library");
    for (const file of readdirSync(folder)) {
      const functions = readFileSync(join(folder, file), "utf8").split(/^export (?=function|class)/m);
      for (const text of functions) {
        const name = /^function (\w+)/.exec(text)?.[1];
        if (name === undefined || !/(?<!idle_)until\(/.test(text)) continue;
        expect(/\bacquires\(|\.(?:read|write)?lock\(/.test(text) || name in LIBRARY_WAITS, name).toBe(true);
      }
    }
  });
});

describe("a thread that spins without getting anywhere", () => {
  it("is told once, and how often", () => {
    const source = `let ready = 0;
      thread("waits", () => { let n = 0; while (ready === 0 && n < 3) n++; assert(ready === 1, "in time"); });
      thread("sets", () => { ready = 1; });`;
    const told = shortest(source, { check: "assert", invariant: undefined });
    expect(stepWords(told.steps[0]!, told)).toBe("reads ready = 0 (spins, 4 times)");
    expect(told.steps.map(({ text, repeats }) => [text, repeats])).toMatchInlineSnapshot(`
      [
        [
          "while (ready === 0 && n < 3)",
          4,
        ],
        [
          "assert(ready === 1, "in time");",
          undefined,
        ],
      ]
    `);
  });
});
