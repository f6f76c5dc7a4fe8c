/** What --strict asks of a run. Light, because the exit code of every run depends on it. */
import type { Coverage, RunReport } from "./reporter.js";

/** How many things were not explored. */
export function countFindings(coverage: Coverage): number {
  const { unreached, branches, untaken, uncontended, vacuous } = coverage;
  return unreached.length + branches.length + untaken.length + uncontended.length + vacuous.length;
}

/** Whether the run was asked to explore everything and did not. */
export function failsStrict({ strict, coverage = [] }: RunReport): boolean {
  return strict === true && coverage.some((spec) => countFindings(spec) > 0);
}
