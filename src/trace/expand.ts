/**
 * Runs of a reduced model as runs of the plain one: each move of a merged step becomes the plain steps that it was merged
 * from, one after the other. The interpreter makes them, so that what comes out is a real run by construction; where none
 * leads to the same state, the model was reduced wrongly, which is a defect of Latchwork and is said to be one.
 */
import { bug, must } from "../base/assert.js";
import {
  type RunningThread,
  type State,
  sameValue,
  stateKey,
  type ThreadState,
  threadsOf,
} from "../interpreter/state.js";
import { nextStep, type Outcome, runStep } from "../interpreter/step.js";
import { DONE, type Model, type Process, type Value } from "../ir/model.js";
import type { Move } from "./replay.js";

/** Far more than the choices inside one merged step lead to. */
const MOST_NODES = 20_000;

/**
 * The plain moves that do what the moves of a reduced model do. A thread that moves must stand in `start` where it stands
 * before its first move; where the others stand does not matter, as long as they see nothing of it.
 */
export function expand(plain: Model, start: State, moves: readonly Move[]): Move[] {
  const expanded: Move[] = [];
  let state = start;
  for (const move of moves) {
    const way = expandMove(plain, state, move);
    state = way.at(-1)?.outcome.state ?? state;
    expanded.push(...way);
  }
  return expanded;
}

/** The thread of the plain model with the name of one of the reduced model. */
export function plainThread(plain: Model, { instance }: RunningThread): RunningThread {
  return must(
    threadsOf(plain).find((candidate) => candidate.instance.name === instance.name),
    `the thread ${instance.name}`,
  );
}

/** What one thread may do next, as moves. */
export function movesOf(model: Model, state: State, running: RunningThread): Move[] {
  const step = nextStep(state, running);
  if (step === undefined) return [];
  return runStep(model, state, running).outcomes.map((outcome) => ({
    running,
    step,
    before: state,
    outcome,
  }));
}

/** Whether two states differ in nothing but where threads are and what they know. */
export function sameForOthers(a: State, b: State): boolean {
  return withoutThreads(a) === withoutThreads(b);
}

export function threadIn(state: State, { instance }: RunningThread): ThreadState {
  return must(state.threads.get(instance.name), `the state of ${instance.name}`);
}

/** The moves of one merged step; none where it is a step that the plain model does not have. */
function expandMove(plain: Model, state: State, { running, step, outcome }: Move): Move[] {
  const thread = plainThread(plain, running);
  if (!hasStep(thread.process, step.label)) return [];
  if (threadIn(state, thread).at !== step.label) {
    return bug(`${nameOf(thread)} is not at ${step.label}, where the reduced model has it`);
  }
  const way = findWay(plain, thread, state, goalOf(thread, running, outcome));
  if (way === undefined) {
    return bug(`no plain steps of ${nameOf(thread)} do what its merged step at ${step.label} does`);
  }
  // A step that changes nothing is none: see passes/spinning.ts.
  return way.filter((move) => stateKey(move.before) !== stateKey(move.outcome.state));
}

/** Where a merged step leads. */
interface Goal {
  readonly state: State;
  readonly label: string;
  /** The variables of the thread that somebody still reads there, in both models. */
  readonly locals: ReadonlyMap<string, Value | undefined>;
}

function goalOf({ process: plain }: RunningThread, reduced: RunningThread, { state }: Outcome): Goal {
  const { at, locals } = threadIn(state, reduced);
  const label = leadsTo(plain, reduced.process, at);
  const liveIn = ({ steps }: Process) => steps.find((step) => step.label === label)?.live ?? [];
  const others = new Set(liveIn(reduced.process));
  return {
    state,
    label,
    locals: new Map(
      liveIn(plain)
        .filter((name) => others.has(name))
        .map((name) => [name, locals.get(name)]),
    ),
  };
}

/** The label of the plain model that one of the reduced model stands for: its own, or where it leads. */
function leadsTo(plain: Process, reduced: Process, at: string): string {
  if (at === DONE || hasStep(plain, at)) return at;
  const end = reduced.steps.find((step) => step.label === at)?.body.end;
  if (end?.kind !== "goto") return bug(`the plain model has no step ${at}`);
  return end.label;
}

function hasStep({ steps }: Process, label: string): boolean {
  return steps.some((step) => step.label === label);
}

/** The thread's own moves from the state to the goal, the fewest. */
function findWay(plain: Model, thread: RunningThread, start: State, goal: Goal): Move[] | undefined {
  interface Node {
    readonly move: Move;
    readonly parent: Node | undefined;
  }
  const wanted = withoutThreads(goal.state);
  const seen = new Set<string>();
  const open: Node[] = [];
  const add = (state: State, parent: Node | undefined) => {
    for (const move of movesOf(plain, state, thread)) open.push({ move, parent });
  };
  add(start, undefined);
  // Breadth first: what is added on the way comes behind.
  for (const node of open) {
    const { state } = node.move.outcome;
    const { at, locals } = threadIn(state, thread);
    const arrived = at === goal.label && isAsWanted(locals, goal.locals) && withoutThreads(state) === wanted;
    if (arrived) {
      const way: Move[] = [];
      for (let on: Node | undefined = node; on !== undefined; on = on.parent) way.push(on.move);
      return way.reverse();
    }
    if (at === DONE) continue;
    const key = stateKey(state);
    if (seen.has(key)) continue;
    if (seen.size >= MOST_NODES) return bug(`the merged step before ${goal.label} has too many ways`);
    seen.add(key);
    add(state, node);
  }
  return undefined;
}

function isAsWanted(
  locals: ReadonlyMap<string, Value>,
  wanted: ReadonlyMap<string, Value | undefined>,
): boolean {
  return [...wanted].every(([name, value]) => {
    const own = locals.get(name);
    return own === undefined || value === undefined ? own === value : sameValue(own, value);
  });
}

/** A key of everything but where the threads are and what they know. */
function withoutThreads({ memory, buffers, failed }: State): string {
  return stateKey({ memory, buffers, failed, threads: new Map() });
}

function nameOf({ instance }: RunningThread): string {
  return instance.name;
}
