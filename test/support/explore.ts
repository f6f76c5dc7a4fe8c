/** Explores a model breadth first with the interpreter: the second opinion that TLC has to agree with. */
import { evaluate, globalScene } from "../../src/interpreter/evaluate.js";
import {
  initialState,
  type RunningThread,
  type State,
  stateKey,
  threadsOf,
} from "../../src/interpreter/state.js";
import { type Outcome, runStep } from "../../src/interpreter/step.js";
import { stuckThreads } from "../../src/interpreter/waits.js";
import { AT_EXIT } from "../../src/ir/checks.js";
import { DONE, isEnvironment, type Model, type Process } from "../../src/ir/model.js";

/** One transition of the explored graph. */
export interface Transition {
  readonly running: RunningThread;
  readonly from: State;
  readonly outcome: Outcome;
}

export interface Exploration {
  /** By {@link stateKey}. */
  readonly states: ReadonlyMap<string, ExploredState>;
  readonly distinct: number;
  /** As TLC counts: the initial state, and every outcome of every step. */
  readonly generated: number;
  /** Levels of the breadth-first search; the initial state is level 1. */
  readonly depth: number;
  /** Ids of the checks that fail in some state: those of steps, `wait-cycle` and `deadlock`. */
  readonly failing: ReadonlySet<string>;
  /** Names of the invariants that are false in some state. */
  readonly falseInvariants: ReadonlySet<string>;
}

export interface ExploredState {
  readonly state: State;
  /** Threads that cannot move: ended, stopped or waiting. */
  readonly blocked: readonly string[];
  /** Threads that ended, stopped, or wait for work. */
  readonly resting: readonly string[];
  readonly falseInvariants: readonly string[];
  readonly deadlock: boolean;
  /** Threads wait for each other while others can go on. */
  readonly waitCycle: boolean;
}

export interface ExploreOptions {
  /** Throws past this many states. */
  readonly limit?: number;
  readonly onTransition?: (transition: Transition) => void;
  /** States with one key count as one: up to symmetry, those of an orbit. */
  readonly keyOf?: (state: State) => string;
}

/** The limit was passed. */
export class TooManyStates extends Error {}

/** All reachable states. */
export function explore(model: Model, options: ExploreOptions = {}): Exploration {
  const threads = threadsOf(model);
  const initial = initialState(model);
  const keyOf = options.keyOf ?? stateKey;
  const found = new Map<string, ExploredState>();
  const known = new Set([keyOf(initial)]);
  let generated = 1;
  let depth = 0;
  for (let level = [initial]; level.length > 0; depth++) {
    const next: State[] = [];
    for (const state of level) {
      const { explored, outcomes } = expand(model, threads, state);
      found.set(stateKey(state), explored);
      for (const { running, outcome } of outcomes) {
        generated++;
        options.onTransition?.({ running, from: state, outcome });
        const key = keyOf(outcome.state);
        if (known.has(key)) continue;
        known.add(key);
        next.push(outcome.state);
      }
    }
    if (known.size > (options.limit ?? 200_000))
      throw new TooManyStates(`more than ${options.limit ?? 200_000} states`);
    level = next;
  }
  const states = [...found.values()];
  const failing = new Set(states.flatMap(({ state }) => [...state.failed]));
  if (states.some(({ deadlock }) => deadlock)) failing.add("deadlock");
  if (states.some(({ waitCycle }) => waitCycle)) failing.add("wait-cycle");
  const falseInvariants = new Set(states.flatMap((state) => state.falseInvariants));
  return { states: found, distinct: found.size, generated, depth, failing, falseInvariants };
}

function expand(
  model: Model,
  threads: readonly RunningThread[],
  state: State,
): { explored: ExploredState; outcomes: { running: RunningThread; outcome: Outcome }[] } {
  const blocked: string[] = [];
  const resting: string[] = [];
  const outcomes: { running: RunningThread; outcome: Outcome }[] = [];
  for (const running of threads) {
    const { name } = running.instance;
    const result = runStep(model, state, running);
    if (result.outcomes.length === 0) {
      blocked.push(name);
      if (result.wait?.idle ?? state.threads.get(name)?.at === DONE) resting.push(name);
    }
    for (const outcome of result.outcomes) outcomes.push({ running, outcome });
  }
  const scene = globalScene(model, state);
  const ended = resting.length === threads.length && state.failed.size === 0;
  const falseInvariants = model.invariants
    .filter(({ when }) => when === "always" || ended)
    .filter(({ condition }) => evaluate(scene, condition) !== true)
    .map(({ name }) => name);
  const named = (some: (process: Process) => boolean) =>
    threads.filter(({ process }) => some(process)).map(({ instance }) => instance.name);
  const owed = named(({ daemon }) => !daemon);
  // Nobody has to move any more, and somebody who owes it has not come to an end or to rest.
  const nobodyMoves = named((process) => !isEnvironment(process)).every((name) => blocked.includes(name));
  const undisturbed = [...state.failed].every((check) => AT_EXIT.has(check));
  const deadlock = nobodyMoves && undisturbed && owed.some((name) => !resting.includes(name));
  const reported = owed.length === threads.length ? nobodyMoves && undisturbed : deadlock;
  const waitCycle = !reported && stuckThreads(model, state).length > 0;
  const explored = { state, blocked, resting, falseInvariants, deadlock, waitCycle };
  return { explored, outcomes };
}

/** Every claim that fails somewhere, in one comparable list. */
export function verdictOf({ failing, falseInvariants }: Exploration): string[] {
  return [...failing, ...[...falseInvariants].map((name) => `invariant: ${name}`)].sort();
}
