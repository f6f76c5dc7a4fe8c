/** Merging steps changes no verdict: what fails in the plain model fails in the reduced one, and nothing else. */
import { describe, expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Model } from "../../src/ir/model.js";
import { reduce } from "../../src/reduction/reduce.js";
import { MERGING_SPECS } from "../soundness/specs-merging.js";
import { MERGING_MORE_SPECS } from "../soundness/specs-merging-more.js";
import { MERGING_RULE_SPECS } from "../soundness/specs-merging-rules.js";
import { compileText } from "../support/compile.js";

const failing = (model: Model) => [...exploreSync(model).failing.keys()].sort();

describe("a reduced model fails the same checks", () => {
  test.for(
    [...MERGING_SPECS, ...MERGING_RULE_SPECS, ...MERGING_MORE_SPECS].map(
      ({ name, text }) => [name, text] as const,
    ),
  )("%s", ([, text]) => {
    const model = compileText(text);
    const reduced = reduce(model, { purpose: "states", explore: exploreSync });
    expect(failing(reduced.model)).toEqual(failing(model));
  });
});
