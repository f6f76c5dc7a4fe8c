/** The house rules: who may import whom, which package lives where, how long a file may be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  barrels,
  clientImports,
  forbiddenImports,
  forbiddenPackages,
  longFiles,
  reachable,
  sharedCodes,
} from "./support/house-rules.js";
import { filesIn, readSources, repository, sourceFile } from "./support/source-tree.js";

const sources = readSources();

describe("src", () => {
  test("imports go along the arrows of docs/ARCHITECTURE.md", () => {
    expect(forbiddenImports(sources)).toEqual([]);
  });

  test("each package has one home", () => {
    expect(forbiddenPackages(sources)).toEqual([]);
  });

  test("the client of the HTML report is by itself", () => {
    expect(clientImports(sources)).toEqual([]);
  });

  test("no file passes on what others export, except index.ts", () => {
    expect(barrels(sources)).toEqual([]);
  });

  test("no file has more than 500 lines", () => {
    expect(longFiles(sources)).toEqual([]);
  });

  test("what a spec imports is light", () => {
    const outside = reachable(sources, "index.ts").filter(
      (name) => !/^(index\.ts|dsl\/|library\/)/.test(name),
    );
    expect(outside).toEqual([]);
  });

  test("a diagnostic code means one thing", () => {
    expect(sharedCodes(sources)).toEqual([]);
  });

  test("the command line loads nothing heavy before it knows what to do", () => {
    // Dynamic imports are among the imports here, so only the first ring is looked at.
    const first = reachable(
      sources.map((file) => ({ ...file, imports: sourceFile(file.name, withoutDynamic(file.text)).imports })),
      "cli/main.ts",
    );
    expect(first.filter((name) => !name.endsWith(".ts") && !name.startsWith("node:"))).toEqual(["commander"]);
  });
});

test("no file of the repository names a package registry", () => {
  const hosts = new RegExp(
    [
      "registry\\.(npmjs|yarnpkg|npmmirror)",
      "repo1?\\.maven",
      "npm\\.pkg\\.",
      "artifactory",
      "nexus\\.",
    ].join("|"),
    "i",
  );
  const skip = [".git", "node_modules", "dist", ".latchwork", "tidy.test.ts"];
  const files = filesIn(repository, skip).filter((name) =>
    hosts.test(readFileSync(join(repository, name), "utf8")),
  );
  expect(files).toEqual([]);
});

describe("the rules notice", () => {
  test.each([
    ["a folder that reaches up", "tlc/run.ts", 'import { x } from "../frontend/spec.js";'],
    ["a file of a folder of which only another is open", "report/json.ts", 'import "../trace/lift.js";'],
    ["a type that is imported in passing", "ir/model.ts", 'let x: import("../passes/compile.js").X;'],
    ["a dynamic import", "cli/main.ts", 'await import("../passes/compile.js");'],
    ["a pass that runs the program", "passes/split.ts", 'import { y } from "../interpreter/step.js";'],
    ["a folder without a rule", "utils/x.ts", ""],
  ])("%s", (_, name, text) => {
    expect(forbiddenImports([sourceFile(name, text)])).toHaveLength(1);
  });

  test.each([
    ["a package outside its home", "app/check.ts", 'import { execa } from "execa";'],
    ["a package that has no home", "app/check.ts", 'import "lodash";'],
    ["a package outside a home that is no whole folder", "report/json.ts", 'import "preact";'],
    ["a program that another folder starts", "app/check.ts", 'import { spawn } from "node:child_process";'],
    ["a builtin without node:", "app/check.ts", 'import "fs";'],
  ])("%s", (_, name, text) => {
    expect(forbiddenPackages([sourceFile(name, text)])).toHaveLength(1);
  });

  test.each([
    [
      "leads out of it",
      "report/html/client/app.tsx",
      'import { inert } from "../../../diagnostics/render.js";',
    ],
    ["leads into it", "report/html/page.ts", 'import { memoryAt } from "./client/memory.js";'],
  ])("an import of the client that %s", (_, name, text) => {
    expect(clientImports([sourceFile(name, text)])).toHaveLength(1);
  });

  test("what is allowed", () => {
    const files = [
      sourceFile("report/json.ts", 'import type { I } from "../trace/interleaving.js";'),
      sourceFile("passes/initial.ts", 'import { y } from "../interpreter/step.js";'),
      sourceFile("report/html/client/app.tsx", 'import "preact/hooks"; import type { P } from "../data.js";'),
      sourceFile(
        "tlc/process.ts",
        'import { spawn } from "node:child_process"; import { execa } from "execa"; import "node:fs";',
      ),
    ];
    expect([
      ...forbiddenImports(files),
      ...forbiddenPackages(files),
      ...barrels(files),
      ...clientImports(files),
    ]).toEqual([]);
  });

  test.each([
    'export * from "./a.js";',
    'export {\n  a,\n} from "./a.js";',
    'export type { A } from "./a.js";',
  ])("a barrel: %s", (text) => {
    expect(barrels([sourceFile("app/x.ts", text)])).toEqual(["app/x.ts"]);
  });

  test("a long file", () => {
    expect(longFiles([sourceFile("app/x.ts", "\n".repeat(501))])).toEqual(["app/x.ts has 501 lines"]);
    expect(longFiles([sourceFile("app/x.ts", "\n".repeat(500))])).toEqual([]);
  });

  test("a code with two meanings, and not one with two branches", () => {
    const one = 'export function a() { return x ? { code: "LW1" } : { code: "LW1" }; }';
    expect(sharedCodes([sourceFile("a.ts", one)])).toEqual([]);
    expect(sharedCodes([sourceFile("a.ts", `${one}\nconst b = () => ({ code: "LW1" });`)])).toEqual([
      "LW1 is made by a.ts a and a.ts b",
    ]);
  });

  test("what index.ts reaches through others", () => {
    const files = [
      sourceFile("index.ts", 'export * from "./dsl/a.js";'),
      sourceFile("dsl/a.ts", 'import "../frontend/b.js";'),
    ];
    expect(reachable(files, "index.ts")).toContain("frontend/b.ts");
  });
});

function withoutDynamic(text: string): string {
  return text.replace(/import type [^;]*;/g, "").replace(/\bimport\(/g, "load(");
}
