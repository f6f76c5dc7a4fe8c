/**
 * Runs without end of a reduced model as runs of the plain one. What a thread is owed differs where steps are written out:
 * one that waits must have come to its wait, and one that goes round without a trace, which merged is no step at all,
 * must be seen to go round.
 */
import { bug, must } from "../base/assert.js";
import { initialState, type RunningThread, type State, stateKey, threadsOf } from "../interpreter/state.js";
import { nextStep } from "../interpreter/step.js";
import type { Model, ModelLiveness } from "../ir/model.js";
import { expand, movesOf, plainThread, sameForOthers } from "./expand.js";
import { flawOf, type Lasso, loopState, lotOf } from "./lasso.js";
import type { Move } from "./replay.js";
import { threadKey } from "./rerun.js";
import { holdUp, wayToWait } from "./settle.js";

/** Variables that a reduced model no longer knows can take a few rounds until they repeat. */
const MOST_ROUNDS = 20;

/** The lasso of the plain model, on which the property is as false. */
export function expandLasso(plain: Model, reduced: Model, lasso: Lasso, property: ModelLiveness): Lasso {
  const prefix = expand(plain, initialState(plain), lasso.prefix);
  const around = wholeLoop(reduced, lasso);
  const settled = settleLoop(plain, reduced, lasso, around, lastOf(prefix, initialState(plain)));
  const expanded = closed(plain, [...prefix, ...settled], around);
  const flaw = flawOf(plain, property, expanded);
  return flaw === undefined
    ? expanded
    : bug(`the counterexample is none where its steps are written out: ${flaw}`);
}

function lastOf(moves: readonly Move[], start: State): State {
  return moves.at(-1)?.outcome.state ?? start;
}

/** The states of a loop; the one in which nothing moves, where there is none. */
function statesOf(model: Model, lasso: Lasso): State[] {
  const first = loopState(model, lasso);
  return lasso.loop.length === 0 ? [first] : lasso.loop.map(({ before }) => before);
}

/** Threads that the moves do not show as moving. */
function idleThreads(model: Model, moves: readonly Move[]): RunningThread[] {
  const movers = new Set(moves.map(({ running }) => running.instance.name));
  return threadsOf(model).filter(({ instance }) => !movers.has(instance.name));
}

/** The loop with everything that a thread does in it where TLA+ sees nothing, or sees somebody else do the same. */
function wholeLoop(reduced: Model, lasso: Lasso): Move[] {
  const first = statesOf(reduced, lasso).map((state, index) => {
    const spins = idleThreads(reduced, lasso.loop).flatMap((running) => {
      const spin = spinIn(reduced, lasso, running);
      return spin !== undefined && spin.position === index ? [spin.move] : [];
    });
    return [...spins.map((move) => ({ ...move, before: state })), ...lasso.loop.slice(index, index + 1)];
  });
  const around = first.flat();
  // Who made a move does not show in the states: once more, with another thread making it.
  const others = idleThreads(reduced, around).flatMap((running) => {
    const index = lasso.loop.findIndex((move) => sameMove(reduced, move, running) !== undefined);
    if (index < 0) return [];
    const move = must(sameMove(reduced, must(lasso.loop[index], "a move"), running), "the same move");
    return lasso.loop.with(index, move);
  });
  return [...around, ...others];
}

/** A thread that fairness asks to go on does so without changing anything: the first time that it can in the loop. */
function spinIn(
  reduced: Model,
  lasso: Lasso,
  running: RunningThread,
): { readonly position: number; readonly move: Move } | undefined {
  if (running.process.fairness === "none") return undefined;
  for (const [position, state] of statesOf(reduced, lasso).entries()) {
    if (nextStep(state, running)?.optional === true) continue;
    const move = movesOf(reduced, state, running).find(
      ({ outcome }) => stateKey(outcome.state) === stateKey(state),
    );
    if (move !== undefined) return { position, move };
  }
  return undefined;
}

