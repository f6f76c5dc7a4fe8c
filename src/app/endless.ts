/** Models that seem to have no end of states: named before they fill the machine. */
import { formatLine } from "../base/span.js";
import type { Exploration } from "../explorer/explore.js";
import { locationPath } from "../interpreter/state.js";
import type { Model } from "../ir/model.js";
import { replay } from "../trace/replay.js";

/** What grows and grows. */
export interface Endless {
  /** A field, or a variable of a thread. */
  readonly place: string;
  /** The statements on the way on which it grows first, with what they change. */
  readonly way: readonly string[];
  /** States that were looked at. */
  readonly distinct: number;
}

/**
 * A value that has grown so often, and still grows after so many states, is taken to have no end: a model with a counter
 * that goes further and stops has a range to say so.
 */
const ENDLESSLY_OFTEN = 30;

/** Undefined where the exploration is complete, or nothing has grown often enough. */
export function endlessIn(model: Model, { complete, growth, distinct }: Exploration): Endless | undefined {
  if (complete || growth === undefined || growth.times < ENDLESSLY_OFTEN) return undefined;
  const moves = replay(model, growth.path());
  const way = moves.map(({ running, step, outcome }) => {
    const changes = outcome.events.flatMap((event) =>
      event.kind === "write" && locationPath(model, event.at) === growth.place
        ? [`, ${growth.place} becomes ${JSON.stringify(event.to)}`]
        : [],
    );
    return `${running.instance.name}: ${step.origin.text} (${formatLine(step.origin.span)})${changes.join("")}`;
  });
  return { place: growth.place, way, distinct };
}
