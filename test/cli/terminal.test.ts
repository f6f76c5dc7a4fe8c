import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sourceReader, wantsColour, widthOf } from "../../src/cli/terminal.js";
import { scratchFolder } from "../tlc/scratch.js";
import { fakeStream } from "./fake-stream.js";

const tty = fakeStream({ isTTY: true, columns: 132 }).stream;
const pipe = fakeStream().stream;

test.each([
  ["a terminal", tty, {}, true],
  ["a pipe", pipe, {}, false],
  ["NO_COLOR", tty, { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR, which means nothing", tty, { NO_COLOR: "" }, true],
  ["FORCE_COLOR in a pipe", pipe, { FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=0 on a terminal", tty, { FORCE_COLOR: "0" }, false],
  ["NO_COLOR against FORCE_COLOR", tty, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ["a dumb terminal", tty, { TERM: "dumb" }, false],
])("colour: %s", (_, stream, env, expected) => {
  expect(wantsColour(stream, env)).toBe(expected);
});

test.each([
  ["a terminal", tty, {}, 132],
  ["a pipe", pipe, {}, 100],
  ["COLUMNS in a pipe", pipe, { COLUMNS: "80" }, 80],
  ["nonsense in COLUMNS", pipe, { COLUMNS: "wide" }, 100],
  ["a very narrow one", fakeStream({ isTTY: true, columns: 20 }).stream, {}, 60],
  ["a very wide one", fakeStream({ isTTY: true, columns: 500 }).stream, {}, 200],
])("width: %s", (_, stream, env, expected) => {
  expect(widthOf(stream, env)).toBe(expected);
});

test("sources: the project's, the library's, and a project's own folder latchwork", () => {
  const root = scratchFolder();
  mkdirSync(join(root, "latchwork"));
  writeFileSync(join(root, "latchwork/mine.ts"), "mine");
  const read = sourceReader(root);
  expect(read("latchwork/mine.ts")).toBe("mine");
  expect(read("latchwork/spinlock.ts")).toContain("export function spin_lock");
  expect(read("nowhere.ts")).toBeUndefined();
});
