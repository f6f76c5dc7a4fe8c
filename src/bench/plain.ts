/** The plain tools as one would type them, and `latchwork` as a shell would start it, with a clock. */
import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generatedFolder } from "../app/generated.js";
import type { CompiledCase } from "../app/load.js";
import { prepareCase } from "../app/prepare.js";
import { runProcess } from "../tlc/process.js";
import type { Bench } from "./attempt.js";

/** What a case is to the plain tools: the files that are kept in generated/, before translation. */
export interface PlainCase {
  readonly module: string;
  readonly text: string;
  readonly config: string;
}

/** One for states, and one for runs where the case claims something about them. */
export function plainCases(compiled: CompiledCase): PlainCase[] {
  const { states, runs } = prepareCase(compiled, { reduce: true });
  return [...new Set([states, runs])].map(({ emitted }) => ({
    module: emitted.naming.module,
    text: emitted.text,
    config: emitted.config,
  }));
}

/** The same as they stand in generated/, translated already. Throws where they do not. */
export function keptCases(root: string, { spec, module, runsModule }: CompiledCase): PlainCase[] {
  const folder = join(root, generatedFolder(spec));
  return [module, runsModule]
    .filter((name) => name !== undefined)
    .map((name) => ({
      module: name,
      text: readFileSync(join(folder, `${name}.tla`), "utf8"),
      config: readFileSync(join(folder, `${name}.cfg`), "utf8"),
    }));
}

/** Writes the files of a case into a folder of its own. */
export async function layOut({ directory }: Bench, { module, text, config }: PlainCase): Promise<string> {
  const folder = await mkdtemp(join(directory.path, "plain-"));
  await writeFile(join(folder, `${module}.tla`), text);
  await writeFile(join(folder, `${module}.cfg`), config);
  return folder;
}

/** `java … pcal.trans`, then `java … tlc2.TLC`, without a flag more than they need; each is ended after so many seconds. */
export async function timePlain(bench: Bench, one: PlainCase, timeoutSeconds?: number): Promise<number> {
  const { java, jar } = bench.tools;
  const cwd = await layOut(bench, one);
  const started = performance.now();
  for (const words of [
    ["pcal.trans", "-nocfg", `${one.module}.tla`],
    ["tlc2.TLC", `${one.module}.tla`],
  ]) {
    // TLC ends with a code of its own where the case fails, as some are meant to.
    await runProcess({
      command: java.path,
      args: ["-cp", jar.path, ...words],
      cwd,
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    });
  }
  return performance.now() - started;
}

/** Throws where the command does not end with 0. */
export async function timeCommand(program: string, cwd: string, words: readonly string[]): Promise<number> {
  const started = performance.now();
  const { exitCode } = await runProcess({ command: process.execPath, args: [program, ...words], cwd });
  if (exitCode !== 0) throw new Error(`latchwork ${words.join(" ")} ended with ${exitCode}`);
  return performance.now() - started;
}
