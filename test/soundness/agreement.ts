/** What it means that TLC and the interpreter agree on a model. */
import { expect } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import { DONE, type Model } from "../../src/ir/model.js";
import { nothingReached } from "../../src/ir/reached.js";
import { expectSameCoverage, noteOutcome, sorted } from "../support/coverage.js";
import { type Exploration, explore } from "../support/explore.js";
import { statesOfTlc } from "../support/tlc-states.js";

/** Fails unless both find the same states, and say the same about each of them. */
export async function expectAgreement(model: Model): Promise<Exploration> {
  const seen = nothingReached();
  const explored = explore(model, { onTransition: ({ outcome }) => noteOutcome(seen, outcome) });
  const tlc = await statesOfTlc(model);
  const ours = [...explored.states].map(([key, state]) => [
    key,
    {
      blocked: state.blocked.toSorted(),
      resting: state.resting.toSorted(),
      violated: [
        ...state.state.failed,
        ...state.falseInvariants.map((name) => `invariant: ${name}`),
        ...(state.deadlock ? ["deadlock"] : []),
        ...(state.waitCycle ? ["wait-cycle"] : []),
      ].sort(),
    },
  ]);
  const theirs = [...tlc.states].map(([key, { blocked, resting, violated }]) => [
    key,
    {
      blocked: blocked.toSorted(),
      // What the emitted predicate says of threads that can move does not matter.
      resting: resting.filter((name) => blocked.includes(name)).sort(),
      violated: violated.toSorted(),
    },
  ]);
  expect(Object.fromEntries(theirs)).toEqual(Object.fromEntries(ours));
  expectSameCoverage(model, explored, seen, tlc.reached);
  expect(sorted(exploreSync(model, { notes: true }).reached!)).toEqual(sorted(tlc.reached));
  // PlusCal lets a model whose threads have all ended stutter, and TLC counts that as a successor.
  const ended = [...explored.states.values()].filter(({ state }) =>
    [...state.threads.values()].every(({ at }) => at === DONE),
  );
  const { distinct, generated, depth } = explored;
  expect(tlc.counts).toEqual({ distinct, generated: generated + ended.length, depth });
  return explored;
}
