/** What the steps of a model do to memory: every read and write, with the objects whose fields it may touch. */
import { must } from "../base/assert.js";
import type { Action, Block, Model, Process, Step, Term } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { termsOf, variablesWritten } from "../ir/terms.js";
import { type Names, type PointsTo, pointsTo } from "./points-to.js";

/** A place in a step that reads or writes memory: an action or a condition. */
export interface Site {
  /** Unique in the model; the same whatever is merged. */
  readonly id: string;
  readonly accesses: readonly Access[];
}

export interface Access {
  /** The name of the variable, or of its members: see {@link membersOf}. */
  readonly variable: string;
  readonly writes: boolean;
  /** Names of the objects whose field it may be; `""` for a global; of the elements where it is about members. */
  readonly objects: Names;
  /** The same for one thread of the process, which knows its own argument and CPU from those of others. */
  readonly objectsOf: (thread: string) => Names;
  /** The object, where one term says which it is. */
  readonly object: Term | undefined;
}

/** A step of the unreduced model: what happens at once on the hardware. */
export interface Unit {
  readonly process: Process;
  readonly step: Step;
  /** In the order of the tree, outermost first. */
  readonly sites: readonly Site[];
}

/** Everything that can be said about accesses without exploring anything. */
export interface ModelAccesses {
  readonly model: Model;
  readonly units: readonly Unit[];
  readonly points: PointsTo;
  /** Names of the threads that access the field of the object (`""` for a global). */
  threadsAt(variable: string, object: string): Names;
  /** Names of the threads that write the field of the object. */
  writersAt(variable: string, object: string): Names;
  /** Whether any step writes the field of the object. */
  isWritten(variable: string, object: string): boolean;
}

/** Whether no other thread uses what the access touches; a read is in nobody's way but that of who writes. */
export function isPrivate(accesses: ModelAccesses, { process }: Unit, access: Access): boolean {
  const others = access.writes ? accesses.threadsAt : accesses.writersAt;
  return process.threads.every(({ name }) =>
    [...access.objectsOf(name)].every((object) =>
      [...others(access.variable, object)].every((thread) => thread === name),
    ),
  );
}

/** Threads wait at the beginning of each step while others run on their CPU: no access of the step's own. */
export function isTurn(action: Action): boolean {
  return action.kind === "await" && (action.because === "interrupted" || action.because === "preempted");
}

/** An action, or the condition at the end of a block. */
export type Instruction = Action | Extract<Block["end"], { kind: "branch" }>;

/**
 * The step with actions before its actions and conditions. Each instruction is told with its id, which is the same
 * for the same step: two copies of one action in different branches have two.
 */
export function insertBefore(
  { name }: Process,
  step: Step,
  added: (id: string, instruction: Instruction) => readonly Action[],
): Step {
  let count = 0;
  const before = (instruction: Instruction) => added(`${name}/${step.label}/${count++}`, instruction);
  const go = ({ actions, end }: Block): Block => {
    const all = actions.flatMap((action) => [...before(action), action]);
    if (end.kind === "goto") return { actions: all, end };
    all.push(...before(end));
    const whenTrue = go(end.whenTrue);
    return { actions: all, end: { ...end, whenTrue, whenFalse: go(end.whenFalse) } };
  };
  return { ...step, body: go(step.body) };
}

export function accessesOf(model: Model): ModelAccesses {
  const points = pointsTo(model);
  const units = model.processes.flatMap((process) =>
    process.steps.map((step): Unit => ({ process, step, sites: sitesOf(model, points, process, step) })),
  );
  const threads = new Map<string, Set<string>>();
  const writers = new Map<string, Set<string>>();
  const cell = (variable: string, object: string) => `${variable}@${object}`;
  const note = (known: Map<string, Set<string>>, at: string, thread: string) =>
    known.set(at, (known.get(at) ?? new Set()).add(thread));
  for (const { process, sites } of units) {
    for (const { variable, writes, objectsOf } of sites.flatMap((site) => site.accesses)) {
      for (const { name } of process.threads) {
        for (const object of objectsOf(name)) {
          note(threads, cell(variable, object), name);
          if (writes) note(writers, cell(variable, object), name);
        }
      }
    }
  }
  const writersAt = (variable: string, object: string) => writers.get(cell(variable, object)) ?? NOBODY;
  return {
    model,
    units,
    points,
    threadsAt: (variable, object) => threads.get(cell(variable, object)) ?? NOBODY,
    writersAt,
    isWritten: (variable, object) => writersAt(variable, object).size > 0,
  };
}

