/** The translator that stays says what one of its own says, and is never needed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import type { Tools } from "../../src/tlc/tools.js";
import { repository } from "../support/source-tree.js";
import { realTools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

const MODULES = [
  "generated/vpt/vpt/pt_migrate.tla",
  "generated/litmus/sb/pso.tla",
  "generated/p2m/ranges/put_once.tla",
  "generated/sched-switch/switch/before_credit_to_rtds.tla",
];

/** A module as Latchwork has it before it is translated. */
function untranslated(path: string): string {
  return readFileSync(join(repository, path), "utf8").replace(
    /^(\\\* BEGIN TRANSLATION)\n[\s\S]*^(\\\* END TRANSLATION)/m,
    "$1\n$2",
  );
}

/** The real Java, which notes what it is started for; `before` runs first, in a shell. */
function notingJava(
  { java, ...tools }: Tools,
  before = "",
): { readonly tools: Tools; readonly runs: () => string[] } {
  const folder = scratchFolder();
  const log = join(folder, "log");
  const path = fakeProgram(folder, "java", [
    `case "$*" in *TranslateEach*) echo "standing $$" ;; *) echo alone ;; esac >>'${log}'`,
    before,
    `exec '${java.path}' "$@"`,
  ]);
  const runs = () => readFileSync(log, "utf8").trimEnd().split("\n");
  return { tools: { ...tools, java: { ...java, path } }, runs };
}

const run = (tools: Tools, source: string, moduleName = "M") =>
  withRunDirectory((directory) => translate({ ...tools, directory, moduleName, source }));

/** Until one stands and is ready: the module is translated by it once no other Java is started for it. */
async function untilStanding({ tools, runs }: ReturnType<typeof notingJava>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const before = runs().length;
    await run(tools, untranslated(MODULES[1]!));
    if (runs().length === before) return;
  }
  throw new Error(`no translator stays: ${runs().join(", ")}`);
}

let real: Tools;
let translate: typeof import("../../src/tlc/translate.js").translate;
const texts = new Map<string, string>();

beforeAll(async () => {
  real = await realTools();
  // As in a process of its own, whatever other tests have translated in this one.
  vi.resetModules();
  ({ translate } = await import("../../src/tlc/translate.js"));
});

describe("the translator that stays", () => {
  test("is not there for the first modules of a process", async () => {
    const { tools, runs } = notingJava(real);
    for (const path of MODULES.slice(0, 3)) texts.set(path, await run(tools, untranslated(path)));
    expect(runs()).toEqual(["alone", "alone", "alone"]);
  });

  test("gives the same texts as one of its own, in any order, and again", async () => {
    const java = notingJava(real);
    await run(java.tools, untranslated(MODULES[0]!));
    await untilStanding(java);
    const before = java.runs();
    expect(before.filter((line) => line.startsWith("standing"))).toHaveLength(1);
    for (const path of [...MODULES.slice(0, 3).toReversed(), ...MODULES.slice(0, 3)]) {
      expect(await run(java.tools, untranslated(path))).toBe(texts.get(path));
    }
    // And what is in the project was translated by one of its own.
    const [last] = MODULES.slice(3);
    expect(await run(java.tools, untranslated(last!))).toBe(readFileSync(join(repository, last!), "utf8"));
    expect(java.runs()).toEqual(before);
  });

  test("has a fault told by one of its own", async () => {
    const java = notingJava(real);
    await run(java.tools, untranslated(MODULES[0]!));
    await untilStanding(java);
    const before = java.runs().length;
    const broken = untranslated(MODULES[1]!).replace("end process", "end proces");
    await expect(run(java.tools, broken)).rejects.toThrow(/refused module M/);
    expect(java.runs().slice(before)).toEqual(["alone"]);
    // It is none the worse for it.
    expect(await run(java.tools, untranslated(MODULES[1]!))).toBe(texts.get(MODULES[1]!));
    expect(java.runs()).toHaveLength(before + 1);
  });

  test("may be killed at any time", async () => {
    const java = notingJava(real);
    await run(java.tools, untranslated(MODULES[0]!));
    for (const delay of [0, 3, 10, 30]) {
      await untilStanding(java);
      const pid = Number(/standing (\d+)/.exec(java.runs().findLast((line) => line.startsWith("s"))!)![1]);
      const pending = run(java.tools, untranslated(MODULES[0]!));
      setTimeout(() => process.kill(pid, "SIGKILL"), delay);
      expect(await pending).toBe(texts.get(MODULES[0]!));
      // It may have been done before the signal came.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test("is not asked for twice where Java has no compiler", async () => {
    const java = notingJava(real, 'case "$*" in *TranslateEach*) exit 1 ;; esac');
    for (let n = 0; n < 3; n++) {
      expect(await run(java.tools, untranslated(MODULES[1]!))).toBe(texts.get(MODULES[1]!));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const runs = java.runs();
    expect(runs.filter((line) => line === "alone")).toHaveLength(3);
    expect(runs.filter((line) => line.startsWith("standing"))).toHaveLength(1);
  });
});
