/**
 * Where steps begin. Any set of beginnings is right that leaves no unit where it may not stand and no circle without one:
 * among those, one with few beginnings, at places where few locals live, since the states of a thread are its beginnings
 * times the values of what lives there.
 */
import { must } from "../base/assert.js";
import { DONE, type Process } from "../ir/model.js";
import {
  behind,
  hindrance,
  type Phase,
  type Purpose,
  START,
  standsOnEnding,
  type Way,
  waysThrough,
} from "./phases.js";
import type { UnitClass } from "./unit-classes.js";

/** That a step begins at a unit. */
export interface Beginning {
  readonly reason: string;
  /** False: only for who cannot take the unit along, or comes round to it again; others merge it. */
  readonly always: boolean;
}

/** The units at which steps begin, by label. */
export type Beginnings = ReadonlyMap<string, Beginning>;

export interface Placement {
  /** Only those that some step leads to. */
  readonly beginnings: Beginnings;
  /** Units that some step takes along. */
  readonly merged: ReadonlySet<string>;
  /** Locks that must be given back, or some step could not take along a wait for one. */
  readonly freed: ReadonlySet<string>;
}

/** How steps begin at a unit. */
const NEVER = 0;
const SOMETIMES = 1;
const ALWAYS = 2;

/** By unit. */
type Plan = Uint8Array<ArrayBuffer>;

interface Unit {
  readonly label: string;
  readonly unit: UnitClass;
  readonly ways: readonly { readonly to: number; readonly way: Way }[];
  readonly cost: number;
}

/** The units of a process by number, with what has been asked of them before: searching asks the same again and again. */
interface Graph {
  readonly units: readonly Unit[];
  readonly entry: number;
  readonly purpose: Purpose;
  /** By unit and phase: why it may not follow, `null` where it may. */
  readonly hindrances: (string | null | undefined)[];
  /** By unit and phase: the phase behind it. */
  readonly behind: (number | undefined)[];
}

/**
 * The beginnings for a process. `classes` by label; `forced` are labels at which a step has to begin, whatever their class.
 */
export function placeBeginnings(
  process: Process,
  classes: ReadonlyMap<string, UnitClass>,
  purpose: Purpose,
  forced: ReadonlyMap<string, string>,
): Placement {
  const known = placements.get(process) ?? new Map<string, Placement>();
  placements.set(process, known);
  const parts = [...classes].map(([label, unit]) => {
    const { direction, blocks, waits, endsBy, opaque, seen, onLock, mayFail, reason } = unit;
    const ends = [...(endsBy ?? "-")].join();
    return [label, direction, blocks, waits, ends, opaque, seen, onLock, mayFail, reason].join("\t");
  });
  const key = [purpose, ...forced.keys(), "", ...parts].join("\n");
  const placement = known.get(key) ?? place(process, classes, purpose, forced);
  known.set(key, placement);
  return placement;
}

/** What has been placed before: merging comes back to the same classes with other things to ask. */
const placements = new WeakMap<Process, Map<string, Placement>>();

function place(
  process: Process,
  classes: ReadonlyMap<string, UnitClass>,
  purpose: Purpose,
  forced: ReadonlyMap<string, string>,
): Placement {
  const graph = graphOf(process, classes, purpose);
  if (graph.entry < 0) return { beginnings: new Map(), merged: new Set(), freed: new Set() };
  const reasons = new Map([[process.entry, "the thread begins here"], ...forced]);
  const fixed: Plan = Uint8Array.from(graph.units, ({ label }) => (reasons.has(label) ? ALWAYS : NEVER));
  const complete = completed(graph, fixed, reasons);
  const { plan, moved } = improved(graph, complete, fixed);
  const { started, merged, freed } = walk(graph, plan);
  const beginnings = new Map<string, Beginning>();
  for (const [index, { label }] of graph.units.entries()) {
    if (started[index] !== 1) continue;
    const reason = must(reasons.get(moved.get(label) ?? label), `why a step begins at ${label}`);
    beginnings.set(label, { reason, always: plan[index] === ALWAYS });
  }
  return {
    beginnings,
    merged: new Set(graph.units.flatMap(({ label }, index) => (merged[index] === 1 ? [label] : []))),
    freed,
  };
}

