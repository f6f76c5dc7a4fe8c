/** One case: what the engines say about it, and what they left unexplored, as a report. */
import { bug, InternalError } from "../base/assert.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { doesNotReplay, endless } from "../diagnostics/engines.js";
import type { Model } from "../ir/model.js";
import { isSharedAccess, visitBlocks } from "../ir/terms.js";
import type { CaseReport } from "../report/reporter.js";
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { differenceOf, disagreement } from "./agreement.js";
import type { Answer } from "./answer.js";
import { askExplorer, type ExplorerAnswer } from "./ask-explorer.js";
import type { TlcAnswer } from "./ask-tlc.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { coverageOf, type Explored } from "./coverage.js";
import { endlessIn } from "./endless.js";
import type { CompiledCase } from "./load.js";
import { askChecker } from "./measure-coverage.js";
import { exploreGuesses, type PreparedCase, type PrepareOptions } from "./prepare.js";

export interface CaseRequest {
  readonly options: Pick<
    CheckRequest,
    "engine" | "tlcWorkers" | "maxHeap" | "maxDisk" | "timeoutSeconds" | "coverage" | "checkpoints"
  >;
  /** Absent where the explorer alone is asked. */
  readonly tools: Tools | undefined;
  readonly signal: AbortSignal;
  readonly directory: RunDirectory;
  readonly prepared: PreparedCase;
  /** Prepares and translates the case once more, with less merged. */
  readonly prepareAgain: (options: PrepareOptions) => Promise<PreparedCase>;
  readonly observer: CheckObserver;
  /** What the explorer may use. */
  readonly explorerBytes: number;
  /** Told whenever a run of TLC has begun. */
  readonly onTlcStart?: () => void;
  /** `performance.now()` when the work on this case began. */
  readonly started: number;
}

export interface CheckedCase {
  readonly report: CaseReport;
  /** As TLC names itself. */
  readonly version: string | undefined;
  /** What its runs reached; absent where that was not measured. */
  readonly explored?: Explored;
}

/** Asks the engines about a translated case. Trouble with them is a verdict of the report, not an exception. */
export async function checkCase(request: CaseRequest): Promise<CheckedCase> {
  const { engine } = request.options;
  const { endless: found } = request.prepared;
  if (found !== undefined) {
    const { spec, declaration } = request.prepared.compiled;
    const diagnostic = endless(spec, declaration.name, found);
    return {
      report: await reportOf(request, { kind: "trouble", diagnostic, resource: true }),
      version: undefined,
    };
  }
  const isGuessFalse = (answers: readonly (TlcAnswer | ExplorerAnswer | undefined)[]) =>
    answers.some((answer) => answer?.isGuessFalse === true);
  const byExplorer = engine === "tlc" ? undefined : await askTheExplorer(request);
  const byTlc = engine === "explore" ? undefined : await askChecker(request);
  if (isGuessFalse([byExplorer, byTlc])) return checkAgain(request, { reduce: true, guess: false });
  const answer = together(request, byTlc?.answer, byExplorer);
  if (mayHideCircle(request, answer)) return checkAgain(request, { reduce: false });
  const report = await reportOf(request, namingWhatGrows(request, answer));
  const { explored: reached } = byTlc ?? {};
  const version = byTlc?.version;
  if (reached === undefined || report.verdict === "error" || report.verdict === "inconclusive") {
    return { report, version };
  }
  if (report.verdict !== "holds") return { report, version, explored: reached };
  return { report: { ...report, coverage: coverageOf(reached) }, version, explored: reached };
}

/**
 * Where nothing was merged nobody has looked for an end of states before. An engine that runs out of time or room is told
 * what grows, if that is why.
 */
function namingWhatGrows({ prepared: { compiled, states } }: CaseRequest, answer: Answer): Answer {
  if (answer.kind !== "trouble" || !answer.resource || states.reduction !== undefined) return answer;
  const found = endlessIn(states.model, exploreGuesses(states.model));
  if (found === undefined) return answer;
  return { ...answer, diagnostic: endless(compiled.spec, compiled.declaration.name, found) };
}

async function checkAgain(request: CaseRequest, options: PrepareOptions): Promise<CheckedCase> {
  return checkCase({ ...request, prepared: await request.prepareAgain(options) });
}

/**
 * Where nobody can go on at last, it depends on steps that nobody sees whether a circle of waits was there while somebody
 * still could: merged, they may be gone. Who expects the circle and meets something else is answered without merging.
 */
