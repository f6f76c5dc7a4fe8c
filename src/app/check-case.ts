/** One case: TLC's outcome to a verdict with its interleaving. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InternalError } from "../base/assert.js";
import { doesNotReplay, storeBufferOverflow } from "../diagnostics/catalog.js";
import { emitWatch, type Watch } from "../emit/coverage.js";
import { type EmittedInvariant, printConfig, type Question } from "../emit/module.js";
import type { EmittedProperty } from "../emit/properties.js";
import { LIVENESS_CHECKS } from "../ir/checks.js";
import { isSharedAccess, visitBlocks } from "../ir/terms.js";
import type { CaseReport, StateCounts } from "../report/reporter.js";
import type { TlcOutcome, Violated } from "../tlc/outcome.js";
import { runTlc } from "../tlc/run.js";
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Interleaving } from "../trace/interleaving.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { coverageOf, type Explored, explored, noteLine, nothingReached, type Reached } from "./coverage.js";
import type { CaseModel, Tools } from "./models.js";

export interface CaseRequest {
  readonly options: Pick<CheckRequest, "tlcWorkers" | "maxHeap" | "timeoutSeconds" | "coverage">;
  readonly tools: Tools;
  readonly signal: AbortSignal;
  readonly directory: RunDirectory;
  readonly model: CaseModel;
  readonly observer: CheckObserver;
  /** `performance.now()` when the work on this case began. */
  readonly started: number;
}

/** A case that takes no longer needs no progress. */
const QUIET_MS = 3000;

export interface CheckedCase {
  readonly report: CaseReport;
  /** As TLC names itself. */
  readonly version: string | undefined;
  /** What its runs reached; absent where that was not measured. */
  readonly explored?: Explored;
}

/** A case under way, with what notes what its runs reach. */
interface Checking extends CaseRequest {
  readonly watch: Watch | undefined;
  readonly reached: Reached;
}

/** Runs TLC on a translated case. Trouble with TLC is a verdict of the report, not an exception. */
export async function checkCase(request: CaseRequest): Promise<CheckedCase> {
  const { emitted, model, spec, declaration } = request.model.compiled;
  const watch = request.options.coverage ? emitWatch(model, emitted) : undefined;
  if (watch === undefined) return search({ ...request, watch, reached: nothingReached() });
  const reached = nothingReached();
  const file = join(request.directory.path, `${watch.module}.tla`);
  await writeFile(file, watch.text);
  const checked = await search({ ...request, watch, reached });
  const { verdict } = checked.report;
  if (verdict === "inconclusive") return checked;
  // The watch must never be what stands in the way of a verdict, nor what an error is told of.
  if (verdict === "error" && request.signal.aborted) return checked;
  if (verdict === "error") return search({ ...request, watch: undefined, reached: nothingReached() });
  const complete = verdict === "holds";
  const found = explored(spec, model, reached, { complete, excused: declaration.uncovered !== undefined });
  if (!complete) return { ...checked, explored: found };
  return { ...checked, report: { ...checked.report, coverage: coverageOf(found) }, explored: found };
}

async function search(request: Checking): Promise<CheckedCase> {
  const { emitted, declaration } = request.model.compiled;
  const { invariants } = emitted;
  const first = await run(request, { invariants }, "");
  const expected = declaration.expectedCheck;
  if (first.kind === "holds") return checkRuns(request, first);
  const met = first.kind === "violated" ? violatedInvariant(request, first) : undefined;
  if (expected === undefined || met === undefined || met.check === expected) {
    return report(request, { outcome: first, violated: met }, []);
  }
  // Another check fails first. The thread that failed it has stopped and the others go on: the expected check is
  // asked for alone before this is called a surprise.
  const second = LIVENESS_CHECKS.has(expected)
    ? await askForProperty(request, expected)
    : await askForInvariants(request, expected);
  if (second === undefined) return report(request, { outcome: first, violated: met }, []);
  return report(request, second, [met.check]);
}

/** What TLC said, and for a violation what of. */
interface Found {
  readonly outcome: TlcOutcome;
  readonly violated: EmittedInvariant | EmittedProperty | undefined;
}

/** The invariants of one check alone; undefined where they hold. */
async function askForInvariants(request: Checking, check: string): Promise<Found | undefined> {
  const only = request.model.compiled.emitted.invariants.filter((invariant) => invariant.check === check);
  if (only.length === 0) return undefined;
  const outcome = await run(request, { invariants: only }, "expected_");
  if (outcome.kind === "holds") return undefined;
  return { outcome, violated: outcome.kind === "violated" ? violatedInvariant(request, outcome) : undefined };
}

/** The properties of one check, over the runs in which nothing else fails; undefined where they hold. */
async function askForProperty(request: Checking, check: string): Promise<Found | undefined> {
  for (const property of request.model.compiled.emitted.properties) {
    if (property.check !== check) continue;
    const outcome = await run(request, { property: property.excluding }, "expected_");
    if (outcome.kind !== "holds") return { outcome, violated: property };
  }
  return undefined;
}

/** No state is wrong: now the claims about runs, the expected one first, each in a run of TLC of its own. */
async function checkRuns(request: Checking, safe: TlcOutcome): Promise<CheckedCase> {
  const { emitted, declaration } = request.model.compiled;
  const isExpected = ({ check }: EmittedProperty) => Number(check === declaration.expectedCheck);
  for (const property of emitted.properties.toSorted((a, b) => isExpected(b) - isExpected(a))) {
    const outcome = await run(request, { property: property.operator }, "runs_");
    if (outcome.kind !== "holds") return report(request, { outcome, violated: property }, []);
  }
  return report(request, { outcome: safe, violated: undefined }, []);
}

