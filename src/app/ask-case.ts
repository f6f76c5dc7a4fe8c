/**
 * One case from its compiled form to the verdict: merged, translated, and put to the engines. All that goes in and comes
 * out is plain data, so that it can be done in a thread of its own.
 */
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { type CaseRequest, type CheckedCase, checkCase } from "./check-case.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import type { GeneratedFile } from "./generated.js";
import type { CompiledCase } from "./load.js";
import { translateCase } from "./models.js";
import { exploredUnmerged, type PreparedCase, type PrepareOptions, prepareCase } from "./prepare.js";

export interface CaseJob {
  readonly compiled: CompiledCase;
  readonly options: CaseOptions;
  /** Absent where the explorer alone is asked. */
  readonly tools: Tools | undefined;
  readonly explorerBytes: number;
  /** Of the case alone. */
  readonly directory: RunDirectory;
}

export type CaseOptions = CaseRequest["options"] & Pick<CheckRequest, "reduce" | "unmergedStates">;

/** What of a run's request is about each case, without all that cannot leave a thread. */
export function caseOptions(request: CheckRequest): CaseOptions {
  const { engine, reduce, unmergedStates, tlcWorkers, coverage } = request;
  const { maxHeap, maxDisk, timeoutSeconds, checkpoints } = request;
  return {
    engine,
    reduce,
    ...(unmergedStates === undefined ? {} : { unmergedStates }),
    tlcWorkers,
    coverage,
    ...(maxHeap === undefined ? {} : { maxHeap }),
    ...(maxDisk === undefined ? {} : { maxDisk }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
  };
}

/** Whoever wants the verdict, while it is being found. */
export interface CaseListener {
  readonly signal: AbortSignal;
  readonly onProgress: NonNullable<CheckObserver["onProgress"]>;
  /** Told before Java is started for the first time; what it throws ends the work. */
  readonly onJava: () => void;
  /** Told once the models are translated, before an engine is asked about them. */
  readonly onModels: (files: readonly GeneratedFile[]) => void;
  /** Told once an engine is at work. */
  readonly onBegin: () => void;
}

/** Has the engines find the verdict. Throws a DiagnosticsError where the models cannot be translated. */
export async function askCase(job: CaseJob, listener: CaseListener): Promise<CheckedCase> {
  const started = performance.now();
  const { compiled, options, tools, directory, explorerBytes } = job;
  const { signal, onProgress, onJava, onModels, onBegin } = listener;
  const prepare = async (how: PrepareOptions) => {
    const prepared = prepareCase(compiled, { ...how, forExplorer: tools === undefined });
    if (tools !== undefined) onJava();
    const files = tools === undefined ? [] : await translateCase(tools, directory, prepared, { signal });
    return { prepared, files };
  };
  const small = tools === undefined ? await prepareSmall(compiled, options, signal) : undefined;
  const { prepared, files } = small ?? (await prepare({ reduce: options.reduce }));
  onModels(files);
  if (options.engine !== "tlc") onBegin();
  return checkCase({
    options,
    tools,
    signal,
    directory,
    prepared,
    prepareAgain: async (how) => (await prepare(how)).prepared,
    observer: { onProgress },
    onTlcStart: onBegin,
    explorerBytes,
    started,
  });
}

/** As it is, where that is quicker than to merge it; nobody but the explorer may be asked. */
async function prepareSmall(
  compiled: CompiledCase,
  { reduce, unmergedStates }: CaseOptions,
  signal: AbortSignal,
): Promise<{ readonly prepared: PreparedCase; readonly files: readonly GeneratedFile[] } | undefined> {
  if (!reduce || unmergedStates === undefined) return undefined;
  const prepared = await exploredUnmerged(compiled, unmergedStates, signal);
  return prepared && { prepared, files: [] };
}
