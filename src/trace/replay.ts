/**
 * Runs a counterexample again in the interpreter, state by state. What does not replay was not found in the spec:
 * it is a defect of Latchwork and is said to be one.
 */
import { bug, must } from "../base/assert.js";
import {
  bufferOwner,
  initialState,
  type RunningThread,
  type State,
  stateKey,
  threadsOf,
} from "../interpreter/state.js";
import { nextStep, type Outcome, runStep } from "../interpreter/step.js";
import type { Model, Step } from "../ir/model.js";

/** One step of one thread, with what it did. */
export interface Move {
  readonly running: RunningThread;
  readonly step: Step;
  readonly before: State;
  readonly outcome: Outcome;
}

/** The moves between the given states, the first of which must be the initial one. */
export function replay(model: Model, states: readonly State[]): Move[] {
  const [first] = states;
  if (first === undefined || stateKey(first) !== stateKey(initialState(model))) {
    return bug("the counterexample does not begin in the initial state of the model");
  }
  return movesBetween(model, states, undefined);
}

/** The moves between the given states, which may begin anywhere; `last` is the move before them. */
export function movesBetween(model: Model, states: readonly State[], last: Move | undefined): Move[] {
  const [first, ...rest] = states;
  const moves: Move[] = [];
  if (first === undefined) return moves;
  let state = first;
  for (const next of rest) {
    const move = findMove(model, state, next, moves.at(-1) ?? last);
    if (move === undefined) {
      return bug(`no step of the model leads to state ${moves.length + 2} of the counterexample`);
    }
    moves.push(move);
    state = move.outcome.state;
  }
  return moves;
}

/** Where two threads could have made the step, the effect is the same: the one that ran last goes on. */
function findMove(model: Model, state: State, next: State, last: Move | undefined): Move | undefined {
  const wanted = stateKey(next);
  const threads = threadsOf(model).filter(({ instance }) => {
    const there = must(next.threads.get(instance.name), `the thread ${instance.name}`).at;
    return there !== must(state.threads.get(instance.name), `the thread ${instance.name}`).at;
  });
  const candidates = threads.length > 0 ? threads : threadsOf(model);
  const isLast = (running: RunningThread) => running.instance.name === last?.running.instance.name;
  for (const running of candidates.toSorted((a, b) => Number(isLast(b)) - Number(isLast(a)))) {
    const step = nextStep(state, running);
    const outcome = runStep(model, state, running).outcomes.find(
      (possible) => stateKey(possible.state) === wanted,
    );
    if (step !== undefined && outcome !== undefined) return { running, step, before: state, outcome };
  }
  return undefined;
}

/** How often the running thread changes; a store buffer belongs to its thread. */
export function contextSwitches(moves: readonly Move[]): number {
  const owners = moves.map(({ running }) => bufferOwner(running.instance));
  return owners.filter((owner, index) => index > 0 && owner !== owners[index - 1]).length;
}
