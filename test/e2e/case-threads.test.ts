/** Cases that run at a time, each in a thread of its own, as the built command makes them. */
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type CaseThreads, type caseThreads, LostThread } from "../../src/app/case-threads.js";
import { check } from "../../src/app/check.js";
import type { CheckRequest } from "../../src/app/check-request.js";
import { type CompiledCase, compileCases, loadSpecs } from "../../src/app/load.js";
import { runReportSchema } from "../../src/report/schema.js";
import { Project } from "../support/command.js";
import { countingSpec, exploreRequest } from "../support/explore-request.js";
import { anotherCheckFirst, asExpected } from "./specs.js";

let project: Project;
afterEach(() => project?.remove());

const built = new URL("../../dist/app/case-threads.js", import.meta.url).href;

test("several at a time find what one after the other finds", async () => {
  project = new Project({ "specs/refs.ts": asExpected, "specs/later.ts": anotherCheckFirst });
  const found = async (...more: string[]) => {
    const { stdout } = await project.run([
      "--engine",
      "explore",
      "--no-cache",
      "--reporter",
      "json",
      ...more,
    ]);
    return runReportSchema.parse(JSON.parse(stdout)).cases.map((each) => ({ ...each, seconds: 0 }));
  };
  const together = await found("--max-workers", "3");
  expect(together).toEqual(await found("--max-workers", "1"));
  expect(together).toHaveLength(3);
});

function request(threads: () => CaseThreads): CheckRequest {
  return exploreRequest(project.path, { maxWorkers: 2, threads });
}

test("a thread without memory is the end of its case, and of no other", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const { caseThreads: make }: { caseThreads: typeof caseThreads } = await import(built);
  let asked = 0;
  const threads = () => {
    const small = make({ maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 });
    const others = make();
    return {
      start: others.start,
      ask: (...of: Parameters<CaseThreads["ask"]>) =>
        (asked++ === 0 ? small : others).ask(...of).catch((error) => {
          throw error.name === "LostThread" ? new LostThread(error.message) : error;
        }),
      close: async () => {
        await small.close();
        await others.close();
      },
    };
  };
  const { cases } = await check(request(threads), {});
  const [lost, other] = cases.toSorted((a, b) => Number(a.asExpected) - Number(b.asExpected));
  expect(other).toMatchObject({ asExpected: true });
  expect(lost).toMatchObject({
    verdict: "inconclusive",
    asExpected: false,
    steps: { merged: 0 },
    diagnostics: [{ code: "LW3014", message: expect.stringContaining("memory") }],
  });
});

test("what is wrong in a thread is thrown here, and the thread goes on", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const { caseThreads: make }: { caseThreads: typeof caseThreads } = await import(built);
  const threads = make();
  const listener = {
    signal: new AbortController().signal,
    onProgress: () => {},
    onJava: () => {},
    onModels: () => {},
    onBegin: () => {},
  };
  const ask = () => threads.ask({} as never, listener);
  await expect(ask()).rejects.toMatchObject({ name: "InternalError" });
  await expect(ask()).rejects.toMatchObject({ name: "InternalError" });
  await threads.close();
  await expect(ask()).rejects.toMatchObject({ name: "InternalError" });
  await threads.close();
});

test("a thread that does not hear that it is to stop is ended, and another answers", async () => {
  project = new Project({ "specs/large.ts": countingSpec("large"), "specs/refs.ts": asExpected });
  const { caseThreads: make }: { caseThreads: typeof caseThreads } = await import(built);
  const paths = ["large", "refs"].map((name) => ({
    path: join(project.path, `specs/${name}.ts`),
    named: true,
  }));
  const [large, small] = compileCases(
    loadSpecs({
      root: project.path,
      paths,
      settings: [],
      casePatterns: [],
    }).readCases(),
  );
  const threads = make();
  const ask = (compiled: CompiledCase, signal: AbortSignal) =>
    threads.ask(
      {
        compiled,
        options: { engine: "explore", reduce: true, tlcWorkers: 1, coverage: false },
        tools: undefined,
        explorerBytes: 2 ** 30,
        directory: { path: project.path, keep: false } as never,
      },
      { signal, onProgress: () => {}, onJava: () => {}, onModels: () => {}, onBegin: () => {} },
    );
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  await expect(ask(large!, stop.signal)).rejects.toMatchObject({ name: "LostThread" });
  const { report } = await ask(small!, new AbortController().signal);
  expect(report).toMatchObject({ case: "locked", verdict: "holds" });
  await threads.close();
});
