/**
 * `npm run bench`: measures, and writes the tables of docs/PERFORMANCE.md. With --only or --quick it measures a part
 * and prints the tables instead. Not part of the package.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CompiledCase, loadSpecs } from "../app/load.js";
import { findRoot, findSpecPaths } from "../app/project.js";
import { withRunDirectory } from "../tlc/run-directory.js";
import { findTools } from "../tlc/tools.js";
import { type Bench, type CaseTimes, measureCase } from "./cases.js";
import { type CommandTimes, measureCommand } from "./commands.js";
import { measureGrowth } from "./growth.js";
import type { BenchOptions } from "./options.js";
import { type Measured, SECTIONS, sections } from "./sections.js";
import { measureStartUp, type StartUp } from "./start-up.js";
import { replaceBetween } from "./table.js";
import { countThreads } from "./threads.js";

const root = findRoot(import.meta.dirname);
const { values } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean", default: false } },
});
const options: BenchOptions = { only: values.only, quick: values.quick };
const isWhole = options.only === undefined && !options.quick;
const started = performance.now();

const tools = await findTools({ env: process.env });
const measured = await withRunDirectory((directory) => measure({ options, tools, directory, say }));
const found = sections(measured);
if (isWhole) {
  const path = join(root, "docs/PERFORMANCE.md");
  const document = SECTIONS.reduce(
    (text, name) => replaceBetween(text, name, found[name]),
    readFileSync(path, "utf8"),
  );
  writeFileSync(path, document);
  say(`written: ${path}`);
} else {
  for (const name of SECTIONS) console.log(`\n## ${name}\n\n${found[name]}`);
}

async function measure(bench: Bench): Promise<Measured> {
  const loaded = loadSpecs({ root, paths: findSpecPaths(root, root, []), settings: [], casePatterns: [] });
  const { only, quick } = options;
  const chosen = loaded
    .compileCases()
    .filter(({ spec, declaration }) => only === undefined || `${spec} ${declaration.name}`.includes(only));
  const cases: CaseTimes[] = [];
  for (const compiled of chosen) {
    const one = await measureCase(bench, compiled);
    if (one === undefined) say("  takes too long, and is left out");
    else cases.push(one);
  }
  const wants = (part: string) => only === undefined || part.includes(only);
  const threads = wants("vpt threads") ? countThreads(bench, root, join(root, "bench/vpt-threads.ts")) : [];
  const growth =
    wants("vpt growth") && !quick ? await measureGrowth(bench, root, join(root, "specs/vpt/vpt.ts")) : [];
  const commands: CommandTimes[] = [];
  for (const spec of quick ? [] : new Set(chosen.map((compiled) => compiled.spec))) {
    const count = chosen.filter((compiled) => compiled.spec === spec).length;
    commands.push(await measureCommand(bench, root, spec, count));
  }
  const startUp = wants("start-up") ? await timeStartUp(bench, loaded.compileCases()) : undefined;
  return { run: about(), cases, growth, threads, commands, startUp };
}

/** The small case is the first of the store buffering test: what nearly every litmus test is like. */
async function timeStartUp(bench: Bench, all: readonly CompiledCase[]): Promise<StartUp | undefined> {
  const small = all.find(({ spec }) => spec === "specs/litmus/sb.ts");
  return small && measureStartUp(bench, root, small, options.quick ? undefined : all);
}

function about(): string {
  const day = new Date().toISOString().slice(0, 10);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  return [
    `Measured on ${day}, in ${minutes} minutes, on ${availableParallelism()} cores of ${cpus()[0]?.model ?? "a CPU"}`,
    `with Node.js ${process.version}, Java ${tools.java.version} and TLA+ tools ${tools.jar.version}.`,
  ].join("\n");
}

function say(line: string): void {
  const at = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${at} s  ${line}\n`);
}
