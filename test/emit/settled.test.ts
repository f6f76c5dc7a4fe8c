/**
 * A step that is shortened before it is printed does what it did: the interpreter finds the same states. In all of the small
 * specs: LATCHWORK_SETTLED=1.
 */
import { describe, expect, test } from "vitest";
import { emitModule } from "../../src/emit/module.js";
import { withChecksTogether, withoutSettled } from "../../src/emit/settled.js";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Action, Block, Model, Step } from "../../src/ir/model.js";
import { reduce } from "../../src/reduction/reduce.js";
import { SMALL_SPECS } from "../soundness/small-specs.js";
import { MERGING_SPECS } from "../soundness/specs-merging.js";
import { MERGING_HOLE_SPECS } from "../soundness/specs-merging-holes.js";
import { MERGING_MORE_SPECS } from "../soundness/specs-merging-more.js";
import { MERGING_NESTING_SPECS } from "../soundness/specs-merging-nesting.js";
import { MERGING_RULE_SPECS } from "../soundness/specs-merging-rules.js";
import { compileText, folded, foldText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const ALL = process.env.LATCHWORK_SETTLED !== undefined;

const withSteps = (model: Model, change: (step: Step) => Step): Model => ({
  ...model,
  processes: model.processes.map((process) => ({ ...process, steps: process.steps.map(change) })),
});

const merged = (text: string) => reduce(foldText(text), { purpose: "states", explore: exploreSync }).model;

const actionsOf = ({ actions, end }: Block): Action[] =>
  end.kind === "goto" ? [...actions] : [...actions, ...actionsOf(end.whenTrue), ...actionsOf(end.whenFalse)];

const checksOf = (model: Model) =>
  model.processes
    .flatMap(({ steps }) => steps.flatMap(({ body }) => actionsOf(body)))
    .filter(({ kind }) => kind === "check").length;

describe("a shortened step does what it did", () => {
  test.each([
    ...SMALL_SPECS.filter((_, index) => ALL || index % 6 === 0),
    ...MERGING_SPECS,
    ...MERGING_RULE_SPECS,
    ...MERGING_MORE_SPECS,
    ...MERGING_HOLE_SPECS,
    ...MERGING_NESTING_SPECS,
  ])("$name", ({ text }) => {
    for (const model of [compileText(text), merged(text)]) {
      const before = explore(model);
      const after = explore(withSteps(model, withoutSettled));
      expect([...after.states.keys()].sort()).toEqual([...before.states.keys()].sort());
      expect(after.generated).toBe(before.generated);
      expect(verdictOf(after)).toEqual(verdictOf(before));
    }
  });
});

describe("what is settled", () => {
  const shorter = (body: string) => {
    const model = folded(
      compileText(`
      class O { n = 0; flags = 0; on = false; }
      const o = new O(); const p = new O(); let out = 0;
      thread("t", () => { atomic(() => { ${body} }); });
      thread("u", () => { o.n = 3; o.flags = 70000; p.flags = 1; });`),
    );
    return { before: checksOf(model), after: checksOf(withSteps(model, withoutSettled)) };
  };

  test("is not asked again", () => {
    const { before, after } = shorter("out = o.flags & 1; out = o.flags & 2;");
    expect(before).toBe(2);
    expect(after).toBe(1);
  });

  test("is asked again once it is written", () => {
    expect(shorter("out = o.flags & 1; o.flags = p.n; out = o.flags & 2;")).toEqual({ before: 2, after: 2 });
    expect(shorter("let m = o.n; out = m & 1; m = p.n; out = m & 1;")).toEqual({ before: 2, after: 2 });
  });

  test("holds on the way that it was found on, and not on the other", () => {
    const way = (then: string, other: string) => shorter(`if (o.n === 1) { ${then} } else { ${other} }`);
    expect(way("assert(o.n !== 2);", "").after).toBe(0);
    expect(way("", "assert(o.n !== 1);").after).toBe(0);
    expect(way("", "assert(o.n !== 2);").after).toBe(1);
  });
});

describe("checks that stand together", () => {
  test("are one condition, which says which of them failed", () => {
    const model = compileText(`
      class O { next: O | null = null; n = 0; }
      const o = new O(); let out = 0;
      initially(() => { o.next = o; });
      thread("t", () => { atomic(() => { const next = o.next; const n = next!.n; assert(n > 0); out = n; }); });`);
    const { text } = emitModule(model, "together");
    expect(text).toMatch(/if \(next_ # null\) \/\\ \(n_ > 0\) then/);
    expect(text).toContain('{IF ~(next_ # null) THEN "null-dereference" ELSE "assert"}');
  });

  test("are not moved behind what they read, or what they keep from happening", () => {
    const check = (name: string): Action => ({
      kind: "check",
      check: name,
      condition: { kind: "local", name },
      subject: undefined,
      message: undefined,
      origin: ORIGIN,
    });
    const assign = (local: string): Action => ({ kind: "assign", local, value: ZERO, origin: ORIGIN });
    const store: Action = { kind: "store", variable: "x", object: undefined, value: ZERO, origin: ORIGIN };
    const kinds = (actions: readonly Action[]) => {
      const body: Block = { actions, end: { kind: "goto", label: "Done", resets: [] } };
      const { actions: moved } = withChecksTogether({ label: "s", body, live: [], origin: ORIGIN }).body;
      return moved.map((action) => (action.kind === "check" ? action.check : action.kind));
    };
    expect(kinds([check("a"), assign("x"), check("b")])).toEqual(["assign", "a", "b"]);
    expect(kinds([check("a"), check("b"), assign("x"), check("c")])).toEqual(["assign", "a", "b", "c"]);
    expect(kinds([check("a"), assign("a"), check("b")])).toEqual(["a", "assign", "b"]);
    expect(kinds([check("a"), store, check("b")])).toEqual(["a", "store", "b"]);
    expect(kinds([check("a"), assign("x")])).toEqual(["a", "assign"]);
  });
});

const ORIGIN = {
  frames: [],
  span: { file: "x.ts", line: 1, column: 1, endLine: 1, endColumn: 2 },
  text: "x",
};
const ZERO = { kind: "value", value: 0, type: { kind: "number" } } as const;
