/**
 * Threads that wait in a reduced model stand at the beginning of a merged step, before things that nobody else can see.
 * In the plain model they have to come as far as the wait itself, so that a reader sees what they wait for.
 */
import { bug } from "../base/assert.js";
import { type RunningThread, type State, threadsOf } from "../interpreter/state.js";
import { nextStep, runStep } from "../interpreter/step.js";
import type { Model } from "../ir/model.js";
import { movesOf, plainThread, threadIn } from "./expand.js";
import type { Move } from "./replay.js";

/** A state of a reduced model. */
export interface ReducedState {
  readonly model: Model;
  readonly state: State;
}

/**
 * The plain moves that bring threads to their waits: those that cannot move in the state of the reduced model.
 * @param state the plain state that stands for it
 * @param isMeant which of them; all where it is absent
 */
export function settle(
  plain: Model,
  state: State,
  reduced: ReducedState,
  isMeant: (thread: string) => boolean = () => true,
): Move[] {
  const moves: Move[] = [];
  for (const running of threadsOf(reduced.model)) {
    if (!isMeant(running.instance.name) || holdUp(reduced, running) === undefined) continue;
    const here = moves.at(-1)?.outcome.state ?? state;
    moves.push(...wayToWait(plain, here, plainThread(plain, running)));
  }
  return moves;
}

/** Why a thread that has not ended cannot move: it is not its turn on a CPU, or what its step itself says. */
export function holdUp({ model, state }: ReducedState, running: RunningThread): "turn" | "step" | undefined {
  if (nextStep(state, running) === undefined) return undefined;
  const { outcomes, wait } = runStep(model, state, running);
  if (outcomes.length > 0) return undefined;
  const because = wait?.action.because;
  return because === "interrupted" || because === "preempted" ? "turn" : "step";
}

/**
 * The moves of one thread as far as it can go: a merged step waits before it has chosen, and what it stores before that is
 * seen by nobody.
 */
export function wayToWait(plain: Model, start: State, thread: RunningThread): Move[] {
  const { name } = thread.instance;
  const moves: Move[] = [];
  for (let state = start; ; ) {
    const [move, other] = movesOf(plain, state, thread);
    if (move === undefined) return moves;
    const { at } = threadIn(state, thread);
    if (other !== undefined) return bug(`${name} chooses at ${at}, before the wait of its merged step`);
    const next = move.outcome.state;
    const to = threadIn(next, thread).at;
    if (nextStep(next, thread) === undefined || [move, ...moves].some(({ step }) => step.label === to)) {
      return bug(`${name} does not wait in its merged step, and the reduced model says it does`);
    }
    moves.push(move);
    state = next;
  }
}
