/**
 * What a run has reached of the targets of coverage.ts. Both engines follow each way through a step: what they gather on
 * it counts once the way has come to its end.
 */
import type { Span } from "../base/span.js";
import {
  acquiredIn,
  firstTaken,
  isForLock,
  readObjects,
  type Side,
  sideKey,
  sideOf,
  spanKey,
  statementOf,
  termKey,
} from "./coverage.js";
import type { Action, Block, Branch, Origin, Term } from "./model.js";

/** Keys of the targets that were reached. */
export interface Reached {
  readonly statements: Set<string>;
  readonly sides: Set<string>;
  readonly taken: Set<string>;
  readonly contended: Set<string>;
  /** By {@link premiseKey}. */
  readonly premises: Set<string>;
}

export function nothingReached(): Reached {
  return {
    statements: new Set(),
    sides: new Set(),
    taken: new Set(),
    contended: new Set(),
    premises: new Set(),
  };
}

export function premiseKey(invariant: string, premise: number): string {
  return `${premise} ${invariant}`;
}

/** The statements and answers that a way through a step has met so far, by their keys. */
export interface Met {
  readonly statements: ReadonlyMap<string, Span>;
  readonly sides: ReadonlyMap<string, Side>;
}

export const NOTHING_MET: Met = { statements: new Map(), sides: new Map() };

/** The way behind an action. */
export function metBehind(met: Met, action: Action): Met {
  const { statements, sides } = meet(met, action.origin);
  const answer = action.kind === "pass" ? action.answer : undefined;
  return { statements, sides: withSide(sides, answer) };
}

/** The way behind a branch, on the side that is taken. */
export function metOnSide(met: Met, branch: Branch, taken: boolean): Met {
  const { statements, sides } = meet(met, branch.origin);
  return { statements, sides: withSide(sides, sideOf(branch, taken)) };
}

function meet(met: Met, origin: Origin): Met {
  const span = statementOf(origin);
  if (span === undefined) return met;
  return { ...met, statements: new Map(met.statements).set(spanKey(span), span) };
}

function withSide(sides: Met["sides"], side: Side | undefined): Met["sides"] {
  return side === undefined ? sides : new Map(sides).set(sideKey(side), side);
}

/** Equal for ways that have met the same. */
export function metKey({ statements, sides }: Met): string {
  return [...statements.keys(), ...sides.keys()].sort().join("\n");
}

/** The locks for which a thread waits that cannot get past the first of these actions, which is a wait. */
export function awaitedLocks(actions: readonly Action[]): Term[] {
  const [wait] = actions;
  if (wait?.kind !== "await" || !isForLock(wait)) return [];
  const first = firstTaken(actions);
  return [...readObjects(wait.condition), ...(first === undefined ? [] : [first])];
}

/** The locks that a trylock has missed where it goes this way: asked about by the condition, and taken on the other way. */
export function missedLocks({ condition, whenTrue, whenFalse }: Branch, taken: boolean): Term[] {
  const [here, other]: [Block, Block] = taken ? [whenTrue, whenFalse] : [whenFalse, whenTrue];
  const asked = new Set(readObjects(condition).map(termKey));
  const got = new Set(acquiredIn(here).map(termKey));
  return acquiredIn(other, "before waiting").filter(
    (lock) => asked.has(termKey(lock)) && !got.has(termKey(lock)),
  );
}
