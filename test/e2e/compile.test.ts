/** `latchwork compile` and the proof that generated/ is fresh. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "../support/command.js";
import { asExpected } from "./specs.js";

let project: Project;
beforeAll(async () => {
  project = new Project({ "specs/sync/refs.ts": asExpected });
});
afterAll(() => project?.remove());

const generated = () => project.files().filter((name) => name.startsWith("generated/"));
const inFolder = (name: string) => join(project.path, "generated/sync/refs", name);

test("writes a model per case, in a folder per spec", async () => {
  const { exitCode, stdout } = await project.run(["compile"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "6 files compiled\n" });
  expect(generated()).toEqual(
    ["locked", "unlocked"].flatMap((name) =>
      [".cfg", ".map.json", ".tla"].map((ending) => `generated/sync/refs/${name}${ending}`),
    ),
  );
  expect(readFileSync(inFolder("locked.tla"), "utf8")).toContain("BEGIN TRANSLATION");
  expect(project.leftovers()).toEqual([]);
});

test("--check passes on what was written, and writes nothing", async () => {
  const { exitCode, stdout } = await project.run(["compile", "--check"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "6 files up to date\n" });
});

test("--check names what was edited, what is missing and what is superfluous: exit 1", async () => {
  const text = readFileSync(inFolder("locked.tla"), "utf8");
  const check = async (words: string) => {
    const before = generated();
    const { exitCode, stdout, stderr } = await project.run(["compile", "--check"]);
    expect(stderr).toContain(words);
    expect(stderr).toContain("Run `latchwork compile` and commit the result.");
    expect(stderr).toContain("1 problem");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(generated()).toEqual(before);
  };
  appendFileSync(inFolder("locked.tla"), "\\* edited\n");
  await check("LW1041 generated/sync/refs/locked.tla is not what its spec compiles to");
  rmSync(inFolder("locked.tla"));
  await check("LW1041 generated/sync/refs/locked.tla is missing");
  writeFileSync(inFolder("locked.tla"), text);
  writeFileSync(inFolder("older.tla"), text);
  await check("LW1041 generated/sync/refs/older.tla is superfluous");
  const chosen = await project.run(["compile", "--check", "--case", "locked"]);
  expect(chosen).toMatchObject({ exitCode: 0, stdout: "3 files up to date\n" });
});

test("compile removes what is superfluous and says so", async () => {
  const { exitCode, stdout } = await project.run(["compile"]);
  expect(stdout).toContain("removed generated/sync/refs/older.tla");
  expect(exitCode).toBe(0);
  expect(generated()).toHaveLength(6);
});
