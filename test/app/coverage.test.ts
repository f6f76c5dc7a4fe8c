/** Which of what single cases left unexplored is left when their spec is looked at as a whole. */
import { describe, expect, test } from "vitest";
import { coverageBySpec, coverageOf, type Explored } from "../../src/app/coverage.js";
import { sideKey, spanKey } from "../../src/ir/coverage.js";
import { nothingReached, premiseKey } from "../../src/ir/reached.js";

const at = (line: number) => ({ file: "s.ts", line, column: 1, endLine: line, endColumn: 9 });

const TARGETS: Explored["targets"] = {
  statements: [at(1), at(2), at(3)],
  sides: [
    { span: at(2), side: "true" },
    { span: at(2), side: "false" },
  ],
  locks: ["a", "b"],
  invariants: [
    { invariant: "i", span: at(9), premise: 0 },
    { invariant: "i", span: at(9), premise: 1 },
  ],
};

interface Seen {
  readonly lines?: readonly number[];
  readonly answers?: readonly ("true" | "false")[];
  readonly taken?: readonly string[];
  readonly contended?: readonly string[];
  readonly premises?: readonly number[];
}

function one(seen: Seen, flags: Partial<Pick<Explored, "spec" | "complete" | "excused">> = {}): Explored {
  const reached = nothingReached();
  for (const line of seen.lines ?? []) reached.statements.add(spanKey(at(line)));
  for (const side of seen.answers ?? []) reached.sides.add(sideKey({ span: at(2), side }));
  for (const lock of seen.taken ?? []) reached.taken.add(lock);
  for (const lock of seen.contended ?? []) reached.contended.add(lock);
  for (const premise of seen.premises ?? []) reached.premises.add(premiseKey("i", premise));
  return { spec: "s.ts", targets: TARGETS, complete: true, excused: false, ...flags, reached };
}

describe("one case", () => {
  test("a condition that was never evaluated is told by its statement alone", () => {
    const found = coverageOf(one({ lines: [1] }));
    expect(found.unreached).toEqual([at(2), at(3)]);
    expect(found.branches).toEqual([]);
  });

  test("a lock that is never taken is not also never contended", () => {
    const found = coverageOf(one({ taken: ["a"] }));
    expect(found).toMatchObject({ untaken: ["b"], uncontended: ["a"] });
  });

  test("every premise counts", () => {
    expect(coverageOf(one({ premises: [0] })).vacuous).toEqual([{ invariant: "i", span: at(9) }]);
    expect(coverageOf(one({ premises: [0, 1] })).vacuous).toEqual([]);
  });
});

describe("a spec", () => {
  test("cases add up, one that ended early too", () => {
    const [found] = coverageBySpec([
      one({ lines: [1, 2], answers: ["true"], taken: ["a"], premises: [0] }),
      one({ lines: [2, 3], answers: ["false"], contended: ["a"], premises: [1] }, { complete: false }),
    ]);
    // No one case meets both premises.
    expect(found).toMatchObject({ unreached: [], branches: [], untaken: ["b"], uncontended: [] });
    expect(found?.vacuous).toHaveLength(1);
  });

  test("what only cases that ended early could have reached is not asked for", () => {
    expect(coverageBySpec([one({}, { complete: false })])).toEqual([]);
    const early: Explored = one({ lines: [1] }, { complete: false });
    const other = { ...one({ lines: [1] }), targets: { ...TARGETS, statements: [at(1)] } };
    expect(coverageBySpec([early, other])[0]?.unreached).toEqual([]);
  });

  test("a case that is excused asks for nothing and still adds", () => {
    const excused = one({ lines: [3], answers: ["true"] }, { excused: true });
    expect(coverageBySpec([excused])[0]).toMatchObject({ unreached: [], untaken: [] });
    expect(coverageBySpec([excused, one({ lines: [1] })])[0]?.unreached).toEqual([at(2)]);
  });

  test("specs do not help each other", () => {
    const found = coverageBySpec([one({ lines: [1] }), one({ lines: [2, 3] }, { spec: "t.ts" })]);
    expect(found.map(({ spec, unreached }) => [spec, unreached.length])).toEqual([
      ["s.ts", 2],
      ["t.ts", 1],
    ]);
  });
});
