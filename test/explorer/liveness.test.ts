/** Claims about runs: as many are false as by the slow oracle, and each lasso is one for the interpreter. */
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns, exploreRunsInSlices } from "../../src/explorer/liveness.js";
import type { Model } from "../../src/ir/model.js";
import { flawOf, replayLasso } from "../../src/trace/lasso.js";
import { randomRunSpec } from "../soundness/generate.js";
import { RUN_SPECS } from "../soundness/specs-liveness.js";
import { compileText } from "../support/compile.js";
import { falseClaims, graphOf } from "../support/liveness.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_RUNS ?? 40);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_404);
const MOST_STATES = 500;

/** Fails unless both find the same claims false, for reasons that hold in the interpreter. */
function expectSameClaims(model: Model): void {
  const { exploration, falseClaims: found } = exploreRuns(model);
  expect(exploration.complete).toBe(true);
  expect([...found.keys()].sort()).toEqual(falseClaims(graphOf(model)).sort());
  for (const property of model.liveness) {
    const lasso = found.get(property.name);
    if (lasso === undefined) continue;
    const { prefix, loop } = lasso;
    const back = loop.length === 1 ? undefined : prefix.length + 1;
    expect(flawOf(model, property, replayLasso(model, [...prefix, ...loop], back))).toBeUndefined();
  }
}

describe("claims about runs", () => {
  test.each(RUN_SPECS.map(({ name, text }) => [name, text]))("%s", (_, text) => {
    expectSameClaims(compileText(text));
  });
});

function compiled(text: string): Model | undefined {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DiagnosticsError) return undefined;
    throw error;
  }
}

test("random specs", { timeout: 60_000 + COUNT * 2000 }, async () => {
  let violated = 0;
  await fc.assert(
    fc.property(randomRunSpec({ wideSteps: true }), (text) => {
      const model = compiled(text);
      fc.pre(model !== undefined && exploreSync(model, { maxStates: MOST_STATES }).complete);
      violated += exploreRuns(model!).falseClaims.size;
      expectSameClaims(model!);
    }),
    { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 20 },
  );
  expect(violated).toBeGreaterThan(COUNT / 10);
});

test("nothing is said about runs where not every state was seen", async () => {
  const model = compileText(
    'let x = 0; thread("a", () => { for (;;) { x = x + 1; } }); eventually("never", () => x < 0);',
  );
  const found = await exploreRunsInSlices(model, { maxStates: 100 });
  expect(found.exploration.stoppedBy).toBe("states");
  expect(found.falseClaims.size).toBe(0);
});
