/** When a step can be taken: the condition that `Blocked` negates, made from the same tree as the step itself. */
import type { Block, Step, Term } from "../ir/model.js";
import { binary, TRUE, visitBlocks } from "../ir/terms.js";
import { substitute } from "./terms.js";

/** The step's guard over the state before it; undefined where the step never waits. */
export function guardOf(step: Step): Term | undefined {
  let waits = false;
  visitBlocks(step.body, ({ actions }) => {
    waits ||= actions.some((action) => action.kind === "await");
  });
  return waits ? enabled(step.body, 0, new Map()) : undefined;
}

/** Whether waiting at this step is rest: each of its waits is for work. */
export function isResting(step: Step): boolean {
  let waits = false;
  let allIdle = true;
  visitBlocks(step.body, ({ actions }) => {
    for (const action of actions) {
      if (action.kind !== "await") continue;
      waits = true;
      allIdle &&= action.idle;
    }
  });
  return waits && allIdle;
}

function enabled(block: Block, from: number, values: ReadonlyMap<string, Term>): Term {
  const action = block.actions[from];
  if (action === undefined) {
    const { end } = block;
    if (end.kind === "goto") return TRUE;
    const whenTrue = enabled(end.whenTrue, 0, values);
    const whenFalse = enabled(end.whenFalse, 0, values);
    if (whenTrue === TRUE && whenFalse === TRUE) return TRUE;
    return { kind: "conditional", condition: substitute(end.condition, values), whenTrue, whenFalse };
  }
  const rest = (changed = values) => enabled(block, from + 1, changed);
  switch (action.kind) {
    case "assign":
      return rest(new Map(values).set(action.local, substitute(action.value, values)));
    case "await": {
      const condition = substitute(action.condition, values);
      const after = rest();
      return after === TRUE ? condition : binary("&&", condition, after);
    }
    case "check": {
      // A check that fails does not wait: the thread stops, and that is a step.
      const whenTrue = rest();
      if (whenTrue === TRUE) return TRUE;
      const condition = substitute(action.condition, values);
      return { kind: "conditional", condition, whenTrue, whenFalse: TRUE };
    }
    case "choose": {
      const variable = `${action.local}_choice`;
      const body = rest(new Map(values).set(action.local, { kind: "bound", name: variable }));
      if (body === TRUE) return TRUE;
      return {
        kind: "quantifier",
        quantifier: "some",
        variable,
        domain: substitute(action.domain, values),
        body,
      };
    }
    case "store":
    case "unlink":
      // Nothing waits behind a store; the split pass refuses such a step.
      return TRUE;
    case "lock":
      return rest();
  }
}
