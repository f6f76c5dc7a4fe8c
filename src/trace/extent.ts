/** How long a counterexample is to a reader: before it is simplified, and after. */
import { contextSwitches, type Move } from "./replay.js";
import { rowsOf } from "./rows.js";

export interface Extent {
  /** Statements, as they are numbered in a diagram. */
  readonly steps: number;
  readonly contextSwitches: number;
}

/** The extent of moves of the plain model. */
export function extentOf(moves: readonly Move[]): Extent {
  return { steps: rowsOf(moves).length, contextSwitches: contextSwitches(moves) };
}

/** The extent of what an engine found, by the ways in which it was written out: none of them was longer. */
export function longest(first: Extent, ...others: readonly Extent[]): Extent {
  return others.reduce(
    (a, b) => ({
      steps: Math.max(a.steps, b.steps),
      contextSwitches: Math.max(a.contextSwitches, b.contextSwitches),
    }),
    first,
  );
}
