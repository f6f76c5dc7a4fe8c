/**
 * A reduced model fails the same checks as the plain one, reaches the same statements, and has no more states. Up to
 * symmetry TLC finds one state of each orbit. All of them with TLC: LATCHWORK_REDUCED_TLC=1.
 */
import { describe, expect, test } from "vitest";
import { orbitKey } from "../../src/interpreter/permute.js";
import type { Model } from "../../src/ir/model.js";
import { nothingReached, type Reached } from "../../src/ir/reached.js";
import { compileText, foldText } from "../support/compile.js";
import { noteOutcome } from "../support/coverage.js";
import { type Exploration, explore, verdictOf } from "../support/explore.js";
import { statesOfTlc } from "../support/tlc-states.js";
import { expectAgreement } from "./agreement.js";
import type { SmallSpec } from "./small-spec.js";
import { SMALL_SPECS } from "./small-specs.js";

const ALL = process.env.LATCHWORK_REDUCED_TLC !== undefined;

/** One in so many is put to TLC as well. */
const SHARE = { folded: 25, symmetric: 5 };

function withCoverage(model: Model): { readonly explored: Exploration; readonly reached: Reached } {
  const reached = nothingReached();
  const explored = explore(model, { onTransition: ({ outcome }) => noteOutcome(reached, outcome) });
  return { explored, reached };
}

const shown = ({ statements, sides, taken }: Reached) => ({
  statements: [...statements].sort(),
  sides: [...sides].sort(),
  taken: [...taken].sort(),
});

function withoutSymmetry(model: Model): Model {
  const { symmetry: _, ...rest } = model;
  return rest;
}

describe("reduced models", () => {
  test.each(SMALL_SPECS)("$name", ({ text, fails }) => {
    const plain = withCoverage(compileText(text));
    const model = foldText(text);
    const reduced = withCoverage(model);
    expect(verdictOf(reduced.explored)).toEqual(fails.toSorted());
    expect(reduced.explored.distinct).toBeLessThanOrEqual(plain.explored.distinct);
    expect(shown(reduced.reached)).toEqual(shown(plain.reached));
    const keyOf = orbitKey(model, model.symmetry!.group);
    const orbits = explore(model, { keyOf });
    expect(verdictOf(orbits)).toEqual(fails.toSorted());
    const states = [...reduced.explored.states.values()].map(({ state }) => state);
    expect(orbits.distinct).toBe(new Set(states.map(keyOf)).size);
  });
});

const some = (specs: readonly SmallSpec[], share: number) =>
  specs.filter((_, index) => ALL || index % share === 0);

/** What permutations of TLC have to reach into. */
const MOVED_INSIDE: readonly SmallSpec[] = [
  {
    name: "keys of a map, elements of a set and of a list, references in records",
    text: `
      class O { n = 0; next: O | null = null; } class All { list = list<O>(); }
      const os = instances(O, 3); const all = new All();
      let count = map(os, 0); let seen = set<O>(); let last: { who: O | null } = { who: null };
      thread("t", os, (o) => {
        atomic(() => { list_add(o, all.list); seen.add(o); });
        count.set(o, 1);
        last = { who: o };
        if (last.who !== o) o.next = last.who;
      });`,
    fails: [],
  },
];

const symmetric = [...MOVED_INSIDE, ...SMALL_SPECS].filter(
  ({ text }) => foldText(text).symmetry!.group.length > 0,
);

describe.concurrent("TLC", () => {
  test.each(some(SMALL_SPECS, SHARE.folded))("on the folded model: $name", async ({ text }) => {
    await expectAgreement(withoutSymmetry(foldText(text)));
  });

  test.each(some(symmetric, SHARE.symmetric))("finds one of each orbit: $name", async ({ text }) => {
    const model = foldText(text);
    const keyOf = orbitKey(model, model.symmetry!.group);
    const ours = new Set(explore(model, { keyOf }).states.keys());
    const tlc = await statesOfTlc(model);
    expect(tlc.counts.distinct).toBe(ours.size);
    const theirs = [...tlc.states.values()].map(({ state }) => keyOf(state));
    // In the interpreter a state is kept under its own name, and not under that of its orbit.
    const orbits = [...explore(model, { keyOf }).states.values()].map(({ state }) => keyOf(state));
    expect(theirs.toSorted()).toEqual(orbits.toSorted());
  });
});
