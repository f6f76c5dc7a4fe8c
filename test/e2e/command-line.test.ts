/** Arguments and streams; nothing here needs Java. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { bin, Project, run } from "../support/command.js";
import { repository } from "../support/source-tree.js";
import { asExpected } from "./specs.js";

let project: Project;
/** No program can be found: whatever passes here has started nothing. */
let alone: Record<string, string>;

beforeAll(() => {
  project = new Project({ "specs/refs.ts": asExpected });
  const folder = project.emptyFolder("path");
  symlinkSync(process.execPath, join(folder, "node"));
  alone = { PATH: folder };
});
afterAll(() => project?.remove());

test("--version", async () => {
  const { exitCode, stdout, stderr } = await project.run(["--version"], alone);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("--help names the commands and the exit codes, and loads no compiler", async () => {
  // Whatever module is loaded says so here.
  const trace = join(project.path, "trace.mjs");
  writeFileSync(
    trace,
    `import { register } from "node:module";
     register("data:text/javascript," + encodeURIComponent(
       'import { writeSync } from "node:fs"; export async function load(url, context, next) { writeSync(2, url + "\\\\n"); return next(url, context); }'));`,
  );
  const { exitCode, stdout, stderr } = await run(process.execPath, ["--import", trace, bin, "--help"], {
    cwd: project.path,
  });
  expect(exitCode).toBe(0);
  for (const word of [
    "check",
    "watch",
    "compile",
    "explain",
    "init",
    "merge",
    "clean",
    "doctor",
    "--version",
    "Exit codes",
  ])
    expect(stdout).toContain(word);
  expect(stderr).toContain("commander");
  for (const heavy of ["ts-morph", "chevrotain", "execa", "zod"]) expect(stderr).not.toContain(heavy);
});

test("check --help lists its options", async () => {
  const { exitCode, stdout } = await project.run(["check", "--help"], alone);
  expect(exitCode).toBe(0);
  for (const flag of ["--case", "--set", "--reporter", "--output-file", "--timeout", "--list", "--keep"]) {
    expect(stdout).toContain(flag);
  }
});

test("--list prints the cases, of the folder that is named or of specs/, without Java", async () => {
  const listed = "specs/refs.ts  locked\nspecs/refs.ts  unlocked\n";
  expect(await project.run(["--list"], alone)).toMatchObject({ exitCode: 0, stdout: listed });
  const chosen = await project.run(["specs", "--list", "--case", "un*"], alone);
  expect(chosen).toMatchObject({ exitCode: 0, stdout: "specs/refs.ts  unlocked\n" });
});

describe("explain", () => {
  test.each([
    ["LW1004", /^LW1004: a name is not declared\n\nWhat it means\. [\s\S]*^Accepted\n\n {4}import /m],
    ["1004", /^LW1004: /],
    ["unlock-not-held", /^unlock-not-held: [\s\S]*^Fails\n\n {4}import [\s\S]*^Holds\n\n {4}import /m],
  ])("%s shows the page, plain where it is no terminal", async (word, page) => {
    const { exitCode, stdout, stderr } = await project.run(["explain", word], alone);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(page);
    expect(stdout).not.toMatch(/```|\*\*/);
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    const forced = await project.run(["explain", word], { ...alone, FORCE_COLOR: "1" });
    expect(stripVTControlCharacters(forced.stdout)).toBe(stdout);
    expect(forced.stdout).not.toBe(stdout);
  });

  test("without a word it lists the checks and the codes", async () => {
    const { exitCode, stdout } = await project.run(["explain"], alone);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}deadlock +no thread can go on/m);
    expect(stdout).toMatch(/^ {2}LW1004 {2}a name is not declared$/m);
  });
});

describe("usage errors: exit 2, nothing on stdout, and what to write instead", () => {
  test.each([
    ["an unknown option", ["check", "--repoter", "json"], "Did you mean --reporter?"],
    ["an unknown command", ["chek"], "Did you mean `latchwork check`?"],
    ["an unknown word", ["wibble"], "neither a command nor a path called wibble"],
    ["a path that does not exist", ["check", "specs/rfs.ts"], "specs/rfs.ts does not exist"],
    ["too many words", ["doctor", "now"], "too many arguments"],
    ["a number that is none", ["--timeout", "soon"], "must be a whole number from 1"],
    ["a part that there is not", ["--shard", "3/2"], "1/4"],
    ["a size that is none", ["--max-heap", "lots"], "512m, 4g"],
    ["an unknown reporter", ["--reporter", "jsn"], 'did you mean "json"?'],
    ["two documents on stdout", ["--reporter", "json", "--reporter", "default"], "LW2203"],
    ["a file for nobody", ["--output-file", "json=x"], "was not asked for"],
    ["a file for no reporter", ["--output-file", "jsn=x"], "Did you mean json?"],
    ["a file in no folder", ["--reporter", "json", "--output-file", "json=no/where"], "cannot be written"],
    ["an unknown case", ["--case", "lokced"], "Did you mean locked?"],
    ["an unknown param", ["--set", "lokced=true"], "locked"],
    ["a setting without a value", ["--set", "locked"], "--set name=value"],
    ["an unknown check to explain", ["explain", "unlock-not-hold"], "latchwork explain unlock-not-held"],
    ["an unknown code to explain", ["explain", "LW1400"], "LW2210 there is no page about LW1400"],
    ["a report to explain that is not there", ["explain", "report.json"], "LW2205"],
    ["a report to compare with that is not there", ["--compare", "base.json"], "LW2205"],
    ["too many codes to explain", ["explain", "LW1004", "LW1005"], "too many arguments"],
    [
      "--strict with an engine that does not measure",
      ["--strict", "--engine", "explore"],
      "--engine explore",
    ],
    ["--list with a reporter", ["--list", "--reporter", "json"], "cannot be used with"],
  ])("%s", async (_, args, words) => {
    const { exitCode, stdout, stderr } = await project.run(args, alone);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(project.files().filter((name) => name.startsWith("generated/"))).toEqual([]);
  });
});

describe("the pages of docs/errors show what these commands print", () => {
  test.each([
    ["LW1030", ["spec/vpt.ts"]],
    ["LW1031", ["docs"]],
    ["LW1032", ["--case", "pt-migrat"]],
    ["LW1033", ["--set", "vcpu=3"]],
    ["LW2101", ["--reporter", "jsn"]],
    ["LW2201", ["chek"]],
    ["LW2202", ["--reporter", "json", "--output-file", "report.json"]],
    ["LW2203", ["--reporter", "default,json"]],
    ["LW2204", ["--reporter", "json", "--output-file", "json=reports/run.json"]],
    ["LW2205", ["--compare", "base.json"]],
    ["LW2210", ["explain", "unlock-not-hold"]],
  ])("%s", async (code, args) => {
    mkdirSync(join(project.path, "docs"), { recursive: true });
    mkdirSync(join(project.path, "reports/run.json"), { recursive: true });
    const page = readFileSync(join(repository, `docs/errors/${code}.md`), "utf8");
    const shown = /^```text\n([\s\S]*?)^```$/m.exec(page)?.[1]?.trimEnd().split("\n") ?? [];
    const { exitCode, stderr } = await project.run(args, alone);
    expect(shown).toContain(stderr.split("\n").find((line) => line.startsWith(code)));
    expect(exitCode).toBe(2);
  });
});

test("colour only where it is wanted", async () => {
  const plain = await project.run(["nowhere.ts"], alone);
  expect(plain.stderr).not.toContain("\u001b");
  const forced = await project.run(["nowhere.ts"], { ...alone, FORCE_COLOR: "1" });
  expect(forced.stderr).toContain("\u001b[");
  const refused = await project.run(["nowhere.ts"], { ...alone, NO_COLOR: "1" });
  expect(refused.stderr).not.toContain("\u001b");
});

test("a reader that leaves early is no error", async () => {
  const script = `'${process.execPath}' '${bin}' --list | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run("bash", ["-c", script], { cwd: project.path });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

test("output that is lost is an error", async () => {
  const script = `'${process.execPath}' '${bin}' --list >/dev/full`;
  const { exitCode, stderr } = await run("bash", ["-c", script], { cwd: project.path });
  expect(stderr).toContain("the output is lost: ENOSPC");
  expect(exitCode).toBe(2);
});

test("--engine explore gives the verdicts without Java", async () => {
  const { exitCode, stdout } = await project.run(["--engine", "explore", "--reporter", "json"], alone);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout);
  expect(report.engine).toEqual({ name: "explore" });
  expect(
    report.cases.map(({ case: name, verdict, check }: Record<string, string>) => [name, verdict, check]),
  ).toEqual([
    ["locked", "holds", undefined],
    ["unlocked", "violated", "assert"],
  ]);
  expect(report.cases[0].steps.merged).toBeGreaterThan(0);
  expect(report.cases[1].trace.steps.length).toBeGreaterThan(0);
  const plain = await project.run(["--engine", "explore", "--no-reduce", "--reporter", "json"], alone);
  const { cases } = JSON.parse(plain.stdout);
  expect(cases[0].steps.merged).toBe(0);
  expect(cases[0].states.distinct).toBeGreaterThan(report.cases[0].states.distinct);
});

test("--explain-merge says of each statement whether it was merged, and why", async () => {
  const { exitCode, stdout } = await project.run(["--explain-merge", "--case", "locked"], alone);
  expect(exitCode).toBe(0);
  expect(stripVTControlCharacters(stdout)).toMatch(/^specs\/refs\.ts, case locked: \d+ steps become \d+\n/);
  expect(stdout).toMatch(/spin_lock\(lock\);\s+begins a step: the thread begins here/);
  expect(stdout).toMatch(/merged: refs under lock/);
  expect(stdout).toMatch(/spin_unlock\(lock\);\s+merged: gives back a lock/);
});
