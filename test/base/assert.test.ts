import { expect, test } from "vitest";
import { bug, InternalError, must, unreachable } from "../../src/base/assert.js";
import { formatLine, formatPlace } from "../../src/base/span.js";

test("what is there passes, also when it is false or empty", () => {
  expect(must(0, "n")).toBe(0);
  expect(must("", "s")).toBe("");
  expect(must(false, "b")).toBe(false);
});

test("our own defects are InternalErrors that say what was believed", () => {
  expect(() => must(undefined, "the thing")).toThrow(new InternalError("the thing is missing"));
  expect(() => must(null, "the thing")).toThrow(InternalError);
  expect(() => bug("no")).toThrow(new InternalError("no"));
  expect(() => unreachable("odd" as never)).toThrow(new InternalError('unhandled case "odd"'));
});

test("places as people cite them", () => {
  const span = { file: "a/b.ts", line: 3, column: 7, endLine: 3, endColumn: 9 };
  expect(formatLine(span)).toBe("a/b.ts:3");
  expect(formatPlace(span)).toBe("a/b.ts:3:7");
});
