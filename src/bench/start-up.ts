/**
 * What Latchwork makes of the start of Java: the same files through the plain tools, as one would type it, and through
 * Latchwork, by turns in one run, so that whatever else the machine does happens to both.
 */
import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompiledCase } from "../app/load.js";
import { prepareCase } from "../app/prepare.js";
import { runProcess } from "../tlc/process.js";
import { runTlc } from "../tlc/run.js";
import { translate } from "../tlc/translate.js";
import type { Bench } from "./cases.js";
import { median } from "./table.js";

export interface StartUp {
  /** The small case. */
  readonly name: string;
  /** `java … pcal.trans`, then `java … tlc2.TLC`, without a flag more than they need. */
  readonly plainMs: number;
  /** The same module translated and checked by Latchwork. */
  readonly oursMs: number;
  readonly oursRatio: number;
  /** `latchwork check` of the case, from the shell's point of view. */
  readonly commandMs: number;
  readonly commandRatio: number;
  readonly helpMs: number;
  /** Every shipped case. */
  readonly suite:
    | { readonly cases: number; readonly plainMs: number; readonly commandMs: number }
    | undefined;
}

const TURNS = 5;

/** What a case is to the plain tools: the files that are kept in generated/, before translation. */
interface PlainCase {
  readonly module: string;
  readonly text: string;
  readonly config: string;
}

/** `latchwork` as the project runs it. */
async function timeCommand(root: string, words: readonly string[]): Promise<number> {
  const started = performance.now();
  const args = [join(root, "bin/latchwork.js"), ...words];
  const { exitCode } = await runProcess({ command: process.execPath, args, cwd: root });
  if (exitCode !== 0) throw new Error(`latchwork ${words.join(" ")} ended with ${exitCode}`);
  return performance.now() - started;
}

function plainCases(compiled: CompiledCase): PlainCase[] {
  const { states, runs } = prepareCase(compiled, { reduce: true });
  return [...new Set([states, runs])].map(({ emitted }) => ({
    module: emitted.naming.module,
    text: emitted.text,
    config: emitted.config,
  }));
}

/** Writes the files of a case into a folder of its own. */
async function layOut({ directory }: Bench, { module, text, config }: PlainCase): Promise<string> {
  const folder = await mkdtemp(join(directory.path, "start-"));
  await writeFile(join(folder, `${module}.tla`), text);
  await writeFile(join(folder, `${module}.cfg`), config);
  return folder;
}

async function timePlain(bench: Bench, one: PlainCase): Promise<number> {
  const { java, jar } = bench.tools;
  const cwd = await layOut(bench, one);
  const started = performance.now();
  for (const words of [
    ["pcal.trans", "-nocfg", `${one.module}.tla`],
    ["tlc2.TLC", `${one.module}.tla`],
  ]) {
    // TLC ends with a code of its own where the case fails, as some are meant to.
    await runProcess({ command: java.path, args: ["-cp", jar.path, ...words], cwd });
  }
  return performance.now() - started;
}

async function timeOurs(bench: Bench, one: PlainCase): Promise<number> {
  const path = await layOut(bench, one);
  const directory = { ...bench.directory, path };
  const configFile = join(path, "asked.cfg");
  await copyFile(join(path, `${one.module}.cfg`), configFile);
  const started = performance.now();
  await translate({ ...bench.tools, directory, moduleName: one.module, source: one.text });
  const moduleFile = join(path, `${one.module}.tla`);
  await runTlc({ ...bench.tools, directory, moduleFile, configFile, workers: 1 });
  return performance.now() - started;
}

/** @param all every shipped case; the suite is left out where that would take too long */
export async function measureStartUp(
  bench: Bench,
  root: string,
  small: CompiledCase,
  all: readonly CompiledCase[] | undefined,
): Promise<StartUp> {
  const [one] = plainCases(small);
  if (one === undefined) throw new Error("a case without a model");
  const name = `${small.spec} ${small.declaration.name}`;
  bench.say(`start-up: ${name}`);
  const check = ["check", small.spec, "--case", small.declaration.name, "--engine", "tlc", "--no-cache"];
  const turns: { plain: number; ours: number; command: number; help: number }[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    turns.push({
      plain: await timePlain(bench, one),
      ours: await timeOurs(bench, one),
      command: await timeCommand(root, check),
      help: await timeCommand(root, ["--help"]),
    });
  }
  return {
    name,
    plainMs: median(turns.map(({ plain }) => plain)),
    oursMs: median(turns.map(({ ours }) => ours)),
    oursRatio: median(turns.map(({ plain, ours }) => ours / plain)),
    commandMs: median(turns.map(({ command }) => command)),
    commandRatio: median(turns.map(({ plain, command }) => command / plain)),
    helpMs: median(turns.map(({ help }) => help)),
    suite: all === undefined ? undefined : await measureSuite(bench, root, all),
  };
}

async function measureSuite(bench: Bench, root: string, all: readonly CompiledCase[]) {
  bench.say(`start-up: all ${all.length} cases`);
  let plainMs = 0;
  for (const one of all.flatMap(plainCases)) plainMs += await timePlain(bench, one);
  const commandMs = await timeCommand(root, ["check", "--engine", "tlc", "--no-cache"]);
  return { cases: all.length, plainMs, commandMs };
}
