/**
 * Where steps begin. Any set of beginnings is right that leaves no unit where it may not stand and no circle without one:
 * among those, one with few beginnings, at places where few locals live, since the states of a thread are its beginnings
 * times the values of what lives there.
 */
import { must } from "../base/assert.js";
import { DONE, type Process, type Step } from "../ir/model.js";
import {
  behind,
  hindrance,
  type Phase,
  type Purpose,
  START,
  type Way,
  waysThrough,
  worse,
} from "./phases.js";
import type { UnitClass } from "./unit-classes.js";

/** That a step begins at a unit. */
export interface Beginning {
  readonly reason: string;
  /** Only where a step comes back to the unit that it has been through: the first time round it is merged. */
  readonly onReturn: boolean;
}

/** The units at which steps begin, by label. */
export type Beginnings = ReadonlyMap<string, Beginning>;

interface Node {
  readonly label: string;
  readonly unit: UnitClass;
  readonly ways: readonly Way[];
  readonly cost: number;
}

interface Graph {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly entry: string;
  readonly purpose: Purpose;
}

/**
 * The beginnings for a process. `classes` by label; `forced` are labels at which a step has to begin, whatever their class.
 */
export function placeBeginnings(
  process: Process,
  classes: ReadonlyMap<string, UnitClass>,
  purpose: Purpose,
  forced: ReadonlyMap<string, string>,
): Beginnings {
  const graph: Graph = {
    entry: process.entry,
    purpose,
    nodes: new Map(
      process.steps.map((step) => [step.label, nodeOf(step, must(classes.get(step.label), step.label))]),
    ),
  };
  if (!graph.nodes.has(graph.entry)) return new Map();
  const reasons = new Map([[graph.entry, "the thread begins here"], ...forced]);
  const first = new Map([...reasons].map(([label, reason]) => [label, { reason, onReturn: false }]));
  return improved(graph, completed(graph, first), first);
}

function nodeOf(step: Step, unit: UnitClass): Node {
  return { label: step.label, unit, ways: waysThrough(step.body), cost: 3 ** Math.min(step.live.length, 20) };
}

/** The beginnings with more of them, until they are right. */
function completed(graph: Graph, start: Beginnings): Beginnings {
  const beginnings = new Map(start);
  for (;;) {
    const wrong = firstWrong(graph, beginnings);
    if (wrong === undefined) return beginnings;
    beginnings.set(wrong.label, wrong.beginning);
  }
}

/** A unit that may not stand where it does, and how a step must begin there; undefined where all may. */
function firstWrong(
  { nodes, entry, purpose }: Graph,
  beginnings: Beginnings,
): { readonly label: string; readonly beginning: Beginning } | undefined {
  const circle = circleWithout(nodes, beginnings);
  if (circle !== undefined) {
    return { label: circle, beginning: { reason: "a loop comes back here", onReturn: true } };
  }
  const phases = new Map<string, Phase>();
  const started = new Set<string>();
  const open: { readonly label: string; readonly phase: Phase }[] = [];
  const start = (label: string) => {
    if (started.has(label)) return;
    started.add(label);
    open.push({ label, phase: START });
  };
  start(entry);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { unit, ways } = must(nodes.get(at.label), `the unit ${at.label}`);
    const after = behind(at.phase, unit);
    for (const { label: next, chose, stored } of ways) {
      if (next === DONE) continue;
      const beginning = beginnings.get(next);
      if (beginning !== undefined) start(next);
      if (beginning?.onReturn === false) continue;
      const phase: Phase = { ...after, chose: after.chose || chose, stored: after.stored || stored };
      const known = phases.get(next);
      const merged = known === undefined ? phase : worse(known, phase);
      const reason = hindrance(merged, must(nodes.get(next), `the unit ${next}`).unit, purpose);
      if (reason !== undefined) return { label: next, beginning: { reason, onReturn: false } };
      if (known !== undefined && samePhase(known, merged)) continue;
      phases.set(next, merged);
      open.push({ label: next, phase: merged });
    }
  }
  return undefined;
}

function samePhase(a: Phase, b: Phase): boolean {
  return a.progress === b.progress && a.chose === b.chose && a.stored === b.stored && a.onLock === b.onLock;
}

/** A unit that a circle leads back to on which no step begins. */
function circleWithout(nodes: ReadonlyMap<string, Node>, beginnings: Beginnings): string | undefined {
  const state = new Map<string, "open" | "done">();
  const visit = (label: string): string | undefined => {
    state.set(label, "open");
    for (const { label: next } of must(nodes.get(label), label).ways) {
      if (next === DONE || beginnings.has(next)) continue;
      if (state.get(next) === "open") return next;
      if (state.get(next) === "done") continue;
      const found = visit(next);
      if (found !== undefined) return found;
    }
    state.set(label, "done");
    return undefined;
  };
  for (const label of nodes.keys()) {
    if (state.has(label)) continue;
    const found = visit(label);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Leaves out and moves beginnings for as long as that costs less. */
function improved(graph: Graph, start: Beginnings, fixed: Beginnings): Beginnings {
  let best = start;
  const neighbours = neighboursIn(graph);
  for (let changed = true; changed; ) {
    changed = false;
    for (const label of [...best.keys()].toReversed()) {
      if (fixed.has(label) || !best.has(label)) continue;
      const without = new Map(best);
      without.delete(label);
      const beginning = must(best.get(label), label);
      const others = neighbours(label).filter((next) => !best.has(next));
      const candidates = [without, ...others.map((next) => new Map(without).set(next, beginning))];
      const better = candidates.find(
        (candidate) =>
          costOf(graph, candidate) < costOf(graph, best) && firstWrong(graph, candidate) === undefined,
      );
      if (better === undefined) continue;
      best = better;
      changed = true;
    }
  }
  return best;
}

function costOf({ nodes }: Graph, beginnings: Beginnings): number {
  let cost = 0;
  for (const [label, { onReturn }] of beginnings) {
    // Many loops never come round twice.
    cost += must(nodes.get(label), label).cost * (onReturn ? 0.5 : 1);
  }
  return cost;
}

/** The units that a unit leads to, and those that lead to it. */
function neighboursIn({ nodes }: Graph): (label: string) => string[] {
  const around = new Map<string, Set<string>>();
  const add = (label: string, next: string) => around.set(label, (around.get(label) ?? new Set()).add(next));
  for (const { label, ways } of nodes.values()) {
    for (const { label: next } of ways) {
      if (next === DONE) continue;
      add(label, next);
      add(next, label);
    }
  }
  return (label) => [...(around.get(label) ?? [])];
}
