import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { inert, renderDiagnostic, renderDiagnostics } from "../../src/diagnostics/render.js";

const file = "specs/vpt.ts";
const source = [
  'import { spinlock } from "latchwork";',
  "",
  "class Vcpu {",
  "\ttm_lock = spinlock();",
  "}",
  "while (x) {",
  "  x--;",
  "}",
].join("\n");
const at = (line: number, column: number, endLine: number, endColumn: number) => ({
  file,
  line,
  column,
  endLine,
  endColumn,
});
const options = { colour: false, readSource: (name: string) => (name === file ? source : undefined) };
const shown = (diagnostic: Diagnostic, text = source) =>
  renderDiagnostic(diagnostic, { ...options, readSource: () => text });

const refused: Diagnostic = {
  code: "LW1042",
  span: at(6, 1, 8, 2),
  message: "a `while` at the top level of a spec is never executed",
  why: "a spec is read, not run:\nonly declarations count here",
  help: "move it into a procedure",
};

test("place, frame, why and instead", () => {
  expect(renderDiagnostic(refused, options)).toMatchInlineSnapshot(`
    "specs/vpt.ts:6:1 LW1042 a \`while\` at the top level of a spec is never executed
      4 | 	tm_lock = spinlock();
      5 | }
    > 6 | while (x) {
        | ^^^^^^^^^^^
      7 |   x--;
      8 | }
      why: a spec is read, not run:
           only declarations count here
      instead: move it into a procedure"
  `);
});

test("tabs keep the carets in place", () => {
  expect(shown({ code: "LW1001", span: at(4, 12, 4, 22), message: "m" })).toMatchInlineSnapshot(`
    "specs/vpt.ts:4:12 LW1001 m
      2 |
      3 | class Vcpu {
    > 4 | 	tm_lock = spinlock();
        | 	          ^^^^^^^^^^
      5 | }
      6 | while (x) {
      7 |   x--;"
  `);
});

test("without a place, or without its source", () => {
  expect(
    renderDiagnostic({ code: "LW1900", message: "no Java was found", help: "install one" }, options),
  ).toMatchInlineSnapshot(`
    "LW1900 no Java was found
      instead: install one"
  `);
  const elsewhere = { ...refused.span!, file: "latchwork/spinlock.ts" };
  expect(renderDiagnostic({ code: "LW1001", span: elsewhere, message: "m" }, options)).toMatchInlineSnapshot(
    `"latchwork/spinlock.ts:6:1 LW1001 m"`,
  );
});

test("sorted, with the count at the end", () => {
  const list: Diagnostic[] = [
    refused,
    { code: "LW1002", span: at(4, 3, 4, 10), message: "second" },
    { code: "LW1900", message: "first" },
  ];
  expect(renderDiagnostics(list, { ...options, readSource: () => undefined })).toMatchInlineSnapshot(`
    "LW1900 first

    specs/vpt.ts:4:3 LW1002 second

    specs/vpt.ts:6:1 LW1042 a \`while\` at the top level of a spec is never executed
      why: a spec is read, not run:
           only declarations count here
      instead: move it into a procedure

    3 problems"
  `);
  expect(renderDiagnostics(list.slice(1, 2), options).split("\n").at(-1)).toBe("1 problem");
  expect(renderDiagnostics([], options)).toBe("");
});

test("colour changes nothing but colour", () => {
  const coloured = renderDiagnostic(refused, { ...options, colour: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderDiagnostic(refused, options));
});

describe("hostile text", () => {
  const attack = "x\u001b]0;owned\u0007\u202ey";

  test("is inert wherever it stands", () => {
    const diagnostic = {
      code: attack,
      span: { ...at(1, 1, 1, 2), file: attack },
      message: attack,
      why: attack,
      help: attack,
    };
    const text = shown(diagnostic, `const ${attack} = 1;\r\nnext\u2028line`);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).toContain("x�]0;owned��y");
  });

  test.each([
    ["past the end of the file", at(99, 1, 99, 2)],
    ["past the end of a line", at(1, 5_000_000, 1, 9_000_000)],
    ["backwards", at(4, 9, 4, 2)],
    ["nowhere", at(0, 0, 0, 0)],
  ])("a span %s does no harm", (_, span) => {
    expect(shown({ code: "LW1001", span, message: "m" }).length).toBeLessThan(300);
  });

  test("keeps ordinary text as it is", () => {
    expect(inert("vcpu0 → vcpu1  ✔ Grüße 日本")).toBe("vcpu0 → vcpu1 ✔ Grüße 日本");
  });
});
