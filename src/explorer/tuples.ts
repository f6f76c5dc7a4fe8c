/** Sequences of small integers by content: an open-addressing table, because a lookup happens at every list operation. */

/** Numbers each different tuple, with what its maker returns for it. */
export class TupleTable {
  #slots = new Int32Array(64).fill(-1);
  #tags: number[] = [];
  #tuples: (readonly number[])[] = [];
  #ids: number[] = [];
  #elements = 0;

  /** Roughly how much memory the table takes. */
  get bytes(): number {
    return this.#slots.byteLength + 64 * this.#ids.length + 8 * this.#elements;
  }

  /** What `make` returned when the tuple with this tag was met first; `make` is given a copy to keep. */
  intern(tag: number, tuple: readonly number[], make: (kept: readonly number[]) => number): number {
    const mask = this.#slots.length - 1;
    let at = hashOf(tag, tuple) & mask;
    for (;;) {
      const entry = this.#slots[at] as number;
      if (entry < 0) break;
      if (this.#tags[entry] === tag && sameElements(this.#tuples[entry] as readonly number[], tuple)) {
        return this.#ids[entry] as number;
      }
      at = (at + 1) & mask;
    }
    const kept = [...tuple];
    const id = make(kept);
    this.#slots[at] = this.#ids.push(id) - 1;
    this.#tags.push(tag);
    this.#tuples.push(kept);
    this.#elements += kept.length;
    if (this.#ids.length * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#ids.length; entry++) {
      let at = hashOf(this.#tags[entry] as number, this.#tuples[entry] as readonly number[]) & mask;
      while ((slots[at] as number) >= 0) at = (at + 1) & mask;
      slots[at] = entry;
    }
    this.#slots = slots;
  }
}

function sameElements(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function hashOf(tag: number, tuple: readonly number[]): number {
  let hash = tag;
  for (let index = 0; index < tuple.length; index++) {
    hash = Math.imul(hash ^ (tuple[index] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
