/** The specs of a few lines, all of them: one for each construct of the language. */
import type { SmallSpec } from "./small-spec.js";
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

export const SMALL_SPECS: readonly SmallSpec[] = [
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
];
