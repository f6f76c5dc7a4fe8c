/** A compiled case as the models that an engine is asked about: its steps merged, and printed for TLC. */
import { type EmittedModule, emitModule } from "../emit/module.js";
import { printSourceMap } from "../emit/source-map.js";
import { type Exploration, type ExploreOptions, explore, exploreSync } from "../explorer/explore.js";
import { checkOf, GUESS } from "../ir/checks.js";
import type { Model } from "../ir/model.js";
import { foldConstants } from "../reduction/fold-constants.js";
import { type ExploreGuesses, type Reduction, reduce } from "../reduction/reduce.js";
import { settleWays } from "../reduction/settle-ways.js";
import { findSymmetry } from "../reduction/symmetry.js";
import { type Endless, endlessIn } from "./endless.js";
import type { CompiledCase } from "./load.js";

/**
 * States of a merged model that are looked at to find out what protects what. In states and not in seconds, so that the
 * same spec gives the same model on every machine.
 */
export const STATES_FOR_GUESSES = 400_000;

/** How far merging looks into a model. */
export function exploreGuesses(guessing: Model, options: ExploreOptions = {}): Exploration {
  return exploreSync(guessing, { maxStates: STATES_FOR_GUESSES, ...options });
}

/** A model that an engine is asked about. */
export interface AskedModel {
  /** What is explored. */
  readonly model: Model;
  /** For TLC: the same, with what can change places. Found when it is asked for, like the text. */
  readonly symmetric: Model;
  /** The same before its steps were merged. */
  readonly unmerged: Model;
  readonly emitted: EmittedModule;
  /** The .map.json text. */
  readonly map: string;
  /** Absent where nothing was merged. */
  readonly reduction?: Pick<Reduction, "decisions" | "complete" | "relied">;
  /** How many states merging has seen: all there are, or so many that it gave up; absent where it did not look. */
  readonly seen?: number;
  /** Set where merging has already explored what answers the question. */
  readonly explored?: Explored;
}

/** What merging has found on its way. */
export interface Explored {
  /** What was explored: the model with guesses in it, which change no state. */
  readonly model: Model;
  /** Complete, or as far as what the case expects. */
  readonly exploration: Exploration;
}

export interface PreparedCase {
  readonly compiled: CompiledCase;
  /** Asked about states: invariants and deadlock. */
  readonly states: AskedModel;
  /** Set where there seems to be no end of states. */
  readonly endless?: Endless;
  /** Asked about whole runs, where merging must take more care; the same one where nothing was merged. */
  readonly runs: AskedModel;
}

export interface PrepareOptions {
  /** False keeps one step for each shared access. */
  readonly reduce: boolean;
  /** False merges only what needs no guess: for a guess that TLC has found to be false. */
  readonly guess?: boolean;
  /**
   * Whether nobody but the explorer will be asked. Then a case that is to fail, and fails on the way to the guesses that
   * stand, is answered by that: its model stays one on which wrong guesses may be left.
   */
  readonly forExplorer?: boolean;
}

/** Waits can seem to be for ever where a guess is wrong; whatever else fails in merged steps does fail. */
const ABOUT_WAITS = new Set(["deadlock", "wait-cycle", GUESS]);

export function prepareCase(
  compiled: CompiledCase,
  { reduce: reduces, guess = true, forExplorer = false }: PrepareOptions,
): PreparedCase {
  const { model, module, runsModule } = compiled;
  if (!reduces) {
    const plain = ask({ model, unmerged: model }, module);
    return { compiled, states: plain, runs: plain };
  }
  const { expectedCheck: expected } = compiled.declaration;
  const isSure =
    forExplorer && expected !== undefined && !ABOUT_WAITS.has(expected) && !isAboutEnd(model, expected);
  const isExpected = (key: string) => isSure && checkOf(key) === expected;
  let endless: Endless | undefined;
  const explore: ExploreGuesses<Exploration> = (guessing, options) => {
    const exploration = exploreGuesses(guessing, { ...options, until: isExpected });
    // Where what the case asks about fails, whoever is asked gets there before the end that there is not.
    const found = [...exploration.failing.values()];
    const isAnswered = found.some(({ check }) => expected === undefined || check === expected);
    endless = isAnswered ? undefined : endlessIn(guessing, exploration);
    return exploration;
  };
  const folded = foldConstants({ ...model, liveness: [] });
  const isAnswered = ({ failing }: Exploration) => [...failing.keys()].some(isExpected);
  const states = reduce(folded, { purpose: "states", explore, guess, isAnswered });
  const asked = ask({ ...mergedBy(states), unmerged: folded, ...exploredIn(states, isAnswered) }, module);
  if (endless !== undefined) return { compiled, states: asked, runs: asked, endless };
  if (runsModule === undefined || isAnswered(states.last.found))
    return { compiled, states: asked, runs: asked };
  const runs = reduce(model, { purpose: "runs", explore, guess });
  return {
    compiled,
    states: asked,
    runs: ask({ ...mergedBy(runs), unmerged: model }, runsModule),
  };
}

/**
 * The case without merging, where so many states answer what is asked of it; undefined where they do not. An answer of the
 * plain model needs no merged one: that both give the same is what merging is tested for.
 */
export async function exploredUnmerged(
  compiled: CompiledCase,
  maxStates: number,
  signal: AbortSignal,
): Promise<PreparedCase | undefined> {
  const { model, module } = compiled;
  const { expectedCheck: expected } = compiled.declaration;
  const until = (key: string) => expected === undefined || checkOf(key) === expected;
  const exploration = await explore(model, { maxStates, signal, until });
  const isStopped = exploration.stoppedBy === "found" || exploration.stoppedBy === "signal";
  if (!exploration.complete && !isStopped) return undefined;
  const plain = ask({ model, unmerged: model, explored: { model, exploration } }, module);
  return { compiled, states: plain, runs: plain };
}

function mergedBy(reduction: Reduction<Exploration>): Pick<AskedModel, "model" | "reduction" | "seen"> {
  return { model: settleWays(reduction.model), reduction, seen: reduction.last.found.distinct };
}

/** Whether the check may be about states in which everybody has come to an end or to rest. */
function isAboutEnd({ invariants }: Model, check: string): boolean {
  return check === "invariant" && invariants.some(({ when }) => when === "end");
}

/** What merging has explored, if that is an answer. */
function exploredIn(
  { last: { model, found, sameStates } }: Reduction<Exploration>,
  isAnswered: (exploration: Exploration) => boolean,
): Pick<AskedModel, "explored"> {
  const isWhole = found.complete && sameStates;
  return isWhole || isAnswered(found) ? { explored: { model, exploration: found } } : {};
}

/** With the text and what can change places, which take time and which only TLC is told, once they are asked for. */
function ask(asked: Omit<AskedModel, "symmetric" | "emitted" | "map">, module: string): AskedModel {
  const symmetric = once(() =>
    // Who can change places is asked last: guesses are about each lock by its name.
    asked.reduction === undefined || asked.model.liveness.length > 0
      ? asked.model
      : { ...asked.model, symmetry: findSymmetry(asked.model) },
  );
  const emitted = once(() => emitModule(symmetric(), module));
  const map = once(() => printSourceMap(symmetric(), emitted()));
  return {
    ...asked,
    get symmetric() {
      return symmetric();
    },
    get emitted() {
      return emitted();
    },
    get map() {
      return map();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
