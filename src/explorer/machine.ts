/** What the closures of a model work on: one state at a time, taken apart into slots. */
import type { BufferTable } from "./buffers.js";
import type { Layout } from "./layout.js";
import type { ValueId, ValueTable } from "./values.js";

/** How a thread that makes no move waits. */
export const NOT_WAITING = 0;
/** For work: it rests. */
export const RESTING = 1;
export const STUCK = 2;

export class Machine {
  readonly values: ValueTable;
  readonly buffers: BufferTable;
  readonly layout: Layout;
  /** By slot: the id of a value, of a store buffer, or the index of a step. */
  readonly cells: Int32Array;
  /** The variables of quantifiers. */
  readonly bound: ValueId[] = [];
  /** What was changed since the state was loaded: a slot, and what it held before, and so on. */
  readonly log: number[] = [];
  /** How much of the log is in use. */
  top = 0;
  /** How the thread that ran last waits. */
  waiting = NOT_WAITING;
  /** Whom it waits for: a bit for each thread, 32 in each number. */
  readonly whom: Int32Array;
  /** Called at the end of each path through a step, with the path's effect in `cells`. */
  onOutcome: () => void = () => {};
  /** Called where a check fails, after {@link onOutcome} has seen the state behind it. */
  onFailure: (check: string) => void = () => {};
  /** By index of a guess: 1 where it is refuted. */
  readonly refuted: number[] = [];
  readonly guesses = new Map<string, number>();

  constructor(layout: Layout, values: ValueTable, buffers: BufferTable) {
    this.layout = layout;
    this.values = values;
    this.buffers = buffers;
    this.cells = new Int32Array(layout.size);
    this.whom = new Int32Array(Math.ceil(layout.threads.length / 32));
  }

  write(slot: number, value: number): void {
    this.log[this.top++] = slot;
    this.log[this.top++] = this.cells[slot] as number;
    this.cells[slot] = value;
  }

  /** Takes back what was written since the log was so long. */
  undo(mark: number): void {
    while (this.top > mark) {
      this.top -= 2;
      this.cells[this.log[this.top] as number] = this.log[this.top + 1] as number;
    }
  }
}
