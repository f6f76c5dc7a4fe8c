import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { digest } from "../../src/cache/digest.js";
import { asModels } from "../../src/cache/entries.js";
import { clean, openStore, type Store, trim } from "../../src/cache/store.js";
import { filesIn } from "../support/source-tree.js";
import { scratchFolder } from "../tlc/scratch.js";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = join(scratchFolder(), "cache");
  store = openStore(folder);
});

const KEY = digest("a case");
const fileOf = (key: string) => join(folder, key.slice(0, 2), `${key}.models`);
const read = (key = KEY) => store.read("models", key, asModels);

test("what was written is read again, and what was not is not there", async () => {
  expect(read()).toBeUndefined();
  await store.write("models", KEY, ["one", "über\u0000"]);
  expect(read()).toEqual(["one", "über\u0000"]);
  expect(openStore(folder).read("models", KEY, asModels)).toEqual(["one", "über\u0000"]);
  expect(store.read("models", digest("another"), asModels)).toBeUndefined();
  expect(store.trouble()).toBeUndefined();
});

describe("a damaged entry is not read, and removed", () => {
  test("whatever byte is changed, and wherever it is cut off", async () => {
    await store.write("models", KEY, ["a text", "and another"]);
    const whole = readFileSync(fileOf(KEY));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
        const damaged = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) damaged[at] = damaged[at]! ^ by;
        writeFileSync(fileOf(KEY), damaged);
        expect(read()).toBeUndefined();
        expect(filesIn(folder)).toEqual([]);
      }),
    );
    writeFileSync(fileOf(KEY), whole);
    expect(read()).toEqual(["a text", "and another"]);
  });

  test("an entry under another's name", async () => {
    await store.write("models", KEY, ["a text"]);
    const other = digest("another case");
    mkdirSync(join(folder, other.slice(0, 2)), { recursive: true });
    writeFileSync(fileOf(other), readFileSync(fileOf(KEY)));
    expect(read(other)).toBeUndefined();
    expect(read()).toEqual(["a text"]);
  });

  test("an entry that is of another shape", async () => {
    await store.write("models", KEY, ["a text"]);
    expect(store.read("models", KEY, () => undefined)).toBeUndefined();
    expect(filesIn(folder)).toEqual([]);
  });
});

test("what no entry may be is not written", async () => {
  await store.write("verdict", KEY, { report: "a string" });
  expect(store.trouble()).toBeDefined();
  expect(filesIn(join(folder, ".."))).toEqual([]);
});

test("where nothing can be written, one reason is given and nothing thrown", async () => {
  const file = join(scratchFolder(), "file");
  writeFileSync(file, "");
  const blocked = openStore(join(file, "cache"));
  await blocked.write("models", KEY, ["a text"]);
  await blocked.write("models", KEY, ["a text"]);
  expect(blocked.trouble()).toMatch(/ENOTDIR/);
  expect(blocked.read("models", KEY, asModels)).toBeUndefined();
});

describe("trim", () => {
  const age = (key: string, minutes: number) => {
    const then = new Date(Date.now() - minutes * 60_000);
    utimesSync(fileOf(key), then, then);
  };

  test("what was used least recently goes first, and reading is using", async () => {
    const keys = ["a", "b", "c"].map((name) => digest(name));
    for (const key of keys) await store.write("models", key, ["a text"]);
    for (const [index, key] of keys.entries()) age(key, 100 - index);
    const one = statSync(fileOf(keys[0]!)).size;
    expect(read(keys[0])).toEqual(["a text"]);
    trim(folder, 2 * one);
    expect(keys.map((key) => read(key) !== undefined)).toEqual([true, false, true]);
    trim(folder, 0);
    expect(filesIn(folder)).toEqual([]);
  });

  test("of files that writers left, only the old ones go, and of others none", async () => {
    await store.write("models", KEY, ["a text"]);
    const place = join(folder, KEY.slice(0, 2));
    const names = [
      "00000000-0000-0000-0000-000000000000.tmp",
      "00000000-0000-0000-0000-000000000001.tmp",
      "notes.txt",
    ];
    for (const name of names) writeFileSync(join(place, name), "");
    const old = new Date(Date.now() - 2 * 60 * 60_000);
    for (const name of [names[0]!, names[2]!]) utimesSync(join(place, name), old, old);
    trim(folder);
    expect(readdirSync(place).sort()).toEqual([names[1], `${KEY}.models`, names[2]].sort());
  });
});

test("clean removes the store and nothing else", async () => {
  await store.write("models", KEY, ["a text"]);
  expect(clean(folder)).toMatchObject({ entries: 1 });
  expect(filesIn(join(folder, ".."))).toEqual([]);
  await store.write("models", KEY, ["a text"]);
  writeFileSync(join(folder, "notes.txt"), "");
  clean(folder);
  expect(filesIn(folder)).toEqual(["notes.txt"]);
  expect(clean(join(folder, "nowhere"))).toEqual({ entries: 0, bytes: 0 });
});
