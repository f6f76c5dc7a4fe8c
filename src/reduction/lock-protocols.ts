/**
 * How the steps on a lock commute, found by trying: every state that the steps of all threads can bring one lock into,
 * in whatever order, and every pair of steps in each. No lock is known by its name, so a lock that a spec writes itself
 * is judged like those of the library, and one that is wrong protects nothing.
 *
 * Movers as in Lipton, "Reduction: a method of proving properties of parallel programs" (1975): a right mover can as
 * well come after the next step of any other thread, a left mover before the last one.
 */
import { must } from "../base/assert.js";
import type { Span } from "../base/span.js";
import { valueKey } from "../interpreter/state.js";
import type { Action, Block, Term, Value, Variable } from "../ir/model.js";
import {
  assignedLocal,
  binary,
  contains,
  localsOf,
  termsOf,
  variablesWritten,
  visitBlocks,
} from "../ir/terms.js";
import { type LockStep, Opaque } from "./abstract-step.js";
import type { Access, ModelAccesses, Unit } from "./accesses.js";
import {
  distinctKinds,
  type Kind,
  type LockGraph,
  type LockNode,
  lockGraph,
  type Move,
  resultAt,
} from "./lock-graph.js";
import { type LockGroup, lockGroups } from "./lock-groups.js";
import { holdersDecide } from "./lock-waits.js";
import { shapeOf } from "./step-shapes.js";

/** What a step is to one lock. */
export interface LockMover {
  readonly lock: Term;
  readonly right: boolean;
  readonly left: boolean;
  /** Whether it may have to wait for the lock. */
  readonly waits: boolean;
  /** Whether it may have to wait for something else as well. */
  readonly waitsForMore: boolean;
}

export interface LockProtocol {
  readonly group: LockGroup;
  /** Steps that touch a lock of the group, with how they move; a step that is not here is not understood. */
  readonly movers: ReadonlyMap<Unit, LockMover>;
  /** Whether holding the lock keeps others away, and how the lock itself shows who holds it. */
  readonly holding: Holding | undefined;
  /** Whether whoever waits for the lock waits until others give it back, and for nothing else. */
  readonly holdersDecide: boolean;
}

/** Conditions over the fields of a lock that are true for the threads that hold it, and for no others. */
export interface Holding {
  /** The field that names who holds the lock alone. */
  readonly exclusiveField: string;
  readonly exclusively: (lock: Term, span: Span) => Term;
  /** In whatever mode. */
  readonly atAll: (lock: Term, span: Span) => Term;
}

/** The protocol of each group of locks. */
export function lockProtocols(accesses: ModelAccesses): LockProtocol[] {
  return lockGroups(accesses).map((group) => protocolOf(accesses, group));
}

/** Whether the access is one to the fields that say who holds a lock of the group. */
export function isOnGroup({ locks, fields }: LockGroup, access: Access): boolean {
  return (
    fields.some(({ name }) => name === access.variable) &&
    [...access.objects].some((object) => locks.has(object))
  );
}

function protocolOf(accesses: ModelAccesses, group: LockGroup): LockProtocol {
  const nothing: LockProtocol = { group, movers: new Map(), holding: undefined, holdersDecide: false };
  const fields = new Set(group.fields.map(({ name }) => name));
  const isWhole = [...group.locks].every((lock) => group.fields.every(({ initial }) => initial.has(lock)));
  if (!isWhole) return nothing;
  const moves: Move[] = [];
  for (const unit of accesses.units) {
    const touching = unit.sites.flatMap((site) => site.accesses).filter((access) => isOnGroup(group, access));
    if (touching.length === 0 && !namesLock(accesses, group, unit)) continue;
    const term = touching[0]?.object ?? lockTermOf(unit);
    // What writes the lock in a way that cannot be followed may do anything to it.
    if (term === undefined || !isSteady(unit, term, fields)) return nothing;
    const lockStep: LockStep = { model: accesses.model, step: unit.step, term, fields };
    moves.push({ unit, lockStep, shape: shapeOf(unit.step, term) });
  }
  try {
    const graph = lockGraph(group, distinctKinds(moves));
    return graph === undefined
      ? nothing
      : {
          group,
          movers: moversOf(moves, graph),
          holding: holdingOf(group, graph),
          holdersDecide: holdersDecide(group, moves, graph),
        };
  } catch (error) {
    if (error instanceof Opaque) return nothing;
    throw error;
  }
}

/** The step says that it takes or gives back a lock of the group, without touching who holds it. */
function namesLock({ points }: ModelAccesses, { locks }: LockGroup, { process, step }: Unit): boolean {
  return lockActions(step.body).some((action) =>
    [...points.of(process, action.lock)].some((lock) => locks.has(lock)),
  );
}

function lockTermOf({ step }: Unit): Term | undefined {
  return lockActions(step.body)[0]?.lock;
}

