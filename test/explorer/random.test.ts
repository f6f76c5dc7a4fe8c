/**
 * The explorer and the interpreter agree on random specs. More of them: LATCHWORK_FUZZ_COUNT=300; another series:
 * LATCHWORK_FUZZ_SEED=7.
 */
import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Model } from "../../src/ir/model.js";
import { MEMORY_MODELS } from "../../src/ir/program.js";
import { randomSpec } from "../soundness/generate.js";
import { compileText } from "../support/compile.js";
import { expectSameExploration } from "./agreement.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 100);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_403);
/** More than these take the interpreter too long. */
const MOST_STATES = 500;

function compiled(text: string): Model | undefined {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

const spec = fc.record({
  text: randomSpec({ wideSteps: true }),
  memory: fc.constantFrom(...MEMORY_MODELS, "sc"),
});

test("random specs", { timeout: 60_000 + COUNT * 1000 }, async () => {
  let used = 0;
  await fc.assert(
    fc.property(spec, ({ text, memory }) => {
      const settings = `memory: "${memory}", expect: holds(), why: "w"`;
      const model = compiled(`${text}\nexport default cases({ title: "t", c: { ${settings} } });`);
      fc.pre(model !== undefined && exploreSync(model, { maxStates: MOST_STATES }).complete);
      used++;
      expectSameExploration(model!);
    }),
    { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 10 },
  );
  expect(used).toBeGreaterThanOrEqual(COUNT);
});
