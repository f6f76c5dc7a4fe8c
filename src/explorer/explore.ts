/**
 * The interpreter compiled to closures over packed states, breadth first, in this process: a second oracle beside TLC
 * that finds the same states and says the same about them.
 */
import { NoValue } from "../interpreter/numbers.js";
import type { State } from "../interpreter/state.js";
import type { Model } from "../ir/model.js";
import type { Reached } from "../ir/reached.js";
import { type Growth, growthOf } from "./growth.js";
import { type Finding, Search } from "./search.js";

export interface ExploreOptions {
  /** Ends the search past this many distinct states. */
  readonly maxStates?: number;
  /** Ends the search past this much memory. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Ends the search once `performance.now()` is past this. */
  readonly deadline?: number;
  /** Ends the search soon after one of these is met: the key of a finding in `failing`. */
  readonly until?: (key: string) => boolean;
  /** Ends the search soon after more guesses are refuted, where it has no purpose any more: given all of them. */
  readonly isMoot?: (refuted: ReadonlySet<string>) => boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Whether to note what the threads reach. */
  readonly notes?: boolean;
}

export interface Progress {
  readonly distinct: number;
  /** States that have been found and not looked at. */
  readonly queue: number;
  readonly depth: number;
}

/** Where something is wrong for the first time, breadth first: nothing shorter leads there. */
export interface Violation {
  readonly check: string;
  /** Its name, where it is an invariant. */
  readonly invariant: string | undefined;
  /** The states of the interpreter that lead there, the initial one first. */
  path(): readonly State[];
}

export interface Exploration {
  /** Whether every state has been seen. */
  readonly complete: boolean;
  /**
   * Absent where the exploration is complete. `overflow`: of a number or a store buffer, where TLC would stop too. `found`:
   * what it was to go on until. `moot`: it has no purpose any more.
   */
  readonly stoppedBy?: "states" | "memory" | "signal" | "time" | "overflow" | "found" | "moot";
  /** Counted as TLC counts them. */
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  /** Every check and invariant that fails somewhere, by the id of the check, or for invariants `invariant: name`. */
  readonly failing: ReadonlyMap<string, Violation>;
  /** Ids of the guesses whose condition was false where a step came to it, whether or not that step could be taken. */
  readonly refuted: ReadonlySet<string>;
  /** What the threads have reached, where that was to be noted. */
  readonly reached?: Reached;
  /** What keeps growing, where a limit was met. */
  readonly growth?: Growth;
  /** How much memory was used, roughly. */
  readonly bytes: number;
}

/** States between two looks at the limits: few enough for a tenth of a second, and fewer at first. */
const SLICE = 2000;
const FIRST_SLICE = 125;

/** How a search goes on. */
interface Pace {
  states: number;
  /** How many guesses were refuted at the last look. */
  refuted: number;
}

const startPace = (): Pace => ({ states: FIRST_SLICE, refuted: 0 });

/**
 * Goes through all states of the model, unless it is told to stop. A thread whose check fails stops and the others go on,
 * so that what can fail does not depend on the order.
 */
export function exploreSync(model: Model, options: ExploreOptions = {}): Exploration {
  return explored(model, new Search(model, options.notes), options);
}

/** As {@link exploreSync}, and timers and signals get their turn. */
export async function explore(model: Model, options: ExploreOptions = {}): Promise<Exploration> {
  return exploredInSlices(model, new Search(model, options.notes), options);
}

/** Something that takes memory beside the search. */
export interface Company {
  readonly bytes: number;
}

const NOBODY: Company = { bytes: 0 };

/** Takes a search to its end; for those who watch it. */
export function explored(
  model: Model,
  search: Search,
  options: ExploreOptions,
  company: Company = NOBODY,
): Exploration {
  const pace = startPace();
  for (;;) {
    const stopped = slice(search, options, company, pace);
    if (stopped !== undefined) return resultOf(model, search, stopped, company);
  }
}

/** As {@link explored}, and timers and signals get their turn. */
export async function exploredInSlices(
  model: Model,
  search: Search,
  options: ExploreOptions,
  company: Company = NOBODY,
): Promise<Exploration> {
  const pace = startPace();
  for (;;) {
    const stopped = slice(search, options, company, pace);
    if (stopped !== undefined) return resultOf(model, search, stopped, company);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Why a search is over; undefined while it is not. */
type Stop = "done" | NonNullable<Exploration["stoppedBy"]> | undefined;

function slice(search: Search, options: ExploreOptions, company: Company, pace: Pace): Stop {
  const { maxStates = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (options.signal?.aborted === true) return "signal";
  if (performance.now() > (options.deadline ?? Number.POSITIVE_INFINITY)) return "time";
  try {
    search.run(Math.min(pace.states, Math.max(1, maxStates)));
    pace.states = Math.min(SLICE, pace.states * 2);
  } catch (error) {
    if (error instanceof NoValue) return "overflow";
    // What the engine says where there is no memory for another piece.
    if (error instanceof RangeError && error.message.startsWith("Array buffer allocation")) return "memory";
    throw error;
  }
  const { count } = search.states;
  options.onProgress?.({ distinct: count, queue: count - search.expanded, depth: search.depth });
  const { until } = options;
  if (until !== undefined && !search.isDone && [...search.findings.keys()].some(until)) return "found";
  if (options.isMoot !== undefined && !search.isDone) {
    const refuted = refutedIn(search);
    if (refuted.size > pace.refuted && options.isMoot(refuted)) return "moot";
    pace.refuted = refuted.size;
  }
  if (search.isDone) return count > maxStates ? "states" : "done";
  if (count > maxStates) return "states";
  return search.bytes + company.bytes > maxBytes ? "memory" : undefined;
}

function resultOf(model: Model, search: Search, stopped: NonNullable<Stop>, company: Company): Exploration {
  const { states, generated, depth } = search;
  const failing = new Map([...search.findings].map(([key, finding]) => [key, violationOf(search, finding)]));
  const isCut = stopped === "states" || stopped === "memory" || stopped === "overflow";
  const growth = isCut ? growthOf(model, search) : undefined;
  return {
    complete: stopped === "done",
    ...(stopped === "done" ? {} : { stoppedBy: stopped }),
    distinct: states.count,
    generated,
    depth,
    failing,
    refuted: refutedIn(search),
    ...(search.notes === undefined ? {} : { reached: search.notes.reached }),
    ...(growth === undefined ? {} : { growth }),
    bytes: search.bytes + company.bytes,
  };
}

function refutedIn({ machine: { guesses, refuted } }: Search): ReadonlySet<string> {
  return new Set([...guesses].flatMap(([id, index]) => (refuted[index] === 1 ? [id] : [])));
}

function violationOf(search: Search, { check, invariant, state }: Finding): Violation {
  return { check, invariant, path: () => search.pathTo(state) };
}
