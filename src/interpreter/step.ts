/** Runs one step of one thread: every outcome it can have, and what happened on the way. */
import { must } from "../base/assert.js";
import { firstTakenIn, isForBuffer, type Side, sideOf } from "../ir/coverage.js";
import {
  type Action,
  type Block,
  type Buffered,
  DONE,
  type Model,
  type Origin,
  STORE_BUFFER_LIMIT,
  type Step,
  type Term,
  type Value,
} from "../ir/model.js";
import type { MemoryModel, Type } from "../ir/program.js";
import { defaultValue } from "../ir/terms.js";
import { booleanOf, elementsOf, evaluate, refOf, type Scene } from "./evaluate.js";
import { NoValue } from "./numbers.js";
import {
  type BufferEntry,
  bufferOf,
  bufferOwner,
  cellsOf,
  elementAt,
  location,
  type RunningThread,
  type State,
  sameValue,
  valueAt,
} from "./state.js";
import { drainable, newest, pushFence, pushStore, without } from "./store-buffer.js";

/** Something that a step did, in order. */
export type Event =
  | { readonly kind: "read"; readonly at: string; readonly value: Value; readonly origin: Origin }
  | {
      readonly kind: "write";
      readonly at: string;
      readonly from: Value;
      readonly to: Value;
      readonly origin: Origin;
    }
  /** A store that went into the store buffer of its thread. */
  | { readonly kind: "buffer"; readonly at: string; readonly value: Value; readonly origin: Origin }
  | {
      readonly kind: "acquire" | "release";
      readonly lock: string;
      readonly mode: "exclusive" | "shared";
      readonly origin: Origin;
    }
  | {
      readonly kind: "pass";
      readonly origin: Origin;
      /** The answer of a condition that the spec states. */
      readonly answer?: Side | undefined;
      /** Between two units of a merged step: see ir/model.ts. */
      readonly joint?: true | undefined;
    }
  | {
      readonly kind: "fail";
      readonly check: string;
      readonly message: string | undefined;
      /** The object the check is about, or null. */
      readonly subject: Value;
      /** What was false, and all that it refers to. */
      readonly condition: Term;
      readonly scene: Scene;
      readonly origin: Origin;
    };

export interface Outcome {
  readonly state: State;
  readonly events: readonly Event[];
}

/** Why a thread cannot move. */
export interface Wait {
  readonly action: Extract<Action, { kind: "await" }>;
  readonly idle: boolean;
  /** What the thread did before it came to wait, in units that are whole. */
  readonly done: readonly Event[];
  /** Where its condition is false. */
  readonly scene: Scene;
  /** What was read to find out. */
  readonly reads: readonly { readonly at: string; readonly value: Value }[];
  /** The lock that the step would take, where it would take one. */
  readonly lock: string | undefined;
  /** Threads each of which must act before the wait can end; none where the thread could choose to go on elsewhere. */
  readonly whom: readonly string[];
}

export interface StepResult {
  /** Empty where the thread has ended, stopped or must wait. */
  readonly outcomes: readonly Outcome[];
  /** Set where it must wait. */
  readonly wait: Wait | undefined;
}

interface Run {
  readonly model: Model;
  readonly running: RunningThread;
  readonly state: State;
  readonly localTypes: ReadonlyMap<string, Type>;
  readonly outcomes: Outcome[];
  readonly waits: Wait[];
}

/** A path through a step: what it has changed so far. */
interface Path {
  readonly memory: Map<string, Value>;
  /** The store buffer that the thread works with, oldest store first. */
  readonly buffer: BufferEntry[];
  readonly locals: Map<string, Value>;
  readonly events: Event[];
  readonly chose: boolean;
}

/** The step that a thread stands before, or undefined where it has ended or stopped. */
export function nextStep(state: State, { process, instance }: RunningThread): Step | undefined {
  const { at } = must(state.threads.get(instance.name), `the thread ${instance.name}`);
  if (at === DONE) return undefined;
  return must(
    process.steps.find((step) => step.label === at),
    `the step ${at}`,
  );
}

/** Runs the thread's next step from `state`. */
export function runStep(model: Model, state: State, running: RunningThread): StepResult {
  const step = nextStep(state, running);
  if (step === undefined) return { outcomes: [], wait: undefined };
  const localTypes = new Map(running.process.locals.map((local) => [local.name, local.type]));
  const run: Run = { model, running, state, localTypes, outcomes: [], waits: [] };
  const { locals } = must(state.threads.get(running.instance.name), "the state of a thread");
  runBlock(run, step.body, {
    memory: new Map(state.memory),
    buffer: [...bufferOf(state, running.instance)],
    locals: new Map(locals),
    events: [],
    chose: false,
  });
  if (run.outcomes.length > 0) return { outcomes: run.outcomes, wait: undefined };
  // Where each choice waits, the thread rests only if all of them are waits for work.
  return { outcomes: [], wait: run.waits.find(({ idle }) => !idle) ?? run.waits[0] };
}

