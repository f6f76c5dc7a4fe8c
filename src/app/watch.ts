/**
 * `latchwork watch`: the explorer answers at each save, and TLC confirms behind it. Both go through `check` with what is
 * remembered, so only cases that have changed are asked about; what is slow to load or to read is kept between rounds.
 */
import { relative } from "node:path";
import { type Diagnostic, DiagnosticsError } from "../diagnostics/diagnostic.js";
import { createTypeChecker } from "../frontend/type-check.js";
import type { RunReport } from "../report/reporter.js";
import { check } from "./check.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { findRoot } from "./project.js";
import { watchFiles } from "./watched-files.js";

/** Told of each round. */
export interface WatchObserver {
  /** Files that were saved, relative to the root; none in the first round. */
  onRound?(changed: readonly string[]): void;
  /** For the explorer's run of a round: a new one for each. */
  onExplore(): CheckObserver;
  onExplored(report: RunReport): void;
  /** TLC's report about the same. */
  onConfirmed(report: RunReport, explored: RunReport): void;
  /** Specs that are refused, or anything else that a run cannot be done for. */
  onRefused(diagnostics: readonly Diagnostic[]): void;
}

/** A save of several files, and an editor that writes a file in steps, are one change. In milliseconds. */
const SETTLE_MS = 40;

/**
 * Watches until `request.signal` is aborted. With the engine `explore` nothing is confirmed. Throws what is no
 * DiagnosticsError: that is a defect.
 */
export async function watch(request: CheckRequest, observer: WatchObserver): Promise<void> {
  const root = findRoot(request.cwd);
  const checkTypes = createTypeChecker();
  const files = await watchFiles(root, request);
  let confirming: Promise<void> | undefined;
  try {
    for (let changed: readonly string[] = []; ; ) {
      observer.onRound?.(changed.map((path) => relative(root, path)));
      const next = new AbortController();
      const signal = AbortSignal.any([
        next.signal,
        ...(request.signal === undefined ? [] : [request.signal]),
      ]);
      confirming = round({ ...request, checkTypes, signal }, observer, files.add);
      // A defect must not wait for the next save.
      const failed = confirming.then(() => new Promise<never>(() => undefined));
      const saved = await Promise.race([files.nextChange(SETTLE_MS), failed]);
      next.abort();
      if (saved === undefined) return;
      changed = saved;
    }
  } finally {
    await confirming?.catch(() => undefined);
    await files.close();
  }
}

async function round(
  request: CheckRequest,
  observer: WatchObserver,
  onSource: (path: string) => void,
): Promise<void> {
  const isOver = () => request.signal?.aborted === true;
  try {
    const explored = await check(
      { ...request, engine: "explore", strict: false },
      noting(observer.onExplore(), onSource),
    );
    if (isOver()) return;
    observer.onExplored(explored);
    if (request.engine === "explore") return;
    const confirmed = await check(request, {});
    if (!isOver()) observer.onConfirmed(confirmed, explored);
  } catch (error) {
    if (isOver()) return;
    if (!(error instanceof DiagnosticsError)) throw error;
    observer.onRefused(error.diagnostics);
  }
}

/** Watches what the specs import as well, wherever that is. */
function noting(observer: CheckObserver, onSource: (path: string) => void): CheckObserver {
  return {
    ...observer,
    onSources: (paths) => {
      for (const path of paths) onSource(path);
    },
  };
}
