/** Questions about terms, and their traversal: one table of children, so that a new kind cannot be forgotten. */
import { unreachable } from "../base/assert.js";
import type { Action, Block, Model, Step, Term, Value } from "./model.js";
import type { Type } from "./program.js";

/** A copy with `change` applied to each direct child. */
export function mapTerm(term: Term, change: (child: Term) => Term): Term {
  switch (term.kind) {
    case "value":
    case "current":
    case "cpu":
    case "argument":
    case "local":
    case "bound":
    case "buffer-empty":
      return term;
    case "read": {
      const object = term.object && change(term.object);
      const index = term.index && change(term.index);
      return { ...term, object, ...(index === undefined ? {} : { index }) };
    }
    case "embedded":
    case "elements":
    case "owner":
      return { ...term, object: change(term.object) };
    case "nth":
      return { ...term, list: change(term.list), index: change(term.index) };
    case "unary":
      return { ...term, operand: change(term.operand) };
    case "binary":
      return { ...term, left: change(term.left), right: change(term.right) };
    case "conditional":
      return {
        ...term,
        condition: change(term.condition),
        whenTrue: change(term.whenTrue),
        whenFalse: change(term.whenFalse),
      };
    case "quantifier":
      return { ...term, domain: change(term.domain), body: change(term.body) };
    case "subset":
      return { ...term, domain: change(term.domain), condition: change(term.condition) };
    case "has":
      return { ...term, collection: change(term.collection), element: change(term.element) };
    case "size":
      return { ...term, collection: change(term.collection) };
    case "first":
      return { ...term, list: change(term.list) };
    case "behind":
      return { ...term, list: change(term.list), count: change(term.count) };
    case "next":
    case "index-of":
    case "insert":
    case "without":
      return { ...term, list: change(term.list), element: change(term.element) };
    case "change":
      return { ...term, set: change(term.set), element: change(term.element) };
    case "linked":
    case "present":
      return { ...term, element: change(term.element) };
    case "record":
      return { ...term, fields: mapNamed(term.fields, change) };
    case "with":
      return { ...term, record: change(term.record), changes: mapNamed(term.changes, change) };
    case "select":
      return { ...term, record: change(term.record) };
    case "array":
      return { ...term, elements: term.elements.map(change) };
    case "index":
      return { ...term, collection: change(term.collection), index: change(term.index) };
    case "replace": {
      const { collection, index, value } = term;
      return { ...term, collection: change(collection), index: change(index), value: change(value) };
    }
    case "sets":
      return { ...term, left: change(term.left), right: change(term.right) };
    case "wrap":
      return { ...term, operand: change(term.operand) };
    case "each":
      return { ...term, domain: change(term.domain), body: change(term.body) };
    case "reduce": {
      const { domain, initial, body } = term;
      return { ...term, domain: change(domain), initial: change(initial), body: change(body) };
    }
  }
  unreachable(term);
}

function mapNamed(
  parts: readonly { readonly name: string; readonly value: Term }[],
  change: (child: Term) => Term,
): { readonly name: string; readonly value: Term }[] {
  return parts.map(({ name, value }) => ({ name, value: change(value) }));
}

/** Calls `visit` for the term and everything inside it, outermost first. */
export function visitTerm(term: Term, visit: (term: Term) => void): void {
  visit(term);
  mapTerm(term, (child) => {
    visitTerm(child, visit);
    return child;
  });
}

/** Whether the value of the term can change while other threads run: it reads shared memory, or a ghost. */
export function readsShared(term: Term): boolean {
  return contains(term, ({ kind }) => kind === "read" || kind === "linked");
}

/** Whether evaluating the term is an access to shared memory; reading a ghost is none. */
export function accessesMemory(term: Term): boolean {
  return contains(
    term,
    (inner) => inner.kind === "linked" || (inner.kind === "read" && inner.ghost !== true),
  );
}

/** Whether the term, or one inside it, matches. */
export function contains(term: Term, matches: (term: Term) => boolean): boolean {
  let found = false;
  visitTerm(term, (inner) => {
    found ||= matches(inner);
  });
  return found;
}

/** Whether the term mentions one of these bound names. */
export function mentionsBound(term: Term, names: ReadonlySet<string>): boolean {
  return contains(term, (inner) => inner.kind === "bound" && names.has(inner.name));
}

