/**
 * The same counterexample with the fewest context switches: every thread makes its own moves in its own order, the
 * last state is the same, and only the order between threads changes. Each candidate is run by the interpreter, so
 * what comes out is a real run by construction. (Best-first search on the number of switches.)
 */
import { must } from "../base/assert.js";
import { bufferOwner, type RunningThread, type State, stateKey } from "../interpreter/state.js";
import { type Outcome, runStep } from "../interpreter/step.js";
import type { Model } from "../ir/model.js";
import type { Move } from "./replay.js";

/** States looked at before the order that TLC found is kept as it is. */
const MAXIMAL_NODES = 20_000;

interface Node {
  readonly state: State;
  /** How many of its moves each thread has made. */
  readonly made: readonly number[];
  /** The thread that moved last, its store buffer included; undefined at the start. */
  readonly last: string | undefined;
  readonly move: Move | undefined;
  readonly parent: Node | undefined;
}

/**
 * Moves of a run from its first state to the same last state, in the order with the fewest switches. The last move stays
 * the last, unless it does not matter which one is.
 */
export function withFewestSwitches(
  model: Model,
  moves: readonly Move[],
  last: "same" | "any" = "same",
): readonly Move[] {
  const [first] = moves;
  const final = moves.at(-1);
  if (first === undefined || final === undefined) return moves;
  const names = [...new Set(moves.map((move) => move.running.instance.name))];
  const lanes = names.map((name) => moves.filter((move) => move.running.instance.name === name));
  const goal = stateKey(final.outcome.state);
  const start: Node = {
    state: first.before,
    made: lanes.map(() => 0),
    last: undefined,
    move: undefined,
    parent: undefined,
  };
  const finalLane = last === "any" ? undefined : names.indexOf(final.running.instance.name);
  const seen = new Set<string>();
  // One queue per number of switches: edges cost 0 (the same thread goes on) or 1.
  const queues: Node[][] = [[start]];
  for (let cost = 0; cost < queues.length; cost++) {
    const queue = must(queues[cost], "a queue");
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const key = `${node.made.join(",")} ${node.last} ${stateKey(node.state)}`;
      if (seen.has(key)) continue;
      if (seen.size >= MAXIMAL_NODES) return moves;
      seen.add(key);
      const left = lanes.reduce((sum, lane, index) => sum + lane.length - (node.made[index] ?? 0), 0);
      if (left === 0 && stateKey(node.state) === goal) return pathTo(node);
      for (const next of successors(model, lanes, node, left, finalLane)) {
        const price = cost + (node.last !== undefined && next.last !== node.last ? 1 : 0);
        while (queues.length <= price) queues.push([]);
        must(queues[price], "a queue").push(next);
      }
    }
  }
  return moves;
}

/** Every thread may make its next move now; the move that ends the counterexample must stay the last. */
function successors(
  model: Model,
  lanes: readonly (readonly Move[])[],
  node: Node,
  left: number,
  finalLane: number | undefined,
): Node[] {
  return lanes.flatMap((lane, index): Node[] => {
    const made = must(node.made[index], "the progress of a lane");
    const original = lane[made];
    if (original === undefined) return [];
    if (index === finalLane && made === lane.length - 1 && left > 1) return [];
    const { running, step } = original;
    const { name } = running.instance;
    const own = moveKey(running, original.outcome);
    const outcome = runStep(model, node.state, running).outcomes.find(
      (possible) => moveKey(running, possible) === own,
    );
    if (outcome === undefined || node.state.threads.get(name)?.at !== step.label) return [];
    return [
      {
        state: outcome.state,
        made: node.made.map((count, other) => (other === index ? count + 1 : count)),
        last: bufferOwner(running.instance),
        move: { running, step, before: node.state, outcome },
        parent: node,
      },
    ];
  });
}

/** Where the thread is after the move and what it knows; for a store buffer also which store has left it. */
function moveKey({ instance }: RunningThread, { state, events }: Outcome): string {
  const { name } = instance;
  const thread = must(state.threads.get(name), `the thread ${name}`);
  const drained = events.flatMap((event) => (event.kind === "write" && instance.drains ? [event.at] : []));
  const known: State = {
    memory: new Map(),
    buffers: new Map(),
    threads: new Map([[name, thread]]),
    failed: state.failed,
  };
  return [stateKey(known), ...drained].join(" ");
}

function pathTo(node: Node): Move[] {
  const moves: Move[] = [];
  for (let at: Node | undefined = node; at?.move !== undefined; at = at.parent) moves.push(at.move);
  return moves.reverse();
}
