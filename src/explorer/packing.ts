/**
 * How a state is packed into words. Each slot numbers the values that have been seen in it, and has as many bits as its
 * numbers need. A value too many makes a new packing with a wider slot; numbers never change, so that states can be
 * packed anew.
 */

const WORD_BITS = 32;
/** So that a mask and a number stay positive. */
const WIDEST = 30;

/** Where each slot has its bits. */
export interface Packing {
  readonly words: number;
  readonly word: Int32Array;
  readonly shift: Int32Array;
  /** Of the bits before they are shifted. */
  readonly mask: Int32Array;
}

/** The values that have been seen in a slot. */
export interface Domain {
  /** By number. */
  readonly ids: number[];
  /** By id: its number, or -1. */
  numbers: Int32Array;
  width: number;
}

/** A domain with room for so many values. */
export function domainFor(expected: number): Domain {
  return { ids: [], numbers: new Int32Array(8).fill(-1), width: bitsFor(expected) };
}

/** Bits that tell so many things apart. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : WORD_BITS - Math.clz32(count - 1);
}

/** Gives the id a number in the domain, which may then be too narrow: see {@link fits}. */
export function admit(domain: Domain, id: number): number {
  if (id >= domain.numbers.length) {
    const longer = new Int32Array(Math.max(id + 1, 2 * domain.numbers.length)).fill(-1);
    longer.set(domain.numbers);
    domain.numbers = longer;
  }
  const number = domain.ids.push(id) - 1;
  domain.numbers[id] = number;
  return number;
}

/** Whether all numbers of the domain have room in its bits. */
export function fits({ ids, width }: Domain): boolean {
  return ids.length <= 2 ** width;
}

/**
 * Widens the domain until all its numbers fit, and by `spare` bits more. False where there are no such words: a slot
 * would need a billion values.
 */
export function widen(domain: Domain, spare: number): boolean {
  const needed = bitsFor(domain.ids.length);
  domain.width = Math.min(WIDEST, needed + spare);
  return needed <= WIDEST;
}

/** Bits for slots of these widths, none of them across two words: the widest first, each where it fits best. */
export function packSlots(widths: readonly number[]): Packing {
  const order = widths.map((_, slot) => slot);
  order.sort((a, b) => (widths[b] as number) - (widths[a] as number));
  const free: number[] = [WORD_BITS];
  const [word, shift, mask] = [0, 1, 2].map(() => new Int32Array(widths.length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (const slot of order) {
    const width = widths[slot] as number;
    let best = -1;
    for (let index = 0; index < free.length; index++) {
      const room = free[index] as number;
      if (room >= width && (best < 0 || room < (free[best] as number))) best = index;
    }
    if (best < 0) best = free.push(WORD_BITS) - 1;
    free[best] = (free[best] as number) - width;
    word[slot] = best;
    // The last bits of a word: without a width there may be no room for a shift.
    shift[slot] = width === 0 ? 0 : (free[best] as number);
    mask[slot] = 2 ** width - 1;
  }
  return { words: free.length, word, shift, mask };
}

/**
 * The packing with other bits for one slot, all other slots where they are: the same words where there are free bits in a
 * row in one of them, or else a word more.
 */
export function moveSlot(packing: Packing, moved: number, width: number): Packing {
  const used = new Int32Array(packing.words + 1);
  for (const [slot, mask] of packing.mask.entries()) {
    if (slot === moved) continue;
    const at = packing.word[slot] as number;
    used[at] = (used[at] as number) | (mask << (packing.shift[slot] as number));
  }
  const bits = 2 ** width - 1;
  for (let word = 0; ; word++) {
    for (let shift = 0; shift + width <= WORD_BITS; shift++) {
      if (((used[word] as number) & (bits << shift)) !== 0) continue;
      return {
        words: Math.max(packing.words, word + 1),
        word: packing.word.with(moved, word),
        shift: packing.shift.with(moved, shift),
        mask: packing.mask.with(moved, bits),
      };
    }
  }
}

/** From one packing to another. */
export interface Repacking {
  readonly from: Packing;
  readonly to: Packing;
  /** Slots that have other bits in `to`. All of them: then nothing is where it was. */
  readonly moved: readonly number[];
}

/**
 * So many states, each with one word behind it that is kept, in another packing; in the same memory where as many words
 * do and most slots stay.
 */
export function repack(states: Int32Array, count: number, { from, to, moved }: Repacking): Int32Array {
  const stays = moved.length < from.mask.length;
  const [oldStride, newStride] = [from.words + 1, to.words + 1];
  const isSame = stays && oldStride === newStride;
  const packed = isSame ? states : new Int32Array((states.length / oldStride) * newStride);
  for (let state = 0; state < count; state++) {
    const [old, now] = [state * oldStride, state * newStride];
    if (stays && !isSame) {
      for (let word = 0; word < from.words; word++) packed[now + word] = states[old + word] as number;
    }
    for (const slot of moved) {
      const [mask, shift, word] = [from.mask[slot], from.shift[slot], from.word[slot]] as [
        number,
        number,
        number,
      ];
      const value = ((states[old + word] as number) >>> shift) & mask;
      if (stays) packed[now + word] = (packed[now + word] as number) & ~(mask << shift);
      const at = now + (to.word[slot] as number);
      packed[at] = (packed[at] as number) | (value << (to.shift[slot] as number));
    }
    packed[now + to.words] = states[old + from.words] as number;
  }
  return packed;
}
