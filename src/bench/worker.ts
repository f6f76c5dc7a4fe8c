/**
 * A measurement in a thread of its own: it begins cold, as a command does, leaves nothing behind, and can be ended
 * where it takes too long.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { CompiledCase } from "../app/load.js";
import { type AskedModel, type PreparedCase, prepareCase } from "../app/prepare.js";
import { exploreSync } from "../explorer/explore.js";
import { checkOf } from "../ir/checks.js";
import type { Model } from "../ir/model.js";
import type { Decision } from "../reduction/reduce.js";

export interface Limits {
  readonly states: number;
  readonly seconds: number;
}

export interface Explored {
  /** False where a limit was met: then there are more states, and it takes longer. */
  readonly complete: boolean;
  readonly distinct: number;
  readonly ms: number;
  readonly bytes: number;
}

export interface Prepared {
  readonly prepared: PreparedCase;
  /** About the states. */
  readonly decisions: readonly Decision[];
  /** What merging took. */
  readonly prepareMs: number;
  readonly explored: Explored;
}

type Job =
  | {
      readonly kind: "case";
      readonly compiled: CompiledCase;
      readonly reduce: boolean;
      readonly limits: Limits;
    }
  | {
      readonly kind: "model";
      readonly model: Model;
      readonly limits: Limits;
      readonly until: string | undefined;
    };

/** Merges the case and explores it; undefined where that was not done after twice the time. */
export function exploreCase(
  compiled: CompiledCase,
  reduce: boolean,
  limits: Limits,
): Promise<Prepared | undefined> {
  return run<Prepared>({ kind: "case", compiled, reduce, limits });
}

/** Explores the model to its end, or until this check fails. */
export function exploreModel(model: Model, limits: Limits, until?: string): Promise<Explored | undefined> {
  return run<Explored>({ kind: "model", model, limits, until });
}

function run<T>(job: Job): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    const end = setTimeout(() => {
      resolve(undefined);
      void worker.terminate();
    }, job.limits.seconds * 2000);
    worker.once("message", (result: T) => {
      clearTimeout(end);
      resolve(result);
      void worker.terminate();
    });
    // Without a message: ended by the machine.
    worker.once("exit", (code) => {
      clearTimeout(end);
      reject(new Error(`the thread ended with ${code}`));
    });
    worker.once("error", (error) => {
      clearTimeout(end);
      reject(error);
    });
  });
}

function work(job: Job): Prepared | Explored {
  if (job.kind === "model") return explored(job.model, job.limits, job.until);
  const started = performance.now();
  const prepared = prepareCase(job.compiled, { reduce: job.reduce });
  const prepareMs = performance.now() - started;
  const states = withoutReduction(prepared.states);
  const runs = prepared.runs === prepared.states ? states : withoutReduction(prepared.runs);
  return {
    prepared: { compiled: job.compiled, states, runs },
    decisions: prepared.states.reduction?.decisions ?? [],
    prepareMs,
    explored: explored(prepared.states.model, job.limits),
  };
}

/** There are functions in a reduction, which cannot be handed from one thread to another. */
function withoutReduction({ model, symmetric, unmerged, emitted, map }: AskedModel): AskedModel {
  return { model, symmetric, unmerged, emitted, map };
}

function explored(model: Model, { states, seconds }: Limits, until?: string): Explored {
  const controller = new AbortController();
  const started = performance.now();
  const { complete, distinct, bytes } = exploreSync(model, {
    maxStates: states,
    signal: controller.signal,
    ...(until === undefined ? {} : { until: (key: string) => checkOf(key) === until }),
    onProgress: () => {
      if (performance.now() - started > seconds * 1000) controller.abort();
    },
  });
  return { complete, distinct, bytes, ms: performance.now() - started };
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(work(workerData as Job));
