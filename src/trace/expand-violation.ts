/** A counterexample of a reduced model as one of the plain model: a run to a state in which the same check fails. */
import { bug } from "../base/assert.js";
import { initialState } from "../interpreter/state.js";
import { stuckThreads } from "../interpreter/waits.js";
import type { Model } from "../ir/model.js";
import { expand } from "./expand.js";
import { withFewestSwitches } from "./fewest-switches.js";
import type { Move } from "./replay.js";
import { settle } from "./settle.js";
import type { ViolatedCheck } from "./tell.js";
import { violates } from "./violates.js";

/**
 * The moves of the plain model, as far as the first state in which the check fails.
 * @param moves of the reduced model, from its initial state to one in which the check fails
 */
export function expandViolation(
  plain: Model,
  reduced: Model,
  moves: readonly Move[],
  violated: ViolatedCheck,
): Move[] {
  const start = initialState(plain);
  let expanded: readonly Move[] = expand(plain, start, moves);
  const final = moves.at(-1)?.outcome.state ?? initialState(reduced);
  const here = expanded.at(-1)?.outcome.state ?? start;
  // Whether threads wait is not the question where a step or an invariant about any state fails.
  if (isAboutWaits(plain, violated)) {
    const stuck = new Set(stuckThreads(reduced, final));
    const isMeant = (thread: string) => violated.check !== "wait-cycle" || stuck.has(thread);
    const settled = settle(plain, here, { model: reduced, state: final }, isMeant);
    // They belong to what these threads did before, and not to the end of the story.
    if (settled.length > 0) expanded = withFewestSwitches(plain, [...expanded, ...settled], "any");
  }
  // What follows what a claim sees in a merged step is no part of the story.
  if (violates(plain, start, violated)) return [];
  const last = expanded.findIndex(({ outcome }) => violates(plain, outcome.state, violated));
  if (last < 0) {
    const name = violated.invariant === undefined ? "" : ` ${JSON.stringify(violated.invariant)}`;
    return bug(
      `${violated.check}${name} fails in the reduced model, and not where its steps are written out`,
    );
  }
  return expanded.slice(0, last + 1);
}

/** Whether it matters for the check that threads wait, or have come to their ends. */
export function isAboutWaits({ invariants }: Model, { check, invariant: name }: ViolatedCheck): boolean {
  if (check === "deadlock" || check === "wait-cycle") return true;
  return invariants.some((invariant) => invariant.name === name && invariant.when === "end");
}
