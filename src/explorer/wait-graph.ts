/** Who waits for whom in one state: interpreter/waits.ts, with a bit for each thread. */
export class WaitGraph {
  readonly #words: number;
  /** For each thread, whom it waits for. */
  readonly #edges: Int32Array;
  readonly #waiting: Int32Array;
  #count = 0;
  readonly #stuck: Int32Array;

  constructor(threads: number) {
    this.#words = Math.ceil(threads / 32);
    this.#edges = new Int32Array(threads * this.#words);
    this.#waiting = new Int32Array(threads);
    this.#stuck = new Int32Array(this.#words);
  }

  clear(): void {
    this.#count = 0;
  }

  /** The thread waits for all of these. */
  add(thread: number, whom: Int32Array): void {
    let any = 0;
    for (let word = 0; word < this.#words; word++) {
      any |= whom[word] as number;
      this.#edges[thread * this.#words + word] = whom[word] as number;
    }
    if (any !== 0) this.#waiting[this.#count++] = thread;
  }

  /**
   * Whether some wait leads into a circle: somebody remains when all who wait for nobody that remains are taken away,
   * again and again. They are taken away from the graph.
   */
  hasStuck(): boolean {
    while (this.#count > 0) {
      this.#stuck.fill(0);
      for (let index = 0; index < this.#count; index++) {
        const thread = this.#waiting[index] as number;
        this.#stuck[thread >> 5] = (this.#stuck[thread >> 5] as number) | (1 << (thread & 31));
      }
      let left = 0;
      for (let index = 0; index < this.#count; index++) {
        const thread = this.#waiting[index] as number;
        if (this.#waitsForStuck(thread)) this.#waiting[left++] = thread;
      }
      if (left === this.#count) return true;
      this.#count = left;
    }
    return false;
  }

  #waitsForStuck(thread: number): boolean {
    for (let word = 0; word < this.#words; word++) {
      const edges = this.#edges[thread * this.#words + word] as number;
      if ((edges & (this.#stuck[word] as number)) !== 0) return true;
    }
    return false;
  }
}
