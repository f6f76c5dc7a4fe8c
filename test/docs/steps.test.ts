/** What docs/LANGUAGE.md says about steps is what happens: the orders that its examples have, and the table of steps. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileText } from "../support/compile.js";
import { type Run, runsOf } from "../support/runs.js";
import { repository } from "../support/source-tree.js";

const text = readFileSync(join(repository, "docs/LANGUAGE.md"), "utf8");

/** A spec between fences with the orders that stand below it. */
const examples = [...text.matchAll(/^```ts orders\n([\s\S]*?)^```\n\n?```text\n([\s\S]*?)^```$/gm)].map(
  ([, spec, orders], index) => ({ name: `example ${index + 1}`, spec: spec!, orders: orders!.trimEnd() }),
);

/** `a b a b   n = 1`, with what was never reached. */
function line({ order, changed, waiting, failed }: Run): string {
  const ends = [
    ...changed,
    ...failed.map((check) => `fails ${check}`),
    // A thread that failed a check has stopped.
    ...(failed.length > 0 ? [] : waiting).map((name) => `${name} waits`),
  ];
  return `${order.join(" ")}   ${ends.join(", ")}`;
}

describe("the examples of orders", () => {
  test("are there", () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(text.match(/^```ts orders$/gm)).toHaveLength(examples.length);
  });

  test.each(examples)("$name", ({ spec, orders }) => {
    const found = runsOf(compileText(spec)).map(line);
    expect(found.join("\n")).toBe(orders.replace(/ +#.*$/gm, ""));
  });
});

describe("the table of steps", () => {
  const world = `
    class A { n = 0; x = false; y = false; lock = spinlock(); b: A | null = null; l = list<E>(); s = set<Thread>(); }
    class E { k = 0; }
    const a = new A(); const c = new A(); const es = instances(E, 2, "es"); let g = 0; let h = 0;
    function add(p: number, q: number): number { return p + q; }
    initially(() => { a.b = c; for (const e of es) list_add_tail(e, a.l); });`;

  test.each([
    ["a.n++;", "reads a.n | writes a.n"],
    ["a.n = a.n + 1;", "reads a.n | writes a.n"],
    ["a.n += 1;", "reads a.n | writes a.n"],
    ["g += h;", "reads g | reads h | writes g"],
    ["if (a.x && a.y) g = 1;", "reads a.x"],
    ["if (a.x || a.y) g = 1;", "reads a.x | reads a.y"],
    ["const t = a.x ? g : h; assert(t === 0);", "reads a.x | reads h"],
    ["spin_lock(a.b!.lock);", "reads a.b | takes c.lock"],
    ["spin_lock(a.lock);", "takes a.lock"],
    ["if (a.b !== null) a.b.n = 1;", "reads a.b | reads a.b | writes c.n"],
    ["a.b!.n = g;", "reads a.b | reads g | writes c.n"],
    ["a.b!.n++;", "reads a.b | reads c.n | writes c.n"],
    ["g = add(a.n, h);", "reads a.n | reads h | writes g"],
    ["if (a.l.has(es[0])) g = 1;", "reads a.l | writes g"],
    ["if (list_empty(a.l)) g = 1;", "reads a.l"],
    ["for (const e of a.l) e.k = 1;", "reads a.l | writes es0.k | reads a.l | writes es1.k | reads a.l"],
    [
      "for (const e of list_for_each_entry_safe(a.l)) e.k = 1;",
      "reads a.l | reads a.l | writes es0.k | reads a.l | writes es1.k",
    ],
    ["for (const e of es) e.k = 1;", "writes es0.k | writes es1.k"],
    ["if (cmpxchg(a.n, h, g) === 0) g = 1;", "reads h | reads g | reads a.n, writes a.n | writes g"],
    ["xchg(a.b!.n, fetch_add(g, 1));", "reads a.b | reads g, writes g | reads c.n, writes c.n"],
    ["h = add_return(a.n, 2);", "reads a.n, writes a.n | writes h"],
    ["until(g === 0);", "reads g"],
    ["let i = 1; i++; const t = g; assert(t === 0 && i === 2); h = i;", "reads g | writes h"],
    ["const t = g; assert(t === 1); h = 1;", "reads g, fails assert"],
    ["atomic(() => { g = h + a.n; a.n = g; });", "reads h, reads a.n, writes g, reads g, writes a.n"],
  ])("%s", (statement, steps) => {
    const spec = `${world}
      thread("t", () => { ${statement} });`;
    expect(runsOf(compileText(spec)).map((run) => run.steps.join(" | "))).toEqual([steps]);
  });
});
