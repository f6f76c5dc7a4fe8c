/** `latchwork check`: every case through TLC, each verdict compared with what the spec expects. */
import type { RunReport } from "../report/reporter.js";
import { withRunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { checkCase } from "./check-case.js";
import type { CheckObserver, CheckRequest } from "./check-request.js";
import { coverageBySpec, type Explored } from "./coverage.js";
import { writeGenerated } from "./generated.js";
import { inLanes, LANES } from "./lanes.js";
import type { CompiledCase } from "./load.js";
import { caseDirectory, translateCase } from "./models.js";
import { type PrepareOptions, prepareCase } from "./prepare.js";
import { openSession, type SessionRequest } from "./session.js";
import { VERSION } from "./version.js";

/** The cases that a run would check, without running them. Throws a DiagnosticsError. */
export async function listCases(request: SessionRequest): Promise<readonly CompiledCase[]> {
  const session = openSession(request);
  session.abandonTools();
  await session.typesChecked;
  return session.cases;
}

/**
 * Checks the cases, smallest trouble first told: a spec that is wrong ends the run before anything is written.
 * Throws a DiagnosticsError when the job cannot be done at all; trouble with one case is in its report.
 */
export async function check(request: CheckRequest, observer: CheckObserver): Promise<RunReport> {
  const session = openSession(request);
  const tools = request.engine === "explore" ? undefined : await session.tools;
  if (tools === undefined) session.abandonTools();
  const stop = new AbortController();
  const signal = request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal]);
  observer.onStart?.(session.cases.map(({ spec, declaration }) => ({ spec, case: declaration.name })));
  // The models that --set and --memory change are not those that the repository keeps.
  const keepsModels = request.settings.length === 0 && request.memory === undefined && request.reduce;
  let tlcVersion: string | undefined;
  const found = new Map<CompiledCase, Explored>();
  const cases = await withRunDirectory(
    async (run) => {
      if (request.keep) request.onNote?.(`the files of this run stay in ${run.path}`);
      const work = inLanes(session.cases, LANES, async (compiled) => {
        const started = performance.now();
        const directory = await caseDirectory(run, compiled);
        const prepare = async (options: PrepareOptions) => {
          const prepared = prepareCase(compiled, options);
          const files = tools === undefined ? [] : await translateCase(tools, directory, prepared, signal);
          return { prepared, files };
        };
        const { prepared, files } = await prepare({ reduce: request.reduce });
        await session.typesChecked;
        if (keepsModels) writeGenerated(session.root, files);
        const { report, version, explored } = await checkCase({
          options: request,
          tools,
          signal,
          directory,
          prepared,
          prepareAgain: async (options) => (await prepare(options)).prepared,
          observer,
          started,
        });
        tlcVersion ??= version;
        if (explored !== undefined) found.set(compiled, explored);
        observer.onCaseEnd?.(report);
        return report;
      });
      try {
        await session.typesChecked;
        return await work;
      } catch (error) {
        // Java must not outlive a run that ends for another reason.
        stop.abort();
        await work.catch(() => undefined);
        throw error;
      }
    },
    { keep: request.keep },
  );
  return {
    schemaVersion: 1,
    tool: { name: "latchwork", version: VERSION },
    engine: engineOf(request.engine, tools, tlcVersion),
    cases,
    ...(request.coverage ? { coverage: coverageBySpec(inOrder(session.cases, found)) } : {}),
    ...(request.strict ? { strict: true } : {}),
  };
}

/** Cases end in any order, and the report has that of the spec. */
function inOrder(cases: readonly CompiledCase[], found: ReadonlyMap<CompiledCase, Explored>): Explored[] {
  return cases.flatMap((compiled) => found.get(compiled) ?? []);
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
