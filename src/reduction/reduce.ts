/**
 * Fewer states with the same verdicts: units that nobody can come between become one step. What this stands on is
 * guessed, explored to the end, and what was wrong dropped, until nothing is; TLC then checks the rest once more
 * (the check `guess`), so that no verdict ever depends on this pass alone.
 */
import { InternalError, must } from "../base/assert.js";
import { GUESS } from "../ir/checks.js";
import {
  type Action,
  DONE,
  isEnvironment,
  type Model,
  type Origin,
  type Process,
  type Step,
} from "../ir/model.js";
import { claimedTerms } from "../ir/terms.js";
import { resetDeadLocals } from "../passes/reset-dead-locals.js";
import { showSpinning } from "../passes/spinning.js";
import { accessesOf, type Unit } from "./accesses.js";
import { cellsOf, cellsRead, claimsOf } from "./claims.js";
import { guessesOf, type Reliance } from "./guesses.js";
import { lockProtocols } from "./lock-protocols.js";
import { type Merging, MOST, mergeSteps, TooLarge } from "./merge-steps.js";
import { NO_NESTING, nestingOf } from "./nesting.js";
import { NO_OWN_WAITS, ownWaitsOf } from "./own-waits.js";
import { type Purpose, waysThrough } from "./phases.js";
import { type Placement, placeBeginnings } from "./placement.js";
import {
  type ClassContext,
  classOf,
  turnVariables,
  type UnitClass,
  variablesNamedByWaits,
} from "./unit-classes.js";

/** What exploring a model with guesses has to say. */
export interface GuessesExplored {
  /** False where there were too many states, or the exploring was stopped. */
  readonly complete: boolean;
  /** Ids of the guesses that were false in some state. */
  readonly refuted: ReadonlySet<string>;
}

/** Explores a model that holds guesses, unless so many are refuted that it has no purpose any more. */
export type ExploreGuesses<E extends GuessesExplored = GuessesExplored> = (
  model: Model,
  options?: { readonly isMoot?: (refuted: ReadonlySet<string>) => boolean },
) => E;

