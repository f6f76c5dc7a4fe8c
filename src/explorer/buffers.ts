/** Store buffers as small integers: what interpreter/store-buffer.ts says about them, worked out once per buffer. */
import { bug, must } from "../base/assert.js";
import { NoValue } from "../interpreter/numbers.js";
import type { BufferEntry } from "../interpreter/state.js";
import { drainable, pushFence, pushStore, without } from "../interpreter/store-buffer.js";
import { type Buffered, STORE_BUFFER_LIMIT } from "../ir/model.js";
import type { MemoryModel } from "../ir/program.js";
import type { ValueId, ValueTable } from "./values.js";

export type BufferId = number;

/** The one that every thread starts with. */
export const EMPTY_BUFFER: BufferId = 0;

/** A store that may reach memory next. */
export interface Drain {
  readonly slot: number;
  readonly value: ValueId;
  /** What is left. */
  readonly rest: BufferId;
}

interface Buffer {
  readonly entries: readonly BufferEntry[];
  /** By slot: the newest store to it. */
  readonly newest: ReadonlyMap<number, ValueId>;
  /** What it becomes with another store, by how it enters; a fence has a key of its own. */
  readonly longer: Map<number, BufferId>;
  drains: readonly Drain[] | undefined;
}

const FENCE_KEY = -1;

export class BufferTable {
  readonly #memory: MemoryModel;
  readonly #values: ValueTable;
  /** The slot of each place in memory, and back. */
  readonly #slots: ReadonlyMap<string, number>;
  readonly #places: readonly string[];
  readonly #buffers: Buffer[] = [];
  readonly #ids = new Map<string, BufferId>();

  /** @param slots where each place in memory is kept: numbered from 0 */
  constructor(memory: MemoryModel, values: ValueTable, slots: ReadonlyMap<string, number>) {
    this.#memory = memory;
    this.#values = values;
    this.#slots = slots;
    this.#places = [...slots.keys()];
    this.#idOf([]);
  }

  /** Roughly how much memory the table takes. */
  get bytes(): number {
    return 2000 * (this.#buffers.length - 1);
  }

  entries(id: BufferId): readonly BufferEntry[] {
    return this.#at(id).entries;
  }

  /** The thread's own newest store to the slot, or -1. */
  newest(id: BufferId, slot: number): ValueId {
    return id === EMPTY_BUFFER ? -1 : (this.#at(id).newest.get(slot) ?? -1);
  }

  /** The buffer with one more store; throws {@link NoValue} where it is full. */
  stored(id: BufferId, slot: number, value: ValueId, how: Buffered): BufferId {
    const buffer = this.#at(id);
    if (buffer.entries.length >= STORE_BUFFER_LIMIT) throw new NoValue("a store buffer overflows");
    const key = (value * this.#places.length + slot) * 2 + (how === "release" ? 1 : 0);
    return this.#longer(buffer, key, (entries) => {
      const at = must(this.#places[slot], "the place of a slot");
      pushStore(this.#memory, entries, { at, value: this.#values.decode(value) }, how);
    });
  }

  fenced(id: BufferId): BufferId {
    return this.#longer(this.#at(id), FENCE_KEY, pushFence);
  }

  drains(id: BufferId): readonly Drain[] {
    const buffer = this.#at(id);
    buffer.drains ??= drainable(this.#memory, buffer.entries).map(({ index, entry }) => ({
      slot: must(this.#slots.get(entry.at), `the slot of ${entry.at}`),
      value: this.#values.encode(entry.value),
      rest: this.#idOf(without(buffer.entries, index)),
    }));
    return buffer.drains;
  }

  #at(id: BufferId): Buffer {
    return this.#buffers[id] ?? bug(`there is no store buffer ${id}`);
  }

  #longer(buffer: Buffer, key: number, push: (entries: BufferEntry[]) => void): BufferId {
    const known = buffer.longer.get(key);
    if (known !== undefined) return known;
    const entries = [...buffer.entries];
    push(entries);
    const id = this.#idOf(entries);
    buffer.longer.set(key, id);
    return id;
  }

  #idOf(entries: readonly BufferEntry[]): BufferId {
    const newest = new Map<number, ValueId>();
    const key = entries
      .map((entry) => {
        if (entry === "fence") return entry;
        const slot = must(this.#slots.get(entry.at), `the slot of ${entry.at}`);
        const value = this.#values.encode(entry.value);
        newest.set(slot, value);
        return `${slot}=${value}`;
      })
      .join(" ");
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#buffers.length);
    return this.#buffers.push({ entries, newest, longer: new Map(), drains: undefined }) - 1;
  }
}