function graphOf(process: Process, classes: ReadonlyMap<string, UnitClass>, purpose: Purpose): Graph {
  const numbers = new Map(process.steps.map(({ label }, index) => [label, index]));
  const units = process.steps.map(({ label, body, live }): Unit => {
    const ways = waysThrough(body).flatMap((way) =>
      way.label === DONE ? [] : [{ to: must(numbers.get(way.label), `the unit ${way.label}`), way }],
    );
    return { label, unit: must(classes.get(label), label), ways, cost: 3 ** Math.min(live.length, 20) };
  });
  return { units, entry: numbers.get(process.entry) ?? -1, purpose, hindrances: [], behind: [] };
}

/** The plan with more beginnings, until it is right; adds why each is there to `reasons`. */
function completed(graph: Graph, start: Plan, reasons: Map<string, string>): Plan {
  const plan = start.slice();
  for (;;) {
    const circle = circleWithout(graph, plan);
    const { hindered } = circle === undefined ? walk(graph, plan) : { hindered: undefined };
    const wrong = circle === undefined ? hindered : { at: circle, reason: "a loop comes back here" };
    if (wrong === undefined) return plan;
    plan[wrong.at] = SOMETIMES;
    reasons.set(must(graph.units[wrong.at], "a unit").label, wrong.reason);
  }
}

interface Walk {
  /** By unit: 1 where some step begins. */
  readonly started: Uint8Array;
  /** By unit: 1 where some step takes it along. */
  readonly merged: Uint8Array;
  readonly freed: ReadonlySet<string>;
  /** A unit without a beginning that some step cannot take along; the walk ends there. */
  readonly hindered?: { readonly at: number; readonly reason: string };
}

/** Phases are numbers here: a part of the phase has a bit, and progress two. */
const PHASES = 128;
const CHOSE = 4;
const STORED = 8;
const OPAQUE = 16;
const ON_LOCK = 32;
const SEEN = 64;

function keyOf({ progress, chose, stored, seen, opaque, onLock }: Phase): number {
  return (
    progress +
    (chose ? CHOSE : 0) +
    (stored ? STORED : 0) +
    (opaque ? OPAQUE : 0) +
    (onLock ? ON_LOCK : 0) +
    (seen ? SEEN : 0)
  );
}

function phaseOf(key: number): Phase {
  return {
    progress: (key & 3) as Phase["progress"],
    chose: (key & CHOSE) !== 0,
    stored: (key & STORED) !== 0,
    seen: (key & SEEN) !== 0,
    opaque: (key & OPAQUE) !== 0,
    onLock: (key & ON_LOCK) !== 0,
  };
}

/** The phase behind a unit, before what its ways add. */
function keyBehind({ units, behind: known }: Graph, at: number, key: number): number {
  const place = at * PHASES + key;
  known[place] ??= keyOf(behind(phaseOf(key), (units[at] as Unit).unit));
  return known[place];
}

/** Every unit that steps which begin there go through, in each phase in which they come to it. */
function walk(graph: Graph, plan: Plan): Walk {
  const { units, entry } = graph;
  const started = new Uint8Array(units.length);
  const merged = new Uint8Array(units.length);
  const freed = new Set<string>();
  const seen = new Uint8Array(units.length * PHASES);
  const open: number[] = [];
  const start = (at: number) => {
    if (started[at] === 1) return;
    started[at] = 1;
    open.push(at * PHASES + keyOf(START));
  };
  start(entry);
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const at = Math.floor(here / PHASES);
    const after = keyBehind(graph, at, here % PHASES);
    for (const { to, way } of (units[at] as Unit).ways) {
      // Who comes round to it again begins anew there: to be on the safe side, everybody may.
      if (plan[to] !== NEVER) start(to);
      if (plan[to] === ALWAYS) continue;
      const phase = after | (way.chose ? CHOSE : 0) | (way.stored ? STORED : 0);
      const key = to * PHASES + phase;
      if (seen[key] === 1) continue;
      seen[key] = 1;
      const reason = hindranceAt(graph, to, phase);
      if (reason !== null) {
        if (plan[to] === NEVER) return { started, merged, freed, hindered: { at: to, reason } };
        continue;
      }
      merged[to] = 1;
      const next = (units[to] as Unit).unit;
      if (next.endsBy !== undefined && standsOnEnding(phaseOf(phase), next, graph.purpose))
        for (const lock of next.endsBy ?? []) freed.add(lock);
      open.push(key);
    }
  }
  return { started, merged, freed };
}

