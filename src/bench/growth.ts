/** How the states of specs/vpt grow with the number of objects. */
import { compileCases, loadSpecs } from "../app/load.js";
import type { Bench } from "./attempt.js";
import { GROWTH_LIMITS, GROWTH_TLC_LIMIT } from "./options.js";
import { askTlc, type TlcRun, translated } from "./tlc.js";
import { type Explored, exploreCase } from "./worker.js";

export const COUNTS = [2, 3, 4] as const;

/** What a series becomes once it is too large: nothing. */
export interface Growth {
  readonly name: string;
  readonly param: string;
  readonly unreduced: readonly (Explored | undefined)[];
  readonly reduced: readonly (Explored | undefined)[];
  readonly symmetric: readonly (TlcRun | undefined)[];
}

const CASES = ["before-xsa336", "pt-migrate", "split"];
const PARAMS = ["vcpus", "timers"];

export async function measureGrowth(bench: Bench, root: string, path: string): Promise<Growth[]> {
  const series: Growth[] = [];
  for (const name of CASES) {
    for (const param of PARAMS) series.push(await measureSeries(bench, root, path, name, param));
  }
  return series;
}

async function measureSeries(
  bench: Bench,
  root: string,
  path: string,
  name: string,
  param: string,
): Promise<Growth> {
  const unreduced: (Explored | undefined)[] = [];
  const reduced: (Explored | undefined)[] = [];
  const symmetric: (TlcRun | undefined)[] = [];
  for (const count of COUNTS) {
    bench.say(`growth: ${name}, ${count} ${param}`);
    const loaded = loadSpecs({
      root,
      paths: [{ path, named: true }],
      settings: [`${param}=${count}`],
      casePatterns: [name],
    });
    const compiled = compileCases(loaded.readCases())[0];
    if (compiled === undefined) throw new Error(`${path} has no case ${name}`);
    if (isOpen(unreduced))
      unreduced.push((await exploreCase(compiled, false, GROWTH_LIMITS))?.explored ?? beyond());
    if (isOpen(reduced)) {
      const found = await exploreCase(compiled, true, GROWTH_LIMITS);
      reduced.push(found?.explored ?? beyond());
      if (found?.explored.complete === true) {
        const ready = await translated(bench.tools, bench.directory, found.prepared);
        symmetric.push(await askTlc(bench.tools, ready, { symmetric: true, seconds: GROWTH_TLC_LIMIT }));
      }
    }
  }
  return { name, param, unreduced, reduced, symmetric };
}

/** What is too large for two is for three. */
function isOpen(series: readonly (Explored | undefined)[]): boolean {
  return series.every((one) => one?.complete === true);
}

function beyond(): Explored {
  return { complete: false, distinct: 0, ms: GROWTH_LIMITS.seconds * 2000, bytes: 0 };
}
