/**
 * Merged steps in the hands of TLC where the emitted guards have most to look through: stores before a wait, waits that are
 * always over, and statements that nest more deeply than the PlusCal translator prints by itself.
 */
import { describe, expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Block, Model } from "../../src/ir/model.js";
import { reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";
import { expectAgreement } from "./agreement.js";
import { MERGING_WAIT_SPECS } from "./specs-merging-waits.js";

const merged = (text: string): Model =>
  reduce(compileText(text), { purpose: "states", explore: exploreSync }).model;

/** Actions and branches of the longest way through the step. */
function longest({ actions, end }: Block): number {
  if (end.kind === "goto") return actions.length;
  return actions.length + 1 + Math.max(longest(end.whenTrue), longest(end.whenFalse));
}

const WITH_GUARDS = [
  "NB: the same where the wait has no end",
  "NB: a store of its own before a wait, and somebody waits for whom it names",
  "own: a list of its own changes, and then it waits for that",
  "own: a queue of its own changes, and then it waits on that for ever",
  "own: a lock of its own behind a wait for something else",
  "C: an object is allocated behind a choice and a store, where there may be none",
];

describe.concurrent("TLC agrees about each state", () => {
  test.each(WITH_GUARDS)("%s", async (name) => {
    const { text } = MERGING_WAIT_SPECS.find((spec) => spec.name === name)!;
    await expectAgreement(merged(text));
  });

  test("of an atomic step that nests 140 deep", async () => {
    const statements = "k = k + x; ".repeat(140);
    await expectAgreement(
      compileText(`let x = 1; let y = 0;
        thread("t0", () => { let k = 0; atomic(() => { ${statements} }); y = k; });
        thread("t1", () => { x = 0; });`),
    );
  });

  test("of a section that nests 70 deep when it is merged", async () => {
    const sums = Array.from({ length: 34 }, (_, n) => `x = x + y; assert(x >= ${n - 34});`).join(" ");
    const model = merged(`const a = spinlock(); let x = 0; let y = 1;
      thread("t0", () => { spin_lock(a); ${sums} spin_unlock(a); });
      thread("t1", () => { spin_lock(a); y = 0; spin_unlock(a); });`);
    const [section] = model.processes.find(({ name }) => name === "t0")!.steps;
    expect(longest(section!.body)).toBeGreaterThan(70);
    await expectAgreement(model);
  });
});
