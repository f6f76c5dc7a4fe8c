/** A run through several reporters at once, and its stored report told again; without Java. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, Project } from "../support/command.js";
import { asExpected } from "./specs.js";

let project: Project;
let checked: Ended;
const read = (name: string) => readFileSync(join(project.path, name), "utf8");

beforeAll(async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  checked = await project.run([
    ..."check --engine explore --reporter default,json,html,junit --reporter commit".split(" "),
    ..."--output-file json=report.json --output-file html=report.html".split(" "),
    ..."--output-file junit=report.xml --output-file commit=report.txt".split(" "),
  ]);
});
afterAll(() => project?.remove());

/** Explains the report where there is no Java. */
function explain(...args: string[]): Promise<Ended> {
  return project.run(["explain", "report.json", ...args], {
    JAVA_HOME: "/nowhere",
    LATCHWORK_JAVA: "/nowhere",
  });
}

test("several reporters in one run, each with its own document", () => {
  expect(checked.exitCode, checked.stderr).toBe(0);
  expect(checked.stdout).toContain("2 cases: 2 as expected");
  expect(JSON.parse(read("report.json")).cases).toHaveLength(2);
  expect(read("report.html")).toMatch(/^<!doctype html>/);
  expect(read("report.xml")).toMatch(/^<\?xml/);
  expect(read("report.txt")).toContain("assert: ");
});

test("a stored report is told as its run was, by any reporter", async () => {
  const again = await explain("--reporter", "default");
  expect(again).toEqual({ ...checked, stderr: again.stderr });
  const commit = await explain("--reporter", "commit");
  expect(commit.stdout).toBe(read("report.txt"));
});

test("a stored report becomes the same page", async () => {
  const { exitCode, stdout, stderr } = await explain(
    "--reporter",
    "html",
    "--output-file",
    "html=again.html",
  );
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: "" });
  expect(read("again.html")).toBe(read("report.html"));
});

test("a cut-off report, and one of another version, are refused in words", async () => {
  const text = read("report.json");
  for (const [name, damaged] of [
    ["cut.json", text.slice(0, text.length / 2)],
    ["newer.json", text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
  ] as const) {
    writeFileSync(join(project.path, name), damaged);
    const { exitCode, stdout, stderr } = await project.run(["explain", name]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^LW\\d{4} .*${name}`));
  }
});

test("--help names every reporter", async () => {
  const { stdout } = await project.run(["check", "--help"]);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    "default, commit, markdown, html, mermaid, github, junit, sarif or json",
  );
});
