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
  const own = threadKey(outcome.state, name);
  const drained = (some: Outcome) => (drains === undefined ? "" : writtenBy(some));
  const possible = outcomes.filter((some) => drained(some) === drained(outcome));
  const same = possible.find(({ state: after }) => threadKey(after, name) === own);
  const similar = possible.find(({ state: after }) => threadIn(after).at === threadIn(outcome.state).at);
  const found = same ?? similar;
  return found && { running, step, before: state, outcome: found };
}

/** How many moves may still be made again while something shorter is looked for. */
export interface Allowance {
  left: number;
}

/**
 * Those of the moves that are kept, one after the other; the ones before the first that is not stay as they are. Undefined
 * where one of them cannot be made, and where the allowance is used up.
 */
export function rerun(
  model: Model,
  start: State,
  moves: readonly Move[],
  isKept: (move: Move, index: number) => boolean,
  allowance: Allowance,
): Move[] | undefined {
  const kept = moves.filter(isKept);
  const first = start === moves[0]?.before ? moves.findIndex((move, index) => move !== kept[index]) : 0;
  const made = kept.slice(0, first < 0 ? kept.length : first);
  for (const move of kept.slice(made.length)) {
    if (--allowance.left < 0) return undefined;
    const again = moveAgain(model, made.at(-1)?.outcome.state ?? start, move);
    if (again === undefined) return undefined;
    made.push(again);
  }
  return made;
}

/** Where the thread is and what it knows. */
export function threadKey({ threads }: State, name: string): string {
  const own = must(threads.get(name), `the thread ${name}`);
  return stateKey({
    memory: new Map(),
    buffers: new Map(),
    failed: new Set(),
    threads: new Map([["", own]]),
  });
}

function writtenBy({ events }: Outcome): string {
  return events.flatMap((event) => (event.kind === "write" ? [event.at] : [])).join();
}
