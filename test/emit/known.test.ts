/** What a term is behind the stores of a step: the guard of a merged step is made of it. */
import { expect, test } from "vitest";
import { NOTHING_KNOWN, now, stored } from "../../src/emit/known.js";
import type { Action, Term } from "../../src/ir/model.js";

const SPAN = { file: "t.ts", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A lock by its name, called an object of this class by whoever has made the term. */
const lock = (name: string, named: string): Term => ({
  kind: "value",
  value: { ref: name },
  type: { kind: "object", class: named, nullable: false },
});
const ownerOf = (object: Term): Term => ({ kind: "read", variable: "Spinlock.owner", object, span: SPAN });

test("a store to an object is seen by whoever reads it, whatever class the object is named by", () => {
  const store = {
    kind: "store",
    variable: "Spinlock.owner",
    object: lock("a", "Spinlock"),
    value: { kind: "current" },
    origin: { frames: [], span: SPAN, text: "" },
  } satisfies Action;
  const known = stored(NOTHING_KNOWN, store);
  expect(now(known, ownerOf(lock("a", "")))).toEqual({ kind: "current" });
  expect(now(known, ownerOf(lock("b", "")))).toEqual(ownerOf(lock("b", "")));
});
