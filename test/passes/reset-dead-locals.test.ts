import { describe, expect, test } from "vitest";
import type { Block, Step } from "../../src/ir/model.js";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const DECLARED = "let x = 0; let y = 0;";
const steps = (body: string): readonly Step[] =>
  compileText(`${DECLARED} thread("t", () => { ${body} });`).processes[0]!.steps;

/** Every way out of a step: where to, and what is forgotten. */
function exits({ end }: Block): string[] {
  if (end.kind === "goto") return [`${end.label} without ${end.resets.join(" ")}`];
  return [...exits(end.whenTrue), ...exits(end.whenFalse)];
}

describe("dead variables", () => {
  test("a variable lives from its load to its last use", () => {
    const [load, use, last] = steps("const n = x; y = n; y = 2;");
    expect([load?.live, use?.live, last?.live]).toEqual([[], ["n"], []]);
    expect(exits(use!.body)).toEqual(["t_1_3 without n"]);
  });

  test("a use on one branch keeps it on the way there, and on no other", () => {
    const all = steps("const n = x; if (y === 1) { y = n; } y = 3;");
    expect(all.map(({ live }) => live)).toEqual([[], ["n"], ["n"], []]);
    expect(exits(all[1]!.body).sort()).toEqual(["t_1_3 without y", "t_1_4 without n y"]);
  });

  test("what a loop carries round stays alive in all of it", () => {
    const all = steps("let n = 0; for (;;) { n = n + x; y = n; n = n % 2; }");
    for (const { live } of all.slice(2)) expect(live).toContain("n");
  });

  test("what a check, a wait, an argument or a walk needs is a use", () => {
    const source = `
      class E { v = 0; }
      class L { q = list<E>(); }
      const l = new L();
      const es = instances(E, 2);
      let x = 0;
      function store(e: E, n: number) { x = 1; e.v = n; }
      thread("t", () => {
        const a = x; const b = x; const e = choose(es); const c = x;
        x = 5;
        assert(a === 0);
        until(x === b);
        store(e, c);
        for (const w of l.q) { x = 6; }
      });`;
    const all = compileText(source).processes[0]!.steps;
    const alive = (text: string) => all.find(({ origin }) => origin.text.includes(text))?.live;
    expect(alive("x = 5")).toEqual(["a", "b", "c", "e"]);
    expect(alive("until")).toEqual(["b", "c", "e"]);
    expect(alive("x = 1")).toEqual(["c", "e"]);
    expect(alive("x = 6")).toEqual(["w"]);
  });

  test("forgetting joins states and changes no verdict", () => {
    const source = `${DECLARED}
      thread("a", () => { const n = x; y = n; assert(n < 2); y = 0; });
      thread("b", () => { x = 1; x = 2; });`;
    const kept = explore(compileText(source, undefined, { resetDeadLocals: false }));
    const forgotten = explore(compileText(source));
    expect(verdictOf(forgotten)).toEqual(["assert"]);
    expect(verdictOf(kept)).toEqual(["assert"]);
    expect(forgotten.distinct).toBeLessThan(kept.distinct);
  });

  test("an entry finds nothing alive", () => {
    const [first] = steps("let n = 0; for (;;) { n = 1 - n; x = n; }");
    expect(first?.live).toEqual([]);
  });
});
