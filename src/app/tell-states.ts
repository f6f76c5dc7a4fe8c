/**
 * From the states of a counterexample to the finished interleaving. Which steps were merged for the engine that found it
 * is of no concern to a reader: what is told is a run of the plain model.
 */
import { bug, must } from "../base/assert.js";
import { initialState, type State } from "../interpreter/state.js";
import type { Model, ModelLiveness } from "../ir/model.js";
import { withoutBystanders } from "../trace/bystanders.js";
import { expandLasso } from "../trace/expand-lasso.js";
import { expandViolation, isAboutWaits } from "../trace/expand-violation.js";
import { extentOf, longest } from "../trace/extent.js";
import { withFewestSwitches } from "../trace/fewest-switches.js";
import type { Interleaving } from "../trace/interleaving.js";
import { flawOf, replayLasso } from "../trace/lasso.js";
import { contextSwitches, replay } from "../trace/replay.js";
import { simplify } from "../trace/simplify.js";
import { simplifyLasso } from "../trace/simplify-lasso.js";
import { tell, type ViolatedCheck } from "../trace/tell.js";
import { tellLasso } from "../trace/tell-lasso.js";
import { unfold } from "../trace/unfold.js";

/** The models behind a counterexample. */
export interface AskedModels {
  /** One step for each shared access, and every variable. */
  readonly plain: Model;
  /** With constants folded; the plain one itself where nothing was. */
  readonly unmerged: Model;
  /** The one whose states these are; the one before where nothing was merged. */
  readonly asked: Model;
}

/** A path to a state in which a check fails. Throws an InternalError where it does not replay. */
export function tellStates(
  { plain, unmerged, asked }: AskedModels,
  states: readonly State[],
  violated: ViolatedCheck,
): Interleaving {
  const found = replay(asked, states);
  // Fewer steps are sooner in a good order; the plain run then begins with that.
  const single =
    unmerged === asked ? found : expandViolation(unmerged, asked, withFewestSwitches(asked, found), violated);
  const moves = unfold(plain, unmerged, single);
  const start = initialState(plain);
  const simple = simplify(plain, start, moves, violated);
  const shown = withFewestSwitches(plain, simple.moves, isAboutWaits(plain, violated) ? "any" : "same");
  // Threads that are brought to their waits take part only then.
  const before = longest({ steps: 0, contextSwitches: contextSwitches(found) }, extentOf(moves));
  return tell(plain, start, { moves: shown, rest: simple.rest }, violated, before);
}

/** The states of a run without end. */
export interface EndlessStates {
  /** The initial state first. */
  readonly states: readonly State[];
  /** Index, from 1, of the state that follows the last one; undefined where the run stays in the last. */
  readonly back: number | undefined;
}

/**
 * A run without end on which the property is false. Throws an InternalError where it does not replay, is not fair to
 * every thread, or where the property is true of it.
 */
export function tellEndless(
  { plain, asked }: Pick<AskedModels, "plain" | "asked">,
  { states, back }: EndlessStates,
  property: ModelLiveness,
): Interleaving {
  const found = replayLasso(asked, states, back);
  const flaw = flawOf(asked, property, found);
  if (flaw !== undefined) return bug(`the counterexample is none: ${flaw}`);
  const simple = simplifyLasso(asked, property, found);
  const written = plain === asked ? found : expandLasso(plain, asked, simple, property);
  const [raw, plainRun] = [found, written].map(({ prefix, loop }) => extentOf([...prefix, ...loop]));
  const before = longest(must(raw, "the run"), must(plainRun, "the run"));
  const shortest = plain === asked ? simple : simplifyLasso(plain, property, written);
  return tellLasso(plain, property, withoutBystanders(plain, property, shortest), before);
}
