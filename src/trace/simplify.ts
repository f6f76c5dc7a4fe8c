/**
 * A counterexample without what it can do without: threads that have nothing to do with it, what a thread does behind
 * the last thing that matters, whole rounds of loops. Whether something can be spared is never reasoned about: the rest
 * is run again in the interpreter, and has to fail by the same check at the same statement.
 */
import { bufferOwner, type State } from "../interpreter/state.js";
import type { Model } from "../ir/model.js";
import { type Aim, aimOf } from "./aim.js";
import type { Move } from "./replay.js";
import { type Allowance, rerun } from "./rerun.js";
import type { ViolatedCheck } from "./tell.js";

/** Steps that the interpreter may take before the counterexample stays as long as it is by then: about half a second. */
const MOST_STEPS = 20_000;

/** A counterexample in two parts. */
export interface Simplified {
  /** What is told. */
  readonly moves: readonly Move[];
  /** How those go on who have nothing to do with it, until nobody can: only where that is what fails. */
  readonly rest: readonly Move[];
}

interface Search extends Allowance {
  readonly model: Model;
  readonly start: State;
  readonly aim: Aim;
  readonly original: readonly Move[];
  best: Simplified;
}

/** The shortest counterexample found; the given one, where nothing can be spared. */
export function simplify(
  model: Model,
  start: State,
  moves: readonly Move[],
  violated: ViolatedCheck,
): Simplified {
  const aim = aimOf(model, start, moves, violated);
  const search: Search = {
    model,
    start,
    aim,
    original: moves,
    left: MOST_STEPS,
    best: { moves, rest: [] },
  };
  for (const owner of byLength(moves)) {
    if (!aim.needed.has(owner)) keep(search, (move) => ownerOf(move) !== owner);
  }
  for (const owner of byLength(search.best.moves)) {
    if (!aim.needed.has(owner)) endEarly(search, owner);
  }
  for (const owner of byLength(search.best.moves)) leaveOutRounds(search, owner);
  return search.best;
}

/** The thread that the move belongs to: what a store buffer does, its thread has done. */
export function ownerOf({ running }: Move): string {
  return bufferOwner(running.instance);
}

/** Threads that move, whoever moves most often first. */
export function byLength(moves: readonly Move[]): string[] {
  const count = (owner: string) => moves.filter((move) => ownerOf(move) === owner).length;
  return [...new Set(moves.map(ownerOf))].toSorted((a, b) => count(b) - count(a));
}

/** Tries the moves for which `stays` is true; says whether they are a counterexample, which is the best one then. */
function keep(search: Search, stays: (move: Move, index: number) => boolean): boolean {
  const { model, start, aim, best } = search;
  if (best.moves.every(stays)) return false;
  const made = rerun(model, start, best.moves, stays, search);
  if (made === undefined) return false;
  const left = new Set(made.map(ownerOf));
  const dropped = search.original.filter((move) => !left.has(ownerOf(move)));
  const rest = aim.reached(made, dropped);
  search.left -= rest?.length ?? 0;
  if (rest === undefined) return false;
  search.best = { moves: made, rest };
  return true;
}

/** The thread stops as early as it can. */
function endEarly(search: Search, owner: string): void {
  const own = search.best.moves.flatMap((move, index) => (ownerOf(move) === owner ? [index] : []));
  for (const last of own.slice(0, -1)) {
    if (search.left < 0) return;
    if (keep(search, (move, index) => ownerOf(move) !== owner || index <= last)) return;
  }
}

/** What leads a thread back to where it was is left out, the longest way first. */
function leaveOutRounds(search: Search, owner: string): void {
  for (let again = true; again && search.left > 0; ) {
    again = roundsOf(search.best.moves, owner).some(({ from, to }) =>
      keep(search, ({ running }, index) => running.instance.name !== owner || index < from || index >= to),
    );
  }
}

/** Where the thread stands at one label twice: the moves from the first time to before the second. */
export function roundsOf(
  moves: readonly Move[],
  owner: string,
): { readonly from: number; readonly to: number }[] {
  const own = moves.flatMap(({ running, step }, index) =>
    running.instance.name === owner ? [{ index, label: step.label }] : [],
  );
  const rounds = own.flatMap((first, nth) =>
    own
      .slice(nth + 1)
      .filter(({ label }) => label === first.label)
      .map(({ index }) => ({ from: first.index, to: index })),
  );
  return rounds.toSorted((a, b) => b.to - b.from - (a.to - a.from));
}
