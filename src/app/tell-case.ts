/** From what TLC printed to the finished interleaving. Loaded only for a counterexample: the value grammar is slow to build. */
import { bug } from "../base/assert.js";
import type { Naming } from "../emit/naming.js";
import { initialState } from "../interpreter/state.js";
import type { Model, ModelLiveness } from "../ir/model.js";
import type { Violated } from "../tlc/outcome.js";
import { withFewestSwitches } from "../trace/fewest-switches.js";
import type { Interleaving } from "../trace/interleaving.js";
import { flawOf, replayLasso, simplified } from "../trace/lasso.js";
import { liftStates } from "../trace/lift.js";
import { contextSwitches, replay } from "../trace/replay.js";
import { tell, type ViolatedCheck } from "../trace/tell.js";
import { tellLasso } from "../trace/tell-lasso.js";

/** A path to a state in which a check fails. Throws an InternalError where it does not replay. */
export function tellState(
  model: Model,
  naming: Naming,
  { trace }: Violated,
  violated: ViolatedCheck,
): Interleaving {
  const moves = replay(model, liftStates(model, naming, trace.states));
  const shown = withFewestSwitches(model, moves);
  return tell(model, initialState(model), shown, violated, contextSwitches(moves));
}

/**
 * A run without end on which the property is false. Throws an InternalError where it does not replay, is not fair to
 * every thread, or where the property is true of it.
 */
export function tellRun(
  model: Model,
  naming: Naming,
  { what, trace }: Violated,
  property: ModelLiveness,
): Interleaving {
  if (what.type !== "temporal") return bug(`TLC reports ${JSON.stringify(what)} where a run was asked about`);
  if (trace.back === undefined && trace.stuttering !== true) {
    return bug("TLC does not say how the counterexample goes on for ever");
  }
  const lasso = replayLasso(model, liftStates(model, naming, trace.states), trace.back);
  const flaw = flawOf(model, property, lasso);
  if (flaw !== undefined) return bug(`the counterexample is none: ${flaw}`);
  const shown = simplified(model, property, lasso);
  return tellLasso(model, property, shown, contextSwitches([...lasso.prefix, ...lasso.loop]));
}