const NOBODY: Names = new Set();

/** An access of all threads of a process, or of one. */
type Touch = Omit<Access, "objectsOf">;

function sitesOf(model: Model, points: PointsTo, process: Process, step: Step): Site[] {
  const sites: Site[] = [];
  insertBefore(process, step, (id, what) => {
    if (what.kind !== "branch" && isTurn(what)) return [];
    const touchesOf = (own: Process): Touch[] =>
      what.kind === "branch"
        ? readsIn(points, own, what.condition)
        : [
            ...writesOf(model, points, own, what),
            ...evaluated(what).flatMap((term) => readsIn(points, own, term)),
          ];
    // For one thread there are the same accesses, in the same order.
    const byThread = new Map(
      process.threads.map((thread) => [thread.name, touchesOf({ ...process, threads: [thread] })]),
    );
    const accesses = touchesOf(process).map((touch, index): Access => {
      const objectsOf = (thread: string) => must(byThread.get(thread)?.[index], touch.variable).objects;
      return { ...touch, objectsOf };
    });
    if (accesses.length > 0) sites.push({ id, accesses });
    return [];
  });
  return sites;
}

/** The terms whose values decide what the action does. Whom a wait is for, and what a check is about, is for reports. */
export function evaluated(action: Action): Term[] {
  if (action.kind === "await" || action.kind === "check") return [action.condition];
  if (action.kind === "lock" || action.kind === "guess") return [];
  return termsOf(action);
}

/** The reads of a term that a step evaluates. */
function readsIn(points: PointsTo, process: Process, term: Term): Touch[] {
  const accesses: Touch[] = [];
  points.visit(process, term, (inner, bound) => {
    if (inner.kind === "read") {
      const { variable, object } = inner;
      const objects = object === undefined ? GLOBAL : points.of(process, object, bound);
      accesses.push({ variable, writes: false, objects, object });
    } else if (inner.kind === "linked") {
      const objects = points.of(process, inner.element, bound);
      for (const variable of inner.variables) {
        accesses.push({ variable: membersOf(variable), writes: false, objects, object: inner.element });
      }
    }
  });
  return accesses;
}

const GLOBAL: Names = new Set([""]);

/**
 * Which lists of a variable an element is on is kept apart from what is on the lists: who looks for one element does not
 * care for others. The name is that of no variable of a spec.
 */
export function membersOf(variable: string): string {
  return `${variable} members`;
}

function writesOf(model: Model, points: PointsTo, process: Process, action: Action): Touch[] {
  if (action.kind === "unlink") {
    const objects = points.of(process, action.element);
    return action.variables.flatMap((variable) => [
      { variable, writes: true, objects: objectsWith(model, variable), object: undefined },
      { variable: membersOf(variable), writes: true, objects, object: action.element },
    ]);
  }
  if (action.kind !== "store") {
    return variablesWritten(action).map((variable) => ({
      variable,
      writes: true,
      objects: GLOBAL,
      object: undefined,
    }));
  }
  const { variable, object } = action;
  const objects = object === undefined ? GLOBAL : points.of(process, object);
  const write: Touch = { variable, writes: true, objects, object };
  const type = model.variables.find(({ name }) => name === variable)?.type;
  if (type?.kind !== "list") return [write];
  const all = new Set(model.objects.get(type.element));
  const moved = elementsMoved(action) ?? [undefined];
  const members = moved.map((element): Touch => {
    const which = element === undefined ? all : points.of(process, element);
    return { variable: membersOf(variable), writes: true, objects: which, object: element };
  });
  return [write, ...members];
}

/** The elements that a store to a list puts on it or takes off it; undefined where that cannot be told. */
export function elementsMoved({
  variable,
  object,
  value,
}: Pick<Extract<Action, { kind: "store" }>, "variable" | "object" | "value">): Term[] | undefined {
  if (value.kind === "read" && value.variable === variable) {
    const same =
      object !== undefined && value.object !== undefined && printTerm(object) === printTerm(value.object);
    return same ? [] : undefined;
  }
  if (value.kind !== "insert" && value.kind !== "without") return undefined;
  const before = elementsMoved({ variable, object, value: value.list });
  return before && [...before, value.element];
}

function objectsWith(model: Model, name: string): Names {
  return new Set(model.variables.find((variable) => variable.name === name)?.initial.keys());
}
