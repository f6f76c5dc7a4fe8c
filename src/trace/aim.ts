/** What a counterexample has to come to, however it is shortened: the same check, at the same statement. */
import { must } from "../base/assert.js";
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import {
  bufferOwner,
  type RunningThread,
  type State,
  stateKey,
  threadsOf,
  valueKey,
} from "../interpreter/state.js";
import { runStep, type Wait } from "../interpreter/step.js";
import {
  isEnvironment,
  type Model,
  type ModelInvariant,
  type Origin,
  type Term,
  type Value,
} from "../ir/model.js";
import { variablesWritten, visitBlocks, visitTerm, writtenVariables } from "../ir/terms.js";
import { variableOf } from "./memory.js";
import type { Move } from "./replay.js";
import { moveAgain } from "./rerun.js";
import type { ViolatedCheck } from "./tell.js";
import { violates } from "./violates.js";

/** How a counterexample is judged. */
export interface Aim {
  /** Threads of which no move can be spared at the end. */
  readonly needed: ReadonlySet<string>;
  /**
   * The moves that lead on from a run to a state in which the check fails, made by threads that have nothing to do with
   * it: none where it fails at once, undefined where the run is no counterexample.
   */
  readonly reached: (moves: readonly Move[], dropped: readonly Move[]) => readonly Move[] | undefined;
}

/** Moves that threads may make on their way to where nobody can go on. */
const MOST_MOVES_LEFT = 400;

/** What the moves come to; they must be a counterexample. */
export function aimOf(model: Model, start: State, moves: readonly Move[], violated: ViolatedCheck): Aim {
  const final = moves.at(-1)?.outcome.state ?? start;
  const invariant = model.invariants.find(({ name }) => name === violated.invariant);
  if (violated.check === "deadlock" || violated.check === "wait-cycle") {
    return aimAtWaits(model, start, final, violated);
  }
  if (invariant !== undefined) {
    if (invariant.when === "end") return aimAtEnd(model, start, moves, violated, invariant);
    return {
      needed: new Set(),
      reached: (shorter) => {
        const before = shorter.at(-1)?.before;
        const isFirst = before === undefined || !violates(model, before, violated);
        return isFirst && violates(model, lastOf(start, shorter), violated) ? [] : undefined;
      },
    };
  }
  const last = moves.at(-1);
  const failure = last && failureOf(last, violated.check);
  return {
    needed: new Set(last === undefined ? [] : [bufferOwner(last.running.instance)]),
    reached: (shorter) => {
      const end = shorter.at(-1);
      return end !== undefined && failure === failureOf(end, violated.check) ? [] : undefined;
    },
  };
}

/**
 * What a claim about the end looks at has the values that make it false, and the others come to their ends without
 * touching any of it.
 */
function aimAtEnd(
  model: Model,
  start: State,
  moves: readonly Move[],
  violated: ViolatedCheck,
  { condition }: ModelInvariant,
): Aim {
  const readIn = (state: State) => {
    const found = new Map<string, string>();
    const onRead = (at: string, value: Value) => found.set(at, valueKey(value));
    evaluate({ ...globalScene(model, state), onRead }, condition);
    return found;
  };
  const wanted = readIn(lastOf(start, moves));
  const isWanted = (state: State) => {
    const found = readIn(state);
    return found.size === wanted.size && [...found].every(([at, value]) => wanted.get(at) === value);
  };
  const touches = ({ outcome }: Move) =>
    outcome.events.some(({ kind, ...event }) => kind !== "read" && "at" in event && wanted.has(event.at));
  const deciding = mayDecide(model, [condition]);
  const movers = new Set(moves.map(({ running }) => bufferOwner(running.instance)));
  return {
    needed: new Set(deciding.some((name) => movers.has(name)) ? deciding : movers),
    reached: (shorter, dropped) => {
      const here = lastOf(start, shorter);
      if (!isWanted(here)) return undefined;
      const rest = toTheEnd(model, here, dropped);
      return !rest.some(touches) && violates(model, lastOf(here, rest), violated) ? rest : undefined;
    },
  };
}

/** Names of the threads that may write something that the conditions look at. */
export function mayDecide(model: Model, conditions: readonly Term[]): string[] {
  const variables = new Set<string>();
  for (const condition of conditions) {
    visitTerm(condition, (term) => {
      if (term.kind === "read") variables.add(term.variable);
      if (term.kind === "linked") for (const name of term.variables) variables.add(name);
    });
  }
  return model.processes.flatMap((process) => {
    const written = writtenVariables({ ...model, processes: [process] });
    const decides = [...variables].some((name) => written.has(name));
    return decides ? process.threads.map(({ name }) => name) : [];
  });
}

/** Who fails the check in the move, and at which statement. */
function failureOf({ running, outcome }: Move, check: string): string | undefined {
  const event = outcome.events.find((candidate) => candidate.kind === "fail" && candidate.check === check);
  return event && JSON.stringify([running.instance.name, placeOf(event.origin)]);
}

function placeOf({ frames, span }: Origin): unknown {
  return [frames.map((frame) => [frame.procedure, frame.span]), span];
}

function lastOf(start: State, moves: readonly Move[]): State {
  return moves.at(-1)?.outcome.state ?? start;
}

/** A thread that waits, and what for. */
export interface Waiter {
  readonly running: RunningThread;
  readonly wait: Wait;
}

/** Threads that have to go on and cannot, by name. */
export function waitersIn(model: Model, state: State): Map<string, Waiter> {
  const waiters = new Map<string, Waiter>();
  for (const running of threadsOf(model)) {
    const { wait } = runStep(model, state, running);
    if (wait !== undefined && !wait.idle) waiters.set(running.instance.name, { running, wait });
  }
  return waiters;
}

