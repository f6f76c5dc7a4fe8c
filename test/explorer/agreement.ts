/** What it means that the explorer agrees with the interpreter. */
import { expect } from "vitest";
import { type Exploration, exploreSync } from "../../src/explorer/explore.js";
import { initialState, type State, stateKey, threadsOf } from "../../src/interpreter/state.js";
import { runStep } from "../../src/interpreter/step.js";
import type { Model } from "../../src/ir/model.js";
import { explore, verdictOf } from "../support/explore.js";

/** Fails unless both find as much, and the same wrong, and each counterexample is a run of the interpreter. */
export function expectSameExploration(model: Model): Exploration {
  const ours = exploreSync(model);
  const theirs = explore(model);
  expect(countsOf(ours)).toEqual(countsOf({ ...theirs, complete: true }));
  expect([...ours.failing.keys()].sort()).toEqual(verdictOf(theirs));
  for (const { check, invariant, path } of ours.failing.values()) {
    const states = path();
    expectRun(model, states);
    const last = theirs.states.get(stateKey(states.at(-1)!))!;
    if (check === "deadlock") expect(last.deadlock).toBe(true);
    else if (check === "wait-cycle") expect(last.waitCycle).toBe(true);
    else if (invariant === undefined) expect(last.state.failed).toContain(check);
    else expect(last.falseInvariants).toContain(invariant);
  }
  return ours;
}

function countsOf({
  complete,
  distinct,
  generated,
  depth,
}: Omit<Exploration, "failing" | "refuted" | "bytes">) {
  return { complete, distinct, generated, depth };
}

/** Fails unless each state follows from the one before it. */
export function expectRun(model: Model, states: readonly State[]): void {
  expect(stateKey(states[0]!)).toBe(stateKey(initialState(model)));
  for (const [index, state] of states.slice(1).entries()) {
    const before = states[index]!;
    const outcomes = threadsOf(model).flatMap((running) => runStep(model, before, running).outcomes);
    expect(outcomes.map((outcome) => stateKey(outcome.state))).toContain(stateKey(state));
  }
}
