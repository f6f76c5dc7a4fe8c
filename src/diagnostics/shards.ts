/** What can be wrong with the reports that are to be merged: LW2212 and up. */
import type { Diagnostic } from "./diagnostic.js";

const ADVICE = "Merge the JSON reports of all shards of one run, each once: latchwork merge shard-*.json";

export const noShard = (file: string): Diagnostic => ({
  code: "LW2212",
  message: `${file} is the report of a whole run, not of a shard`,
  why: "There is nothing to merge it with.",
  help: ADVICE,
});

export const foreignShard = (first: string, second: string, what: string): Diagnostic => ({
  code: "LW2213",
  message: `${first} and ${second} are not shards of one run: ${what}`,
  why: "A report of both would be about something that nobody has checked.",
  help: "Run all shards with the same specs, options and version, and merge those.",
});

export const doubledShard = (first: string, second: string, index: number): Diagnostic => ({
  code: "LW2214",
  message: `${first} and ${second} are both shard ${index}`,
  why: "One of them may be from an earlier run.",
  help: ADVICE,
});

export const missingShards = (missing: readonly number[], of: number): Diagnostic => ({
  code: "LW2215",
  message:
    missing.length === 0
      ? "there is no report to merge"
      : `${missing.length === 1 ? "shard" : "shards"} ${missing.join(", ")} of ${of} ${missing.length === 1 ? "is" : "are"} missing`,
  why: "The cases of a shard that is not there were not checked, as far as anybody knows.",
  help: ADVICE,
});
