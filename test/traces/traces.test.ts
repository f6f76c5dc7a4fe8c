/**
 * Counterexamples as readers see them: the classic bugs, each a small spec with the output of every text reporter beside
 * it. The goldens are there to be read: by somebody who knows the kernel and not TLA+, who should ask nothing.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { check } from "../../src/app/check.js";
import { loadReporter } from "../../src/report/registry.js";
import type { CaseReport, ReporterFactory, RunReport } from "../../src/report/reporter.js";
import { exploreRequest } from "../support/explore-request.js";
import { repository } from "../support/source-tree.js";

/** Text reporters and the widths at which they are looked at: one line for each golden file of a bug. */
const GOLDENS = [
  { reporter: "default", width: 100 },
  { reporter: "default", width: 60 },
  { reporter: "commit", width: 75 },
  { reporter: "markdown", width: 100 },
  { reporter: "mermaid", width: 100 },
] as const;

/** How many lines of a `commit` report there can be for the steps: the rest is for who, why and what. */
const MOST_ESSENTIAL = 8;

const folder = fileURLToPath(new URL(".", import.meta.url));
const bugs = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

let run: RunReport;
beforeAll(async () => {
  const paths = bugs.map((bug) => `test/traces/${bug}/${bug}.ts`);
  run = await check(exploreRequest(repository, { paths }), {});
});

function casesOf(bug: string): readonly CaseReport[] {
  return run.cases.filter(({ spec }) => spec === `test/traces/${bug}/${bug}.ts`);
}

/** A run of this case alone, without what differs from machine to machine. */
function alone(report: CaseReport): RunReport {
  return { ...run, tool: { name: "latchwork", version: "0" }, cases: [{ ...report, seconds: 0 }] };
}

function written(factory: ReporterFactory, report: CaseReport, width: number): string {
  let text = "";
  const context = { colour: false, width, readSource: () => undefined };
  const reporter = factory(context, (chunk) => {
    text += chunk;
  });
  reporter.onRunStart?.([report]);
  reporter.onCaseEnd?.(report);
  reporter.onRunEnd?.(alone(report));
  return text;
}

describe.each(bugs)("%s", (bug) => {
  test("fails as its spec says", () => {
    const found = casesOf(bug).map(({ verdict, asExpected, message }) => ({ verdict, asExpected, message }));
    expect(found).not.toEqual([]);
    for (const each of found) expect(each).toMatchObject({ verdict: "violated", asExpected: true });
  });

  test.each(GOLDENS)("as $reporter at $width columns", async ({ reporter, width }) => {
    const factory = await loadReporter(reporter);
    for (const report of casesOf(bug)) {
      const name = casesOf(bug).length === 1 ? reporter : `${report.case}-${reporter}`;
      const text = written(factory, { ...report, seconds: 0 }, width);
      await expect(text).toMatchFileSnapshot(`${bug}/${name}-${width}.txt`);
    }
  });

  test("gives a reason for each switch, and can be told in a few steps", () => {
    for (const { trace } of casesOf(bug)) {
      const steps = trace?.steps ?? [];
      for (const [index, { thread, switchReason }] of steps.entries()) {
        const isSwitch = index > 0 && steps[index - 1]?.thread !== thread;
        if (isSwitch) expect(switchReason).toMatch(/\w/);
        else expect(switchReason).toBeUndefined();
      }
      const essential = steps.filter((step) => step.essential === true);
      expect(essential.length).toBeGreaterThan(0);
      expect(essential.length).toBeLessThanOrEqual(MOST_ESSENTIAL);
      if (trace?.lasso === undefined && trace?.blocked.length === 0)
        expect(steps.at(-1)?.essential).toBe(true);
    }
  });
});

test("XSA-336 could go into a patch description as it is", async () => {
  const asked = { paths: ["specs/vpt/vpt.ts"], casePatterns: ["before-xsa336"] };
  const { cases } = await check(exploreRequest(repository, asked), {});
  const text = written(await loadReporter("commit"), { ...cases[0]!, seconds: 0 }, 75);
  await expect(text).toMatchFileSnapshot("before-xsa336-commit.txt");
  const lines = text.trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(14);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(75);
  // The gap: what CPU1 took the lock by is another vCPU by the time it gives the lock back.
  expect(text.replace(/\s+/g, " ")).toMatch(/CPU1 has read pt0\.vcpu = vcpu0 .* CPU0 changes it to vcpu1/);
});