function sameMove(reduced: Model, { before, outcome }: Move, running: RunningThread): Move | undefined {
  const after = stateKey(outcome.state);
  return movesOf(reduced, before, running).find((move) => stateKey(move.outcome.state) === after);
}

/** The moves before the loop that bring threads to their waits: see settle.ts. */
function settleLoop(
  plain: Model,
  reduced: Model,
  lasso: Lasso,
  around: readonly Move[],
  start: State,
): Move[] {
  const waiting = idleThreads(reduced, around).filter((running) => isOwed(reduced, lasso, running));
  const ways = new Map<string, readonly Move[]>();
  let state = start;
  for (const [index, reducedState] of statesOf(reduced, lasso).entries()) {
    for (const running of waiting) {
      const { name } = running.instance;
      if (ways.has(name) || holdUp({ model: reduced, state: reducedState }, running) !== "step") continue;
      const way = wayToWait(plain, state, plainThread(plain, running));
      // Where claims are about runs a merged step waits before it has stored anything.
      if (!sameForOthers(state, lastOf(way, state))) bug(`others see what ${name} does before it waits`);
      ways.set(name, way);
    }
    state = lastOf(expand(plain, state, lasso.loop.slice(index, index + 1)), state);
  }
  const moves: Move[] = [];
  const late = [...ways].filter(([, way]) => {
    const repeated = repeat(plain, lastOf(moves, start), way);
    moves.push(...(repeated ?? []));
    return repeated === undefined;
  });
  if (late.length === 0) return moves;
  return [...moves, ...settleOnTheWay(plain, lasso, lastOf(moves, start), new Map(late))];
}

/** Whether it matters where the thread waits: something is owed to it, or it waits for ever. */
function isOwed(reduced: Model, lasso: Lasso, running: RunningThread): boolean {
  return running.process.fairness !== "none" || lotOf(reduced, lasso, running).kind === "stuck";
}

/** A round of the loop in which threads come to their waits as soon as they can. */
function settleOnTheWay(
  plain: Model,
  { loop }: Lasso,
  start: State,
  ways: ReadonlyMap<string, readonly Move[]>,
): Move[] {
  const moves: Move[] = [];
  const left = new Map(ways);
  for (const move of loop) {
    for (const [name, way] of left) {
      const repeated = repeat(plain, lastOf(moves, start), way);
      if (repeated === undefined) continue;
      moves.push(...repeated);
      left.delete(name);
    }
    moves.push(...expand(plain, lastOf(moves, start), [move]));
  }
  if (left.size > 0) bug(`${[...left.keys()].join()} cannot come to its wait`);
  return moves;
}

/** The same moves from another state; undefined where they are not possible there, or are seen by others. */
function repeat(plain: Model, start: State, way: readonly Move[]): Move[] | undefined {
  const moves: Move[] = [];
  for (const { running, outcome } of way) {
    const state = lastOf(moves, start);
    const wanted = threadKey(outcome.state, running.instance.name);
    const move = movesOf(plain, state, running).find(
      (possible) =>
        threadKey(possible.outcome.state, running.instance.name) === wanted &&
        sameForOthers(state, possible.outcome.state),
    );
    if (move === undefined) return undefined;
    moves.push(move);
  }
  return moves;
}

/** The loop is gone round until a state comes again. */
function closed(plain: Model, prefix: readonly Move[], around: readonly Move[]): Lasso {
  const rounds: Move[][] = [];
  let state = lastOf(prefix, initialState(plain));
  const known = [stateKey(state)];
  while (rounds.length < MOST_ROUNDS) {
    const round = expand(plain, state, around);
    rounds.push(round);
    state = lastOf(round, state);
    const key = stateKey(state);
    const first = known.indexOf(key);
    if (first >= 0) {
      return { prefix: [...prefix, ...rounds.slice(0, first).flat()], loop: rounds.slice(first).flat() };
    }
    known.push(key);
  }
  return bug("the loop of the counterexample does not close where its steps are written out");
}
