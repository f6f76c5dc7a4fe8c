/** What an engine says about a case. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { StateCounts } from "../report/reporter.js";
import type { CheckId, Interleaving } from "../trace/interleaving.js";

export type Answer =
  | { readonly kind: "holds"; readonly states: StateCounts }
  | {
      readonly kind: "violated";
      readonly check: CheckId;
      /** Checks met before this one and passed over to reach it. */
      readonly alsoFails: readonly CheckId[];
      /** Absent where the engine stopped before it had counted. */
      readonly states?: StateCounts;
      /** Throws an InternalError where the counterexample does not replay. */
      readonly tell: () => Promise<Interleaving>;
    }
  /** No verdict. */
  | { readonly kind: "trouble"; readonly diagnostic: Diagnostic; readonly resource: boolean };