/** Names of the locals that the term mentions. */
export function localsOf(term: Term): Set<string> {
  const names = new Set<string>();
  visitTerm(term, (inner) => {
    if (inner.kind === "local") names.add(inner.name);
  });
  return names;
}

/** The terms that an action evaluates. */
export function termsOf(action: Action): Term[] {
  switch (action.kind) {
    case "assign":
      return [action.value];
    case "store":
      return [action.object, action.index, action.value].filter((term) => term !== undefined);
    case "unlink":
      return [action.element];
    case "await":
      return [action.condition, ...action.whom];
    case "check":
      return action.subject === undefined ? [action.condition] : [action.condition, action.subject];
    case "choose":
      return [action.domain];
    case "lock":
      return [action.lock];
    case "guess":
      return [action.condition];
    case "fence":
    case "drain":
    case "pass":
      return [];
  }
  unreachable(action);
}

/** A copy with `change` applied to each term that the action evaluates. */
export function mapActionTerms(action: Action, change: (term: Term) => Term): Action {
  switch (action.kind) {
    case "assign":
      return { ...action, value: change(action.value) };
    case "store": {
      const object = action.object && change(action.object);
      const index = action.index && change(action.index);
      return { ...action, object, ...(index === undefined ? {} : { index }), value: change(action.value) };
    }
    case "unlink":
      return { ...action, element: change(action.element) };
    case "await":
      return { ...action, condition: change(action.condition), whom: action.whom.map(change) };
    case "check":
      return {
        ...action,
        condition: change(action.condition),
        subject: action.subject && change(action.subject),
      };
    case "choose":
      return { ...action, domain: change(action.domain) };
    case "lock":
      return { ...action, lock: change(action.lock) };
    case "guess":
      return { ...action, condition: change(action.condition) };
    case "fence":
    case "drain":
    case "pass":
      return action;
  }
  unreachable(action);
}

/** What stands for the store buffers among the names of variables. With a blank it is the name of no variable of a spec. */
export const STORE_BUFFERS = "store buffers";

/** The variables that an action writes; what goes into a buffer writes the buffers. */
export function variablesWritten(action: Action): readonly string[] {
  switch (action.kind) {
    case "store":
      return [action.buffered === undefined ? action.variable : STORE_BUFFERS];
    case "unlink":
      return action.buffered === undefined ? action.variables : [STORE_BUFFERS];
    case "fence":
      return [STORE_BUFFERS];
    default:
      return [];
  }
}

/** The variables that some step writes, at once or through a store buffer. */
export function writtenVariables({ processes }: Model): Set<string> {
  const written = new Set<string>();
  for (const step of processes.flatMap(({ steps }) => steps)) {
    visitBlocks(step.body, ({ actions }) => {
      for (const action of actions) {
        if (action.kind === "store") written.add(action.variable);
        if (action.kind === "unlink") for (const name of action.variables) written.add(name);
      }
    });
  }
  return written;
}

/** The local that an action assigns, or undefined. */
export function assignedLocal(action: Action): string | undefined {
  return action.kind === "assign" || action.kind === "choose" ? action.local : undefined;
}

/** Whether the action is a shared access: something that other threads can see or cause. */
export function isSharedAccess(action: Action): boolean {
  if (["unlink", "await", "drain"].includes(action.kind)) return true;
  if (action.kind === "store" && action.ghost !== true) return true;
  return action.kind !== "lock" && action.kind !== "guess" && termsOf(action).some(accessesMemory);
}

/** Calls `visit` for each block of a step, outermost first. */
export function visitBlocks(block: Block, visit: (block: Block) => void): void {
  visit(block);
  if (block.end.kind !== "branch") return;
  visitBlocks(block.end.whenTrue, visit);
  visitBlocks(block.end.whenFalse, visit);
}

/** Calls `visit` for every term that a step evaluates, and everything inside it. */
export function visitTermsOf(body: Block, visit: (term: Term) => void): void {
  visitBlocks(body, ({ actions, end }) => {
    for (const action of actions) for (const term of termsOf(action)) visitTerm(term, visit);
    if (end.kind === "branch") visitTerm(end.condition, visit);
  });
}

