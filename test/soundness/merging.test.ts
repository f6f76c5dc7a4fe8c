/** What the specs about merging say of themselves: the failing set of each, by the unreduced model. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { MERGING_SPECS } from "./specs-merging.js";
import { MERGING_CLAIM_SPECS } from "./specs-merging-claims.js";
import { MERGING_HOLE_SPECS } from "./specs-merging-holes.js";
import { MERGING_MORE_SPECS } from "./specs-merging-more.js";
import { MERGING_NESTING_SPECS } from "./specs-merging-nesting.js";
import { MERGING_RULE_SPECS } from "./specs-merging-rules.js";
import { MERGING_WAIT_SPECS } from "./specs-merging-waits.js";

describe("rules", () => {
  test.each([
    ...MERGING_SPECS,
    ...MERGING_RULE_SPECS,
    ...MERGING_MORE_SPECS,
    ...MERGING_HOLE_SPECS,
    ...MERGING_NESTING_SPECS,
    ...MERGING_CLAIM_SPECS,
    ...MERGING_WAIT_SPECS,
  ])("$name", ({ text, fails }) => {
    expect(verdictOf(explore(compileText(text)))).toEqual(fails.toSorted());
  });
});
