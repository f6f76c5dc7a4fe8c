/**
 * A run in parts, on several machines. Which part a case is in follows from its name alone, so that a case more moves no
 * other; and each part notes what the whole is, so that the parts can be put together exactly.
 */
import { resolve } from "node:path";
import { buildIdentity } from "../cache/build-identity.js";
import { digest } from "../cache/digest.js";
import type { ShardReport } from "../report/reporter.js";
import { isWanted } from "./case-pattern.js";
import type { CheckRequest } from "./check-request.js";
import { recordOf } from "./coverage.js";
import type { SettledCase } from "./run-report.js";

/** From --shard i/n. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

export interface CaseName {
  readonly spec: string;
  readonly case: string;
}

/** A spec of a run, as far as it matters to what the run is. */
export interface SpecOutline {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Names of its cases, whether they are asked for or not. */
  readonly cases: readonly string[];
  /** Everything that it depends on. */
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
}

/** Absolute paths of everything that specs depend on. */
export function sourcePaths(root: string, specs: readonly SpecOutline[]): string[] {
  return [...new Set(specs.flatMap(({ sources }) => sources.map(({ path }) => resolve(root, path))))];
}

/** Whether a case is one of this part; every case is where the run has no parts. */
export function isInShard(shard: Shard | undefined, name: CaseName): boolean {
  return shard === undefined || shardOf(name, shard.of) === shard.index;
}

/** The part that a case is in, from 1. */
export function shardOf({ spec, case: name }: CaseName, of: number): number {
  return 1 + (Number.parseInt(digest([spec, name]).slice(0, 12), 16) % of);
}

/** What the report of a part says of the whole. */
export function shardReport(
  request: CheckRequest,
  { index, of }: Shard,
  specs: readonly SpecOutline[],
  settled: readonly SettledCase[],
): ShardReport {
  const inOrder = specs.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const { engine, reduce, coverage, strict, settings, memory, casePatterns } = request;
  const sources = new Map(inOrder.flatMap((spec) => spec.sources.map(({ path, sha256 }) => [path, sha256])));
  const run = digest({
    build: buildIdentity(),
    options: { engine, reduce, coverage, strict, settings, memory, casePatterns },
    sources: [...sources].sort(([a], [b]) => (a < b ? -1 : 1)),
  });
  const cases = inOrder.flatMap((spec) =>
    spec.cases
      .filter((name) => isWanted(request.casePatterns, name))
      .map((name) => ({ spec: spec.name, case: name })),
  );
  const explored = settled.flatMap((each) => (each.explored === undefined ? [] : [recordOf(each.explored)]));
  return { index, of, run, cases, explored };
}
