/** Whether a check or invariant fails in a state: what the emitted module says of states, said by the interpreter. */
import { must } from "../base/assert.js";
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { type State, threadsOf } from "../interpreter/state.js";
import { runStep } from "../interpreter/step.js";
import { stuckThreads } from "../interpreter/waits.js";
import { AT_EXIT } from "../ir/checks.js";
import { DONE, isEnvironment, type Model, type Process } from "../ir/model.js";
import type { ViolatedCheck } from "./tell.js";

/** Whether the state is one that a counterexample to the check may end in. */
export function violates(model: Model, state: State, { check, invariant: name }: ViolatedCheck): boolean {
  if (check === "deadlock") return isDeadlock(model, state);
  if (check === "wait-cycle") return stuckThreads(model, state).length > 0 && !isReported(model, state);
  if (check !== "invariant") return state.failed.has(check);
  const invariant = must(
    model.invariants.find((candidate) => candidate.name === name),
    `the invariant ${name}`,
  );
  if (invariant.when === "end" && !hasEnded(model, state)) return false;
  return evaluate(globalScene(model, state), invariant.condition) !== true;
}

interface Lot {
  readonly process: Process;
  /** It cannot move: it has ended or stopped, or waits. */
  readonly blocked: boolean;
  /** It has ended or stopped, or waits for work. */
  readonly resting: boolean;
}

function lotsIn(model: Model, state: State): Lot[] {
  return threadsOf(model).map((running) => {
    const { outcomes, wait } = runStep(model, state, running);
    const blocked = outcomes.length === 0;
    const isDone = state.threads.get(running.instance.name)?.at === DONE;
    return { process: running.process, blocked, resting: blocked && (wait?.idle ?? isDone) };
  });
}

/** Nobody has to move any more, and somebody who owes it has not come to an end or to rest. */
function isDeadlock(model: Model, state: State): boolean {
  const lots = lotsIn(model, state);
  return isOver(lots, state) && lots.some(({ process, resting }) => !process.daemon && !resting);
}

/** Whether what is wrong in a state with a circle of waits is already told as a deadlock. */
function isReported(model: Model, state: State): boolean {
  const everyoneOwes = model.processes.every(({ daemon }) => !daemon);
  return everyoneOwes ? isOver(lotsIn(model, state), state) : isDeadlock(model, state);
}

function isOver(lots: readonly Lot[], { failed }: State): boolean {
  const undisturbed = [...failed].every((check) => AT_EXIT.has(check));
  return undisturbed && lots.every(({ process, blocked }) => blocked || isEnvironment(process));
}

function hasEnded(model: Model, state: State): boolean {
  return state.failed.size === 0 && lotsIn(model, state).every(({ resting }) => resting);
}
