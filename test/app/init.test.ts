import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { check } from "../../src/app/check.js";
import { initProject } from "../../src/app/init.js";
import { WORKFLOW } from "../../src/app/init-files.js";
import { readConfig } from "../../src/config/read-config.js";
import { exploreRequest } from "../support/explore-request.js";
import { filesIn } from "../support/source-tree.js";
import { scratchFolder } from "../tlc/scratch.js";

let root: string;
beforeEach(() => {
  root = scratchFolder();
});
const read = (name: string) => readFileSync(join(root, name), "utf8");
const outcomes = () => initProject(root).steps.map(({ outcome }) => outcome);

test("in an empty folder: a spec of which one case fails and its repair holds, and what it takes to check it", async () => {
  // Not a project yet, but a repository: nothing is written above it.
  mkdirSync(join(root, ".git"));
  expect(outcomes()).toEqual(["written", "written", "written", "written"]);
  expect(filesIn(root)).toEqual([
    ".github/workflows/latchwork.yml",
    "latchwork.config.ts",
    "package.json",
    "specs/refcount.ts",
  ]);
  expect(read("specs/refcount.ts").split("\n").length).toBeLessThan(32);
  expect(await readConfig(root)).toEqual({ specs: "specs" });
  const report = await check(exploreRequest(root), {});
  expect(report.cases.map((each) => [each.case, each.verdict, each.check, each.asExpected])).toEqual([
    ["first try", "violated", "assert", false],
    ["repaired", "holds", undefined, true],
  ]);
  expect(JSON.parse(read("package.json"))).toMatchObject({ scripts: { latchwork: "latchwork check" } });
});

test("in an existing project nothing is overwritten, and package.json keeps its form", () => {
  const manifest =
    '{\n\t"name": "mine",\n\t"scripts": {\n\t\t"test": "make"\n\t},\n\t"devDependencies": {}\n}';
  const files = {
    "package.json": manifest,
    "latchwork.config.ts": "mine",
    "specs/refcount.ts": "mine",
    ".github/workflows/latchwork.yml": "mine",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  expect(outcomes()).toEqual(["left", "left", "left", "added to"]);
  for (const name of Object.keys(files).slice(1)) expect(read(name)).toBe("mine");
  expect(read("package.json")).toMatch(
    /^\{\n\t"name": "mine",\n\t"scripts": \{\n\t\t"test": "make",\n\t\t"latchwork": "latchwork check"\n\t\},\n\t"devDependencies": \{\n\t\t"latchwork": "\^.*"\n\t\}\n\}$/,
  );
  expect(outcomes()).toEqual(["left", "left", "left", "left"]);
});

test.each([
  ["a script of that name", '{ "scripts": { "latchwork": "mine" }, "dependencies": { "latchwork": "1" } }'],
  ["something that is no manifest", "[]"],
  ["something that is no JSON", "{"],
])("%s is left", (_, text) => {
  writeFileSync(join(root, "package.json"), text);
  expect(outcomes().at(-1)).toBe("left");
  expect(read("package.json")).toBe(text);
});

test("the workflow asks for what the README asks for", () => {
  expect(WORKFLOW).toContain("npx latchwork check");
  expect(WORKFLOW).toMatch(/java-version: 17/);
});
