/** What an invariant presupposes, read off its shape. */
import { expect, test } from "vitest";
import { printTerm } from "../../src/ir/print.js";
import { compileText } from "../support/compile.js";

const HEAD = `
class Page { mapped = false; busy = false; owner: Page | null = null; shared = set<Page>(); }
const pages = instances(Page, 2);
const none = instances(Page, 0, "none");
let a = false;
let b = false;
let c = false;
thread("t", () => { a = true; });
`;

function premises(condition: string): string[] {
  const [invariant] = compileText(`${HEAD}invariant("i", () => ${condition});`).invariants;
  return invariant!.premises.map(printTerm);
}

test.each([
  ["a || b", []],
  ["!a || b", ["a"]],
  ["!a || !b", ["a"]],
  ["!a || !b || c", ["a && b"]],
  ["!(a && b) || c", ["a && b"]],
  ["b || !a", []],
  ["a ? b : true", ["a"]],
  ["a ? true : b", ["!a"]],
  ["a ? b : c", []],
  ["a && (!b || c)", ["a && b"]],
  ["!a || (!b || c)", ["a && b"]],
  ["!a || (b ? c : true)", ["a && b"]],
  ["(!a || b) && (!b || c)", ["a", "((!a) || b) && b"]],
])("%s", (condition, expected) => {
  expect(premises(condition)).toEqual(expected);
});

test("a claim about the end presupposes an end", () => {
  const [claim] = compileText(`${HEAD}at_end("i", () => !b || c);`).invariants;
  expect(claim?.premises.map(printTerm)).toEqual(["true"]);
});

test("quantifiers: some element must meet the premise, and there must be one", () => {
  expect(premises("pages.every((p) => p.mapped)")).toEqual([]);
  expect(premises("none.every((p) => p.mapped)")).toHaveLength(1);
  expect(premises("pages.some((p) => !p.mapped || p.busy)")).toEqual([]);
  const inner = premises("pages.every((p) => !p.mapped || p.busy)");
  expect(inner).toHaveLength(1);
  expect(inner[0]).toContain("some");
  expect(premises("pages.every((p) => p.shared.every((q) => q.mapped))")).toHaveLength(1);
});
