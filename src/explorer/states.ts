/**
 * The states that have been found, packed, in the order in which they were; each with the state it was found from. An
 * open-addressing table of their numbers tells whether a state is new.
 */
import { bug, must } from "../base/assert.js";
import {
  admit,
  type Domain,
  domainFor,
  fits,
  moveSlot,
  type Packing,
  packSlots,
  repack,
  widen,
} from "./packing.js";

/** States in one piece of memory. */
const CHUNK_BITS = 16;
const CHUNK_MASK = 2 ** CHUNK_BITS - 1;
/** The first piece grows from this. */
const FIRST = 256;
/** So many states are packed anew in no time. */
const FEW = 5000;
/** Beyond this it takes long enough to be done as seldom as possible. */
const MANY = 100_000;

/** A state's number: 0 is the initial one. */
export type StateNumber = number;

/** What a machine is about to add: see machine.ts. */
export interface Changed {
  readonly cells: Int32Array;
  readonly log: readonly number[];
  readonly top: number;
}

export class StateTable {
  readonly #domains: readonly Domain[];
  #packing: Packing;
  /** Words of a state, and the one behind them that holds where it was found from. */
  #stride: number;
  #chunks: Int32Array[] = [];
  /** One more than a state's number; 0 where there is none. */
  #table: Int32Array = new Int32Array(1024);
  #count = 0;
  /** The state that changes are relative to, and its words. */
  #base: StateNumber = -1;
  #words: Int32Array;
  /** The state that is looked for. */
  #next: Int32Array;
  /** Whether {@link add} found no such state. */
  isNew = false;

  /** @param expected by slot: how many different values it may hold; no more than a guess */
  constructor(expected: readonly number[]) {
    this.#domains = expected.map(domainFor);
    this.#packing = packSlots(this.#domains.map(({ width }) => width));
    this.#stride = this.#packing.words + 1;
    this.#words = new Int32Array(this.#packing.words);
    this.#next = new Int32Array(this.#packing.words);
  }

  get count(): number {
    return this.#count;
  }

