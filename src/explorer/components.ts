/** Strongly connected components of a part of a graph: Tarjan 1972, with a stack of its own instead of recursion. */
import type { Graph, StateSet } from "./graph.js";

/** The states of a part, component by component. */
export interface Components {
  /** By state: the number of its component, or -1 outside the part. */
  readonly of: Int32Array;
  readonly states: Int32Array;
  /** Where in `states` each component begins; behind the last one, where it ends. */
  readonly first: readonly number[];
}

/** Single states among them, whether or not they lead back to themselves. */
export function componentsOf(graph: Graph, within: StateSet): Components {
  const { count } = graph;
  const of = new Int32Array(count).fill(-1);
  /** When a state was met, from 1; 0 before that. */
  const met = new Int32Array(count);
  /** The earliest state on the stack that is reached from here. */
  const lowest = new Int32Array(count);
  const nextMove = new Int32Array(count);
  const stack = new Int32Array(count);
  /** The way from the root to where the search is. */
  const way = new Int32Array(count);
  const states = new Int32Array(count);
  const first = [0];
  let [time, height, filled] = [0, 0, 0];
  for (let root = 0; root < count; root++) {
    if (within[root] !== 1 || met[root] !== 0) continue;
    let depth = 0;
    const enter = (state: number) => {
      met[state] = ++time;
      lowest[state] = time;
      nextMove[state] = graph.firstMove(state);
      stack[height++] = state;
      way[depth++] = state;
    };
    enter(root);
    while (depth > 0) {
      const state = way[depth - 1] as number;
      const move = nextMove[state] as number;
      if (move < graph.firstMove(state + 1)) {
        nextMove[state] = move + 1;
        const to = graph.target(move);
        if (within[to] !== 1) continue;
        if (met[to] === 0) enter(to);
        else if (of[to] === -1) lowest[state] = Math.min(lowest[state] as number, met[to] as number);
        continue;
      }
      depth--;
      if (depth > 0) {
        const before = way[depth - 1] as number;
        lowest[before] = Math.min(lowest[before] as number, lowest[state] as number);
      }
      if (lowest[state] !== met[state]) continue;
      const number = first.length - 1;
      let member: number;
      do {
        member = stack[--height] as number;
        of[member] = number;
        states[filled++] = member;
      } while (member !== state);
      first.push(filled);
    }
  }
  return { of, states, first };
}
