/** TLC and the interpreter agree, state for state, on every construct of the language. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { expectAgreement } from "./agreement.js";
import { CONTROL_SPECS } from "./specs-control.js";
import { NAME_SPECS } from "./specs-names.js";
import { STEP_SPECS } from "./specs-steps.js";
import { VALUE_SPECS } from "./specs-values.js";

const SPECS = [...STEP_SPECS, ...CONTROL_SPECS, ...VALUE_SPECS, ...NAME_SPECS];

describe.concurrent("constructs", () => {
  for (const { name, text, fails } of SPECS) {
    test(name, async () => {
      const explored = await expectAgreement(compileText(text));
      expect(verdictOf(explored)).toEqual(fails.toSorted());
    });

    test(`${name}, dead variables kept`, async () => {
      const explored = await expectAgreement(compileText(text, undefined, { resetDeadLocals: false }));
      expect(verdictOf(explored)).toEqual(fails.toSorted());
      expect(explored.distinct).toBeGreaterThanOrEqual(explore(compileText(text)).distinct);
    });
  }
});
