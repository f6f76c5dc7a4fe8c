/** What a run of `check` found, as the report that everything else is made from. */
import type { CaseReport, RunReport } from "../report/reporter.js";
import type { Tools } from "../tlc/tools.js";
import type { CheckRequest } from "./check-request.js";
import { coverageBySpec, type Explored } from "./coverage.js";
import { type SpecOutline, shardReport } from "./shard.js";
import { VERSION } from "./version.js";

/** What became of one case, whoever found it. */
export interface SettledCase {
  readonly report: CaseReport;
  readonly explored?: Explored;
}

/** What a run found. */
export interface RunFindings {
  readonly specs: readonly SpecOutline[];
  /** Absent where TLC was not asked. */
  readonly tools: Tools | undefined;
  /** As TLC names itself. */
  readonly tlcVersion: string | undefined;
  /** In the order of the specs. */
  readonly cases: readonly SettledCase[];
  /** What the run ended before. */
  readonly notChecked: readonly { readonly spec: string; readonly case: string }[];
}

/** The report of a run. */
export function runReport(request: CheckRequest, findings: RunFindings): RunReport {
  const { specs, tools, tlcVersion, cases, notChecked } = findings;
  const { shard } = request;
  const explored = cases.flatMap((each) => each.explored ?? []);
  return {
    schemaVersion: 1,
    tool: { name: "latchwork", version: VERSION },
    engine: engineOf(request.engine, tools, tlcVersion),
    cases: cases.map(({ report }) => report),
    ...(notChecked.length === 0 ? {} : { notChecked }),
    ...(request.coverage ? { coverage: coverageBySpec(explored) } : {}),
    ...(request.strict ? { strict: true } : {}),
    ...(shard === undefined ? {} : { shard: shardReport(request, shard, specs, cases) }),
  };
}

function engineOf(
  engine: CheckRequest["engine"],
  tools: Tools | undefined,
  version: string | undefined,
): RunReport["engine"] {
  if (tools === undefined) return { name: "explore" };
  const { java, jar } = tools;
  return {
    name: engine,
    version: version ?? jar.version,
    jar: { source: jar.source, sha256: jar.sha256 },
    java: java.version,
  };
}
