/**
 * Random specs with a claim about runs: TLC and the explored graph decide it alike, and TLC's counterexample is one for
 * the interpreter. More of them: LATCHWORK_FUZZ_RUNS=300; another series: LATCHWORK_FUZZ_SEED=7.
 */
import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { checkRuns } from "../support/check-runs.js";
import { compileText } from "../support/compile.js";
import { falseClaims, type Graph, graphOf, hasFairRun } from "../support/liveness.js";
import { randomRunSpec } from "./generate.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_RUNS ?? 30);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_401);
/** TLC looks at every state once per thread that must be treated fairly. */
const MOST_STATES = 1000;

/** Undefined for a text that the language refuses, has too many states to wait for, or in which every run fails a check. */
function graph(text: string): Graph | undefined {
  try {
    const found = graphOf(compileText(text), MOST_STATES);
    return hasFairRun(found) ? found : undefined;
  } catch (error) {
    const refused = error instanceof Error && error.cause instanceof DiagnosticsError;
    if (refused || (error instanceof Error && error.message.startsWith("more than"))) return undefined;
    throw error;
  }
}

test("TLC finds the same claims false", { timeout: 60_000 + COUNT * 15_000 }, async () => {
  let violated = 0;
  const specs = randomRunSpec({ wideSteps: true }).map((text) => new String(text));
  const property = fc.asyncProperty(specs, async (text) => {
    const explored = graph(String(text));
    fc.pre(explored !== undefined);
    const wanted = falseClaims(explored!);
    violated += wanted.length;
    const answers = [...(await checkRuns(explored!.model))];
    expect(answers.flatMap(([claim, told]) => (told === undefined ? [] : [claim]))).toEqual(wanted);
  });
  await fc.assert(property, { seed: SEED, numRuns: COUNT, maxSkipsPerRun: 100, endOnFailure: COUNT < 40 });
  // A series in which one answer is always right would prove little.
  expect(violated).toBeGreaterThan(COUNT / 10);
  expect(violated).toBeLessThan(COUNT - COUNT / 10);
});
