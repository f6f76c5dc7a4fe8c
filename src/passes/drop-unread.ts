/**
 * Takes out variables that nothing reads, where no reader of the spec would miss them: ghosts, and fields of the library.
 * What nothing reads decides nothing. The library keeps books (how often preemption is off, which lock was taken in an
 * interrupt) that most models never open.
 */
import type { Action, Block, Model, Process, Term, Value } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import { claimedTerms, partsOf, termsOf, visitBlocks, visitTerm, visitTermsOf } from "../ir/terms.js";
import { asksForCpu } from "./cpus.js";

/**
 * The same model without them, and without the objects that consisted of nothing else. With the variables of the spec
 * as well it is no longer what a reader would expect to see, but it means the same: see fold-constants.ts.
 */
export function dropUnread(model: Model, which?: "of the spec as well"): Model {
  const all = which !== undefined;
  const unread = unreadVariables(model, all);
  if (unread.size === 0) return model;
  const silent = (action: Action) => (isStoreTo(action, unread) ? [] : [action]);
  const passing = (action: Action) => [withoutWrite(action, unread, model.memory)];
  const processes = model.processes.map((process) => ({
    ...process,
    steps: process.steps.map((step) => ({ ...step, body: without(step.body, all ? passing : silent) })),
  }));
  const variables = model.variables.filter(({ name }) => !unread.has(name));
  return dropEmptyObjects({ ...model, processes, variables }, emptied(model, unread));
}

function unreadVariables(model: Model, all: boolean): Set<string> {
  const unread = new Set(
    model.variables
      .filter(({ ghost, library }) => all || ghost === true || library === true)
      .map(({ name }) => name),
  );
  const need = (term: Term) => {
    visitTerm(term, (inner) => {
      if (inner.kind === "read") unread.delete(inner.variable);
      if (inner.kind === "linked") for (const name of inner.variables) unread.delete(name);
    });
  };
  claimedTerms(model).forEach(need);
  const bodies = model.processes.flatMap(({ steps }) => steps.map(({ body }) => body));
  // What is stored in a variable matters only where that variable is read: repeat until no more are.
  for (let before = -1; before !== unread.size; ) {
    before = unread.size;
    for (const body of bodies) {
      visitBlocks(body, ({ actions, end }) => {
        for (const action of actions) {
          if (!isStoreTo(action, unread)) termsOf(action).forEach(need);
          if (action.kind === "unlink" && !mayLose(action, all))
            for (const name of action.variables) unread.delete(name);
        }
        if (end.kind === "branch") need(end.condition);
      });
    }
  }
  return unread;
}

function isStoreTo(action: Action, variables: ReadonlySet<string>): boolean {
  return action.kind === "store" && variables.has(action.variable);
}

/** Where it orders stores, it does so only for the lists that the element is on. */
function mayLose({ buffered }: Extract<Action, { kind: "unlink" }>, all: boolean): boolean {
  return all && buffered !== "release";
}

function without(block: Block, left: (action: Action) => readonly Action[]): Block {
  const actions = block.actions.flatMap(left);
  const { end } = block;
  if (end.kind !== "branch") return { actions, end };
  return {
    actions,
    end: { ...end, whenTrue: without(end.whenTrue, left), whenFalse: without(end.whenFalse, left) },
  };
}

/** What is left of a write: that somebody came by, and the order of the stores before it where it asked for one. */
function withoutWrite(action: Action, variables: ReadonlySet<string>, memory: MemoryModel): Action {
  if (action.kind !== "store" && action.kind !== "unlink") return action;
  const names = action.kind === "store" ? [action.variable] : action.variables;
  const left = names.filter((name) => !variables.has(name));
  if (left.length === names.length) return action;
  const { origin } = action;
  if (action.kind === "unlink" && left.length > 0) return { ...action, variables: left };
  const orders = memory === "pso" && action.buffered === "release";
  return orders ? { kind: "fence", origin } : { kind: "pass", origin };
}

/** Classes that had nothing but unread variables. */
function emptied(model: Model, unread: ReadonlySet<string>): Set<string> {
  const classes = new Set<string>();
  for (const { name, class: type } of model.variables) if (unread.has(name)) classes.add(type ?? "");
  for (const { name, class: type } of model.variables) if (!unread.has(name)) classes.delete(type ?? "");
  for (const key of [...model.embedded.keys(), ...model.arrays.keys()]) classes.delete(ownerOf(key));
  return classes;
}

/** `Vcpu` of `Vcpu.tm_lock`. */
function ownerOf(key: string): string {
  return key.slice(0, key.indexOf("."));
}

/** Removes these classes: with their objects, unless something names those; or where others have the objects as well. */
function dropEmptyObjects(model: Model, classes: ReadonlySet<string>): Model {
  const asks = model.processes.some(({ steps }) => asksForCpu(steps));
  const cpus = asks ? model.cpus : new Map<string, string>();
  const named = namedObjects({ ...model, cpus });
  const kept = [...model.objects].filter(([type]) => !classes.has(type)).flatMap(([, objects]) => objects);
  const stays = new Set(kept);
  const gone = new Set(
    [...classes].filter((type) =>
      (model.objects.get(type) ?? []).every((object) => stays.has(object) || !named.has(object)),
    ),
  );
  const objects = new Map([...model.objects].filter(([type]) => !gone.has(type)));
  const left = new Set([...objects.values()].flat());
  const embedded = new Map(
    [...model.embedded].filter(([, inner]) => [...inner.values()].every((object) => left.has(object))),
  );
  const arrays = new Map(
    [...model.arrays].filter(([, inner]) => [...inner.values()].flat().every((object) => left.has(object))),
  );
  const owners = new Map([...model.owners].filter(([type]) => !gone.has(type)));
  return { ...model, objects, embedded, arrays, owners, cpus };
}

/** Every object that a term, an initial value or a thread can lead to. */
function namedObjects(model: Model): Set<string> {
  const named = new Set<string>();
  const addValue = (value: Value): void => {
    if (value !== null && typeof value === "object" && "ref" in value) named.add(value.ref);
    for (const part of partsOf(value)) addValue(part);
  };
  const addTerm = (inner: Term) => {
    if (inner.kind === "value") addValue(inner.value);
    if (inner.kind === "elements") {
      const arrays = model.arrays.get(`${inner.class}.${inner.field}`);
      for (const object of [...(arrays?.values() ?? [])].flat()) named.add(object);
    }
    if (inner.kind === "embedded") {
      const objects = model.embedded.get(`${inner.class}.${inner.field}`);
      for (const object of objects?.values() ?? []) named.add(object);
    }
  };
  for (const { initial } of model.variables) for (const value of initial.values()) addValue(value);
  for (const term of claimedTerms(model)) visitTerm(term, addTerm);
  for (const process of model.processes) addProcess(process, named, addTerm);
  for (const cpu of model.cpus.values()) named.add(cpu);
  return named;
}

function addProcess(process: Process, named: Set<string>, addTerm: (term: Term) => void): void {
  for (const { argument } of process.threads) if (argument !== undefined) named.add(argument);
  for (const { body } of process.steps) visitTermsOf(body, addTerm);
}
