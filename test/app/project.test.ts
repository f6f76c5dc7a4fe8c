import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { findRoot, findSpecPaths, folderInRepository } from "../../src/app/project.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { scratchFolder } from "../tlc/scratch.js";

let root: string;
beforeEach(() => {
  root = realpathSync(scratchFolder());
});

function add(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "");
  }
}

const found = (cwd: string, paths: readonly string[]) =>
  findSpecPaths(root, join(root, cwd), paths).map(
    ({ path, named }) => `${named ? "=" : ""}${relative(root, path)}`,
  );

test("the root is the nearest folder with a package.json or a .git", () => {
  add("package.json", "a/.git/HEAD", "a/b/c.ts", "d/e.ts");
  expect(findRoot(join(root, "a/b"))).toBe(join(root, "a"));
  expect(findRoot(join(root, "d"))).toBe(root);
});

describe("a project in its repository", () => {
  test("is in a folder below the nearest .git", () => {
    add(".git/HEAD", "designs/locks/package.json", "other/.git");
    expect(folderInRepository(join(root, "designs/locks"), undefined)).toBe("designs/locks");
    expect(folderInRepository(root, undefined)).toBe("");
    // A second checkout beside the first: GitHub shows what is in its own repository.
    expect(folderInRepository(join(root, "other"), root)).toBe("");
  });

  test("is below what GitHub has checked out where there is no .git", () => {
    add("designs/package.json");
    expect(folderInRepository(join(root, "designs"), root)).toBe("designs");
    expect(folderInRepository(join(root, "designs"), join(root, "elsewhere"))).toBe("");
    expect(folderInRepository(join(root, "designs"), "")).toBe("");
  });
});

describe("specs", () => {
  test("are those of specs/ where no path is given, and of the project where there is no such folder", () => {
    add("a.ts", "b/c.ts");
    expect(found("b", [])).toEqual(["a.ts", "b/c.ts"]);
    add("specs/x.ts", "specs/deep/y.ts");
    expect(found("b", [])).toEqual(["specs/deep/y.ts", "specs/x.ts"]);
  });

  test("are sorted, each once, and know whether they were named", () => {
    add("specs/b.ts", "specs/a.ts");
    expect(found(".", ["specs/b.ts", "specs", "specs/"])).toEqual(["specs/a.ts", "=specs/b.ts"]);
  });

  test("are searched where specs can be", () => {
    add("s/a.ts", "s/a.d.ts", "s/a.js", "s/node_modules/x.ts", "s/dist/x.ts", "s/generated/x.ts");
    expect(found("s", ["."])).toEqual(["s/a.ts"]);
  });

  test.each([
    [["nowhere"], "LW1030 nowhere does not exist"],
    [["empty"], "LW1031 no specs found in empty"],
  ])("%s is refused", (paths, words) => {
    mkdirSync(join(root, "empty"));
    expect(() => found(".", paths)).toThrow(DiagnosticsError);
    expect(() => found(".", paths)).toThrow(words);
  });
});
