/** Files that no editor would save, and specs larger and deeper than anyone writes. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileErrors, lowerFile, lowerText, summary, withFiles } from "./read.js";

const imports = `import { cases, holds, instances, param, spin_lock, spinlock, thread } from "latchwork";\n`;
const ending = `\nexport default cases({ title: "t", c: { expect: holds(), why: "w" } });\n`;

/** A spec with this between imports and cases; line 2 is its first. */
const specOf = (middle: string) => `${imports}${middle}${ending}`;

const found = (text: string | Uint8Array) => summary(lowerText(text).diagnostics);

describe("bytes", () => {
  const fine = specOf(`let g = 0;\nthread("a", () => {\n  g = h;\n});`);

  test("an empty file has no cases", () => {
    expect(found("")).toBe("1 LW1020 this spec has no cases");
    expect(found(" \n\t\n")).toBe("1 LW1020 this spec has no cases");
  });

  test("a byte order mark moves nothing", () => {
    const plain = lowerText(fine).diagnostics;
    expect(summary(plain)).toBe("4 LW1004 h is not declared here");
    expect(lowerText(`\uFEFF${fine}`).diagnostics).toEqual(plain);
  });

  test.each(["\r\n", "\r", "\u2028"])("line ends %j", (end) => {
    expect(found(fine.replaceAll("\n", end))).toBe("4 LW1004 h is not declared here");
  });

  test("what is not UTF-8 is one problem", () => {
    expect(found(Buffer.from(fine, "utf16le"))).toMatch(/^1 LW1026|^1 LW1001/);
    expect(found(Buffer.from([0x63, 0xff, 0xfe, 0x00]))).toBe("1 LW1026 spec.ts is not UTF-8 text");
  });

  test("control characters are a syntax error and no more", () => {
    expect(found(`${fine}\u0000\u0007`)).toMatch(/^\d+ LW1001/);
  });

  test("a folder named like a spec", () => {
    withFiles({}, (folder) => {
      mkdirSync(join(folder, "dir.ts"));
      const text = summary(lowerFile(join(folder, "dir.ts")).diagnostics);
      expect(text).toMatch(/^1 LW1026 dir.ts cannot be read/);
    });
  });

  test("a file that an import leads to and that cannot be parsed", () => {
    const others = { "other.ts": "export const = ;" };
    const { diagnostics, cases } = lowerText(specOf(`import { a } from "./other.js";\nlet g = a;`), {
      others,
    });
    expect(diagnostics.map(({ code, span }) => `${span?.file} ${code}`)).toEqual(["other.ts LW1001"]);
    expect(cases).toEqual([]);
  });
});

describe("depth", () => {
  const deep = 5000;
  test.each([
    ["parentheses", `g = ${"(".repeat(deep)}1${")".repeat(deep)};`],
    ["operands", `g = ${"1 + ".repeat(deep)}1;`],
    ["negations", `g = ${"- ".repeat(deep)}1;`],
    ["fields", `g = g${".a".repeat(deep)};`],
    ["calls", `g${"()".repeat(deep)};`],
    ["blocks", `${"{".repeat(deep)}${"}".repeat(deep)}`],
    ["branches", `${"if (g === 1) g = 2; else ".repeat(deep)} g = 3;`],
    ["choices", `g = ${"g === 1 ? 2 : ".repeat(deep)} 3;`],
    ["types", `let x: ${"(".repeat(deep)}number${")".repeat(deep)} = 1;`],
    ["assertions", `g = g${"!".repeat(deep)};`],
  ])("%s", (_, statement) => {
    expect(found(specOf(`let g = 0;\nthread("a", () => {\n  ${statement}\n});`))).toMatch(/LW1026/);
  });

  test("what people write is not too deep", () => {
    const statement = `g = ${"(".repeat(100)}1${")".repeat(100)} + ${"1 + ".repeat(100)}1;`;
    const lowered = lowerText(specOf(`let g = 0;\nthread("a", () => {\n  ${statement}\n});`));
    expect(summary(lowered.diagnostics)).toBe("");
    expect(compileErrors(lowered)).toEqual([]);
  });
});

test("5,000 lines are read within a second or two", () => {
  const procedures = Array.from(
    { length: 1250 },
    (_, n) => `function f${n}(v: Vcpu) {\n  spin_lock(v.lock);\n  v.n = ${n};\n}`,
  );
  const started = performance.now();
  const lowered = lowerText(
    specOf(
      `class Vcpu {\n  n = 0;\n  lock = spinlock();\n}\nconst vs = instances(Vcpu, 2);\n${procedures.join("\n")}\nthread("a", vs, (v) => f7(v));`,
    ),
  );
  expect(summary(lowered.diagnostics)).toBe("");
  expect(performance.now() - started).toBeLessThan(5000);
});

