/**
 * `npm run bench`: measures, and writes the tables of docs/PERFORMANCE.md. With --only or --quick it measures a part
 * and prints the tables instead. Not part of the package.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type CompiledCase, compileCases, loadSpecs } from "../app/load.js";
import { findRoot, findSpecPaths } from "../app/project.js";
import { withRunDirectory } from "../tlc/run-directory.js";
import { findTools } from "../tlc/tools.js";
import { attempt, type Bench } from "./attempt.js";
import { type CaseTimes, measureSpec } from "./cases.js";
import { type CommandTimes, measureCommand } from "./commands.js";
import { measureGrowth } from "./growth.js";
import type { BenchOptions } from "./options.js";
import { type Measured, SECTIONS, sections } from "./sections.js";
import { measureStartUp } from "./start-up.js";
import { measureSuite } from "./suite.js";
import { bySpec, replaceBetween } from "./table.js";
import { countThreads } from "./threads.js";

const root = findRoot(import.meta.dirname);
const { values } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean", default: false } },
});
const options: BenchOptions = { only: values.only, quick: values.quick };
const isWhole = options.only === undefined && !options.quick;
const started = performance.now();

const tools = await findTools({ env: process.env });
await withRunDirectory(async (directory) => {
  const bench: Bench = { options, tools, directory, say, leftOut: [] };
  const all = loadSpecs({ root, paths: findSpecPaths(root, root, []), settings: [], casePatterns: [] });
  const cases = compileCases(all.readCases());
  const measured = await measure(bench, cases);
  // The suite takes as long as all the rest, which is written before it begins.
  if (isWhole) write(measured);
  const suite = wants("suite") && !options.quick;
  const whole = suite
    ? { ...measured, suite: await attempt(bench, "suite", () => measureSuite(bench, root, cases)) }
    : measured;
  const found = { ...whole, run: about(bench) };
  if (isWhole) write(found);
  else for (const name of SECTIONS) console.log(`\n## ${name}\n\n${sections(found)[name]}`);
});

/** What was measured; what was not stays as it is. */
function write(measured: Measured): void {
  const path = join(root, "docs/PERFORMANCE.md");
  const found = sections(measured);
  const document = SECTIONS.filter((name) => found[name] !== "").reduce(
    (text, name) => replaceBetween(text, name, found[name]),
    readFileSync(path, "utf8"),
  );
  writeFileSync(path, document);
  say(`written: ${path}`);
}

function wants(part: string): boolean {
  return options.only === undefined || part.includes(options.only);
}

/** All but the suite. */
async function measure(bench: Bench, all: readonly CompiledCase[]): Promise<Measured> {
  const { only, quick } = options;
  const chosen = all.filter(
    ({ spec, declaration }) => only === undefined || `${spec} ${declaration.name}`.includes(only),
  );
  const groups = bySpec(chosen);
  const cases: CaseTimes[] = [];
  for (const ofSpec of groups.values()) cases.push(...(await measureSpec(bench, ofSpec)));
  const threads = wants("vpt threads")
    ? await attempt(bench, "threads", () => countThreads(bench, root, join(root, "bench/vpt-threads.ts")))
    : undefined;
  const growth =
    wants("vpt growth") && !quick
      ? await attempt(bench, "growth", () => measureGrowth(bench, root, join(root, "specs/vpt/vpt.ts")))
      : undefined;
  const commands: CommandTimes[] = [];
  for (const spec of quick ? [] : onePerFolder([...groups.keys()])) {
    const count = groups.get(spec)?.length ?? 0;
    const one = await attempt(bench, spec, () => measureCommand(bench, root, spec, count));
    if (one !== undefined) commands.push(one);
  }
  // The small case is the first of the store buffering test: what nearly every litmus test is like.
  const small = all.find(({ spec }) => spec === "specs/litmus/sb.ts");
  const startUp =
    small !== undefined && wants("start-up")
      ? await attempt(bench, "start-up", () => measureStartUp(bench, root, small))
      : undefined;
  return {
    run: about(bench),
    cases,
    growth: growth ?? [],
    threads: threads ?? [],
    commands,
    startUp,
    suite: undefined,
  };
}

/** Of each folder the first spec. */
function onePerFolder(specs: readonly string[]): string[] {
  return [...new Map(specs.toReversed().map((spec) => [dirname(spec), spec])).values()].toReversed();
}

function about({ leftOut }: Bench): string {
  const day = new Date().toISOString().slice(0, 10);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  return [
    `Measured on ${day}, in ${minutes} minutes, on ${availableParallelism()} cores of ${cpus()[0]?.model ?? "a CPU"}`,
    `with Node.js ${process.version}, Java ${tools.java.version} and TLA+ tools ${tools.jar.version}.`,
    ...(leftOut.length === 0 ? [] : ["", `Left out, because it failed: ${leftOut.join("; ")}.`]),
  ].join("\n");
}

function say(line: string): void {
  const at = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${at} s  ${line}\n`);
}
