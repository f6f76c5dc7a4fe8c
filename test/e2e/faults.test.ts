/** Latchwork killed at any moment: the next run is right, and clears up. */
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Project } from "../support/command.js";
import { asExpected } from "./specs.js";

const TIMES = 6;
const check = ["check", "--engine", "tlc", "--reporter", "json"];

let project: Project;
beforeEach(() => {
  project = new Project({ "specs/refs.ts": asExpected });
});
afterEach(() => project?.remove());

function verdicts(document: string): readonly (readonly [string, string])[] {
  const { cases } = JSON.parse(document) as { cases: { case: string; verdict: string }[] };
  return cases.map(({ case: name, verdict }) => [name, verdict]);
}

test("a run after one that was killed has the right verdicts and leaves nothing", async () => {
  const started = performance.now();
  const whole = await project.run(check);
  const took = performance.now() - started;
  expect(verdicts(whole.stdout)).toEqual([
    ["locked", "holds"],
    ["unlocked", "violated"],
  ]);
  const files = project.files();
  for (let n = 1; n <= TIMES; n++) {
    const { process: child, ended } = project.start(check);
    await delay((took * n) / (TIMES + 1));
    child.kill("SIGKILL");
    await ended;
    const again = await project.run(check);
    expect(again.exitCode).toBe(0);
    expect(verdicts(again.stdout)).toEqual(verdicts(whole.stdout));
    expect(project.files()).toEqual(files);
    expect(project.leftovers()).toEqual([]);
  }
  const { exitCode } = await project.run(["compile", "--check"]);
  expect(exitCode).toBe(0);
}, 600_000);
