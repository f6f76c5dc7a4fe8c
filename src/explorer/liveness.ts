/**
 * Decides claims about whole runs on the graph of all states: a claim is false where a run that is fair to every thread
 * stays for ever among states that speak against it. Such a run settles in a strongly connected part of the graph, in
 * which each thread must get its due.
 */
import { must } from "../base/assert.js";
import type { State } from "../interpreter/state.js";
import type { Model, ModelLiveness, Term } from "../ir/model.js";
import { type Exploration, type ExploreOptions, explored, exploredInSlices } from "./explore.js";
import { fairPart } from "./fair-parts.js";
import { Graph, type StateSet } from "./graph.js";
import { fairLoop, restingPlace, type Way, wayTo } from "./lassos.js";
import { Search } from "./search.js";
import type { StateNumber } from "./states.js";

/** A run without end, on which a claim is false. */
export interface Lasso {
  /** Before the loop, the initial state first; empty where the loop begins with that. */
  readonly prefix: readonly State[];
  /** Repeated for ever; one state alone is where the run stands still. */
  readonly loop: readonly State[];
}

export interface RunsExploration {
  readonly exploration: Exploration;
  /** By the name of the claim. Empty where the exploration is not complete: then nothing is known about runs. */
  readonly falseClaims: ReadonlyMap<string, Lasso>;
}

/** All states, and the claims of the model that are false of some fair run in which no check fails. */
export function exploreRuns(model: Model, options: ExploreOptions = {}): RunsExploration {
  const { search, graph, claims } = begin(model);
  return decide(search, graph, claims, explored(model, search, options, graph));
}

/** As {@link exploreRuns}, and timers and signals get their turn while states are explored. */
export async function exploreRunsInSlices(
  model: Model,
  options: ExploreOptions = {},
): Promise<RunsExploration> {
  const { search, graph, claims } = begin(model);
  return decide(search, graph, claims, await exploredInSlices(model, search, options, graph));
}

/** A claim with the numbers of its conditions in the graph. */
interface Claim {
  readonly property: ModelLiveness;
  readonly condition: number;
  readonly consequence: number;
}

function begin(model: Model) {
  const search = new Search(model);
  const conditions: Term[] = [];
  const claims = model.liveness.map((property): Claim => {
    const condition = conditions.length;
    if (property.check !== "never_stuck") conditions.push(property.condition);
    const consequence = conditions.length;
    if (property.check === "leads_to") conditions.push(property.consequence);
    return { property, condition, consequence };
  });
  return { search, graph: new Graph(model, search, conditions), claims };
}

function decide(
  search: Search,
  graph: Graph,
  claims: readonly Claim[],
  exploration: Exploration,
): RunsExploration {
  const falseClaims = new Map<string, Lasso>();
  if (!exploration.complete) return { exploration, falseClaims };
  const decider = new Decider(search, graph);
  for (const claim of claims) {
    const lasso = decider.counterexample(claim);
    if (lasso !== undefined) falseClaims.set(claim.property.name, lasso);
  }
  return { exploration, falseClaims };
}

class Decider {
  readonly #search: Search;
  readonly #graph: Graph;
  readonly #fairness;
  /** Threads that must not wait for ever. */
  readonly #owing: readonly number[];

  constructor(search: Search, graph: Graph) {
    this.#search = search;
    this.#graph = graph;
    const { threads } = search.machine.layout;
    this.#fairness = threads.map(({ running }) => running.process.fairness);
    this.#owing = threads.flatMap(({ running }, index) => (running.process.daemon ? [] : [index]));
  }

  counterexample({ property, condition, consequence }: Claim): Lasso | undefined {
    const graph = this.#graph;
    const isFalse = (state: StateNumber) => !graph.isTrue(state, condition);
    switch (property.check) {
      case "eventually": {
        const against = graph.statesWhere(isFalse);
        return against[0] === 1 ? this.#lasso(this.#reachable([0], against), [0]) : undefined;
      }
      case "always_eventually":
        return this.#lasso(graph.statesWhere(isFalse));
      case "leads_to": {
        const unanswered = graph.statesWhere((state) => !graph.isTrue(state, consequence));
        const asked = membersWhere(unanswered, (state) => graph.isTrue(state, condition));
        return this.#lasso(this.#reachable(asked, unanswered), asked);
      }
      case "never_stuck":
        for (const thread of this.#owing) {
          const lasso = this.#lasso(graph.statesWhere((state) => graph.isStuck(state, thread)));
          if (lasso !== undefined) return lasso;
        }
        return undefined;
    }
  }

  /**
   * A fair run that ends among these states.
   * @param from where it must have been before, and since when it must not have left them; absent where it may come from
   *   anywhere
   */
  #lasso(within: StateSet, from?: readonly StateNumber[]): Lasso | undefined {
    const part = fairPart(this.#graph, this.#fairness, within);
    if (part === undefined) return undefined;
    const resting = restingPlace(this.#graph, this.#fairness, part);
    const wanted = new Set(resting === undefined ? part : [resting]);
    const way = this.#wayInto(wanted, within, from);
    const start = must(way.at(-1), "the end of a way");
    const loop = resting === undefined ? fairLoop(this.#graph, this.#fairness, part, start) : [start];
    const decoded = (states: Way) => states.map((state) => this.#search.decode(state));
    return { prefix: decoded(way.slice(0, -1)), loop: decoded(loop) };
  }

  #wayInto(
    wanted: ReadonlySet<StateNumber>,
    within: StateSet,
    from: readonly StateNumber[] | undefined,
  ): Way {
    if (from === undefined) {
      const nearest = [...wanted].reduce((a, b) => Math.min(a, b));
      return this.#search.numbersTo(nearest);
    }
    const way = must(
      wayTo(this.#graph, from, within, (state) => wanted.has(state)),
      "the way to what is reachable",
    );
    return [...this.#search.numbersTo(must(way[0], "a state")), ...way.slice(1)];
  }

  /** What can be reached from these states without leaving the set. */
  #reachable(start: readonly StateNumber[], within: StateSet): StateSet {
    const graph = this.#graph;
    const found = new Uint8Array(graph.count);
    const queue = [...start];
    for (const state of start) found[state] = 1;
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (let move = graph.firstMove(state); move < graph.firstMove(state + 1); move++) {
        const to = graph.target(move);
        if (within[to] !== 1 || found[to] === 1) continue;
        found[to] = 1;
        queue.push(to);
      }
    }
    return found;
  }
}

function membersWhere(set: StateSet, meets: (state: StateNumber) => boolean): StateNumber[] {
  const members: StateNumber[] = [];
  for (let state = 0; state < set.length; state++) if (set[state] === 1 && meets(state)) members.push(state);
  return members;
}
