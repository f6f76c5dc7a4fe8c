/** Who waits for whom in one state: interpreter/waits.ts, with a bit for each thread. */
export class WaitGraph {
  readonly #words: number;
  /** For each thread, whom it waits for. */
  readonly #edges: Int32Array;
  readonly #waiting: number[] = [];

  constructor(threads: number) {
    this.#words = Math.ceil(threads / 32);
    this.#edges = new Int32Array(threads * this.#words);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  clear(): void {
    if (this.#waiting.length > 0) this.#waiting.length = 0;
  }

  /** The thread waits for all of these. */
  add(thread: number, whom: Int32Array): void {
    let any = 0;
    for (let word = 0; word < this.#words; word++) {
      any |= whom[word] as number;
      this.#edges[thread * this.#words + word] = whom[word] as number;
    }
    if (any !== 0) this.#waiting.push(thread);
  }

  /** Whether some wait leads into a circle: one remains when nobody who waits only for those who move is left. */
  hasStuck(): boolean {
    const words = this.#words;
    let stuck: readonly number[] = this.#waiting;
    for (;;) {
      const members = new Int32Array(words);
      for (const thread of stuck) {
        members[thread >> 5] = (members[thread >> 5] as number) | (1 << (thread & 31));
      }
      const still = stuck.filter((thread) => {
        for (let word = 0; word < words; word++) {
          if (((this.#edges[thread * words + word] as number) & (members[word] as number)) !== 0) return true;
        }
        return false;
      });
      if (still.length === stuck.length) return still.length > 0;
      stuck = still;
    }
  }
}
