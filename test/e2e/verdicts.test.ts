/** What the command makes of verdicts: exit codes, documents, and the files that it writes. */
import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { runReportSchema } from "../../src/report/schema.js";
import { Project } from "../support/command.js";
import { anotherCheckFirst, asExpected, claims, flipped } from "./specs.js";

let project: Project;
afterEach(() => project?.remove());

test("as expected: exit 0, a line per case, and the models in generated/", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const { exitCode, stdout } = await project.run([]);
  expect(stdout).toMatch(/✔ locked +holds +as expected/);
  expect(stdout).toMatch(/✔ unlocked +fails by assert +as expected/);
  expect(exitCode).toBe(0);
  expect(project.files()).toContain("generated/refs/unlocked.tla");
  expect(project.leftovers()).toEqual([]);
});

test("broken expectations, in both directions: exit 1, and the JSON report alone on stdout", async () => {
  project = new Project({ "specs/refs.ts": flipped });
  const { exitCode, stdout } = await project.run(["specs/refs.ts", "--reporter", "json"]);
  const { cases } = runReportSchema.parse(JSON.parse(stdout));
  expect(cases.map(({ verdict, asExpected }) => ({ verdict, asExpected }))).toEqual([
    { verdict: "holds", asExpected: false },
    { verdict: "violated", asExpected: false },
  ]);
  expect(exitCode).toBe(1);
});

test("where another check is met first, the run goes on to the expected one", async () => {
  project = new Project({ "specs/two.ts": anotherCheckFirst });
  const { exitCode, stdout } = await project.run(["--reporter", "json"]);
  const { cases } = runReportSchema.parse(JSON.parse(stdout));
  expect(cases).toMatchObject([{ check: "unlock-not-held", alsoFails: ["assert"], asExpected: true }]);
  expect(exitCode).toBe(0);
});

test("claims about runs: after the states, past other checks, and told without who only goes round", async () => {
  project = new Project({ "specs/claims.ts": claims });
  const { exitCode, stdout } = await project.run(["--reporter", "json"]);
  const { cases } = runReportSchema.parse(JSON.parse(stdout));
  expect(cases).toMatchObject([
    { verdict: "holds", asExpected: true },
    { verdict: "violated", check: "never_stuck", alsoFails: ["assert"], asExpected: true },
    { verdict: "violated", check: "eventually", asExpected: false },
  ]);
  for (const { trace } of cases.slice(1)) {
    expect(trace?.steps).toEqual([]);
    expect(trace?.explanation.sentences.join()).toContain("From the start only ticker goes on for ever");
  }
  expect(exitCode).toBe(1);
});

test("--set makes another model of a case, which generated/ does not keep; --keep says where the files are", async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const { exitCode, stdout, stderr } = await project.run([
    "--case",
    "lock*",
    "--set",
    "locked=false",
    "--keep",
  ]);
  expect(stdout).toContain("✖ locked  fails by assert");
  expect(stdout).not.toContain("unlocked");
  expect(exitCode).toBe(1);
  expect(project.files().filter((name) => name.startsWith("generated/"))).toEqual([]);
  const kept = /the files of this run stay in (\S+)/.exec(stderr)?.[1] ?? "";
  expect(kept).toContain(project.temporary);
  for (const name of ["/locked.tla", "/locked.cfg"]) {
    expect(project.leftovers().filter((path) => path.endsWith(name))).toHaveLength(1);
  }
  rmSync(kept, { recursive: true });
});
