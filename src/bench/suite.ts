/**
 * The shipped suite from nothing: `latchwork check` once, beside the plain tools, which are started for one case after the
 * other as a script would do it, half of them before and half behind, so that whatever else the machine does happens to both.
 */
import { join } from "node:path";
import type { CompiledCase } from "../app/load.js";
import type { Bench } from "./attempt.js";
import { SUITE_TOOL_LIMIT } from "./options.js";
import { keptCases, type PlainCase, timeCommand, timePlain } from "./plain.js";

export interface Suite {
  readonly cases: number;
  /** Modules that the plain tools are given: two for a case with claims about whole runs. */
  readonly modules: number;
  readonly plainMs: number;
  readonly commandMs: number;
}

export async function measureSuite(bench: Bench, root: string, all: readonly CompiledCase[]): Promise<Suite> {
  const kept = all.flatMap((compiled) => keptCases(root, compiled));
  const half = Math.ceil(kept.length / 2);
  let plainMs = 0;
  const plain = async (some: readonly PlainCase[]) => {
    for (const [index, one] of some.entries()) {
      if (index % 50 === 0)
        bench.say(`suite: ${some.length - index} modules to go, ${seconds(plainMs)} so far`);
      plainMs += await timePlain(bench, one, SUITE_TOOL_LIMIT);
    }
  };
  await plain(kept.slice(0, half));
  bench.say(`suite: latchwork check, ${all.length} cases`);
  const words = ["check", "specs", "--no-cache", "--reporter", "json"];
  const commandMs = await timeCommand(join(root, "bin/latchwork.js"), root, words);
  bench.say(`  ${seconds(commandMs)}`);
  await plain(kept.slice(half));
  return { cases: all.length, modules: kept.length, plainMs, commandMs };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