export interface ReduceOptions<E extends GuessesExplored = GuessesExplored> {
  /** Whether checks of states are asked of the model, or claims about whole runs. */
  readonly purpose: Exclude<Purpose, "runs that may stop">;
  readonly explore: ExploreGuesses<E>;
  /** False merges only what stands on no guess. */
  readonly guess?: boolean;
  /** Locks that no two changes of one step are about: see contention.ts. */
  readonly apart?: ReadonlySet<string>;
  /** Whether what was found is all that is asked: then no more is done, whatever guesses may still be wrong. */
  readonly isAnswered?: (explored: E) => boolean;
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

export interface Reduction<E extends GuessesExplored = GuessesExplored> {
  readonly model: Model;
  readonly decisions: readonly Decision[];
  /** What TLC checks once more. */
  readonly relied: readonly Reliance[];
  /** False where there were too many states to refute every wrong guess: TLC may still find one. */
  readonly complete: boolean;
  /** What was explored last. */
  readonly last: {
    /** The model with guesses in it. */
    readonly model: Model;
    readonly found: E;
    /** Whether its states are those of the reduced model, one by one. */
    readonly sameStates: boolean;
  };
}

/**
 * Guesses only ever become fewer, and a guess that is refuted is false whatever was merged, since a run of merged steps is
 * a run. So what is left in the end does not depend on when an exploration was stopped for another.
 */
export function reduce<E extends GuessesExplored>(model: Model, options: ReduceOptions<E>): Reduction<E> {
  const { purpose, explore, guess = true, apart = new Set(), isAnswered = () => false } = options;
  const accesses = accessesOf(model);
  const protocols = lockProtocols(accesses);
  const guesses = guessesOf(accesses, guess ? protocols : []);
  const nests = guess && purpose === "states" && apart.size === 0;
  const nesting = nests ? nestingOf(accesses, protocols) : NO_NESTING;
  const ofRuns = cellsRead(model, accesses.points, claimedTerms({ ...model, invariants: [] }));
  const claims = claimsOf(accesses, protocols, nests);
  const ownWaits = guess && model.memory === "sc" ? ownWaitsOf(accesses) : NO_OWN_WAITS;
  const toldOf = cellsRead(model, accesses.points, claimedTerms(model));
  const named = variablesNamedByWaits(model);
  const context: ClassContext = {
    accesses,
    protocols,
    guesses,
    nesting,
    ownWaits,
    isTold: (access) => named.has(access.variable) || cellsOf(toldOf, access).length > 0,
    isVisible: (access) =>
      cellsOf(ofRuns, access).length > 0 || [...access.objects].some((object) => apart.has(object)),
    claims,
    turns: turnVariables(model),
  };
  const refuted = new Set<string>();
  const mergeBy = (by: ReadonlyMap<Unit, UnitClass>) => {
    const relied = distinct([...by.values()].flatMap((unit) => unit.relied));
    const claimed = [...by.values()].flatMap((unit) => unit.claimed);
    const own = [...new Map(claimed.map((one) => [`${one.invariant} ${one.lock}`, one])).values()];
    const merged = merge(accesses.units, model, by, purpose, {
      checks: (unit, freed) => {
        const checked = ownWaits.checksAt(unit, guesses.checksAt(unit, relied), refuted);
        return claims.checksAt(unit, nesting.checksAt(unit, checked, freed, refuted), own);
      },
      guesses: (unit) => {
        const guessed = ownWaits.at(unit, guesses.at(unit, refuted), refuted);
        return claims.at(unit, nesting.at(unit, guessed), refuted);
      },
      checksBehind: (unit) => claims.checksBehind(unit, own, refuted),
      guessesBehind: (unit) => claims.behind(unit, refuted),
    });
    return { ...merged, relied };
  };
  let classes = classesOf(context, new Set(refuted));
  for (;;) {
    const merged = mergeBy(classes);
    const nextOf = (more: ReadonlySet<string>) => classesOf(context, new Set([...refuted, ...more]));
    const isMoot = (more: ReadonlySet<string>) => !sameClasses(classes, nextOf(more));
    const found = explore(merged.guessing, { isMoot });
    for (const id of found.refuted) refuted.add(id);
    const next = classesOf(context, new Set(refuted));
    if (isAnswered(found) || sameClasses(classes, next)) {
      // The same classes may stand on other guesses now.
      const { model: whole, decisions, relied } = mergeBy(next);
      const last = { model: merged.guessing, found, sameStates: sameSteps(merged.guessing, whole) };
      return { model: whole, decisions, relied, complete: found.complete, last };
    }
    classes = next;
  }
}

function classesOf(context: ClassContext, refuted: ReadonlySet<string>): Map<Unit, UnitClass> {
  return new Map(context.accesses.units.map((unit) => [unit, classOf(context, unit, refuted)]));
}

function sameClasses(before: ReadonlyMap<Unit, UnitClass>, after: ReadonlyMap<Unit, UnitClass>): boolean {
  return [...before].every(([unit, { direction, blocks, endsBy, ends }]) => {
    const other = must(after.get(unit), "the class of a unit");
    return (
      other.direction === direction &&
      other.blocks === blocks &&
      other.ends === ends &&
      (other.endsBy === undefined) === (endsBy === undefined)
    );
  });
}

function distinct(relied: readonly Reliance[]): Reliance[] {
  return [
    ...new Map(relied.map((one) => [`${one.variable} ${one.guard.id} ${one.site ?? ""}`, one])).values(),
  ];
}

/** A unit with what is asked at its accesses. */
interface Prepared {
  /** As checks for TLC. */
  readonly checks: (unit: Unit, freed: ReadonlySet<string>) => Step;
  /** As guesses to explore with. */
  readonly guesses: (unit: Unit) => Step;
  /** What is asked behind it where the step goes on. */
  readonly checksBehind: (unit: Unit) => readonly Action[];
  readonly guessesBehind: (unit: Unit) => readonly Action[];
}

interface Merged {
  readonly model: Model;
  /** The same steps with guesses in them. */
  readonly guessing: Model;
  readonly decisions: readonly Decision[];
}

/** The model with the steps that these classes allow. */
function merge(
  all: readonly Unit[],
  model: Model,
  classes: ReadonlyMap<Unit, UnitClass>,
  purpose: Purpose,
  prepared: Prepared,
): Merged {
  // What is asked everywhere depends on what is merged anywhere; and how much is asked, on how much fits into a step.
  for (let freed: ReadonlySet<string> = new Set(); ; ) {
    const { stoodOn, ...merged } = mergeFor(all, model, classes, purpose, prepared, freed);
    if ([...stoodOn].every((lock) => freed.has(lock))) return merged;
    freed = new Set([...freed, ...stoodOn]);
  }
}

/** As {@link merge}, with checks that these locks are given back; `stoodOn` says for which there should be some. */
function mergeFor(
  all: readonly Unit[],
  model: Model,
  classes: ReadonlyMap<Unit, UnitClass>,
  purpose: Purpose,
  prepared: Prepared,
  freed: ReadonlySet<string>,
): Merged & { readonly stoodOn: ReadonlySet<string> } {
  const stoodOn = new Set<string>();
  const decisions: Decision[] = [];
  const guessing: Process[] = [];
  const processes = model.processes.map((process): Process => {
    if (process.threads.some(({ drains }) => drains !== undefined)) {
      guessing.push(process);
      return process;
    }
    const units = all.filter((unit) => unit.process === process);
    const byLabel = new Map(
      units.map((unit) => [unit.step.label, must(classes.get(unit), "the class of a unit")]),
    );
    const unitsWith = <T>(prepare: (unit: Unit) => T) =>
      new Map(units.map((unit) => [unit.step.label, prepare(unit)]));
    const { steps, placement, merging } = mergeProcess(
      process,
      { units: unitsWith((unit) => prepared.checks(unit, freed)), behind: unitsWith(prepared.checksBehind) },
      byLabel,
      purpose,
    );
    for (const lock of placement.freed) stoodOn.add(lock);
    const finish = (whole: readonly Step[]): Process => {
      const shown = purpose === "states" ? whole : showSpinning(whole, process.fairness, freshNames(model));
      return { ...process, steps: resetDeadLocals(shown) };
    };
    const asked = { units: unitsWith(prepared.guesses), behind: unitsWith(prepared.guessesBehind) };
    guessing.push(finish(mergeSteps(process, { ...merging, ...asked })));
    for (const { label, origin } of process.steps) {
      const decision = decide(placement, label, must(byLabel.get(label), "the class of a unit"));
      decisions.push({ process: process.name, label, origin, ...decision });
    }
    return finish(steps);
  });
  return { model: { ...model, processes }, guessing: { ...model, processes: guessing }, decisions, stoodOn };
}

/** Whether the steps differ in nothing but in what is asked at accesses. */
function sameSteps(a: Model, b: Model): boolean {
  const isAsked = (value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    (value.kind === "guess" || (value.kind === "check" && "check" in value && value.check === GUESS));
  const textOf = ({ processes }: Model) =>
    JSON.stringify(processes, (key, value: unknown) =>
      key === "origin" ? undefined : Array.isArray(value) ? value.filter((one) => !isAsked(one)) : value,
    );
  return textOf(a) === textOf(b);
}

function decide(
  { beginnings, merged }: Placement,
  label: string,
  unit: UnitClass,
): Pick<Decision, "merged" | "because"> {
  const beginning = beginnings.get(label);
  if (beginning === undefined) return { merged: true, because: ruleFor(unit) };
  if (!merged.has(label)) return { merged: false, because: beginning.reason };
  return { merged: true, because: `${ruleFor(unit)}; anew on another way: ${beginning.reason}` };
}

/** Why a unit can be merged with the one before it, in words. */
function ruleFor({ direction, relied, claimed }: UnitClass): string {
  if (direction === "right") return "takes a lock";
  if (direction === "left") return "gives back a lock";
  if (direction === "none") return "the one access of its step that others can see";
  const guards = [
    ...new Set([
      ...relied.map(({ variable, guard }) => `${variable} under ${guard.text}`),
      ...claimed.map(({ invariant }) => `the invariant "${invariant}" is looked at within the step`),
    ]),
  ];
  return guards.length === 0 ? "nobody else can see it" : guards.join(", ");
}

function mergeProcess(
  process: Process,
  asked: Pick<Merging, "units" | "behind">,
  classes: ReadonlyMap<string, UnitClass>,
  purpose: Purpose,
): { readonly steps: Step[]; readonly placement: Placement; readonly merging: Merging } {
  // No deadlock is saved by what an environment could still do, so that it too may stop while it holds a lock.
  const mayStop = process.fairness === "none" && (purpose === "runs" || isEnvironment(process));
  const care = mayStop ? "runs that may stop" : purpose;
  // Fairness asks for some steps and not for others.
  const forced = new Map(
    process.steps
      .filter(({ optional }) => optional === true)
      .map(({ label }) => [label, "it may come, and need not"]),
  );
  for (const { label, body } of process.steps) {
    const { ends } = must(classes.get(label), label);
    if (ends !== undefined) for (const way of waysThrough(body)) forced.set(way.label, ends);
  }
  for (;;) {
    const placement = placeBeginnings(process, classes, care, forced);
    const merging: Merging = { ...asked, classes, beginnings: placement.beginnings, purpose: care };
    try {
      return { steps: mergeSteps(process, merging, MOST), placement, merging };
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