function sceneOf(run: Run, path: Path, onRead?: Scene["onRead"]): Scene {
  return {
    model: run.model,
    memory: path.memory,
    buffer: path.buffer,
    thread: { instance: run.running.instance, locals: path.locals },
    localTypes: run.localTypes,
    bound: new Map(),
    ...(onRead === undefined ? {} : { onRead }),
  };
}

function runBlock(run: Run, block: Block, path: Path, from = 0): void {
  for (let index = from; index < block.actions.length; index++) {
    const action = must(block.actions[index], "an action of a block");
    if (action.kind === "choose") {
      const before = path.events.length;
      const scene = sceneOf(run, path, recorder(path, action.origin));
      const elements = elementsOf(evaluate(scene, action.domain));
      if (path.events.length === before) path.events.push({ kind: "pass", origin: action.origin });
      for (const element of elements) {
        const copy: Path = {
          memory: new Map(path.memory),
          buffer: [...path.buffer],
          locals: new Map(path.locals).set(action.local, element),
          events: [...path.events],
          chose: true,
        };
        runBlock(run, block, copy, index + 1);
      }
      return;
    }
    if (action.kind === "drain") {
      for (const drained of drain(run.model.memory, path, action.origin)) {
        runBlock(run, block, drained, index + 1);
      }
      return;
    }
    const rest: Block = { actions: block.actions.slice(index + 1), end: block.end };
    if (!runAction(run, action, path, rest)) return;
  }
  const { end } = block;
  if (end.kind === "goto") return finish(run, path, end.label, end.resets);
  const condition = evaluate(sceneOf(run, path, recorder(path, end.origin)), end.condition);
  const taken = booleanOf(condition);
  path.events.push({ kind: "pass", origin: end.origin, answer: sideOf(end, taken) });
  runBlock(run, taken ? end.whenTrue : end.whenFalse, path);
}

function recorder(path: Path, origin: Origin): NonNullable<Scene["onRead"]> {
  return (at, value) => path.events.push({ kind: "read", at, value, origin });
}

/** False where the path ends here: a wait, or a check that fails. */
function runAction(run: Run, action: Action, path: Path, rest: Block): boolean {
  const { origin } = action;
  // Whose turn it is on a CPU is no statement's business.
  const isTurn = action.kind === "await" && action.because !== undefined;
  const scene = sceneOf(run, path, isTurn ? undefined : recorder(path, origin));
  const before = path.events.length;
  switch (action.kind) {
    case "assign":
      path.locals.set(action.local, evaluate(scene, action.value));
      break;
    case "store": {
      const object = action.object === undefined ? "" : refOf(evaluate(scene, action.object));
      const index = action.index && evaluate(scene, action.index);
      const value = evaluate(scene, action.value);
      for (const entry of placesOf(run, action, object, index, value)) {
        if (action.buffered === undefined) write(path, entry.at, entry.value, origin);
        else bufferStore(run.model.memory, path, entry, action.buffered, origin);
      }
      break;
    }
    case "unlink":
      unlink(run, path, action, evaluate(scene, action.element));
      break;
    case "await":
      if (!booleanOf(evaluate(scene, action.condition))) {
        run.waits.push(waitFor(run, action, path, rest, before));
        return false;
      }
      break;
    case "check":
      if (!booleanOf(evaluate(scene, action.condition))) {
        failCheck(run, action, path);
        return false;
      }
      break;
    case "lock": {
      const lock = refOf(evaluate(sceneOf(run, path), action.lock));
      path.events.push({ kind: action.event, lock, mode: action.mode, origin });
      break;
    }
    case "fence":
      pushFence(path.buffer);
      break;
    case "guess":
      // The explorer's business alone: see ir/model.ts.
      return true;
    case "pass":
      path.events.push({ kind: "pass", origin, answer: action.answer, joint: action.joint });
      break;
    case "choose":
    case "drain":
      break;
  }
  if (path.events.length === before) path.events.push({ kind: "pass", origin });
  return true;
}

function bufferStore(
  memory: MemoryModel,
  path: Path,
  entry: { readonly at: string; readonly value: Value },
  how: Buffered,
  origin: Origin,
): void {
  if (path.buffer.length >= STORE_BUFFER_LIMIT) throw new NoValue("a store buffer overflows");
  pushStore(memory, path.buffer, entry, how);
  path.events.push({ kind: "buffer", ...entry, origin });
}