/** What the claims about states and runs evaluate. */
export function claimedTerms({ invariants, liveness }: Model): Term[] {
  const ofRuns = liveness.flatMap((property): Term[] => {
    if (property.check === "never_stuck") return [];
    if (property.check !== "leads_to") return [property.condition];
    return [property.condition, property.consequence];
  });
  const premises = invariants.flatMap((invariant) => invariant.premises);
  return [...invariants.map(({ condition }) => condition), ...premises, ...ofRuns];
}

/** Calls `visit` for every term of the model, in steps and in claims: whatever the module of the model must define. */
export function visitModelTerms(model: Model, visit: (term: Term) => void): void {
  for (const { steps } of model.processes) for (const { body } of steps) visitTermsOf(body, visit);
  for (const term of claimedTerms(model)) visitTerm(term, visit);
}

/** Whether a term of this kind stands anywhere in the model. */
export function usesTerm(model: Model, kind: Term["kind"]): boolean {
  let found = false;
  visitModelTerms(model, (term) => {
    found ||= term.kind === kind;
  });
  return found;
}

export const TRUE: Term = { kind: "value", value: true, type: { kind: "boolean" } };
export const NULL: Term = { kind: "value", value: null, type: { kind: "null" } };

/** A constant of the type that its JavaScript value shows. */
export function constant(value: boolean | number | string | null): Term {
  if (value === null) return NULL;
  return { kind: "value", value, type: { kind: typeof value as "boolean" | "number" | "string" } };
}

export function not(operand: Term): Term {
  return { kind: "unary", operator: "!", operand };
}

export function binary(
  operator: Extract<Term, { kind: "binary" }>["operator"],
  left: Term,
  right: Term,
): Term {
  return { kind: "binary", operator, left, right };
}

/** The value of a condition that is the same in every state, or undefined. */
export function decided(term: Term): boolean | undefined {
  if (term.kind === "value") return typeof term.value === "boolean" ? term.value : undefined;
  if (term.kind === "unary" && term.operator === "!") {
    const value = decided(term.operand);
    return value === undefined ? undefined : !value;
  }
  if (term.kind !== "binary") return undefined;
  if (term.operator === "&&" || term.operator === "||") {
    const deciding = term.operator === "||";
    const left = decided(term.left);
    if (left === deciding) return deciding;
    return left === undefined ? undefined : decided(term.right);
  }
  if (term.operator !== "===" && term.operator !== "!==") return undefined;
  const { left, right } = term;
  if (left.kind !== "value" || right.kind !== "value") return undefined;
  if (typeof left.value !== "string" || typeof right.value !== "string") return undefined;
  return (left.value === right.value) === (term.operator === "===");
}

/** Conjunction of any number of terms. */
export function all(terms: readonly Term[]): Term {
  return terms.length === 0 ? TRUE : terms.reduce((left, right) => binary("&&", left, right));
}

/** The values that a value is made of; none for a plain one. */
export function partsOf(value: Value): readonly Value[] {
  if (value === null || typeof value !== "object" || "ref" in value) return [];
  if ("list" in value) return value.list;
  if ("set" in value) return value.set;
  return "record" in value ? [...value.record.values()] : value.map.flat();
}

/** What a local holds while nobody reads it. Typed, because TLC dislikes variables of mixed types. */
export function defaultValue(type: Type): Value {
  switch (type.kind) {
    case "record":
      return { record: new Map(type.fields.map((field) => [field.name, defaultValue(field.type)])) };
    case "array":
      return { list: Array.from({ length: type.length ?? 0 }, () => defaultValue(type.element)) };
    case "map":
      return { map: (type.keys ?? []).map((key) => [key, defaultValue(type.element)] as const) };
    case "boolean":
      return false;
    case "number":
      return 0;
    case "string":
      return "";
    case "list":
    case "queue":
      return { list: [] };
    case "set":
      return { set: [] };
    default:
      return null;
  }
}

/** The steps that the entry leads to, in the order given. */
export function reachableSteps(entry: string, steps: readonly Step[]): Step[] {
  const byLabel = new Map(steps.map((step) => [step.label, step]));
  const found = new Set([entry]);
  // What is found on the way comes behind.
  for (const label of found) {
    const step = byLabel.get(label);
    if (step === undefined) continue;
    visitBlocks(step.body, ({ end }) => {
      if (end.kind === "goto") found.add(end.label);
    });
  }
  return steps.filter(({ label }) => found.has(label));
}
