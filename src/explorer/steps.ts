/**
 * Steps compiled to closures: interpreter/step.ts says what each action means. An action is compiled together with all
 * that follows it, so that a choice can run the rest once for each alternative and take it back.
 */
import { bug, must } from "../base/assert.js";
import { type Action, type Block, DONE, type Exit, type Model, type Step } from "../ir/model.js";
import { assignedLocal, localsOf, termsOf } from "../ir/terms.js";
import { EMPTY_BUFFER } from "./buffers.js";
import { type Compiler, tableOf } from "./code.js";
import type { LocalSlot, ThreadSlots } from "./layout.js";
import { type Machine, RESTING, STUCK } from "./machine.js";
import { type Notes, START, type ThreadNotes, type Way } from "./notes.js";
import { storeCode, unlinkCode } from "./stores.js";
import { compilerFor } from "./terms.js";
import { TRUE, type ValueId } from "./values.js";

/** Runs what is left of a path: to outcomes, or to a wait. */
export type Run = () => void;

interface StepCompiler {
  readonly compiler: Compiler;
  readonly machine: Machine;
  readonly thread: ThreadSlots;
  /** By the id of a thread: its index. */
  readonly threads: readonly (number | undefined)[];
  /** Absent where nobody wants to know what is reached. */
  readonly notes: ThreadNotes | undefined;
}

/** The steps of a thread by the index of their label; undefined where the thread has ended. */
export function compileSteps(
  model: Model,
  machine: Machine,
  thread: ThreadSlots,
  notes: Notes | undefined,
): (Run | undefined)[] {
  const names = machine.layout.threads.map(({ running }, index) => [running.instance.name, index] as const);
  const compiler = compilerFor(model, machine, thread);
  const context: StepCompiler = {
    compiler,
    machine,
    thread,
    threads: tableOf(machine, names),
    notes: notes?.of(machine.layout.threads.indexOf(thread), compiler),
  };
  return [undefined, ...thread.running.process.steps.map((step) => compileStep(context, step))];
}

function compileStep(context: StepCompiler, step: Step): Run {
  const { cells, layout } = context.machine;
  const run = compileBlock(context, step.body, 0, START, false);
  const unset = [...readUnassigned(step.body)]
    .map((name) => localOf(context, name))
    .filter(({ slot }) => slot >= layout.slots.length);
  if (unset.length === 0) return run;
  return () => {
    for (const { slot, initial } of unset) cells[slot] = initial;
    run();
  };
}

/** Locals that the block may read before it has assigned them. */
function readUnassigned(block: Block, before: ReadonlySet<string> = new Set()): Set<string> {
  const assigned = new Set(before);
  const found = new Set<string>();
  for (const action of block.actions) {
    for (const name of termsOf(action).flatMap((term) => [...localsOf(term)])) {
      if (!assigned.has(name)) found.add(name);
    }
    const local = assignedLocal(action);
    if (local !== undefined) assigned.add(local);
  }
  if (block.end.kind === "goto") return found;
  for (const name of localsOf(block.end.condition)) if (!assigned.has(name)) found.add(name);
  return new Set([
    ...found,
    ...readUnassigned(block.end.whenTrue, assigned),
    ...readUnassigned(block.end.whenFalse, assigned),
  ]);
}

function localOf({ thread }: StepCompiler, name: string): LocalSlot {
  return must(thread.locals.get(name), `the local ${name}`);
}

/**
 * @param way what is met before
 * @param chose whether the path goes on elsewhere too: then it waits for nobody in particular
 */
function compileBlock(context: StepCompiler, block: Block, from: number, way: Way, chose: boolean): Run {
  if (from < block.actions.length) return compileAction(context, block, from, way, chose);
  const { notes } = context;
  const { end } = block;
  if (end.kind === "goto") return both(notes?.finish(way), compileExit(context, end));
  const side = (taken: boolean) => {
    const behind = notes?.onSide(way, end, taken) ?? way;
    const run = compileBlock(context, taken ? end.whenTrue : end.whenFalse, 0, behind, chose);
    return both(notes?.missing(end, taken), run);
  };
  const { constant, run: asks } = context.compiler.truth(end.condition);
  if (constant !== undefined) return side(constant);
  const [yes, no] = [side(true), side(false)];
  return () => (asks() ? yes() : no());
}

/** What is noted, if anything, and then the rest. */
function both(note: Run | undefined, run: Run): Run {
  if (note === undefined) return run;
  return () => {
    note();
    run();
  };
}

/** The action, and all that follows it in its block. */
function compileAction(context: StepCompiler, block: Block, from: number, way: Way, chose: boolean): Run {
  const { machine, compiler, notes } = context;
  const action = block.actions[from] as Action;
  const chosen = chose || action.kind === "choose" || action.kind === "drain";
  const next = compileBlock(context, block, from + 1, notes?.behind(way, action) ?? way, chosen);
  switch (action.kind) {
    case "assign": {
      const { slot } = localOf(context, action.local);
      const { run } = compiler.id(action.value);
      return () => {
        machine.write(slot, run());
        next();
      };
    }
    case "store": {
      const store = storeCode(compiler, action);
      return () => {
        store();
        next();
      };
    }
    case "unlink": {
      const unlink = unlinkCode(compiler, action);
      return () => {
        unlink();
        next();
      };
    }
    case "fence": {
      const { buffer } = context.thread;
      if (buffer === undefined) return next;
      return () => {
        machine.write(buffer, machine.buffers.fenced(machine.cells[buffer] as number));
        next();
      };
    }
    case "drain":
      return compileDrain(context, next);
    case "await":
      return compileAwait(context, action, next, notes?.waiting(way, block.actions.slice(from)), chose);
    case "check":
      return compileCheck(context, action, next, notes?.failing(way, action));
    case "choose":
      return compileChoice(context, action, next);
    case "lock":
      return action.event === "acquire" ? both(notes?.taking(way, action.lock), next) : next;
    case "pass":
      return next;
    case "guess":
      return compileGuess(context, action, next);
  }
}

