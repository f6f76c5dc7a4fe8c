import { expect, test } from "vitest";
import { fitColumns, laneStarts } from "../../src/report/columns.js";
import { count, grouped, listed, padStart, wrap } from "../../src/report/text.js";

test("wraps at spaces, and breaks long words after punctuation", () => {
  expect(wrap("spin_unlock(pt.vcpu!.tm_lock);", 24, 4)).toEqual(["spin_unlock(pt.vcpu!.", "    tm_lock);"]);
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("", 7)).toEqual([""]);
});

test("numbers and lists", () => {
  expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([count(1, "state"), count(2, "state"), count(2, "switch", "switches")]).toEqual([
    "1 state",
    "2 states",
    "2 switches",
  ]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
  expect(padStart("ä", 3)).toBe("  ä");
});

test("lanes: what they need, else short ones first, else none", () => {
  expect(fitColumns([10, 20], 80)).toEqual([10, 20]);
  expect(fitColumns([10, 90], 80)).toEqual([10, 67]);
  expect(fitColumns([90, 90, 90], 60)).toBeUndefined();
  expect(fitColumns([], 60)).toEqual([]);
  expect(laneStarts([10, 20, 5])).toEqual([0, 13, 36]);
});
