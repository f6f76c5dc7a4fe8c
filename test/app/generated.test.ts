import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
  generatedFiles,
  generatedFolder,
  removeGenerated,
  staleness,
  superfluous,
  writeGenerated,
} from "../../src/app/generated.js";
import { scratchFolder } from "../tlc/scratch.js";

let root: string;
beforeEach(() => {
  root = scratchFolder();
});

const texts = { tla: "module", config: "config", map: "{}" };
const files = generatedFiles("specs/vpt/vpt.ts", "pt_migrate", texts);

test.each([
  ["specs/vpt/vpt.ts", "generated/vpt/vpt"],
  ["locks.ts", "generated/locks"],
  ["../elsewhere/locks.ts", "generated/elsewhere/locks"],
])("the models of %s are in %s", (spec, folder) => {
  expect(generatedFolder(spec)).toBe(folder);
});

test("files are written whole, and only where they differ", () => {
  writeGenerated(root, files);
  expect(staleness(root, files, [])).toEqual([]);
  const [first, second] = files.map(({ path }) => join(root, path));
  const old = new Date(0);
  utimesSync(first!, old, old);
  writeFileSync(second!, "edited");
  expect(staleness(root, files, []).map(({ message }) => message)).toEqual([
    "generated/vpt/vpt/pt_migrate.cfg is not what its spec compiles to",
  ]);
  writeGenerated(root, files);
  expect(statSync(first!).mtimeMs).toBe(0);
  expect(readFileSync(second!, "utf8")).toBe("config");
  expect(readdirSync(join(root, "generated/vpt/vpt"))).toHaveLength(3);
});

test("where one file cannot be written, none is, and nothing temporary stays", () => {
  const other = generatedFiles("specs/other.ts", "only", texts);
  mkdirSync(join(root, "generated"));
  writeFileSync(join(root, "generated/other"), "in the way");
  expect(() => writeGenerated(root, [...files, ...other])).toThrow(/LW1040 generated\/other\/only/);
  expect(files.some(({ path }) => existsSync(join(root, path)))).toBe(false);
  expect(readdirSync(join(root, "generated/vpt/vpt"))).toEqual([]);
});

test("only our own kinds of files are superfluous", () => {
  writeGenerated(root, files);
  const folder = join(root, "generated/vpt/vpt");
  for (const name of ["old.tla", "README.md"]) writeFileSync(join(folder, name), "");
  const extra = superfluous(root, ["specs/vpt/vpt.ts"], files);
  expect(extra).toEqual(["generated/vpt/vpt/old.tla"]);
  expect(staleness(root, files, extra).map(({ message }) => message)).toEqual([
    "generated/vpt/vpt/old.tla is superfluous",
  ]);
  removeGenerated(root, extra);
  expect(readdirSync(folder)).toContain("README.md");
  expect(readdirSync(folder)).not.toContain("old.tla");
});
