/** When a step can be taken, and when waiting there is rest: made from the same tree as the step itself. */
import { bug } from "../base/assert.js";
import type { Action, Block, Step, Term } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import { all, binary, constant, not, TRUE, visitBlocks } from "../ir/terms.js";
import { substitute } from "./terms.js";

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
  return waitsOf(step).length === 0 ? undefined : answer(ENABLED, step.body, 0, new Map());
}

/** When waiting at this step is rest, over the state before it; undefined where it never is. */
export function restOf(step: Step): Term | undefined {
  return waitsOf(step).some(({ idle }) => idle) ? answer(RESTS, step.body, 0, new Map()) : undefined;
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
  collectEdges(step.body, 0, new Map(), outer, edges);
  return edges;
}

function collectEdges(
  block: Block,
  from: number,
  before: ReadonlyMap<string, Term>,
  outer: readonly Term[],
  edges: Edge[],
): void {
  const values = new Map(before);
  const path = [...outer];
  for (const action of block.actions.slice(from)) {
    if (action.kind === "choose" || action.kind === "store" || action.kind === "unlink") return;
    if (action.kind === "assign") values.set(action.local, substitute(action.value, values));
    if (action.kind === "check") path.push(substitute(action.condition, values));
    if (action.kind !== "await") continue;
    const condition = substitute(action.condition, values);
    const when = all([...path, not(condition)]);
    edges.push(...action.whom.map((whom) => ({ when, whom: substitute(whom, values) })));
    path.push(condition);
  }
  if (block.end.kind === "goto") return;
  const condition = substitute(block.end.condition, values);
  collectEdges(block.end.whenTrue, 0, values, [...path, condition], edges);
  collectEdges(block.end.whenFalse, 0, values, [...path, not(condition)], edges);
}

/** `values` are the locals that the step has assigned so far, `choices` how often it has chosen. */
function answer(
  question: Question,
  block: Block,
  from: number,
  values: ReadonlyMap<string, Term>,
  choices = 0,
): Term {
  const action = block.actions[from];
  if (action === undefined) {
    const { end } = block;
    if (end.kind === "goto") return TRUE;
    const whenTrue = answer(question, end.whenTrue, 0, values, choices);
    const whenFalse = answer(question, end.whenFalse, 0, values, choices);
    if (whenTrue === TRUE && whenFalse === TRUE) return TRUE;
    return { kind: "conditional", condition: substitute(end.condition, values), whenTrue, whenFalse };
  }
  const rest = (changed = values, more = 0) => answer(question, block, from + 1, changed, choices + more);
  switch (action.kind) {
    case "assign":
      return rest(new Map(values).set(action.local, substitute(action.value, values)));
    case "await":
      return question.atWait(action, substitute(action.condition, values), rest());
    case "check": {
      // A check that fails does not wait: the thread stops, and that is a step.
      const whenTrue = rest();
      if (whenTrue === TRUE) return TRUE;
      const condition = substitute(action.condition, values);
      return { kind: "conditional", condition, whenTrue, whenFalse: TRUE };
    }
    case "choose": {
      // With a blank no variable of the spec has this name, so none can capture it.
      const variable = `${action.local} choice ${choices + 1}`;
      const body = rest(new Map(values).set(action.local, { kind: "bound", name: variable }), 1);
      if (body === TRUE) return TRUE;
      const domain = substitute(action.domain, values);
      return { kind: "quantifier", quantifier: question.atChoice, variable, domain, body };
    }
    case "store":
    case "unlink":
      // Nothing waits behind a store; the split pass refuses such a step.
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
