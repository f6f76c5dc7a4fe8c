/** What is remembered between runs of the built command, and what the machine may do to it. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { asModels } from "../../src/cache/entries.js";
import { openStore } from "../../src/cache/store.js";
import { runReportSchema } from "../../src/report/schema.js";
import { bin, javaPath, Project, run } from "../support/command.js";
import { filesIn } from "../support/source-tree.js";
import { scratchFolder } from "../tlc/scratch.js";
import { asExpected } from "./specs.js";

let project: Project;
afterEach(() => project?.remove());

/** A run of which only the times and what was known differ from another's. */
function plainReport(stdout: string) {
  const report = runReportSchema.parse(JSON.parse(stdout));
  return { ...report, cases: report.cases.map((each) => ({ ...each, seconds: 0, cached: false })) };
}
const cachedIn = (stdout: string) =>
  runReportSchema.parse(JSON.parse(stdout)).cases.map(({ cached }) => cached);
/** What is said beside how far a case is, which a slow machine says too. */
const said = (stderr: string) => stderr.replace(/^.*: [\d,]+ states, [\d,]+ to go\n/gm, "");
const json = ["--reporter", "json"];
const explore = ["--engine", "explore", ...json];

test("TLC is asked once: later no JVM is started, and what is missing in generated/ is there again", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const java = { LATCHWORK_JAVA: javaPath() };
  const first = await project.run([...json, "--strict"], java);
  expect(cachedIn(first.stdout)).toEqual([false, false]);
  const model = join(project.path, "generated/refs/locked.tla");
  const text = readFileSync(model, "utf8");
  rmSync(model);
  // No JVM starts with an option that it does not know.
  const noJava = { ...java, JAVA_TOOL_OPTIONS: "-XX:+NoSuchOption" };
  const second = await project.run([...json, "--strict"], noJava);
  expect(second.stderr).toBe("");
  expect(cachedIn(second.stdout)).toEqual([true, true]);
  expect(plainReport(second.stdout)).toEqual(plainReport(first.stdout));
  expect(second.exitCode).toBe(first.exitCode);
  expect(readFileSync(model, "utf8")).toBe(text);
  // And an engine that was not asked has not answered.
  expect((await project.run([...json, "--engine", "both"], noJava)).exitCode).toBe(2);
  expect((await project.run([...json, "--no-cache"], noJava)).exitCode).toBe(2);
});

test("a run of which everything is known loads no compiler, no engine and no schema library", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  await project.run(explore);
  const trace = join(project.path, "trace.mjs");
  writeFileSync(
    trace,
    `import { register } from "node:module";
     register("data:text/javascript," + encodeURIComponent(
       'import { writeSync } from "node:fs"; export async function load(url, context, next) { writeSync(2, url + "\\\\n"); return next(url, context); }'));`,
  );
  const { exitCode, stderr } = await run(process.execPath, ["--import", trace, bin, "check", ...explore], {
    cwd: project.path,
  });
  expect(exitCode).toBe(0);
  expect(stderr).toContain("commander");
  for (const heavy of [
    "ts-morph",
    "zod",
    "execa",
    "chevrotain",
    "undici",
    "/explorer/",
    "/passes/",
    "/emit/",
  ]) {
    expect(stderr).not.toContain(heavy);
  }
});

describe("what the machine may do", () => {
  test("two runs at once in one checkout", async () => {
    project = new Project({ "specs/refs.ts": asExpected });
    const both = await Promise.all([project.run(explore), project.run(explore)]);
    for (const { exitCode, stdout, stderr } of both) {
      expect({ exitCode, stderr: said(stderr) }).toEqual({ exitCode: 0, stderr: "" });
      expect(plainReport(stdout)).toEqual(plainReport(both[0].stdout));
    }
    expect(cachedIn((await project.run(explore)).stdout)).toEqual([true, true]);
  });

  test("entries are damaged: they are found again", async () => {
    project = new Project({ "specs/refs.ts": asExpected });
    const first = await project.run(explore);
    const folder = join(project.path, "node_modules/.cache/latchwork");
    const entries = filesIn(folder).map((name) => join(folder, name));
    expect(entries.length).toBeGreaterThanOrEqual(3);
    for (const path of entries) writeFileSync(path, readFileSync(path).subarray(0, 100));
    const second = await project.run(explore);
    expect({ exitCode: second.exitCode, stderr: said(second.stderr) }).toEqual({ exitCode: 0, stderr: "" });
    expect(cachedIn(second.stdout)).toEqual([false, false]);
    expect(plainReport(second.stdout)).toEqual(plainReport(first.stdout));
    expect(cachedIn((await project.run(explore)).stdout)).toEqual([true, true]);
  });

  test("the place for entries cannot be written: the run says so, and goes on", async () => {
    project = new Project({ "specs/refs.ts": asExpected, "node_modules/.cache": "a file" });
    const { exitCode, stdout, stderr } = await project.run(explore);
    expect({ exitCode, cached: cachedIn(stdout) }).toEqual({ exitCode: 0, cached: [false, false] });
    expect(said(stderr)).toMatch(/^latchwork: verdicts of this run are not remembered: ENOTDIR.*\n$/);
  });

  test("the disk is full: likewise, and nothing is half-written", async (context) => {
    project = new Project({ "specs/refs.ts": asExpected });
    const disk = join(project.path, "node_modules/.cache");
    mkdirSync(disk);
    if (!mounted(disk)) return context.skip();
    try {
      const { exitCode, stderr } = await project.run(explore);
      expect({ exitCode, full: /not remembered: ENOSPC/.test(stderr) }).toEqual({ exitCode: 0, full: true });
      expect(filesIn(disk).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      execFileSync("mount", ["-o", "remount,ro", disk]);
      expect(await project.run(explore)).toMatchObject({ exitCode: 0 });
    } finally {
      execFileSync("umount", [disk]);
    }
  });

  test("a writer that is killed leaves nothing half-written", async () => {
    const folder = scratchFolder();
    const script = `
    import { openStore } from ${JSON.stringify(new URL("../../dist/cache/store.js", import.meta.url).href)};
    const store = openStore(${JSON.stringify(folder)});
    for (let n = 0; ; n++) {
      await store.write("models", (n % 8).toString(16).repeat(64), Array.from({ length: 20 }, () => String(Math.random()).repeat(2000)));
      if (n === 0) process.stdout.write("ready");
    }`;
    const isWhole = (name: string) => {
      const key = /^(?:..\/)?([0-9a-f]{64})\.models$/.exec(name.split("/").pop()!)?.[1];
      return key !== undefined && openStore(folder).read("models", key, asModels)?.length === 20;
    };
    for (let n = 0; n < 5; n++) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      await delay(20 + 13 * n);
      child.kill("SIGKILL");
      await once(child, "exit");
      const entries = filesIn(folder).filter((name) => !name.endsWith(".tmp"));
      expect(entries.filter((name) => !isWhole(name))).toEqual([]);
    }
    expect(filesIn(folder).length).toBeGreaterThan(0);
  });
});

test("clean forgets everything", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  await project.run(explore);
  const { exitCode, stdout } = await project.run(["clean"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^forgot \d+ entries, \d+\.\d MB, in .*node_modules/);
  expect(existsSync(join(project.path, "node_modules/.cache/latchwork"))).toBe(false);
  expect((await project.run(["clean"])).stdout).toMatch(/^nothing is remembered, in /);
  expect(cachedIn((await project.run(explore)).stdout)).toEqual([false, false]);
});

/** Makes the folder a disk of two pages, where that is allowed. */
function mounted(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
