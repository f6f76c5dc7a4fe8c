/**
 * What TLC's own distributed mode says about a model that is wrong: the experiment behind docs/SCALE.md. One server and
 * two workers, all on this machine. Exit code 0 where the mode is as untrustworthy as described there, 1 where it is not
 * any more: then `--distributed` is worth another look.
 *
 *     npm run build && node scripts/distributed.mjs
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findTools } from "../dist/tlc/tools.js";

const MODEL = `---- MODULE Wrong ----
EXTENDS Integers
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x' = (x + 1) % 60 /\\ y' = y
        \\/ y' = (y + 1) % 60 /\\ x' = x
Spec == Init /\\ [][Next]_<<x, y>> /\\ WF_<<x, y>>(Next)
Small == x + y < 50
Never == <>(x = 61)
====
`;

const { java, jar } = await findTools({ env: process.env });
const folder = mkdtempSync(join(tmpdir(), "latchwork-distributed-"));
const children = [];

/** Starts a class of the jar; the result resolves to what it printed and its exit code. */
function start(name, properties, words) {
  const tmp = mkdtempSync(join(folder, "tmp-"));
  const flags = [
    "-Xmx256m",
    "-Djava.rmi.server.hostname=localhost",
    `-Djava.io.tmpdir=${tmp}`,
    ...properties,
  ];
  const child = spawn(java.path, [...flags, "-cp", jar.path, `tlc2.tool.distributed.${name}`, ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let text = "";
  child.stdout.on("data", (piece) => {
    text += piece;
  });
  return {
    says: async (what) => {
      while (!text.includes(what) && child.exitCode === null) await delay(100);
    },
    ended: new Promise((resolve) => child.on("close", (exitCode) => resolve({ text, exitCode }))),
  };
}

/** What the server says about the model under this configuration. */
async function ask(question) {
  writeFileSync(join(folder, "Wrong.cfg"), `SPECIFICATION Spec\n${question}\n`);
  const meta = mkdtempSync(join(folder, "meta-"));
  const server = start("TLCServer", [], ["-tool", "-checkpoint", "0", "-metadir", meta, "Wrong.tla"]);
  await server.says("STARTMSG 7000");
  const one = "-Dtlc2.tool.distributed.TLCWorker.threadCount=1";
  const workers = [1, 2].map(() => start("TLCWorker", [one], ["localhost"]));
  const { text, exitCode } = await server.ended;
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(workers.map(({ ended }) => ended));
  return { text, exitCode };
}

try {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Wrong.tla"), MODEL);
  const invariant = await ask("INVARIANT Small");
  const property = await ask("PROPERTY Never");
  const first = /STARTMSG 2217[^\n]*\n1: <Initial predicate>\n([\s\S]*?)\n\n/.exec(invariant.text)?.[1] ?? "";
  const findings = {
    "a violated invariant ends with exit code 0": invariant.exitCode === 0,
    "it is not named": !invariant.text.includes("Invariant Small is violated"),
    "its path begins in the middle": first !== "" && first !== "/\\ x = 0\n/\\ y = 0",
    "a violated claim about runs is called no error": property.text.includes("No error has been found"),
  };
  for (const [what, isSo] of Object.entries(findings)) console.log(`${isSo ? "yes" : "no "}  ${what}`);
  console.log(`the path to the violated invariant is said to begin with\n${first}`);
  process.exitCode = Object.values(findings).every(Boolean) ? 0 : 1;
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
