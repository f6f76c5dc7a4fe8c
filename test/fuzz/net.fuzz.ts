/**
 * Whether the random programs would notice: steps merged by rules that are known to be wrong must change what some of a
 * few programs fail. A rule that none of them catches means that the generator has forgotten something.
 */
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import type { Model } from "../../src/ir/model.js";
import { type Findings, unreducedModel } from "./models.js";
import { randomProgram } from "./programs.js";
import { bestExplore, MOST_STATES } from "./properties.js";
import { SUITES, type Suite } from "./themes.js";
import { mergedBy, UNSOUND_RULES } from "./unsound.js";

const { count: COUNT, seed: SEED }: { count: number; seed: number } = JSON.parse(process.env.LATCHWORK_FUZZ!);

interface Known {
  readonly model: Model;
  readonly found: Findings;
}

const known = new Map<Suite, readonly Known[]>();

/** Small programs of the suite, made once. */
function programs(suite: Suite): readonly Known[] {
  const made = known.get(suite) ?? makePrograms(suite);
  known.set(suite, made);
  return made;
}

function makePrograms(suite: Suite): Known[] {
  return fc.sample(randomProgram(suite), { seed: SEED, numRuns: COUNT }).flatMap(({ text }) => {
    const model = unreducedModel(text);
    const found = model && bestExplore(model, MOST_STATES / 4);
    return found === undefined ? [] : [{ model: model!, found }];
  });
}

/** By what fails: a wrong rule that only makes more states would not be wrong. */
function catches({ model, found }: Known, merged: Model): boolean {
  if (JSON.stringify(merged.processes) === JSON.stringify(model.processes)) return false;
  const findings = bestExplore(merged, MOST_STATES);
  return findings !== undefined && findings.failing.join() !== found.failing.join();
}

describe("programs notice when", () => {
  test.each(UNSOUND_RULES)("$name", { timeout: 0 }, (rule) => {
    const caught = programs(rule.suite).filter((program) => catches(program, mergedBy(rule, program.model)));
    console.log(`${caught.length} of ${programs(rule.suite).length}: ${rule.name} (${rule.suite})`);
    expect(caught.length).toBeGreaterThan(0);
  });

  test("every suite compiles and is small", { timeout: 0 }, () => {
    for (const suite of SUITES) expect(programs(suite).length, suite).toBeGreaterThan(COUNT * 0.8);
  });
});
