import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import type { Config } from "../../src/config/define-config.js";
import { readEnvironment } from "../../src/config/environment.js";
import { readConfig } from "../../src/config/read-config.js";
import type { configSchema } from "../../src/config/schema.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { scratchFolder } from "../tlc/scratch.js";

type FromSchema = z.infer<typeof configSchema>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const sameType: Same<FromSchema, Config> = true;
const sameKeys: Same<Required<{ [K in keyof FromSchema]: K }>, Required<{ [K in keyof Config]: K }>> = true;

test("the interface and the schema are one type", () => {
  expect([sameType, sameKeys]).toEqual([true, true]);
});

let root: string;
beforeEach(() => {
  root = scratchFolder();
});
const write = (name: string, text: string) => writeFileSync(join(root, name), text);

async function refusal(reading: Promise<unknown>): Promise<string[]> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticsError)) throw error ?? new Error("it was accepted");
  return error.diagnostics.map(({ code, message, help }) => `${code} ${message} ${help}`);
}

describe("the configuration", () => {
  test("a project without one has no settings", async () => {
    expect(await readConfig(root)).toEqual({});
  });

  test.each([
    [
      "latchwork.config.ts",
      'import { defineConfig } from "latchwork/config";\nconst n: number = 2;\nexport default defineConfig({ engine: "both", maxWorkers: n });',
    ],
    ["latchwork.config.mjs", 'export default { engine: "both", maxWorkers: 2 };'],
    ["latchwork.config.json", '{ "$schema": "x", "engine": "both", "maxWorkers": 2 }'],
  ])("%s", async (name, text) => {
    write(name, text);
    expect(await readConfig(root)).toEqual({ engine: "both", maxWorkers: 2 });
  });

  test("every unknown key is refused, with the nearest", async () => {
    write("latchwork.config.ts", 'export default { maxWorker: 2, engin: "both" };');
    expect(await refusal(readConfig(root))).toEqual([
      "LW2222 latchwork.config.ts has the key maxWorker, which means nothing Did you mean maxWorkers?",
      "LW2222 latchwork.config.ts has the key engin, which means nothing Did you mean engine?",
    ]);
  });

  test.each([
    ["a value of the wrong kind", 'export default { engine: "tcl" };', /^LW2223 .* engine is not accepted/],
    ["a number out of range", "export default { maxWorkers: 0 };", /^LW2223 .* maxWorkers is not accepted/],
    ["nothing that is exported", "export const engine = 1;", /^LW222\d /],
    ["a list", "export default [];", /^LW2220 /],
    ["a module that throws", 'throw new Error("no such engine");', /^LW2220 .*: no such engine/],
    ["a module that cannot be read", "export default {", /^LW2220 /],
    ["an import that is not there", 'import x from "./nowhere.js"; export default x;', /^LW2220 /],
  ])("%s", async (_, text, words) => {
    write("latchwork.config.ts", text);
    const [first] = await refusal(readConfig(root));
    expect(first).toMatch(words);
    expect(first).not.toMatch(/\n\s+at /);
  });

  test("two of them", async () => {
    write("latchwork.config.ts", "export default {};");
    write("latchwork.config.json", "{}");
    expect(await refusal(readConfig(root))).toEqual([expect.stringMatching(/^LW2221 /)]);
  });
});

describe("the environment", () => {
  test("each variable is read as its option is", async () => {
    const env = {
      LATCHWORK_ENGINE: "explore",
      LATCHWORK_MAX_WORKERS: "3",
      LATCHWORK_STRICT: "true",
      LATCHWORK_CACHE: "/a/folder",
      LATCHWORK_COVERAGE: "0",
      LATCHWORK_REPORTER: "default,json",
      LATCHWORK_TIMEOUT: "",
    };
    expect(await readEnvironment(env)).toEqual({
      engine: "explore",
      maxWorkers: 3,
      strict: true,
      coverage: false,
      reporter: ["default", "json"],
    });
  });

  test.each([
    ["LATCHWORK_MAX_WORKERS", "many"],
    ["LATCHWORK_STRICT", "perhaps"],
    ["LATCHWORK_ENGINE", "tcl"],
  ])("%s=%s is refused", async (name, value) => {
    expect(await refusal(readEnvironment({ [name]: value }))).toEqual([
      expect.stringMatching(new RegExp(`^LW2223 ${name}: `)),
    ]);
  });
});
