/** TLC and the explored graph agree on every claim about runs, and both with what a person worked out. */
import { describe, expect, test } from "vitest";
import { checkRuns } from "../support/check-runs.js";
import { compileText } from "../support/compile.js";
import { verdictOf } from "../support/explore.js";
import { falseClaims, graphOf } from "../support/liveness.js";
import { expectAgreement } from "./agreement.js";
import { RUN_SPECS } from "./specs-liveness.js";

describe.concurrent("claims about runs", () => {
  for (const { name, text, falseClaims: wanted, fails, distinct } of RUN_SPECS) {
    test(name, { timeout: 600_000 }, async () => {
      const model = compileText(text);
      expect(falseClaims(graphOf(model)).sort()).toEqual(wanted.toSorted());
      const explored = await expectAgreement(model);
      expect(verdictOf(explored)).toEqual(fails.toSorted());
      if (distinct !== undefined) expect(explored.distinct).toBe(distinct);
      const answers = [...(await checkRuns(model))];
      const violated = answers.flatMap(([claim, told]) => (told === undefined ? [] : [claim]));
      expect(violated.sort()).toEqual(wanted.toSorted());
    });
  }
});
