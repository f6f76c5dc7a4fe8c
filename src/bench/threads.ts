/** bench/vpt-threads.ts beside the counts of PlusCal that was written by hand for the same threads. */
import { compileCases, loadSpecs } from "../app/load.js";
import { prepareCase } from "../app/prepare.js";
import { Search } from "../explorer/search.js";
import { stateKey } from "../interpreter/state.js";
import type { Model } from "../ir/model.js";
import type { Bench } from "./attempt.js";

/** Where it is known: distinct states of the model that was written by hand, and of one step for each access. */
const KNOWN: Readonly<Record<string, { readonly hand?: number; readonly unreduced: number }>> = {
  "tm-1": { hand: 11_182, unreduced: 2_890 },
  "tm-2": { hand: 149_140, unreduced: 30_410 },
  "rw-1": { hand: 2_788, unreduced: 1_632 },
  "rw-2": { hand: 22_822, unreduced: 10_458 },
  "d3-2": { unreduced: 10_690 },
};

export interface ThreadsCount {
  readonly name: string;
  readonly hand: number | undefined;
  readonly unreducedThen: number | undefined;
  /** Of which states, from one vCPU as the first and from either. */
  readonly unreduced: Counts;
  readonly reduced: Counts;
}

export interface Counts {
  readonly one: number;
  readonly either: number;
  /** Of `either`: those without a failure. */
  readonly right: number;
}

export function countThreads(bench: Bench, root: string, path: string): ThreadsCount[] {
  bench.say("threads");
  const starts = ["0", "1"].map((start) =>
    compileCases(
      loadSpecs({
        root,
        paths: [{ path, named: true }],
        settings: [`starts=${start}`],
        casePatterns: [],
      }).readCases(),
    ),
  );
  return (starts[0] ?? []).map(({ declaration: { name } }) => {
    const both = starts.flatMap((cases) => cases.filter(({ declaration }) => declaration.name === name));
    const models = (reduce: boolean) => both.map((one) => prepareCase(one, { reduce }).states.model);
    const known = KNOWN[name];
    return {
      name,
      hand: known?.hand,
      unreducedThen: known?.unreduced,
      unreduced: count(models(false)),
      reduced: count(models(true)),
    };
  });
}

function count(models: readonly Model[]): Counts {
  const all = new Map<string, boolean>();
  let one = 0;
  for (const model of models) {
    const search = new Search(model);
    search.run(Number.POSITIVE_INFINITY);
    for (let state = 0; state < search.states.count; state++) {
      const decoded = search.decode(state);
      all.set(stateKey(decoded), decoded.failed.size === 0);
    }
    one ||= all.size;
  }
  return { one, either: all.size, right: [...all.values()].filter((isRight) => isRight).length };
}
