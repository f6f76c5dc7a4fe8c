/** The explorer and the interpreter agree on the specs that are shipped, where the interpreter is fast enough. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { compile } from "../../src/passes/compile.js";
import { repository } from "../support/source-tree.js";
import { expectSameExploration } from "./agreement.js";

function casesOf(root: string, file: string) {
  const graph = createModuleGraph(root);
  const { cases } = lowerSpec(graph, readSpec(graph, join(root, file)));
  return cases.map(({ declaration, program }) => ({
    name: declaration.name,
    expected: declaration.expectedCheck,
    model: compile(program),
  }));
}

const litmus = join(repository, "specs/litmus");

test.each(readdirSync(litmus))("specs/litmus/%s", (file) => {
  for (const { model } of casesOf(litmus, file)) expectSameExploration(model);
});

describe("specs/vpt", () => {
  test.each(casesOf(repository, "specs/vpt/vpt.ts"))("$name", ({ model, expected }) => {
    // Those that hold are among the largest: a part of each shows that nothing fails early on.
    const explored = exploreSync(model, { maxStates: 4000 });
    if (explored.complete && explored.distinct < 1000) expectSameExploration(model);
    if (expected === undefined) expect([...explored.failing.keys()]).toEqual([]);
    else if (explored.complete) expect([...explored.failing.keys()].join()).toContain(expected);
  });
});

const small = join(repository, "test/cases");

test.each(readdirSync(small))("test/cases/%s", (check) => {
  for (const file of ["bad.ts", "good.ts"]) {
    for (const { model } of casesOf(small, `${check}/${file}`)) expectSameExploration(model);
  }
});
