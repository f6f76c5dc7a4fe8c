import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/base/assert.js";
import type { TlaValue } from "../../src/trace/value.js";
import { checkValueGrammar, parseValue } from "../../src/trace/value-parser.js";
import { printValue } from "../../src/trace/value-print.js";

const int = (value: number): TlaValue => ({ kind: "int", value });
const str = (value: string): TlaValue => ({ kind: "string", value });
const model = (name: string): TlaValue => ({ kind: "model", name });
const interval = (from: number, to: number): TlaValue => ({ kind: "interval", from, to });
const tuple = (...elements: TlaValue[]): TlaValue => ({ kind: "tuple", elements });
const set = (...elements: TlaValue[]): TlaValue => ({ kind: "set", elements });
const record = (fields: Record<string, TlaValue>): TlaValue => ({
  kind: "record",
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
});
const fn = (...pairs: [TlaValue, TlaValue][]): TlaValue => ({
  kind: "function",
  pairs: pairs.map(([key, value]) => ({ key, value })),
});

test("chevrotain finds no fault in the grammar", () => {
  expect(checkValueGrammar).not.toThrow();
});

describe("what TLC prints", () => {
  test.each<[string, TlaValue]>([
    ["TRUE", { kind: "bool", value: true }],
    ["FALSE", { kind: "bool", value: false }],
    ["0", int(0)],
    ["-7", int(-7)],
    ["-0", int(0)],
    ["007", int(7)],
    ["2147483647", int(2147483647)],
    ["-2147483648", int(-2147483648)],
    ['"idle"', str("idle")],
    ['""', str("")],
    ["1..5", interval(1, 5)],
    ["-2..3", interval(-2, 3)],
    ["-3..-1", interval(-3, -1)],
    ["{}", set()],
    ["{1, 2}", set(int(1), int(2))],
    ['{"b","a","c"}', set(str("b"), str("a"), str("c"))],
    ["{p2, p1, p10}", set(model("p2"), model("p1"), model("p10"))],
    ["<<>>", tuple()],
    ["<< >>", tuple()],
    ['<<"x", <<>>>>', tuple(str("x"), tuple())],
    ["<<<<<<>>>>>>", tuple(tuple(tuple()))],
    ["[]", record({})],
    ["[b |-> 1, a |-> 1]", record({ b: int(1), a: int(1) })],
    ["[1x |-> 1, TRUE |-> 2, SUBSET |-> 3]", record({ "1x": int(1), TRUE: int(2), SUBSET: int(3) })],
    ['("b c" :> 1 @@ "a-1" :> 1)', fn([str("b c"), int(1)], [str("a-1"), int(1)])],
    ['(t1 :> "a" @@ "monitor" :> "m1")', fn([model("t1"), str("a")], [str("monitor"), str("m1")])],
    [
      "(<<1, 1>> :> 2 @@ <<1, 2>> :> 3)",
      fn([tuple(int(1), int(1)), int(2)], [tuple(int(1), int(2)), int(3)]),
    ],
    ["(-1 :> -1)", fn([int(-1), int(-1)])],
    ["(-2..3 :> -2..-1)", fn([interval(-2, 3), interval(-2, -1)])],
    ["(0 :> << >> @@ TRUE :> {})", fn([int(0), tuple()], [{ kind: "bool", value: true }, set()])],
    ["t1", model("t1")],
    ["1x", model("1x")],
    ["_", model("_")],
    ["TRUEx", model("TRUEx")],
    ["SUBSETS", model("SUBSETS")],
    ["defaultInitValue", model("defaultInitValue")],
    ["null", model("null")],
    ["SUBSET 1..8", { kind: "powerset", base: interval(1, 8) }],
    ["SUBSET (1..8)", { kind: "powerset", base: interval(1, 8) }],
    ["SUBSET SUBSET {a}", { kind: "powerset", base: { kind: "powerset", base: set(model("a")) } }],
    ["[1..9 -> {a, b}]", { kind: "functionSet", domain: interval(1, 9), range: set(model("a"), model("b")) }],
    ["[Nat -> 1..2]", { kind: "functionSet", domain: model("Nat"), range: interval(1, 2) }],
    [
      "[f: 1..9, g: {a}]",
      {
        kind: "recordSet",
        fields: [
          { name: "f", value: interval(1, 9) },
          { name: "g", value: set(model("a")) },
        ],
      },
    ],
    ["(1..900 \\X {a})", { kind: "product", factors: [interval(1, 900), set(model("a"))] }],
    [
      "(1..9 \\X 1..8 \\X 1..7)",
      { kind: "product", factors: [interval(1, 9), interval(1, 8), interval(1, 7)] },
    ],
    [
      "((1..9 \\X 1..8) \\X 1..7)",
      {
        kind: "product",
        factors: [{ kind: "product", factors: [interval(1, 9), interval(1, 8)] }, interval(1, 7)],
      },
    ],
  ])("%s", (text, value) => {
    expect(parseValue(text)).toStrictEqual(value);
  });

  test("escapes and characters that mean something outside of strings", () => {
    expect(parseValue(String.raw`"\"\\\t\n\f\r"`)).toStrictEqual(str('"\\\t\n\f\r'));
    expect(parseValue(String.raw`"\\n"`)).toStrictEqual(str("\\n"));
    const text = String.raw`[s |-> "a |-> b", t |-> <<">>", "@@", "/\\ x = 1">>, u |-> "\"}, {\""]`;
    const value = record({
      s: str("a |-> b"),
      t: tuple(str(">>"), str("@@"), str("/\\ x = 1")),
      u: str('"}, {"'),
    });
    expect(parseValue(text)).toStrictEqual(value);
    expect(parseValue('"\u672c \u00e9"')).toStrictEqual(str("\u672c \u00e9"));
    // TLC would print `\\`; a backslash that begins no escape of TLA+ is not a string of TLC.
    expect(() => parseValue(String.raw`"/\ x"`)).toThrow(InternalError);
  });

  test("the wrapped layout", () => {
    const wrapped = `( t1 :>
      << [ pc |-> "ul",
           by |-> defaultInitValue,
           procedure |-> "bump" ] >> @@
  t2 :> <<>> @@
  "monitor" :> <<>> )`;
    const frame = record({ pc: str("ul"), by: model("defaultInitValue"), procedure: str("bump") });
    const value = fn([model("t1"), tuple(frame)], [model("t2"), tuple()], [str("monitor"), tuple()]);
    expect(parseValue(wrapped)).toStrictEqual(value);
    expect(parseValue(`\r\n ${wrapped.replaceAll("\n", "\r\n")}\r\n`)).toStrictEqual(value);
  });
});

