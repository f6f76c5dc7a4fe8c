/**
 * Moves made again from another state: the same threads take the same steps and choose the same, whatever they find
 * there. The interpreter makes each of them, so that what comes out is a real run, or nothing.
 */
import { must } from "../base/assert.js";
import { type State, stateKey } from "../interpreter/state.js";
import { nextStep, type Outcome, runStep } from "../interpreter/step.js";
import type { Model } from "../ir/model.js";
import type { Move } from "./replay.js";

/** The move as it is from here; undefined where the thread stands elsewhere, waits, or cannot choose so. */
export function moveAgain(model: Model, state: State, { running, step, outcome }: Move): Move | undefined {
  if (nextStep(state, running)?.label !== step.label) return undefined;
  const { outcomes } = runStep(model, state, running);
  const { name, drains } = running.instance;
  const threadIn = (after: State) => must(after.threads.get(name), `the thread ${name}`);
  const own = keyOf(threadIn(outcome.state));
  const drained = (some: Outcome) => (drains === undefined ? "" : writtenBy(some));
  const possible = outcomes.filter((some) => drained(some) === drained(outcome));
  const same = possible.find(({ state: after }) => keyOf(threadIn(after)) === own);
  const similar = possible.find(({ state: after }) => threadIn(after).at === threadIn(outcome.state).at);
  const found = same ?? similar;
  return found && { running, step, before: state, outcome: found };
}

/** All of the moves, one after the other; undefined where one of them cannot be made. */
export function rerun(model: Model, start: State, moves: readonly Move[]): Move[] | undefined {
  const made: Move[] = [];
  for (const move of moves) {
    const again = moveAgain(model, made.at(-1)?.outcome.state ?? start, move);
    if (again === undefined) return undefined;
    made.push(again);
  }
  return made;
}

function keyOf(thread: ReturnType<State["threads"]["get"]> & object): string {
  const threads = new Map([["", thread]]);
  return stateKey({ memory: new Map(), buffers: new Map(), failed: new Set(), threads });
}

function writtenBy({ events }: Outcome): string {
  return events.flatMap((event) => (event.kind === "write" ? [event.at] : [])).join();
}
