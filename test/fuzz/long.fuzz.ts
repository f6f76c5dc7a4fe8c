/** `npm run fuzz`: as many programs as one likes. The options come from scripts/fuzz.mjs. */
import { describe, test } from "vitest";
import { explorersAgree, type Property, sameRuns, tlcAgrees, tlcFindsSameRuns } from "./properties.js";
import { addTally, emptyTally, runSeries, sayTally, type Tally } from "./series.js";
import { SUITES, type Suite } from "./themes.js";

interface Options {
  readonly count: number;
  readonly tlc: number;
  readonly seed: number;
  readonly only: Suite | undefined;
}

const { count, tlc, seed, only }: Options = JSON.parse(process.env.LATCHWORK_FUZZ!);
const suites = only === undefined ? SUITES : [only];

/** Between two lines about how far a series is. */
const EVERY = 5000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs the series and says what became of it. */
async function run(
  name: string,
  suite: Suite,
  property: Property,
  programs: number,
  from: number,
): Promise<Tally> {
  let said = 0;
  const onProgress = (tally: Tally) => {
    if (tally.milliseconds - said < EVERY) return;
    said = tally.milliseconds;
    say(
      `  ${name}: ${tally.used} of ${programs}, ${((1000 * tally.used) / tally.milliseconds).toFixed(1)}/s`,
    );
  };
  const tally = await runSeries({ suite, property, count: programs, seed: from, onProgress });
  say(`${name}: ${sayTally(tally)}`);
  return tally;
}

const share = (whole: number, index: number, parts: number) =>
  Math.floor((whole * (index + 1)) / parts) - Math.floor((whole * index) / parts);

describe(`seed ${seed}`, () => {
  const sum = emptyTally();
  for (const [index, suite] of suites.entries()) {
    const programs = share(count, index, suites.length);
    test.runIf(programs > 0)(suite, { timeout: 0 }, async () => {
      const property = suite === "liveness" ? sameRuns : explorersAgree;
      addTally(sum, await run(suite, suite, property, programs, seed));
      if (index === suites.length - 1) say(`all: ${sayTally(sum)}`);
    });
  }
  // A JVM takes longer to start than such a model to explore: two at a time.
  for (const [index, suite] of suites.entries()) {
    const property = suite === "liveness" ? tlcFindsSameRuns : tlcAgrees;
    describe.concurrent(`${suite}, TLC`, () => {
      for (const half of [0, 1]) {
        const programs = share(share(tlc, index, suites.length), half, 2);
        test.runIf(programs > 0)(`half ${half + 1}`, { timeout: 0 }, async () => {
          await run(`${suite}, TLC, seed ${seed + 1 + half}`, suite, property, programs, seed + 1 + half);
        });
      }
    });
  }
});