function hindranceAt({ units, purpose, hindrances }: Graph, at: number, phase: number): string | null {
  const place = at * PHASES + phase;
  const known = hindrances[place];
  if (known !== undefined) return known;
  const found = hindrance(phaseOf(phase), (units[at] as Unit).unit, purpose) ?? null;
  hindrances[place] = found;
  return found;
}

/** A unit that a circle leads back to on which no step begins. */
function circleWithout({ units }: Graph, plan: Plan): number | undefined {
  const [OPEN, DONE_WITH] = [1, 2];
  const state = new Uint8Array(units.length);
  const visit = (at: number): number | undefined => {
    state[at] = OPEN;
    for (const { to } of (units[at] as Unit).ways) {
      if (plan[to] !== NEVER) continue;
      if (state[to] === OPEN) return to;
      if (state[to] === DONE_WITH) continue;
      const found = visit(to);
      if (found !== undefined) return found;
    }
    state[at] = DONE_WITH;
    return undefined;
  };
  for (let at = 0; at < units.length; at++) {
    if (state[at] !== 0) continue;
    const found = visit(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Leaves out, moves and widens beginnings for as long as that costs less. `moved` says for the place of a beginning where
 * it comes from.
 */
function improved(graph: Graph, start: Plan, fixed: Plan) {
  let plan = start;
  let least = costOf(graph, plan);
  const around = neighboursIn(graph);
  const moved = new Map<string, string>();
  const labelAt = (at: number) => (graph.units[at] as Unit).label;
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = graph.units.length - 1; at >= 0; at--) {
      const kind = plan[at] as number;
      if (fixed[at] !== NEVER || kind === NEVER) continue;
      const other = kind === ALWAYS ? SOMETIMES : ALWAYS;
      const moves = [...(around[at] as Set<number>)].filter((to) => plan[to] === NEVER);
      const candidates: readonly (readonly [to: number, kind: number])[] = [
        [at, NEVER],
        [at, other],
        ...moves.flatMap((to) => [[to, kind] as const, [to, other] as const]),
      ];
      for (const [to, next] of candidates) {
        const candidate = plan.slice();
        candidate[at] = NEVER;
        candidate[to] = next;
        const cost = costOf(graph, candidate);
        if (cost >= least || circleWithout(graph, candidate) !== undefined) continue;
        plan = candidate;
        least = cost;
        changed = true;
        if (to !== at) moved.set(labelAt(to), moved.get(labelAt(at)) ?? labelAt(at));
        break;
      }
    }
  }
  return { plan, moved };
}

/** Infinite where the plan is wrong. */
function costOf(graph: Graph, plan: Plan): number {
  const { started, hindered } = walk(graph, plan);
  if (hindered !== undefined) return Number.POSITIVE_INFINITY;
  let cost = 0;
  for (let at = 0; at < plan.length; at++) {
    if (started[at] !== 1) continue;
    // Many loops never come round twice, and many ways are rare.
    cost += (graph.units[at] as Unit).cost * (plan[at] === ALWAYS ? 1 : 0.5);
  }
  return cost;
}

/** The units that each unit leads to, and those that lead to it. */
function neighboursIn({ units }: Graph): Set<number>[] {
  const around = units.map(() => new Set<number>());
  for (const [at, { ways }] of units.entries()) {
    for (const { to } of ways) {
      around[at]?.add(to);
      around[to]?.add(at);
    }
  }
  return around;
}
