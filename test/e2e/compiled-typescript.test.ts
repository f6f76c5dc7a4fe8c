/** TypeScript as V8 has compiled it before: used only as it was made, and never needed. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Project } from "../support/command.js";
import { asExpected } from "./specs.js";

let project: Project;
afterEach(() => project?.remove());

/** Runs the explorer in a cache of its own; what is kept of TypeScript is in the folder. */
function scene() {
  project = new Project({ "specs/refs.ts": asExpected });
  const cache = project.emptyFolder("cache");
  const folder = join(cache, "compiled");
  const check = async () => {
    const { exitCode, stderr } = await project.run(["check", "--engine", "explore", "--no-cache"], {
      LATCHWORK_CACHE: cache,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  };
  const kept = () => readdirSync(folder).sort();
  return { folder, check, kept };
}

describe("what V8 has compiled of TypeScript", () => {
  test("is kept once, a file for each of its files", async () => {
    const { folder, check, kept } = scene();
    await check();
    const names = kept();
    expect(names).toHaveLength(3);
    for (const name of names) expect(name).toMatch(/^typescript-[0-9a-f]{12}-[0-9a-f]{64}\.v8$/);
    const times = () => kept().map((name) => statSync(join(folder, name)).mtimeMs);
    const before = times();
    await check();
    expect(times()).toEqual(before);
  });

  test("is made again where it was damaged", async () => {
    const { folder, check, kept } = scene();
    await check();
    const names = kept();
    for (const name of names) {
      const bytes = readFileSync(join(folder, name));
      // Past what V8 looks at itself: its header.
      bytes.fill(0xff, 4096, 8192);
      writeFileSync(join(folder, name), bytes);
    }
    await check();
    expect(kept()).toHaveLength(3);
    for (const name of kept()) {
      expect(
        readFileSync(join(folder, name))
          .subarray(4096, 8192)
          .every((byte) => byte === 0xff),
      ).toBe(false);
    }
    await check();
  });

  test("is made by several at once", async () => {
    const { check, kept } = scene();
    await Promise.all([check(), check(), check()]);
    expect(kept().length).toBeGreaterThanOrEqual(3);
    expect(kept().every((name) => name.endsWith(".v8"))).toBe(true);
    await check();
  });

  test.runIf(process.getuid !== undefined)("is not taken from where others can write", async () => {
    const { folder, check, kept } = scene();
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    await check();
    expect(kept()).toEqual([]);
  });

  test("is done without where there can be no folder", async () => {
    const { folder, check } = scene();
    writeFileSync(folder, "in the way");
    await check();
    expect(readFileSync(folder, "utf8")).toBe("in the way");
  });
});
