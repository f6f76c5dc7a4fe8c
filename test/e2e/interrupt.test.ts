/** Runs that end before their time: Java goes with them, and so do the temporary files. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Project } from "../support/command.js";
import { repository } from "../support/source-tree.js";

let project: Project;
beforeEach(() => {
  const text = readFileSync(join(repository, "specs/vpt/vpt.ts"), "utf8");
  project = new Project({ "specs/vpt.ts": text });
});
afterEach(() => project?.remove());

const long = ["check", "--case", "pt-migrate"];

/** Command lines of living processes that work in this project's temporary folder. */
function javas(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((line) => line.includes("tlc2.TLC") && line.includes(project.temporary));
}

async function until(what: () => boolean, milliseconds = 30_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!what()) {
    if (Date.now() > end) throw new Error("this did not come about in time");
    await delay(50);
  }
}

test.skipIf(process.platform !== "linux").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends the run with exit %i", async (signal, code) => {
  const { process: child, ended } = project.start([...long, "--reporter", "json"]);
  await until(() => javas().length > 0);
  child.kill(signal);
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: code,
    stdout: "",
    stderr: "latchwork: interrupted\n",
  });
  expect(javas()).toEqual([]);
  expect(project.leftovers()).toEqual([]);
});

test.skipIf(process.platform !== "linux").each([
  ["one case", long, 1],
  ["several in threads of their own", [...long, "--case", "split", "--max-workers", "2"], 2],
])("the second Ctrl-C does not wait for anything: %s", async (_, args, programs) => {
  const { process: child, ended } = project.start(args);
  await until(() => javas().length === programs);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  const { exitCode } = await ended;
  expect([130, 143]).toContain(exitCode);
  await until(() => javas().length === 0);
  expect(project.leftovers()).toEqual([]);
});

test("a case that takes too long has no verdict: exit 2", async () => {
  const { exitCode, stdout } = await project.run([...long, "--timeout", "1"]);
  expect(stdout).toMatch(/! pt-migrate +inconclusive +UNDECIDED: should hold/);
  expect(stdout).toContain("LW3005 TLC did not finish within 1 s");
  expect(stdout).toContain("Allow more time with --timeout");
  expect(exitCode).toBe(2);
  expect(project.leftovers()).toEqual([]);
});
