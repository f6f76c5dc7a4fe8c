/**
 * The specs that are shipped: TLC and the interpreter find the same states in each case, and both the verdict that the
 * spec expects. Cases that are too large for the interpreter here are listed, so that none is left out unseen.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/source-tree.js";
import { expectSmallCases } from "./expected-verdict.js";

const folder = join(repository, "specs");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.split(sep).join("/"))
  // What other specs import has no cases of its own.
  .filter((name) => /^export default /m.test(readFileSync(join(folder, name), "utf8")))
  .sort();

/** Cases with more states than this take the interpreter minutes; they are compared by hand before a release. */
const LIMIT = 30_000;

const LARGE: Readonly<Record<string, readonly string[]>> = {
  "vpt/vpt.ts": ["pt-migrate", "type1-without-rwlock", "split", "nested-tm-locks-under-rwlock"],
};

describe("specs", () => {
  for (const file of files) {
    test(file, { timeout: 300_000 }, async () => {
      expect(await expectSmallCases(folder, file, LIMIT)).toEqual(LARGE[file] ?? []);
    });
  }
});
