/**
 * `latchwork watch`: the explorer answers at each save, and TLC confirms behind it. Both go through `check` with what is
 * remembered, so only cases that have changed are asked about; what is slow to load or to read is kept between rounds.
 */
import { relative } from "node:path";
import { type Diagnostic, DiagnosticsError } from "../diagnostics/diagnostic.js";
import type { RunReport } from "../report/reporter.js";
import type { CaseThreads } from "./case-threads.js";
import { check } from "./check.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { type MovedCases, movedCases } from "./moved-cases.js";
import { findRoot } from "./project.js";
import { roomOn, thisMachine } from "./room.js";
import { type TypesBeside, typesBeside } from "./types-beside.js";
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
 * States of an unmerged model that are explored in less time than it is merged in. Counted and not timed, so that the same
 * spec is told the same everywhere.
 */
const UNMERGED_STATES = 50_000;

/** Threads that are there before it is known what there is to ask: most saves change no more cases than that. */
const MOST_STARTED = 4;

/** What stays from round to round: warm, and with what it has read. */
interface Kept {
  readonly types: TypesBeside;
  /** Of the explorer alone, so that no round waits for TLC about the one before. */
  readonly explorers: CaseThreads | undefined;
  readonly confirmers: CaseThreads | undefined;
  /** By the explorers. */
  readonly moved: MovedCases;
  /** Explorers that are there when a round begins. */
  readonly started: number;
}

/**
 * Watches until `request.signal` is aborted. With the engine `explore` nothing is confirmed. Throws what is no
 * DiagnosticsError: that is a defect.
 */
export async function watch(request: CheckRequest, observer: WatchObserver): Promise<void> {
  const root = findRoot(request.cwd);
  const { lanes } = roomOn(thisMachine(), { ...request, asksTlc: false, asksExplorer: true });
  const kept: Kept = {
    types: typesBeside(),
    explorers: request.threads?.(),
    confirmers: request.engine === "explore" ? undefined : request.threads?.(),
    moved: movedCases(),
    started: Math.min(lanes, MOST_STARTED),
  };
  const files = await watchFiles(root, request);
  const underWay = new Set<Promise<void>>();
  try {
    for (let changed: readonly string[] = []; ; ) {
      observer.onRound?.(changed.map((path) => relative(root, path)));
      const next = new AbortController();
      const signal = AbortSignal.any([
        next.signal,
        ...(request.signal === undefined ? [] : [request.signal]),
      ]);
      const begun = round({ ...request, checkTypes: kept.types.check, signal }, kept, observer, files.add);
      underWay.add(begun);
      // A defect must not wait for the next save.
      const failed = begun.then(() => {
        underWay.delete(begun);
        return new Promise<never>(() => undefined);
      });
      // What is under way is of no use from the first of several files on.
      const saved = await Promise.race([files.nextChange(SETTLE_MS, () => next.abort()), failed]);
      next.abort();
      if (saved === undefined) return;
      changed = saved;
    }
  } finally {
    await Promise.allSettled(underWay);
    await Promise.all([kept.types.close(), kept.explorers?.close(), kept.confirmers?.close(), files.close()]);
  }
}

async function round(
  request: CheckRequest,
  { explorers, confirmers, moved, started }: Kept,
  observer: WatchObserver,
  onSource: (path: string) => void,
): Promise<void> {
  const isOver = () => request.signal?.aborted === true;
  const asking = (keptThreads: CaseThreads | undefined) => (keptThreads === undefined ? {} : { keptThreads });
  // While this thread reads, those that were lost are replaced.
  explorers?.start(started);
  try {
    const explored = await check(
      {
        ...request,
        ...asking(explorers),
        engine: "explore",
        strict: false,
        unmergedStates: UNMERGED_STATES,
        moved,
      },
      noting(observer.onExplore(), onSource),
    );
    if (isOver()) return;
    observer.onExplored(explored);
    if (request.engine === "explore") return;
    const confirmed = await check({ ...request, ...asking(confirmers) }, {});
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
