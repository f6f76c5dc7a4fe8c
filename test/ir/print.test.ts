import { expect, test } from "vitest";
import { printModel } from "../../src/ir/print.js";
import { compileText } from "../support/compile.js";
import { LIST_SPEC, POINTER_SPEC } from "../support/sample-specs.js";

test("a model with locks and pointers", async () => {
  await expect(printModel(compileText(POINTER_SPEC))).toMatchFileSnapshot("golden/pointer.txt");
});

test("a model with lists, sets and atomic steps", async () => {
  await expect(printModel(compileText(LIST_SPEC))).toMatchFileSnapshot("golden/list.txt");
});
