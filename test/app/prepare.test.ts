/** What an engine is asked: merged by default, plain where nobody wants merging, endless models named before they run. */
import { describe, expect, test } from "vitest";
import type { CompiledCase } from "../../src/app/load.js";
import { prepareCase } from "../../src/app/prepare.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { compileText } from "../support/compile.js";

const LOCKED = `
const a = spinlock();
let x = 0;
thread("one", () => { spin_lock(a); x = 1; x = 2; spin_unlock(a); });
thread("two", () => { spin_lock(a); assert(x !== 1); spin_unlock(a); });`;

const compiled = (text: string): CompiledCase => {
  const model = compileText(text);
  const declaration = { name: "only", expectedCheck: undefined, why: "w" } as CompiledCase["declaration"];
  const runsModule = model.liveness.length > 0 ? "only_runs" : undefined;
  return { spec: "specs/test.ts", declaration, module: "only", runsModule, model };
};

describe("prepareCase", () => {
  test("merges, and has TLC check again what merging stands on", () => {
    const { states, runs } = prepareCase(compiled(LOCKED), { reduce: true });
    expect(runs).toBe(states);
    expect(states.reduction!.relied.map(({ variable, guard }) => `${variable} by ${guard.text}`)).toEqual([
      "x by a",
    ]);
    expect(states.emitted.invariants[0]).toMatchObject({ check: "guess" });
    expect(exploreSync(states.model).distinct).toBeLessThan(exploreSync(states.unmerged).distinct / 2);
  });

  test("gives the same models each time", () => {
    const [first, second] = [1, 2].map(() => prepareCase(compiled(LOCKED), { reduce: true }));
    expect(first!.states.emitted.text).toBe(second!.states.emitted.text);
  });

  test("keeps one step for each access where nobody wants merging", () => {
    const one = compiled(LOCKED);
    const { states, runs } = prepareCase(one, { reduce: false });
    expect(states.model).toBe(one.model);
    expect(runs).toBe(states);
  });

  test("has a model of its own for claims about runs", () => {
    const { states, runs } = prepareCase(compiled(`${LOCKED}\nnever_stuck();`), { reduce: true });
    expect(runs.emitted.naming.module).toBe("only_runs");
    expect(states.model.liveness).toEqual([]);
    const counts = [states, runs].map(({ model }) => exploreSync(model).distinct);
    expect(counts[0]).toBeLessThan(counts[1]!);
  });

  test("merges less without guesses", () => {
    const { states } = prepareCase(compiled(LOCKED), { reduce: true, guess: false });
    expect(states.reduction!.relied).toEqual([]);
    expect(states.emitted.invariants.map(({ check }) => check)).not.toContain("guess");
  });

  test("names what grows without end, with the way on which it does", () => {
    const text = `let tickets = 0; let seen = 0;
      thread("a", () => { for (;;) tickets++; });
      thread("b", () => { for (;;) seen = tickets; });`;
    const { endless } = prepareCase(compiled(text), { reduce: true });
    expect(endless!.place).toMatch(/^(tickets|seen|a: .*|b: .*)$/);
    expect(endless!.way.join("\n")).toContain("a: tickets++;");
  });

  test("takes a range at its word", () => {
    const text = `let n = int(0, 1500, 0); let m = int(0, 1500, 0);
      thread("a", () => { for (;;) n++; });
      thread("b", () => { for (;;) m++; });`;
    const { endless, states } = prepareCase(compiled(text), { reduce: true });
    expect(states.reduction!.complete).toBe(false);
    expect(endless).toBeUndefined();
  });
});

describe("prepareCase for the explorer alone", () => {
  /** The first run already fails the assert, and shows that no lock protects x. */
  const WRONG = `
const a = spinlock();
let x = 0;
thread("one", () => { spin_lock(a); x = 1; x = 2; spin_unlock(a); });
thread("two", () => { assert(x === 0); });`;
  const expecting = (expectedCheck: string | undefined, text: string): CompiledCase => {
    const one = compiled(text);
    return { ...one, declaration: { ...one.declaration, expectedCheck } as CompiledCase["declaration"] };
  };
  const explored = (one: CompiledCase, forExplorer: boolean) =>
    prepareCase(one, { reduce: true, forExplorer }).states.explored!;

  test("a failure on the way to the guesses that stand is the answer, if it is the expected one", () => {
    const { model, exploration } = explored(expecting("assert", WRONG), true);
    expect([...exploration.failing.keys()]).toEqual(["assert"]);
    expect(exploration.refuted.size).toBeGreaterThan(0);
    expect([...exploreSync(model).failing.keys()]).toEqual(["assert"]);
  });

  test.each([
    ["nobody says that only the explorer is asked", "assert", false],
    ["another check is expected", "deadlock", true],
    ["nothing is expected to fail", undefined, true],
  ] as const)("the guesses are gone through to the end where %s", (_, expected, forExplorer) => {
    const { exploration } = explored(expecting(expected, WRONG), forExplorer);
    expect(exploration.complete).toBe(true);
    expect(exploration.refuted.size).toBe(0);
  });

  test("what waits may be there only because a guess is wrong, and so may the end", () => {
    const waits = 'const a = spinlock(); let x = 0;\nthread("one", () => { spin_lock(a); x = 1; x = 0; });';
    const others = `${waits}\nthread("two", () => { spin_lock(a); x = 2; }); thread("three", () => { x = 3; });`;
    const cases = [
      expecting("deadlock", others),
      expecting("invariant", `${WRONG.replace("assert(x === 0);", "x = 3;")}\nat_end("i", () => x === 0);`),
    ];
    for (const one of cases) {
      const [fast, whole] = [true, false].map((forExplorer) =>
        prepareCase(one, { reduce: true, forExplorer }),
      );
      expect(fast!.states.model).toEqual(whole!.states.model);
    }
  });

  test("what is explored has the states of the model that is asked about", () => {
    const { states } = prepareCase(compiled(LOCKED), { reduce: true });
    const { model, exploration } = states.explored!;
    expect(exploration.distinct).toBe(exploreSync(states.model).distinct);
    expect(exploration.distinct).toBe(exploreSync(model).distinct);
  });
});
