/** Breadth-first search over packed states. Everything is counted as TLC counts it. */
import { initialState, type State } from "../interpreter/state.js";
import { AT_EXIT } from "../ir/checks.js";
import { isEnvironment, type Model, type Term } from "../ir/model.js";
import { BufferTable } from "./buffers.js";
import { decodeState } from "./decode.js";
import { layOut } from "./layout.js";
import { Machine, NOT_WAITING, RESTING } from "./machine.js";
import { Notes } from "./notes.js";
import { type StateNumber, StateTable } from "./states.js";
import { compileConditions, compileSteps, type Run } from "./steps.js";
import { ValueTable } from "./values.js";
import { WaitGraph } from "./wait-graph.js";

/** Where something is wrong for the first time. */
export interface Finding {
  readonly check: string;
  readonly invariant: string | undefined;
  readonly state: StateNumber;
}

/** Told of what the search goes through. */
export interface Watcher {
  /** The thread's step, by index of its label, leads from one state to another, or to the same; the machine holds that. */
  readonly onMove: (from: StateNumber, to: StateNumber, thread: number, step: number) => void;
  /** All moves of a state, which the machine holds again, have been told. By thread: 1 where it cannot move, or rests. */
  readonly onExpanded: (blocked: Uint8Array, resting: Uint8Array) => void;
}

