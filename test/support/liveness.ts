/**
 * Decides claims about runs on the explored graph: the second opinion that TLC has to agree with. A claim is false
 * where some fair run stays for ever among the states that speak against it; such a run settles in a strongly
 * connected part of the graph, in which each thread must get its due.
 */
import { evaluate, globalScene } from "../../src/interpreter/evaluate.js";
import { initialState, type RunningThread, stateKey, threadsOf } from "../../src/interpreter/state.js";
import { nextStep } from "../../src/interpreter/step.js";
import type { Model, ModelLiveness, Term } from "../../src/ir/model.js";
import { type ExploredState, explore } from "./explore.js";

/** The reachable states in which no check has failed, and how threads lead from one to another. */
export interface Graph {
  readonly model: Model;
  readonly initial: string;
  readonly states: ReadonlyMap<string, ExploredState>;
  /** Moves that change the state, without those that fail a check. */
  readonly moves: ReadonlyMap<string, readonly { readonly thread: string; readonly to: string }[]>;
  /** Threads that could change the state, be it by failing a check. */
  readonly able: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Explores the model. Throws past `limit` states. */
export function graphOf(model: Model, limit?: number): Graph {
  const moves = new Map<string, { thread: string; to: string }[]>();
  const able = new Map<string, Set<string>>();
  const { states } = explore(model, {
    ...(limit === undefined ? {} : { limit }),
    onTransition: ({ running, from, outcome }) => {
      const [here, to] = [stateKey(from), stateKey(outcome.state)];
      if (here === to) return;
      const thread = running.instance.name;
      const owed = nextStep(from, running)?.optional !== true;
      if (owed) able.set(here, (able.get(here) ?? new Set()).add(thread));
      if (outcome.state.failed.size === 0) moves.set(here, [...(moves.get(here) ?? []), { thread, to }]);
    },
  });
  const unfailing = new Map([...states].filter(([, { state }]) => state.failed.size === 0));
  return { model, initial: stateKey(initialState(model)), states: unfailing, moves, able };
}

/** Names of the claims that are false of some fair run in which no check fails. */
export function falseClaims(graph: Graph): string[] {
  return graph.model.liveness.filter((property) => isViolated(graph, property)).map(({ name }) => name);
}

/** Whether there is a fair run in which no check fails: where there is none, every claim holds of all of them. */
export function hasFairRun(graph: Graph): boolean {
  return hasFairPart(graph, new Set(graph.states.keys()));
}

function isViolated(graph: Graph, property: ModelLiveness): boolean {
  const { model, initial, states } = graph;
  const where = (condition: (state: ExploredState) => boolean) =>
    new Set([...states].filter(([, state]) => condition(state)).map(([key]) => key));
  const isTrue = (condition: Term) => (state: ExploredState) =>
    evaluate(globalScene(model, state.state), condition) === true;
  const isFalse = (condition: Term) => (state: ExploredState) => !isTrue(condition)(state);
  switch (property.check) {
    case "eventually": {
      const false_ = where(isFalse(property.condition));
      return false_.has(initial) && hasFairPart(graph, reachable(graph, [initial], false_));
    }
    case "always_eventually":
      return hasFairPart(graph, where(isFalse(property.condition)));
    case "leads_to": {
      const unanswered = where(isFalse(property.consequence));
      const asked = [...where(isTrue(property.condition))].filter((key) => unanswered.has(key));
      return hasFairPart(graph, reachable(graph, asked, unanswered));
    }
    case "never_stuck":
      return threadsOf(model)
        .filter(({ process }) => !process.daemon)
        .some(({ instance }) =>
          hasFairPart(
            graph,
            where(
              ({ blocked, resting }) => blocked.includes(instance.name) && !resting.includes(instance.name),
            ),
          ),
        );
  }
}

/** What can be reached from `start` without leaving `within`. */
function reachable({ moves }: Graph, start: readonly string[], within: ReadonlySet<string>): Set<string> {
  const found = new Set(start);
  for (const key of found) {
    for (const { to } of moves.get(key) ?? []) if (within.has(to)) found.add(to);
  }
  return found;
}

/** Whether a fair run can stay among these states for ever; standing still in one of them is a run too. */
function hasFairPart(graph: Graph, states: ReadonlySet<string>): boolean {
  return components(graph, states).some((component) => isFairPart(graph, component));
}

/**
 * A weakly fair thread must move in the part or be unable to in some state of it: if the whole part denies it that, so
 * does each part of it. A strongly fair one that does not move must be unable to everywhere: without the states where
 * it could, a part of the part may still do.
 */
function isFairPart(graph: Graph, part: ReadonlySet<string>): boolean {
  const { able } = graph;
  const movers = new Set(
    [...part].flatMap((key) =>
      (graph.moves.get(key) ?? []).filter(({ to }) => part.has(to)).map(({ thread }) => thread),
    ),
  );
  const idle = threadsOf(graph.model).filter(({ instance }) => !movers.has(instance.name));
  const canMove = (key: string, { instance }: RunningThread) => able.get(key)?.has(instance.name) === true;
  const denied = idle.some(
    (thread) => thread.process.fairness === "weak" && [...part].every((key) => canMove(key, thread)),
  );
  if (denied) return false;
  const strong = idle.filter(({ process }) => process.fairness === "strong");
  const rest = new Set([...part].filter((key) => !strong.some((thread) => canMove(key, thread))));
  if (rest.size === part.size) return true;
  return hasFairPart(graph, rest);
}

/** Strongly connected components, single states among them: those reached from a state that also reach it. */
function components({ moves }: Graph, states: ReadonlySet<string>): Set<string>[] {
  const backward = new Map<string, string[]>();
  for (const key of states) {
    for (const { to } of moves.get(key) ?? []) backward.set(to, [...(backward.get(to) ?? []), key]);
  }
  // Kosaraju: by descending time of completion, what reaches a state and is not taken yet is its component.
  const order: string[] = [];
  const seen = new Set<string>();
  for (const root of states) {
    const open: { key: string; next: number }[] = seen.has(root) ? [] : [{ key: root, next: 0 }];
    seen.add(root);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const to = moves.get(top.key)?.[top.next++]?.to;
      if (to === undefined) order.push(open.pop()!.key);
      else if (states.has(to) && !seen.has(to)) {
        seen.add(to);
        open.push({ key: to, next: 0 });
      }
    }
  }
  const taken = new Set<string>();
  return order.toReversed().flatMap((root): Set<string>[] => {
    if (taken.has(root)) return [];
    taken.add(root);
    const component = new Set([root]);
    for (const key of component) {
      for (const from of backward.get(key) ?? []) {
        if (!states.has(from) || taken.has(from)) continue;
        taken.add(from);
        component.add(from);
      }
    }
    return [component];
  });
}
