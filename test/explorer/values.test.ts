/** Values and packed states as numbers: nothing is lost, and what is equal stays equal. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  bitsFor,
  domainFor,
  fits,
  moveSlot,
  type Packing,
  packSlots,
  repack,
  widen,
} from "../../src/explorer/packing.js";
import { StateTable } from "../../src/explorer/states.js";
import { ValueTable } from "../../src/explorer/values.js";
import { valueKey } from "../../src/interpreter/state.js";
import type { Value } from "../../src/ir/model.js";

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, "", "a", 0, -0, -1, 5, 2_000_000_000, { ref: "a" }),
    fc.array(tie("value"), { maxLength: 3 }).map((list): Value => ({ list })),
    fc.uniqueArray(tie("value"), { maxLength: 3, selector: valueKey }).map((set): Value => ({ set })),
    fc
      .dictionary(fc.constantFrom("a", "b", "c"), tie("value"))
      .map((record): Value => ({ record: new Map(Object.entries(record)) })),
    fc
      .uniqueArray(fc.tuple(tie("value"), tie("value")), { selector: ([key]) => valueKey(key) })
      .map((map): Value => ({ map })),
  ),
}));

test.prop([fc.array(value, { minLength: 1 })])("equal values have one id, which leads back", (values) => {
  const table = new ValueTable();
  const ids = values.map((each) => table.encode(each));
  expect(ids.map((id) => valueKey(table.decode(id)))).toEqual(values.map(valueKey));
  expect(new Set(ids).size).toBe(new Set(values.map(valueKey)).size);
});

const widths = fc.array(fc.nat(12), { minLength: 1, maxLength: 30 });

/** No two slots share a bit. */
function expectApart({ words, word, shift, mask }: Packing): void {
  const used = new Int32Array(words);
  for (const [slot, bits] of mask.entries()) {
    const place = bits << shift[slot]!;
    expect(place >>> shift[slot]!).toBe(bits);
    expect(used[word[slot]!]! & place).toBe(0);
    used[word[slot]!]! |= place;
  }
}

const read = (states: Int32Array, { words, word, shift, mask }: Packing, state: number, slot: number) =>
  (states[state * (words + 1) + word[slot]!]! >>> shift[slot]!) & mask[slot]!;

describe("packing", () => {
  test.prop([widths, fc.nat(), fc.integer({ min: 1, max: 18 }), fc.array(fc.nat(), { minLength: 9 })])(
    "a slot that moves keeps its values, and the others too",
    (wide, which, more, numbers) => {
      const from = packSlots(wide);
      expectApart(from);
      const slot = which % wide.length;
      const to = moveSlot(from, slot, wide[slot]! + more);
      expectApart(to);
      const states = new Int32Array(3 * (from.words + 1));
      for (const state of [0, 1, 2]) {
        for (const [at, mask] of from.mask.entries()) {
          states[state * (from.words + 1) + from.word[at]!]! |=
            (numbers[(state * 7 + at) % numbers.length]! & mask) << from.shift[at]!;
        }
        states[state * (from.words + 1) + from.words] = state - 1;
      }
      const before = wide.map((_, at) => [0, 1, 2].map((state) => read(states, from, state, at)));
      const packed = repack(states.slice(), 3, { from, to, moved: [slot] });
      expect(wide.map((_, at) => [0, 1, 2].map((state) => read(packed, to, state, at)))).toEqual(before);
      const all = packSlots(wide.map((width, at) => (at === slot ? width + more : width)));
      const anew = repack(states.slice(), 3, { from, to: all, moved: [...wide.keys()] });
      expect(wide.map((_, at) => [0, 1, 2].map((state) => read(anew, all, state, at)))).toEqual(before);
      expect([0, 1, 2].map((state) => anew[state * (all.words + 1) + all.words])).toEqual([-1, 0, 1]);
    },
  );

  test("bits for so many values", () => {
    expect([0, 1, 2, 3, 4, 5, 256, 257].map(bitsFor)).toEqual([0, 0, 1, 2, 2, 3, 8, 9]);
    const domain = domainFor(1);
    domain.ids.push(7, 8);
    expect(fits(domain)).toBe(false);
    expect(widen(domain, 0)).toBe(true);
    expect(fits(domain)).toBe(true);
  });
});

test("no state is lost or found twice while all slots grow late", () => {
  const table = new StateTable([1, 1, 1]);
  const cells = new Int32Array([0, 0, 0]);
  table.addInitial(cells);
  const count = 30_000;
  const cellsOf = (state: number) => [state % 40, state % 7, Math.floor(state / 3)];
  for (let state = 1; state <= count; state++) {
    table.load(state - 1, cells);
    cells.set(cellsOf(state));
    expect(table.add({ cells, log: [0, 0, 1, 0, 2, 0], top: 6 })).toBe(state);
  }
  for (let state = 0; state <= count; state += 97) {
    table.load(state, cells);
    expect([...cells]).toEqual(cellsOf(state));
    expect(table.parent(state)).toBe(state - 1);
    expect(table.add({ cells, log: [], top: 0 })).toBe(state);
  }
  expect(table.count).toBe(count + 1);
});
