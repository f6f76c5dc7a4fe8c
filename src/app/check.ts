/**
 * `latchwork check`: every case through the engines, each verdict compared with what the spec expects. What earlier runs
 * found is looked up first, and only the rest is read, compiled and asked about.
 */
import { join } from "node:path";
import { loadTypeScript } from "../frontend/compiled-typescript.js";
import type { RunReport } from "../report/reporter.js";
import { cacheFolder } from "../tlc/cache.js";
import { refuseUnknownCases } from "./case-pattern.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { writeGenerated } from "./generated.js";
import { type KnownCase, type KnownPart, knownPart } from "./known-part.js";
import { findRoot, findSpecPaths } from "./project.js";
import { closeRemembering, openRemembering } from "./remembering.js";
import { runReport } from "./run-report.js";
import { sourcePaths } from "./shard.js";

/**
 * Checks the cases. A spec that is wrong ends the run before anything is written or told. Throws a DiagnosticsError when
 * the job cannot be done at all; trouble with one case is in its report.
 */
export async function check(request: CheckRequest, observer: CheckObserver): Promise<RunReport> {
  const root = findRoot(request.cwd);
  const paths = findSpecPaths(root, request.cwd, request.paths);
  const remembering = request.cacheFolder === undefined ? undefined : openRemembering(request.cacheFolder);
  try {
    const part = await knownPart(request, root, paths, remembering);
    if (part.open.length === 0) return tellKnown(request, observer, root, part);
    const compiler = await loadTypeScript(join(cacheFolder(request.env), "compiled"));
    const { checkCases } = await import("./check-cases.js");
    const report = await checkCases({ request, observer, root, part, remembering });
    await compiler.keep();
    return report;
  } finally {
    if (remembering !== undefined) closeRemembering(remembering, request.onNote);
  }
}

/** A run of which everything is known. */
function tellKnown(request: CheckRequest, observer: CheckObserver, root: string, part: KnownPart): RunReport {
  refuseUnknownCases(
    request.casePatterns,
    part.specs.flatMap((spec) => spec.cases),
  );
  const nameOf = ({ report }: KnownCase) => ({ spec: report.spec, case: report.case });
  observer.onSources?.(sourcePaths(root, part.specs));
  observer.onStart?.(part.cases.map(nameOf));
  const cases: KnownCase[] = [];
  for (const known of part.cases) {
    if (request.bail === true && cases.some(({ report }) => !report.asExpected)) break;
    writeGenerated(root, known.missing);
    observer.onCaseEnd?.(known.report);
    cases.push(known);
  }
  const tlcVersion = cases.find((known) => known.tlcVersion !== undefined)?.tlcVersion;
  const notChecked = part.cases.slice(cases.length).map(nameOf);
  return runReport(request, { specs: part.specs, tools: part.tools, tlcVersion, cases, notChecked });
}
