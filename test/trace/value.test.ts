import { describe, expect, test } from "vitest";
import { sameValue, type TlaValue, tlaInt } from "../../src/trace/value.js";
import { parseValue } from "../../src/trace/value-parser.js";

const same = (a: string, b: string) => sameValue(parseValue(a), parseValue(b));

describe("values that are the same", () => {
  test.each([
    ["{1, 2}", "{2, 1}"],
    ["{1, 1, 2}", "{2, 1}"],
    ['{"b", "a", "c"}', '{"a", "b", "c"}'],
    ["{{p2, p1}, {p10}}", "{{p10}, {p1, p2}}"],
    ["[a |-> {1, 2}, b |-> 2]", "[b |-> 2, a |-> {2, 1}]"],
    ["(t1 :> 1 @@ t2 :> {2, 1})", "(t2 :> {1, 2} @@ t1 :> 1)"],
    ["1..3", "{3, 1, 2}"],
    ["-1..1", "{0, -1, 1, 1}"],
    ["5..5", "{5}"],
    ["1..0", "{}"],
    ["1..0", "7..-7"],
    ["{1..2, 1..0}", "{{}, {2, 1}}"],
    ["{1..2}", "{{1, 2}, {2, 1}}"],
    ["SUBSET (1..8)", "SUBSET {8, 7, 6, 5, 4, 3, 2, 1}"],
    ["[a: 1..2, b: {}]", "[b: 1..0, a: {2, 1}]"],
    ["<< >>", "<<>>"],
  ])("%s and %s", (a, b) => {
    expect(same(a, b)).toBe(true);
    expect(same(b, a)).toBe(true);
  });

  test("the widest interval is compared without listing it", () => {
    expect(same("-2147483648..2147483647", "-2147483648..2147483647")).toBe(true);
    expect(same("-2147483648..2147483647", "{-2147483648, 2147483647}")).toBe(false);
  });
});

describe("values that differ", () => {
  test.each([
    ["{1, 2}", "<<1, 2>>"],
    ["{}", "<<>>"],
    ["1..2", "<<1, 2>>"],
    ["<<1, 2>>", "<<2, 1>>"],
    ["{1, 3}", "1..3"],
    ["{1, 2, a}", "1..3"],
    ["1", '"1"'],
    ["a", '"a"'],
    ["TRUE", '"TRUE"'],
    ["1", "{1}"],
    ["[a |-> 1]", '("a" :> 1)'],
    ["[a |-> 1]", "[a |-> 2]"],
    ["[a |-> 1]", "[a |-> 1, b |-> 1]"],
    ["[a |-> 1]", "[a: 1]"],
    ["(t1 :> 1 @@ t2 :> 2)", "(t1 :> 2 @@ t2 :> 1)"],
    ["(1..2 \\X 3..4)", "(3..4 \\X 1..2)"],
    ["[1..2 -> 3..4]", "[3..4 -> 1..2]"],
    ['{"a", "b"}', '{"a\\",\\"b"}'],
    ['<<"a,b">>', '<<"a", "b">>'],
  ])("%s and %s", (a, b) => {
    expect(same(a, b)).toBe(false);
    expect(same(b, a)).toBe(false);
  });

  test("a model value is nothing that shares its spelling", () => {
    const model: TlaValue = { kind: "model", name: "TRUE" };
    expect(sameValue(model, { kind: "bool", value: true })).toBe(false);
  });
});

test("integers are those of Java", () => {
  expect(tlaInt(2147483647)).toBe(2147483647);
  expect(tlaInt(-2147483648)).toBe(-2147483648);
  expect(tlaInt(-0)).toBe(0);
  for (const n of [2147483648, -2147483649, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => tlaInt(n)).toThrow(`${n} is not a 32-bit integer`);
  }
});
