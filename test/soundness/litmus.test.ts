/** The verdicts of the litmus tests in specs/litmus are those of the literature, here by the interpreter alone. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lowerSpec } from "../../src/frontend/lower-case.js";
import { createModuleGraph } from "../../src/frontend/modules.js";
import { readSpec } from "../../src/frontend/spec.js";
import { MEMORY_MODELS, type MemoryModel } from "../../src/ir/program.js";
import { compile } from "../../src/passes/compile.js";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";
import { repository } from "../support/source-tree.js";

const folder = join(repository, "specs/litmus");

/** Memory models that allow the outcome in question, by test and what it adds; all others forbid it. */
const ALLOWED: Readonly<Record<string, readonly MemoryModel[]>> = {
  sb: ["tso", "pso"],
  "sb mb on one side": ["tso", "pso"],
  mp: ["pso"],
  r: ["tso", "pso"],
  s: ["pso"],
  "2+2w": ["pso"],
  n6: ["tso", "pso"],
};

/**
 * Distinct states under sc, tso and pso where each load goes into a variable of its thread that is kept: the numbers of
 * a model written by hand. (There smp_wmb was a step; here it is none.)
 */
const COUNTS: Readonly<Record<string, readonly [string, number, number, number]>> = {
  SB: ["x = 1; const a = y; | y = 1; const b = x;", 13, 34, 34],
  "SB+mb": ["x = 1; smp_mb(); const a = y; | y = 1; smp_mb(); const b = x;", 13, 31, 31],
  "SB+xchg": ["atomic(() => { x = 1; }); const a = y; | atomic(() => { y = 1; }); const b = x;", 13, 13, 13],
  MP: ["x = 1; y = 1; | const a = y; const b = x;", 13, 23, 29],
  "MP+wmb": ["x = 1; smp_wmb(); y = 1; | const a = y; const b = x;", 13, 23, 23],
  LB: ["const a = y; x = 1; | const b = x; y = 1;", 13, 22, 22],
  R: ["x = 1; y = 1; | y = 2; const a = x;", 13, 39, 46],
  S: ["x = 2; y = 1; | const a = y; x = 1;", 13, 30, 38],
  "2+2W": ["x = 1; y = 2; | y = 1; x = 2;", 13, 42, 62],
  n6: ["x = 1; const a = x; const b = y; | y = 2; x = 2;", 19, 54, 67],
  CoRR: ["x = 1; | const a = x; const b = x;", 9, 12, 12],
  WRC: ["x = 1; | const a = x; y = 1; | const b = y; const c = x;", 36, 61, 61],
  IRIW: ["x = 1; | y = 1; | const a = x; const b = y; | const c = y; const d = x;", 97, 164, 164],
};

test.each(Object.entries(COUNTS))("%s has as many states as by hand", (_, [body, ...counts]) => {
  const threads = body.split("|").map((text, index) => `thread("P${index}", () => { ${text} });`);
  const distinct = MEMORY_MODELS.map((memory) => {
    const model = compileText(
      `let x = 0; let y = 0; ${threads.join("\n")}
       export default cases({ title: "test", c: { memory: "${memory}", expect: holds(), why: "a test" } });`,
      undefined,
      { resetDeadLocals: false },
    );
    return explore(model).distinct;
  });
  expect(distinct).toEqual(counts);
});

describe("specs/litmus", () => {
  for (const file of readdirSync(folder).sort()) {
    const graph = createModuleGraph(repository);
    const { cases, diagnostics } = lowerSpec(graph, readSpec(graph, join(folder, file)));
    test.each(cases.map((each) => ({ ...each, name: each.declaration.name })))(
      `${file} $name`,
      ({ declaration, program }) => {
        expect(diagnostics).toEqual([]);
        const order = declaration.settings.get("order");
        const key = [file.replace(/\.ts$/, ""), ...(order === undefined ? [] : [order])].join(" ");
        const allowed = ALLOWED[key]?.includes(program.memory) === true;
        expect(verdictOf(explore(compile(program))).length > 0).toBe(allowed);
        expect(declaration.expectedCheck).toBe(allowed ? "invariant" : undefined);
      },
    );
  }

  test("every test has a case for each memory model", () => {
    const graph = createModuleGraph(repository);
    for (const file of readdirSync(folder)) {
      const { cases } = lowerSpec(graph, readSpec(graph, join(folder, file)));
      const plain = cases.filter(({ declaration }) => declaration.settings.size === 0);
      expect([file, ...plain.map(({ program }) => program.memory)]).toEqual([file, "sc", "tso", "pso"]);
    }
  });
});
