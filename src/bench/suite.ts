/**
 * The shipped suite from nothing: `latchwork check` beside the plain tools, which are started for one case after the other as
 * a script would do it. Both get the same shards by turns, so that whatever else the machine does happens to both.
 */
import { join } from "node:path";
import type { CompiledCase } from "../app/load.js";
import { isInShard } from "../app/shard.js";
import type { Bench } from "./attempt.js";
import { SUITE, SUITE_TOOL_LIMIT } from "./options.js";
import { plainCases, timeCommand, timePlain } from "./plain.js";

/** One shard. */
export interface SuiteTurn {
  readonly shard: string;
  readonly cases: number;
  readonly plainMs: number;
  readonly commandMs: number;
}

export interface Suite {
  readonly turns: readonly SuiteTurn[];
  /** In the whole suite. */
  readonly cases: number;
}

export async function measureSuite(bench: Bench, root: string, all: readonly CompiledCase[]): Promise<Suite> {
  const turns: SuiteTurn[] = [];
  for (const index of SUITE.taken) {
    const shard = `${index}/${SUITE.of}`;
    const cases = all.filter(({ spec, declaration }) =>
      isInShard({ index, of: SUITE.of }, { spec, case: declaration.name }),
    );
    bench.say(`suite: shard ${shard}, ${cases.length} cases`);
    let plainMs = 0;
    for (const one of cases.flatMap(plainCases)) plainMs += await timePlain(bench, one, SUITE_TOOL_LIMIT);
    const words = ["check", "specs", "--shard", shard, "--no-cache", "--reporter", "json"];
    const commandMs = await timeCommand(join(root, "bin/latchwork.js"), root, words);
    bench.say(`  ${(plainMs / 1000).toFixed(1)} s and ${(commandMs / 1000).toFixed(1)} s`);
    turns.push({ shard, cases: cases.length, plainMs, commandMs });
  }
  return { turns, cases: all.length };
}
