import { expect, test } from "vitest";
import type { TlaValue } from "../../src/trace/value.js";
import { parseValue } from "../../src/trace/value-parser.js";
import { printValue } from "../../src/trace/value-print.js";

test.each([
  "TRUE",
  "-2147483648",
  "-2..3",
  '{"b", "a", "c"}',
  '<<"x", <<>>>>',
  "[b |-> 1, a |-> [x |-> TRUE]]",
  "[]",
  '(t1 :> <<[pc |-> "ul", by |-> defaultInitValue]>> @@ "monitor" :> <<>>)',
  "(-1 :> -1)",
  "SUBSET (1..8)",
  "SUBSET {a, b, c, d, e, f, g}",
  "[1..9 -> SUBSET (1..9)]",
  "[f: 1..9, g: {a}]",
  "(1..900 \\X {a} \\X 1..3)",
  String.raw`"\"\\\t\n\f\r /\\ |-> @@ >>"`,
])("%s is TLC's own spelling", (text) => {
  expect(printValue(parseValue(text))).toBe(text);
});

test("a function without pairs, which TLC never keeps apart, is the empty tuple", () => {
  const empty: TlaValue = { kind: "function", pairs: [] };
  expect(printValue(empty)).toBe("<<>>");
});
