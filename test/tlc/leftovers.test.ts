import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { scratchFolder } from "./scratch.js";

afterEach(() => void vi.unstubAllEnvs());

/** A temporary folder of its own, with the note that a run of now leaves there. */
async function scene(): Promise<{ parent: string; note: string }> {
  const parent = scratchFolder();
  vi.stubEnv("TMPDIR", parent);
  const note = await withRunDirectory(async ({ path }) => readFileSync(join(path, "owner"), "utf8"));
  return { parent, note };
}

function leave(parent: string, name: string, note: string | undefined): void {
  mkdirSync(join(parent, name, "meta"), { recursive: true });
  if (note !== undefined) writeFileSync(join(parent, name, "owner"), note);
}

/** Of a process that was here: Linux gives no process this number. */
const GONE = "999999999";

test("the folder of a run that was killed goes with the next run", async () => {
  const { parent, note } = await scene();
  leave(parent, "latchwork-killed", note.replace(/^\d+/, GONE));
  await withRunDirectory(async () => undefined);
  expect(readdirSync(parent)).toEqual([]);
});

test("what belongs to somebody stays: a run under way, another machine, a kept folder, another program", async () => {
  const { parent, note } = await scene();
  leave(parent, "latchwork-alive", note);
  leave(parent, "latchwork-elsewhere", `${GONE} another-host pid:[1]\n`);
  leave(parent, "latchwork-broken", "");
  leave(parent, "latchwork-kept", undefined);
  leave(parent, "other-killed", note.replace(/^\d+/, GONE));
  const before = readdirSync(parent);
  await withRunDirectory(async () => undefined);
  expect(readdirSync(parent)).toEqual(before);
});

test("a folder that is kept stays when its process has ended", async () => {
  await scene();
  const path = await withRunDirectory(async (directory) => directory.path, { keep: true });
  expect(existsSync(join(path, "owner"))).toBe(false);
});
