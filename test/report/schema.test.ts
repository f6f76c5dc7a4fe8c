import { expect, test } from "vitest";
import type { z } from "zod";
import type { RunReport } from "../../src/report/reporter.js";
import { reportJsonSchema, runReportSchema } from "../../src/report/schema.js";
import { mixedRun, runReport } from "./samples.js";

type FromSchema = z.infer<typeof runReportSchema>;

/** A compile error here means that reporter.ts and schema.ts have come apart. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
/** Every path of a type as it is, so that an optional key missing on one side shows as well. */
type Keys<T> = T extends readonly (infer Item)[]
  ? Keys<Item>
  : T extends object
    ? { [K in keyof T]-?: Keys<T[K]> }
    : T;

const sameValues: Same<FromSchema, RunReport> = true;
const sameKeys: Same<Keys<FromSchema>, Keys<RunReport>> = true;

test("the interfaces and the schema are one type", () => {
  expect([sameValues, sameKeys]).toEqual([true, true]);
});

test("schema/report.v1.schema.json is fresh (if not: npx vitest run test/report/schema.test.ts -u)", async () => {
  const text = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schema/report.v1.schema.json");
});

test("a report survives the way through JSON", () => {
  expect(runReportSchema.parse(JSON.parse(JSON.stringify(mixedRun)))).toEqual(mixedRun);
});

test.each([
  ["another schemaVersion", { ...runReport(), schemaVersion: 2 }],
  ["an unknown key", { ...runReport(), extra: true }],
  [
    "an unknown key deep inside",
    runReport({ ...mixedRun.cases[0]!, steps: { accesses: 1, merged: 0, extra: 1 } } as never),
  ],
  ["a lost key", { schemaVersion: 1 }],
  ["an explicit undefined", runReport({ ...mixedRun.cases[1]!, why: undefined } as never)],
])("refuses %s", (_, report) => {
  expect(runReportSchema.safeParse(report).success).toBe(false);
});
