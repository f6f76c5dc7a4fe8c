/** Asks TLC about a case: first about its states, then, where none is wrong, about its runs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InternalError } from "../base/assert.js";
import { storeBufferOverflow } from "../diagnostics/engines.js";
import type { Watch } from "../emit/coverage.js";
import { type EmittedInvariant, printConfig, type Question } from "../emit/module.js";
import type { EmittedProperty } from "../emit/properties.js";
import { GUESS, LIVENESS_CHECKS } from "../ir/checks.js";
import type { Reached } from "../ir/reached.js";
import type { StateCounts } from "../report/reporter.js";
import type { TlcOutcome, Violated } from "../tlc/outcome.js";
import { runTlc } from "../tlc/run.js";
import { type RunDirectory, withinRoom } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import type { Answer } from "./answer.js";
import { type CheckObserver, type CheckRequest, progressOf } from "./check-request.js";
import { noteLine } from "./marks.js";
import type { AskedModel, PreparedCase } from "./prepare.js";

export interface TlcRequest {
  readonly options: Pick<
    CheckRequest,
    "engine" | "tlcWorkers" | "maxHeap" | "maxDisk" | "timeoutSeconds" | "checkpoints"
  >;
  readonly tools: Tools;
  readonly signal: AbortSignal;
  /** With the modules of the case. */
  readonly directory: RunDirectory;
  readonly prepared: PreparedCase;
  readonly observer: CheckObserver;
  /** Told whenever a run of TLC has begun. */
  readonly onTlcStart?: () => void;
  /** `performance.now()` when the work on this case began. */
  readonly started: number;
  /** Notes in `reached` what the runs reach; absent where nobody wants to know. */
  readonly watch: Watch | undefined;
  readonly reached: Reached;
}

export interface TlcAnswer {
  readonly answer: Answer;
  /** As TLC names itself. */
  readonly version: string | undefined;
  /** A guess that merging stands on is false: there is no answer about the case in this. */
  readonly isGuessFalse: boolean;
}

/** What TLC said, about which model, and for a violation what of. */
interface Found {
  readonly asked: AskedModel;
  readonly outcome: TlcOutcome;
  readonly violated: EmittedInvariant | EmittedProperty | undefined;
}

/** Runs TLC until there is an answer. Trouble with TLC is an answer too, not an exception. */
export async function askTlc(request: TlcRequest): Promise<TlcAnswer> {
  const { states, compiled } = request.prepared;
  const first = await askAboutStates(request, states.emitted.invariants, "");
  const { expectedCheck: expected } = compiled.declaration;
  if (first.outcome.kind === "holds") return answerOf(request, await askAboutRuns(request, first), []);
  const met = first.violated;
  if (expected === undefined || met === undefined || met.check === expected || met.check === GUESS) {
    return answerOf(request, first, []);
  }
  // Another check fails first. The thread that failed it has stopped and the others go on: the expected check is
  // asked for alone before this is called a surprise.
  const second = LIVENESS_CHECKS.has(expected)
    ? await askForProperty(request, expected)
    : await askForInvariants(request, expected);
  return second === undefined ? answerOf(request, first, []) : answerOf(request, second, [met.check]);
}

async function askAboutStates(
  request: TlcRequest,
  invariants: readonly EmittedInvariant[],
  prefix: string,
): Promise<Found> {
  const asked = request.prepared.states;
  const outcome = await run(request, asked, { invariants }, prefix);
  return {
    asked,
    outcome,
    violated: outcome.kind === "violated" ? violatedInvariant(asked, outcome) : undefined,
  };
}

/** The invariants of one check alone; undefined where they hold. */
async function askForInvariants(request: TlcRequest, check: string): Promise<Found | undefined> {
  const only = request.prepared.states.emitted.invariants.filter((invariant) => invariant.check === check);
  if (only.length === 0) return undefined;
  // What merging stands on must hold for this answer as well.
  const guesses = guessesIn(request.prepared.states);
  const found = await askAboutStates(request, [...guesses, ...only], "expected_");
  return found.outcome.kind === "holds" ? undefined : found;
}

/** The properties of one check, over the runs in which nothing else fails; undefined where they hold. */
async function askForProperty(request: TlcRequest, check: string): Promise<Found | undefined> {
  const asked = request.prepared.runs;
  for (const property of asked.emitted.properties) {
    if (property.check !== check) continue;
    const found = await askAboutProperty(request, property, property.excluding, "expected_");
    if (found.outcome.kind !== "holds") return found;
  }
  return undefined;
}

/** No state is wrong: now the claims about runs, the expected one first, each in a run of TLC of its own. */
async function askAboutRuns(request: TlcRequest, safe: Found): Promise<Found> {
  const { runs: asked, compiled } = request.prepared;
  const isExpected = ({ check }: EmittedProperty) => Number(check === compiled.declaration.expectedCheck);
  for (const property of asked.emitted.properties.toSorted((a, b) => isExpected(b) - isExpected(a))) {
    const found = await askAboutProperty(request, property, property.operator, "runs_");
    if (found.outcome.kind !== "holds") return found;
  }
  return safe;
}

