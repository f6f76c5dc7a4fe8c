/**
 * Runs without end: some moves, and then others that repeat for ever, or nothing any more. What TLC calls a
 * counterexample to a claim about runs is believed only if it is one here: a run of the interpreter that is fair to
 * every thread and on which the claim is false.
 */
import { bug } from "../base/assert.js";
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { initialState, type RunningThread, type State, stateKey, threadsOf } from "../interpreter/state.js";
import { nextStep, runStep, type Wait } from "../interpreter/step.js";
import type { Model, ModelLiveness, Term } from "../ir/model.js";
import { type Move, movesBetween, replay } from "./replay.js";

export interface Lasso {
  readonly prefix: readonly Move[];
  /** From the last state of the prefix back to it; empty where nothing moves any more. */
  readonly loop: readonly Move[];
}

/** The states of a lasso by their keys, in order. */
interface Visited {
  /** The last is the first of the loop. */
  readonly prefix: readonly State[];
  /** At least one: the state in which nothing moves, where there is no loop. */
  readonly loop: readonly State[];
}

/**
 * The moves of a counterexample. TLC repeats a state where only its own bookkeeping went on; such a pair is no move.
 * @param back index, from 1, of the state that follows the last one; undefined where the run stays in the last
 */
export function replayLasso(model: Model, states: readonly State[], back: number | undefined): Lasso {
  const start = back ?? states.length;
  const first = states[start - 1];
  if (first === undefined) return bug("the counterexample leads back to a state that it does not have");
  const prefix = replay(model, withoutRepeats(states.slice(0, start)));
  const loop = movesBetween(model, withoutRepeats([...states.slice(start - 1), first]), prefix.at(-1));
  return { prefix, loop };
}

function withoutRepeats(states: readonly State[]): State[] {
  const keys = states.map(stateKey);
  return states.filter((_, index) => index === 0 || keys[index] !== keys[index - 1]);
}

/** The state that the loop starts from and comes back to. */
export function loopState(model: Model, { prefix }: Lasso): State {
  return prefix.at(-1)?.outcome.state ?? initialState(model);
}

function visited(model: Model, lasso: Lasso): Visited {
  const { prefix, loop } = lasso;
  const last = loopState(model, lasso);
  return {
    prefix: [...prefix.map((move) => move.before), last],
    loop: loop.length === 0 ? [last] : loop.map((move) => move.before),
  };
}

/** What a thread does in the loop of a lasso. */
export type Lot =
  /** It moves, has ended, rests or stopped: nothing is owed to it. */
  | { readonly kind: "content" }
  /** It waits in every state of the loop, and this is what for. */
  | { readonly kind: "stuck"; readonly wait: Wait }
  /** It never moves although it could in every state, or in some. */
  | { readonly kind: "idle"; readonly always: boolean };

/** Whether two runs do the same to a thread. */
export function isSameLot(a: Lot, b: Lot | undefined): boolean {
  return a.kind === b?.kind && (a.kind !== "idle" || b.kind !== "idle" || a.always === b.always);
}

/** Where a thread stands for as long as the loop goes on. */
export function lotOf(model: Model, lasso: Lasso, running: RunningThread): Lot {
  const states = visited(model, lasso).loop;
  const waits = states.map((state) => runStep(model, state, running).wait);
  const wait = waits[0];
  if (wait !== undefined && waits.every((each) => each !== undefined && !each.idle)) {
    return { kind: "stuck", wait };
  }
  if (lasso.loop.some((move) => couldHaveMade(model, move, running))) return { kind: "content" };
  const able = states.map((state) => canMove(model, state, running));
  if (!able.includes(true)) return { kind: "content" };
  return { kind: "idle", always: !able.includes(false) };
}

/** Whether a step that fairness asks for changes the state: in TLA+ only that counts as a step. */
function canMove(model: Model, state: State, running: RunningThread): boolean {
  if (nextStep(state, running)?.optional === true) return false;
  const key = stateKey(state);
  return runStep(model, state, running).outcomes.some((outcome) => stateKey(outcome.state) !== key);
}

/** Who made a move does not show in the states: it counts for each thread that could have made it. */
function couldHaveMade(model: Model, { before, outcome }: Move, running: RunningThread): boolean {
  const after = stateKey(outcome.state);
  return runStep(model, before, running).outcomes.some(({ state }) => stateKey(state) === after);
}

/** Why the lasso is no counterexample to the claim, in words; undefined where it is one. */
export function flawOf(model: Model, property: ModelLiveness, lasso: Lasso): string | undefined {
  const { prefix, loop } = visited(model, lasso);
  if ([...prefix, ...loop].some(({ failed }) => failed.size > 0)) return "a check fails on it";
  for (const running of threadsOf(model)) {
    const { fairness } = running.process;
    const lot = lotOf(model, lasso, running);
    if (fairness === "none" || lot.kind !== "idle") continue;
    if (lot.always || fairness === "strong") return `it is not fair to ${running.instance.name}`;
  }
  return isFalseOn(model, property, lasso) ? undefined : `${property.check} is true of it`;
}

/** Whether the claim is false of the run; a run that this is true of need not be fair. */
export function isFalseOn(model: Model, property: ModelLiveness, lasso: Lasso): boolean {
  const { prefix, loop } = visited(model, lasso);
  const isTrue = (condition: Term) => (state: State) =>
    evaluate(globalScene(model, state), condition) === true;
  switch (property.check) {
    case "eventually":
      return ![...prefix, ...loop].some(isTrue(property.condition));
    case "always_eventually":
      return !loop.some(isTrue(property.condition));
    case "leads_to":
      return unanswered(model, property, lasso) !== undefined;
    case "never_stuck":
      return threadsOf(model).some(
        (running) => !running.process.daemon && lotOf(model, lasso, running).kind === "stuck",
      );
  }
}

/** The number of moves before the first state in which the premise is true and behind which the rest never is. */
export function unanswered(
  model: Model,
  property: Extract<ModelLiveness, { check: "leads_to" }>,
  lasso: Lasso,
): number | undefined {
  const states = visited(model, lasso);
  const isTrue = (condition: Term) => (state: State) =>
    evaluate(globalScene(model, state), condition) === true;
  const [premise, answer] = [isTrue(property.condition), isTrue(property.consequence)];
  if (states.loop.some(answer)) return undefined;
  // The loop's first state is the prefix's last.
  const all = [...states.prefix, ...states.loop.slice(1)];
  const from = all.findLastIndex(answer) + 1;
  const found = all.findIndex((state, index) => index >= from && premise(state));
  return found < 0 ? undefined : found;
}
