/** Runs in parts: the parts are a partition, and put together they are the run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { check } from "../../src/app/check.js";
import type { CheckRequest } from "../../src/app/check-request.js";
import { type Explored, recordOf } from "../../src/app/coverage.js";
import { mergeReports } from "../../src/app/merge-reports.js";
import { runReport } from "../../src/app/run-report.js";
import { isInShard, type SpecOutline } from "../../src/app/shard.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import type { RunReport } from "../../src/report/reporter.js";
import { runReportSchema } from "../../src/report/schema.js";
import { asExpected } from "../e2e/specs.js";
import { caseReport } from "../report/samples.js";
import { exploreRequest } from "../support/explore-request.js";
import { scratchFolder } from "../tlc/scratch.js";

const names = fc.record({ spec: fc.string(), case: fc.string() });

test("every case is in exactly one part, and that does not depend on the others", () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 40 }), (name, of) => {
      const parts = Array.from({ length: of }, (_, index) => index + 1);
      expect(parts.filter((index) => isInShard({ index, of }, name))).toHaveLength(1);
    }),
  );
});

test("the parts of many cases are about as large", () => {
  const cases = Array.from({ length: 1000 }, (_, index) => ({ spec: "specs/x.ts", case: `case-${index}` }));
  for (const index of [1, 2, 3, 4]) {
    const part = cases.filter((name) => isInShard({ index, of: 4 }, name));
    expect(part.length).toBeGreaterThan(200);
    expect(part.length).toBeLessThan(300);
  }
});

const request: CheckRequest = exploreRequest("/", { coverage: true, strict: true });

/** Some lines of which a case reaches some. */
const line = (n: number) => ({ file: "x.ts", line: n, column: 1, endLine: n, endColumn: 9 });
const key = (n: number) => `x.ts:${n}:1-${n}:9`;
const explored = (spec: string) =>
  fc
    .record({
      reached: fc.subarray([1, 2, 3, 4, 5]),
      targets: fc.subarray([1, 2, 3, 4, 5]),
      complete: fc.boolean(),
    })
    .map(
      ({ reached, targets, complete }): Explored => ({
        spec,
        targets: { statements: targets.map(line), sides: [], locks: [], invariants: [] },
        reached: {
          statements: new Set(reached.map(key)),
          sides: new Set(),
          taken: new Set(),
          contended: new Set(),
          premises: new Set(),
        },
        complete,
        excused: false,
      }),
    );
