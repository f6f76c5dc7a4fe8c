/** Where a step may have to wait. */
import type { Action, Step, Term } from "../ir/model.js";
import { partsOf, visitBlocks } from "../ir/terms.js";

export type Await = Extract<Action, { kind: "await" }>;

/** The waits of the step; those for the thread's turn as well. */
export function awaitsOf({ body }: Step): Await[] {
  const waits: Await[] = [];
  visitBlocks(body, ({ actions }) => {
    for (const action of actions) if (action.kind === "await") waits.push(action);
  });
  return waits;
}

/** Whether the step chooses from what may be empty: then there is no way on. */
export function mayFindNothing({ body }: Step): boolean {
  let found = false;
  visitBlocks(body, ({ actions }) => {
    for (const action of actions) found ||= action.kind === "choose" && !hasElements(action.domain);
  });
  return found;
}

function hasElements(domain: Term): boolean {
  if (domain.kind === "array") return domain.elements.length > 0;
  return domain.kind === "value" && partsOf(domain.value).length > 0;
}
