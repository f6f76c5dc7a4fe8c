/** The watch and the interpreter agree on what a real spec reaches; constructs.test.ts has the language's corners. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { compile } from "../../src/passes/compile.js";
import { repository } from "../support/source-tree.js";
import { expectAgreement } from "./agreement.js";

// Those that are small also where nothing stops them.
const CASES = ["init-first-create", "per-timer-lock-create", "kill-inside-pt-lock", "type1-writes-vcpu"];

test.each(CASES)("specs/vpt, case %s", async (name) => {
  const graph = createModuleGraph(repository);
  const { cases } = lowerSpec(graph, readSpec(graph, join(repository, "specs/vpt/vpt.ts")));
  const found = cases.find(({ declaration }) => declaration.name === name);
  await expectAgreement(compile(found!.program));
  expect(found).toBeDefined();
});
