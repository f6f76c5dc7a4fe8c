/**
 * Which units may follow which within one step: [a wait or right movers] then at most one unit that moves in no direction,
 * then left movers; what moves in both directions anywhere. Each way to a place has a phase of its own there.
 */
import type { Action, Block } from "../ir/model.js";
import type { UnitClass } from "./unit-classes.js";

/**
 * What a step is for. Claims about whole runs can see more than checks of states, and most of all where no fairness asks the
 * thread to go on: it may stop for ever in the middle of what would be merged.
 */
export type Purpose = "states" | "runs" | "runs that may stop";

/** How far a step has come; each part only ever grows on the way. */
export interface Phase {
  /** 0: nothing that others could see; 1: right movers only; 2: committed. */
  readonly progress: 0 | 1 | 2;
  /** A choice was made: what follows must not be waited for, because another choice might not have to. */
  readonly chose: boolean;
  /** Memory was written: a wait behind it puts that off. */
  readonly stored: boolean;
  /** So was what somebody could see while the thread waits, though no other thread does. */
  readonly seen: boolean;
  /** Memory was written in a way that the guard of the step could not look through. */
  readonly opaque: boolean;
  /** A lock was taken, given back or looked at. */
  readonly onLock: boolean;
}

export const START: Phase = {
  progress: 0,
  chose: false,
  stored: false,
  seen: false,
  opaque: false,
  onLock: false,
};

/** Whether a unit of this class may follow within the step; where not, why. */
export function hindrance(
  phase: Phase,
  { direction, blocks, waits, endsBy, onLock, mayFail, reason }: UnitClass,
  purpose: Purpose,
): string | undefined {
  // Whether a thread starves can be seen between taking a lock and giving it back.
  if (purpose !== "states" && onLock && phase.onLock) return "a claim about runs: one lock operation a step";
  if (purpose === "runs that may stop" && phase.progress > 0 && (mayFail || direction !== "both")) {
    return "a claim about runs: the thread may stop before it";
  }
  if (waits && !blocks && phase.opaque) return "it waits, and the step before it has changed a collection";
  // What comes before a wait that is sure to end may as well come when it is over.
  const ends = purpose === "states" && endsBy !== undefined && !phase.opaque;
  if (blocks && !(ends && phase.progress < 2)) {
    if (phase.progress > 0) return "it may have to wait, and the step before it cannot be undone";
    if (phase.chose) return "it may have to wait, and another choice before it might not";
    if (phase.stored && (purpose !== "states" || phase.seen || phase.opaque))
      return "it may have to wait, and the step before it has written memory";
    return undefined;
  }
  if (phase.progress === 2 && (direction === "right" || direction === "none")) return reason;
  return undefined;
}

/** The phase behind a unit of this class. */
export function behind(phase: Phase, { direction, blocks, onLock, opaque, seen }: UnitClass): Phase {
  const own = direction === "both" && !blocks ? 0 : direction === "right" ? 1 : 2;
  return {
    ...phase,
    progress: phase.progress > own ? phase.progress : own,
    seen: phase.seen || seen,
    opaque: phase.opaque || opaque,
    onLock: phase.onLock || onLock,
  };
}

/** Whether the unit may follow only because its wait is sure to end. */
export function standsOnEnding(phase: Phase, unit: UnitClass, purpose: Purpose): boolean {
  return unit.endsBy !== undefined && hindrance(phase, { ...unit, endsBy: undefined }, purpose) !== undefined;
}

/** A way through a unit: where it leads, and what it did on the way. */
export interface Way {
  readonly label: string;
  readonly chose: boolean;
  readonly stored: boolean;
}

export const isChoice = ({ kind }: Action): boolean => kind === "choose";
export const isStore = ({ kind }: Action): boolean => kind === "store" || kind === "unlink";

/** The ways through a unit; those that fail a check lead nowhere. */
export function waysThrough(body: Block): Way[] {
  const ways: Way[] = [];
  const go = ({ actions, end }: Block, before: Omit<Way, "label">) => {
    const chose = before.chose || actions.some(isChoice);
    const stored = before.stored || actions.some(isStore);
    if (end.kind === "goto") {
      ways.push({ label: end.label, chose, stored });
      return;
    }
    go(end.whenTrue, { chose, stored });
    go(end.whenFalse, { chose, stored });
  };
  go(body, { chose: false, stored: false });
  return ways;
}
