/** The shipped cases: their states merged and unmerged, and the time that each engine takes. */
import type { CompiledCase } from "../app/load.js";
import type { Decision } from "../reduction/reduce.js";
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { type BenchOptions, LIMITS, TLC_LIMIT, WORTH_MERGING, WORTH_TIMING } from "./options.js";
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
  readonly holds: boolean;
  readonly unreduced: Explored;
  readonly reduced: Explored;
  readonly prepareMs: number;
  readonly translateMs: number | undefined;
  /** Of the merged model; `symmetric` is the same run where nothing can change places. */
  readonly tlc: { readonly plain: TlcRun; readonly symmetric: TlcRun } | undefined;
  readonly tlcUnreduced: TlcRun | undefined;
  readonly speeds: readonly Speed[];
  readonly decisions: readonly Decision[];
}

export interface Bench {
  readonly options: BenchOptions;
  readonly tools: Tools;
  readonly directory: RunDirectory;
  readonly say: (line: string) => void;
}

export async function measureCase(bench: Bench, compiled: CompiledCase): Promise<CaseTimes | undefined> {
  const name = `${compiled.spec.replace(/^specs\/|\.ts$/g, "")} ${compiled.declaration.name}`;
  bench.say(name);
  const unreduced = await exploreCase(compiled, false, LIMITS);
  const reduced = await exploreCase(compiled, true, LIMITS);
  if (unreduced === undefined || reduced === undefined) return undefined;
  const { quick } = bench.options;
  const isLarge = unreduced.explored.distinct > WORTH_MERGING;
  const merged = isLarge || !quick ? await throughTlc(bench, reduced) : undefined;
  const plain = isLarge && !quick ? await throughTlc(bench, unreduced) : undefined;
  const speeds = [
    ...(await speedOf(bench, unreduced, false)),
    ...(quick ? [] : await speedOf(bench, reduced, true)),
  ];
  return {
    name,
    holds: compiled.declaration.expectedCheck === undefined,
    unreduced: unreduced.explored,
    reduced: reduced.explored,
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
