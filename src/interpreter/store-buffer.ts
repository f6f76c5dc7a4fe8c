/**
 * The store buffer of a thread: what enters it, what a load of the same thread finds in it, and what may leave it
 * next. Under tso stores leave in their order; under pso a store only waits for earlier ones to the same place, and
 * for those in front of a fence between them.
 */
import type { Buffered, Value } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import { type BufferEntry, valueAt } from "./state.js";

/** A store; an address is a location. */
export type BufferedStore = Exclude<BufferEntry, "fence">;

/** Adds a store behind the others; a release under pso with a fence in front. */
export function pushStore(
  memory: MemoryModel,
  buffer: BufferEntry[],
  entry: BufferedStore,
  how: Buffered,
): void {
  if (how === "release" && memory === "pso") pushFence(buffer);
  buffer.push(entry);
}

/** Nothing needs a fence in an empty buffer, nor two in a row. */
export function pushFence(buffer: BufferEntry[]): void {
  const last = buffer.at(-1);
  if (last !== undefined && last !== "fence") buffer.push("fence");
}

/** What the thread itself reads at a location: its newest store to it, or else memory. */
export function newest(
  {
    memory,
    buffer,
  }: { readonly memory: ReadonlyMap<string, Value>; readonly buffer: readonly BufferEntry[] },
  at: string,
): Value {
  const own = buffer.findLast((entry): entry is BufferedStore => entry !== "fence" && entry.at === at);
  return own === undefined ? valueAt(memory, at) : own.value;
}

/** The stores that may reach memory next. */
export function drainable(
  memory: MemoryModel,
  buffer: readonly BufferEntry[],
): { readonly index: number; readonly entry: BufferedStore }[] {
  const ready: { index: number; entry: BufferedStore }[] = [];
  const passed = new Set<string>();
  for (const [index, entry] of buffer.entries()) {
    if (entry === "fence" || (memory === "tso" && index > 0)) break;
    if (!passed.has(entry.at)) ready.push({ index, entry });
    passed.add(entry.at);
  }
  return ready;
}

/** The buffer after one store has left it: a fence at its head has nothing left to hold back. */
export function without(buffer: readonly BufferEntry[], index: number): BufferEntry[] {
  const rest = buffer.toSpliced(index, 1);
  return rest[0] === "fence" ? rest.slice(1) : rest;
}
