/** Every run of a small model from its beginning to where nobody can move: what documentation claims about orders. */
import {
  formatValue,
  initialState,
  locationPath,
  type RunningThread,
  type State,
  threadsOf,
} from "../../src/interpreter/state.js";
import { type Event, runStep } from "../../src/interpreter/step.js";
import { DONE, type Model } from "../../src/ir/model.js";

export interface Run {
  /** Which thread took each step. */
  readonly order: readonly string[];
  /** What each step did to shared memory: `reads x`, `writes y`, `takes lock`. */
  readonly steps: readonly string[];
  /** Locations that end with another value than they began with: `x = 1`. */
  readonly changed: readonly string[];
  /** Threads that neither ended nor failed a check. */
  readonly waiting: readonly string[];
  readonly failed: readonly string[];
}

/** All runs, in the order in which threads are declared; throws past `limit` steps of one run. */
export function runsOf(model: Model, limit = 40): Run[] {
  const threads = threadsOf(model);
  const initial = initialState(model);
  const runs: Run[] = [];
  const visit = (state: State, order: readonly string[], steps: readonly string[]): void => {
    if (order.length > limit) throw new Error(`a run of more than ${limit} steps`);
    const moves = threads.flatMap((running) =>
      runStep(model, state, running).outcomes.map((outcome) => ({ running, outcome })),
    );
    if (moves.length === 0) runs.push(ended(model, threads, initial, state, order, steps));
    for (const { running, outcome } of moves) {
      const step = stepText(model, outcome.events);
      visit(outcome.state, [...order, running.instance.name], [...steps, step]);
    }
  };
  visit(initial, [], []);
  return runs;
}

function ended(
  model: Model,
  threads: readonly RunningThread[],
  initial: State,
  state: State,
  order: readonly string[],
  steps: readonly string[],
): Run {
  const changed = [...state.memory].flatMap(([at, value]) => {
    const before = formatValue(initial.memory.get(at) ?? null);
    return formatValue(value) === before ? [] : [`${locationPath(model, at)} = ${formatValue(value)}`];
  });
  const names = threads.map(({ instance }) => instance.name);
  const waiting = names.filter((name) => state.threads.get(name)?.at !== DONE);
  return { order, steps, changed, waiting, failed: [...state.failed] };
}

function stepText(model: Model, events: readonly Event[]): string {
  for (const event of events) {
    if (event.kind === "acquire") return `takes ${event.lock}`;
    if (event.kind === "release") return `drops ${event.lock}`;
  }
  const texts = events.flatMap((event) => {
    if (event.kind === "read") return [`reads ${locationPath(model, event.at)}`];
    if (event.kind === "write") return [`writes ${locationPath(model, event.at)}`];
    return event.kind === "fail" ? [`fails ${event.check}`] : [];
  });
  return [...new Set(texts)].join(", ");
}
