/** The package as others get it: packed, installed in a project elsewhere, used there. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Project, run } from "../support/command.js";
import { repository } from "../support/source-tree.js";
import { asExpected } from "./specs.js";

let project: Project;
let packed: readonly string[];

beforeAll(async () => {
  project = new Project({ "specs/refs.ts": asExpected });
  const folder = project.emptyFolder("packed");
  // dist/ is built already, and other tests are using it: no scripts.
  const pack = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: repository,
  });
  expect(pack.exitCode, pack.stderr).toBe(0);
  const [made]: [{ filename: string; files: { path: string }[] }] = JSON.parse(pack.stdout);
  packed = made.files.map(({ path }) => path);
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, made.filename)];
  const install = await run("npm", args, { cwd: project.path });
  expect(install.exitCode, install.stderr).toBe(0);
}, 180_000);
afterAll(() => project?.remove());

test("it carries what it needs, and not its tests", () => {
  for (const name of ["bin/latchwork.js", "dist/index.d.ts", "dist/cli/main.js", "src/library/spinlock.ts"]) {
    expect(packed).toContain(name);
  }
  for (const name of [
    "LICENSE",
    "README.md",
    "docs/LANGUAGE.md",
    "docs/LIBRARY.md",
    "schema/report.v1.schema.json",
  ]) {
    expect(packed).toContain(name);
  }
  expect(packed.filter((name) => /^(test|specs|generated|src\/(?!index|dsl|library))/.test(name))).toEqual(
    [],
  );
});

test("npx latchwork checks a spec kept there", async () => {
  const { exitCode, stdout, stderr } = await run(
    "npx",
    ["--no-install", "latchwork", "check", "specs/refs.ts"],
    {
      cwd: project.path,
      env: { TMPDIR: project.temporary },
    },
  );
  expect(stdout).toContain("2 cases: 2 as expected (1 holds, 1 fails by the named check)");
  expect(exitCode, stderr).toBe(0);
  expect(project.files()).toContain("generated/refs/locked.tla");
});

test("explain finds its pages there", async () => {
  for (const [word, title] of [
    ["LW1004", "LW1004: a name is not declared"],
    ["deadlock", "deadlock: no thread can go on"],
  ] as const) {
    const { exitCode, stdout } = await run("npx", ["--no-install", "latchwork", "explain", word], {
      cwd: project.path,
    });
    expect(stdout).toContain(title);
    expect(exitCode).toBe(0);
  }
});

test("the code frame of an error shows the spec there", async () => {
  writeFileSync(join(project.path, "wrong.ts"), asExpected.replace("refs--", "regs--"));
  const { exitCode, stderr } = await run("npx", ["--no-install", "latchwork", "wrong.ts"], {
    cwd: project.path,
    env: { TMPDIR: project.temporary },
  });
  expect(stderr).toContain("wrong.ts:10:3 LW1004 regs is not declared here");
  expect(stderr).toContain("Did you mean refs?");
  expect(exitCode).toBe(2);
});

test.each([
  ["nodenext", { module: "nodenext", moduleResolution: "nodenext" }],
  ["bundler", { module: "esnext", moduleResolution: "bundler" }],
])("an editor accepts the spec with moduleResolution %s", async (name, options) => {
  const folder = join(project.path, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "refs.ts"), asExpected);
  const compilerOptions = {
    strict: true,
    target: "es2023",
    lib: ["es2023"],
    types: [],
    noEmit: true,
    ...options,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const { exitCode, stdout } = await run(process.execPath, [tsc, "-p", folder], { cwd: project.path });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  // And it is checked, rather than waved through.
  writeFileSync(join(folder, "refs.ts"), asExpected.replace("spin_lock(lock)", "spin_lock(1)"));
  const wrong = await run(process.execPath, [tsc, "-p", folder], { cwd: project.path });
  expect(wrong.stdout).toContain("not assignable to parameter of type 'Spinlock'");
});
