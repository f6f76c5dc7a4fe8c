/** Arguments and streams; nothing here needs Java. */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { bin, Project, run } from "../support/command.js";
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
  for (const word of ["check", "compile", "doctor", "--version", "Exit codes"])
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

describe("usage errors: exit 2, nothing on stdout, and what to write instead", () => {
  test.each([
    ["an unknown option", ["check", "--repoter", "json"], "Did you mean --reporter?"],
    ["an unknown command", ["chek"], "Did you mean `latchwork check`?"],
    ["an unknown word", ["wibble"], "neither a command nor a path called wibble"],
    ["a path that does not exist", ["check", "specs/rfs.ts"], "specs/rfs.ts does not exist"],
    ["too many words", ["doctor", "now"], "too many arguments"],
    ["a number that is none", ["--timeout", "soon"], "must be a whole number from 1"],
    ["a size that is none", ["--max-heap", "lots"], "512m, 4g"],
    ["an unknown reporter", ["--reporter", "jsn"], 'did you mean "json"?'],
    ["two documents on stdout", ["--reporter", "json", "--reporter", "default"], "LW2203"],
    ["a file for nobody", ["--output-file", "json=x"], "was not asked for"],
    ["a file in no folder", ["--reporter", "json", "--output-file", "json=no/where"], "cannot be written"],
    ["an unknown case", ["--case", "lokced"], "Did you mean locked?"],
    ["an unknown param", ["--set", "lokced=true"], "locked"],
    ["a setting without a value", ["--set", "locked"], "--set name=value"],
    ["--list with a reporter", ["--list", "--reporter", "json"], "cannot be used with"],
  ])("%s", async (_, args, words) => {
    const { exitCode, stdout, stderr } = await project.run(args, alone);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(project.files().filter((name) => name.startsWith("generated/"))).toEqual([]);
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
