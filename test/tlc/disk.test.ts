import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NO_ROOM, shortageIn } from "../../src/tlc/disk.js";
import { scratchFolder } from "./scratch.js";

function folderOf(...sizes: readonly number[]): string {
  const folder = scratchFolder();
  mkdirSync(join(folder, "meta/26-11-29"), { recursive: true });
  for (const [n, size] of sizes.entries()) {
    writeFileSync(join(folder, n % 2 === 0 ? "meta/26-11-29" : ".", `file${n}`), "x".repeat(size));
  }
  return folder;
}

describe("room for states", () => {
  test("is there while nothing is limited and the disk has some", async () => {
    expect(await shortageIn(folderOf(1000, 2000))).toBeUndefined();
  });

  test("ends where all files together are larger than what the user allows", async () => {
    const folder = folderOf(1000, 2000);
    expect(await shortageIn(folder, 3000)).toBeUndefined();
    expect(await shortageIn(folder, 2999)).toMatchObject({ taken: 3000, limit: 2999 });
  });

  test("cannot be measured where there is no folder", async () => {
    await expect(shortageIn(join(scratchFolder(), "missing"))).rejects.toThrow("ENOENT");
  });
});

test.each([
  ": java.io.IOException: No space left on device",
  "java.io.IOException: Disk quota exceeded",
  "ENOSPC: no space left on device, write",
])("%s means that there is no room", (text) => {
  expect(text).toMatch(NO_ROOM);
});
