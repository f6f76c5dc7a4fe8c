/** From what a machine holds to a state of the interpreter. */

import { must } from "../base/assert.js";
import type { BufferEntry, State, ThreadState } from "../interpreter/state.js";
import type { Value } from "../ir/model.js";
import { EMPTY_BUFFER } from "./buffers.js";
import type { Machine } from "./machine.js";

/** The state in these cells. */
export function decodeState({ layout, values, buffers }: Machine, cells: Int32Array): State {
  const memory = new Map<string, Value>();
  const entries = new Map<string, readonly BufferEntry[]>();
  for (const [index, slot] of layout.slots.entries()) {
    const id = cells[index] as number;
    if (slot.kind === "memory") memory.set(slot.at, values.decode(id));
    if (slot.kind === "buffer" && id !== EMPTY_BUFFER) entries.set(slot.thread, buffers.entries(id));
  }
  const threads = new Map<string, ThreadState>();
  for (const { running, at, labels, locals } of layout.threads) {
    const own = new Map<string, Value>();
    for (const [name, { slot, initial }] of locals) {
      const id = cells[slot] as number;
      if (slot < layout.slots.length && id !== initial) own.set(name, values.decode(id));
    }
    threads.set(running.instance.name, {
      at: must(labels[cells[at] as number], "the label of a step"),
      locals: own,
    });
  }
  const failed = values.elements(cells[layout.failed] as number).map((id) => String(values.decode(id)));
  return { memory, buffers: entries, threads, failed: new Set(failed) };
}
