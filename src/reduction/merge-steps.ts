/** Writes units that belong to one step into one tree: each `goto` to a unit at which no step begins becomes that unit. */
import { must } from "../base/assert.js";
import { GUESS } from "../ir/checks.js";
import type { Action, Block, Process, Step } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { assignedLocal, contains, localsOf, variablesWritten, visitBlocks } from "../ir/terms.js";
import { isTurn } from "./accesses.js";
import type { Beginnings } from "./placement.js";

/**
 * A step is a tree, and what follows a join is copied into each branch. Past these a step is cut: the emitted PlusCal
 * nests with every assignment, and its translator stops where statements nest too deeply.
 */
const MOST_DEPTH = 20;
const MOST_ACTIONS = 400;

/** A unit behind which the step would become too large. */
export class TooLarge extends Error {
  constructor(readonly label: string) {
    super(`the step is too large at ${label}`);
  }
}

/** The steps of a process that begin at these labels. Throws {@link TooLarge}. */
export function mergeSteps(
  process: Process,
  units: ReadonlyMap<string, Step>,
  beginnings: Beginnings,
): Step[] {
  return process.steps
    .filter(({ label }) => beginnings.has(label))
    .map((step) => {
      const unit = must(units.get(step.label), step.label);
      const size = { actions: 0 };
      const growth: Growth = { units, beginnings, size };
      const path: Path = { through: new Set([step.label]), depth: 0, known: new Map(), stored: new Set() };
      return { ...unit, body: grow(growth, unit.body, path) };
    });
}

/** Conditions that have been checked on the way and are still true. */
type Known = ReadonlyMap<string, Extract<Action, { kind: "check" | "guess" }>>;

/** The tree of one step. */
interface Growth {
  readonly units: ReadonlyMap<string, Step>;
  readonly beginnings: Beginnings;
  readonly size: { actions: number };
}

/** The way from the beginning of the step to a place in it. */
interface Path {
  /** Labels of the units that it has been through. */
  readonly through: ReadonlySet<string>;
  /** How deeply statements nest in PlusCal there. */
  readonly depth: number;
  readonly known: Known;
  /** Variables stored on the way. */
  readonly stored: ReadonlySet<string>;
}

function grow(growth: Growth, { actions, end }: Block, path: Path): Block {
  const { units, beginnings, size } = growth;
  const known = new Map(path.known);
  const stored = new Set(path.stored);
  const kept: Action[] = [];
  let { depth } = path;
  for (const action of actions) {
    if (isKnown(action, known)) continue;
    kept.push(action);
    size.actions++;
    depth += nestingOf(action, stored);
  }
  const here: Path = { ...path, depth, known, stored };
  if (end.kind === "branch") {
    const go = (next: Block) => grow(growth, next, { ...here, depth: depth + 1 });
    const whenTrue = go(end.whenTrue);
    return { actions: kept, end: { ...end, whenTrue, whenFalse: go(end.whenFalse) } };
  }
  const { label } = end;
  const beginning = beginnings.get(label);
  const next = units.get(label);
  const ends = beginning !== undefined && (!beginning.onReturn || path.through.has(label));
  if (ends || next === undefined) return { actions: kept, end };
  if (depth + deepestOf(next.body) > MOST_DEPTH || size.actions > MOST_ACTIONS) throw new TooLarge(label);
  // The thread's turn is looked at where the step begins.
  const actionsThere = next.body.actions.filter((action) => !isTurn(action));
  const joint: readonly Action[] = waits(next.body)
    ? [{ kind: "pass", joint: true, origin: next.origin }]
    : [];
  const body = { ...next.body, actions: [...joint, ...actionsThere] };
  const rest = grow(growth, body, { ...here, through: new Set(path.through).add(label) });
  return { actions: [...kept, ...rest.actions], end: rest.end };
}

function waits(body: Block): boolean {
  let found = false;
  visitBlocks(body, ({ actions }) => {
    found ||= actions.some((action) => action.kind === "await" && !isTurn(action));
  });
  return found;
}

/** Whether the same guess was looked at on the way here, and nothing that it depends on has changed. */
function isKnown(action: Action, known: Map<string, Extract<Action, { kind: "check" | "guess" }>>): boolean {
  const assigned = assignedLocal(action);
  const written = variablesWritten(action);
  for (const [key, { condition }] of known) {
    const changes =
      (assigned !== undefined && localsOf(condition).has(assigned)) ||
      contains(
        condition,
        (inner) =>
          (inner.kind === "read" && written.includes(inner.variable)) ||
          (inner.kind === "linked" && inner.variables.some((name) => written.includes(name))),
      );
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