async function run(request: Checking, question: Question, prefix: string): Promise<TlcOutcome> {
  const { directory, model, observer, tools, signal } = request;
  const { tlcWorkers, maxHeap, timeoutSeconds } = request.options;
  const { spec, declaration, emitted } = model.compiled;
  const { module } = emitted.naming;
  const configFile = join(directory.path, `${prefix}${module}.cfg`);
  const { watch, reached } = request;
  const config = printConfig(emitted.naming, question);
  // Marks are made where states are explored; claims about runs go over the same states once more.
  const watched = watch !== undefined && "invariants" in question;
  await writeFile(configFile, watched ? `${config}INVARIANT ${watch.operator}\n` : config);
  const outcome = await runTlc({
    ...tools,
    directory,
    moduleFile: join(directory.path, `${watched ? watch.module : module}.tla`),
    configFile,
    ...(!watched ? {} : { onPrinted: (line: string) => noteLine(watch, reached, line) }),
    workers: tlcWorkers,
    signal,
    ...(maxHeap === undefined ? {} : { maxHeap }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    onProgress: ({ distinct, queue }) => {
      const elapsed = performance.now() - request.started;
      if (elapsed > QUIET_MS) observer.onProgress?.(spec, declaration.name, distinct, queue);
    },
  });
  // The one assertion of an emitted module: see emit/store-buffers.ts.
  if (outcome.kind !== "violated" || outcome.what.type !== "assert") return outcome;
  const diagnostic = storeBufferOverflow(spec, declaration.name);
  return { ...outcome, kind: "trouble", diagnostic, resource: true, defect: false, log: "" };
}

function violatedInvariant(request: CaseRequest, outcome: Violated): EmittedInvariant {
  const { what } = outcome;
  const { invariants } = request.model.compiled.emitted;
  const found =
    what.type === "invariant" ? invariants.find(({ operator }) => operator === what.name) : undefined;
  if (found === undefined)
    throw new InternalError(`TLC reports ${JSON.stringify(what)}, which no check stands for`);
  return found;
}

async function report(
  request: CaseRequest,
  { outcome, violated }: Found,
  alsoFails: readonly string[],
): Promise<CheckedCase> {
  const { spec, declaration } = request.model.compiled;
  const expected = declaration.expectedCheck;
  const common = {
    spec,
    case: declaration.name,
    expect:
      expected === undefined ? ({ kind: "holds" } as const) : ({ kind: "fails", check: expected } as const),
    ...(declaration.why === undefined ? {} : { why: declaration.why }),
    steps: { accesses: countAccesses(request), merged: 0 },
    seconds: (performance.now() - request.started) / 1000,
    cached: false,
  };
  const { version } = outcome;
  if (outcome.kind === "holds") {
    const states = countsOf(outcome.states, 0);
    return { version, report: { ...common, verdict: "holds", asExpected: expected === undefined, states } };
  }
  if (outcome.kind === "trouble") {
    const { diagnostic, resource } = outcome;
    const verdict = resource ? "inconclusive" : "error";
    return {
      version,
      report: {
        ...common,
        verdict,
        asExpected: false,
        message: diagnostic.message,
        diagnostics: [diagnostic],
      },
    };
  }
  if (violated === undefined) throw new InternalError("TLC reports a violation, and nobody asked for it");
  const states =
    outcome.states === undefined ? {} : { states: countsOf(outcome.states, outcome.trace.states.length) };
  try {
    const trace = await tellTrace(request, outcome, violated);
    return {
      version,
      report: {
        ...common,
        ...states,
        verdict: "violated",
        check: violated.check,
        ...(alsoFails.length === 0 ? {} : { alsoFails }),
        asExpected: violated.check === expected,
        message: trace.failure.message,
        trace,
      },
    };
  } catch (error) {
    if (!(error instanceof InternalError)) throw error;
    const diagnostic = doesNotReplay(spec, declaration.name, error.message);
    return {
      version,
      report: {
        ...common,
        ...states,
        verdict: "error",
        asExpected: false,
        message: diagnostic.message,
        diagnostics: [diagnostic],
      },
    };
  }
}

/** TLC leaves the depth out after some failures; the counterexample is then as deep as it looked. */
function countsOf(states: NonNullable<Violated["states"]>, traceLength: number): StateCounts {
  return { ...states, depth: states.depth ?? traceLength };
}

/** The value grammar costs half a second to load: only a counterexample needs it. */
async function tellTrace(
  request: CaseRequest,
  outcome: Violated,
  violated: EmittedInvariant | EmittedProperty,
): Promise<Interleaving> {
  const { tellState, tellRun } = await import("./tell-case.js");
  const { model, emitted } = request.model.compiled;
  const property = model.liveness.find(
    ({ check, name }) => check === violated.check && name === violated.name,
  );
  if (property !== undefined) return tellRun(model, emitted.naming, outcome, property);
  return tellState(model, emitted.naming, outcome, { check: violated.check, invariant: violated.name });
}

function countAccesses({ model }: CaseRequest): number {
  let accesses = 0;
  for (const process of model.compiled.model.processes) {
    // What a store buffer does belongs to the access that filled it.
    if (process.threads[0]?.drains !== undefined) continue;
    for (const step of process.steps) {
      let touches = false;
      visitBlocks(step.body, ({ actions }) => {
        touches ||= actions.some(isSharedAccess);
      });
      if (touches) accesses++;
    }
  }
  return accesses;
}
