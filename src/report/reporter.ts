/** The reporter contract: what a run tells, and the read-only views that a reporter receives. */
import type { Span } from "../base/span.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CheckId, Interleaving } from "../trace/interleaving.js";

export type Verdict = "holds" | "violated" | "inconclusive" | "error";

/** What a case was expected to do. */
export type Expectation = { readonly kind: "holds" } | { readonly kind: "fails"; readonly check: CheckId };

export interface StateCounts {
  readonly generated: number;
  readonly distinct: number;
  readonly depth: number;
}

/** What was not explored although the model has it: a design that holds holds also because of this. */
export interface Coverage {
  /** Statements that no thread took. */
  readonly unreached: readonly Span[];
  /** Conditions that were evaluated and never gave this answer. */
  readonly branches: readonly { readonly span: Span; readonly side: "true" | "false" }[];
  /** Locks that were never taken. */
  readonly untaken: readonly string[];
  /**
   * Locks that were taken, for which no thread ever had to wait, and that no two stood before at once. Where a model is
   * too large to be sure that nobody waits between merged accesses, they are left out.
   */
  readonly uncontended: readonly string[];
  /** Invariants with a premise that no state meets, and claims about the end where no run ends. */
  readonly vacuous: readonly { readonly invariant: string; readonly span: Span }[];
}

/** What no case of a spec explored, together, in this run. */
export interface SpecCoverage extends Coverage {
  readonly spec: string;
}

export interface CaseReport {
  /** Path of the spec relative to the project root. */
  readonly spec: string;
  readonly case: string;
  readonly expect: Expectation;
  /** The reason given in the spec. */
  readonly why?: string;
  /** What the case stands for, as the spec names it: a commit, a message, a file. */
  readonly source?: string;
  readonly verdict: Verdict;
  /** The check that failed, for verdict violated. */
  readonly check?: CheckId;
  /** Checks met before the expected one and passed over to reach it. */
  readonly alsoFails?: readonly CheckId[];
  readonly asExpected: boolean;
  /** One sentence: what failed or why there is no verdict. */
  readonly message?: string;
  readonly states?: StateCounts;
  /** Shared accesses of the model and, of these, those merged into a neighbour's step. */
  readonly steps: { readonly accesses: number; readonly merged: number };
  readonly seconds: number;
  readonly cached: boolean;
  /** Absent where it was not measured, and where a run that ended early says nothing about it. */
  readonly coverage?: Coverage;
  readonly trace?: Interleaving;
  /** What stood in the way, for verdicts inconclusive and error. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** Who gave the verdicts; the explorer is a part of Latchwork and has its version. */
export type EngineReport =
  | { readonly name: "explore" }
  | {
      readonly name: "tlc" | "both";
      readonly version: string;
      readonly jar: { readonly source: string; readonly sha256: string };
      readonly java: string;
    };

/** What the runs of one case reached, of what its model has: enough to sum cases up that ran on several machines. */
export interface ExploredRecord {
  readonly spec: string;
  readonly targets: {
    readonly statements: readonly Span[];
    readonly sides: readonly { readonly span: Span; readonly side: "true" | "false" }[];
    readonly locks: readonly string[];
    readonly invariants: readonly {
      readonly invariant: string;
      readonly span: Span;
      readonly premise: number;
    }[];
  };
  /** By keys that mean the same in every report. */
  readonly reached: {
    readonly statements: readonly string[];
    readonly sides: readonly string[];
    readonly taken: readonly string[];
    readonly contended: readonly string[];
    readonly premises: readonly string[];
  };
  /** Whether every state was explored. */
  readonly complete: boolean;
  /** Whether the case says itself that it leaves things unexplored. */
  readonly excused: boolean;
}

/** Which part of a run this is, with what `latchwork merge` needs to make the whole of the parts. */
export interface ShardReport {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  /** The same in all shards of one run: its specs, its options and the code of Latchwork. */
  readonly run: string;
  /** Every case of the whole run, in its order. */
  readonly cases: readonly { readonly spec: string; readonly case: string }[];
  /** The cases of this shard that were measured, in the order of the report. */
  readonly explored: readonly ExploredRecord[];
}

export interface RunReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "latchwork"; readonly version: string };
  readonly engine: EngineReport;
  readonly cases: readonly CaseReport[];
  /** Cases that the run ended before, as it was asked to do at the first surprise; absent where there are none. */
  readonly notChecked?: readonly { readonly spec: string; readonly case: string }[];
  /** One entry for each spec of which some case was explored to the end; absent where that was not measured. */
  readonly coverage?: readonly SpecCoverage[];
  /** Whether the run was asked to fail for what {@link coverage} finds. */
  readonly strict?: boolean;
  /** Absent where the run was not one of several. */
  readonly shard?: ShardReport;
}

/** What a reporter may write to and how. */
export interface ReporterContext {
  readonly colour: boolean;
  /** Columns of the terminal; 100 where there is none. */
  readonly width: number;
  /** The source of a spec, or undefined where it cannot be read; `file` as in a Span. */
  readonly readSource: (file: string) => string | undefined;
  /** Of the project in its repository, for who has only that: `designs/locks`; empty or absent where they are the same. */
  readonly folder?: string;
  /** An earlier report that this one is compared with. */
  readonly base?: RunReport;
  /** Appends to the summary that a CI service shows of a job; absent where there is none. */
  readonly appendSummary?: (text: string) => void;
}

/** All hooks are optional; `write` appends to the reporter's own destination (stdout or its output file). */
export interface Reporter {
  /** Before the first case: how many there will be. */
  onRunStart?(cases: readonly { readonly spec: string; readonly case: string }[]): void;
  /** A case has its verdict. */
  onCaseEnd?(report: CaseReport): void;
  /** All cases have. */
  onRunEnd?(report: RunReport): void;
}

/** Builds a reporter that appends its document to `write`. */
export type ReporterFactory = (context: ReporterContext, write: (text: string) => void) => Reporter;
