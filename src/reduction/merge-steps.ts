/** Writes units that belong to one step into one tree: each `goto` to a unit at which no step begins becomes that unit. */
import { must } from "../base/assert.js";
import { GUESS } from "../ir/checks.js";
import type { Action, Block, Process, Step } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import {
  assignedLocal,
  localsOf,
  reachableSteps,
  variablesRead,
  variablesWritten,
  visitBlocks,
} from "../ir/terms.js";
import { isTurn } from "./accesses.js";
import { behind, hindrance, isChoice, isStore, type Phase, type Purpose, START } from "./phases.js";
import type { Beginnings } from "./placement.js";
import type { UnitClass } from "./unit-classes.js";

/** How large a step is. */
export interface Size {
  readonly depth: number;
  readonly actions: number;
}

/**
 * A step is a tree, and what follows a join is copied into each branch; the emitted PlusCal nests with every assignment.
 * Past these a step is cut.
 */
export const MOST: Size = { depth: 80, actions: 800 };

/** A unit behind which the step would become too large. */
export class TooLarge extends Error {
  constructor(readonly label: string) {
    super(`the step is too large at ${label}`);
  }
}

/** What trees are made of; everything by label. */
export interface Merging {
  readonly units: ReadonlyMap<string, Step>;
  /** What is asked behind a unit where the step goes on. */
  readonly behind: ReadonlyMap<string, readonly Action[]>;
  readonly classes: ReadonlyMap<string, UnitClass>;
  readonly beginnings: Beginnings;
  readonly purpose: Purpose;
}

/** The steps of a process that begin where the merging says. Throws {@link TooLarge} where one is larger than `most`. */
export function mergeSteps(process: Process, merging: Merging, most?: Size): Step[] {
  const steps = process.steps
    .filter(({ label }) => merging.beginnings.has(label))
    .map((step) => {
      const unit = must(merging.units.get(step.label), step.label);
      const path: Path = {
        at: step.label,
        through: new Set([step.label]),
        phase: behind(START, classAt(merging, step.label)),
        depth: 0,
        known: new Map(),
        stored: new Set(),
      };
      return { ...unit, body: grow({ ...merging, most, actions: 0 }, unit.body, path) };
    });
  return reachableSteps(process.entry, steps);
}

function classAt({ classes }: Merging, label: string): UnitClass {
  return must(classes.get(label), label);
}

/** Conditions that have been checked on the way and are still true. */
type Known = Map<string, Extract<Action, { kind: "check" | "guess" }>>;

/** The tree of one step. */
interface Growth extends Merging {
  readonly most: Size | undefined;
  /** So many actions are in it. */
  actions: number;
}

/** The way from the beginning of the step to a place in it. Its sets grow with it; where it divides, one way gets copies. */
interface Path {
  /** The label of the unit that the place is in. */
  readonly at: string;
  /** Labels of the units that it has been through. */
  readonly through: Set<string>;
  readonly phase: Phase;
  /** How deeply statements nest in PlusCal there. */
  readonly depth: number;
  readonly known: Known;
  /** Variables stored on the way. */
  readonly stored: Set<string>;
}

function fork(path: Path): Path {
  const { through, known, stored } = path;
  return { ...path, through: new Set(through), known: new Map(known), stored: new Set(stored) };
}

function grow(growth: Growth, { actions, end }: Block, path: Path): Block {
  const { units, most } = growth;
  const { known, stored, through } = path;
  const kept: Action[] = [];
  let { depth } = path;
  for (const action of actions) {
    if (isKnown(action, known)) continue;
    kept.push(action);
    growth.actions++;
    depth += nestingOf(action, stored);
  }
  const phase = {
    ...path.phase,
    chose: path.phase.chose || actions.some(isChoice),
    stored: path.phase.stored || actions.some(isStore),
  };
  const here: Path = { ...path, phase, depth };
  if (end.kind === "branch") {
    const inside: Path = { ...here, depth: depth + 1 };
    const whenTrue = grow(growth, end.whenTrue, fork(inside));
    return { actions: kept, end: { ...end, whenTrue, whenFalse: grow(growth, end.whenFalse, inside) } };
  }
  const { label } = end;
  const next = units.get(label);
  if (next === undefined || beginsAt(growth, here, label)) return { actions: kept, end };
  if (most !== undefined && (depth + deepestOf(next.body) > most.depth || growth.actions > most.actions)) {
    throw new TooLarge(label);
  }
  for (const action of growth.behind.get(path.at) ?? []) {
    if (isKnown(action, known)) continue;
    kept.push(action);
    growth.actions++;
    depth += nestingOf(action, stored);
  }
  // The thread's turn is looked at where the step begins.
  const actionsThere = next.body.actions.filter((action) => !isTurn(action));
  const joint: readonly Action[] = waits(next.body)
    ? [{ kind: "pass", joint: true, origin: next.origin }]
    : [];
  const body = { ...next.body, actions: [...joint, ...actionsThere] };
  const rest = grow(growth, body, {
    ...here,
    depth,
    at: label,
    phase: behind(phase, classAt(growth, label)),
    through: through.add(label),
  });
  return { actions: [...kept, ...rest.actions], end: rest.end };
}

/** Whether another step begins at the unit, for who comes there in this way. */
function beginsAt(growth: Growth, { through, phase }: Path, label: string): boolean {
  const beginning = growth.beginnings.get(label);
  if (beginning === undefined) return false;
  if (beginning.always || through.has(label)) return true;
  return hindrance(phase, classAt(growth, label), growth.purpose) !== undefined;
}

function waits(body: Block): boolean {
  let found = false;
  visitBlocks(body, ({ actions }) => {
    found ||= actions.some((action) => action.kind === "await" && !isTurn(action));
  });
  return found;
}

/** Whether the same guess was looked at on the way here, and nothing that it depends on has changed. */
function isKnown(action: Action, known: Known): boolean {
  const assigned = assignedLocal(action);
  const written = variablesWritten(action);
  const isChange = assigned !== undefined || written.length > 0;
  for (const [key, { condition }] of isChange ? known : []) {
    const changes =
      (assigned !== undefined && localsOf(condition).has(assigned)) ||
      written.some((name) => variablesRead(condition).has(name));
    if (changes) known.delete(key);
  }
  if (action.kind !== "guess" && !(action.kind === "check" && action.check === GUESS)) return false;
  const key = `${action.kind === "guess" ? action.id : ""} ${printTerm(action.condition)}`;
  if (known.has(key)) return true;
  known.set(key, action);
  return false;
}

/** As split.ts counts how deeply statements nest in PlusCal. */
function nestingOf(action: Action, stored: Set<string>): number {
  let depth = 0;
  if (action.kind === "assign" || action.kind === "choose" || action.kind === "check") depth++;
  for (const variable of variablesWritten(action)) {
    if (stored.has(variable)) depth++;
    stored.add(variable);
  }
  return depth;
}

function deepestOf({ actions, end }: Block): number {
  const own = actions.reduce((depth, action) => depth + nestingOf(action, new Set()), 0);
  return end.kind === "goto" ? own : own + 1 + Math.max(deepestOf(end.whenTrue), deepestOf(end.whenFalse));
}
