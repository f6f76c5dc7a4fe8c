/**
 * What Latchwork makes of the start of Java: the same files through the plain tools, as one would type it, and through
 * Latchwork, by turns in one run, so that whatever else the machine does happens to both.
 */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompiledCase } from "../app/load.js";
import { runTlc } from "../tlc/run.js";
import { translate } from "../tlc/translate.js";
import type { Bench } from "./attempt.js";
import { layOut, type PlainCase, plainCases, timeCommand, timePlain } from "./plain.js";
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
  /** The same with its verdict in the cache. */
  readonly cachedMs: number;
  readonly helpMs: number;
  /** `node` with nothing to do: what no command can be faster than. */
  readonly nodeMs: number;
}

const TURNS = 5;

async function timeOurs(bench: Bench, one: PlainCase): Promise<number> {
  const path = await layOut(bench, one);
  const directory = { ...bench.directory, path };
  const configFile = join(path, "asked.cfg");
  await copyFile(join(path, `${one.module}.cfg`), configFile);
  const started = performance.now();
  await translate({ ...bench.tools, directory, moduleName: one.module, source: one.text, alone: true });
  const moduleFile = join(path, `${one.module}.tla`);
  await runTlc({ ...bench.tools, directory, moduleFile, configFile, workers: 1 });
  return performance.now() - started;
}

export async function measureStartUp(bench: Bench, root: string, small: CompiledCase): Promise<StartUp> {
  const [one] = plainCases(small);
  if (one === undefined) throw new Error("a case without a model");
  const name = `${small.spec} ${small.declaration.name}`;
  bench.say(`start-up: ${name}`);
  const time = (...words: string[]) => timeCommand(join(root, "bin/latchwork.js"), root, words);
  const check = ["check", small.spec, "--case", small.declaration.name, "--engine", "tlc"];
  // From here on its verdict is known to whoever looks.
  await time(...check);
  const turns: Record<"plain" | "ours" | "command" | "cached" | "help" | "node", number>[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    turns.push({
      plain: await timePlain(bench, one),
      ours: await timeOurs(bench, one),
      command: await time(...check, "--no-cache"),
      cached: await time(...check),
      help: await time("--help"),
      node: await timeCommand("-e", root, ["0"]),
    });
  }
  return {
    name,
    plainMs: median(turns.map(({ plain }) => plain)),
    oursMs: median(turns.map(({ ours }) => ours)),
    oursRatio: median(turns.map(({ plain, ours }) => ours / plain)),
    commandMs: median(turns.map(({ command }) => command)),
    commandRatio: median(turns.map(({ plain, command }) => command / plain)),
    cachedMs: median(turns.map(({ cached }) => cached)),
    helpMs: median(turns.map(({ help }) => help)),
    nodeMs: median(turns.map(({ node }) => node)),
  };
}
