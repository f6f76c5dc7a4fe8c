/**
 * Settles what a merged step settles by itself. Merging puts `found = true` and the `if (found)` behind it into one step, and
 * then one way of the branch is never gone: on each way through a step, what its variables have just been given stands in
 * the conditions behind, and a branch that is decided by that goes. The step leads where it led before, so states and verdicts
 * are the same; it is only shorter to print and to evaluate.
 */
import { sideOf } from "../ir/coverage.js";
import type { Action, Block, Model, Term } from "../ir/model.js";
import { assignedLocal, mapActionTerms } from "../ir/terms.js";
import { decision, foldTerm, isTrue, type Known } from "./fold-terms.js";

type Value = Extract<Term, { kind: "value" }>;

/** The same model without the ways through its steps that nobody can go. */
export function settleWays(model: Model): Model {
  const processes = model.processes.map((process) => {
    const known: Known = { model, process, constants: new Map(), locals: new Map() };
    const steps = process.steps.map((step) => ({ ...step, body: settle(known, step.body) }));
    return { ...process, steps };
  });
  return { ...model, processes };
}

function settle(before: Known, { actions, end }: Block): Block {
  const settled: Action[] = [];
  const locals = new Map<string, Value>();
  for (const [name, value] of before.locals) locals.set(name, value);
  const known: Known = { ...before, locals };
  for (const action of actions) {
    const folded = settleAction(known, action);
    settled.push(folded);
    const local = assignedLocal(folded);
    if (local === undefined) continue;
    if (folded.kind === "assign" && folded.value.kind === "value") locals.set(local, folded.value);
    else locals.delete(local);
  }
  if (end.kind === "goto") return { actions: settled, end };
  const condition = foldTerm(known, end.condition);
  const taken = decision(condition);
  if (taken === undefined) {
    const whenTrue = settle(known, end.whenTrue);
    const whenFalse = settle(known, end.whenFalse);
    return { actions: settled, end: { ...end, condition, whenTrue, whenFalse } };
  }
  const rest = settle(known, taken ? end.whenTrue : end.whenFalse);
  const pass: Action = { kind: "pass", answer: sideOf(end, taken), origin: end.origin };
  return { actions: [...settled, pass, ...rest.actions], end: rest.end };
}

function settleAction(known: Known, action: Action): Action {
  const folded = mapActionTerms(action, (term) => foldTerm(known, term));
  if (folded.kind !== "check" || !isTrue(folded.condition)) return folded;
  return { kind: "pass", origin: action.origin };
}
