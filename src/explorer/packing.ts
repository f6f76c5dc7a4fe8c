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
