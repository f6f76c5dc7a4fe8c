/** What the exit code of `latchwork` means; documented in the README. */

import type { RunReport } from "../report/reporter.js";
import { failsStrict } from "../report/strict.js";

export const AS_EXPECTED = 0;
/** Some case is not as expected, or a strict run left something unexplored. */
export const SURPRISE = 1;
/** The job could not be done: usage, a refused spec, no Java or jar, trouble with TLC. */
export const CANNOT = 2;
/** By signals: 128 and the signal's number, as shells have it. */
export const HUNG_UP = 129;
export const INTERRUPTED = 130;
export const TERMINATED = 143;

/** Trouble outweighs a surprise: a run that could not finish has not checked what it was asked to. */
export function exitCodeOf(report: RunReport): number {
  const troubled = report.cases.some(({ verdict }) => verdict === "inconclusive" || verdict === "error");
  if (troubled) return CANNOT;
  const asExpected = report.cases.every((each) => each.asExpected);
  return asExpected && !failsStrict(report) ? AS_EXPECTED : SURPRISE;
}
