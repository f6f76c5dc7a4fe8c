import { expect, test } from "vitest";
import { termKey } from "../../src/ir/coverage.js";
import type { Term, Value } from "../../src/ir/model.js";

const record = (part: Value): Term => ({
  kind: "value",
  value: { record: new Map([["part", part]]) },
  type: { kind: "record", fields: [{ name: "part", type: { kind: "number" } }] },
});

test("terms have equal keys where they are equal, records part by part", () => {
  expect(termKey(record(1))).toBe(termKey(record(1)));
  expect(termKey(record(1))).not.toBe(termKey(record(2)));
});
