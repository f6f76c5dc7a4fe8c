/**
 * The order in which test files are run: the longest first, so that two workers are both busy to the end. Vitest learns how
 * long each takes, but in a fresh clone, and so in CI, it knows nothing; by size the longest of all would come among the last.
 */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { repository } from "./source-tree.js";

/** What takes half a minute and more, by what it took in CI; a file that is not here loses nothing but its place. */
const LONGEST: readonly string[] = [
  "soundness/constructs.test.ts",
  "soundness/specs.test.ts",
  "e2e/cache.test.ts",
  "e2e/verdicts.test.ts",
  "soundness/random.test.ts",
  "e2e/faults.test.ts",
  "reduction/soundness.test.ts",
  "trace/expand.test.ts",
  "app/shipped-specs.test.ts",
  "e2e/bad-input.test.ts",
  "soundness/liveness.test.ts",
  "soundness/liveness-random.test.ts",
  "fuzz/fuzz.test.ts",
  "frontend/mutations.test.ts",
  "tlc/run.test.ts",
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.indexOf(relative(`${repository}/test`, moduleId).replaceAll("\\", "/"));
  return rank < 0 ? LONGEST.length : rank;
}

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
