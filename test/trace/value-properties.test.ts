import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { sameValue, type TlaField, type TlaValue } from "../../src/trace/value.js";
import { parseValue } from "../../src/trace/value-parser.js";
import { printValue } from "../../src/trace/value-print.js";

const int = fc.oneof(fc.integer(), fc.integer({ min: -4, max: 4 }));
const word = fc.stringMatching(/^[A-Za-z0-9_]{1,8}$/).filter((text) => /[A-Za-z_]/.test(text));
const fieldName = fc.oneof(word, fc.constantFrom("TRUE", "FALSE", "SUBSET", "1x"));
const modelName = word.filter((text) => !["TRUE", "FALSE", "SUBSET"].includes(text));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\t", "\f", "\r", "|->", ">>", "@@", "/\\", "x", " ") }),
);

/** `toStrictEqual` compares prototypes. */
const object = <T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(parts, { noNullPrototype: true });

/** Any value that TLC could print. */
const { value } = fc.letrec<{ value: TlaValue; fields: TlaField[] }>((tie) => {
  const values = fc.array(tie("value"), { maxLength: 4 });
  const fields = fc.array(object({ name: fieldName, value: tie("value") }), { maxLength: 4 });
  const pairs = fc.array(object({ key: tie("value"), value: tie("value") }), {
    minLength: 1,
    maxLength: 4,
  });
  const kind = <K extends string>(name: K) => fc.constant(name);
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      object({ kind: kind("int"), value: int }),
      object({ kind: kind("bool"), value: fc.boolean() }),
      object({ kind: kind("string"), value: text }),
      object({ kind: kind("model"), name: modelName }),
      object({ kind: kind("interval"), from: int, to: int }),
      object({ kind: kind("set"), elements: values }),
      object({ kind: kind("tuple"), elements: values }),
      object({ kind: kind("record"), fields }),
      object({ kind: kind("function"), pairs }),
      object({ kind: kind("powerset"), base: tie("value") }),
      object({ kind: kind("functionSet"), domain: tie("value"), range: tie("value") }),
      object({ kind: kind("recordSet"), fields: fields.filter((list) => list.length > 0) }),
      object({ kind: kind("product"), factors: fc.array(tie("value"), { minLength: 2, maxLength: 3 }) }),
    ) as fc.Arbitrary<TlaValue>,
    fields,
  };
});

const TOKEN = /"(?:[^"\\]|\\.)*"|-?[A-Za-z0-9_]+|<<|>>|\|->|->|:>|@@|\.\.|\\X|\S/g;
const blanks = fc.stringMatching(/^[ \t\r\n]{1,4}$/);

describe("any value", () => {
  test.prop([value], { numRuns: 2000 })("survives printing and parsing", (v) => {
    const printed = printValue(v);
    expect(printed).not.toMatch(/[\r\n]/);
    expect(parseValue(printed)).toStrictEqual(v);
  });

  test.prop([value, fc.array(blanks, { minLength: 1 })], { numRuns: 1000 })(
    "may have blanks and line ends between any two tokens",
    (v, gaps) => {
      const tokens = printValue(v).match(TOKEN) ?? [];
      const spread = tokens.map((token, i) => token + gaps[i % gaps.length]).join("");
      expect(parseValue(gaps[0] + spread)).toStrictEqual(v);
    },
  );

  test.prop([value])("needs blanks only between words", (v) => {
    const tokens = printValue(v).match(TOKEN) ?? [];
    const dense = tokens.reduce(
      (all, token) => all + (/\w$/.test(all) && /^\w/.test(token) ? " " : "") + token,
    );
    expect(parseValue(dense)).toStrictEqual(v);
  });

  test.prop([value, fc.infiniteStream(fc.nat())])("is the same however its parts are ordered", (v, dice) => {
    const shuffled = reorder(v, () => dice.next().value ?? 0);
    expect(sameValue(v, shuffled)).toBe(true);
    expect(sameValue(shuffled, v)).toBe(true);
  });

  test.prop([value, value])("is the same as another only if neither can be told from it", (a, b) => {
    expect(sameValue(a, a)).toBe(true);
    expect(sameValue(a, b)).toBe(sameValue(b, a));
    expect(sameValue({ kind: "set", elements: [a, b, a] }, { kind: "set", elements: [b, a] })).toBe(true);
    expect(sameValue({ kind: "set", elements: [a] }, { kind: "tuple", elements: [a] })).toBe(false);
  });
});

/** The same value with set elements, fields and pairs in another order, at every depth. */
function reorder(v: TlaValue, dice: () => number): TlaValue {
  const again = (part: TlaValue) => reorder(part, dice);
  const shuffle = <T>(list: readonly T[]) =>
    list
      .map((item) => ({ item, rank: dice() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  const named = (fields: readonly TlaField[]) =>
    shuffle(fields.map((f) => ({ name: f.name, value: again(f.value) })));
  switch (v.kind) {
    case "set":
      return { kind: "set", elements: shuffle(v.elements.map(again)) };
    case "tuple":
      return { kind: "tuple", elements: v.elements.map(again) };
    case "record":
    case "recordSet":
      return { kind: v.kind, fields: named(v.fields) };
    case "function":
      return {
        kind: "function",
        pairs: shuffle(v.pairs.map((p) => ({ key: again(p.key), value: again(p.value) }))),
      };
    case "interval":
      if (v.from > v.to) return { kind: "set", elements: [] };
      if (v.to - v.from > 100) return v;
      return { kind: "set", elements: shuffle(range(v.from, v.to)) };
    default:
      return v;
  }
}

function range(from: number, to: number): TlaValue[] {
  return Array.from({ length: to - from + 1 }, (_, i): TlaValue => ({ kind: "int", value: from + i }));
}
