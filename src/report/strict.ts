/** What --strict asks of a run. Light, because the exit code of every run depends on it. */
import type { Coverage, RunReport } from "./reporter.js";

/** How many things were not explored. */
export function countFindings(coverage: Coverage): number {
  const { unreached, branches, untaken, uncontended, vacuous } = coverage;
  return unreached.length + branches.length + untaken.length + uncontended.length + vacuous.length;
}

/** How many cases hold without anybody knowing what they explored. */
export function countUnmeasured({ cases }: RunReport): number {
  return cases.filter(({ verdict, coverage }) => verdict === "holds" && coverage === undefined).length;
}

/** Whether the run was asked to explore everything and did not, or cannot tell. */
export function failsStrict(run: RunReport): boolean {
  if (run.strict !== true) return false;
  return countUnmeasured(run) > 0 || (run.coverage ?? []).some((spec) => countFindings(spec) > 0);
}
