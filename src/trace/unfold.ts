/**
 * A run of a reduced model as the run of the plain one that it stands for: the same threads take the same steps, and
 * what the reduction took out happens along the way. Readers are told of the plain run, in which nothing is missing.
 */
import { bug, must } from "../base/assert.js";
import {
  bufferOf,
  initialState,
  type RunningThread,
  type State,
  sameValue,
  threadsOf,
} from "../interpreter/state.js";
import { nextStep, type Outcome, runStep } from "../interpreter/step.js";
import { drainable } from "../interpreter/store-buffer.js";
import type { Model, Value } from "../ir/model.js";
import { defaultValue } from "../ir/terms.js";
import type { Move } from "./replay.js";

/** The moves of the plain model; throws an InternalError where it cannot go along. */
export function unfold(plain: Model, reduced: Model, moves: readonly Move[]): Move[] {
  if (plain === reduced) return [...moves];
  const threads = new Map(threadsOf(plain).map((running) => [running.instance.name, running]));
  const unfolded: Move[] = [];
  let state = initialState(plain);
  const go = (running: RunningThread, matches: (outcome: Outcome) => boolean): boolean => {
    const step = nextStep(state, running);
    const outcome = runStep(plain, state, running).outcomes.find(matches);
    if (step === undefined || outcome === undefined) return false;
    unfolded.push({ running, step, before: state, outcome });
    state = outcome.state;
    return true;
  };
  for (const { running, outcome } of moves) {
    const { name } = running.instance;
    const shown = outcome.state;
    if (!go(must(threads.get(name), name), (possible) => agrees(reduced, shown, possible.state))) {
      return bug(`move ${unfolded.length + 1} of the reduced model, by ${name}, is none of the plain one`);
    }
    drainUnseen(plain, shown, () => state, go);
  }
  return unfolded;
}

/** Stores that the reduced model knows nothing of leave the buffers at once: there nobody waits for them. */
function drainUnseen(
  plain: Model,
  shown: State,
  now: () => State,
  go: (running: RunningThread, matches: (outcome: Outcome) => boolean) => boolean,
): void {
  const isUnseen = (at: string) => !shown.memory.has(at);
  for (const running of threadsOf(plain).filter(({ instance }) => instance.drains !== undefined)) {
    const unseen = () =>
      drainable(plain.memory, bufferOf(now(), running.instance)).find(({ entry }) => isUnseen(entry.at));
    for (let next = unseen(); next !== undefined; next = unseen()) {
      const { at } = next.entry;
      const drained = go(running, ({ events }) =>
        events.some((event) => event.kind === "write" && event.at === at),
      );
      if (!drained) bug(`the store to ${at} does not leave its buffer`);
    }
  }
}

/** Whether the plain state is the reduced one wherever the reduced one says anything. */
function agrees(reduced: Model, shown: State, plain: State): boolean {
  if ([...shown.failed].sort().join() !== [...plain.failed].sort().join()) return false;
  for (const [at, value] of shown.memory) {
    const other = plain.memory.get(at);
    if (other === undefined || !sameValue(other, value)) return false;
  }
  return threadsOf(reduced).every(
    (running) => threadAgrees(running, shown, plain) && bufferAgrees(running, shown, plain),
  );
}

function threadAgrees({ process, instance }: RunningThread, shown: State, plain: State): boolean {
  const of = (state: State) => must(state.threads.get(instance.name), `the thread ${instance.name}`);
  const [here, there] = [of(shown), of(plain)];
  if (here.at !== there.at) return false;
  const live = process.steps.find(({ label }) => label === here.at)?.live ?? [];
  return live.every((name) => {
    const type = must(
      process.locals.find((local) => local.name === name),
      `the local ${name}`,
    ).type;
    const value = (locals: ReadonlyMap<string, Value>) => locals.get(name) ?? defaultValue(type);
    return sameValue(value(here.locals), value(there.locals));
  });
}

/** The same stores in the same order, but for those that the reduced model does not make. */
function bufferAgrees({ instance }: RunningThread, shown: State, plain: State): boolean {
  const stores = (state: State) =>
    bufferOf(state, instance).filter((entry) => entry !== "fence" && shown.memory.has(entry.at));
  const [here, there] = [stores(shown), stores(plain)];
  return (
    here.length === there.length &&
    here.every((entry, index) => {
      const other = there[index];
      if (entry === "fence" || other === "fence" || other === undefined) return false;
      return entry.at === other.at && sameValue(entry.value, other.value);
    })
  );
}