/** A path for each store that may be the next to reach memory. */
function drain(memory: MemoryModel, path: Path, origin: Origin): Path[] {
  return drainable(memory, path.buffer).map(({ index, entry }) => {
    const drained: Path = {
      memory: new Map(path.memory),
      buffer: without(path.buffer, index),
      locals: new Map(path.locals),
      events: [...path.events],
      chose: true,
    };
    write(drained, entry.at, entry.value, origin);
    return drained;
  });
}

function write(path: Path, at: string, to: Value, origin: Origin): void {
  const from = valueAt(path.memory, at);
  path.memory.set(at, to);
  path.events.push({ kind: "write", at, from, to, origin });
}

/** What goes where: into each element where a whole array is stored, as when memory is given back. */
function placesOf(
  { model }: Run,
  { variable: name }: Extract<Action, { kind: "store" }>,
  object: string,
  index: Value | undefined,
  value: Value,
): { readonly at: string; readonly value: Value }[] {
  if (index !== undefined) return [{ at: location(name, object, index), value }];
  const variable = must(
    model.variables.find((candidate) => candidate.name === name),
    `the variable ${name}`,
  );
  return cellsOf(variable, object).map((cell) => ({
    at: cell.at,
    value: cell.index === undefined ? value : elementAt(value, cell.index),
  }));
}

function unlink(
  run: Run,
  path: Path,
  { variables, buffered, origin }: Extract<Action, { kind: "unlink" }>,
  element: Value,
): void {
  for (const variable of run.model.variables.filter(({ name }) => variables.includes(name))) {
    for (const object of variable.initial.keys()) {
      const at = location(variable.name, object);
      const list = elementsOf(buffered === undefined ? valueAt(path.memory, at) : newest(path, at));
      const rest = list.filter((other) => !sameValue(other, element));
      if (rest.length === list.length) continue;
      const value: Value = { list: rest };
      if (buffered === undefined) write(path, at, value, origin);
      else bufferStore(run.model.memory, path, { at, value }, buffered, origin);
    }
  }
}

function waitFor(
  run: Run,
  action: Extract<Action, { kind: "await" }>,
  path: Path,
  rest: Block,
  from: number,
): Wait {
  const reads = path.events.slice(from).flatMap((event) => (event.kind === "read" ? [event] : []));
  const taking = isForBuffer(action) ? undefined : firstTakenIn(rest);
  const lock = taking && refOf(evaluate(sceneOf(run, path), taking));
  // What it has stored may still reach memory and end somebody's wait: it is not stuck yet.
  const awaited = path.chose || path.buffer.length > 0 ? [] : action.whom;
  const whom = awaited.flatMap((set) => elementsOf(evaluate(sceneOf(run, path), set)).map(refOf));
  const joint = path.events.findLastIndex((event) => event.kind === "pass" && event.joint === true);
  const done = path.events.slice(0, Math.max(joint, 0));
  return { action, idle: action.idle, done, scene: sceneOf(run, path), reads, lock, whom };
}

/** The thread stops for good; what it stored in this step stays, its variables are forgotten. */
function failCheck(run: Run, action: Extract<Action, { kind: "check" }>, path: Path): void {
  const subject = action.subject === undefined ? null : evaluate(sceneOf(run, path), action.subject);
  const { check, message, origin } = action;
  const scene = sceneOf(run, { ...path, memory: new Map(path.memory), locals: new Map(path.locals) });
  path.events.push({ kind: "fail", check, message, subject, condition: action.condition, scene, origin });
  path.locals.clear();
  const failed = new Set(run.state.failed).add(check);
  push(run, path, DONE, failed);
}

function finish(run: Run, path: Path, label: string, resets: readonly string[]): void {
  for (const name of resets) path.locals.delete(name);
  push(run, path, label, run.state.failed);
}

function push(run: Run, path: Path, at: string, failed: ReadonlySet<string>): void {
  const locals = new Map(
    [...path.locals].filter(([name, value]) => {
      const type = must(run.localTypes.get(name), `the type of the local ${name}`);
      return !sameValue(value, defaultValue(type));
    }),
  );
  const threads = new Map(run.state.threads).set(run.running.instance.name, { at, locals });
  const buffers = new Map(run.state.buffers);
  const owner = bufferOwner(run.running.instance);
  if (path.buffer.length > 0) buffers.set(owner, path.buffer);
  else buffers.delete(owner);
  run.outcomes.push({ state: { memory: path.memory, buffers, threads, failed }, events: path.events });
}
