/** The models that are compared, and how they are explored. */
import { tellStates } from "../../src/app/tell-states.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import type { Model } from "../../src/ir/model.js";
import { foldConstants } from "../../src/reduction/fold-constants.js";
import { reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";
import { explore, TooManyStates, verdictOf } from "../support/explore.js";

/** What an explorer says of a model. */
export interface Findings {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** Checks and `invariant: name`, sorted. */
  readonly failing: readonly string[];
}

/** Undefined where there are more states than `maxStates`. */
export type Explore = (model: Model, maxStates: number) => Findings | undefined;

/** A step for each shared access; undefined for a text that the language refuses. */
export function unreducedModel(text: string): Model | undefined {
  return compiled(() => compileText(text));
}

/** States of a merged model that are looked at for wrong guesses: more than any of these programs has. */
const ALL_STATES = { maxStates: 100_000 };
const exploreAll = (model: Model) => exploreSync(model, ALL_STATES);

/** The model with its steps merged as `check` merges them. */
export function reducedModel(unreduced: Model): Model {
  return reduce(unmergedModel(unreduced), { purpose: "states", explore: exploreAll }).model;
}

function unmergedModel(unreduced: Model): Model {
  return foldConstants({ ...unreduced, liveness: [] });
}

/** The same as for claims about runs. */
export function reducedForRuns(unreduced: Model): Model {
  return reduce(unreduced, { purpose: "runs", explore: exploreAll }).model;
}

/** The explorer of src/explorer. */
export const fastExplore: Explore = (model, maxStates) => {
  const { complete, distinct, generated, depth, failing } = exploreSync(model, { maxStates });
  return complete ? { distinct, generated, depth, failing: [...failing.keys()].sort() } : undefined;
};

/** The names of the claims that the explorer of src/explorer finds false; undefined where there are too many states. */
export function fastRuns(model: Model, maxStates: number): readonly string[] | undefined {
  const { exploration, falseClaims } = exploreRuns(model, { maxStates });
  return exploration.complete ? [...falseClaims.keys()] : undefined;
}

/** Throws where a counterexample of the reduced model is none of the unreduced one. */
export function replayReduced(reduced: Model, unreduced: Model): void {
  const models = { plain: unreduced, unmerged: unmergedModel(unreduced), asked: reduced };
  for (const { check, invariant, path } of exploreAll(reduced).failing.values()) {
    tellStates(models, path(), { check, invariant });
  }
}

/** The explorer that stands on the interpreter. */
export const slowExplore: Explore = (model, maxStates) => {
  try {
    const exploration = explore(model, { limit: maxStates });
    const { distinct, generated, depth } = exploration;
    return { distinct, generated, depth, failing: verdictOf(exploration) };
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
};

/** Whether the error says that there are too many states, or no end of them. */
export function isTooLarge(error: unknown): boolean {
  return (
    error instanceof TooManyStates || (error instanceof Error && error.message.includes("buffer overflows"))
  );
}

function compiled(compile: () => Model): Model | undefined {
  try {
    return compile();
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** A text that the front end or a pass refuses: its error names a diagnostic. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.cause instanceof DiagnosticsError || /\bLW\d{4}\b/.test(error.message);
}
