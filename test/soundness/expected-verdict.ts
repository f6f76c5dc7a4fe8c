/** A spec file whose cases must have the verdicts that they expect, by TLC and by the interpreter. */
import { join } from "node:path";
import { expect } from "vitest";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { compile } from "../../src/passes/compile.js";
import { verdictOf } from "../support/explore.js";
import { expectAgreement } from "./agreement.js";

/** Fails unless every case of the file expects `check` (or to hold) and both oracles say so, state by state. */
export async function expectVerdict(root: string, file: string, check: string | undefined): Promise<void> {
  const graph = createModuleGraph(root);
  const { cases, diagnostics } = lowerSpec(graph, readSpec(graph, join(root, file)));
  expect(diagnostics).toEqual([]);
  expect(cases.length).toBeGreaterThan(0);
  for (const { declaration, program } of cases) {
    expect(declaration.expectedCheck).toBe(check);
    const found = verdictOf(await expectAgreement(compile(program)));
    if (check === undefined) expect(found).toEqual([]);
    else expect(found.map((name) => name.split(":")[0])).toContain(check);
  }
}
