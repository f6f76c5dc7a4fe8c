import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type RunDirectory, withRunDirectory } from "../../src/tlc/run-directory.js";
import { scratchFolder } from "./scratch.js";

let temporary: string;
beforeEach(() => {
  temporary = scratchFolder();
  vi.stubEnv("TMPDIR", temporary);
  return () => vi.unstubAllEnvs();
});

describe("withRunDirectory", () => {
  test("gives a private folder with room for Java and TLC, and removes it", async () => {
    let seen: RunDirectory | undefined;
    const result = await withRunDirectory(async (directory) => {
      seen = directory;
      expect(directory.path.startsWith(join(temporary, "latchwork-"))).toBe(true);
      for (const path of [directory.path, directory.tmp, directory.meta]) {
        expect(statSync(path).mode & 0o777).toBe(0o700);
      }
      writeFileSync(join(directory.tmp, "left"), "x");
      return 42;
    });
    expect(result).toBe(42);
    expect(existsSync(seen?.path ?? "")).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("removes it when the work fails", async () => {
    const work = withRunDirectory(async () => {
      throw new Error("no luck");
    });
    await expect(work).rejects.toThrow("no luck");
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("keeps it when asked, also after a failure", async () => {
    await withRunDirectory(async () => {}, { keep: true });
    await withRunDirectory(async () => Promise.reject(new Error("no luck")), { keep: true }).catch(() => {});
    expect(readdirSync(temporary)).toHaveLength(2);
  });

  test("keeps it when the result asks for it", async () => {
    const keep = (defect: boolean) => defect;
    await withRunDirectory(async () => false, { keep });
    expect(readdirSync(temporary)).toHaveLength(0);
    await withRunDirectory(async () => true, { keep });
    expect(readdirSync(temporary)).toHaveLength(1);
  });

  test("leaves nothing behind when the process exits in the middle", async () => {
    const before = process.listeners("exit");
    await withRunDirectory(async ({ path }) => {
      const added = process.listeners("exit").filter((listener) => !before.includes(listener));
      expect(added).toHaveLength(1);
      for (const listener of added) (listener as () => void)();
      expect(existsSync(path)).toBe(false);
    });
    expect(process.listeners("exit")).toEqual(before);
  });
});
