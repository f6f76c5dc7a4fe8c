/**
 * Random programs that mostly lock well: both explorers, and TLC, agree about them, with their steps merged and without.
 * More of them: `npm run fuzz`. A failure prints seed and path, and the smallest program that fast-check found.
 */
import { expect, test } from "vitest";
import { explorersAgree, sameRuns, tlcAgrees, tlcFindsSameRuns } from "./properties.js";
import { runSeries, sayTally } from "./series.js";
import type { Suite } from "./themes.js";

const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_261_121);

/** How many programs of each suite, with the explorers and with TLC. */
const COUNTS: readonly (readonly [suite: Suite, explored: number, checked: number])[] = [
  ["locks", 100, 2],
  ["pointers", 50, 1],
  ["data", 40, 1],
  ["waits", 30, 1],
  ["interrupts", 40, 2],
  ["memory", 20, 1],
  ["liveness", 20, 2],
];

test.each(COUNTS)("%s: the explorers agree about %i programs", { timeout: 300_000 }, async (suite, count) => {
  const property = suite === "liveness" ? sameRuns : explorersAgree;
  const tally = await runSeries({ suite, property, count, seed: SEED });
  console.log(`${suite}, seed ${SEED}: ${sayTally(tally)}`);
  // Where most are refused or too large, or fail, or hold, a series proves little.
  if (suite !== "liveness") expect(tally.discarded).toBeLessThan(count / 4);
  expect(tally.failing).toBeGreaterThan(count / 10);
  expect(tally.failing).toBeLessThan(count - count / 10);
});

test.concurrent.each(COUNTS)("%s: TLC agrees", { timeout: 300_000 }, async (suite, _explored, count) => {
  const property = suite === "liveness" ? tlcFindsSameRuns : tlcAgrees;
  await runSeries({ suite, property, count, seed: SEED });
});
