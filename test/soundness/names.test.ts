/**
 * No name is illegal. What TLA+ or PlusCal reserves, what differs only in case, what is not ASCII: the real translator
 * and TLC take the model all the same, and find the states that the interpreter finds.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { HOSTILE_NAMES, namedSpec, SLOTS } from "../support/named-spec.js";
import { expectAgreement } from "./agreement.js";

const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_402);

/** Every state of the spec without its names: how many there are does not depend on them. */
const PLAIN = explore(compileText(namedSpec(Array.from({ length: SLOTS }, (_, n) => `plain${n}`)))).distinct;

const names = fc.shuffledSubarray([...HOSTILE_NAMES], { minLength: SLOTS, maxLength: SLOTS });

test.prop([names], { seed: SEED, numRuns: 40 })(
  "no name changes the model",
  (chosen) => {
    const explored = explore(compileText(namedSpec(chosen)));
    expect(verdictOf(explored)).toEqual([]);
    expect(explored.distinct).toBe(PLAIN);
  },
  120_000,
);

// Slots are filled in order, so that over the runs each name comes to stand for different things.
describe.concurrent("every hostile name once, by TLC", () => {
  for (let from = 0; from < HOSTILE_NAMES.length; from += SLOTS) {
    const chosen = [...HOSTILE_NAMES, ...HOSTILE_NAMES].slice(from, from + SLOTS);
    test(chosen.slice(0, 3).join(" "), async () => {
      const explored = await expectAgreement(compileText(namedSpec(chosen)));
      expect(explored.distinct).toBe(PLAIN);
    });
  }
});
