/** A run on two machines, put together on a third. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runReportSchema } from "../../src/report/schema.js";
import { Project } from "../support/command.js";
import { asExpected, flipped } from "./specs.js";

let project: Project;
beforeAll(() => {
  project = new Project({
    "specs/refs.ts": asExpected,
    "specs/more.ts": asExpected,
    "specs/wrong.ts": flipped,
  });
});
afterAll(() => project?.remove());

const explore = ["--engine", "explore", "--reporter", "json"];
const plain = (text: string) => {
  const report = runReportSchema.parse(JSON.parse(text));
  return { ...report, cases: report.cases.map((each) => ({ ...each, seconds: 0, cached: false })) };
};

test("the merged report and its exit code are those of the whole run; a part alone is not merged", async () => {
  const parts = await Promise.all(
    [1, 2].map((n) =>
      project.run(["check", ...explore, "--shard", `${n}/2`, "--output-file", `json=shard-${n}.json`]),
    ),
  );
  expect(parts.map(({ stdout }) => stdout)).toEqual(["", ""]);
  const whole = await project.run(explore);
  const merged = await project.run(["merge", "shard-2.json", "shard-1.json", "--reporter", "json"]);
  expect(plain(merged.stdout)).toEqual(plain(whole.stdout));
  expect([merged.exitCode, whole.exitCode]).toEqual([1, 1]);
  const table = await project.run(["merge", "shard-1.json", "shard-2.json"]);
  expect(table.stdout).toContain("6 cases: 4 as expected");
  const alone = await project.run(["merge", "shard-1.json"]);
  expect(alone).toMatchObject({ exitCode: 2, stdout: "" });
  expect(alone.stderr).toContain("LW2215 shard 2 of 2 is missing");
  copyFileSync(join(project.path, "package.json"), join(project.path, "other.json"));
  const other = await project.run(["merge", "other.json"]);
  expect(other.stderr).toContain("other.json");
});
