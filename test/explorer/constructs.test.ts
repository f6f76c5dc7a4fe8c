/** The explorer and the interpreter agree on every construct of the language, with dead variables reset and kept. */
import { describe, test } from "vitest";
import { BRANCH_SPECS } from "../soundness/specs-branches.js";
import { CONTEXT_SPECS } from "../soundness/specs-contexts.js";
import { CONTROL_SPECS } from "../soundness/specs-control.js";
import { COVERAGE_SPECS } from "../soundness/specs-coverage.js";
import { DATA_SPECS } from "../soundness/specs-data.js";
import { DATA_MEMORY_SPECS } from "../soundness/specs-data-memory.js";
import { GHOST_SPECS } from "../soundness/specs-ghost.js";
import { LIBRARY_EXCHANGE_SPECS } from "../soundness/specs-library-exchange.js";
import { LIBRARY_LOCK_SPECS } from "../soundness/specs-library-locks.js";
import { LIBRARY_MEMORY_SPECS } from "../soundness/specs-library-memory.js";
import { LIBRARY_WAIT_SPECS } from "../soundness/specs-library-waits.js";
import { RUN_SPECS } from "../soundness/specs-liveness.js";
import { LOCK_SPECS } from "../soundness/specs-locks.js";
import { MEMORY_SPECS } from "../soundness/specs-memory.js";
import { NAME_SPECS } from "../soundness/specs-names.js";
import { OBJECT_SPECS } from "../soundness/specs-objects.js";
import { PROCEDURE_SPECS } from "../soundness/specs-procedures.js";
import { STEP_SPECS } from "../soundness/specs-steps.js";
import { VALUE_SPECS } from "../soundness/specs-values.js";
import { WAIT_SPECS } from "../soundness/specs-waits.js";
import { compileText } from "../support/compile.js";
import { expectSameExploration } from "./agreement.js";

const FAMILIES = {
  steps: STEP_SPECS,
  control: CONTROL_SPECS,
  procedures: PROCEDURE_SPECS,
  branches: BRANCH_SPECS,
  values: VALUE_SPECS,
  names: NAME_SPECS,
  ghosts: GHOST_SPECS,
  waits: WAIT_SPECS,
  exchange: LIBRARY_EXCHANGE_SPECS,
  "library locks": LIBRARY_LOCK_SPECS,
  "library waits": LIBRARY_WAIT_SPECS,
  "library memory": LIBRARY_MEMORY_SPECS,
  locks: LOCK_SPECS,
  coverage: COVERAGE_SPECS,
  contexts: CONTEXT_SPECS,
  objects: OBJECT_SPECS,
  memory: MEMORY_SPECS,
  data: DATA_SPECS,
  "data in memory": DATA_MEMORY_SPECS,
  runs: RUN_SPECS,
};

describe.each(Object.entries(FAMILIES))("%s", (_, specs) => {
  test.each(specs.map(({ name, text }) => [name, text]))("%s", (_name, text) => {
    expectSameExploration(compileText(text));
  });
});

describe("with dead variables kept", () => {
  const specs = [...STEP_SPECS, ...VALUE_SPECS, ...DATA_SPECS];
  test.each(specs.map(({ name, text }) => [name, text]))("%s", (_name, text) => {
    expectSameExploration(compileText(text, undefined, { resetDeadLocals: false }));
  });
});
