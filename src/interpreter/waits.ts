/** Who waits for whom: waits that can only end when certain threads act, and circles of them. */
import type { Model } from "../ir/model.js";
import { type State, threadsOf } from "./state.js";
import { runStep } from "./step.js";

/**
 * Names of the threads whose waits lead into a circle: whatever the others do, these never go on. Each thread that is
 * waited for must act, so one that waits for a stuck thread is stuck as well; what remains after taking away, again and
 * again, every thread that waits for nobody who remains.
 */
export function stuckThreads(model: Model, state: State): string[] {
  const edges = new Map(
    threadsOf(model).map((running) => [
      running.instance.name,
      runStep(model, state, running).wait?.whom ?? [],
    ]),
  );
  let stuck = [...edges.keys()];
  for (;;) {
    const still = stuck.filter((name) => edges.get(name)?.some((other) => stuck.includes(other)) === true);
    if (still.length === stuck.length) return stuck;
    stuck = still;
  }
}
