import { describe, expect, test } from "vitest";
import { refusals } from "../support/compile.js";

const HEAD =
  "class E { on = false; } class L { q = list<E>(); } const es = instances(E, 2); const l = new L(); let x = 0; let y = 0; let t: Thread | null = null;";

/** What is refused in a thread's body, which stands on line 2. */
const refused = (body: string) => refusals(`${HEAD}\nthread("t", () => { ${body} });`);

describe("what no model can mean is refused", () => {
  test.each([
    [
      "a wait behind a store",
      "atomic(() => { x = 1; until(y === 1); });",
      ["LW1016 line 2: this atomic step waits after it has written"],
    ],
    [
      "a wait behind a store in one branch",
      "atomic(() => { if (y === 0) x = 1; until(y === 1); });",
      ["LW1016 line 2: this atomic step waits after it has written"],
    ],
    [
      "a wait behind list_del",
      "atomic(() => { list_del(es[0]); until(y === 1); });",
      ["LW1016 line 2: this atomic step waits after it has written"],
    ],
    [
      "a wait on two reads",
      "until(x === 1 && y === 1);",
      ["LW1015 line 2: this wait reads shared memory 2 times (x, y)"],
    ],
    [
      "a wait on one variable, read twice",
      "until(x === 1 || x === 2);",
      ["LW1015 line 2: this wait reads shared memory 2 times (x, x)"],
    ],
    [
      "a wait on all objects",
      "until(es.every((e) => e.on));",
      ["LW1015 line 2: this wait reads shared memory 2 times (E.on, E.on)"],
    ],
    [
      "a condition on all objects",
      "if (es.some((e) => e.on)) x = 1;",
      ["LW1002 line 2: some over shared memory outside an atomic step cannot be used in a spec"],
    ],
    [
      "a call in a wait",
      "until(maybe());",
      ["LW1002 line 2: a choice inside this condition cannot be used in a spec"],
    ],
    [
      "a loop in an atomic step",
      "atomic(() => { while (x === 0) {} });",
      ["LW1017 line 2: a loop cannot be used inside atomic"],
    ],
    [
      "a walk in an atomic step",
      "atomic(() => { for (const e of l.q) e.on = true; });",
      ["LW1017 line 2: a loop cannot be used inside atomic"],
    ],
    [
      "an atomic step that nests too deeply",
      `let k = 0; atomic(() => { ${"k = k + x; ".repeat(160)} });`,
      ["LW1002 line 2: an atomic step of so many statements cannot be used in a spec"],
    ],
  ] as const)("%s", (_, body, expected) => {
    expect(refused(body)).toEqual(expected);
  });

  test.each([
    ["on one read", "until(x === 1);"],
    ["on several reads in an atomic step", "atomic(() => { until(x === 1 && es.every((e) => e.on)); });"],
    ["before a store", "atomic(() => { until(x === 1); x = 2; });"],
    ["in one branch and a store in the other", "atomic(() => { if (y === 0) x = 1; else until(y === 1); });"],
  ])("a wait %s is not", (_, body) => {
    expect(refused(body)).toEqual([]);
  });

  test("recursion, direct and through others, and through an arrow function", () => {
    expect(refusals('function f() { f(); }\nthread("t", () => { f(); });')).toEqual([
      "LW1014 line 1: f calls itself: f calls f",
    ]);
    expect(refusals('function f() { g(); }\nfunction g() { f(); }\nthread("t", () => { f(); });')).toEqual([
      "LW1014 line 2: f calls itself: f calls g calls f",
    ]);
    expect(
      refusals('function f(b: () => void) { b(); }\nthread("t", () => { f(() => f(() => {})); });'),
    ).toEqual(["LW1014 line 2: f calls itself: f calls f"]);
  });

  test("each complaint is made once, however often the procedure is called", () => {
    const source = `let x = 0;
      function f() { until(x === 1 || x === 2); }
      thread("a", () => { f(); f(); });
      thread("b", () => { f(); });`;
    expect(refusals(source)).toHaveLength(1);
  });

  test.each([
    ["waits", "until(x === 1);", "initially waits for something"],
    ["chooses", "if (maybe()) x = 1;", "initially chooses"],
    ["does not end", "for (;;) { x = 1; }", "initially does not end"],
    ["takes a lock", "spin_lock(lock);", "initially leaves or takes a lock, or changes the state of a CPU"],
    [
      "overflows",
      "x = 2147483647; x = x + 1;",
      "initially computes what has no value: 2147483648 does not fit into 32 bits",
    ],
    ["fails", "assert(x === 1);", "initially fails assert (null)"],
    [
      "stores a thread",
      "me();",
      "initially stores the running thread, which has ended before any other starts",
    ],
  ])("initially that %s", (_, body, message) => {
    const found = refusals(
      `${HEAD} const lock = spinlock();\nfunction me() { t = current(); } initially(() => { ${body} });\nthread("t", () => {});`,
    );
    expect(found).toContain(`LW1018 line 2: ${message}`);
  });

  test("a choice among no objects", () => {
    expect(
      refusals('class C {} const cs = instances(C, 0);\nthread("t", () => { const c = choose(cs); });'),
    ).toEqual(["LW1002 line 2: choose from no objects cannot be used in a spec"]);
  });
});