/** A search, with everything it has found so far. */
export class Search {
  readonly machine: Machine;
  readonly states: StateTable;
  /** By check, or `invariant: name`. */
  readonly findings = new Map<string, Finding>();
  generated = 1;
  depth = 0;
  /** How many states have been expanded: the number of the one that is next. */
  expanded = 0;
  readonly notes: Notes | undefined;
  readonly #steps: readonly (readonly (Run | undefined)[])[];
  readonly #at: readonly number[];
  readonly #owes: readonly boolean[];
  readonly #matters: readonly boolean[];
  readonly #everyoneOwes: boolean;
  readonly #invariants: readonly {
    readonly name: string;
    readonly atEnd: boolean;
    readonly holds: () => boolean;
  }[];
  readonly #blocked: Uint8Array;
  readonly #resting: Uint8Array;
  readonly #waits: WaitGraph;
  readonly #noneFailed: number;
  readonly #undisturbed = new Map<number, boolean>();
  #levelEnd = 1;
  #outcomes = 0;
  #reached: StateNumber = 0;
  #watcher: Watcher | undefined;
  #thread = 0;
  #step = 0;

  /** @param takesNotes whether it notes what the threads reach */
  constructor(model: Model, takesNotes = false) {
    const values = new ValueTable();
    const layout = layOut(model, values);
    const places = layout.slots.flatMap((slot) => (slot.kind === "memory" ? [slot.at] : []));
    const buffers = new BufferTable(model.memory, values, new Map(places.map((at, slot) => [at, slot])));
    this.machine = new Machine(layout, values, buffers);
    this.states = new StateTable(layout.slots.map(({ expected }) => expected));
    const holds = (terms: readonly Term[]) => compileConditions(model, this.machine, terms);
    this.notes = takesNotes ? new Notes(model, this.machine, holds) : undefined;
    this.#steps = layout.threads.map((thread) => compileSteps(model, this.machine, thread, this.notes));
    this.#at = layout.threads.map(({ at }) => at);
    this.#owes = layout.threads.map(({ running }) => !running.process.daemon);
    this.#matters = layout.threads.map(({ running }) => !isEnvironment(running.process));
    this.#everyoneOwes = this.#owes.every((owes) => owes);
    const conditions = holds(model.invariants.map(({ condition }) => condition));
    this.#invariants = model.invariants.map(({ name, when }, index) => ({
      name,
      atEnd: when === "end",
      holds: conditions[index] as () => boolean,
    }));
    this.#blocked = new Uint8Array(layout.threads.length);
    this.#resting = new Uint8Array(layout.threads.length);
    this.#waits = new WaitGraph(layout.threads.length);
    this.#noneFailed = values.ofSet([]);
    this.machine.onFailure = (check) => this.#note(check, undefined, this.#reached);
    this.machine.onOutcome = () => {
      this.#outcomes++;
      this.#reached = this.states.add(this.machine);
    };
    this.#start(model);
  }

  /** Tells the watcher of everything that comes; to be called before anything has. */
  watch(watcher: Watcher): void {
    this.#watcher = watcher;
    const add = this.machine.onOutcome;
    this.machine.onOutcome = () => {
      add();
      watcher.onMove(this.expanded, this.#reached, this.#thread, this.#step);
    };
  }

  /** How much memory the search takes, roughly. */
  get bytes(): number {
    return this.states.bytes + this.machine.values.bytes + this.machine.buffers.bytes;
  }

  get isDone(): boolean {
    return this.expanded === this.states.count;
  }

  /** Expands up to so many more states; throws NoValue where the interpreter does. */
  run(most: number): void {
    for (let left = most; left > 0 && !this.isDone; left--) {
      this.#expand(this.expanded);
      this.expanded++;
      if (this.expanded === this.#levelEnd) {
        this.depth++;
        this.#levelEnd = this.states.count;
      }
    }
  }

  /** The shortest way to the state, the initial one first. */
  pathTo(state: StateNumber): State[] {
    return this.numbersTo(state).map((number) => this.decode(number));
  }

  /** As {@link pathTo}, by number. */
  numbersTo(state: StateNumber): StateNumber[] {
    const numbers: StateNumber[] = [];
    for (let at = state; at >= 0; at = this.states.parent(at)) numbers.push(at);
    return numbers.reverse();
  }

  decode(state: StateNumber): State {
    const cells = new Int32Array(this.machine.layout.size);
    this.states.load(state, cells);
    return decodeState(this.machine, cells);
  }

  #start(model: Model): void {
    const { cells, layout, values } = this.machine;
    const initial = initialState(model);
    for (const [index, slot] of layout.slots.entries()) {
      if (slot.kind === "memory") cells[index] = values.encode(initial.memory.get(slot.at) ?? null);
    }
    for (const { running, at, labels, locals } of layout.threads) {
      cells[at] = labels.indexOf(running.process.entry);
      for (const { slot, initial: value } of locals.values()) cells[slot] = value;
    }
    cells[layout.failed] = this.#noneFailed;
    this.states.addInitial(cells);
  }

  #expand(state: StateNumber): void {
    const { machine } = this;
    const { cells, whom } = machine;
    this.states.load(state, cells);
    this.#waits.clear();
    this.notes?.begin();
    let [nobodyMoves, everyoneRests, oneIsOwed] = [true, true, false];
    for (let thread = 0; thread < this.#steps.length; thread++) {
      const label = cells[this.#at[thread] as number] as number;
      const step = (this.#steps[thread] as readonly (Run | undefined)[])[label];
      this.#outcomes = 0;
      machine.waiting = NOT_WAITING;
      if (step !== undefined) {
        this.#thread = thread;
        this.#step = label;
        step();
        machine.undo(0);
        this.generated += this.#outcomes;
      }
      const blocked = this.#outcomes === 0;
      const resting = blocked && (step === undefined || machine.waiting === RESTING);
      this.#blocked[thread] = blocked ? 1 : 0;
      this.#resting[thread] = resting ? 1 : 0;
      if (!blocked && this.#matters[thread] === true) nobodyMoves = false;
      if (!resting) {
        everyoneRests = false;
        if (this.#owes[thread] === true) oneIsOwed = true;
      }
      if (blocked && machine.waiting !== NOT_WAITING) this.#waits.add(thread, whom);
    }
    this.#judge(state, nobodyMoves, oneIsOwed);
    const ended = everyoneRests && cells[machine.layout.failed] === this.#noneFailed;
    for (const { name, atEnd, holds } of this.#invariants) {
      if ((!atEnd || ended) && !holds()) this.#note("invariant", name, state);
    }
    this.notes?.end(ended);
    this.#watcher?.onExpanded(this.#blocked, this.#resting);
  }

  /** Deadlock: nobody has to move any more, and somebody who owes it has not come to an end or to rest. */
  #judge(state: StateNumber, nobodyMoves: boolean, oneIsOwed: boolean): void {
    const over = nobodyMoves && this.#isUndisturbed();
    if (over && oneIsOwed) this.#note("deadlock", undefined, state);
    const reported = over && (this.#everyoneOwes || oneIsOwed);
    if (!reported && !this.findings.has("wait-cycle") && this.#waits.hasStuck()) {
      this.#note("wait-cycle", undefined, state);
    }
  }

  /** Whether no thread has failed a check that others may miss it after. */
  #isUndisturbed(): boolean {
    const { cells, layout, values } = this.machine;
    const failed = cells[layout.failed] as number;
    const known = this.#undisturbed.get(failed);
    if (known !== undefined) return known;
    const undisturbed = values.elements(failed).every((id) => AT_EXIT.has(String(values.decode(id))));
    this.#undisturbed.set(failed, undisturbed);
    return undisturbed;
  }

  #note(check: string, invariant: string | undefined, state: StateNumber): void {
    const key = invariant === undefined ? check : `invariant: ${invariant}`;
    if (!this.findings.has(key)) this.findings.set(key, { check, invariant, state });
  }
}
