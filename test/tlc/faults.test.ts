/**
 * Java killed, and a disk without room: whatever happens to a run, it ends with the right verdict or with none.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import type { TlcOutcome } from "../../src/tlc/outcome.js";
import { runTlc } from "../../src/tlc/run.js";
import { withinRoom, withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { realTools, type Tools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

/** Counters that go round; `bound` is where the first of them is wrong. */
const model = (size: number, bound: number) => `---- MODULE Round ----
EXTENDS Integers
VARIABLES x, y, z
Init == x = 0 /\\ y = 0 /\\ z = 0
Next == \\/ x' = (x + 1) % ${size} /\\ UNCHANGED <<y, z>>
        \\/ y' = (y + 1) % ${size} /\\ UNCHANGED <<x, z>>
        \\/ z' = (z + 1) % ${size} /\\ UNCHANGED <<x, y>>
Spec == Init /\\ [][Next]_<<x, y, z>>
Small == x < ${bound}
====
`;
const CONFIG = "SPECIFICATION Spec\nINVARIANT Small\n";

let tools: Tools;
beforeAll(async () => {
  tools = await realTools();
});

function check(source: string, java = tools.java): Promise<TlcOutcome> {
  return withRunDirectory(async (directory) => {
    const moduleFile = join(directory.path, "Round.tla");
    const configFile = join(directory.path, "Round.cfg");
    writeFileSync(moduleFile, source);
    writeFileSync(configFile, CONFIG);
    return runTlc({ ...tools, java, directory, moduleFile, configFile, workers: 1 });
  });
}

/** The Java that a run is about to start, killed so long after it began. */
function killedAfter(milliseconds: number): Tools["java"] {
  const folder = scratchFolder();
  const file = join(folder, "pid");
  const path = fakeProgram(folder, "java", [`echo $$ > '${file}'`, `exec '${tools.java.path}' "$@"`]);
  void (async () => {
    for (;;) {
      const pid = readPid(file);
      if (pid !== undefined) {
        await delay(milliseconds);
        return kill(pid);
      }
      await delay(5);
    }
  })();
  return { ...tools.java, path };
}

function readPid(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined;
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}

describe("Java killed in the middle", () => {
  test.each([
    ["a model that is wrong", model(30, 29), "violated"],
    ["a model that is right", model(16, 16), "holds"],
  ])("of %s gives that verdict or none", async (_, source, verdict) => {
    const started = performance.now();
    expect((await check(source)).kind).toBe(verdict);
    const whole = performance.now() - started;
    const kinds: string[] = [];
    for (let n = 0; n < 7; n++) {
      const outcome = await check(source, killedAfter((whole * n) / 6));
      kinds.push(outcome.kind);
      if (outcome.kind === "trouble") expect(outcome.diagnostic.code).toBe("LW3007");
      else expect(outcome.kind).toBe(verdict);
    }
    expect(kinds[0]).toBe("trouble");
    expect((await check(source)).kind).toBe(verdict);
  });
});

describe("a full disk", () => {
  /** A file system of one megabyte as the temporary folder; undefined where nobody may mount one. */
  function smallDisk(): string | undefined {
    const folder = join(scratchFolder(), "small");
    mkdirSync(folder);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    } catch {
      return undefined;
    }
    onTestFinished(() => void execFileSync("umount", ["-l", folder]));
    vi.stubEnv("TMPDIR", folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    return folder;
  }

  test("is told as that, and is no verdict", async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) skip("mounting a small tmpfs is not permitted here");
    const outcome = await check(model(200, 200));
    expect(outcome).toMatchObject({ kind: "trouble", resource: true, diagnostic: { code: "LW3013" } });
  });

  test("before the run has a folder is told as that", async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip("mounting a small tmpfs is not permitted here");
    expect(() => writeFileSync(join(disk, "filler"), Buffer.alloc(2 ** 21))).toThrow("ENOSPC");
    const work = withRunDirectory(() => Promise.reject(new Error("there is a folder")));
    const error = await work.catch((reason: unknown) => reason);
    expect((error as DiagnosticsError).diagnostics?.[0]?.code).toBe("LW2009");
  });

  test("is told as that where a file of ours is to be written", async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) skip("mounting a small tmpfs is not permitted here");
    await withRunDirectory(async (directory) => {
      const filler = join(directory.path, "filler");
      expect(() => writeFileSync(filler, Buffer.alloc(2 ** 21))).toThrow("ENOSPC");
      const work = withinRoom(directory, () => writeFile(join(directory.path, "asked.cfg"), CONFIG));
      const error = await work.catch((reason: unknown) => reason);
      rmSync(filler);
      expect((error as DiagnosticsError).diagnostics?.[0]?.code).toBe("LW3013");
    });
  });

  test("is not called a defect of the translator", async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) skip("mounting a small tmpfs is not permitted here");
    const source = "---- MODULE A ----\n(* --algorithm a { variables x = 0; { l_one: x := 1; } } *)\n====\n";
    const error = await withRunDirectory(async (directory) => {
      const filler = join(directory.path, "filler");
      expect(() => writeFileSync(filler, Buffer.alloc(2 ** 21))).toThrow("ENOSPC");
      try {
        await translate({ ...tools, directory, moduleName: "A", source });
      } catch (reason) {
        return reason;
      } finally {
        rmSync(filler);
      }
    });
    expect(error).toBeInstanceOf(DiagnosticsError);
    expect((error as DiagnosticsError).diagnostics[0]?.code).toBe("LW3013");
  });
});