/** The guesses that merging stands on are asked about with it: each model has its own. */
async function askAboutProperty(
  request: TlcRequest,
  property: EmittedProperty,
  operator: string,
  prefix: string,
): Promise<Found> {
  const asked = request.prepared.runs;
  const invariants = guessesIn(asked);
  const outcome = await run(request, asked, { property: operator, invariants }, prefix);
  const isGuess = outcome.kind === "violated" && outcome.what.type === "invariant";
  return { asked, outcome, violated: isGuess ? violatedInvariant(asked, outcome) : property };
}

function guessesIn({ emitted }: AskedModel): readonly EmittedInvariant[] {
  return emitted.invariants.filter(({ check }) => check === GUESS);
}

async function run(
  request: TlcRequest,
  asked: AskedModel,
  question: Question,
  prefix: string,
): Promise<TlcOutcome> {
  const { directory, prepared, observer, tools, signal, watch, reached } = request;
  const { tlcWorkers, maxHeap, maxDisk, timeoutSeconds, checkpoints } = request.options;
  const { spec, declaration } = prepared.compiled;
  const { emitted } = asked;
  const { module } = emitted.naming;
  const configFile = join(directory.path, `${prefix}${module}.cfg`);
  // A run that comes back in another's place has not come back: a claim about runs needs every state. And two engines
  // can be compared only where both count every state.
  const { symmetry } = emitted;
  const isFolded =
    symmetry !== undefined && question.property === undefined && request.options.engine === "tlc";
  const config = printConfig(emitted.naming, isFolded ? { ...question, symmetry } : question);
  // Marks are made where states are explored; claims about runs go over the same states once more.
  const watched = watch !== undefined && question.property === undefined;
  const text = watched ? `${config}INVARIANT ${watch.operator}\n` : config;
  await withinRoom(directory, () => writeFile(configFile, text));
  const outcome = await runTlc({
    ...tools,
    directory,
    moduleFile: join(directory.path, `${watched ? watch.module : module}.tla`),
    configFile,
    ...(!watched ? {} : { onPrinted: (line: string) => noteLine(watch, reached, line) }),
    workers: tlcWorkers,
    expectedStates: asked.seen ?? Number.POSITIVE_INFINITY,
    signal,
    ...(maxHeap === undefined ? {} : { maxHeap }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
    ...(maxDisk === undefined ? {} : { maxDisk }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(request.onTlcStart === undefined ? {} : { onStart: request.onTlcStart }),
    onProgress: progressOf(observer, spec, declaration.name, request.started),
  });
  // The one assertion of an emitted module: see emit/store-buffers.ts.
  if (outcome.kind !== "violated" || outcome.what.type !== "assert") return outcome;
  const diagnostic = storeBufferOverflow(spec, declaration.name);
  return { ...outcome, kind: "trouble", diagnostic, resource: true, defect: false, log: "" };
}

function violatedInvariant({ emitted }: AskedModel, { what }: Violated): EmittedInvariant {
  const found =
    what.type === "invariant" ? emitted.invariants.find(({ operator }) => operator === what.name) : undefined;
  if (found === undefined)
    throw new InternalError(`TLC reports ${JSON.stringify(what)}, which no check stands for`);
  return found;
}

function answerOf(
  request: TlcRequest,
  { asked, outcome, violated }: Found,
  alsoFails: readonly string[],
): TlcAnswer {
  const { version } = outcome;
  if (outcome.kind === "trouble") {
    const { diagnostic, resource } = outcome;
    return { answer: { kind: "trouble", diagnostic, resource }, version, isGuessFalse: false };
  }
  if (outcome.kind === "holds") {
    return { answer: { kind: "holds", states: countsOf(outcome.states, 0) }, version, isGuessFalse: false };
  }
  if (violated === undefined) throw new InternalError("TLC reports a violation, and nobody asked for it");
  const { states, trace } = outcome;
  const answer: Answer = {
    kind: "violated",
    check: violated.check,
    alsoFails,
    ...(states === undefined ? {} : { states: countsOf(states, trace.states.length) }),
    tell: async () => {
      // The value grammar costs half a second to load: only a counterexample needs it.
      const { tellState, tellRun } = await import("./tell-case.js");
      const { model: plain } = request.prepared.compiled;
      const { symmetric: model, unmerged, emitted } = asked;
      const models = { plain, unmerged, asked: model };
      const property = plain.liveness.find(
        ({ check, name }) => check === violated.check && name === violated.name,
      );
      if (property !== undefined) return tellRun(models, emitted.naming, outcome, property);
      const found = { check: violated.check, invariant: violated.name };
      return tellState(models, emitted.naming, outcome, found);
    },
  };
  return { answer, version, isGuessFalse: violated.check === GUESS };
}

/** TLC leaves the depth out after some failures; the counterexample is then as deep as it looked. */
function countsOf(states: NonNullable<Violated["states"]>, traceLength: number): StateCounts {
  return { ...states, depth: states.depth ?? traceLength };
}
