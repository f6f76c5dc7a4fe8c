/**
 * Fewer states with the same verdicts: units that nobody can come between become one step. What this stands on is
 * guessed, explored to the end, and what was wrong dropped, until nothing is; TLC then checks the rest once more
 * (the check `guess`), so that no verdict ever depends on this pass alone.
 */
import { InternalError, must } from "../base/assert.js";
import { DONE, isEnvironment, type Model, type Origin, type Process, type Step } from "../ir/model.js";
import { resetDeadLocals } from "../passes/reset-dead-locals.js";
import { showSpinning } from "../passes/spinning.js";
import { accessesOf, type Unit } from "./accesses.js";
import { guessesOf, type Reliance } from "./guesses.js";
import { lockProtocols } from "./lock-protocols.js";
import { mergeSteps, TooLarge } from "./merge-steps.js";
import type { Purpose } from "./phases.js";
import { type Beginnings, placeBeginnings } from "./placement.js";
import { type ClassContext, classOf, turnVariables, type UnitClass, visibility } from "./unit-classes.js";

/** Explores a model that holds guesses. */
export type ExploreGuesses = (model: Model) => {
  /** False where there were too many states. */
  readonly complete: boolean;
  /** Ids of the guesses that were false in some state. */
  readonly refuted: ReadonlySet<string>;
};

export interface ReduceOptions {
  /** Whether checks of states are asked of the model, or claims about whole runs. */
  readonly purpose: Exclude<Purpose, "runs that may stop">;
  readonly explore: ExploreGuesses;
  /** False merges only what stands on no guess. */
  readonly guess?: boolean;
  /** Locks that no two changes of one step are about: see contention.ts. */
  readonly apart?: ReadonlySet<string>;
}

/** Whether a step begins at a unit, and why. */
export interface Decision {
  readonly process: string;
  readonly label: string;
  readonly origin: Origin;
  /** Whether the unit was merged with the one before it. */
  readonly merged: boolean;
  /** The rule that allows it, or what stands against it. */
  readonly because: string;
}

export interface Reduction {
  readonly model: Model;
  readonly decisions: readonly Decision[];
  /** What TLC checks once more. */
  readonly relied: readonly Reliance[];
  /** False where there were too many states to refute every wrong guess: TLC may still find one. */
  readonly complete: boolean;
}

/** The model with its steps merged; what is said about its states, or its runs, is true of the model itself. */
export function reduce(model: Model, options: ReduceOptions): Reduction {
  const { purpose, explore, guess = true, apart = new Set() } = options;
  const accesses = accessesOf(model);
  const protocols = lockProtocols(accesses);
  const guesses = guessesOf(accesses, guess ? protocols : []);
  const isClaimed = visibility(accesses);
  const context: ClassContext = {
    accesses,
    protocols,
    guesses,
    isVisible: (access) => isClaimed(access) || [...access.objects].some((object) => apart.has(object)),
    turns: turnVariables(model),
  };
  const refuted = new Set<string>();
  let classes = classesOf(context, refuted);
  for (;;) {
    const guessing = merge(accesses.units, model, classes, purpose, (unit) => guesses.at(unit, refuted));
    const explored = explore(guessing.model);
    for (const id of explored.refuted) refuted.add(id);
    const next = classesOf(context, refuted);
    if (!sameClasses(classes, next)) {
      classes = next;
      continue;
    }
    const relied = distinct([...next.values()].flatMap((unit) => unit.relied));
    const checked = merge(accesses.units, model, next, purpose, (unit) => guesses.checksAt(unit, relied));
    return { ...checked, relied, complete: explored.complete };
  }
}

function classesOf(context: ClassContext, refuted: ReadonlySet<string>): Map<Unit, UnitClass> {
  return new Map(context.accesses.units.map((unit) => [unit, classOf(context, unit, refuted)]));
}

function sameClasses(before: ReadonlyMap<Unit, UnitClass>, after: ReadonlyMap<Unit, UnitClass>): boolean {
  return [...before].every(([unit, { direction, blocks }]) => {
    const other = must(after.get(unit), "the class of a unit");
    return other.direction === direction && other.blocks === blocks;
  });
}

function distinct(relied: readonly Reliance[]): Reliance[] {
  return [
    ...new Map(relied.map((one) => [`${one.variable} ${one.guard.id} ${one.site ?? ""}`, one])).values(),
  ];
}

/** The model with the steps that these classes allow; `prepared` gives each unit what is asked at its accesses. */
function merge(
  all: readonly Unit[],
  model: Model,
  classes: ReadonlyMap<Unit, UnitClass>,
  purpose: Purpose,
  prepared: (unit: Unit) => Step,
): { readonly model: Model; readonly decisions: readonly Decision[] } {
  const decisions: Decision[] = [];
  const processes = model.processes.map((process): Process => {
    if (process.threads.some(({ drains }) => drains !== undefined)) return process;
    const units = all.filter((unit) => unit.process === process);
    const byLabel = new Map(
      units.map((unit) => [unit.step.label, must(classes.get(unit), "the class of a unit")]),
    );
    const steps = new Map(units.map((unit) => [unit.step.label, prepared(unit)]));
    const { steps: whole, beginnings } = mergeProcess(process, steps, byLabel, purpose);
    for (const { label, origin } of process.steps) {
      const beginning = beginnings.get(label);
      const merged = beginning === undefined || beginning.onReturn;
      const rule = ruleFor(must(byLabel.get(label), "the class of a unit"));
      const because =
        beginning === undefined ? rule : merged ? `${rule}; anew where a loop comes back` : beginning.reason;
      decisions.push({ process: process.name, label, origin, merged, because });
    }
    const shown = purpose === "states" ? whole : showSpinning(whole, process.fairness, freshNames(model));
    return { ...process, steps: resetDeadLocals(shown) };
  });
  return { model: { ...model, processes }, decisions };
}

/** Why a unit can be merged with the one before it, in words. */
function ruleFor({ direction, relied }: UnitClass): string {
  if (direction === "right") return "takes a lock";
  if (direction === "left") return "gives back a lock";
  if (direction === "none") return "the one access of its step that others can see";
  const guards = [...new Set(relied.map(({ variable, guard }) => `${variable} under ${guard.text}`))];
  return guards.length === 0 ? "nobody else can see it" : guards.join(", ");
}

function mergeProcess(
  process: Process,
  units: ReadonlyMap<string, Step>,
  classes: ReadonlyMap<string, UnitClass>,
  purpose: Purpose,
): { readonly steps: Step[]; readonly beginnings: Beginnings } {
  // No deadlock is saved by what an environment could still do, so that it too may stop while it holds a lock.
  const mayStop = process.fairness === "none" && (purpose === "runs" || isEnvironment(process));
  const care = mayStop ? "runs that may stop" : purpose;
  // Fairness asks for some steps and not for others.
  const forced = new Map(
    process.steps
      .filter(({ optional }) => optional === true)
      .map(({ label }) => [label, "it may come, and need not"]),
  );
  for (;;) {
    const beginnings = placeBeginnings(process, classes, care, forced);
    try {
      return { steps: mergeSteps(process, units, beginnings), beginnings };
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      if (forced.has(error.label)) throw new InternalError(`the step at ${error.label} cannot be cut`);
      forced.set(error.label, "the step would become too large");
    }
  }
}

/** Labels that no step of the model has. */
function freshNames({ processes }: Model): (origin: Origin) => string {
  const taken = new Set([DONE, ...processes.flatMap(({ steps }) => steps.map(({ label }) => label))]);
  return () => {
    for (let n = 1; ; n++) {
      const name = `again_${n}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
}
