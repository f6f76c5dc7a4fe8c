/**
 * Runs a counterexample again in the interpreter, state by state. What does not replay was not found in the spec:
 * it is a defect of Latchwork and is said to be one.
 */
import { bug, must } from "../base/assert.js";
import { orbitKey } from "../interpreter/permute.js";
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

/**
 * The moves between the given states, the first of which must be the initial one. Where TLC explored up to symmetry, two
 * of the states may be under different names: then the run goes on from where it is to a state that differs from the
 * next one only in who has whose place, and is a real run under one naming all the same.
 */
export function replay(model: Model, states: readonly State[]): Move[] {
  const [first] = states;
  if (first === undefined || stateKey(first) !== stateKey(initialState(model))) {
    return bug("the counterexample does not begin in the initial state of the model");
  }
  return movesBetween(model, states, undefined);
}

/** Equal for states that somebody who explores takes for one. */
type KeyOf = (state: State) => string;

/** The moves between the given states, which may begin anywhere; `last` is the move before them. */
export function movesBetween(model: Model, states: readonly State[], last: Move | undefined): Move[] {
  const group = model.symmetry?.group ?? [];
  const keys: readonly KeyOf[] = group.length === 0 ? [stateKey] : [stateKey, orbitKey(model, group)];
  const [first, ...rest] = states;
  const moves: Move[] = [];
  if (first === undefined) return moves;
  let state = first;
  for (const next of rest) {
    const before = moves.at(-1) ?? last;
    const move = firstOf(keys, (keyOf) => findMove(model, state, next, before, keyOf));
    if (move === undefined) {
      return bug(`no step of the model leads to state ${moves.length + 2} of the counterexample`);
    }
    moves.push(move);
    state = move.outcome.state;
  }
  return moves;
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where two threads could have made the step, the effect is the same: the one that ran last goes on. */
function findMove(
  model: Model,
  state: State,
  next: State,
  last: Move | undefined,
  keyOf: KeyOf,
): Move | undefined {
  const wanted = keyOf(next);
  const threads = threadsOf(model).filter(({ instance }) => {
    const there = must(next.threads.get(instance.name), `the thread ${instance.name}`).at;
    return there !== must(state.threads.get(instance.name), `the thread ${instance.name}`).at;
  });
  // Under other names it may be any thread that moved.
  const candidates = threads.length > 0 && keyOf === stateKey ? threads : threadsOf(model);
  const isLast = (running: RunningThread) => running.instance.name === last?.running.instance.name;
  for (const running of candidates.toSorted((a, b) => Number(isLast(b)) - Number(isLast(a)))) {
    const step = nextStep(state, running);
    const outcome = runStep(model, state, running).outcomes.find(
      (possible) => keyOf(possible.state) === wanted,
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
