/** A part that fails must not lose the rest of a run of half an hour: it is told, and stands in the document as left out. */
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import type { BenchOptions } from "./options.js";

export interface Bench {
  readonly options: BenchOptions;
  readonly tools: Tools;
  readonly directory: RunDirectory;
  readonly say: (line: string) => void;
  /** What was left out, and why; grows while the bench runs. */
  readonly leftOut: string[];
}

/** The result of `work`; where it throws it is noted, and undefined. */
export async function attempt<T>(
  bench: Bench,
  what: string,
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const line = why.split("\n", 1)[0]!.slice(0, 200);
    bench.say(`  ${what} failed: ${line}`);
    bench.leftOut.push(`${what} (${line})`);
    return undefined;
  }
}