describe("long and deep", () => {
  test("hundreds of kB", () => {
    const frames = Array.from({ length: 6000 }, (_, i) =>
      record({ pc: str(`l${i}`), n: int(-1 - i), s: set(model("t_1")) }),
    );
    const text = printValue(tuple(...frames));
    expect(text.length).toBeGreaterThan(200_000);
    expect(parseValue(text)).toStrictEqual(tuple(...frames));
  });

  test("one string of a MB, with and without its end", () => {
    const long = `a\\"`.repeat(350_000);
    expect(parseValue(`"${long}"`)).toStrictEqual(str(`a"`.repeat(350_000)));
    expect(() => parseValue(`"${long}`)).toThrow("at offset 0");
  });

  test.each([
    ["<<", ">>"],
    ["{", "}"],
    ["[a |-> ", "]"],
    ["(1 :> ", ")"],
    ["SUBSET ", ""],
  ])("250 levels of %s", (open, close) => {
    const text = `${open.repeat(250)}1${close.repeat(250)}`;
    expect(printValue(parseValue(text))).toBe(text);
  });
});

describe("what is not a value", () => {
  test.each([
    ["", 0],
    ["  ", 2],
    ["<<1, 2", 6],
    ["[a |-> 1", 8],
    ["(1 :> 2 @@", 10],
    ['"abc', 0],
    ['"a\nb"', 0],
    ['"a\\x"', 0],
    ["1 2", 2],
    ["{1} }", 4],
    ["{1 2}", 3],
    ["<<1 2>>", 4],
    ["{1,}", 3],
    ["{,1}", 1],
    ["[a |-> 1 b |-> 2]", 9],
    ["[a |-> 1, b: 2]", 11],
    ["[a |-> 1, b]", 11],
    ["[1 |-> 2]", 3],
    ["(1 :> 2 @@ 3)", 12],
    ["(1 :> 2 3 :> 4)", 8],
    ["()", 1],
    ["-1x", 2],
    ["- 1", 0],
    ["1..", 3],
    ["1...2", 3],
    ["1..1x", 3],
    ["{1, 2>>", 5],
    ["SUBSET", 6],
    ["[1..2 ->]", 8],
    ["(1..2 \\X)", 8],
    ["(1..2 \\x 3)", 6],
    ["/\\ x = 1", 0],
    ["x = 1", 2],
    ["2147483648", 0],
    ["<<1, -2147483649>>", 5],
    ["1..99999999999", 3],
  ])("%j fails at offset %i", (text, offset) => {
    expect(() => parseValue(text)).toThrow(InternalError);
    expect(() => parseValue(text)).toThrow(new RegExp(`at offset ${offset}\\b`));
  });

  test("the message shows the neighbourhood, and the next call starts afresh", () => {
    const text = `<<${"1, ".repeat(100)}}, ${"2, ".repeat(100)}3>>`;
    expect(() => parseValue(text)).toThrowErrorMatchingInlineSnapshot(
      `[InternalError: a value of TLC cannot be read: at offset 302, after "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ", comes "}, 2, 2, 2, 2, 2, 2, 2, 2, 2, "]`,
    );
    expect(parseValue("1")).toStrictEqual(int(1));
  });
});
