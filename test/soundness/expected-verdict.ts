/** A spec file whose cases must have the verdicts that they expect, by TLC and by the interpreter. */
import { join } from "node:path";
import { expect } from "vitest";
import { must } from "../../src/base/assert.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import type { Model } from "../../src/ir/model.js";
import { compile } from "../../src/passes/compile.js";
import { checkRuns } from "../support/check-runs.js";
import { verdictOf } from "../support/explore.js";
import { falseClaims, graphOf } from "../support/liveness.js";
import { expectAgreement } from "./agreement.js";

/** The claims about runs that are false, as `check: name`; fails unless TLC and the explored graph agree about them. */
async function falseRuns(model: Model): Promise<string[]> {
  if (model.liveness.length === 0) return [];
  const ours = falseClaims(graphOf(model));
  const answers = [...(await checkRuns(model))];
  const theirs = answers.flatMap(([name, told]) => (told === undefined ? [] : [name]));
  expect(theirs.sort()).toEqual(ours.toSorted());
  return model.liveness
    .filter(({ name }) => ours.includes(name))
    .map(({ check, name }) => `${check}: ${name}`);
}

/** Fails unless every case of the file expects `check` (or to hold) and both oracles say so, state by state. */
export async function expectVerdict(root: string, file: string, check: string | undefined): Promise<void> {
  const graph = createModuleGraph(root);
  const { cases, diagnostics } = lowerSpec(graph, readSpec(graph, join(root, file)));
  expect(diagnostics).toEqual([]);
  expect(cases.length).toBeGreaterThan(0);
  for (const { declaration, program } of cases) {
    expect(declaration.expectedCheck).toBe(check);
    const model = compile(program);
    const found = [...verdictOf(await expectAgreement(model)), ...(await falseRuns(model))];
    if (check === undefined) expect(found).toEqual([]);
    else expect(found.map((name) => name.split(":")[0])).toContain(check);
  }
}

/**
 * As {@link expectVerdict}, for a spec whose cases expect what they like: of the one that has the most states among those
 * with no more than `limit`. Fails where each has more.
 */
export async function expectLargestCase(root: string, file: string, limit: number): Promise<void> {
  const graph = createModuleGraph(root);
  const { cases, diagnostics } = lowerSpec(graph, readSpec(graph, join(root, file)));
  expect(diagnostics).toEqual([]);
  let largest:
    | { readonly model: Model; readonly states: number; readonly expected: string | undefined }
    | undefined;
  for (const { declaration, program } of cases) {
    const model = compile(program);
    const { complete, distinct } = exploreSync(model, { maxStates: limit });
    if (!complete || distinct <= (largest?.states ?? 0)) continue;
    largest = { model, states: distinct, expected: declaration.expectedCheck };
  }
  const { model, expected } = must(largest, `a case of ${file} with no more than ${limit} states`);
  const found = [...verdictOf(await expectAgreement(model)), ...(await falseRuns(model))];
  if (expected === undefined) expect(found).toEqual([]);
  else expect(found.map((name) => name.split(":")[0])).toContain(expected);
}
