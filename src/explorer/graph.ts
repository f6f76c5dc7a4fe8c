/**
 * How the states of a search lead to one another, in typed arrays: what claims about runs are decided on. What happens
 * once a check has failed is left out: claims are about runs in which none fails.
 */
import type { Model, Term } from "../ir/model.js";
import { BitTable, Numbers } from "./numbers.js";
import type { Search } from "./search.js";
import type { StateNumber } from "./states.js";
import { compileConditions } from "./steps.js";

/** By number of a state: 1 where it is in the set. */
export type StateSet = Uint8Array;

export class Graph {
  readonly #search: Search;
  /** Index of the first move of each state, and behind the last one where its moves end. */
  readonly #first = new Numbers();
  readonly #targets = new Numbers();
  readonly #movers = new Numbers();
  readonly #able: BitTable;
  readonly #stuck: BitTable;
  /** By condition, and behind them whether a check has failed. */
  readonly #facts: BitTable;
  readonly #failed: number;

  /** Watches the search from now on; `conditions` are asked about in every state. */
  constructor(model: Model, search: Search, conditions: readonly Term[]) {
    this.#search = search;
    const threads = search.machine.layout.threads.length;
    this.#able = new BitTable(threads);
    this.#stuck = new BitTable(threads);
    this.#facts = new BitTable(conditions.length + 1);
    this.#failed = conditions.length;
    this.#watch(compileConditions(model, search.machine, conditions));
  }

  /** How much memory the graph takes. */
  get bytes(): number {
    const parts = [this.#first, this.#targets, this.#movers, this.#able, this.#stuck, this.#facts];
    return parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many states there are: all that the search has expanded. */
  get count(): number {
    return this.#first.length - 1;
  }

  /** The moves of a state are those from here up to where the moves of the next one begin. */
  firstMove(state: StateNumber): number {
    return this.#first.at(state);
  }

  target(move: number): StateNumber {
    return this.#targets.at(move);
  }

  /** Index of the thread that makes the move. */
  mover(move: number): number {
    return this.#movers.at(move);
  }

  /** Whether fairness can ask the thread for a step here: one that changes the state, be it by failing a check. */
  canMove(state: StateNumber, thread: number): boolean {
    return this.#able.has(state, thread);
  }

  /** Whether the thread waits, and not for work. */
  isStuck(state: StateNumber, thread: number): boolean {
    return this.#stuck.has(state, thread);
  }

  /** Whether the condition with this number is true in the state. */
  isTrue(state: StateNumber, condition: number): boolean {
    return this.#facts.has(state, condition);
  }

  /** States in which no check has failed, and which are like this. */
  statesWhere(meets: (state: StateNumber) => boolean): StateSet {
    const set = new Uint8Array(this.count);
    for (let state = 0; state < set.length; state++) {
      if (!this.#facts.has(state, this.#failed) && meets(state)) set[state] = 1;
    }
    return set;
  }

  #watch(conditions: readonly (() => boolean)[]): void {
    const { machine } = this.#search;
    const { cells, layout } = machine;
    const none = machine.values.ofSet([]);
    const optional = layout.threads.map(({ running: { process } }) => [
      true,
      ...process.steps.map((step) => step.optional === true),
    ]);
    const able = new Uint8Array(layout.threads.length);
    this.#first.push(0);
    this.#search.watch({
      onMove: (from, to, thread, step) => {
        if (from === to) return;
        if (optional[thread]?.[step] !== true) able[thread] = 1;
        if (cells[layout.failed] !== none) return;
        this.#targets.push(to);
        this.#movers.push(thread);
      },
      onExpanded: (blocked, resting) => {
        this.#first.push(this.#targets.length);
        this.#able.push((thread) => able[thread] === 1);
        able.fill(0);
        this.#stuck.push((thread) => blocked[thread] === 1 && resting[thread] === 0);
        this.#facts.push((fact) =>
          fact === this.#failed ? cells[layout.failed] !== none : conditions[fact]?.() === true,
        );
      },
    });
  }
}
