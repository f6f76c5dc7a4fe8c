/** Asks the explorer about a case, in this process and without Java. */
import { exploreStopped } from "../diagnostics/engines.js";
import { type Exploration, type ExploreOptions, explore, type Violation } from "../explorer/explore.js";
import { exploreRunsInSlices } from "../explorer/liveness.js";
import { CHECKS, checkOf, GUESS, LIVENESS_CHECKS } from "../ir/checks.js";
import { timedOut } from "../tlc/diagnostics.js";
import type { Answer } from "./answer.js";
import { type CheckObserver, type CheckRequest, progressOf } from "./check-request.js";
import type { AskedModel, PreparedCase } from "./prepare.js";

export interface ExplorerRequest {
  readonly options: Pick<CheckRequest, "engine" | "timeoutSeconds">;
  readonly signal: AbortSignal;
  readonly prepared: PreparedCase;
  readonly observer: CheckObserver;
  readonly started: number;
  /** In bytes. */
  readonly maxMemory: number;
}

export interface ExplorerAnswer {
  readonly answer: Answer;
  readonly isGuessFalse: boolean;
  /**
   * Checks that can fail, by id, and for claims of the spec with the name: all of them where TLC is asked as well, and where
   * it is not, those that were met before the answer.
   */
  readonly failing: ReadonlySet<string>;
}

/** The answer is about what the spec expects, or else what is met first. */
export async function askExplorer(request: ExplorerRequest): Promise<ExplorerAnswer> {
  const { states, compiled } = request.prepared;
  const { expectedCheck: expected } = compiled.declaration;
  // Two engines can be compared only where this one has seen everything.
  const isAlone = request.options.engine === "explore";
  const until = (key: string) => key === GUESS || expected === undefined || checkOf(key) === expected;
  const known = isAlone ? states.explored : undefined;
  const { model, exploration } = known ?? {
    model: states.model,
    exploration: await explore(states.model, { ...optionsFor(request), ...(isAlone ? { until } : {}) }),
  };
  const trouble = troubleWith(request, exploration);
  if (trouble !== undefined) return trouble;
  const failing = new Set(exploration.failing.keys());
  const found = [...exploration.failing.values()];
  const counts = countsOf(exploration);
  if (failing.has(GUESS)) return { answer: { kind: "holds", states: counts }, isGuessFalse: true, failing };
  const violation = found.find(({ check }) => check === expected) ?? firstOf(found);
  const isWanted = expected !== undefined && LIVENESS_CHECKS.has(expected);
  if (violation === undefined || (isWanted && violation.check !== expected)) {
    const runs = await askAboutRuns(request, failing, violation);
    if (runs !== undefined) return runs;
  }
  if (violation === undefined)
    return { answer: { kind: "holds", states: counts }, isGuessFalse: false, failing };
  return {
    answer: violated(request, { model, unmerged: states.unmerged }, violation, counts),
    isGuessFalse: false,
    failing,
  };
}

function optionsFor({
  options,
  signal,
  observer,
  prepared,
  started,
  maxMemory,
}: ExplorerRequest): ExploreOptions {
  const { spec, declaration } = prepared.compiled;
  const { timeoutSeconds } = options;
  return {
    signal,
    // No signal of its own: AbortSignal.any() may forget a time-out when memory is swept (Node.js 20 does).
    ...(timeoutSeconds === undefined ? {} : { deadline: performance.now() + timeoutSeconds * 1000 }),
    maxBytes: maxMemory,
    onProgress: progressOf(observer, spec, declaration.name, started),
  };
}

function countsOf({ generated, distinct, depth }: Exploration) {
  return { generated, distinct, depth };
}

/** The claims about runs that are false; undefined where all hold, or where another than the expected one is not asked for. */
async function askAboutRuns(
  request: ExplorerRequest,
  failing: Set<string>,
  met: Violation | undefined,
): Promise<ExplorerAnswer | undefined> {
  const { runs, compiled } = request.prepared;
  if (compiled.model.liveness.length === 0) return undefined;
  const { exploration, falseClaims } = await exploreRunsInSlices(runs.model, optionsFor(request));
  const trouble = troubleWith(request, exploration);
  if (trouble !== undefined) return trouble;
  if (exploration.failing.has(GUESS)) {
    return { answer: { kind: "holds", states: countsOf(exploration) }, isGuessFalse: true, failing };
  }
  const claims = compiled.model.liveness.filter(({ name }) => falseClaims.has(name));
  for (const { check, name } of claims) failing.add(`${check}: ${name}`);
  const { expectedCheck: expected } = compiled.declaration;
  const claim = claims.find(({ check }) => check === expected) ?? (met === undefined ? claims[0] : undefined);
  if (claim === undefined) return undefined;
  const lasso = falseClaims.get(claim.name);
  if (lasso === undefined) return undefined;
  const answer: Answer = {
    kind: "violated",
    check: claim.check,
    alsoFails: met === undefined ? [] : [met.check],
    states: countsOf(exploration),
    tell: async () => {
      const { tellEndless } = await import("./tell-states.js");
      const { prefix, loop } = lasso;
      // A loop of one state is where the run stays.
      const back = loop.length === 1 ? undefined : prefix.length + 1;
      const models = { plain: compiled.model, asked: runs.model };
      return tellEndless(models, { states: [...prefix, ...loop], back }, claim);
    },
  };
  return { answer, isGuessFalse: false, failing };
}

/** The nearest to the initial state; of those the most severe, as TLC would name it. */
function firstOf(found: readonly Violation[]): Violation | undefined {
  const severity = [...CHECKS.keys()];
  const ranked = found.map((violation) => ({
    violation,
    length: violation.path().length,
    rank: severity.indexOf(violation.check),
  }));
  return ranked.sort((a, b) => a.length - b.length || a.rank - b.rank)[0]?.violation;
}

function violated(
  { prepared }: ExplorerRequest,
  asked: Pick<AskedModel, "model" | "unmerged">,
  violation: Violation,
  states: ReturnType<typeof countsOf>,
): Answer {
  const { check, invariant } = violation;
  return {
    kind: "violated",
    check,
    alsoFails: [],
    states,
    tell: async () => {
      const { tellStates } = await import("./tell-states.js");
      const models = { plain: prepared.compiled.model, unmerged: asked.unmerged, asked: asked.model };
      return tellStates(models, violation.path(), { check, invariant });
    },
  };
}

/** What kept the exploration from an answer; undefined where there is one. */
function troubleWith(
  { options, prepared }: ExplorerRequest,
  { stoppedBy, growth, distinct }: Exploration,
): ExplorerAnswer | undefined {
  if (stoppedBy === undefined || stoppedBy === "found" || stoppedBy === "moot") return undefined;
  const { spec, declaration } = prepared.compiled;
  const { timeoutSeconds } = options;
  const diagnostic =
    stoppedBy === "time" && timeoutSeconds !== undefined
      ? timedOut("the explorer", timeoutSeconds)
      : exploreStopped(spec, declaration.name, stoppedBy, distinct, growth?.place);
  return { answer: { kind: "trouble", diagnostic, resource: true }, isGuessFalse: false, failing: new Set() };
}
