import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildIdentity } from "../../src/cache/build-identity.js";
import { digest } from "../../src/cache/digest.js";

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.bigInt());
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 2 }), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    fc
      .array(fc.tuple(fc.string({ maxLength: 2 }), tie("value")), { maxLength: 3 })
      .map((pairs) => new Map(pairs)),
    fc.array(leaf, { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).value;

test("equal data have one digest, and different data have different ones", () => {
  fc.assert(
    fc.property(data, data, (a, b) => {
      expect(digest(structuredClone(a))).toBe(digest(a));
      // The order of keys may count: then something is computed once more.
      if (digest(a) === digest(b)) expect(isDeepStrictEqual(a, b)).toBe(true);
    }),
  );
});

test.each([
  ["a map and its pairs", new Map([["a", 1]]), [["a", 1]]],
  ["a set and its members", new Set([1]), [1]],
  ["a big number and its text", 1n, "1"],
  ["no number and nothing", Number.NaN, null],
  ["two maps in one place", { x: new Map([["a", 1]]) }, { x: new Map([["a", 2]]) }],
  ["nothing and an empty map", {}, new Map()],
])("%s are told apart", (_, a, b) => {
  expect(digest(a)).not.toBe(digest(b));
});

test("a field that is undefined is one that is absent", () => {
  expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }));
});

test.each([
  ["a function", () => 1],
  ["an object of a class", new Date(0)],
  ["a symbol", Symbol("a")],
])("%s has no digest", (_, value) => {
  expect(() => digest({ value })).toThrow("has no digest");
});

test("a build knows itself again", () => {
  expect(buildIdentity()).toMatch(/^[0-9a-f]{64}$/);
  expect(buildIdentity()).toBe(buildIdentity());
});