describe("imports", () => {
  test("of a file that imports itself, of a folder, of a missing one", () => {
    const text = specOf(
      `import { x } from "./spec.js";\nimport { y } from "./";\nimport { z } from "./a/../b.js";\nthread("a", () => {});\nexport const w = 1;`,
    );
    expect(found(text)).toBe(
      [
        '2 LW1006 "./spec.js" has no export x',
        '3 LW1005 there is no spec file "./"',
        '4 LW1005 there is no spec file "./a/../b.js"',
      ].join("\n"),
    );
  });

  test("whatever is wrong in an imported file is told there", () => {
    const others = { "other.ts": "export function f(n: number): number {\n  return n / 1;\n}" };
    const { diagnostics } = lowerText(
      specOf(`import { f } from "./other.js";\nthread("a", () => {\n  f(1);\n});`),
      {
        others,
      },
    );
    expect(diagnostics.map(({ code, span }) => `${span?.file}:${span?.line} ${code}`)).toEqual([
      "other.ts:2 LW1002",
    ]);
  });
});

describe("branches that no case takes", () => {
  test("are read for errors all the same", () => {
    const text = specOf(
      [
        'const fast = param("fast", false);',
        "let g = 0;",
        "function f(): number {",
        "  if (fast) g = g ** 1;",
        "  return fast ? g / 2 : fast && g ? 1 : 2;",
        "}",
        "if (fast) {",
        '  thread("a", () => { g = "x"; });',
        "}",
        'thread("a", () => { f(); });',
      ].join("\n"),
    );
    expect(found(text)).toBe(
      [
        "5 LW1002 the operator ** cannot be used in a spec",
        "6 LW1002 / cannot be used in a spec",
        "6 LW1019 an operand of && must be a boolean, and this is a number",
        "9 LW1019 the value that is assigned must be a number, and this is a string",
      ].join("\n"),
    );
  });

  test("may hold what is wrong only for the values of other cases", () => {
    const text = specOf(
      [
        'const size = param("size", 0);',
        "class Vcpu {\n  n = 0;\n}",
        "const vs = instances(Vcpu, size);",
        'thread("a", () => {',
        "  if (size > 0) vs[size - 1].n = vs[0].n % size;",
        "});",
      ].join("\n"),
    );
    expect(found(text)).toBe("");
  });
});

describe("overrides", () => {
  const text = specOf(
    [
      'type Design = "a" | "b";',
      'const design = param<Design>("design", "a");',
      'const size = param("size", 1);',
      'const fast = param("fast", false);',
      "let g = size;",
      'thread("a", () => {',
      '  if (fast && design === "b") g = 2;',
      "});",
    ].join("\n"),
  );
  const withOverride = (name: string, value: string | number | boolean) =>
    lowerText(text, { overrides: new Map([[name, value]]) });
  const paramsWith = (name: string, value: string | number | boolean) =>
    withOverride(name, value).cases[0]?.program.params.find((param) => param.name === name)?.value;

  test("take the type of the param, whatever the command line took them for", () => {
    expect(paramsWith("design", "b")).toBe("b");
    expect(paramsWith("size", "2")).toBe(2);
    expect(paramsWith("size", 2)).toBe(2);
    expect(paramsWith("fast", "true")).toBe(true);
    expect(paramsWith("fast", true)).toBe(true);
  });

  test.each([
    ["design", "c", "--set design=c cannot be used"],
    ["design", 1, "--set design=1 cannot be used"],
    ["size", "many", "--set size=many cannot be used"],
    ["size", 1.5, "--set size=1.5 cannot be used"],
    ["size", 2 ** 31, "--set size=2147483648 cannot be used"],
    ["fast", "yes", "--set fast=yes cannot be used"],
  ])("%s=%s is refused once", (name, value, message) => {
    expect(summary(withOverride(name, value).diagnostics)).toBe(`- LW1033 ${message}`);
  });
});

describe("meaning", () => {
  test("a narrowed field is claimed not to be null where it is read again", () => {
    const lowered = lowerText(
      specOf(
        [
          "class Vcpu {\n  n = 0;\n  next: Vcpu | null = null;\n}",
          "const vs = instances(Vcpu, 1);",
          "function touch(v: Vcpu) {\n  v.n = 1;\n}",
          'thread("a", vs, (v) => {\n  if (v.next !== null) touch(v.next);\n});',
        ].join("\n"),
      ),
    );
    expect(summary(lowered.diagnostics)).toBe("");
    const branch = lowered.cases[0]?.program.threads[0]?.body[0];
    const call = branch?.kind === "if" ? branch.whenTrue[0] : undefined;
    expect(
      call?.kind === "evaluate" && call.expression.kind === "call" && call.expression.arguments[0]?.kind,
    ).toBe("nonnull");
  });

  test("return f() of a procedure without a result is the call and then the return", () => {
    const lowered = lowerText(
      specOf(
        'let g = 0;\nfunction f() {\n  g = 1;\n}\nfunction h(): void {\n  return f();\n}\nthread("a", () => h());',
      ),
    );
    expect(summary(lowered.diagnostics)).toBe("");
    expect(lowered.cases[0]?.program.procedures.get("h")?.body.map(({ kind }) => kind)).toEqual([
      "evaluate",
      "return",
    ]);
  });

  test("a local may take the name of a word of the vocabulary", () => {
    const text = `import { cases, holds, thread, until } from "latchwork";\nlet g = 0;\nfunction f(until: () => void) {\n  until();\n}\nthread("a", () => f(() => {\n  g = 1;\n}));\nthread("b", () => until(g === 1));${ending}`;
    expect(found(text)).toBe("");
  });
});