function mayHideCircle({ prepared: { compiled, states } }: CaseRequest, answer: Answer): boolean {
  const isMerged = states.reduction !== undefined;
  const isMissed = answer.kind === "violated" && answer.check !== "wait-cycle";
  return isMerged && isMissed && compiled.declaration.expectedCheck === "wait-cycle";
}

function askTheExplorer({
  options,
  signal,
  prepared,
  observer,
  started,
  explorerBytes,
}: CaseRequest): Promise<ExplorerAnswer> {
  return askExplorer({ options, signal, prepared, observer, started, maxMemory: explorerBytes });
}

/** What the engines that were asked say; where both were, one without an answer, or with another, is trouble. */
function together(
  request: CaseRequest,
  tlc: Answer | undefined,
  explorer: ExplorerAnswer | undefined,
): Answer {
  if (tlc === undefined || explorer === undefined) {
    return tlc ?? explorer?.answer ?? bug("no engine was asked");
  }
  const { answer } = explorer;
  if (tlc.kind === "trouble") return tlc;
  if (answer.kind === "trouble") return answer;
  const { compiled } = request.prepared;
  const difference = differenceOf(tlc, answer, explorer.failing, compiled.declaration.expectedCheck);
  return difference === undefined ? tlc : disagreement(compiled, difference);
}

/** The report of a case about which there is no answer, because nobody was left to give one. */
export function unanswered(compiled: CompiledCase, diagnostic: Diagnostic, seconds: number): CaseReport {
  const { message } = diagnostic;
  return {
    ...identityOf(compiled),
    steps: countSteps(compiled.model, compiled.model),
    seconds,
    verdict: "inconclusive",
    asExpected: false,
    message,
    diagnostics: [diagnostic],
  };
}

async function reportOf(request: CaseRequest, answer: Answer): Promise<CaseReport> {
  const { compiled, states: asked } = request.prepared;
  const { spec, declaration } = compiled;
  const expected = declaration.expectedCheck;
  const common = { ...identityOf(compiled), steps: countSteps(compiled.model, asked.model) };
  const seconds = () => (performance.now() - request.started) / 1000;
  if (answer.kind === "holds") {
    const { states } = answer;
    return { ...common, seconds: seconds(), verdict: "holds", asExpected: expected === undefined, states };
  }
  if (answer.kind === "trouble") {
    const { diagnostic, resource } = answer;
    const verdict = resource ? "inconclusive" : "error";
    const { message } = diagnostic;
    return { ...common, seconds: seconds(), verdict, asExpected: false, message, diagnostics: [diagnostic] };
  }
  const { check, alsoFails, states } = answer;
  const counted = states === undefined ? {} : { states };
  try {
    const trace = await answer.tell();
    return {
      ...common,
      ...counted,
      seconds: seconds(),
      verdict: "violated",
      check,
      ...(alsoFails.length === 0 ? {} : { alsoFails }),
      asExpected: check === expected,
      message: trace.failure.message,
      trace,
    };
  } catch (error) {
    if (!(error instanceof InternalError)) throw error;
    const diagnostic = doesNotReplay(spec, declaration.name, error.message);
    const { message } = diagnostic;
    return {
      ...common,
      ...counted,
      seconds: seconds(),
      verdict: "error",
      asExpected: false,
      message,
      diagnostics: [diagnostic],
    };
  }
}

/** What a report says of a case whatever the answer is. */
function identityOf({ spec, declaration: { name, expectedCheck, why, source } }: CompiledCase) {
  const expect: CaseReport["expect"] =
    expectedCheck === undefined ? { kind: "holds" } : { kind: "fails", check: expectedCheck };
  return {
    spec,
    case: name,
    expect,
    ...(why === undefined ? {} : { why }),
    ...(source === undefined ? {} : { source }),
    cached: false,
  };
}

/** Steps with shared accesses, and how many of them were merged into a neighbour's. */
function countSteps(plain: Model, asked: Model): CaseReport["steps"] {
  const begins = new Set(asked.processes.flatMap(({ steps }) => steps.map(({ label }) => label)));
  let accesses = 0;
  let merged = 0;
  for (const process of plain.processes) {
    // What a store buffer does belongs to the access that filled it.
    if (process.threads[0]?.drains !== undefined) continue;
    for (const { label, body } of process.steps) {
      let touches = false;
      visitBlocks(body, ({ actions }) => {
        touches ||= actions.some(isSharedAccess);
      });
      if (!touches) continue;
      accesses++;
      if (!begins.has(label)) merged++;
    }
  }
  return { accesses, merged };
}
