import { describe, expect, test } from "vitest";
import { printStep } from "../../src/ir/print.js";
import { visitBlocks } from "../../src/ir/terms.js";
import { compileText } from "../support/compile.js";

/** The steps of the first thread as the printer shows them, without places. */
function stepsOf(source: string): string[][] {
  const [process] = compileText(source).processes;
  return process!.steps.map((step) =>
    printStep(step).map((line) => line.replace(/ {2}\/\/ .*/, "").trimEnd()),
  );
}

const DECLARED = `let x = 0; let y = 0; let f = false;
  class E {} class L { q = list<E>(); s = set<E>(); e: E | null = null; } const l = new L();`;

/** How many steps the thread with this body has. */
const count = (body: string) => stepsOf(`${DECLARED} ${body}`).length;

describe("a step begins before each shared access", () => {
  test.each([
    ["a store", "x = 1;", 1],
    ["two stores", "x = 1; y = 1;", 2],
    ["a load and a store", "x = y;", 2],
    ["an update", "x++;", 2],
    ["a compound assignment", "x += y;", 3],
    ["a condition, and nothing in its branch", "let n = 0; if (x === 1) n = 1;", 1],
    ["both operands", "f = x === 1 && y === 1;", 3],
    ["a comparison of two reads", "if (x === y) x = 1;", 3],
    ["a test of a list, behind what it looks for", "if (l.q.has(l.e!)) y = 1;", 3],
    ["the size of a set", "const n = l.s.size; y = n;", 2],
    ["an assertion on a read", "assert(x === 1);", 1],
    ["a wait", "until(x === 1); y = 1;", 2],
    ["work on locals alone", "let n = 1; n = n + 1; assert(n === 2);", 1],
    ["nothing at all", "", 1],
    ["one atomic step", "atomic(() => { x = 1; y = x; if (y === 1) x = 2; });", 1],
    ["atomic steps beside each other", "atomic(() => { x = 1; }); atomic(() => { y = 1; });", 2],
    ["an atomic step that only tests", "atomic(() => { if (x === 1) return; }); y = 1;", 2],
    ["an empty atomic step", "atomic(() => {}); y = 1;", 1],
    ["a choice before a store", "if (maybe()) x = 1; else x = 2;", 1],
    ["a choice before a wait", "if (maybe()) until(x === 1); else until(y === 1);", 3],
  ])("%s", (_, body, expected) => {
    expect(count(`thread("t", () => { ${body} });`)).toBe(expected);
  });

  test("a loop of one access is one step that leads to itself", () => {
    expect(stepsOf('let x = 0; thread("t", () => { for (;;) { x = 1; } });')).toEqual([
      ["t_1:", "  x := 1", "  goto t_1"],
    ]);
  });

  test("a choice and the access behind it are one step, with the branches in it", () => {
    expect(stepsOf('let x = 0; thread("t", () => { let n = 0; if (maybe()) n = 1; x = n; });')).toEqual([
      [
        "t_1:",
        "  n = 0",
        "  chosen = any of {false, true}",
        "  if (chosen) {",
        "    n = 1",
        "    x := n",
        "    goto Done, forget chosen, n",
        "  } else {",
        "    x := n",
        "    goto Done, forget chosen, n",
        "  }",
      ],
    ]);
  });
});

describe("a loop that only its own thread sees", () => {
  test("is cut, and goes round", () => {
    expect(stepsOf('thread("t", () => { for (;;) {} });')).toEqual([["t_1:", "  goto t_1"]]);
    const [first, loop] = stepsOf('let x = 0; thread("t", () => { let n = x; while (n < 3) n++; x = n; });');
    expect(first?.at(-1)).toMatch(/goto t_1_2$/);
    expect(loop?.join("\n")).toContain("goto t_1_2");
  });

  test.each([
    "while (maybe()) {}",
    "do { if (maybe()) break; } while (true);",
    "for (;;) { if (maybe()) x = 1; }",
  ])("%s", (body) => {
    expect(count(`thread("t", () => { ${body} });`)).toBeGreaterThan(0);
  });
});

describe("a step that grows too large", () => {
  const sizes = (source: string) =>
    compileText(source).processes[0]!.steps.map((step) => {
      let size = 0;
      visitBlocks(step.body, ({ actions, end }) => {
        size += actions.length + (end.kind === "branch" ? 1 : 0);
      });
      return size;
    });

  test("is cut where nothing shared follows", () => {
    const tests = Array.from({ length: 30 }, (_, n) => `if (k < ${n}) k++;`).join(" ");
    const all = sizes(`let x = 0; thread("t", () => { let k = x; ${tests} x = k; });`);
    expect(all.length).toBeGreaterThan(4);
    expect(Math.max(...all)).toBeLessThanOrEqual(200);
  });

  test("stays in one piece where it is atomic, however many ways lead through it", () => {
    const tests = Array.from({ length: 9 }, (_, n) => `if (x === ${n}) x = ${n + 1};`).join(" ");
    const all = sizes(`let x = 0; thread("t", () => { atomic(() => { ${tests} }); x = 0; });`);
    expect(all).toHaveLength(2);
    expect(Math.max(...all)).toBeGreaterThan(500);
  });

  test("is refused where it is atomic and too large for any tool", () => {
    const tests = Array.from({ length: 20 }, (_, n) => `if (x === ${n}) x = ${n + 1};`).join(" ");
    expect(() => compileText(`let x = 0; thread("t", () => { atomic(() => { ${tests} }); });`)).toThrow(
      "an atomic step with so many branches",
    );
  });
});

test("a step stands where its access stands, and labels are unique whatever the case", () => {
  const model = compileText(`
    let x = 0;
    function Get(): number { return x; } function get(): number { return x + Get(); }
    thread("t", () => { const n = get(); x = n; });`);
  const labels = model.processes[0]!.steps.map(({ label }) => label);
  expect(labels).toEqual(["get_3", "Get_3_2", "t_4"]);
});
