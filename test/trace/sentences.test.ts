/** The failed check in one sentence, for each check, on the shortest run that fails it. */
import { describe, expect, it } from "vitest";
import { sentence, shortest } from "./shortest.js";

const LOCKS =
  "class Cpu { lock = spinlock(); other: Cpu | null = null; run = list<Task>(); n = 0; } class Task { done = false; }\n" +
  "const cpus = instances(Cpu, 2); const tasks = instances(Task, 1); const rw = rwlock(); const tick = timer();\n";

describe("the sentence of", () => {
  it("unlock-not-held says who holds the lock, or that nobody does", () => {
    const stranger = `${LOCKS} thread("a", () => { spin_lock(cpus[0].lock); for (;;) until(cpus[0].n === 1); });
      thread("b", () => { until(cpus[0].lock.owner !== null); spin_unlock(cpus[0].lock); });`;
    expect(sentence(stranger, "unlock-not-held")).toMatchInlineSnapshot(
      `
      "CPU1 (b) releases cpu0.lock, which CPU0 (a) holds since step 1
      CPU0 took it in step 1 (line 3); CPU1 holds no lock here."
    `,
    );
    const nobody = `${LOCKS} thread("a", () => { read_unlock(rw); });`;
    expect(sentence(nobody, "unlock-not-held")).toMatchInlineSnapshot(
      `
      "CPU0 (a) releases rw, which nobody holds
      CPU0 holds no lock here."
    `,
    );
  });

  it("self-deadlock says since when the thread has held it", () => {
    const source = `${LOCKS} thread("a", () => { spin_lock(cpus[1].lock); cpus[0].n = 1; spin_lock(cpus[1].lock); });`;
    expect(sentence(source, "self-deadlock")).toMatchInlineSnapshot(
      `
      "CPU0 (a) waits for itself: it wants cpu1.lock, which it has held since step 1
      CPU0 took cpu1.lock in step 1 (line 3), and nobody else can give it back."
    `,
    );
    const upgrade = `${LOCKS} thread("a", () => { read_lock(rw); write_lock(rw); });`;
    expect(sentence(upgrade, "self-deadlock")).toMatchInlineSnapshot(
      `
      "CPU0 (a) waits for itself: it wants rw, which it has held since step 1
      CPU0 reads under rw since step 1 (line 3), and a writer waits until no reader is left."
    `,
    );
  });

  it("null-dereference shows the statement and what it read", () => {
    const source = `${LOCKS} thread("a", () => { spin_lock(cpus[0].other!.lock); });`;
    expect(sentence(source, "null-dereference")).toMatchInlineSnapshot(
      `"CPU0 (a) follows a null pointer in \`spin_lock(cpus[0].other!.lock);\`: cpu0.other = null"`,
    );
  });

  it("list-corruption says where the element is", () => {
    const twice = `${LOCKS} thread("a", () => { list_add(tasks[0], cpus[0].run); list_add(tasks[0], cpus[1].run); });`;
    expect(sentence(twice, "list-corruption")).toMatchInlineSnapshot(
      `"CPU0 (a) executes \`list_add(tasks[0], cpus[1].run);\` while task0 is on cpu0.run"`,
    );
    const none = `${LOCKS} thread("a", () => { list_del(tasks[0]); });`;
    expect(sentence(none, "list-corruption")).toMatchInlineSnapshot(
      `"CPU0 (a) executes \`list_del(tasks[0]);\` while task0 is on no list"`,
    );
  });

  it("list-changed-under-walk names the element that left", () => {
    const source = `${LOCKS} initially(() => { list_add(tasks[0], cpus[0].run); });
      thread("walker", () => { for (const t of cpus[0].run) t.done = true; });
      thread("mover", () => { list_del(tasks[0]); list_add(tasks[0], cpus[1].run); });`;
    expect(sentence(source, "list-changed-under-walk")).toMatchInlineSnapshot(
      `
      "CPU0 (walker) walks on from task0, which is no longer on cpu0.run
      CPU1 has taken task0 off in step 3 (line 5)."
    `,
    );
  });

  it("assert shows the claim and the values", () => {
    const library = `${LOCKS} thread("a", () => { set_timer(tick); });`;
    expect(sentence(library, "assert")).toMatchInlineSnapshot(
      `"CPU0 (a) finds "the timer is initialised" false: tick.status is "invalid""`,
    );
    const own = `${LOCKS} thread("a", () => { assert(cpus[0].n === 1, "one is counted"); });`;
    expect(sentence(own, "assert")).toMatchInlineSnapshot(
      `"CPU0 (a) finds "one is counted" false: cpu0.n is 0, not 1"`,
    );
  });

  it("use-after-free says who freed it", () => {
    const pools = `class Req { n = 0; lock = spinlock(); } class Queue { items = list<Req>(); }
      const reqs = pool(Req, 1, "req"); const queue = new Queue(); let req: Req | null = null;
      initially(() => { req = alloc(reqs); });`;
    const used = `${pools} thread("a", () => { const r = req!; spin_lock(r.lock); }); thread("b", () => { free(req); });`;
    expect(sentence(used, "use-after-free")).toMatchInlineSnapshot(
      `
      "CPU0 (a) uses req0 in \`spin_lock(r.lock);\`, after CPU1 (b) freed it in step 2
      CPU0 got the pointer from req in step 1 (line 3)."
    `,
    );
    const twice = `${pools} thread("a", () => { free(req); free(req); });`;
    expect(sentence(twice, "use-after-free")).toMatchInlineSnapshot(
      `
      "CPU0 (a) frees req0 in \`free(req);\` once more, after freeing it in step 1
      CPU0 got the pointer from req in step 1 (line 3)."
    `,
    );
    const initial = `${pools} initially(() => { free(req); }); thread("a", () => { req!.n = 1; });`;
    expect(sentence(initial, "use-after-free")).toMatchInlineSnapshot(
      `"CPU0 (a) uses req0 in \`req!.n = 1;\`, and it is not allocated"`,
    );
    const head = `class Q { all = list<Req>(); } class Req { n = 0; } const qs = pool(Q, 1); const req = new Req();
      thread("a", () => { const q = alloc(qs)!; list_add(req, q.all); free(q); });`;
    expect(sentence(head, "list-corruption")).toMatchInlineSnapshot(
      `"CPU0 (a) frees q0 while there are elements on q0.all"`,
    );
    const linked = `${pools} thread("a", () => { list_add(req!, queue.items); free(req); });`;
    expect(sentence(linked, "list-corruption")).toMatchInlineSnapshot(
      `"CPU0 (a) frees req0 while it is on queue.items"`,
    );
  });

  it("an index outside an array is an assert", () => {
    const source = `${LOCKS} thread("a", () => { const i = cpus[0].n; cpus[i + 2].n = 1; });`;
    expect(sentence(source, "assert")).toMatchInlineSnapshot(
      `"CPU0 (a) finds "the index is inside the array (0..1)" false: i + 2 is 2, not less than 2"`,
    );
  });

  it("an invariant shows its name and what it read", () => {
    const source = `${LOCKS} invariant("small", () => cpus.every((c) => c.n < 1)); thread("a", cpus, (c) => { c.n++; });`;
    expect(sentence(source, "invariant", "small")).toMatchInlineSnapshot(
      `
      ""small" is false for cpu0: cpu0.n is 1, not less than 1
      CPU0 makes it false in step 1 (line 3)."
    `,
    );
  });

  it("a deadlock says who waits for whom, and leaves out who rests", () => {
    const abba = `${LOCKS} thread("a", () => {
        spin_lock(cpus[0].lock); spin_lock(cpus[1].lock); spin_unlock(cpus[1].lock); spin_unlock(cpus[0].lock);
      });
      thread("b", () => {
        spin_lock(cpus[1].lock); spin_lock(cpus[0].lock); spin_unlock(cpus[0].lock); spin_unlock(cpus[1].lock);
      });
      thread("rests", () => { idle_until(cpus[0].n === 7); });`;
    const told = shortest(abba, { check: "deadlock", invariant: undefined });
    expect(told.failure.message).toMatchInlineSnapshot(`"CPU0 (a) and CPU1 (b) wait for each other"`);
    expect(told.blocked).toMatchObject([
      { thread: "a", waitingFor: "cpu1.lock", heldBy: ["b"], heldSince: 2 },
      { thread: "b", waitingFor: "cpu0.lock", heldBy: ["a"], heldSince: 1 },
    ]);
    expect(told.threads.map(({ name }) => name)).toEqual(["a", "b"]);
    const recursive = `class Range { lock = rspinlock(); } const ranges = instances(Range, 2);
      function both(first: Range, second: Range) {
        spin_lock_recursive(first.lock); spin_lock_recursive(second.lock);
        spin_unlock_recursive(second.lock); spin_unlock_recursive(first.lock);
      }
      thread("a", () => both(ranges[0], ranges[1]));
      thread("b", () => both(ranges[1], ranges[0]));`;
    expect(sentence(recursive, "deadlock")).toMatchInlineSnapshot(
      `
      "CPU0 (a) and CPU1 (b) wait for each other
      CPU0 waits for range1.lock (line 3); CPU1 has held it since step 2 (line 3).
      CPU1 waits for range0.lock (line 3); CPU0 has held it since step 1 (line 3)."
    `,
    );
    const lost = `${LOCKS} thread("a", () => { until(cpus[0].n === 1); });`;
    expect(sentence(lost, "deadlock")).toMatchInlineSnapshot(
      `"CPU0 (a) waits for cpu0.n to become 1, and nobody is left who could end the wait"`,
    );
    const timerWait = `${LOCKS} initially(() => { init_timer(tick); set_timer(tick); });
      thread("softirq", () => { execute_timer(tick, () => { spin_lock(cpus[0].lock); spin_unlock(cpus[0].lock); }); });
      thread("killer", () => { spin_lock(cpus[0].lock); kill_timer(tick); spin_unlock(cpus[0].lock); });`;
    expect(sentence(timerWait, "deadlock")).toMatchInlineSnapshot(
      `
      "CPU0 (softirq) and CPU1 (killer) wait for each other
      CPU0 waits for cpu0.lock (line 4); CPU1 has held it since step 2 (line 5).
      CPU1 waits for the handler of tick to end (line 5); CPU0 has been running it since step 1 (line 4)."
    `,
    );
  });
});

describe("rows", () => {
  it("keep the rounds of a loop apart, and the parts of a statement together unless another thread comes between", () => {
    const source = `class C { n = 0; } const c = new C();
      thread("a", () => { for (let i = 0; i < 3; i++) c.n++; });
      invariant("below three", () => c.n < 3);`;
    const told = shortest(source, { check: "invariant", invariant: "below three" });
    expect(told.steps.map(({ effects }) => effects.map(({ from, to }) => `${from} → ${to}`).join())).toEqual([
      "0 → 1",
      "1 → 2",
      "2 → 3",
    ]);
    const race = `class C { n = 0; } const c = new C();
      thread("a", () => { c.n++; }); thread("b", () => { c.n++; });
      thread("c", () => { until(c.n === 1); });
      invariant("two", () => c.n !== 1);`;
    const lost = shortest(race, { check: "invariant", invariant: "two" });
    expect(lost.steps.map(({ thread, text }) => `${thread}: ${text}`)).toEqual(["a: c.n++;"]);
  });
});
