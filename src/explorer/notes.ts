/**
 * Notes what the threads of a search reach, while their steps run: what the watch module of emit/coverage.ts has TLC print,
 * by the same rules. The tests compare the two, and both with the interpreter.
 */
import { InternalError } from "../base/assert.js";
import { GUESS } from "../ir/checks.js";
import { lockObjects, spokenProcesses } from "../ir/coverage.js";
import type { Action, Branch, Model, Term } from "../ir/model.js";
import {
  awaitedLocks,
  type Met,
  metBehind,
  metOnSide,
  missedLocks,
  NOTHING_MET,
  nothingReached,
  premiseKey,
  type Reached,
} from "../ir/reached.js";
import type { Compiler } from "./code.js";
import type { Machine } from "./machine.js";
import type { Run } from "./steps.js";
import type { ValueId } from "./values.js";

/** A way through a step, while the step is compiled. */
export interface Way {
  readonly met: Met;
  /** Each lock that is taken on it: whether others may hold it too. */
  readonly shares: readonly boolean[];
  /** The way as far as the last unit that is whole, in a merged step: a thread that has to wait behind it went so far. */
  readonly whole: Way | undefined;
}

export const START: Way = { met: NOTHING_MET, shares: [], whole: undefined };

/** A thread that stands before a lock, and can have it. */
interface Wanted {
  readonly lock: ValueId;
  readonly thread: number;
  readonly shares: boolean;
}

export class Notes {
  readonly reached: Reached = nothingReached();
  readonly #machine: Machine;
  readonly #spoken: ReadonlySet<unknown>;
  /** By id of a value: the lock. */
  readonly #locks = new Map<ValueId, string>();
  readonly #premises: readonly {
    readonly key: string;
    readonly atEnd: boolean;
    readonly holds: () => boolean;
  }[];
  /** The locks that were taken on the way that is being gone. */
  readonly #taken: ValueId[] = [];
  /** Who could have which lock next, in the state that is being expanded. */
  readonly #wanted: Wanted[] = [];

  /** @param holds compiles conditions of the state in the machine */
  constructor(model: Model, machine: Machine, holds: (conditions: readonly Term[]) => (() => boolean)[]) {
    this.#machine = machine;
    this.#spoken = new Set(spokenProcesses(model));
    for (const lock of lockObjects(model)) this.#locks.set(machine.values.ofReference(lock), lock);
    this.#premises = model.invariants.flatMap(({ name, when, premises }) =>
      holds(premises).map((one, index) => ({
        key: premiseKey(name, index),
        atEnd: when === "end",
        holds: one,
      })),
    );
  }

  /** Notes for the steps of a thread; undefined for a store buffer, whose work stands in no statement. */
  of(thread: number, compiler: Compiler): ThreadNotes | undefined {
    const { process } = this.#machine.layout.threads[thread]?.running ?? {};
    return this.#spoken.has(process) ? new ThreadNotes(this, thread, compiler) : undefined;
  }

  /** Before the threads of a state are run. */
  begin(): void {
    this.#wanted.length = 0;
  }

  /** Behind them, with the state in the machine. */
  end(isOver: boolean): void {
    const { premises } = this.reached;
    for (const { key, atEnd, holds } of this.#premises) {
      if (!premises.has(key) && (!atEnd || isOver) && valueIn(holds) === true) premises.add(key);
    }
  }

  setTaken(index: number, lock: ValueId): void {
    this.#taken[index] = lock;
  }

  /** The thread has gone to the end of a way on which it took the first so many locks. */
  noteTaken(thread: number, shares: readonly boolean[]): void {
    for (let index = 0; index < shares.length; index++) {
      const name = this.#locks.get(this.#taken[index] as ValueId);
      if (name !== undefined) this.reached.taken.add(name);
    }
    // Behind the first lock of the way a thread holds something already: who could get there is not known.
    const [first] = shares;
    if (first !== undefined) this.#want({ lock: this.#taken[0] as ValueId, thread, shares: first });
  }

  noteContended(lock: ValueId): void {
    const name = this.#locks.get(lock);
    if (name !== undefined) this.reached.contended.add(name);
  }

  #want(wanted: Wanted): void {
    const { lock, thread, shares } = wanted;
    const isRival = (other: Wanted) =>
      other.lock === lock && other.thread !== thread && !(other.shares && shares);
    if (this.#wanted.some(isRival)) this.noteContended(lock);
    this.#wanted.push(wanted);
  }
}

/** What is noted on the ways through the steps of one thread, as closures that note it. */
export class ThreadNotes {
  readonly #notes: Notes;
  readonly #thread: number;
  readonly #compiler: Compiler;

  constructor(notes: Notes, thread: number, compiler: Compiler) {
    this.#notes = notes;
    this.#thread = thread;
    this.#compiler = compiler;
  }

  /** The way behind an action. */
  behind(way: Way, action: Action): Way {
    // Where merging stands on what is false, nothing that was reached counts; and nobody wrote that check.
    if (action.kind === "check" && action.check === GUESS) return way;
    if (action.kind === "pass" && action.joint === true) return { ...way, whole: way };
    const met = metBehind(way.met, action);
    const shares =
      action.kind === "lock" && action.event === "acquire"
        ? [...way.shares, action.mode === "shared"]
        : way.shares;
    return { ...way, met, shares };
  }

  onSide(way: Way, branch: Branch, taken: boolean): Way {
    return { ...way, met: metOnSide(way.met, branch, taken) };
  }

  /** The lock that is taken behind the way. */
  taking(way: Way, lock: Term): Run {
    const { run } = this.#compiler.id(lock);
    const index = way.shares.length;
    return () => this.#notes.setTaken(index, run());
  }

  /** The way has come to its end. */
  finish({ met, shares }: Way): Run {
    let isMet = false;
    const { statements, sides } = this.#notes.reached;
    return () => {
      if (!isMet) {
        for (const key of met.statements.keys()) statements.add(key);
        for (const key of met.sides.keys()) sides.add(key);
        isMet = true;
      }
      if (shares.length > 0) this.#notes.noteTaken(this.#thread, shares);
    };
  }

  /** The check ends the way where it fails; undefined where that is none of the spec's. */
  failing(way: Way, action: Extract<Action, { kind: "check" }>): Run | undefined {
    return action.check === GUESS ? undefined : this.finish(this.behind(way, action));
  }

  /** The thread has to wait at the first of these actions. */
  waiting({ whole }: Way, actions: readonly Action[]): Run {
    const finish = whole === undefined ? undefined : this.finish(whole);
    const contended = this.#contended(awaitedLocks(actions));
    return () => {
      finish?.();
      contended();
    };
  }

  /** A trylock has found the lock taken, where the branch goes this way. */
  missing(branch: Branch, taken: boolean): Run | undefined {
    const missed = missedLocks(branch, taken);
    return missed.length === 0 ? undefined : this.#contended(missed);
  }

  #contended(terms: readonly Term[]): Run {
    const locks = terms.map((term) => this.#compiler.id(term).run);
    return () => {
      for (const lock of locks) {
        const id = valueIn(lock);
        if (id !== undefined) this.#notes.noteContended(id);
      }
    };
  }
}

/** Undefined where there is none: a condition asks only for what it comes to. */
function valueIn<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof InternalError) return undefined;
    throw error;
  }
}