/** Whether the term means the same lock wherever the step touches one of the group. */
function isSteady({ step }: Unit, term: Term, fields: ReadonlySet<string>): boolean {
  if (contains(term, ({ kind }) => kind === "read" || kind === "linked" || kind === "bound")) return false;
  const names = localsOf(term);
  const looks = (inner: Term) => contains(inner, (one) => one.kind === "read" && fields.has(one.variable));
  const touches = (action: Action) =>
    action.kind === "lock" ||
    variablesWritten(action).some((variable) => fields.has(variable)) ||
    termsOf(action).some(looks);
  const go = ({ actions, end }: Block, before: boolean): boolean => {
    let changed = before;
    for (const action of actions) {
      if (changed && touches(action)) return false;
      changed ||= names.has(assignedLocal(action) ?? "");
    }
    if (end.kind === "goto") return true;
    return !(changed && looks(end.condition)) && go(end.whenTrue, changed) && go(end.whenFalse, changed);
  };
  return go(step.body, false);
}

function moversOf(moves: readonly Move[], graph: LockGraph): Map<Unit, LockMover> {
  const byShape = new Map(graph.kinds.map((kind) => [kind.shape, moverOf(kind, graph)]));
  return new Map(
    moves.map(({ unit, shape, lockStep: { term: lock } }) => [
      unit,
      { lock, ...must(byShape.get(shape), "how steps of a shape move") },
    ]),
  );
}

function moverOf(kind: Kind, graph: LockGraph): Omit<LockMover, "lock"> {
  const { nodes } = graph;
  const own = nodes.flatMap((node) => [...kind.threads].map((thread) => resultAt(node, kind, thread)));
  const waits = own.some((result) => result.waits);
  const waitsForMore = own.some((result) => result.waitsForMore);
  const pairs = [...kind.threads].flatMap((thread) =>
    graph.kinds.flatMap((other) =>
      [...other.threads]
        .filter((name) => name !== thread)
        .map((name) => ({ own: { kind, thread }, other: { kind: other, thread: name } })),
    ),
  );
  const right = nodes.every((node) => pairs.every((pair) => canSwap(node, pair.own, pair.other)));
  const left = nodes.every((node) => pairs.every((pair) => canSwap(node, pair.other, pair.own)));
  return { right, left, waits, waitsForMore };
}

/** A step of this kind, taken by the thread. */
interface Turn {
  readonly kind: Kind;
  readonly thread: string;
}

/** Whether each run of `first` and then `second` from here is also one of `second` and then `first`, on the same ways. */
function canSwap(from: LockNode, first: Turn, second: Turn): boolean {
  const after = (node: LockNode, { kind, thread }: Turn) => resultAt(node, kind, thread).outcomes;
  return after(from, first).every((one) =>
    after(one.to, second).every((two) =>
      after(from, second).some(
        (early) =>
          early.way === two.way &&
          after(early.to, first).some((late) => late.way === one.way && late.to === two.to),
      ),
    ),
  );
}

/** How a lock shows who holds it, if holding it keeps others away. */
function holdingOf({ fields }: LockGroup, { nodes, threads }: LockGraph): Holding | undefined {
  const all = nodes;
  const excludes = all.every(
    ({ holders }) => holders.size < 2 || [...holders.values()].every((mode) => mode === "shared"),
  );
  if (!excludes || !all.some(({ holders }) => holders.size > 0)) return undefined;
  const shows = (field: string, mode: "exclusive" | "shared") =>
    all.every(({ lock, holders }) =>
      threads.every((thread) => names(lock.get(field) ?? null, thread) === (holders.get(thread) === mode)),
    );
  const fieldFor = (mode: "exclusive" | "shared") => fields.find(({ name }) => shows(name, mode));
  const exclusive = fieldFor("exclusive");
  if (exclusive === undefined) return undefined;
  const isShared = all.some(({ holders }) => [...holders.values()].includes("shared"));
  const shared = isShared ? fieldFor("shared") : undefined;
  if (isShared && shared === undefined) return undefined;
  const exclusively: Holding["exclusively"] = (lock, span) => namesCurrent(exclusive, lock, span);
  const atAll: Holding["atAll"] = (lock, span) =>
    shared === undefined
      ? exclusively(lock, span)
      : binary("||", exclusively(lock, span), namesCurrent(shared, lock, span));
  return { exclusiveField: exclusive.name, exclusively, atAll };
}

/** Whether the value of a field is the thread, or a set with it. */
function names(value: Value, thread: string): boolean {
  if (value === null || typeof value !== "object") return false;
  if ("set" in value) return value.set.some((element) => valueKey(element) === valueKey({ ref: thread }));
  return valueKey(value) === valueKey({ ref: thread });
}

/** The condition that the field names the running thread. */
function namesCurrent({ name, type }: Variable, lock: Term, span: Span): Term {
  const field: Term = { kind: "read", variable: name, object: lock, span, ghost: true };
  const current: Term = { kind: "current" };
  return type.kind === "set"
    ? { kind: "has", collection: field, element: current }
    : binary("===", field, current);
}

function actionsOf(body: Block): Action[] {
  const all: Action[] = [];
  visitBlocks(body, ({ actions }) => all.push(...actions));
  return all;
}

function lockActions(body: Block): Extract<Action, { kind: "lock" }>[] {
  return actionsOf(body).flatMap((action) => (action.kind === "lock" ? [action] : []));
}
