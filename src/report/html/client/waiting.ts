/** Who is in whose way: locks that are held after a step, and the waits of the end. */
import type { RunData } from "../data.js";
import { holdingsAt } from "./memory.js";

export interface Edge {
  /** A thread that is in the way of somebody without holding a lock `blocks`. */
  readonly kind: "holds" | "blocks" | "waits";
  /** Index in the lanes of the run. */
  readonly lane: number;
  /** Index in {@link thingsOf}. */
  readonly thing: number;
  /** The step since which it is held. */
  readonly since?: number;
}

/** Every lock that is taken in the run, and everything that is waited for at its end. */
export function thingsOf({ steps, waits }: RunData): readonly string[] {
  const locks = steps.flatMap(({ lock }) => (lock === undefined ? [] : [lock.path]));
  return [...new Set([...locks, ...waits.map(({ waitingFor }) => waitingFor)])];
}

/** What there is after step `position`; waits only at the end, where nobody goes on. */
export function edgesAt(run: RunData, position: number): readonly Edge[] {
  const things = thingsOf(run);
  const held = holdingsAt(run, position).map(
    ({ lock, lane, since }): Edge => ({ kind: "holds", lane, thing: things.indexOf(lock), since }),
  );
  if (position < run.steps.length) return held;
  const isLock = (thing: string) => run.steps.some(({ lock }) => lock?.path === thing);
  const waits = run.waits.flatMap(({ lane, waitingFor, holders, since }) => {
    const thing = things.indexOf(waitingFor);
    const waiting: Edge[] = lane === undefined ? [] : [{ kind: "waits", lane, thing }];
    const kind = isLock(waitingFor) ? "holds" : "blocks";
    const inTheWay = holders.flatMap((holder, index): Edge[] => {
      if (holder.lane === undefined) return [];
      const when = index === 0 && since !== undefined ? { since } : {};
      return [{ kind, lane: holder.lane, thing, ...when }];
    });
    return [...waiting, ...inTheWay];
  });
  const all = [...held, ...waits];
  return all.filter(
    (edge, index) =>
      all.findIndex(
        ({ kind, lane, thing }) => kind === edge.kind && lane === edge.lane && thing === edge.thing,
      ) === index,
  );
}
