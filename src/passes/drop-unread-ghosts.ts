/**
 * Takes out ghosts that nothing reads: no property then depends on them, and by construction no step of the design
 * does. The library keeps books (who is in an interrupt, which lock was taken where) that most models never open.
 */
import type { Action, Block, Model, Process, Term, Value } from "../ir/model.js";
import { termsOf, visitBlocks, visitTerm } from "../ir/terms.js";

/** The same model without them, and without the objects that consisted of nothing else. */
export function dropUnreadGhosts(model: Model): Model {
  const unread = unreadGhosts(model);
  if (unread.size === 0) return model;
  const processes = model.processes.map((process) => ({
    ...process,
    steps: process.steps.map((step) => ({ ...step, body: withoutStores(step.body, unread) })),
  }));
  const variables = model.variables.filter(({ name }) => !unread.has(name));
  return dropEmptyObjects({ ...model, processes, variables }, emptied(model, unread));
}

function unreadGhosts(model: Model): Set<string> {
  const unread = new Set(model.variables.flatMap(({ name, ghost }) => (ghost === true ? [name] : [])));
  const need = (term: Term) => {
    visitTerm(term, (inner) => {
      if (inner.kind === "read") unread.delete(inner.variable);
    });
  };
  for (const { condition } of model.invariants) need(condition);
  const bodies = model.processes.flatMap(({ steps }) => steps.map(({ body }) => body));
  // What is stored in a ghost matters only where that ghost is read: repeat until no more are.
  for (let before = -1; before !== unread.size; ) {
    before = unread.size;
    for (const body of bodies) {
      visitBlocks(body, ({ actions, end }) => {
        for (const action of actions) if (!isStoreTo(action, unread)) termsOf(action).forEach(need);
        if (end.kind === "branch") need(end.condition);
      });
    }
  }
  return unread;
}

function isStoreTo(action: Action, variables: ReadonlySet<string>): boolean {
  return action.kind === "store" && variables.has(action.variable);
}

function withoutStores(block: Block, variables: ReadonlySet<string>): Block {
  const actions = block.actions.filter((action) => !isStoreTo(action, variables));
  const { end } = block;
  if (end.kind !== "branch") return { actions, end };
  const whenTrue = withoutStores(end.whenTrue, variables);
  return { actions, end: { ...end, whenTrue, whenFalse: withoutStores(end.whenFalse, variables) } };
}

/** Classes that had nothing but unread ghosts. */
function emptied(model: Model, unread: ReadonlySet<string>): Set<string> {
  const classes = new Set<string>();
  for (const { name, class: type } of model.variables) if (unread.has(name)) classes.add(type ?? "");
  for (const { name, class: type } of model.variables) if (!unread.has(name)) classes.delete(type ?? "");
  for (const key of model.embedded.keys()) classes.delete(ownerOf(key));
  return classes;
}

/** `Vcpu` of `Vcpu.tm_lock`. */
function ownerOf(key: string): string {
  return key.slice(0, key.indexOf("."));
}

/** Removes the objects of these classes, unless something still names them. */
function dropEmptyObjects(model: Model, classes: ReadonlySet<string>): Model {
  const named = namedObjects(model);
  const gone = new Set(
    [...classes].filter((type) => !(model.objects.get(type) ?? []).some((object) => named.has(object))),
  );
  const objects = new Map([...model.objects].filter(([type]) => !gone.has(type)));
  const left = new Set([...objects.values()].flat());
  const embedded = new Map(
    [...model.embedded].filter(([, inner]) => [...inner.values()].every((object) => left.has(object))),
  );
  return { ...model, objects, embedded };
}

/** Every object that a term, an initial value or a thread can lead to. */
function namedObjects(model: Model): Set<string> {
  const named = new Set<string>();
  const addValue = (value: Value): void => {
    if (value === null || typeof value !== "object") return;
    if ("ref" in value) named.add(value.ref);
    else for (const element of "list" in value ? value.list : value.set) addValue(element);
  };
  const addTerm = (term: Term) =>
    visitTerm(term, (inner) => {
      if (inner.kind === "value") addValue(inner.value);
      if (inner.kind === "embedded") {
        const objects = model.embedded.get(`${inner.class}.${inner.field}`);
        for (const object of objects?.values() ?? []) named.add(object);
      }
    });
  for (const { initial } of model.variables) for (const value of initial.values()) addValue(value);
  for (const { condition } of model.invariants) addTerm(condition);
  for (const process of model.processes) addProcess(process, named, addTerm);
  return named;
}

function addProcess(process: Process, named: Set<string>, addTerm: (term: Term) => void): void {
  for (const { argument } of process.threads) if (argument !== undefined) named.add(argument);
  for (const { body } of process.steps) {
    visitBlocks(body, ({ actions, end }) => {
      for (const action of actions) termsOf(action).forEach(addTerm);
      if (end.kind === "branch") addTerm(end.condition);
    });
  }
}
