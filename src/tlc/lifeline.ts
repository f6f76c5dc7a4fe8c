/**
 * A program that runs for long must not outlive this process, and one that is killed with SIGKILL can do nothing about it.
 * So another Node.js, of a few lines, holds one end of a pipe: it is told which programs run, and when the pipe closes it
 * kills those that still do. It is started only for a program that has run for a while, so a short one costs nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** What would run on for less than this is not worth it. */
const LONG_MILLISECONDS = 1000;

/** Reads `+ pid` and `- pid`; at the end of its input it kills what is left. */
const SCRIPT = `
const left = new Set();
const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => left[line[0] === "+" ? "add" : "delete"](Number(line.slice(2))));
lines.on("close", () => {
  for (const pid of left) {
    try { process.kill(pid, "SIGKILL"); } catch {}
  }
});`;

let keeper: ChildProcess | undefined;
const guarded = new Set<number>();

/** Has the program killed where this process ends before it; the result is to be called as soon as the program has ended. */
export function guard(pid: number): () => void {
  const start = setTimeout(() => {
    guarded.add(pid);
    tell("+", pid);
  }, LONG_MILLISECONDS);
  start.unref();
  return () => {
    clearTimeout(start);
    if (!guarded.delete(pid)) return;
    tell("-", pid);
    // Without anything to guard it ends.
    if (guarded.size === 0) hangUp();
  };
}

function tell(what: "+" | "-", pid: number): void {
  keeper ??= startKeeper();
  keeper.stdin?.write(`${what} ${pid}\n`);
}

function hangUp(): void {
  keeper?.stdin?.end();
  keeper = undefined;
}

function startKeeper(): ChildProcess {
  // In a group of its own: what kills ours is not to kill it.
  const started = spawn(process.execPath, ["-e", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    windowsHide: true,
  });
  // Whatever is wrong with it, nothing waits for it: then the next run cleans up.
  started.on("error", () => undefined);
  started.stdin?.on("error", () => undefined);
  started.unref();
  (started.stdin as (Writable & { unref?: () => void }) | null)?.unref?.();
  return started;
}
