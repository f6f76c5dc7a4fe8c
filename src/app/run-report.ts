/** What a run of `check` found, as the report that everything else is made from. */
import type { CaseReport, RunReport } from "../report/reporter.js";
import type { Tools } from "../tlc/tools.js";
import type { CheckRequest } from "./check-request.js";
import { coverageBySpec, type Explored } from "./coverage.js";
import { VERSION } from "./version.js";

/** What became of one case, whoever found it. */
export interface SettledCase {
  readonly report: CaseReport;
  readonly explored?: Explored;
}

/** The report of a run; the cases are in the order of the specs. */
export function runReport(
  request: CheckRequest,
  tools: Tools | undefined,
  tlcVersion: string | undefined,
  cases: readonly SettledCase[],
): RunReport {
  const explored = cases.flatMap((each) => each.explored ?? []);
  return {
    schemaVersion: 1,
    tool: { name: "latchwork", version: VERSION },
    engine: engineOf(request.engine, tools, tlcVersion),
    cases: cases.map(({ report }) => report),
    ...(request.coverage ? { coverage: coverageBySpec(explored) } : {}),
    ...(request.strict ? { strict: true } : {}),
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
