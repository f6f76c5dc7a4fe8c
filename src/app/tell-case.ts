/** From what TLC printed to the finished interleaving. Loaded only for a counterexample: the value grammar is slow to build. */
import { bug } from "../base/assert.js";
import type { Naming } from "../emit/naming.js";
import type { ModelLiveness } from "../ir/model.js";
import type { Violated } from "../tlc/outcome.js";
import type { Interleaving } from "../trace/interleaving.js";
import { liftStates } from "../trace/lift.js";
import type { ViolatedCheck } from "../trace/tell.js";
import { type AskedModels, tellEndless, tellStates } from "./tell-states.js";

/** A path to a state in which a check fails. Throws an InternalError where it does not replay. */
export function tellState(
  models: AskedModels,
  naming: Naming,
  { trace }: Violated,
  violated: ViolatedCheck,
): Interleaving {
  return tellStates(models, liftStates(models.asked, naming, trace.states), violated);
}

/**
 * A run without end on which the property is false. Throws an InternalError where it does not replay, is not fair to
 * every thread, or where the property is true of it.
 */
export function tellRun(
  models: Pick<AskedModels, "plain" | "asked">,
  naming: Naming,
  { what, trace }: Violated,
  property: ModelLiveness,
): Interleaving {
  if (what.type !== "temporal") return bug(`TLC reports ${JSON.stringify(what)} where a run was asked about`);
  if (trace.back === undefined && trace.stuttering !== true) {
    return bug("TLC does not say how the counterexample goes on for ever");
  }
  const states = liftStates(models.asked, naming, trace.states);
  return tellEndless(models, { states, back: trace.back }, property);
}
