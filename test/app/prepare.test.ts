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
