/** A model through TLC as `latchwork check` asks about its states, with a clock. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { caseDirectory, translateCase } from "../app/models.js";
import type { PreparedCase } from "../app/prepare.js";
import { printConfig } from "../emit/module.js";
import { runTlc } from "../tlc/run.js";
import type { RunDirectory } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";

/** Ready for TLC. */
export interface Translated {
  readonly prepared: PreparedCase;
  readonly directory: RunDirectory;
  readonly ms: number;
}

export interface TlcRun {
  /** `violated`: TLC stops at the first state that is wrong. `stopped`: at the limit. */
  readonly kind: "holds" | "violated" | "stopped";
  readonly distinct: number;
  /** From the start of the JVM to its end. */
  readonly ms: number;
  /** From when TLC computes the first state to when it says what it has found; NaN where both came in one piece. */
  readonly searchMs: number;
}

export async function translated(
  tools: Tools,
  run: RunDirectory,
  prepared: PreparedCase,
): Promise<Translated> {
  const directory = await caseDirectory(run, prepared.compiled);
  const started = performance.now();
  await translateCase(tools, directory, prepared, { alone: true });
  return { prepared, directory, ms: performance.now() - started };
}

/** TLC computes the initial states. */
const BEGINS = "@!@!@STARTMSG 2189:";
/** It has found no error, or one: in the first state, in another, a deadlock. */
const ENDS = /^@!@!@STARTMSG (?:2193|2107|2110|2114):/;

/** Lines that are told within so many milliseconds came out of the pipe together. */
const ONE_PIECE = 3;

export async function askTlc(
  tools: Tools,
  { prepared, directory }: Translated,
  { symmetric, seconds }: { readonly symmetric: boolean; readonly seconds: number },
): Promise<TlcRun> {
  const { emitted } = prepared.states;
  const { naming, invariants, symmetry } = emitted;
  const configFile = join(directory.path, `bench_${naming.module}.cfg`);
  const question = symmetric && symmetry !== undefined ? { invariants, symmetry } : { invariants };
  await writeFile(configFile, printConfig(naming, question));
  const started = performance.now();
  let begin = Number.NaN;
  let end = Number.NaN;
  let distinct = 0;
  const outcome = await runTlc({
    ...tools,
    directory,
    moduleFile: join(directory.path, `${naming.module}.tla`),
    configFile,
    workers: 1,
    timeoutSeconds: seconds,
    onProgress: (progress) => {
      distinct = progress.distinct;
    },
    onPrinted: (line) => {
      if (line.startsWith(BEGINS)) begin = performance.now();
      else if (ENDS.test(line) && Number.isNaN(end)) end = performance.now();
      return false;
    },
  });
  const ms = performance.now() - started;
  if (outcome.kind === "trouble" && !outcome.resource) throw new Error(`TLC: ${outcome.diagnostic.message}`);
  const kind = outcome.kind === "trouble" ? "stopped" : outcome.kind;
  if (outcome.kind !== "trouble") distinct = outcome.states?.distinct ?? 1;
  const searchMs = end - begin;
  return { kind, distinct, ms, searchMs: searchMs < ONE_PIECE ? Number.NaN : searchMs };
}