function compileDrain({ machine, thread }: StepCompiler, next: Run): Run {
  const buffer = thread.buffer ?? bug("a store leaves a buffer that does not exist");
  return () => {
    const mark = machine.top;
    for (const { slot, value, rest } of machine.buffers.drains(machine.cells[buffer] as number)) {
      machine.write(buffer, rest);
      machine.write(slot, value);
      next();
      machine.undo(mark);
    }
  };
}

function compileAwait(
  context: StepCompiler,
  { condition, idle, whom }: Extract<Action, { kind: "await" }>,
  next: Run,
  note: Run | undefined,
  chose: boolean,
): Run {
  const { machine, compiler, thread, threads } = context;
  const { constant, run: isOver } = compiler.truth(condition);
  if (constant === true) return next;
  const { whom: awaited, cells } = machine;
  const sets = chose ? [] : whom.map((set) => compiler.elements(set).run);
  const { buffer } = thread;
  const wait = () => {
    // Where each choice waits, the thread rests only if all of them are waits for work.
    if (machine.waiting === STUCK || (idle && machine.waiting === RESTING)) return;
    machine.waiting = idle ? RESTING : STUCK;
    awaited.fill(0);
    // What it has stored may still reach memory and end somebody's wait: it is not stuck yet.
    if (buffer !== undefined && cells[buffer] !== EMPTY_BUFFER) return;
    for (const elements of sets) {
      for (const id of elements()) {
        const index = threads[id] ?? bug("a thread was expected");
        awaited[index >> 5] = (awaited[index >> 5] as number) | (1 << (index & 31));
      }
    }
  };
  const stay = both(note, wait);
  return () => (isOver() ? next() : stay());
}

/** Where it fails the thread stops for good: what it stored stays, its variables are forgotten. */
function compileCheck(
  context: StepCompiler,
  { check, condition }: Extract<Action, { kind: "check" }>,
  next: Run,
  note: Run | undefined,
): Run {
  const { machine, thread, compiler } = context;
  const { constant, run: holds } = compiler.truth(condition);
  if (constant === true) return next;
  const { values, cells, layout } = machine;
  const id = values.encode(check);
  const locals = [...thread.locals.values()].filter(({ slot }) => slot < layout.slots.length);
  const forget = resetter(machine, locals);
  /** By what has failed before. */
  const after: Record<ValueId, ValueId> = {};
  const fail = both(note, () => {
    forget();
    machine.write(thread.at, 0);
    const before = cells[layout.failed] as ValueId;
    after[before] ??= values.ofSet([...values.elements(before), id]);
    machine.write(layout.failed, after[before]);
    machine.onOutcome();
    machine.onFailure(check);
  });
  return () => (holds() ? next() : fail());
}

function compileChoice(
  context: StepCompiler,
  { local, domain }: Extract<Action, { kind: "choose" }>,
  next: Run,
): Run {
  const { machine, compiler } = context;
  const { slot } = localOf(context, local);
  const { run } = compiler.elements(domain);
  return () => {
    const mark = machine.top;
    for (const element of run()) {
      machine.write(slot, element);
      next();
      machine.undo(mark);
    }
  };
}

function compileGuess(
  { machine, compiler }: StepCompiler,
  { id, condition }: Extract<Action, { kind: "guess" }>,
  next: Run,
): Run {
  const { refuted, guesses } = machine;
  const index = guesses.get(id) ?? guesses.size;
  guesses.set(id, index);
  refuted[index] ??= 0;
  const { constant, run: holds } = compiler.truth(condition);
  if (constant === true) return next;
  return () => {
    if (refuted[index] === 0 && !holds()) refuted[index] = 1;
    next();
  };
}

function compileExit(context: StepCompiler, { label, resets }: Exit): Run {
  const { machine, thread } = context;
  const target = label === DONE ? 0 : thread.labels.indexOf(label, 1);
  if (target < 0) return () => bug(`the step ${label} is missing`);
  const locals = resets
    .map((name) => localOf(context, name))
    .filter(({ slot }) => slot < machine.layout.slots.length);
  const { at } = thread;
  if (locals.length === 0) {
    return () => {
      machine.write(at, target);
      machine.onOutcome();
    };
  }
  const reset = resetter(machine, locals);
  return () => {
    reset();
    machine.write(at, target);
    machine.onOutcome();
  };
}

/** Puts locals that last back to their default. */
function resetter(machine: Machine, locals: readonly LocalSlot[]): Run {
  const { cells } = machine;
  return () => {
    for (let index = 0; index < locals.length; index++) {
      const { slot, initial } = locals[index] as LocalSlot;
      if (cells[slot] !== initial) machine.write(slot, initial);
    }
  };
}

/** Conditions of invariants and claims, over the state in the machine. */
export function compileConditions(
  model: Model,
  machine: Machine,
  conditions: readonly Parameters<Compiler["truth"]>[0][],
): (() => boolean)[] {
  const compiler = compilerFor(model, machine);
  // As in the interpreter: what is not true is false, whatever it is.
  return conditions.map((condition) => {
    const { run } = compiler.id(condition);
    return () => run() === TRUE;
  });
}
