/** A compiled case as the models that an engine is asked about: its steps merged, and printed for TLC. */
import { type EmittedModule, emitModule } from "../emit/module.js";
import { printSourceMap } from "../emit/source-map.js";
import { exploreSync } from "../explorer/explore.js";
import type { Model } from "../ir/model.js";
import { foldConstants } from "../reduction/fold-constants.js";
import { type Reduction, reduce } from "../reduction/reduce.js";
import { findSymmetry } from "../reduction/symmetry.js";
import { type Endless, endlessIn } from "./endless.js";
import type { CompiledCase } from "./load.js";

/**
 * States of a merged model that are looked at to find out what protects what. In states and not in seconds, so that the
 * same spec gives the same model on every machine.
 */
const STATES_FOR_GUESSES = 400_000;

/** How far merging looks into a model. */
export const exploreGuesses = (guessing: Model) => exploreSync(guessing, { maxStates: STATES_FOR_GUESSES });

/** A model that an engine is asked about. */
export interface AskedModel {
  /** What is explored. */
  readonly model: Model;
  /** The same before its steps were merged. */
  readonly unmerged: Model;
  readonly emitted: EmittedModule;
  /** The .map.json text. */
  readonly map: string;
  /** Absent where nothing was merged. */
  readonly reduction?: Reduction;
  /** How many states merging has seen: all there are, or so many that it gave up; absent where it did not look. */
  readonly seen?: number;
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
}

export function prepareCase(
  compiled: CompiledCase,
  { reduce: reduces, guess = true }: PrepareOptions,
): PreparedCase {
  const { model, module, runsModule } = compiled;
  if (!reduces) {
    const plain = ask(model, model, module);
    return { compiled, states: plain, runs: plain };
  }
  const { expectedCheck: expected } = compiled.declaration;
  let endless: Endless | undefined;
  let seen = 0;
  const explore = (guessing: Model) => {
    const exploration = exploreGuesses(guessing);
    seen = exploration.distinct;
    // Where what the case asks about fails, whoever is asked gets there before the end that there is not.
    const found = [...exploration.failing.values()];
    const isAnswered = found.some(({ check }) => expected === undefined || check === expected);
    endless = isAnswered ? undefined : endlessIn(guessing, exploration);
    return exploration;
  };
  const folded = foldConstants({ ...model, liveness: [] });
  const states = reduce(folded, { purpose: "states", explore, guess });
  // Who can change places is asked last: guesses are about each lock by its name.
  const symmetric: Model = { ...states.model, symmetry: findSymmetry(states.model) };
  const asked = ask(symmetric, folded, module, { reduction: states, seen });
  if (endless !== undefined) return { compiled, states: asked, runs: asked, endless };
  if (runsModule === undefined) return { compiled, states: asked, runs: asked };
  const runs = reduce(model, { purpose: "runs", explore, guess });
  return { compiled, states: asked, runs: ask(runs.model, model, runsModule, { reduction: runs, seen }) };
}

function ask(
  model: Model,
  unmerged: Model,
  module: string,
  merged: Pick<AskedModel, "reduction" | "seen"> = {},
): AskedModel {
  const emitted = emitModule(model, module);
  const map = printSourceMap(model, emitted);
  return { model, unmerged, emitted, map, ...merged };
}
