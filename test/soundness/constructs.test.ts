/** TLC and the interpreter agree, state for state, on every construct of the language. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { expectAgreement } from "./agreement.js";
import { SMALL_SPECS } from "./small-specs.js";
import { DATA_SPECS } from "./specs-data.js";
import { DATA_MEMORY_SPECS } from "./specs-data-memory.js";
import { MEMORY_SPECS } from "./specs-memory.js";
import { OBJECT_SPECS } from "./specs-objects.js";
import { STEP_SPECS } from "./specs-steps.js";
import { VALUE_SPECS } from "./specs-values.js";

const KEPT = { resetDeadLocals: false };

describe.concurrent("constructs", () => {
  for (const { name, text, fails, distinct } of SMALL_SPECS) {
    test(name, async () => {
      const explored = await expectAgreement(compileText(text));
      expect(verdictOf(explored)).toEqual(fails.toSorted());
      if (distinct !== undefined) expect(explored.distinct).toBe(distinct);
      const keeping = explore(compileText(text, undefined, KEPT));
      expect(verdictOf(keeping)).toEqual(fails.toSorted());
      expect(keeping.distinct).toBeGreaterThanOrEqual(explored.distinct);
    });
  }
});

// Where variables are printed differently: all of them last then.
describe.concurrent("constructs with dead variables kept", () => {
  for (const { name, text } of [
    ...STEP_SPECS,
    ...VALUE_SPECS,
    ...OBJECT_SPECS,
    ...DATA_SPECS,
    ...DATA_MEMORY_SPECS,
    ...MEMORY_SPECS.filter((spec) => spec.name.startsWith("pso")),
  ]) {
    test(name, async () => {
      await expectAgreement(compileText(text, undefined, KEPT));
    });
  }
});
