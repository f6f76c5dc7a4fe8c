/** What a watch is told of a small model without merging is what merging finds: one case per check, construct and system. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { askCase } from "../../src/app/ask-case.js";
import { type CompiledCase, compileCases, loadSpecs } from "../../src/app/load.js";
import { checkOf } from "../../src/ir/checks.js";
import type { CaseReport } from "../../src/report/reporter.js";
import type { RunDirectory } from "../../src/tlc/run-directory.js";
import { SMALL_SPECS } from "../soundness/small-specs.js";
import { compileText } from "../support/compile.js";
import { repository } from "../support/source-tree.js";

const STATES = 50_000;

async function ask(compiled: CompiledCase, unmergedStates?: number): Promise<CaseReport> {
  const { report } = await askCase(
    {
      compiled,
      options: {
        engine: "explore",
        reduce: true,
        tlcWorkers: 1,
        coverage: false,
        ...(unmergedStates === undefined ? {} : { unmergedStates }),
      },
      tools: undefined,
      explorerBytes: 2 ** 30,
      directory: {} as RunDirectory,
    },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onJava: () => {
        throw new Error("nobody asked for Java");
      },
      onModels: () => undefined,
      onBegin: () => undefined,
    },
  );
  return report;
}

/** Fails unless both ways say the same; gives what was said without merging. */
async function expectSameAnswer(compiled: CompiledCase, isOneCheck = true): Promise<CaseReport> {
  const [unmerged, merged] = [await ask(compiled, STATES), await ask(compiled)];
  const saidOf = ({ verdict, asExpected, check }: CaseReport) => ({
    verdict,
    asExpected,
    ...(isOneCheck ? { check } : {}),
  });
  expect(saidOf(unmerged)).toEqual(saidOf(merged));
  return unmerged;
}

const load = (paths: readonly string[], casePatterns: readonly string[] = []) =>
  compileCases(
    loadSpecs({
      root: repository,
      paths: paths.map((path) => ({ path: join(repository, path), named: true })),
      settings: [],
      casePatterns,
    }).readCases(),
  );

// A fifth of them, and another one for each construct that comes after a new one.
const some = SMALL_SPECS.filter((_, index) => index % 5 === 0);

test.each(some)("$name", async ({ text, fails }) => {
  const model = compileText(text);
  for (const expectedCheck of [undefined, ...new Set(fails.map(checkOf))]) {
    const declaration = { name: "only", expectedCheck, why: "w" } as CompiledCase["declaration"];
    const runsModule = model.liveness.length > 0 ? "only_runs" : undefined;
    const compiled = { spec: "specs/test.ts", declaration, module: "only", runsModule, model };
    // Which of several is met first is a question of the order.
    await expectSameAnswer(compiled, expectedCheck !== undefined || fails.length < 2);
  }
});

describe("a case for each check", () => {
  test.each(readdirSync(join(repository, "test/cases")))("%s", async (check) => {
    const cases = load(["bad.ts", "good.ts"].map((file) => `test/cases/${check}/${file}`));
    for (const compiled of cases) await expectSameAnswer(compiled);
  });
});

describe("shipped", () => {
  test.each(["specs/kvm/vm-locks.ts", "specs/litmus/sb.ts"])("%s", async (path) => {
    for (const compiled of load([path])) await expectSameAnswer(compiled);
  });

  test("claims about runs, true and false", async () => {
    const cases = load(["specs/kvm/memslots.ts"]).filter(({ runsModule }) => runsModule !== undefined);
    const reports: CaseReport[] = [];
    for (const compiled of cases.slice(0, 3)) reports.push(await expectSameAnswer(compiled));
    expect(reports.map(({ asExpected }) => asExpected)).toEqual([true, true, true]);
  });
});

test("what is told is what was explored: no step of it merged", async () => {
  const [compiled] = load(["specs/litmus/sb.ts"]);
  const report = await ask(compiled!, STATES);
  expect(report.steps.merged).toBe(0);
  expect((await ask(compiled!, 1)).steps).toEqual((await ask(compiled!)).steps);
});

test("more states than were asked for, and a model without an end, are merged and said as ever", async () => {
  const model = compileText(`let tickets = 0; let seen = 0;
    thread("a", () => { for (;;) tickets++; });
    thread("b", () => { seen = tickets; });`);
  const declaration = { name: "only", expectedCheck: undefined, why: "w" } as CompiledCase["declaration"];
  const compiled = { spec: "specs/test.ts", declaration, module: "only", runsModule: undefined, model };
  const [unmerged, merged] = [await ask(compiled, 1000), await ask(compiled)];
  expect({ ...unmerged, seconds: 0 }).toEqual({ ...merged, seconds: 0 });
  expect(unmerged.diagnostics?.[0]?.message).toContain("tickets");
});
