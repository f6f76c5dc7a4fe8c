/** Which checks a model can fail: those its steps make, its invariants, and always the deadlock. */

import { CHECKS, GUESS } from "../ir/checks.js";
import type { Model } from "../ir/model.js";
import { visitBlocks } from "../ir/terms.js";

/** Ids of the checks that the steps themselves make, most severe first. */
export function stepChecks(model: Model): string[] {
  const found = new Set<string>();
  for (const process of model.processes) {
    for (const step of process.steps) {
      visitBlocks(step.body, ({ actions }) => {
        for (const action of actions) if (action.kind === "check") found.add(action.check);
      });
    }
  }
  // TLC names the first violated invariant: where a guess is false nothing else counts.
  return [GUESS, ...CHECKS.keys()].filter((check) => found.has(check));
}
