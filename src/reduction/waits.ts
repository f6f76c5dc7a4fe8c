/** Where a step may have to wait. */
import type { Action, Block, Step, Term } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
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
  const go = ({ actions, end }: Block, given: Term | undefined): boolean => {
    const empty = actions.some(
      (action, index) =>
        action.kind === "choose" &&
        !hasElements(action.domain) &&
        !(index === 0 && given !== undefined && saysThereIs(given, action.domain)),
    );
    if (empty || end.kind === "goto") return empty;
    return go(end.whenTrue, end.condition) || go(end.whenFalse, undefined);
  };
  return go(body, undefined);
}

/** Whether the condition asks for one of those that are chosen from: alloc() looks whether there is any. */
function saysThereIs(condition: Term, domain: Term): boolean {
  if (condition.kind !== "quantifier" || condition.quantifier !== "some" || domain.kind !== "subset")
    return false;
  return (
    condition.variable === domain.variable &&
    printTerm(condition.domain) === printTerm(domain.domain) &&
    printTerm(condition.body) === printTerm(domain.condition)
  );
}

function hasElements(domain: Term): boolean {
  if (domain.kind === "array") return domain.elements.length > 0;
  return domain.kind === "value" && partsOf(domain.value).length > 0;
}
