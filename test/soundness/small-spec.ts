/** A spec of a few lines with what must be found in it. */
export interface SmallSpec {
  readonly name: string;
  /** Without imports and cases: see wholeSpec. */
  readonly text: string;
  /** Every check and invariant that some reachable state violates, in any order. */
  readonly fails: readonly string[];
  /** Distinct states, where their number is the point. */
  readonly distinct?: number;
}
