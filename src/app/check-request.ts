/** What a run of `check` is asked for, and who is told about it. */

import { join } from "node:path";
import type { CaseReport } from "../report/reporter.js";
import { cacheFolder } from "../tlc/cache.js";
import type { Checkpoints } from "../tlc/checkpoint.js";
import type { CaseThreads } from "./case-threads.js";
import type { MovedCases } from "./moved-cases.js";
import type { SessionRequest } from "./session.js";

/** Who gives the verdict; `both` must agree. */
export type Engine = "tlc" | "explore" | "both";

export interface CheckRequest extends SessionRequest {
  readonly engine: Engine;
  /** False keeps one step for each shared access. */
  readonly reduce: boolean;
  /**
   * With the explorer alone: a case that is answered within so many states of its unmerged model is not merged, which
   * takes longer than exploring them. The verdict is the same; the states told are those that were explored.
   */
  readonly unmergedStates?: number;
  readonly tlcWorkers: number;
  /** Cases at a time; as many as the machine has room for where it is absent. */
  readonly maxWorkers?: number;
  /** Makes the threads in which cases that run at a time are asked about; without it all is done in this one. */
  readonly threads?: () => CaseThreads;
  /** Threads of whoever asks again and again: they stay when the run ends, and are used for a single case too. */
  readonly keptThreads?: CaseThreads;
  /** What was found of cases that may have moved since; only where the explorer alone is asked. */
  readonly moved?: MovedCases;
  /** Whether the run ends with the first case that is not as expected. */
  readonly bail?: boolean;
  /** In Java's notation, such as `4g`. */
  readonly maxHeap?: string;
  /** Bytes on the disk that the states of one TLC may take. */
  readonly maxDisk?: number;
  readonly timeoutSeconds?: number;
  /** Keeps checkpoints of long runs of TLC, and goes on from those of an earlier run. */
  readonly checkpoints?: Checkpoints;
  /** Whether to find out what the runs leave unexplored. */
  readonly coverage: boolean;
  /** Whether what is left unexplored fails the run; it is only noted here, for the report. */
  readonly strict: boolean;
  /** Where verdicts are remembered; absent where nothing is remembered and nothing known. */
  readonly cacheFolder?: string;
  /** Leaves the run directory where it is and tells where through `onNote`. */
  readonly keep: boolean;
}

/** Told about the run while it goes on. */
export interface CheckObserver {
  onStart?(cases: readonly { readonly spec: string; readonly case: string }[]): void;
  onCaseEnd?(report: CaseReport): void;
  /** Absolute paths of all files that decide about the run: its specs, and what they import. */
  onSources?(paths: readonly string[]): void;
  /** Only for cases that take more than three seconds. */
  onProgress?(spec: string, name: string, distinct: number, queue: number): void;
}

/** A case that takes no longer needs no progress. */
const QUIET_MS = 3000;

/** Tells the observer how far a case is, once it takes long; `started` is `performance.now()` when its work began. */
export function progressOf(
  observer: CheckObserver,
  spec: string,
  name: string,
  started: number,
): (progress: { readonly distinct: number; readonly queue: number }) => void {
  return ({ distinct, queue }) => {
    if (performance.now() - started > QUIET_MS) observer.onProgress?.(spec, name, distinct, queue);
  };
}

/** Writing one takes seconds for a model of many millions of states. */
const EVERY_SECONDS = 600;

/** What `--resume` asks for: in the cache folder, every ten minutes. */
export function checkpointsIn(env: SessionRequest["env"]): Checkpoints {
  return { folder: join(cacheFolder(env), "checkpoints"), everySeconds: EVERY_SECONDS };
}
