/** Runs without end: which of them are counterexamples, and how they are told. No TLC here. */
import { describe, expect, it } from "vitest";
import { InternalError } from "../../src/base/assert.js";
import { initialState, type State, threadsOf } from "../../src/interpreter/state.js";
import { runStep } from "../../src/interpreter/step.js";
import type { Model } from "../../src/ir/model.js";
import { withoutBystanders } from "../../src/trace/bystanders.js";
import { flawOf, type Lasso, replayLasso } from "../../src/trace/lasso.js";
import { simplifyLasso } from "../../src/trace/simplify-lasso.js";
import { tellLasso } from "../../src/trace/tell-lasso.js";
import { compileText } from "../support/compile.js";

/** The states of a run in which the named threads make one move each, in this order. */
function states(model: Model, movers: readonly string[]): State[] {
  const found = [initialState(model)];
  for (const name of movers) {
    const running = threadsOf(model).find(({ instance }) => instance.name === name)!;
    const [outcome] = runStep(model, found.at(-1)!, running).outcomes;
    if (outcome === undefined) throw new Error(`${name} cannot move`);
    found.push(outcome.state);
  }
  return found;
}

/** The run of `prefix` and then `loop` for ever; with an empty loop it stays where it is. */
function lasso(model: Model, prefix: readonly string[], loop: readonly string[]): Lasso {
  const run = states(model, [...prefix, ...loop]);
  const around = loop.length === 0 ? run : run.slice(0, -1);
  return replayLasso(model, around, loop.length === 0 ? undefined : prefix.length + 1);
}

const NO_EXTENT = { steps: 0, contextSwitches: 0 };

function tell(model: Model, found: Lasso) {
  const property = model.liveness[0]!;
  expect(flawOf(model, property, found)).toBeUndefined();
  const short = simplifyLasso(model, property, found);
  return tellLasso(model, property, withoutBystanders(model, property, short), NO_EXTENT);
}

const STARVED = `
  const l = spinlock();
  let served = false;
  thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
  thread("other", () => { spin_lock(l); served = true; spin_unlock(l); });
  eventually("served", () => served);`;

describe("a lasso", () => {
  it("is a counterexample where every thread gets its due and the claim is false", () => {
    const model = compileText(STARVED);
    const property = model.liveness[0]!;
    const fair = lasso(model, [], ["hog", "hog"]);
    expect(flawOf(model, property, fair)).toBeUndefined();
    expect(flawOf(model, property, lasso(model, [], []))).toBe("it is not fair to hog");
    expect(flawOf(model, property, lasso(model, ["other", "other", "other"], ["hog", "hog"]))).toBe(
      "eventually is true of it",
    );
  });

  it("is none for a strongly fair thread that could move again and again", () => {
    const strong = STARVED.replace(/(served = true; spin_unlock\(l\); })/, '$1, { fairness: "strong" }');
    const model = compileText(strong);
    expect(flawOf(model, model.liveness[0]!, lasso(model, [], ["hog", "hog"]))).toBe(
      "it is not fair to other",
    );
  });

  it("is none where a check fails on it", () => {
    const model = compileText(
      `let x = 0; thread("a", () => { assert(x === 1); }); eventually("x", () => x === 1);`,
    );
    expect(flawOf(model, model.liveness[0]!, lasso(model, ["a"], []))).toBe("a check fails on it");
  });

  it("is refused where it leads back to no state of the run", () => {
    const model = compileText(STARVED);
    const run = states(model, ["hog", "hog"]);
    expect(() => replayLasso(model, run, 7)).toThrow(InternalError);
    expect(() => replayLasso(model, states(model, ["other", "other"]), 1)).toThrow(/no step of the model/);
  });

  it("is told from where it repeats, with who gets nowhere", () => {
    const told = tell(compileText(STARVED), lasso(compileText(STARVED), ["hog", "hog"], ["hog", "hog"]));
    expect(told.lasso).toBe(1);
    expect(told.steps.map(({ text }) => text)).toEqual(["spin_lock(l);", "spin_unlock(l);"]);
    expect(told.failure.message).toMatchInlineSnapshot(
      `""served" never becomes true (in the end served is false)"`,
    );
  });

  it("no row straddles the beginning of the loop", () => {
    const model = compileText(`
      let n = 0; let done = false;
      thread("counts", () => { for (;;) n = (n + 1) % 2; });
      thread("ends", () => { n = 0; });
      eventually("done", () => done);`);
    // The loop begins between the load and the store of one statement.
    const found = lasso(model, ["ends", "counts"], ["counts", "counts", "counts", "counts"]);
    const told = tellLasso(model, model.liveness[0]!, { shown: found, whole: found }, NO_EXTENT);
    expect(told.lasso).toBe(3);
    expect(told.steps.slice(0, 2).map(({ thread }) => thread)).toEqual(["ends", "counts"]);
    expect(told.steps.map(({ n }) => n)).toEqual(told.steps.map((_, index) => index + 1));
  });

  it("without a loop says that nothing changes any more, and who waits for whom", () => {
    const model = compileText(`
      const l = spinlock();
      thread("owner", () => { spin_lock(l); spin_unlock(l); }, { fairness: "none" });
      thread("waits", () => { spin_lock(l); spin_unlock(l); });
      thread("guest", () => { spin_lock(l); spin_unlock(l); }, { daemon: true, fairness: "none" });
      never_stuck();`);
    const told = tell(model, lasso(model, ["owner"], []));
    expect(told.lasso).toBeUndefined();
    expect(told.blocked.map(({ thread, heldBy }) => [thread, heldBy])).toEqual([["waits", ["owner"]]]);
    expect(told.failure.message).toMatchInlineSnapshot(
      `"CPU1 (waits) waits for l, which CPU0 (owner) holds and never gives back"`,
    );
  });

  it("says when a question was asked that nobody answers, and who may stop", () => {
    const model = compileText(`
      let asked = false; let answered = false;
      thread("asks", () => { asked = true; });
      environment("answers", () => { until(asked); answered = true; });
      leads_to("answered", () => asked, () => answered);`);
    const told = tell(model, lasso(model, ["asks", "answers"], []));
    expect(told.failure.message).toMatchInlineSnapshot(
      `""answered" does not come true: its first condition is met after step 1 (line 3), its second never is from then on (in the end answered is false)"`,
    );
  });

  it("shows a round in which nobody touches anything shared", () => {
    const model = compileText(`
      let done = false;
      thread("a", () => { while (!maybe()) {} done = true; });
      eventually("done", () => done);`);
    const told = tell(model, lasso(model, [], ["a", "a"]));
    expect(told.lasso).toBe(1);
    expect(told.steps.length).toBeGreaterThan(0);
  });

  it("becomes shorter where it goes round in vain", () => {
    const model = compileText(STARVED);
    const property = model.liveness[0]!;
    const long = lasso(model, ["hog", "hog", "hog", "hog"], ["hog", "hog", "hog", "hog"]);
    const short = simplifyLasso(model, property, long);
    expect([short.prefix.length, short.loop.length]).toEqual([0, 2]);
  });
});
