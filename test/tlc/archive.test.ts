/** The class-data-sharing archive, made by a program that stands in for Java: what counts is when one is used. */
import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findArchive } from "../../src/tlc/archive.js";
import type { Java } from "../../src/tlc/java.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { TRAINING_CONFIG, TRAINING_MODULE } from "../../src/tlc/training.js";
import { realTools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

/** Notes each start, and leaves an archive as Java does. */
const MAKES_ONE = [
  'echo start >> "$(dirname "$0")/starts"',
  'for word; do case "$word" in -XX:ArchiveClassesAtExit=*)',
  'echo "classes of $$" > "$' + '{word#*=}"; chmod 444 "$' + '{word#*=}";; esac; done',
];

async function scene(lines: readonly string[], major = 17) {
  const folder = scratchFolder();
  const { jar } = await realTools();
  const java: Java = {
    path: fakeProgram(folder, "java", lines),
    version: `${major}.0.1`,
    major,
    source: "PATH",
  };
  const archives = join(folder, "cache/archives");
  return {
    archives,
    find: (more: Partial<Java> = {}) =>
      findArchive({ java: { ...java, ...more }, jar, env: { LATCHWORK_CACHE: join(folder, "cache") } }),
    starts: () => {
      try {
        return readFileSync(join(folder, "starts"), "utf8").split("\n").length - 1;
      } catch {
        return 0;
      }
    },
  };
}

describe("an archive", () => {
  test("is made once", async () => {
    const { find, starts, archives } = await scene(MAKES_ONE);
    const path = await find();
    expect(path).toMatch(/tlc-[0-9a-f]{12}-[0-9a-f]{64}\.jsa$/);
    expect(await find()).toBe(path);
    expect(starts()).toBe(1);
    expect(readdirSync(archives)).toHaveLength(1);
  });

  test("is made for each Java", async () => {
    const { find, starts } = await scene(MAKES_ONE);
    expect(await find({ version: "18.0.2" })).not.toBe(await find());
    expect(starts()).toBe(2);
  });

  test("that was cut off is made again: it would crash Java", async () => {
    const { find, starts } = await scene(MAKES_ONE);
    const path = (await find())!;
    chmodSync(path, 0o644);
    truncateSync(path, 4);
    const again = (await find())!;
    expect(again).not.toBe(path);
    expect(statSync(again).size).toBeGreaterThan(4);
    expect(starts()).toBe(2);
  });

  test.runIf(process.getuid !== undefined)("that others could have written is made again", async () => {
    const { find, starts } = await scene(MAKES_ONE);
    chmodSync((await find())!, 0o666);
    expect(statSync((await find())!).mode & 0o022).toBe(0);
    expect(starts()).toBe(2);
  });

  test.runIf(process.getuid !== undefined)(
    "is not used from a folder in which others can write",
    async () => {
      const { find, archives } = await scene(MAKES_ONE);
      await find();
      chmodSync(archives, 0o777);
      expect(await find()).toBeUndefined();
    },
  );

  test("of long ago goes when another is made", async () => {
    const { find, archives } = await scene(MAKES_ONE);
    const old = (await find())!;
    utimesSync(old, 0, 0);
    const path = await find({ version: "18.0.2" });
    expect(readdirSync(archives).map((name) => join(archives, name))).toEqual([path]);
  });

  test("can be made by several at once", async () => {
    const { find } = await scene(MAKES_ONE);
    const paths = await Promise.all([find(), find(), find()]);
    for (const path of paths) expect(readFileSync(path!, "utf8")).toContain("classes");
    expect(paths).toContain(await find());
  });
});

describe("no archive, and no trouble", () => {
  test("where Java makes none, which is not tried again at once", async () => {
    const { find, starts, archives } = await scene([MAKES_ONE[0]!]);
    expect(await find()).toBeUndefined();
    expect(await find()).toBeUndefined();
    expect(starts()).toBe(1);
    expect(readdirSync(archives)).toEqual([expect.stringMatching(/\.none$/)]);
    utimesSync(join(archives, readdirSync(archives)[0]!), 0, 0);
    await find();
    expect(starts()).toBe(2);
  });

  test("where Java ends with an error", async () => {
    const { find, archives } = await scene([...MAKES_ONE, "exit 1"]);
    expect(await find()).toBeUndefined();
    expect(readdirSync(archives)).toEqual([expect.stringMatching(/\.none$/)]);
  });

  test("where Java is too old", async () => {
    const { find, starts } = await scene(MAKES_ONE, 11);
    expect(await find()).toBeUndefined();
    expect(starts()).toBe(0);
  });

  test("where the cache cannot be written", async () => {
    const { java, jar } = await realTools();
    const file = join(scratchFolder(), "file");
    writeFileSync(file, "");
    expect(await findArchive({ java, jar, env: { LATCHWORK_CACHE: file } })).toBeUndefined();
  });
});

test("the training model is one that holds", async () => {
  const tools = await realTools();
  const outcome = await withRunDirectory(async (directory) => {
    const moduleFile = join(directory.path, "Training.tla");
    const configFile = join(directory.path, "Training.cfg");
    writeFileSync(moduleFile, TRAINING_MODULE);
    writeFileSync(configFile, TRAINING_CONFIG);
    return runTlc({ ...tools, directory, moduleFile, configFile, workers: 1 });
  });
  expect(outcome.kind).toBe("holds");
});
