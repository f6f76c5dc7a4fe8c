/** The emitted configuration asks TLC what it should, and the most severe check is named first. */
import { describe, expect, test } from "vitest";
import { checkWithTlc } from "../support/check.js";
import { compileText } from "../support/compile.js";
import { explore, verdictOf } from "../support/explore.js";

const HOSTILE = String.raw`
  let s = "é (* *) --algorithm \\* END TRANSLATION Lbl_1 ==== <U+e9> \n \" \\ PlusCal options";
  let t = "<U+e9>";
  thread("a", () => { assert(t !== "é"); if (s !== t) t = "é"; assert(t !== "é"); });`;

const SPECS: readonly { name: string; text: string; violated: string | undefined }[] = [
  {
    name: "nothing to find",
    text: 'const l = spinlock(); thread("a", () => { spin_lock(l); spin_unlock(l); });',
    violated: undefined,
  },
  {
    name: "a deadlock",
    text: `const l = spinlock(); const k = spinlock();
      thread("a", () => { spin_lock(l); spin_lock(k); spin_unlock(k); spin_unlock(l); });
      thread("b", () => { spin_lock(k); spin_lock(l); spin_unlock(l); spin_unlock(k); });`,
    violated: "deadlock",
  },
  {
    name: "an invariant among others",
    text: `let x = 0; thread("a", () => { x = 1; x = 2; });
      invariant("small", () => x < 3); invariant("not 2", () => x !== 2);`,
    violated: "invariant: not 2",
  },
  {
    name: "the check that stops a thread before the invariant that it breaks",
    text: `let x = 0; thread("a", () => { atomic(() => { x = 1; assert(x === 0); }); });
      invariant("zero", () => x === 0);`,
    violated: "assert",
  },
  { name: "hostile strings, kept apart", text: HOSTILE, violated: "assert" },
];

describe.concurrent("verdicts", () => {
  for (const { name, text, violated } of SPECS) {
    test(name, async () => {
      const model = compileText(text);
      const found = verdictOf(explore(model));
      const checked = await checkWithTlc(model);
      expect(checked.outcome.kind).toBe(violated === undefined ? "holds" : "violated");
      expect(checked.violated).toBe(violated);
      if (violated === undefined) expect(found).toEqual([]);
      else expect(found).toContain(violated);
    });
  }
});
