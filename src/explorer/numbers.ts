/** Growing rows of numbers and of bits, without an object for each. */

/** Numbers at whose end more can be put. */
export class Numbers {
  #items = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#items.byteLength;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) {
      const longer = new Int32Array(this.#length * 2);
      longer.set(this.#items);
      this.#items = longer;
    }
    this.#items[this.#length++] = item;
  }
}

/** A table of bits that grows row by row. */
export class BitTable {
  readonly #columns: number;
  readonly #words: number;
  readonly #bits = new Numbers();

  constructor(columns: number) {
    this.#columns = columns;
    this.#words = Math.ceil(columns / 32);
  }

  get bytes(): number {
    return this.#bits.bytes;
  }

  has(row: number, column: number): boolean {
    return (this.#bits.at(row * this.#words + (column >> 5)) & (1 << (column & 31))) !== 0;
  }

  /** Adds a row. */
  push(isSet: (column: number) => boolean): void {
    for (let from = 0; from < this.#columns; from += 32) {
      let bits = 0;
      for (let column = from; column < Math.min(this.#columns, from + 32); column++) {
        if (isSet(column)) bits |= 1 << (column & 31);
      }
      this.#bits.push(bits);
    }
  }
}
