/** TLC and the interpreter agree, state for state, on every construct of the language. */
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { expectAgreement } from "./agreement.js";
import { BRANCH_SPECS } from "./specs-branches.js";
import { CONTEXT_SPECS } from "./specs-contexts.js";
import { CONTROL_SPECS } from "./specs-control.js";
import { COVERAGE_SPECS } from "./specs-coverage.js";
import { DATA_SPECS } from "./specs-data.js";
import { DATA_MEMORY_SPECS } from "./specs-data-memory.js";
import { GHOST_SPECS } from "./specs-ghost.js";
import { LIBRARY_EXCHANGE_SPECS } from "./specs-library-exchange.js";
import { LIBRARY_LOCK_SPECS } from "./specs-library-locks.js";
import { LIBRARY_MEMORY_SPECS } from "./specs-library-memory.js";
import { LIBRARY_WAIT_SPECS } from "./specs-library-waits.js";
import { LOCK_SPECS } from "./specs-locks.js";
import { MEMORY_SPECS } from "./specs-memory.js";
import { NAME_SPECS } from "./specs-names.js";
import { OBJECT_SPECS } from "./specs-objects.js";
import { PROCEDURE_SPECS } from "./specs-procedures.js";
import { STEP_SPECS } from "./specs-steps.js";
import { VALUE_SPECS } from "./specs-values.js";
import { WAIT_SPECS } from "./specs-waits.js";

const KEPT = { resetDeadLocals: false };

describe.concurrent("constructs", () => {
  for (const { name, text, fails, distinct } of [
    ...STEP_SPECS,
    ...CONTROL_SPECS,
    ...PROCEDURE_SPECS,
    ...BRANCH_SPECS,
    ...VALUE_SPECS,
    ...NAME_SPECS,
    ...GHOST_SPECS,
    ...WAIT_SPECS,
    ...LIBRARY_EXCHANGE_SPECS,
    ...LIBRARY_LOCK_SPECS,
    ...LIBRARY_WAIT_SPECS,
    ...LIBRARY_MEMORY_SPECS,
    ...LOCK_SPECS,
    ...COVERAGE_SPECS,
    ...CONTEXT_SPECS,
    ...OBJECT_SPECS,
    ...MEMORY_SPECS,
    ...DATA_SPECS,
    ...DATA_MEMORY_SPECS,
  ]) {
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
