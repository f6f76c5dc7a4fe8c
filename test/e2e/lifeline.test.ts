/** What Latchwork has started does not outlive it, even where it is killed with SIGKILL and can do nothing about it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import { repository } from "../support/source-tree.js";

/** Starts three programs, of which one ends soon, tells their process ids, and waits for them. */
const SCRIPT = `
  const { runProcess } = await import(${JSON.stringify(pathToFileURL(join(repository, "dist/tlc/process.js")).href)});
  const run = (seconds) => runProcess({
    command: "/bin/sh",
    args: ["-c", "echo $$; exec sleep " + seconds],
    onStdout: (pid) => console.log(pid),
  });
  run(600);
  await run(2);
  run(600);
  setTimeout(() => console.log("ready"), 2000);
`;

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, "SIGKILL");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.skipIf(process.platform === "win32")("programs end with who started them", async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const text of parent.stdout) {
    said += text;
    if (said.includes("ready")) break;
  }
  started.push(...said.split("\n").map(Number).filter(Boolean));
  const [first, , last] = started;
  expect(started).toHaveLength(3);
  expect([first, last].map((pid) => isAlive(pid!))).toEqual([true, true]);
  parent.kill("SIGKILL");
  while (started.some(isAlive)) await delay(50);
});
