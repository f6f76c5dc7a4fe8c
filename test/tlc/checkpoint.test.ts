/** A run that is cut off and goes on finds exactly the states of one that was not. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkpointPath } from "../../src/tlc/checkpoint.js";
import type { TlcOutcome } from "../../src/tlc/outcome.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { realTools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

const SIZE = 60;
const MODEL = `---- MODULE Long ----
EXTENDS Integers
VARIABLES x, y, z
Init == x = 0 /\\ y = 0 /\\ z = 0
Next == \\/ x' = (x + 1) % ${SIZE} /\\ UNCHANGED <<y, z>>
        \\/ y' = (y + 1) % ${SIZE} /\\ UNCHANGED <<x, z>>
        \\/ z' = (z + 1) % ${SIZE} /\\ UNCHANGED <<x, y>>
Spec == Init /\\ [][Next]_<<x, y, z>>
Right == x < ${SIZE}
Wrong == x + y + z < ${3 * SIZE - 4}
====
`;

/** TLC looks at the clock for the first time after three seconds: until then it must not be done. */
async function scene(invariant: string) {
  const tools = await realTools();
  const folder = scratchFolder();
  const slow = { ...tools.java, path: fakeProgram(folder, "java", [`exec '${tools.java.path}' -Xint "$@"`]) };
  const kept = join(folder, "kept");
  let resumed = false;
  const run = (quick: boolean, signal?: AbortSignal): Promise<TlcOutcome> =>
    withRunDirectory(async (directory) => {
      const moduleFile = join(directory.path, "Long.tla");
      const configFile = join(directory.path, "Long.cfg");
      writeFileSync(moduleFile, MODEL);
      writeFileSync(configFile, `SPECIFICATION Spec\nINVARIANT ${invariant}\n`);
      return runTlc({
        ...tools,
        java: quick ? tools.java : slow,
        directory,
        moduleFile,
        configFile,
        workers: 1,
        checkpoints: { folder: kept, everySeconds: 1 },
        ...(signal === undefined ? {} : { signal }),
        onPrinted: (line) => {
          resumed ||= line.includes("STARTMSG 2198");
          return false;
        },
      });
    });
  const names = () => {
    try {
      return readdirSync(kept);
    } catch {
      return [];
    }
  };
  return { run, names, kept, wasResumed: () => resumed };
}

/** Starts a run and cuts it off when it has kept a checkpoint. */
async function cutOff({ run, names }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  const controller = new AbortController();
  const look = setInterval(() => {
    if (names().some((name) => !name.endsWith(".tmp"))) controller.abort();
  }, 50);
  const outcome = await run(false, controller.signal);
  clearInterval(look);
  expect(outcome).toMatchObject({ kind: "trouble", diagnostic: { code: "LW3006" } });
}

test("what holds, holds with every state counted once, and then the checkpoint goes", async () => {
  const it = await scene("Right");
  await cutOff(it);
  expect(it.names()).toHaveLength(1);
  const outcome = await it.run(true);
  expect(it.wasResumed()).toBe(true);
  expect(outcome).toMatchObject({ kind: "holds", states: { distinct: SIZE ** 3 } });
  expect(it.names()).toEqual([]);
});

test("what is wrong is found, with the whole path to it", async () => {
  const it = await scene("Wrong");
  await cutOff(it);
  const outcome = await it.run(true);
  expect(it.wasResumed()).toBe(true);
  if (outcome.kind !== "violated") throw new Error(JSON.stringify(outcome));
  expect(outcome.trace.states).toHaveLength(3 * SIZE - 3);
  expect(outcome.trace.states[0]?.action?.name).toBe("Initial predicate");
});

test("a damaged checkpoint is no verdict", async () => {
  const it = await scene("Right");
  await cutOff(it);
  const folder = join(it.kept, it.names()[0]!);
  const queue = join(folder, "queue.chkpt");
  writeFileSync(queue, readFileSync(queue).subarray(0, 100));
  const outcome = await it.run(true);
  expect(outcome.kind).toBe("trouble");
  // It would lead there again.
  expect(it.names()).toEqual([]);
});

test("a checkpoint is for one model, one question and one program", async () => {
  const { jar } = await realTools();
  const folder = scratchFolder();
  const pathOf = (model: string, config: string, sha256 = jar.sha256) => {
    const [moduleFile, configFile] = [join(folder, "A.tla"), join(folder, "A.cfg")];
    writeFileSync(moduleFile, model);
    writeFileSync(configFile, config);
    return checkpointPath({ folder, everySeconds: 1 }, { moduleFile, configFile, jar: { ...jar, sha256 } });
  };
  const own = await pathOf("model", "question");
  expect(await pathOf("model", "question")).toBe(own);
  const others = [await pathOf("model2", "question"), await pathOf("model", "question2")];
  others.push(await pathOf("modelq", "uestion"), await pathOf("model", "question", "another"));
  expect(new Set([own, ...others]).size).toBe(5);
});