  /** What the states take: with their table, and with the numbers of the values in each slot. */
  get bytes(): number {
    let bytes = this.#table.byteLength;
    for (const chunk of this.#chunks) bytes += chunk.byteLength;
    for (const { numbers, ids } of this.#domains) bytes += numbers.byteLength + 8 * ids.length;
    return bytes;
  }

  /** Ids of the values that have been seen in the slot, in the order in which they were. */
  seen(slot: number): readonly number[] {
    return must(this.#domains[slot], "a slot").ids;
  }

  /** The first state with this value in the slot; -1 where there is none. */
  firstWith(slot: number, id: number): StateNumber {
    const number = must(this.#domains[slot], "a slot").numbers[id];
    const [word, shift, mask] = [this.#packing.word, this.#packing.shift, this.#packing.mask].map(
      (part) => part[slot] as number,
    ) as [number, number, number];
    for (let state = 0; state < this.#count; state++) {
      const bits = this.#chunk(state)[(state & CHUNK_MASK) * this.#stride + word] as number;
      if (((bits >>> shift) & mask) === number) return state;
    }
    return -1;
  }

  /** The state that this one was found from; -1 for the initial one. */
  parent(state: StateNumber): StateNumber {
    return this.#chunk(state)[(state & CHUNK_MASK) * this.#stride + this.#packing.words] as StateNumber;
  }

  /** Takes the state apart; what {@link add} is given next is relative to it. */
  load(state: StateNumber, cells: Int32Array): void {
    this.#rebase(state);
    const words = this.#words;
    const { word, shift, mask } = this.#packing;
    const domains = this.#domains;
    for (let slot = 0; slot < domains.length; slot++) {
      const number =
        ((words[word[slot] as number] as number) >>> (shift[slot] as number)) & (mask[slot] as number);
      cells[slot] = (domains[slot] as Domain).ids[number] as number;
    }
  }

  /** Adds the initial state. */
  addInitial(cells: Int32Array): void {
    if (this.#count > 0) bug("there is an initial state already");
    for (const [slot, domain] of this.#domains.entries()) admit(domain, cells[slot] as number);
    this.#insert(-1);
  }

  /** The number of the state that differs from the loaded one in what the log names; it may be new. */
  add({ cells, log, top }: Changed): StateNumber {
    const next = this.#next;
    const words = this.#words;
    for (let index = 0; index < next.length; index++) next[index] = words[index] as number;
    const domains = this.#domains;
    const { word, shift, mask } = this.#packing;
    for (let entry = 0; entry < top; entry += 2) {
      const slot = log[entry] as number;
      if (slot >= domains.length) continue;
      const domain = domains[slot] as Domain;
      const id = cells[slot] as number;
      let number = id < domain.numbers.length ? (domain.numbers[id] as number) : -1;
      if (number < 0) {
        number = admit(domain, id);
        if (!fits(domain)) {
          this.#repack(slot);
          return this.add({ cells, log, top });
        }
      }
      const by = shift[slot] as number;
      const at = word[slot] as number;
      next[at] = ((next[at] as number) & ~((mask[slot] as number) << by)) | (number << by);
    }
    return this.#insert(this.#base);
  }

  #chunk(state: StateNumber): Int32Array {
    return must(this.#chunks[state >>> CHUNK_BITS], "a piece of the states");
  }

  #rebase(state: StateNumber): void {
    const from = (state & CHUNK_MASK) * this.#stride;
    const chunk = this.#chunk(state);
    for (let index = 0; index < this.#words.length; index++)
      this.#words[index] = chunk[from + index] as number;
    this.#base = state;
  }

  #insert(parent: StateNumber): StateNumber {
    const next = this.#next;
    const table = this.#table;
    const mask = table.length - 1;
    const words = next.length;
    let at = hashOf(next, 0, words) & mask;
    search: for (;;) {
      const entry = table[at] as number;
      if (entry === 0) break;
      const state = entry - 1;
      const chunk = this.#chunks[state >>> CHUNK_BITS] as Int32Array;
      const from = (state & CHUNK_MASK) * this.#stride;
      at = (at + 1) & mask;
      for (let index = 0; index < words; index++) {
        if (chunk[from + index] !== next[index]) continue search;
      }
      this.isNew = false;
      return state;
    }
    // First what may fail for want of memory: all that was found before stays as it is.
    const state = this.#count;
    const chunk = this.#roomFor(state);
    this.#count++;
    table[at] = state + 1;
    const to = (state & CHUNK_MASK) * this.#stride;
    for (let index = 0; index < words; index++) chunk[to + index] = next[index] as number;
    chunk[to + words] = parent;
    // At most two thirds full.
    if (this.#count * 3 > table.length * 2) this.#rehash(new Int32Array(table.length * 2));
    this.isNew = true;
    return state;
  }

  #roomFor(state: StateNumber): Int32Array {
    const index = state >>> CHUNK_BITS;
    const chunk = this.#chunks[index];
    const needed = ((state & CHUNK_MASK) + 1) * this.#stride;
    if (chunk !== undefined && needed <= chunk.length) return chunk;
    const most = (CHUNK_MASK + 1) * this.#stride;
    const first = chunk === undefined ? FIRST * this.#stride : chunk.length * 4;
    const longer = new Int32Array(index > 0 ? most : Math.min(most, first));
    if (chunk !== undefined) longer.set(chunk);
    this.#chunks[index] = longer;
    return longer;
  }

  /** Puts all states into an empty table. */
  #rehash(table: Int32Array): void {
    const mask = table.length - 1;
    const words = this.#packing.words;
    for (let state = 0; state < this.#count; state++) {
      const chunk = this.#chunks[state >>> CHUNK_BITS] as Int32Array;
      const from = (state & CHUNK_MASK) * this.#stride;
      let at = hashOf(chunk, from, from + words) & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = state + 1;
    }
    this.#table = table;
  }

  /** Packs all states anew, with more bits for the slot: few states as tightly as it goes, many as fast. */
  #repack(slot: number): void {
    const isFew = this.#count < FEW;
    const domain = must(this.#domains[slot], "a slot");
    if (!widen(domain, isFew ? 0 : this.#count < MANY ? 1 : 2))
      bug("a slot holds a billion different values");
    const from = this.#packing;
    const widths = this.#domains.map(({ width }) => width);
    const to = isFew ? packSlots(widths) : moveSlot(from, slot, domain.width);
    const moved = isFew ? [...widths.keys()] : [slot];
    this.#chunks = this.#chunks.map((chunk, index) => {
      const count = Math.min(CHUNK_MASK + 1, this.#count - index * (CHUNK_MASK + 1));
      return repack(chunk, count, { from, to, moved });
    });
    this.#packing = to;
    this.#stride = to.words + 1;
    this.#words = new Int32Array(to.words);
    this.#next = new Int32Array(to.words);
    this.#rehash(this.#table.fill(0));
    this.#rebase(this.#base);
  }
}

/** Mixes the words well enough for the lower bits to be used alone (after MurmurHash3's steps). */
function hashOf(words: Int32Array, from: number, to: number): number {
  let hash = 0;
  for (let index = from; index < to; index++) {
    hash = Math.imul(hash ^ (words[index] as number), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
