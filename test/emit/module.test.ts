import { describe, expect, test } from "vitest";
import { emitModule } from "../../src/emit/module.js";
import { compileText } from "../support/compile.js";
import { LIST_SPEC, POINTER_SPEC } from "../support/sample-specs.js";

const emit = (source: string) => emitModule(compileText(source), "sample");

describe("the emitted module", () => {
  test("with locks and pointers", async () => {
    const { text, config } = emit(POINTER_SPEC);
    await expect(text).toMatchFileSnapshot("golden/pointer.tla");
    await expect(config).toMatchFileSnapshot("golden/pointer.cfg");
  });

  test("with lists, sets and atomic steps", async () => {
    const { text, config } = emit(LIST_SPEC);
    await expect(text).toMatchFileSnapshot("golden/list.tla");
    await expect(config).toMatchFileSnapshot("golden/list.cfg");
  });

  test("asks for every check that a step makes, for each invariant, and for the deadlock", () => {
    const { invariants, config } = emit(POINTER_SPEC);
    expect(invariants.map(({ check, name }) => name ?? check)).toEqual([
      "null-dereference",
      "unlock-not-held",
      "self-deadlock",
      "lock-held-at-exit",
      "at most one timer",
      "wait-cycle",
      "deadlock",
    ]);
    for (const { operator } of invariants) expect(config).toContain(`\nINVARIANT ${operator}\n`);
    expect(config.match(/^INVARIANT /gm)).toHaveLength(invariants.length);
  });

  test("gives every constant of the module a value in the configuration, and no other", () => {
    const { text, config } = emit(LIST_SPEC);
    const declared = /CONSTANTS\n {2}(.*)\n/.exec(text)?.[1]?.split(", ");
    expect([...config.matchAll(/^ {2}(\w+) = \1$/gm)].map(([, name]) => name)).toEqual(declared);
  });

  test("is the same text for the same spec", () => {
    expect(emit(LIST_SPEC).text).toBe(emit(LIST_SPEC).text);
  });
});
