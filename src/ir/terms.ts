/** Questions about terms, and their traversal: one table of children, so that a new kind cannot be forgotten. */
import { must, unreachable } from "../base/assert.js";
import type { Action, Block, Model, Step, Term, Value } from "./model.js";
import type { Type } from "./program.js";

type NamedParts = readonly { readonly name: string; readonly value: Term }[];
/** What a term can have as a child: a term, or several. */
type Child = Term | readonly Term[] | NamedParts;

type ChildName<T> = {
  [K in keyof T]-?: NonNullable<T[K]> extends Child ? K : never;
}[keyof T];

/** The children of each kind of term, in the order in which they are visited. The compiler misses none. */
const CHILDREN: {
  readonly [K in Term["kind"]]: { readonly [C in ChildName<Extract<Term, { kind: K }>>]: true };
} = {
  value: {},
  current: {},
  cpu: {},
  argument: {},
  local: {},
  bound: {},
  "buffer-empty": {},
  read: { object: true, index: true },
  embedded: { object: true },
  elements: { object: true },
  owner: { object: true },
  nth: { list: true, index: true },
  unary: { operand: true },
  binary: { left: true, right: true },
  conditional: { condition: true, whenTrue: true, whenFalse: true },
  quantifier: { domain: true, body: true },
  subset: { domain: true, condition: true },
  has: { collection: true, element: true },
  size: { collection: true },
  first: { list: true },
  behind: { list: true, count: true },
  next: { list: true, element: true },
  "index-of": { list: true, element: true },
  insert: { list: true, element: true },
  without: { list: true, element: true },
  change: { set: true, element: true },
  linked: { element: true },
  present: { element: true },
  record: { fields: true },
  with: { record: true, changes: true },
  select: { record: true },
  array: { elements: true },
  index: { collection: true, index: true },
  replace: { collection: true, index: true, value: true },
  sets: { left: true, right: true },
  wrap: { operand: true },
  each: { domain: true, body: true },
  reduce: { domain: true, initial: true, body: true },
};

const CHILD_NAMES = new Map(Object.entries(CHILDREN).map(([kind, names]) => [kind, Object.keys(names)]));

/** The names of its children, and the term as what has them under these names. */
function childrenOf(
  term: Term,
): [names: readonly string[], parent: { readonly [name: string]: Child | undefined }] {
  return [must(CHILD_NAMES.get(term.kind), term.kind), term as unknown as Record<string, Child | undefined>];
}

/** A copy with `change` applied to each direct child. */
export function mapTerm(term: Term, change: (child: Term) => Term): Term {
  const [names, parent] = childrenOf(term);
  if (names.length === 0) return term;
  const changed: Record<string, unknown> = { ...parent };
  for (const name of names) {
    const child = parent[name];
    if (child !== undefined) changed[name] = mapChild(child, change);
  }
  return changed as unknown as Term;
}

function mapChild(child: Child, change: (child: Term) => Term): Child {
  if (isTerm(child)) return change(child);
  return child.map((part) =>
    "kind" in part ? change(part) : { ...part, value: change(part.value) },
  ) as Child;
}

function isTerm(child: Child): child is Term {
  return !Array.isArray(child);
}

/** Calls `visit` for the term and everything inside it, outermost first. */
export function visitTerm(term: Term, visit: (term: Term) => void): void {
  visit(term);
  const [names, parent] = childrenOf(term);
  for (const name of names) {
    const child = parent[name];
    if (child === undefined) continue;
    if (isTerm(child)) visitTerm(child, visit);
    else for (const part of child) visitTerm("kind" in part ? part : part.value, visit);
  }
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

/** What a term depends on, by name. */
interface Mentioned {
  readonly locals: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** Terms do not change, and merged steps hold the same ones many times. */
const mentioned = new WeakMap<Term, Mentioned>();

function mentionedIn(term: Term): Mentioned {
  const known = mentioned.get(term);
  if (known !== undefined) return known;
  const [locals, variables] = [new Set<string>(), new Set<string>()];
  visitTerm(term, (inner) => {
    if (inner.kind === "local") locals.add(inner.name);
    else if (inner.kind === "read") variables.add(inner.variable);
    else if (inner.kind === "linked") for (const name of inner.variables) variables.add(name);
  });
  const found = { locals, variables };
  mentioned.set(term, found);
  return found;
}

/** Names of the locals that the term mentions. */
export function localsOf(term: Term): ReadonlySet<string> {
  return mentionedIn(term).locals;
}

/** The variables that the term reads, or looks for an element in. */
export function variablesRead(term: Term): ReadonlySet<string> {
  return mentionedIn(term).variables;
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
