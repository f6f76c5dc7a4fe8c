/**
 * Every check by name: in test/cases/<check>/ a smallest spec that trips it, `bad.ts`, and its smallest repair,
 * `good.ts`. TLC and the interpreter must agree on every state, and both with what the spec expects.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHECKS } from "../../src/ir/checks.js";
import { repository } from "../support/source-tree.js";
import { expectVerdict } from "./expected-verdict.js";

const folder = join(repository, "test/cases");
const checks = readdirSync(folder);

/** Checks that nothing can fail yet. */
const UNBUILT = new Set<string>();

test("every check has its cases", () => {
  expect([...checks, ...UNBUILT].sort()).toEqual([...CHECKS.keys()].sort());
});

describe.concurrent("cases", () => {
  for (const check of checks) {
    test(`${check} is tripped`, () => expectVerdict(folder, `${check}/bad.ts`, check));
    test(`${check} is repaired`, () => expectVerdict(folder, `${check}/good.ts`, undefined));
  }
});
