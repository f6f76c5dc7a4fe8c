/** The shipped cases: their states merged and unmerged, and the time that each engine takes. */
import type { CompiledCase } from "../app/load.js";
import type { Decision } from "../reduction/reduce.js";
import { attempt, type Bench } from "./attempt.js";
import { LIMITS, MOST_FOR_TLC, TLC_LIMIT, WORTH_MERGING, WORTH_TIMING } from "./options.js";
import { askTlc, type TlcRun, translated } from "./tlc.js";
import { type Explored, exploreCase, exploreModel, type Prepared } from "./worker.js";

export interface Speed {
  readonly reduced: boolean;
  readonly distinct: number;
  /** The best run. */
  readonly perSecond: number;
  readonly bytesPerState: number;
}

/** What was measured of one case. */
export interface CaseTimes {
  readonly name: string;
  /** Path of the spec. */
  readonly spec: string;
  readonly holds: boolean;
  readonly unreduced: Explored;
  readonly reduced: Explored;
  /** The merged model, explored as `latchwork check` asks: as far as what the case expects. Only where TLC was asked. */
  readonly asked: Explored | undefined;
  readonly prepareMs: number;
  readonly translateMs: number | undefined;
  /** Of the merged model, where it was asked; `symmetric` is the same run where nothing can change places. */
  readonly tlc: { readonly plain: TlcRun; readonly symmetric: TlcRun } | undefined;
  readonly tlcUnreduced: TlcRun | undefined;
  readonly speeds: readonly Speed[];
  readonly decisions: readonly Decision[];
}

/** Both models of a case, explored. */
interface Pair {
  readonly compiled: CompiledCase;
  readonly name: string;
  readonly unreduced: Prepared;
  readonly reduced: Prepared;
}

/** The cases of one spec: both engines are asked about all of them, merged; TLC unmerged about the largest, or all that one asks for. */
export async function measureSpec(bench: Bench, cases: readonly CompiledCase[]): Promise<CaseTimes[]> {
  const pairs: Pair[] = [];
  for (const compiled of cases) {
    const name = `${compiled.spec.replace(/^specs\/|\.ts$/g, "")} ${compiled.declaration.name}`;
    bench.say(name);
    const pair = await attempt(bench, name, () => exploreBoth(compiled, name));
    if (pair !== undefined) pairs.push(pair);
  }
  const largest = largestOf(pairs.filter(({ unreduced }) => unreduced.explored.distinct <= MOST_FOR_TLC));
  const measured: CaseTimes[] = [];
  for (const pair of pairs) {
    const plain = bench.options.only !== undefined || pair === largest;
    const one = await attempt(bench, `TLC: ${pair.name}`, () =>
      measurePair(bench, pair, { merged: true, plain }),
    );
    measured.push(one ?? (await measurePair(bench, pair, { merged: false, plain: false })));
  }
  return measured;
}

async function exploreBoth(compiled: CompiledCase, name: string): Promise<Pair> {
  const unreduced = await exploreCase(compiled, false, LIMITS);
  const reduced = await exploreCase(compiled, true, LIMITS);
  if (unreduced === undefined || reduced === undefined) throw new Error("it takes too long");
  return { compiled, name, unreduced, reduced };
}

function isSmaller(a: Pair, b: Pair): number {
  return a.reduced.explored.distinct - b.reduced.explored.distinct;
}

function largestOf(pairs: readonly Pair[]): Pair | undefined {
  return pairs
    .filter(({ reduced }) => reduced.explored.complete)
    .toSorted(isSmaller)
    .at(-1);
}

async function measurePair(
  bench: Bench,
  { compiled, name, unreduced, reduced }: Pair,
  asks: { readonly merged: boolean; readonly plain: boolean },
): Promise<CaseTimes> {
  const { quick } = bench.options;
  const isLarge = unreduced.explored.distinct > WORTH_MERGING;
  const isSmallEnough = unreduced.explored.complete && unreduced.explored.distinct <= MOST_FOR_TLC;
  const merged = asks.merged && (isLarge || !quick) ? await throughTlc(bench, reduced) : undefined;
  const plain =
    asks.plain && isLarge && isSmallEnough && !quick ? await throughTlc(bench, unreduced) : undefined;
  const asked =
    merged && (await exploreModel(reduced.prepared.states.model, LIMITS, compiled.declaration.expectedCheck));
  const speeds = asks.merged
    ? [...(await speedOf(bench, unreduced, false)), ...(quick ? [] : await speedOf(bench, reduced, true))]
    : [];
  return {
    name,
    spec: compiled.spec,
    holds: compiled.declaration.expectedCheck === undefined,
    unreduced: unreduced.explored,
    reduced: reduced.explored,
    asked,
    prepareMs: reduced.prepareMs,
    translateMs: merged?.translateMs,
    tlc: merged,
    tlcUnreduced: plain?.plain,
    speeds,
    decisions: reduced.decisions,
  };
}

async function throughTlc({ tools, directory }: Bench, { prepared }: Prepared) {
  const ready = await translated(tools, directory, prepared);
  const plain = await askTlc(tools, ready, { symmetric: false, seconds: TLC_LIMIT });
  const canSwap = prepared.states.emitted.symmetry !== undefined;
  const symmetric = canSwap ? await askTlc(tools, ready, { symmetric: true, seconds: TLC_LIMIT }) : plain;
  return { plain, symmetric, translateMs: ready.ms };
}

/** The best of three runs, each of which begins cold. */
async function speedOf(bench: Bench, { prepared, explored }: Prepared, reduced: boolean): Promise<Speed[]> {
  if (explored.distinct <= WORTH_TIMING) return [];
  const runs = [explored];
  for (let more = bench.options.quick ? 0 : 2; more > 0; more--) {
    const run = await exploreModel(prepared.states.model, LIMITS);
    if (run !== undefined) runs.push(run);
  }
  const best = runs.reduce((a, b) => (b.distinct / b.ms > a.distinct / a.ms ? b : a));
  return [
    {
      reduced,
      distinct: best.distinct,
      perSecond: (best.distinct / best.ms) * 1000,
      bytesPerState: best.bytes / best.distinct,
    },
  ];
}
