/**
 * The specs that are shipped, unreduced: TLC and the interpreter find the same states, and the verdict that the spec expects.
 * One case of each file, since each starts a JVM; test/app/shipped-specs.test.ts asks the explorer about all of them, and
 * litmus.test.ts compares the litmus tests.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, test } from "vitest";
import { repository } from "../support/source-tree.js";
import { expectLargestCase } from "./expected-verdict.js";

const folder = join(repository, "specs");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.split(sep).join("/"))
  .filter((name) => !name.startsWith("litmus/"))
  // What other specs import has no cases of its own.
  .filter((name) => /^export default /m.test(readFileSync(join(folder, name), "utf8")))
  .sort();

/** Cases with more states than this take the interpreter long. */
const LIMIT = 5000;

describe(`of each file the largest case with no more than ${LIMIT} states, and no other`, () => {
  test.each(files)("%s", { timeout: 300_000 }, (file) => expectLargestCase(folder, file, LIMIT));
});