/** The places that those look at who wait for no lock. */
export function lookedAt(waits: readonly (Wait | undefined)[]): ReadonlySet<string> {
  return new Set(
    waits
      .flatMap((wait) => (wait === undefined || wait.lock !== undefined ? [] : wait.reads))
      .map(({ at }) => at),
  );
}

/** Whether the move looks at one of the places in order to change it, and does not: what might have helped did not. */
export function looksInVain({ step, outcome }: Move, places: ReadonlySet<string>): boolean {
  const isChanged = (at: string) =>
    outcome.events.some(
      (event) => event.kind === "write" && event.at === at && valueKey(event.from) !== valueKey(event.to),
    );
  const mayWrite = new Set<string>();
  visitBlocks(step.body, ({ actions }) => {
    for (const action of actions) for (const name of variablesWritten(action)) mayWrite.add(name);
  });
  return outcome.events.some(
    (event) =>
      event.kind === "read" &&
      places.has(event.at) &&
      !isChanged(event.at) &&
      mayWrite.has(variableOf(event.at)),
  );
}

/**
 * The threads that a deadlock is about: a shortest circle of waits or, where there is none, everyone who waits for what
 * nobody who waits could give. In the circle each waits for the next.
 */
export function coreOf(waiters: ReadonlyMap<string, Waiter>): readonly string[] {
  const circles = [...waiters.keys()].flatMap((name) => circleThrough(name, waiters) ?? []);
  const [shortest] = circles.toSorted((a, b) => a.length - b.length);
  if (shortest !== undefined) return shortest;
  const owing = [...waiters].filter(([, { running }]) => !running.process.daemon).map(([name]) => name);
  const roots = owing.filter((name) => nextInTheWay(name, waiters) === undefined);
  return roots.length > 0 ? roots : owing.slice(0, 1).flatMap((name) => chainFrom(name, waiters));
}

function nextInTheWay(name: string, waiters: ReadonlyMap<string, Waiter>): string | undefined {
  return waiters.get(name)?.wait.whom.find((other) => waiters.has(other));
}

/** The thread, whoever is in its way, and so on to one that waits for nobody who waits. */
function chainFrom(name: string, waiters: ReadonlyMap<string, Waiter>): string[] {
  const next = nextInTheWay(name, waiters);
  return [name, ...(next === undefined ? [] : chainFrom(next, waiters))];
}

/** The names from the thread on, each waiting for the next and the last for the first. */
export function circleThrough(
  first: string,
  waiters: ReadonlyMap<string, Waiter>,
): readonly [readonly string[]] | undefined {
  const paths: (readonly string[])[] = [[first]];
  const seen = new Set([first]);
  for (const path of paths) {
    for (const next of waiters.get(must(path.at(-1), "the end of a path"))?.wait.whom ?? []) {
      if (next === first) return [path];
      if (seen.has(next) || !waiters.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

function aimAtWaits(model: Model, start: State, final: State, violated: ViolatedCheck): Aim {
  const waiters = waitersIn(model, final);
  const core = coreOf(waiters);
  const waitOf = (state: State, name: string): string | undefined => {
    const { running } = must(waiters.get(name), `the wait of ${name}`);
    const { wait } = runStep(model, state, running);
    return wait && JSON.stringify([state.threads.get(name)?.at, wait.lock, [...wait.whom].sort()]);
  };
  const waits = core.map((name) => waitOf(final, name));
  const isMet = (state: State) => core.every((name, index) => waitOf(state, name) === waits[index]);
  const places = lookedAt(core.map((name) => waiters.get(name)?.wait));
  /** What those see who wait for no lock: it is told, so whoever changes it is told of. */
  const seenIn = (state: State) =>
    JSON.stringify(
      core.map((name) => {
        const { wait } = runStep(model, state, must(waiters.get(name), `the wait of ${name}`).running);
        return wait?.lock === undefined ? wait?.reads.map(({ at, value }) => [at, valueKey(value)]) : [];
      }),
    );
  return {
    needed: new Set(core),
    reached: (shorter, dropped) => {
      const here = lastOf(start, shorter);
      if (core.length === 0 || !isMet(here)) return undefined;
      if (violated.check === "wait-cycle") return violates(model, here, violated) ? [] : undefined;
      const rest = toTheEnd(model, here, dropped);
      const there = lastOf(here, rest);
      if (rest.some((move) => looksInVain(move, places))) return undefined;
      const isSame = isMet(there) && seenIn(here) === seenIn(there);
      return isSame && violates(model, there, violated) ? rest : undefined;
    },
  };
}

/** How everyone goes on for as long as anybody can: as in the moves that were dropped, where that is possible. */
export function toTheEnd(model: Model, start: State, dropped: readonly Move[]): Move[] {
  const rest: Move[] = [];
  let state = start;
  const make = (move: Move) => {
    rest.push(move);
    state = move.outcome.state;
  };
  for (const move of dropped) {
    const again = moveAgain(model, state, move);
    if (again !== undefined) make(again);
  }
  const threads = threadsOf(model).filter(({ process }) => !isEnvironment(process));
  const seen = new Set([stateKey(state)]);
  while (rest.length < MOST_MOVES_LEFT) {
    const next = threads
      .flatMap((running) => nextMoves(model, state, running))
      .find(({ outcome }) => !seen.has(stateKey(outcome.state)));
    if (next === undefined) break;
    make(next);
    seen.add(stateKey(state));
  }
  return rest;
}

function nextMoves(model: Model, state: State, running: RunningThread): Move[] {
  const at = state.threads.get(running.instance.name)?.at;
  const step = running.process.steps.find(({ label }) => label === at);
  if (step === undefined) return [];
  return runStep(model, state, running).outcomes.map((outcome) => ({
    running,
    step,
    before: state,
    outcome,
  }));
}
