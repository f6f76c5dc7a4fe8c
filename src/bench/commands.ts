/** The whole command as it is typed, for each spec, with either engine. */
import { join } from "node:path";
import { runProcess } from "../tlc/process.js";
import type { Bench } from "./attempt.js";

export interface CommandTimes {
  readonly spec: string;
  readonly cases: number;
  readonly exploreMs: number;
  readonly tlcMs: number;
}

export async function measureCommand(
  bench: Bench,
  root: string,
  spec: string,
  cases: number,
): Promise<CommandTimes> {
  bench.say(`latchwork check ${spec}`);
  return {
    spec,
    cases,
    exploreMs: await run(root, spec, "explore"),
    tlcMs: await run(root, spec, "tlc"),
  };
}

async function run(root: string, spec: string, engine: string): Promise<number> {
  const started = performance.now();
  const args = [
    join(root, "bin/latchwork.js"),
    "check",
    spec,
    "--engine",
    engine,
    "--no-cache",
    "--reporter",
    "json",
  ];
  const { exitCode } = await runProcess({ command: process.execPath, args, cwd: root });
  if (exitCode !== 0) throw new Error(`latchwork check ${spec} --engine ${engine} ended with ${exitCode}`);
  return performance.now() - started;
}
