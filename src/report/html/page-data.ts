/** A run as the data of its page. */
import { inert } from "../../diagnostics/render.js";
import { changesSince } from "../compare.js";
import { findingsOf, strictWords } from "../coverage.js";
import type { CaseReport, EngineReport, ReporterContext, RunReport } from "../reporter.js";
import { countFindings } from "../strict.js";
import { countWords } from "../summary.js";
import { grouped } from "../text.js";
import {
  caseTitle,
  checkCommand,
  isDecided,
  mark,
  outcomeWords,
  placeWords,
  verdictWords,
} from "../words.js";
import type { CaseData, ChangeData, DiagnosticData, PageData } from "./data.js";
import { runData } from "./run-data.js";
import { sourcesOf } from "./sources.js";

/** Every text in it is inert: what a spec says is shown, and does nothing else. */
export function pageData(run: RunReport, context: ReporterContext): PageData {
  const strict = strictWords(run);
  const changes = changesOf(run, context);
  const { cases, coverage = [] } = run;
  const traces = cases.flatMap(({ trace }) => (trace === undefined ? [] : [trace]));
  const told: Omit<PageData, "sources"> = {
    counts: countWords(cases),
    isGood: cases.length > 0 && strict === undefined && cases.every(({ asExpected }) => asExpected),
    ...(strict === undefined ? {} : { strict }),
    made: `${run.tool.name === "latchwork" ? "Latchwork" : run.tool.name} ${run.tool.version}, ${engineWords(run.engine)}`,
    cases: cases.map((report) => caseData(report, idOf(report, cases))),
    ...(changes === undefined ? {} : { changes }),
    unexplored: coverage
      .filter((spec) => countFindings(spec) > 0)
      .map((spec) => ({ spec: spec.spec, findings: findingsOf(spec, context) })),
  };
  const sources = sourcesOf(traces, context).map((source) => ({ ...source, file: inert(source.file) }));
  return { ...(allInert(told) as typeof told), sources };
}

function caseData(report: CaseReport, id: string): CaseData {
  const { spec, states, why, source, message, coverage, trace, diagnostics = [] } = report;
  return {
    id,
    spec,
    name: report.case,
    mark: mark(report),
    tone: report.asExpected ? "good" : isDecided(report) ? "bad" : "undecided",
    verdict: verdictWords(report),
    outcome: outcomeWords(report),
    states: states === undefined ? "" : grouped(states.distinct),
    time: report.cached ? "cached" : `${report.seconds.toFixed(2)} s`,
    ...(coverage === undefined ? {} : { findings: countFindings(coverage) }),
    ...(why === undefined ? {} : { why }),
    ...(source === undefined ? {} : { standsFor: source }),
    ...(message === undefined ? {} : { message }),
    diagnostics: diagnostics.map(
      ({ code, span, message: what, why: reason, help }): DiagnosticData => ({
        code,
        ...(span === undefined ? {} : { place: placeWords(span) }),
        message: what,
        ...(reason === undefined ? {} : { why: reason }),
        ...(help === undefined ? {} : { help }),
      }),
    ),
    command: checkCommand(report),
    ...(trace === undefined ? {} : { run: runData(trace) }),
  };
}

function idOf(report: CaseReport, cases: readonly CaseReport[]): string {
  const isOnly = cases.filter((other) => other.case === report.case).length === 1;
  return isOnly ? report.case : `${report.spec}:${report.case}`;
}

function engineWords(engine: EngineReport): string {
  if (engine.name === "explore") return "its own explorer";
  const tlc = `TLC ${engine.version} on Java ${engine.java}`;
  return engine.name === "both" ? `${tlc}, and its own explorer` : tlc;
}

function changesOf(run: RunReport, { base }: ReporterContext): readonly ChangeData[] | undefined {
  if (base === undefined) return undefined;
  return changesSince(base, run).map((change) => ({
    what: change.case === undefined ? change.spec : caseTitle({ spec: change.spec, case: change.case }),
    kind: change.kind,
    from: change.from,
    to: change.to,
  }));
}

/** The same data with every text on one line and nothing in it that could steer a reader's eye. */
function allInert(value: unknown): unknown {
  if (typeof value === "string") return inert(value);
  if (Array.isArray(value)) return value.map(allInert);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, allInert(each)]));
}
