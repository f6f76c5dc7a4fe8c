/** From a fair part to a run: a way there, and a way around in it that gives each thread its due. */
import { bug } from "../base/assert.js";
import type { Fairness } from "../ir/program.js";
import type { Graph, StateSet } from "./graph.js";
import type { StateNumber } from "./states.js";

/** A way to a state, both ends included. */
export type Way = readonly StateNumber[];

/**
 * A shortest way from one of the states to one that is wanted, without leaving the set; the first state need not be in
 * it. Undefined where there is none.
 * @param isLast whether a move ends the way where its target is not wanted
 */
export function wayTo(
  graph: Graph,
  from: Iterable<StateNumber>,
  within: StateSet,
  isWanted: (state: StateNumber) => boolean,
  isLast: (move: number) => boolean = () => false,
): Way | undefined {
  const before = new Map<StateNumber, StateNumber>();
  const queue: StateNumber[] = [];
  for (const state of from) {
    if (before.has(state)) continue;
    before.set(state, -1);
    queue.push(state);
  }
  const wayBack = (last: StateNumber): StateNumber[] => {
    const way: StateNumber[] = [];
    for (let at = last; at >= 0; at = before.get(at) ?? -1) way.push(at);
    return way.reverse();
  };
  for (let next = 0; next < queue.length; next++) {
    const state = queue[next] as StateNumber;
    if (isWanted(state)) return wayBack(state);
    for (let move = graph.firstMove(state); move < graph.firstMove(state + 1); move++) {
      const to = graph.target(move);
      if (within[to] !== 1) continue;
      if (isLast(move)) return [...wayBack(state), to];
      if (before.has(to)) continue;
      before.set(to, state);
      queue.push(to);
    }
  }
  return undefined;
}

/** What a run owes a thread: to be where it cannot move, or to let it move. */
interface Due {
  readonly thread: number;
  readonly met: (state: StateNumber) => boolean;
}

/**
 * The states of a loop that starts from `start`, stays in the part and is fair: each weakly fair thread moves or cannot
 * somewhere, each strongly fair one moves or cannot anywhere. One state alone is a run that stands still.
 */
export function fairLoop(
  graph: Graph,
  fairness: readonly Fairness[],
  part: readonly StateNumber[],
  start: StateNumber,
): Way {
  const within = new Uint8Array(graph.count);
  for (const state of part) within[state] = 1;
  const loop = [start];
  const dues = duesIn(graph, fairness, part).filter(({ met }) => !met(start));
  for (;;) {
    const due = dues.pop();
    if (due === undefined) break;
    const here = loop.at(-1) as StateNumber;
    if (isGiven(graph, due, loop)) continue;
    const isMove = (move: number) => graph.mover(move) === due.thread;
    const way = wayTo(graph, [here], within, due.met, isMove) ?? bug("a fair part has no fair run");
    loop.push(...way.slice(1));
  }
  if (loop.length === 1) return loop;
  const here = loop.at(-1) as StateNumber;
  if (here === start) return loop.slice(0, -1);
  const back = wayTo(graph, [here], within, (state) => state === start) ?? bug("a part is not connected");
  return [...loop, ...back.slice(1, -1)];
}

/** A state in which a run can stand still: no thread that is owed a move could make one. */
export function restingPlace(
  graph: Graph,
  fairness: readonly Fairness[],
  part: readonly StateNumber[],
): StateNumber | undefined {
  return part.find((state) =>
    fairness.every((owed, thread) => owed === "none" || !graph.canMove(state, thread)),
  );
}

function duesIn(graph: Graph, fairness: readonly Fairness[], part: readonly StateNumber[]): Due[] {
  return fairness.flatMap((owed, thread): Due[] => {
    if (owed === "none") return [];
    if (owed === "weak") return [{ thread, met: (state) => !graph.canMove(state, thread) }];
    // A strongly fair thread that could move somewhere in the part must move: the loop may come by there.
    return part.some((state) => graph.canMove(state, thread)) ? [{ thread, met: () => false }] : [];
  });
}

/** Whether the way so far already gives the thread its due. */
function isGiven(graph: Graph, { thread, met }: Due, way: Way): boolean {
  return way.some((state, index) => {
    if (met(state)) return true;
    const next = way[index + 1];
    for (let move = graph.firstMove(state); move < graph.firstMove(state + 1); move++) {
      if (graph.mover(move) === thread && graph.target(move) === next) return true;
    }
    return false;
  });
}
