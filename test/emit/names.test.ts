import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { commentText } from "../../src/emit/layout.js";
import { boundName, legal, NameTable } from "../../src/emit/names.js";
import { moduleNameOf, nameModel } from "../../src/emit/naming.js";
import { printString, readString } from "../../src/emit/strings.js";
import { compileText } from "../support/compile.js";

const identifier = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,5}$/),
  fc.constantFrom(
    "IN",
    "in",
    "pc",
    "Pc",
    "WF_x",
    "WF",
    "Lbl",
    "Lbl_1",
    "_",
    "$",
    "x_",
    "Done",
    "null",
    "NULL",
    "1a",
    "a_b",
    "",
  ),
);

describe("names", () => {
  test.each([
    ["plain", "plain"],
    ["Vcpu.tm_list", "Vcpu_tm_list"],
    ["with $ and é", "with_and"],
    ["trailing_", "trailing"],
    ["_leading", "id__leading"],
    ["1st", "id_1st"],
    ["WF_next", "id_WF_next"],
    ["SF_next", "id_SF_next"],
    ["WF", "id_WF"],
    ["WF_", "id_WF"],
    ["SF", "id_SF"],
    ["Lbl", "id_Lbl"],
    ["WFx", "WFx"],
    ["Lbl_7", "id_Lbl_7"],
    ["$", "id"],
    ["", "id"],
    ["日本", "id"],
  ])("%j becomes %j", (wish, name) => {
    expect(legal(wish)).toBe(name);
  });

  test.each([
    "IN",
    "CHOOSE",
    "STATE",
    "Len",
    "Head",
    "Next",
    "Init",
    "Spec",
    "vars",
    "ProcSet",
    "pc",
    "stack",
    "self",
    "null",
    "fault",
    "begin",
    "await",
    "call",
    "Done",
    "Error",
    "Terminating",
    "defaultInitValue",
    "Threads",
    "Blocked",
    "Has",
    "Elements",
    "TLC",
    "Integers",
    "latchwork",
  ])("%s is never handed out", (word) => {
    expect(new NameTable().claim(word)).toBe(`${word}_2`);
  });

  test("names that differ only in case are told apart", () => {
    const table = new NameTable();
    expect(["lock", "Lock", "LOCK", "lock"].map((name) => table.claim(name))).toEqual([
      "lock",
      "Lock_2",
      "LOCK_3",
      "lock_4",
    ]);
  });

  test("a model value has no type in TLC's eyes", () => {
    const table = new NameTable();
    expect(table.claimModelValue("a_lock")).toBe("id_a_lock");
    expect(table.claimModelValue("ab_lock")).toBe("ab_lock");
    expect(table.claim("a_lock")).toBe("a_lock");
    expect([table.claimModelValue("b"), table.claimModelValue("B"), table.claimModelValue("b")]).toEqual([
      "b",
      "id_B",
      "id_b_2",
    ]);
  });

  test.prop([fc.array(identifier, { maxLength: 12 })])(
    "all are legal, different, and clash with no bound name",
    (wishes) => {
      const table = new NameTable();
      const names = wishes.flatMap((wish) => [table.claim(wish), table.claimModelValue(wish)]);
      const bound: string[] = [];
      for (const wish of wishes) bound.push(boundName(wish, new Set(bound)));
      for (const name of names) expect(name).toMatch(/^(?![WS]F_|Lbl_)[A-Za-z](?:\w*[A-Za-z0-9])?$/);
      for (const name of bound) expect(name).toMatch(/^(?![WS]F_$)[A-Za-z]\w*_$/);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      expect(new Set(bound).size).toBe(bound.length);
    },
  );

  test("modules of one folder differ, also for a file system that ignores case", () => {
    const taken = new Set<string>();
    expect(
      ["before-xsa336", "Before_XSA336", "MODULE", "sequences", "1"].map((name) => moduleNameOf(name, taken)),
    ).toEqual(["before_xsa336", "Before_XSA336_2", "MODULE_2", "sequences_2", "id_1"]);
  });

  test("everything that a model names has a name of its own", () => {
    const model = compileText(`
      class a { n = 0; }
      const A = instances(a, 2, "A");
      let n = 0;
      thread("A", A, (N) => { const n = N.n; N.n = n; });
      thread("a", () => { n = 1; });
      invariant("A", () => n < 2);
    `);
    const { classes, objects, threads, variables, processes, locals, labels, checks, invariants } = nameModel(
      model,
      "A",
      ["deadlock"],
    );
    const all = [classes, objects, threads, variables, processes, locals, labels, checks, invariants].flatMap(
      (names) => [...names.values()],
    );
    expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(all.length);
  });
});

describe("text of the spec in the module", () => {
  test.each([
    ["x = 1; (* not a comment *)", "x = 1; ( * not a comment * )"],
    ["--algorithm x", "--a_lgorithm x"],
    ["--Fair Algorithm", "--Fair A_lgorithm"],
    ["\\* BEGIN TRANSLATION", "\\* BEGIN-TRANSLATION"],
    ["PlusCal options (sf)", "PlusCal-options (sf)"],
    ["Lbl_1 naïve\nnext", "Lbl-1 na?ve?next"],
  ])("%j in a comment becomes %j", (text, comment) => {
    expect(commentText(text)).toBe(comment);
  });

  test.prop([fc.string({ unit: "binary" })])(
    "strings survive, and nothing in them means anything",
    (text) => {
      const printed = printString(text);
      expect(readString(printed.slice(1, -1))).toBe(text);
      expect(printed).toMatch(/^"[ !#-)+-[\]-~]*"$/);
      expect(printed).not.toMatch(/algorithm|translation|pluscal|Lbl_/i);
    },
  );

  test("words that the translator looks for", () => {
    expect(printString('*) "algorithm" \\ Lbl_1')).toBe(
      '"<U+2a>) <U+22><U+61>lgorithm<U+22> <U+5c> <U+4c>bl_1"',
    );
  });
});