const run = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a.ts", "b.ts", "c.ts"), fc.string({ maxLength: 3 })), {
    selector: (pair) => JSON.stringify(pair),
    maxLength: 12,
  })
  .map((pairs) => pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  .chain((pairs) =>
    fc.tuple(...pairs.map(([spec, name]) => explored(spec).map((each) => ({ spec, name, explored: each })))),
  );

test("the merged report is that of the run in one piece, whatever was explored", () => {
  fc.assert(
    fc.property(run, fc.integer({ min: 1, max: 5 }), fc.nat(), (cases, of, turn) => {
      const specs: SpecOutline[] = [...new Set(cases.map(({ spec }) => spec))].map((name) => ({
        path: `/${name}`,
        name,
        cases: cases.filter(({ spec }) => spec === name).map((each) => each.name),
        sources: [{ path: name, sha256: name }],
      }));
      const settled = cases.map((each) => ({
        report: caseReport(each.name, { spec: each.spec }),
        explored: each.explored,
      }));
      const nothing = { specs, tools: undefined, tlcVersion: undefined, notChecked: [] };
      const whole = runReport(request, { ...nothing, cases: settled });
      const parts = Array.from({ length: of }, (_, index) => {
        const shard = { index: index + 1, of };
        const own = settled.filter(({ report }) => isInShard(shard, report));
        const report = runReport({ ...request, shard }, { ...nothing, cases: own });
        return { file: `${index}.json`, report: runReportSchema.parse(JSON.parse(JSON.stringify(report))) };
      });
      const turned = [...parts.slice(turn % of), ...parts.slice(0, turn % of)];
      expect(mergeReports(turned)).toEqual(JSON.parse(JSON.stringify(whole)));
    }),
    { numRuns: 50 },
  );
});

describe("real runs", () => {
  let root: string;
  beforeEach(() => {
    root = scratchFolder();
    mkdirSync(join(root, "specs"));
    writeFileSync(join(root, "package.json"), "{}");
    writeFileSync(join(root, "specs/refs.ts"), asExpected);
    writeFileSync(join(root, "specs/more.ts"), asExpected);
  });
  const checked = (changes: Partial<CheckRequest> = {}) =>
    check({ ...request, cwd: root, cacheFolder: join(root, "cache"), strict: false, ...changes }, {});
  const part = async (index: number, changes: Partial<CheckRequest> = {}) => ({
    file: `${index}.json`,
    report: await checked({ shard: { index, of: 2 }, ...changes }),
  });
  const plain = (report: RunReport) => ({
    ...report,
    cases: report.cases.map((each) => ({ ...each, seconds: 0, cached: false })),
  });
  const refusal = (reports: Parameters<typeof mergeReports>[0]) => {
    try {
      mergeReports(reports);
      return "merged";
    } catch (error) {
      if (!(error instanceof DiagnosticsError)) throw error;
      return error.diagnostics.map(({ code, message }) => `${code} ${message}`).join();
    }
  };

  test("two parts are the run, also where one is known from before and the other is not", async () => {
    const parts = [await part(1), await part(2)];
    expect(parts.every(({ report }) => report.cases.length > 0 && report.cases.length < 4)).toBe(true);
    const whole = await checked();
    expect(plain(mergeReports(parts))).toEqual(plain(whole));
    expect(whole.cases.every(({ cached }) => cached)).toBe(true);
    const { cacheFolder: _, ...uncached } = { ...request, cwd: root, strict: false };
    const anew = { file: "2.json", report: await check({ ...uncached, shard: { index: 2, of: 2 } }, {}) };
    expect(plain(mergeReports([await part(1), anew]))).toEqual(plain(whole));
  });

  test("what is not all of one run, each part once, is refused", async () => {
    const [one, two] = [await part(1), await part(2)];
    expect(refusal([])).toMatch(/^LW2215 there is no report/);
    expect(refusal([one])).toBe("LW2215 shard 2 of 2 is missing");
    expect(refusal([one, two, { ...two, file: "again.json" }])).toMatch(/^LW2214 2.json and again.json/);
    expect(refusal([one, { file: "whole.json", report: await checked() }])).toMatch(/^LW2212 whole.json/);
    const version = { ...two.report, tool: { ...two.report.tool, version: "0.0.1" } };
    expect(refusal([one, { file: "2.json", report: version }])).toMatch(/^LW2213 .* another version/);
    const engine = {
      ...two.report,
      engine: { name: "tlc", version: "2", jar: { source: "", sha256: "" }, java: "17" },
    };
    expect(refusal([one, { file: "2.json", report: engine as RunReport }])).toMatch(
      /^LW2213 .* another engine/,
    );
    expect(refusal([one, await part(2, { reduce: false })])).toMatch(/^LW2213 .* other specs or options/);
    expect(refusal([one, { file: "3.json", report: await checked({ shard: { index: 2, of: 3 } }) }])).toMatch(
      /^LW2213 .* another number of shards/,
    );
    writeFileSync(join(root, "specs/more.ts"), `${asExpected}// changed\n`);
    expect(refusal([one, await part(2)])).toMatch(/^LW2213 .* other specs or options/);
  });

  test("a run that ends at the first surprise says what it has not checked", async () => {
    writeFileSync(join(root, "specs/refs.ts"), asExpected.replaceAll("holds()", 'fails("assert")'));
    const report = await checked({ bail: true, maxWorkers: 1, paths: ["specs/refs.ts"] });
    expect(report.cases.some(({ asExpected: isAsExpected }) => !isAsExpected)).toBe(true);
    const again = await checked({ bail: true, maxWorkers: 1, paths: ["specs/refs.ts"] });
    expect(report.cases.length + (report.notChecked?.length ?? 0)).toBe(2);
    expect(again.cases.length + (again.notChecked?.length ?? 0)).toBe(2);
  });
});

test("what was reached survives the way through a file", () => {
  fc.assert(
    fc.property(explored("a.ts"), (each) => {
      expect(JSON.parse(JSON.stringify(recordOf(each)))).toEqual(recordOf(each));
    }),
  );
});
