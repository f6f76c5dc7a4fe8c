/**
 * What must be true of every program. Each property takes a text, fails by throwing, and says whether the program was of
 * use, and what it saw: CI, `npm run fuzz` and experiments share them.
 */
import { expect } from "vitest";
import { CHECKS } from "../../src/ir/checks.js";
import type { Model } from "../../src/ir/model.js";
import { expectAgreement } from "../soundness/agreement.js";
import { checkRuns } from "../support/check-runs.js";
import { verdictOf } from "../support/explore.js";
import { falseClaims, type Graph, graphOf, hasFairRun } from "../support/liveness.js";
import {
  type Explore,
  type Findings,
  fastExplore,
  fastRuns,
  isTooLarge,
  reducedForRuns,
  reducedModel,
  replayReduced,
  slowExplore,
  unreducedModel,
} from "./models.js";

/** What a property saw of a program; undefined of one that is refused, or too large. */
export interface Seen {
  /** States of the unreduced model. */
  readonly unreduced: number;
  /** States of the reduced one, where there was one. */
  readonly reduced?: number;
  /** Whether anything fails in it. */
  readonly fails: boolean;
}

export type Property = (text: string) => Seen | undefined | Promise<Seen | undefined>;

/** More states than this in the unreduced model, and the program is thrown away. */
export const MOST_STATES = 4000;
/** The same for TLC, and for claims about runs. */
export const MOST_STATES_OF_TLC = 1500;
export const MOST_STATES_OF_RUNS = 1000;

/** What explores models here, unless the two explorers are compared. */
export const bestExplore: Explore = fastExplore;

/** Both explorers find as many states, as often, in as many levels, with the same failing. */
export function expectSameFindings(model: Model, one: Findings, two: Findings): void {
  expect(two, `the explorers disagree about ${model.case}`).toEqual(one);
}

/** The reduced model fails what the unreduced one fails, and nothing else; no guess in it is wrong. */
export function expectSameVerdict(unreduced: Findings, reduced: Findings): void {
  const guesses = reduced.failing.filter((check) => !CHECKS.has(check) && !check.startsWith("invariant: "));
  expect(guesses, "checks of the reduced model alone").toEqual([]);
  expect(comparable(reduced), "what fails, reduced against unreduced").toEqual(comparable(unreduced));
  expect(reduced.distinct, "states, reduced against unreduced").toBeLessThanOrEqual(unreduced.distinct);
}

/**
 * What fails. Where nobody can go on at last, it depends on steps that nobody sees whether a circle of waits was there while
 * somebody still could.
 */
function comparable({ failing }: Findings): readonly string[] {
  return failing.includes("deadlock") ? failing.filter((check) => check !== "wait-cycle") : failing;
}

/** The explorer of src/explorer agrees with the interpreter, and the reduced model with the unreduced one. */
export const explorersAgree: Property = (text) => {
  const unreduced = unreducedModel(text);
  const found = unreduced && bestExplore(unreduced, MOST_STATES);
  if (unreduced === undefined || found === undefined) return undefined;
  const slow = slowExplore(unreduced, MOST_STATES);
  expect(slow, "the model is larger for the interpreter").toBeDefined();
  expectSameFindings(unreduced, slow!, found);
  const reduced = reducedModel(unreduced);
  const foundReduced = bestExplore(reduced, MOST_STATES * 4);
  expect(foundReduced, "the reduced model is larger").toBeDefined();
  expectSameVerdict(found, foundReduced!);
  replayReduced(reduced, unreduced);
  const fails = found.failing.length > 0;
  return { unreduced: found.distinct, reduced: foundReduced!.distinct, fails };
};

/** TLC finds the states of the unreduced and of the reduced model that the explorer finds, and says the same of each. */
export const tlcAgrees: Property = async (text) => {
  const unreduced = unreducedModel(text);
  if (unreduced === undefined || slowExplore(unreduced, MOST_STATES_OF_TLC) === undefined) return undefined;
  const found = await expectAgreement(unreduced);
  const seen = { unreduced: found.distinct, fails: verdictOf(found).length > 0 };
  const reduced = await expectAgreement(reducedModel(unreduced));
  return { ...seen, reduced: reduced.distinct };
};

/** Undefined where there are too many states to wait for, or in which every run fails a check. */
function graph(model: Model): Graph | undefined {
  try {
    const found = graphOf(model, MOST_STATES_OF_RUNS);
    return hasFairRun(found) ? found : undefined;
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
}

/** The same claims about runs are false of the unreduced and of the reduced model. */
export const sameRuns: Property = (text) => {
  const unreduced = unreducedModel(text);
  const all = unreduced && graph(unreduced);
  if (all === undefined) return undefined;
  const wanted = falseClaims(all);
  const fast = fastRuns(unreduced!, MOST_STATES_OF_RUNS);
  if (fast !== undefined) expect(fast, "the explorers disagree about runs").toEqual(wanted);
  const seen = { unreduced: all.states.size, fails: wanted.length > 0 };
  const fewer = graphOf(reducedForRuns(unreduced!), MOST_STATES_OF_RUNS * 4);
  expect(falseClaims(fewer), "false claims, reduced against unreduced").toEqual(wanted);
  return { ...seen, reduced: fewer.states.size };
};

/** TLC finds those claims false that are false of the explored graph, and its counterexamples are told. */
export const tlcFindsSameRuns: Property = async (text) => {
  const unreduced = unreducedModel(text);
  const all = unreduced && graph(unreduced);
  if (all === undefined) return undefined;
  const wanted = falseClaims(all);
  await expectClaims(unreduced!, wanted);
  await expectClaims(reducedForRuns(unreduced!), wanted);
  return { unreduced: all.states.size, fails: wanted.length > 0 };
};

async function expectClaims(model: Model, wanted: readonly string[]): Promise<void> {
  const answers = [...(await checkRuns(model))];
  expect(answers.flatMap(([claim, told]) => (told === undefined ? [] : [claim]))).toEqual(wanted);
}
