/** What differs between two reports of the same specs: what a reviewer wants to know before anything else. */
import type { CaseReport, RunReport, SpecCoverage } from "./reporter.js";
import { countFindings } from "./strict.js";
import { grouped } from "./text.js";
import { verdictWords } from "./words.js";

/** What became of one case, or of what a spec leaves unexplored. */
export interface Change {
  /** `specs/vpt/vpt.ts › split`, or the spec alone where it is about coverage. */
  readonly spec: string;
  readonly case?: string;
  readonly kind: "verdict" | "added" | "removed" | "states" | "time" | "coverage";
  readonly from: string;
  readonly to: string;
}

/** A ratio of times below this is the noise of a shared machine, and so is a difference of less than a second. */
const SLOWER = 2;
const NOISE_SECONDS = 1;

/** The differences of `run` from `base`: verdicts first, then cases that came and went, states, times, coverage. */
export function changesSince(base: RunReport, run: RunReport): readonly Change[] {
  const before = new Map(base.cases.map((report) => [keyOf(report), report]));
  const now = new Map(run.cases.map((report) => [keyOf(report), report]));
  const both = run.cases.flatMap((report) => {
    const old = before.get(keyOf(report));
    return old === undefined ? [] : [{ old, report }];
  });
  // A run of some specs says nothing about the others.
  const specs = new Set(run.cases.map(({ spec }) => spec));
  const gone = base.cases.filter((report) => specs.has(report.spec) && !now.has(keyOf(report)));
  return [
    ...both.flatMap(({ old, report }) => verdictChange(old, report)),
    ...run.cases.flatMap((report) => (before.has(keyOf(report)) ? [] : [added(report)])),
    ...gone.map(
      (report): Change => ({ ...named(report), kind: "removed", from: verdictWords(report), to: "" }),
    ),
    ...both.flatMap(({ old, report }) => stateChange(old, report)),
    ...both.flatMap(({ old, report }) => timeChange(old, report)),
    ...coverageChanges(base.coverage, run.coverage),
  ];
}

function keyOf({ spec, case: name }: CaseReport): string {
  return JSON.stringify([spec, name]);
}

function named({ spec, case: name }: CaseReport): Pick<Change, "spec" | "case"> {
  return { spec, case: name };
}

function added(report: CaseReport): Change {
  return { ...named(report), kind: "added", from: "", to: verdictWords(report) };
}

function verdictChange(old: CaseReport, report: CaseReport): Change[] {
  const [from, to] = [verdictWords(old), verdictWords(report)];
  return from === to ? [] : [{ ...named(report), kind: "verdict", from, to }];
}

function stateChange(old: CaseReport, report: CaseReport): Change[] {
  const [from, to] = [old.states?.distinct, report.states?.distinct];
  if (from === undefined || to === undefined || from === to) return [];
  return [{ ...named(report), kind: "states", from: grouped(from), to: grouped(to) }];
}

/** Time is told only where both runs took it and the difference can be no noise. */
function timeChange(old: CaseReport, report: CaseReport): Change[] {
  if (old.cached || report.cached) return [];
  const [from, to] = [old.seconds, report.seconds];
  const ratio = Math.max(from, to) / Math.min(from, to);
  if (ratio < SLOWER || Math.abs(from - to) < NOISE_SECONDS) return [];
  return [{ ...named(report), kind: "time", from: `${from.toFixed(1)} s`, to: `${to.toFixed(1)} s` }];
}

function coverageChanges(
  base: readonly SpecCoverage[] | undefined,
  run: readonly SpecCoverage[] | undefined,
): Change[] {
  const before = new Map((base ?? []).map((found) => [found.spec, countFindings(found)]));
  return (run ?? []).flatMap((found): Change[] => {
    const [from, to] = [before.get(found.spec), countFindings(found)];
    if (from === undefined || from === to) return [];
    return [{ spec: found.spec, kind: "coverage", from: `${from} not explored`, to: `${to} not explored` }];
  });
}
