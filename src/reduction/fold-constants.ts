/**
 * Settles what the declarations settle: fields that no step writes become constants, conditions on them are decided,
 * and what nobody can ask about any more goes. Each step stays where it was, under its label and with its statement,
 * whatever is left of what it does: `pass` stands where an effect was, so that one statement takes as many steps as
 * before, traces lead through the same places and coverage calls the same statements reached.
 *
 * The verdict stays the same. A write goes only where neither step nor claim reads the variable; under weak memory the
 * store then leaves the buffer with it, but not the order that it asked of the stores before it. Models with claims
 * about runs stay as they are: in TLA+ a step that changes nothing is no step.
 */

import { sideOf } from "../ir/coverage.js";
import type { Action, Block, Model, Process, Step, Term } from "../ir/model.js";
import {
  assignedLocal,
  localsOf,
  mapActionTerms,
  reachableSteps,
  termsOf,
  variablesWritten,
  visitBlocks,
  writtenVariables,
} from "../ir/terms.js";
import { dropUnread } from "../passes/drop-unread.js";
import { resetDeadLocals } from "../passes/reset-dead-locals.js";
import { decision, foldTerm, isTrue, type Known } from "./fold-terms.js";

/** The same model with what is settled taken out. Each round may settle more. */
export function foldConstants(model: Model): Model {
  if (model.liveness.length > 0) return model;
  let before = { model, size: sizeOf(model) };
  for (;;) {
    const after = foldOnce(before.model);
    const size = sizeOf(after);
    if (size === before.size) return after;
    before = { model: after, size };
  }
}

/** Smaller with everything that a round settles. */
function sizeOf({ variables, processes }: Model): number {
  return JSON.stringify([variables.map(({ name }) => name), processes]).length;
}

function foldOnce(model: Model): Model {
  const written = writtenVariables(model);
  const constants = new Map(
    model.variables.filter(({ name }) => !written.has(name)).map((variable) => [variable.name, variable]),
  );
  const claims: Known = { model, process: undefined, constants, locals: new Map() };
  const fold = (term: Term) => foldTerm(claims, term);
  const folded: Model = {
    ...model,
    processes: model.processes.map((process) => foldProcess(model, process, constants)),
    invariants: model.invariants.map((invariant) => ({
      ...invariant,
      condition: fold(invariant.condition),
      premises: invariant.premises.map(fold),
    })),
  };
  return withoutIdleBuffers(dropUnread(folded, "of the spec as well"));
}

function actionsOf({ body }: Step): Action[] {
  const actions: Action[] = [];
  visitBlocks(body, (block) => actions.push(...block.actions));
  return actions;
}

function foldProcess(model: Model, process: Process, constants: Known["constants"]): Process {
  const known: Known = { model, process, constants, locals: constantLocals(process) };
  const unread = unreadLocals(process);
  const folded = process.steps.map((step) => ({ ...step, body: foldBlock(known, unread, step.body) }));
  const steps = resetDeadLocals(reachableSteps(process.entry, folded));
  const used = new Set(steps.flatMap((step) => [...actionsOf(step).map(assignedLocal), ...localsRead(step)]));
  return { ...process, steps, locals: process.locals.filter(({ name }) => used.has(name)) };
}

/** Locals that only ever get one value, and are read only behind that. */
function constantLocals({ steps, entry }: Process): Known["locals"] {
  const found = new Map<string, Extract<Term, { kind: "value" }>>();
  const others = new Set(steps.find(({ label }) => label === entry)?.live);
  for (const action of steps.flatMap(actionsOf)) {
    const local = assignedLocal(action);
    if (local === undefined) continue;
    if (action.kind !== "assign" || action.value.kind !== "value") others.add(local);
    else {
      const { value } = action;
      const known = found.get(local);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) others.add(local);
      else if (isPlain(value.value)) found.set(local, value);
      else others.add(local);
    }
  }
  for (const name of others) found.delete(name);
  return found;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object" || "ref" in value;
}

function unreadLocals(process: Process): Set<string> {
  const unread = new Set(process.locals.map(({ name }) => name));
  for (const name of process.steps.flatMap(localsRead)) unread.delete(name);
  return unread;
}

function localsRead({ body }: Step): string[] {
  const terms: Term[] = [];
  visitBlocks(body, ({ actions, end }) => {
    terms.push(...actions.flatMap(termsOf));
    if (end.kind === "branch") terms.push(end.condition);
  });
  return terms.flatMap((term) => [...localsOf(term)]);
}

function foldBlock(known: Known, unread: ReadonlySet<string>, block: Block): Block {
  const actions = block.actions.map((action) => foldAction(known, unread, action));
  const { end } = block;
  if (end.kind === "goto") return { actions, end };
  const condition = foldTerm(known, end.condition);
  const taken = decision(condition);
  if (taken === undefined) {
    const whenTrue = foldBlock(known, unread, end.whenTrue);
    const whenFalse = foldBlock(known, unread, end.whenFalse);
    return { actions, end: { ...end, condition, whenTrue, whenFalse } };
  }
  const rest = foldBlock(known, unread, taken ? end.whenTrue : end.whenFalse);
  const settled: Action = { kind: "pass", answer: sideOf(end, taken), origin: end.origin };
  return { actions: [...actions, settled, ...rest.actions], end: rest.end };
}

function foldAction(known: Known, unread: ReadonlySet<string>, action: Action): Action {
  const { origin } = action;
  if (action.kind === "assign" && unread.has(action.local)) return { kind: "pass", origin };
  const folded = mapActionTerms(action, (term) => foldTerm(known, term));
  if (folded.kind === "await" || folded.kind === "check") {
    return isTrue(folded.condition) ? { kind: "pass", origin } : folded;
  }
  return folded;
}

/** A store buffer that nobody fills any more is no thread. */
function withoutIdleBuffers(model: Model): Model {
  const filling = new Set(
    model.processes
      .filter(({ steps }) => steps.flatMap(actionsOf).some(fillsBuffer))
      .flatMap(({ threads }) => threads.map(({ name }) => name)),
  );
  const processes = model.processes.filter(({ threads }) =>
    threads.every(({ drains }) => drains === undefined || filling.has(drains)),
  );
  if (processes.length === model.processes.length) return model;
  const left = new Set(processes.flatMap(({ threads }) => threads.map(({ name }) => name)));
  return { ...model, processes, cpus: new Map([...model.cpus].filter(([thread]) => left.has(thread))) };
}

function fillsBuffer(action: Action): boolean {
  return action.kind !== "fence" && variablesWritten(action).length > 0 && "buffered" in action;
}
