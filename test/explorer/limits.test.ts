/** What the explorer does where a model is too large, or has no end, or where somebody has seen enough. */
import { describe, expect, test } from "vitest";
import { type Exploration, explore, exploreSync, type Progress } from "../../src/explorer/explore.js";
import { compileText } from "../support/compile.js";
import { expectRun, expectSameExploration } from "./agreement.js";

const ENDLESS = compileText(`
  let x = 0;
  let flag = false;
  thread("counts", () => { for (;;) { x = x + 1; } });
  thread("flips", () => { for (;;) { flag = !flag; } });
`);

const manyValues = (count: number) =>
  compileText(`
    let x = 0; let y = false; let z = 0;
    thread("counts", () => { while (x < ${count}) { x = x + 1; } });
    thread("flips", () => { y = true; });
    thread("ticks", () => { while (z < 5) { z = z + 1; } });
  `);

describe("limits", () => {
  test("of states", () => {
    const explored = exploreSync(ENDLESS, { maxStates: 5000 });
    expect(explored).toMatchObject({ complete: false, stoppedBy: "states" });
    expect(explored.distinct).toBeGreaterThan(5000);
    expect(explored.distinct).toBeLessThan(20_000);
  });

  test("of memory", () => {
    const explored = exploreSync(ENDLESS, { maxBytes: 1_000_000 });
    expect(explored).toMatchObject({ complete: false, stoppedBy: "memory" });
    expect(explored.bytes).toBeLessThan(4_000_000);
  });

  test("that are not met change nothing", () => {
    const model = manyValues(20);
    const { distinct } = exploreSync(model);
    expect(exploreSync(model, { maxStates: distinct })).toMatchObject({ complete: true, distinct });
    expect(exploreSync(model, { maxStates: distinct - 1 })).toMatchObject({ complete: false });
  });

  test("of numbers and of store buffers: what TLC would stop at", () => {
    const tooLarge = compileText(
      'let x = 1; thread("a", () => { for (let i = 0; i < 40; i++) { x = x * 2; } });',
    );
    expect(exploreSync(tooLarge)).toMatchObject({ complete: false, stoppedBy: "overflow" });
    const running = compileText(
      `let x = 0; thread("a", () => { for (;;) { x = 1; } });
       export default cases({ title: "t", c: { memory: "tso", expect: holds(), why: "w" } });`,
    );
    expect(exploreSync(running)).toMatchObject({ complete: false, stoppedBy: "overflow" });
  });
});

describe("signals and progress", () => {
  test("a signal ends the search, and timers get their turn", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const explored = await explore(ENDLESS, { signal: controller.signal, maxStates: 50_000_000 });
    expect(explored).toMatchObject({ complete: false, stoppedBy: "signal" });
  });

  test("a signal that came before", () => {
    const explored = exploreSync(ENDLESS, { signal: AbortSignal.abort() });
    expect(explored).toMatchObject({ complete: false, stoppedBy: "signal", distinct: 1 });
  });

  test("progress only grows and ends with what was found", async () => {
    const seen: Progress[] = [];
    const explored = await explore(manyValues(2000), { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map(({ distinct }) => distinct)).toEqual(
      seen.map(({ distinct }) => distinct).toSorted((a, b) => a - b),
    );
    expect(seen.at(-1)).toEqual({ distinct: explored.distinct, queue: 0, depth: explored.depth });
  });
});

describe("slots", () => {
  test("grow wider as values come up, late ones among them", () => {
    expectSameExploration(manyValues(70));
  });

  test("with thousands of values in them", () => {
    expect(exploreSync(manyValues(20_000))).toMatchObject({
      complete: true,
      // Between a load of x and the test of it, the load and the store.
      distinct: exploreSync(manyValues(10_000)).distinct * 2 - exploreSync(manyValues(0)).distinct,
    });
  });
});

describe("what keeps growing", () => {
  const growing = (text: string, maxStates = 3000): Exploration =>
    exploreSync(compileText(text), { maxStates });

  test("a number", () => {
    const { growth } = exploreSync(ENDLESS, { maxStates: 3000 });
    expect(growth?.place).toBe("x");
    const path = growth!.path();
    expectRun(ENDLESS, path);
    const numbers = path.map(({ memory }) => Number(memory.get("x@")));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBeGreaterThan(5);
    expect(path.length).toBeLessThan(50);
  });

  test("the field of an object, among others that have an end", () => {
    const explored = growing(`
      class A { n = 0; m = 0; }
      const as = instances(A, 2);
      thread("a", () => { for (;;) { as[1].n = as[1].n - 2; as[0].m = (as[0].m + 1) % 9; } });`);
    expect(explored.growth?.place).toBe("a1.n");
  });

  test("a queue", () => {
    const explored = growing(`
      class Box { items = queue<Thread>(); }
      const box = new Box();
      thread("a", () => { for (;;) { box.items.push(current()); } });`);
    expect(explored.growth?.place).toBe("box.items");
  });

  test("a variable of a thread", () => {
    const explored = growing('let x = 0; thread("a", () => { let n = 0; for (;;) { n = n + 1; x = 1; } });');
    expect(explored.growth?.place).toMatch(/^a: n/);
  });

  test("nothing, where a model is only large", () => {
    const pieces = [0, 1, 2, 3, 4, 5, 6, 7].map(
      (n) => `let x${n} = 0; thread("t${n}", () => { for (;;) { x${n} = (x${n} + 1) % 5; } });`,
    );
    const explored = growing(pieces.join("\n"), 100_000);
    expect(explored.complete).toBe(false);
    expect(explored.growth).toBeUndefined();
  });
});
