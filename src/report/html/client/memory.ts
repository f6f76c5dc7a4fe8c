/** What shared memory holds, and who holds which lock, after any step of a run. */
import type { EffectData, RunData } from "../data.js";

/** A place in memory and what the step did to it. */
export interface Cell {
  readonly path: string;
  readonly value: string;
  /** What it held before the step, where that was something else. */
  readonly before?: string;
}

/** All of memory after step `position`; 0 is before the first step. In the order in which places appear. */
export function memoryAt({ initial, steps }: RunData, position: number): readonly Cell[] {
  const memory = new Map<string, Cell>(initial.map((cell) => [cell.path, cell]));
  const done = steps.slice(0, position);
  for (const { effects } of done.slice(0, -1)) {
    for (const { path, to } of effects) memory.set(path, { path, value: to });
  }
  for (const [path, { from, to }] of changesOf(done.at(-1)?.effects ?? [])) {
    memory.set(path, from === to ? { path, value: to } : { path, value: to, before: from });
  }
  return [...memory.values()];
}

/** One change for each place: a step can write to a place twice. */
function changesOf(effects: readonly EffectData[]): ReadonlyMap<string, EffectData> {
  const changes = new Map<string, EffectData>();
  for (const effect of effects) {
    const earlier = changes.get(effect.path);
    changes.set(effect.path, earlier === undefined ? effect : { ...effect, from: earlier.from });
  }
  return changes;
}

/** The places that some step of the run changes. */
export function changedPaths({ steps }: RunData): ReadonlySet<string> {
  return new Set(steps.flatMap(({ effects }) => effects.map(({ path }) => path)));
}

export interface Holding {
  readonly lock: string;
  /** Index in the lanes of the run. */
  readonly lane: number;
  /** The step that took it. */
  readonly since: number;
}

/** Who holds what after step `position`, in the order of taking; of a lock taken twice the first time counts. */
export function holdingsAt({ steps }: RunData, position: number): readonly Holding[] {
  let held: Holding[] = [];
  for (const { lock, lane, n } of steps.slice(0, position)) {
    if (lock === undefined) continue;
    if (lock.kind === "takes") {
      held.push({ lock: lock.path, lane, since: n });
      continue;
    }
    const last = held.findLastIndex((each) => each.lock === lock.path && each.lane === lane);
    held = held.filter((_, index) => index !== last);
  }
  return held.filter(
    (each, index) => held.findIndex(({ lock, lane }) => lock === each.lock && lane === each.lane) === index,
  );
}
