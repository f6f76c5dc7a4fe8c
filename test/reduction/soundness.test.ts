/** Merging steps changes no verdict: what fails in the plain model fails in the reduced one, and nothing else. */
import { describe, expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import type { Model } from "../../src/ir/model.js";
import { reduce } from "../../src/reduction/reduce.js";
import { RUN_SPECS } from "../soundness/specs-liveness.js";
import { MERGING_SPECS } from "../soundness/specs-merging.js";
import { MERGING_CLAIM_SPECS } from "../soundness/specs-merging-claims.js";
import { MERGING_HOLE_SPECS, MERGING_RUN_SPECS } from "../soundness/specs-merging-holes.js";
import { MERGING_MORE_SPECS } from "../soundness/specs-merging-more.js";
import { MERGING_NESTING_SPECS } from "../soundness/specs-merging-nesting.js";
import { MERGING_RULE_SPECS } from "../soundness/specs-merging-rules.js";
import { MERGING_WAIT_SPECS } from "../soundness/specs-merging-waits.js";
import { compileText } from "../support/compile.js";

const failing = (model: Model) => [...exploreSync(model).failing.keys()].sort();

describe("a reduced model fails the same checks", () => {
  test.for(
    [
      ...MERGING_SPECS,
      ...MERGING_RULE_SPECS,
      ...MERGING_MORE_SPECS,
      ...MERGING_HOLE_SPECS,
      ...MERGING_NESTING_SPECS,
      ...MERGING_CLAIM_SPECS,
      ...MERGING_WAIT_SPECS,
    ].map(({ name, text }) => [name, text] as const),
  )("%s", ([, text]) => {
    const model = compileText(text);
    const reduced = reduce(model, { purpose: "states", explore: exploreSync });
    expect(failing(reduced.model)).toEqual(failing(model));
  });
});

describe("the same claims about runs are false of a reduced model", () => {
  const known = [
    ...RUN_SPECS.map(({ name, text, falseClaims }) => ({ name, text, fails: falseClaims })),
    ...MERGING_RUN_SPECS,
  ];
  test.for(known.map(({ name, text, fails }) => [name, text, fails] as const))("%s", ([, text, fails]) => {
    const { model } = reduce(compileText(text), { purpose: "runs", explore: exploreSync });
    expect([...exploreRuns(model).falseClaims.keys()].sort()).toEqual(fails.toSorted());
  });
});
