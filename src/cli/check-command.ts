/** `latchwork check [paths…]`. */
import { caseThreads } from "../app/case-threads.js";
import { check } from "../app/check.js";
import { type CheckRequest, checkpointsIn, type Engine } from "../app/check-request.js";
import { findRoot } from "../app/project.js";
import { rememberingFolder } from "../app/remembering.js";
import type { SessionRequest } from "../app/session.js";
import type { RunReport } from "../report/reporter.js";
import { AS_EXPECTED, CANNOT, exitCodeOf } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { createProgress, type Progress } from "./progress.js";
import { openReporting, type ReportingFlags } from "./reporting.js";

/** Options as commander delivers them. */
export interface CheckFlags extends ReportingFlags {
  readonly case: readonly string[];
  readonly set: readonly string[];
  /** Path of an earlier report. */
  readonly compare?: string;
  readonly memory?: NonNullable<SessionRequest["memory"]>;
  readonly engine: Engine;
  /** False for --no-reduce. */
  readonly reduce: boolean;
  readonly explainMerge?: boolean;
  readonly tlcWorkers: number;
  readonly maxWorkers?: number;
  readonly bail?: boolean;
  readonly shard?: SessionRequest["shard"];
  readonly maxHeap?: string;
  readonly maxDisk?: number;
  readonly timeout?: number;
  readonly resume?: boolean;
  readonly tlcJar?: string;
  readonly java?: string;
  readonly list?: boolean;
  readonly keep?: boolean;
  /** False for --no-cache. */
  readonly cache: boolean;
  /** False for --no-coverage. */
  readonly coverage: boolean;
  readonly strict?: boolean;
}

/** What check and compile are asked in the same words. */
export function sessionRequest(
  paths: readonly string[],
  flags: Pick<CheckFlags, "case" | "set" | "memory" | "shard" | "tlcJar" | "java">,
  interrupt: Interrupt,
  progress: Progress,
): SessionRequest {
  return {
    cwd: process.cwd(),
    env: process.env,
    paths,
    casePatterns: flags.case,
    settings: flags.set,
    ...(flags.memory === undefined ? {} : { memory: flags.memory }),
    ...(flags.shard === undefined ? {} : { shard: flags.shard }),
    signal: interrupt.signal,
    ...(flags.java === undefined ? {} : { java: flags.java }),
    ...(flags.tlcJar === undefined ? {} : { tlcJar: flags.tlcJar }),
    onNote: progress.onNote,
    onDownload: progress.onDownload,
  };
}

/** What the flags ask for. */
export function checkRequest(
  session: SessionRequest,
  flags: Omit<CheckFlags, keyof ReportingFlags>,
): CheckRequest {
  return {
    ...session,
    engine: flags.engine,
    reduce: flags.reduce,
    tlcWorkers: flags.tlcWorkers,
    ...(flags.maxWorkers === undefined ? {} : { maxWorkers: flags.maxWorkers }),
    threads: caseThreads,
    bail: flags.bail === true,
    keep: flags.keep === true,
    // Whoever wants TLC's files wants TLC to run.
    ...(flags.cache && flags.keep !== true
      ? { cacheFolder: rememberingFolder(findRoot(session.cwd), session.env) }
      : {}),
    coverage: flags.coverage,
    strict: flags.strict === true,
    ...(flags.maxHeap === undefined ? {} : { maxHeap: flags.maxHeap }),
    ...(flags.maxDisk === undefined ? {} : { maxDisk: flags.maxDisk }),
    ...(flags.resume === true ? { checkpoints: checkpointsIn(session.env) } : {}),
    ...(flags.timeout === undefined ? {} : { timeoutSeconds: flags.timeout }),
  };
}

/** Runs the command and returns its exit code. Throws a DiagnosticsError. */
export async function runCheck(
  paths: readonly string[],
  flags: CheckFlags,
  interrupt: Interrupt,
): Promise<number> {
  const progress = createProgress(process.stderr, process.env);
  try {
    const session = sessionRequest(paths, flags, interrupt, progress);
    if (flags.list === true) return await list(session, progress);
    if (flags.explainMerge === true) return await explainMerge(session, progress);
    return await run(session, flags, interrupt, progress);
  } finally {
    progress.end();
  }
}

async function list(session: SessionRequest, progress: Progress): Promise<number> {
  const { listCases } = await import("../app/list-cases.js");
  const cases = await listCases(session);
  const lines = cases.map(({ spec, declaration }) => `${spec}  ${declaration.name}\n`);
  progress.print(() => void process.stdout.write(lines.join("")));
  return AS_EXPECTED;
}

async function explainMerge(session: SessionRequest, progress: Progress): Promise<number> {
  const { explainMerging } = await import("../app/explain-merge.js");
  const lines = await explainMerging(session);
  progress.print(() => void process.stdout.write(lines.map((line) => `${line}\n`).join("")));
  return AS_EXPECTED;
}

async function run(
  session: SessionRequest,
  flags: CheckFlags,
  interrupt: Interrupt,
  progress: Progress,
): Promise<number> {
  const base = flags.compare === undefined ? undefined : await readBase(flags.compare);
  const { all, end } = await openReporting(flags, session.cwd, progress, base);
  const report = await check(checkRequest(session, flags), {
    onStart: (cases) => {
      progress.onStart(cases);
      all.onRunStart(cases);
    },
    onCaseEnd: (ended) => {
      // A case that was cut short has nothing to tell.
      if (interrupt.signal.aborted) return;
      progress.onCaseEnd(ended);
      all.onCaseEnd(ended);
    },
    onProgress: progress.onProgress,
  });
  progress.end();
  if (interrupt.signal.aborted) return CANNOT;
  end(report);
  return exitCodeOf(report);
}

/** The schema of reports takes as long to load as all that a remembered run needs. */
async function readBase(path: string): Promise<RunReport> {
  const { readReportFile } = await import("./report-file.js");
  return readReportFile(path);
}
