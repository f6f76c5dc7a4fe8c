/** Ways through a step that nobody can go are left out, and nothing else: states and verdicts are those of the step as it was. */
import { expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import type { Model } from "../../src/ir/model.js";
import { visitBlocks } from "../../src/ir/terms.js";
import { reduce } from "../../src/reduction/reduce.js";
import { settleWays } from "../../src/reduction/settle-ways.js";
import { SMALL_SPECS } from "../soundness/small-specs.js";
import { compileText } from "../support/compile.js";

function merged(text: string): Model {
  return reduce(compileText(text), { purpose: "states", explore: (model) => exploreSync(model) }).model;
}

function branches({ processes }: Model): number {
  let count = 0;
  for (const { steps } of processes) {
    for (const { body } of steps) {
      visitBlocks(body, ({ end }) => {
        if (end.kind === "branch") count++;
      });
    }
  }
  return count;
}

function shown(model: Model) {
  const { distinct, depth, failing, complete } = exploreSync(model, { maxStates: 20_000 });
  return { distinct, depth, failing: [...failing.keys()].sort(), complete };
}

test("what a step has just assigned decides the branches behind it", () => {
  const model = merged(`
    const lock = spinlock();
    let n = 0;
    function put(): string {
      spin_lock(lock);
      if (n > 1) { spin_unlock(lock); return "-EBUSY"; }
      n++;
      spin_unlock(lock);
      return "0";
    }
    const results = instances(Result, 2);
    class Result { last = ""; }
    thread("a", results, (r) => {
      const rc = put();
      if (rc === "-EBUSY") r.last = "busy";
      else if (rc !== "0") r.last = "odd";
      else r.last = "done";
    });
  `);
  const settled = settleWays(model);
  expect(branches(settled)).toBeLessThan(branches(model));
  expect(shown(settled)).toEqual(shown(model));
});

test("a choice, and a second assignment, are not what came before", () => {
  const model = merged(`
    let x = 0;
    thread("a", () => {
      let n = 1;
      n = choose([1, 2]);
      if (n === 1) x = 1;
      else x = 2;
    });
    at_end("both", () => x === 1);
  `);
  expect(shown(settleWays(model)).failing).toEqual(shown(model).failing);
  expect(shown(settleWays(model)).failing.join()).toContain("invariant");
});

test.each(SMALL_SPECS.map(({ name, text }) => [name, text]))("%s", (_, text) => {
  const model = merged(text);
  expect(shown(settleWays(model))).toEqual(shown(model));
});
