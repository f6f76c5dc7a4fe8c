/**
 * What the page knows: the JSON inside the HTML report, made by the reporter and read by the client. Everything is in
 * words already, so that the page says what the terminal says; only what depends on the chosen step is left to it.
 */

export interface PageData {
  /** `12 cases: 12 as expected (…)`. */
  readonly counts: string;
  readonly isGood: boolean;
  /** Why a strict run fails although each case is as expected. */
  readonly strict?: string;
  /** Who gave the verdicts: `Latchwork 0.1.0, TLC 2.19, Java 17`. */
  readonly made: string;
  readonly cases: readonly CaseData[];
  /** What differs from a base report; absent where there is none. */
  readonly changes?: readonly ChangeData[];
  readonly unexplored: readonly UnexploredData[];
  readonly sources: readonly SourceData[];
}

export interface CaseData {
  /** What the address of the page calls it: the name, with its spec where another spec has a case of that name. */
  readonly id: string;
  readonly spec: string;
  readonly name: string;
  readonly mark: string;
  readonly tone: "good" | "bad" | "undecided";
  readonly verdict: string;
  /** `as expected`, or what should have come out. */
  readonly outcome: string;
  readonly states: string;
  readonly time: string;
  /** How many things this case left unexplored; absent where that was not measured. */
  readonly findings?: number;
  readonly why?: string;
  /** The commit or file that the case stands for. */
  readonly standsFor?: string;
  readonly message?: string;
  readonly diagnostics: readonly DiagnosticData[];
  /** Shows this case alone. */
  readonly command: string;
  readonly run?: RunData;
}

export interface DiagnosticData {
  readonly code: string;
  readonly place?: string;
  readonly message: string;
  readonly why?: string;
  readonly help?: string;
}

export interface ChangeData {
  readonly what: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

export interface UnexploredData {
  readonly spec: string;
  readonly findings: readonly { readonly place: string; readonly words: string }[];
}

/** A file that some run cites. */
export interface SourceData {
  readonly file: string;
  readonly lines: readonly string[];
  /** Whether some statement is not where the report says: the file is not the one that was checked. */
  readonly hasChanged: boolean;
}

/** Lines of a file, from 1. */
export interface PlaceData {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
}

export interface LaneData {
  readonly cpu: string;
  readonly thread: string;
}

/** A counterexample. */
export interface RunData {
  readonly lanes: readonly LaneData[];
  readonly steps: readonly StepData[];
  /** Number of the step that the run goes back to from its end. */
  readonly loop?: number;
  readonly check: string;
  readonly message: string;
  readonly place?: PlaceData;
  readonly sentences: readonly string[];
  readonly scenario: readonly ScenarioData[];
  readonly waits: readonly WaitData[];
  /** Shared memory before the first step. */
  readonly initial: readonly { readonly path: string; readonly value: string }[];
  /** `16 steps, 3 context switches`. */
  readonly length: string;
}

export interface StepData extends PlaceData {
  /** From 1; also its place in `steps`. */
  readonly n: number;
  /** Index in `lanes`. */
  readonly lane: number;
  readonly text: string;
  /** `pt_timer_fn() > pt_lock()`, on the first step of a thread in it. */
  readonly heading?: string;
  readonly notes: readonly NoteData[];
  readonly fails: boolean;
  /** Why another thread has just left off, or why this one has to come now. */
  readonly switchReason?: string;
  /** False where a shortest telling leaves it out. */
  readonly isEssential: boolean;
  readonly lock?: { readonly path: string; readonly kind: "takes" | "drops" };
  readonly effects: readonly EffectData[];
  /** Outermost first. */
  readonly stack: readonly FrameData[];
}

export interface NoteData {
  readonly text: string;
  readonly kind: "plain" | "lock" | "failure";
}

export interface EffectData {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

export interface FrameData extends PlaceData {
  readonly procedure: string;
}

/** A line of what lockdep would print. */
export interface ScenarioData {
  readonly lane: number;
  readonly text: string;
  /** The step that it stands for. */
  readonly n?: number;
}

/** A thread that cannot go on at the end. */
export interface WaitData extends PlaceData {
  /** Absent for a thread that has no column. */
  readonly lane?: number;
  readonly thread: string;
  readonly text: string;
  readonly waitingFor: string;
  /** Those in the way. */
  readonly holders: readonly { readonly lane?: number; readonly thread: string }[];
  /** The step since which the first of them is. */
  readonly since?: number;
}
