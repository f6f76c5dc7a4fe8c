/** Every case of every spec that is shipped is as it expects, by the explorer on the merged steps: no JVM is started. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { type CompiledCase, compileCases, loadSpecs } from "../../src/app/load.js";
import { prepareCase } from "../../src/app/prepare.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import { LIVENESS_CHECKS } from "../../src/ir/checks.js";
import { repository } from "../support/source-tree.js";

const folder = join(repository, "specs");
const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ path: join(folder, name), named: false }));
const compiled = compileCases(
  loadSpecs({ root: repository, paths, casePatterns: [], settings: [] }).readCases(),
);
const files = [...new Set(compiled.map(({ spec }) => spec.split(sep).join("/")))];

/** Keys of what fails; claims about runs count where no check of states fails, or where one of them is expected. */
function failing(one: CompiledCase): string[] {
  const { states, runs } = prepareCase(one, { reduce: true });
  const exploration = exploreSync(states.model);
  expect(exploration.complete).toBe(true);
  const found = [...exploration.failing.keys()];
  const expected = one.declaration.expectedCheck;
  const asksRuns = expected === undefined ? found.length === 0 : LIVENESS_CHECKS.has(expected);
  if (one.model.liveness.length > 0 && asksRuns) {
    const { falseClaims } = exploreRuns(runs.model);
    for (const { name, check } of one.model.liveness) if (falseClaims.has(name)) found.push(check);
  }
  return found;
}

test.each(files)("%s", { timeout: 300_000 }, (file) => {
  for (const one of compiled.filter(({ spec }) => spec === file)) {
    const { name, expectedCheck } = one.declaration;
    const found = failing(one);
    if (expectedCheck === undefined) expect(found, name).toEqual([]);
    else
      expect(
        found.map((key) => key.split(":")[0]),
        name,
      ).toContain(expectedCheck);
  }
});
