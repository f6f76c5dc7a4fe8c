/** When a step can be taken, and when waiting there is rest: made from the same tree as the step itself. */
import { bug } from "../base/assert.js";
import type { Action, Block, Step, Term } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import { all, binary, constant, not, TRUE, visitBlocks } from "../ir/terms.js";
import { assigned, type Known, NOTHING_KNOWN, now, stored } from "./known.js";

/** What is asked about a step; the answers differ where the thread waits and where it chooses. */
interface Question {
  /** From the condition of a wait and the answer for what follows it. */
  readonly atWait: (action: Extract<Action, { kind: "await" }>, condition: Term, after: Term) => Term;
  readonly atChoice: "every" | "some";
}

/** Whether the step is enabled: one choice must be, and each wait on its way be over. */
const ENABLED: Question = {
  atWait: (_, condition, after) => (after === TRUE ? condition : binary("&&", condition, after)),
  atChoice: "some",
};

/** Whether a thread that cannot take the step rests: whatever it chooses, the first wait in its way is for work. */
const RESTS: Question = {
  atWait: ({ idle }, condition, after) => {
    if (after === TRUE) return idle ? TRUE : condition;
    return { kind: "conditional", condition, whenTrue: after, whenFalse: constant(idle) };
  },
  atChoice: "every",
};

/** The step's guard over the state before it; undefined where the step never waits. */
export function guardOf(step: Step): Term | undefined {
  return waitsOf(step).length === 0 ? undefined : answer(ENABLED, step.body, 0, NOTHING_KNOWN);
}

/** When waiting at this step is rest, over the state before it; undefined where it never is. */
export function restOf(step: Step): Term | undefined {
  return waitsOf(step).some(({ idle }) => idle) ? answer(RESTS, step.body, 0, NOTHING_KNOWN) : undefined;
}

function waitsOf(step: Step): Extract<Action, { kind: "await" }>[] {
  const waits: Extract<Action, { kind: "await" }>[] = [];
  visitBlocks(step.body, ({ actions }) => {
    for (const action of actions) if (action.kind === "await") waits.push(action);
  });
  return waits;
}

/** Whom a thread at the step waits for, where the condition holds. */
export interface Edge {
  readonly when: Term;
  /** A set of threads, all of which must act before the wait can end. */
  readonly whom: Term;
}

/**
 * Whom a thread that waits at this step waits for, over the state before it. Behind a choice it waits for nobody in
 * particular: another choice could go on.
 */
export function edgesOf(step: Step, memory: MemoryModel): Edge[] {
  const edges: Edge[] = [];
  // What it has stored may still reach memory and end somebody's wait: it is not stuck before its buffer is empty.
  const outer: Term[] = memory === "sc" ? [] : [{ kind: "buffer-empty" }];
  collectEdges(step.body, 0, NOTHING_KNOWN, outer, edges);
  return edges;
}

function collectEdges(
  block: Block,
  from: number,
  before: Known,
  outer: readonly Term[],
  edges: Edge[],
): void {
  let values = before;
  const path = [...outer];
  for (const action of block.actions.slice(from)) {
    if (action.kind === "choose" || action.kind === "unlink") return;
    if (action.kind === "assign") values = assigned(values, action.local, now(values, action.value));
    if (action.kind === "store") values = stored(values, action);
    if (action.kind === "check") path.push(now(values, action.condition));
    if (action.kind !== "await") continue;
    const condition = now(values, action.condition);
    const when = all([...path, not(condition)]);
    edges.push(...action.whom.map((whom) => ({ when, whom: now(values, whom) })));
    path.push(condition);
  }
  if (block.end.kind === "goto") return;
  const condition = now(values, block.end.condition);
  collectEdges(block.end.whenTrue, 0, values, [...path, condition], edges);
  collectEdges(block.end.whenFalse, 0, values, [...path, not(condition)], edges);
}

/** `values` is what the step has assigned and stored so far, `choices` how often it has chosen. */
function answer(question: Question, block: Block, from: number, values: Known, choices = 0): Term {
  const action = block.actions[from];
  if (action === undefined) {
    const { end } = block;
    if (end.kind === "goto") return TRUE;
    const whenTrue = answer(question, end.whenTrue, 0, values, choices);
    const whenFalse = answer(question, end.whenFalse, 0, values, choices);
    if (whenTrue === TRUE && whenFalse === TRUE) return TRUE;
    return { kind: "conditional", condition: now(values, end.condition), whenTrue, whenFalse };
  }
  const rest = (changed = values, more = 0) => answer(question, block, from + 1, changed, choices + more);
  switch (action.kind) {
    case "assign":
      return rest(assigned(values, action.local, now(values, action.value)));
    case "await":
      return question.atWait(action, now(values, action.condition), rest());
    case "check": {
      // A check that fails does not wait: the thread stops, and that is a step.
      const whenTrue = rest();
      if (whenTrue === TRUE) return TRUE;
      const condition = now(values, action.condition);
      return { kind: "conditional", condition, whenTrue, whenFalse: TRUE };
    }
    case "choose": {
      // With a blank no variable of the spec has this name, so none can capture it.
      const variable = `${action.local} choice ${choices + 1}`;
      const body = rest(assigned(values, action.local, { kind: "bound", name: variable }), 1);
      if (body === TRUE) return TRUE;
      const domain = now(values, action.domain);
      return { kind: "quantifier", quantifier: question.atChoice, variable, domain, body };
    }
    case "store":
      return rest(stored(values, action));
    case "unlink":
      // Nothing waits behind it: neither the split pass nor merging makes such a step.
      return TRUE;
    case "fence":
      // It holds back stores, and changes nothing about whether there are any.
      return rest();
    case "lock":
    case "pass":
      return rest();
    case "drain":
      return TRUE;
    case "guess":
      return bug("a guess reached the emitter");
  }
}
