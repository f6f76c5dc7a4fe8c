/** Every state of one lock, with what each step of each thread does to it there. */
import { must } from "../base/assert.js";
import { valueKey } from "../interpreter/state.js";
import type { Value } from "../ir/model.js";
import {
  type AbstractResult,
  type Holders,
  type LockState,
  type LockStep,
  runAbstractly,
} from "./abstract-step.js";
import type { Unit } from "./accesses.js";
import type { LockGroup } from "./lock-groups.js";

/** More states of one lock than this are not looked at: nothing is known of it then. */
const MOST_STATES = 5000;

/** A unit that touches a lock of the group; those of one shape behave in the same way. */
export interface Move {
  readonly unit: Unit;
  readonly lockStep: LockStep;
  readonly shape: string;
}

/** One of the moves of a shape, and the threads that can make one of them. */
export interface Kind extends Move {
  readonly number: number;
  readonly threads: ReadonlySet<string>;
}

export function distinctKinds(moves: readonly Move[]): Kind[] {
  const kinds = new Map<string, Kind & { readonly threads: Set<string> }>();
  for (const move of moves) {
    const kind = kinds.get(move.shape) ?? { ...move, number: kinds.size, threads: new Set<string>() };
    for (const { name } of move.unit.process.threads) kind.threads.add(name);
    kinds.set(move.shape, kind);
  }
  return [...kinds.values()];
}

export interface LockNode {
  readonly lock: LockState;
  readonly holders: Holders;
  /** What each thread can do here, by kind and thread. */
  readonly results: Map<string, LockResult>;
}

interface LockResult extends Pick<AbstractResult, "waits" | "waitsForMore"> {
  readonly outcomes: readonly { readonly way: string; readonly to: LockNode }[];
}

export interface LockGraph {
  readonly kinds: readonly Kind[];
  readonly threads: readonly string[];
  readonly nodes: readonly LockNode[];
}

const resultKey = ({ number }: Kind, thread: string) => `${number} ${thread}`;

function nodeKey(lock: LockState, holders: Holders): string {
  const fields = [...lock].map(([name, value]) => `${name}=${valueKey(value)}`);
  return `${fields.join(" ")} | ${[...holders]
    .map(([thread, mode]) => `${thread} ${mode}`)
    .sort()
    .join(" ")}`;
}

/** Every state of one lock that any order of the steps leads to; undefined where there are too many. Throws Opaque. */
export function lockGraph(group: LockGroup, kinds: readonly Kind[]): LockGraph | undefined {
  const nodes = new Map<string, LockNode>();
  const open: LockNode[] = [];
  const add = (lock: LockState, holders: Holders): LockNode => {
    const key = nodeKey(lock, holders);
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node: LockNode = { lock, holders, results: new Map() };
    nodes.set(key, node);
    open.push(node);
    return node;
  };
  for (const lock of group.locks) {
    add(
      new Map(group.fields.map(({ name, initial }): [string, Value] => [name, initial.get(lock) ?? null])),
      new Map(),
    );
  }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (nodes.size > MOST_STATES) return undefined;
    for (const kind of kinds) {
      for (const thread of kind.threads) {
        const { outcomes, ...waiting } = runAbstractly(kind.lockStep, thread, node.lock, node.holders);
        node.results.set(resultKey(kind, thread), {
          ...waiting,
          outcomes: outcomes.map(({ way, lock, holders }) => ({ way, to: add(lock, holders) })),
        });
      }
    }
  }
  const threads = [...new Set(kinds.flatMap((kind) => [...kind.threads]))];
  return { kinds, threads, nodes: [...nodes.values()] };
}

/** What a step of this kind, taken by the thread, does in this state of the lock. */
export function resultAt({ results }: LockNode, kind: Kind, thread: string): LockResult {
  return must(results.get(resultKey(kind, thread)), "what a step does to a lock");
}
