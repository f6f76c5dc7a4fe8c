/** How many steps each construct of data takes: what docs/LANGUAGE.md says. */
import { expect, test } from "vitest";
import { compileText } from "../support/compile.js";

const DECLARATIONS = `
type E = { valid: boolean; refs: number };
class Cpu { n = 0; }
const cpus = instances(Cpu, 3);
class P { e: E = { valid: false, refs: 0 }; slots = array(4, 0); es = array<E>(2, { valid: true, refs: 0 }); next: P | null = null; at = 0; mask = set<Cpu>(); }
const p = new P();
let m = map(["a", "b"], 0);
let key: "a" | "b" = "a";
let s = set<Cpu>();
let byte = nowrap(u8(0));
let sink = 0;
initially(() => { p.slots[1] = 3; p.es[1].refs = 4; m.set("b", 2); });
`;

test.each([
  ["const v = p.e.valid; if (v) sink = 1;", 2],
  ["p.e = { valid: true, refs: 1 };", 1],
  ["p.e.valid = true;", 2],
  ["p.e.refs++;", 2],
  ["p.e = { ...p.e, refs: 2 };", 2],
  ["let e = p.e; e.valid = true; e.refs += 3; p.e = { ...e };", 2],
  ["p.slots[1] = 2;", 1],
  ["p.slots[p.at] = 2;", 2],
  ["p.slots[1]++;", 2],
  ["p.next!.slots[p.at] = p.slots[0];", 4],
  ["p.es[1].valid = false;", 2],
  ["sink = p.slots.length;", 1],
  ["const a = [1, 2]; a[0] = a[1] + 1; sink = a[0];", 1],
  ["m.set(key, m.get(key) + 1);", 4],
  ["const mask = p.mask; s = mask.union(mask);", 2],
  ["let mine = set<Cpu>(); mine.add(cpus[0]); s = mine;", 1],
  ["s.clear();", 1],
  ["byte++;", 2],
  ["byte |= 3;", 2],
  ["sink = p.next?.at ?? 5;", 3],
  ["sink = div(7, 2) + (6 & 3);", 1],
])("%s", (code, steps) => {
  const model = compileText(`${DECLARATIONS} thread("t", () => { ${code} });`);
  expect(model.processes[0]?.steps.map(({ label }) => label)).toHaveLength(steps);
});

test("initially sets elements", () => {
  const { variables } = compileText(`${DECLARATIONS} thread("t", () => { sink = 1; });`);
  const initial = (name: string, object: string) =>
    variables.find((variable) => variable.name === name)?.initial.get(object);
  expect(initial("P.slots", "p")).toEqual({ list: [0, 3, 0, 0] });
  expect(initial("m", "")).toEqual({
    map: [
      ["a", 0],
      ["b", 2],
    ],
  });
});
