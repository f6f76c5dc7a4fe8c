/** States of a model, and the values in them: immutable, comparable by key, printable in the spec's words. */
import { bug, must } from "../base/assert.js";
import type { Model, Process, ThreadInstance, Value, Variable } from "../ir/model.js";
import { canonicalText } from "../ir/values.js";

export interface ThreadState {
  readonly at: string;
  /** Only variables that differ from their default. */
  readonly locals: ReadonlyMap<string, Value>;
}

/** A store on its way to memory, or the mark of a barrier between stores. */
export type BufferEntry = { readonly at: string; readonly value: Value } | "fence";

export interface State {
  /** By location: see {@link location}. */
  readonly memory: ReadonlyMap<string, Value>;
  /** Store buffers by thread name, oldest store first; only those that hold something. None starts with a fence. */
  readonly buffers: ReadonlyMap<string, readonly BufferEntry[]>;
  /** By thread name. */
  readonly threads: ReadonlyMap<string, ThreadState>;
  /** Ids of the checks that have failed; the threads that failed them have stopped. */
  readonly failed: ReadonlySet<string>;
}

/** A thread with the steps it runs. */
export interface RunningThread {
  readonly process: Process;
  readonly instance: ThreadInstance;
}

/** All threads of a model, in declaration order. */
export function threadsOf(model: Model): RunningThread[] {
  return model.processes.flatMap((process) => process.threads.map((instance) => ({ process, instance })));
}

/** The thread whose store buffer a thread works with: its own, or for a store buffer the one that fills it. */
export function bufferOwner(instance: ThreadInstance): string {
  return instance.drains ?? instance.name;
}

/** What a thread has stored and not yet brought to memory. */
export function bufferOf(state: State, instance: ThreadInstance): readonly BufferEntry[] {
  return state.buffers.get(bufferOwner(instance)) ?? [];
}

/**
 * Where a value is kept: a field of an object, or a global (object ""). Each element of an array, and each key of a
 * map, has a place of its own; no name holds the `#` before it.
 */
export function location(variable: string, object: string, index?: Value): string {
  const place = `${variable}@${object}`;
  return index === undefined ? place : `${place}#${valueKey(index)}`;
}

/** The places of one object's field, or of a global: one, or one for each element, with its index. */
export function cellsOf(
  { name, type }: Pick<Variable, "name" | "type">,
  object: string,
): readonly { readonly at: string; readonly index: Value | undefined }[] {
  const indices = indicesOf(type);
  if (indices === undefined) return [{ at: location(name, object), index: undefined }];
  return indices.map((index) => ({ at: location(name, object, index), index }));
}

function indicesOf(type: Variable["type"]): readonly Value[] | undefined {
  if (type.kind === "array") return Array.from({ length: type.length ?? 0 }, (_, index) => index);
  return type.kind === "map" ? (type.keys ?? []) : undefined;
}

/** The value of one object's whole field, gathered from its places by `readAt`. */
export function gather(
  variable: Pick<Variable, "name" | "type">,
  object: string,
  readAt: (at: string) => Value,
): Value {
  const cells = cellsOf(variable, object);
  if (variable.type.kind === "array") return { list: cells.map(({ at }) => readAt(at)) };
  if (variable.type.kind === "map") {
    return { map: cells.map(({ at, index }) => [must(index, "the key of a map"), readAt(at)] as const) };
  }
  return readAt(location(variable.name, object));
}

/** One element of an array or a map; there must be one. */
export function elementAt(value: Value, index: Value): Value {
  if (value !== null && typeof value === "object") {
    if ("list" in value && typeof index === "number") {
      return value.list[index] ?? (index in value.list ? null : bug(`there is no element ${index}`));
    }
    if ("map" in value) {
      const pair = value.map.find(([key]) => sameValue(key, index));
      if (pair !== undefined) return pair[1];
    }
  }
  return bug("an array or a map with such an index was expected");
}

/** The value kept at a location; null is a value. */
export function valueAt(memory: ReadonlyMap<string, Value>, at: string): Value {
  const value = memory.get(at);
  return value === undefined ? bug(`there is no memory at ${at}`) : value;
}

/** A location in the spec's words: `vcpu0.tm_list`, or the global's name. */
export function locationPath(model: Model, at: string): string {
  const separator = at.indexOf("@");
  const name = at.slice(0, separator);
  const [object = "", ...index] = at.slice(separator + 1).split("#");
  const variable = must(
    model.variables.find((candidate) => candidate.name === name),
    `the variable ${name}`,
  );
  const path = object === "" ? name : `${object}.${variable.field}`;
  if (index.length === 0) return path;
  const cell = cellsOf(variable, object).find((candidate) => candidate.at === at);
  return `${path}[${formatValue(must(cell?.index, `the element at ${at}`))}]`;
}

export function initialState(model: Model): State {
  const memory = new Map<string, Value>();
  for (const variable of model.variables) {
    for (const [object, value] of variable.initial) {
      for (const { at, index } of cellsOf(variable, object)) {
        memory.set(at, index === undefined ? value : elementAt(value, index));
      }
    }
  }
  const threads = new Map<string, ThreadState>();
  for (const { process, instance } of threadsOf(model)) {
    threads.set(instance.name, { at: process.entry, locals: new Map() });
  }
  return { memory, buffers: new Map(), threads, failed: new Set() };
}

/** Equal values have equal keys: sets, records and maps without order, lists with. */
export function valueKey(value: Value): string {
  return canonicalText(value);
}

export function sameValue(a: Value, b: Value): boolean {
  return valueKey(a) === valueKey(b);
}

/** Equal states have equal keys. */
export function stateKey(state: State): string {
  const memory = [...state.memory].map(([at, value]) => `${at}=${valueKey(value)}`).sort();
  const threads = [...state.threads].map(([name, thread]) => {
    const locals = [...thread.locals].map(([local, value]) => `${local}=${valueKey(value)}`).sort();
    return `${name}@${thread.at}(${locals.join(" ")})`;
  });
  const buffers = [...state.buffers].map(([name, entries]) => `${name}:${bufferKey(entries)}`).sort();
  const parts = [memory.join(" "), threads.join(" "), [...state.failed].sort().join(" "), ...buffers];
  return parts.join(" | ");
}

function bufferKey(entries: readonly BufferEntry[]): string {
  return entries
    .map((entry) => (entry === "fence" ? entry : `${entry.at}=${valueKey(entry.value)}`))
    .join(" then ");
}

/** A value as the spec would write it. */
export function formatValue(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value !== "object") return String(value);
  if ("ref" in value) return value.ref;
  if ("record" in value) {
    return formatParts([...value.record].map(([name, part]) => [name, formatValue(part)]));
  }
  if ("map" in value) {
    return formatParts(value.map.map(([key, mapped]) => [formatValue(key), formatValue(mapped)]));
  }
  const elements = "list" in value ? value.list : value.set;
  const text = elements.map(formatValue).join(", ");
  return "list" in value ? `[${text}]` : `{${text}}`;
}

function formatParts(parts: readonly (readonly [string, string])[]): string {
  return `{ ${parts.map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
}
