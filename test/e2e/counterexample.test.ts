/** XSA-336, from the real spec through TLC to the terminal and into the README. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunReport } from "../../src/report/reporter.js";
import { runReportSchema } from "../../src/report/schema.js";
import { type Ended, Project } from "../support/command.js";
import { repository } from "../support/source-tree.js";

const read = (name: string) => readFileSync(join(repository, name), "utf8");

let project: Project;
let ended: Ended;
let report: RunReport;

beforeAll(async () => {
  project = new Project({ "specs/vpt/vpt.ts": read("specs/vpt/vpt.ts") });
  const reporters = ["--reporter", "default,json", "--output-file", "json=report.json"];
  ended = await project.run(["check", "specs/vpt", "--case", "before-xsa336", ...reporters]);
  const text = readFileSync(join(project.path, "report.json"), "utf8");
  report = runReportSchema.parse(JSON.parse(text));
});
afterAll(() => project?.remove());

test("exits 0 and leaves nothing in the temporary folder", () => {
  expect(ended.exitCode).toBe(0);
  // On a slow machine the run lasts long enough to be told about; nothing else may be.
  const told = ended.stderr
    .split("\n")
    .filter((line) => line !== "" && !/: [\d,]+ states, [\d,]+ to go$/.test(line));
  expect(told).toEqual([]);
  expect(project.leftovers()).toEqual([]);
});

test("one thread releases a lock that the other holds, in few steps and fewer switches", () => {
  expect(report.cases).toHaveLength(1);
  const { trace, ...found } = report.cases[0]!;
  expect(found).toMatchObject({ verdict: "violated", check: "unlock-not-held", asExpected: true });
  const { threads, steps, contextSwitches } = trace!;
  expect(threads).toHaveLength(2);
  expect(steps.length).toBeLessThanOrEqual(16);
  expect(contextSwitches).toBeLessThanOrEqual(4);
  const last = steps.at(-1)!;
  expect(last).toMatchObject({ fails: true, text: "spin_unlock(pt.vcpu!.tm_lock);" });
  // The lock that the failing step looked up is held by the other thread.
  const { lock } = steps.findLast(({ kind, thread }) => kind === "acquire" && thread !== last.thread)!;
  expect(steps.some((step) => step.kind === "release" && step.lock === lock)).toBe(false);
  expect(trace!.failure.message).toContain(lock);
});

test("the same as text, with the place in the source", () => {
  const { steps, failure } = report.cases[0]!.trace!;
  expect(ended.stdout).toContain("✔ before-xsa336  fails by unlock-not-held  as expected");
  expect(ended.stdout).toMatch(/CPU1 \(.*\) releases \S+\.tm_lock, which CPU0 \(.*\)\s+holds since step \d+/);
  expect(ended.stdout).toContain(`at specs/vpt/vpt.ts:${failure.span!.line}`);
  expect(ended.stdout).toMatch(new RegExp(`${steps.length} steps, [1-4] context switches`));
  const source = read("specs/vpt/vpt.ts").split("\n");
  for (const { span, text } of steps) expect(source[span.line - 1]).toContain(text.slice(0, 10));
});
