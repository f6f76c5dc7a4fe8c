/** Parts of a graph in which a run can stay for ever and be fair to every thread. */
import type { Fairness } from "../ir/program.js";
import { type Components, componentsOf } from "./components.js";
import type { Graph, StateSet } from "./graph.js";
import type { StateNumber } from "./states.js";

/**
 * States that lead to each other, or a single one to stand still in, among which a fair run can stay: of all such parts
 * one with the lowest number, which is among the nearest to the initial state. Undefined where there is none.
 * @param fairness what is owed to each thread, by index
 */
export function fairPart(
  graph: Graph,
  fairness: readonly Fairness[],
  states: StateSet,
): readonly StateNumber[] | undefined {
  let best: readonly StateNumber[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let within: StateSet | undefined = states; within !== undefined; ) {
    const components = componentsOf(graph, within);
    const rest: StateSet = new Uint8Array(graph.count);
    let remains = false;
    for (let part = 0; part + 1 < components.first.length; part++) {
      const judged = judge(graph, fairness, components, part);
      if (judged === "fair") {
        const found = membersOf(components, part);
        const lowest = found.reduce((a, b) => Math.min(a, b));
        if (lowest < least) [best, least] = [found, lowest];
      } else if (judged !== "unfair") {
        remains = true;
        for (const state of judged) rest[state] = 1;
      }
    }
    // What is left of different parts cannot make a circle, so that all of it can be looked at together.
    within = remains ? rest : undefined;
  }
  return best;
}

function membersOf({ first, states }: Components, part: number): StateNumber[] {
  return [...states.subarray(first[part], first[part + 1])];
}

/**
 * A weakly fair thread must move in the part or be unable to in some state of it: if the whole part denies it that, so
 * does each part of it. A strongly fair one that does not move must be unable to everywhere: without the states where
 * it could, a part of the part may still do; those are returned.
 */
function judge(
  graph: Graph,
  fairness: readonly Fairness[],
  components: Components,
  part: number,
): "fair" | "unfair" | readonly StateNumber[] {
  const { first, states } = components;
  const [from, to] = [first[part] as number, first[part + 1] as number];
  const moves = new Uint8Array(fairness.length);
  for (let at = from; at < to; at++) {
    const state = states[at] as number;
    const end = graph.firstMove(state + 1);
    for (let move = graph.firstMove(state); move < end; move++) {
      if (components.of[graph.target(move)] === part) moves[graph.mover(move)] = 1;
    }
  }
  const idle = fairness.flatMap((owed, thread) => (owed !== "none" && moves[thread] === 0 ? [thread] : []));
  if (idle.length === 0) return "fair";
  const canAlways = (thread: number) => {
    for (let at = from; at < to; at++) if (!graph.canMove(states[at] as number, thread)) return false;
    return true;
  };
  if (idle.some((thread) => fairness[thread] === "weak" && canAlways(thread))) return "unfair";
  const strong = idle.filter((thread) => fairness[thread] === "strong");
  const left: number[] = [];
  for (let at = from; at < to; at++) {
    const state = states[at] as number;
    if (!strong.some((thread) => graph.canMove(state, thread))) left.push(state);
  }
  if (left.length === to - from) return "fair";
  return left.length === 0 ? "unfair" : left;
}
