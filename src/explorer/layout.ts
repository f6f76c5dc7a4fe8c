/** Which slot of a state holds what: places in memory first, then each thread, then the checks that have failed. */
import { must } from "../base/assert.js";
import { bufferOwner, cellsOf, type RunningThread, threadsOf } from "../interpreter/state.js";
import { type Action, type Block, DONE, type Model, type Process, type Variable } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { assignedLocal, defaultValue, visitBlocks } from "../ir/terms.js";
import type { ValueId, ValueTable } from "./values.js";

/** What a slot holds, and how many different values are to be expected there. */
export type Slot = { readonly expected: number } & (
  | { readonly kind: "memory"; readonly at: string }
  | { readonly kind: "at"; readonly thread: string }
  | { readonly kind: "local"; readonly thread: string; readonly local: string }
  | { readonly kind: "buffer"; readonly thread: string }
  | { readonly kind: "failed" }
);

/** A variable of the shared memory: the slots of an object's field follow each other. */
export interface VariableSlots {
  readonly variable: Variable;
  /** By object. */
  readonly first: ReadonlyMap<string, number>;
  /** Of an array or a map: the index of each of an object's slots, in order. */
  readonly indices: readonly ValueId[] | undefined;
}

export interface LocalSlot {
  readonly slot: number;
  readonly initial: ValueId;
}

export interface ThreadSlots {
  readonly running: RunningThread;
  /** Holds the index in `labels` of the step that is next. */
  readonly at: number;
  readonly labels: readonly string[];
  readonly locals: ReadonlyMap<string, LocalSlot>;
  /** Holds the store buffer that the thread works with; undefined where there are none. */
  readonly buffer: number | undefined;
}

export interface Layout {
  /** What a state consists of. Behind them are locals that live only while a step runs. */
  readonly slots: readonly Slot[];
  /** How many slots a running step needs. */
  readonly size: number;
  readonly variables: ReadonlyMap<string, VariableSlots>;
  readonly threads: readonly ThreadSlots[];
  readonly failed: number;
}

/** Gives everything in a state of the model its slot. */
export function layOut(model: Model, values: ValueTable): Layout {
  const slots: Slot[] = [];
  const variables = layOutMemory(model, values, slots);
  const buffers = new Map<string, number>();
  const running = threadsOf(model);
  if (model.memory !== "sc") {
    for (const { instance } of running) {
      if (instance.drains !== undefined) continue;
      buffers.set(instance.name, slots.push({ kind: "buffer", thread: instance.name, expected: 4 }) - 1);
    }
  }
  const lasting = new Map(model.processes.map((process) => [process, lastingLocals(process)]));
  const states = running.map((thread) => {
    const { process, instance } = thread;
    const labels = [DONE, ...process.steps.map(({ label }) => label)];
    const at = slots.push({ kind: "at", thread: instance.name, expected: labels.length }) - 1;
    const kept = must(lasting.get(process), "the locals of a process");
    const own = process.locals.filter(({ name }) => kept.has(name));
    const locals = own.map(({ name, type }): [string, LocalSlot] => {
      const expected = expectedValues(model, type);
      const slot = slots.push({ kind: "local", thread: instance.name, local: name, expected }) - 1;
      return [name, { slot, initial: values.encode(defaultValue(type)) }];
    });
    return { thread, labels, at, locals: new Map(locals) };
  });
  const failed = slots.push({ kind: "failed", expected: 1 }) - 1;
  let size = slots.length;
  const threads = states.map(({ thread, labels, at, locals }): ThreadSlots => {
    for (const { name, type } of thread.process.locals) {
      if (!locals.has(name)) locals.set(name, { slot: size++, initial: values.encode(defaultValue(type)) });
    }
    return { running: thread, labels, at, locals, buffer: buffers.get(bufferOwner(thread.instance)) };
  });
  return { slots, size, variables, threads, failed };
}

function layOutMemory(model: Model, values: ValueTable, slots: Slot[]): Map<string, VariableSlots> {
  const written = writtenVariables(model);
  return new Map(
    model.variables.map((variable) => {
      const { name, type } = variable;
      const first = new Map<string, number>();
      let indices: (ValueId | undefined)[] = [];
      const element = type.kind === "array" || type.kind === "map" ? type.element : type;
      const expected = written.has(name) ? expectedValues(model, element) : 1;
      for (const object of variable.initial.keys()) {
        const cells = cellsOf(variable, object);
        first.set(object, slots.length);
        for (const { at } of cells) slots.push({ kind: "memory", at, expected });
        indices = cells.map(({ index }) => (index === undefined ? undefined : values.encode(index)));
      }
      const whole = type.kind !== "array" && type.kind !== "map";
      const known = whole ? undefined : indices.filter((index) => index !== undefined);
      return [name, { variable, first, indices: known }];
    }),
  );
}

function writtenVariables(model: Model): Set<string> {
  const written = new Set<string>();
  for (const { body } of model.processes.flatMap(({ steps }) => steps)) {
    visitBlocks(body, ({ actions }) => {
      for (const action of actions) for (const name of storedIn(action)) written.add(name);
    });
  }
  return written;
}

function storedIn(action: Action): readonly string[] {
  if (action.kind === "store") return [action.variable];
  return action.kind === "unlink" ? action.variables : [];
}

/** A guess: what does not fit is made room for. */
function expectedValues(model: Model, type: Type): number {
  switch (type.kind) {
    case "boolean":
      return 2;
    case "object":
      return (model.objects.get(type.class)?.length ?? 0) + (type.nullable ? 1 : 0);
    case "null":
      return 1;
    default:
      return 4;
  }
}

/**
 * Locals that can differ from their default between two steps: those that a step says are live, and those that a path
 * assigns and does not reset.
 */
function lastingLocals(process: Process): Set<string> {
  const lasting = new Set(process.steps.flatMap(({ live }) => live));
  const walk = (block: Block, before: readonly string[]): void => {
    const assigned = [...before, ...block.actions.flatMap((action) => assignedLocal(action) ?? [])];
    if (block.end.kind === "branch") {
      walk(block.end.whenTrue, assigned);
      walk(block.end.whenFalse, assigned);
      return;
    }
    for (const name of assigned) if (!block.end.resets.includes(name)) lasting.add(name);
  };
  for (const { body } of process.steps) walk(body, []);
  return lasting;
}
