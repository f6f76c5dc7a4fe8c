/** `latchwork merge`: the reports of all shards of a run, as the report of the run. */

import { fail } from "../diagnostics/diagnostic.js";
import { doubledShard, foreignShard, missingShards, noShard } from "../diagnostics/shards.js";
import type { CaseReport, RunReport, ShardReport } from "../report/reporter.js";
import { coverageBySpec, exploredIn } from "./coverage.js";
import type { CaseName } from "./shard.js";

/** A report with the name of the file that it is from. */
export interface NamedReport {
  readonly file: string;
  readonly report: RunReport;
}

interface Part extends NamedReport {
  readonly shard: ShardReport;
}

/**
 * The report that the run would have given in one piece: all but the times are the same. Throws a DiagnosticsError for
 * reports that are not all the shards of one run, each once.
 */
export function mergeReports(reports: readonly NamedReport[]): RunReport {
  const parts = reports.map(asPart).toSorted((a, b) => a.shard.index - b.shard.index);
  const [first] = parts;
  if (first === undefined) return fail(missingShards([], 0));
  for (const part of parts) refuseForeign(first, part);
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1];
    if (before?.shard.index === part.shard.index)
      fail(doubledShard(before.file, part.file, part.shard.index));
  }
  const { of, cases } = first.shard;
  const present = new Set(parts.map(({ shard }) => shard.index));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !present.has(index));
  if (missing.length > 0) fail(missingShards(missing, of));
  return whole(first, parts, cases);
}

function asPart({ file, report }: NamedReport): Part {
  const { shard } = report;
  return shard === undefined ? fail(noShard(file)) : { file, report, shard };
}

function refuseForeign(first: Part, part: Part): void {
  const differs = (what: string) => fail(foreignShard(first.file, part.file, what));
  if (first.report.tool.version !== part.report.tool.version) differs("another version of Latchwork");
  if (!isSameEngine(first.report.engine, part.report.engine)) differs("another engine");
  if (first.shard.of !== part.shard.of) differs("another number of shards");
  // Says all that there is to say of specs and options, in one word.
  if (first.shard.run !== part.shard.run) differs("other specs or options");
}

/** Where the jar was found does not matter. */
function isSameEngine(a: RunReport["engine"], b: RunReport["engine"]): boolean {
  if (a.name === "explore" || b.name === "explore") return a.name === b.name;
  return a.name === b.name && a.version === b.version && a.jar.sha256 === b.jar.sha256 && a.java === b.java;
}

function whole(first: Part, parts: readonly Part[], names: readonly CaseName[]): RunReport {
  const reports = new Map<string, CaseReport>();
  for (const { report } of parts) for (const each of report.cases) reports.set(keyOf(each), each);
  const cases = names.flatMap((name) => reports.get(keyOf(name)) ?? []);
  const notChecked = names.filter((name) => !reports.has(keyOf(name)));
  const { report } = first;
  return {
    schemaVersion: 1,
    tool: report.tool,
    engine: report.engine,
    cases,
    ...(notChecked.length === 0 ? {} : { notChecked }),
    ...(report.coverage === undefined ? {} : { coverage: coverageBySpec(exploredInOrder(parts, cases)) }),
    ...(report.strict === true ? { strict: true } : {}),
  };
}

/** Each shard has its own in the order of the run. */
function exploredInOrder(parts: readonly Part[], cases: readonly CaseReport[]) {
  const specs = [...new Set(cases.map(({ spec }) => spec))];
  const all = parts.flatMap(({ shard }) => shard.explored.map(exploredIn));
  return all.toSorted((a, b) => specs.indexOf(a.spec) - specs.indexOf(b.spec));
}

function keyOf({ spec, case: name }: CaseName): string {
  return JSON.stringify([spec, name]);
}
