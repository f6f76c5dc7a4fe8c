/** How merging comes to an end: an exploration that has lost its purpose is left, and the last one is not done again. */
import { describe, expect, test } from "vitest";
import { type Exploration, exploreSync } from "../../src/explorer/explore.js";
import { type ExploreGuesses, reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";

const LOCKED = `const a = spinlock(); let x = 0;
  thread("t0", () => { spin_lock(a); x = 1; x = 2; spin_unlock(a); });
  thread("t1", () => { spin_lock(a); assert(x !== 1); spin_unlock(a); });`;
const RACY = LOCKED.replace("spin_lock(a); assert(x !== 1); spin_unlock(a);", "assert(x !== 1);");

/** Explores to the end, and notes what it was asked and what it found. */
function watched() {
  const runs: { readonly moot: readonly boolean[]; readonly found: Exploration }[] = [];
  const explore: ExploreGuesses<Exploration> = (model, options = {}) => {
    const found = exploreSync(model);
    const asked = [[], ["no guess of this model"], [...found.refuted]];
    runs.push({ moot: asked.map((refuted) => options.isMoot!(new Set(refuted))), found });
    return found;
  };
  return { runs, explore };
}

describe("an exploration is moot", () => {
  test("once what is refuted changes how some unit moves, and not before", () => {
    const { runs, explore } = watched();
    reduce(compileText(RACY), { purpose: "states", explore });
    const [first] = runs;
    expect(first!.moot).toEqual([false, false, true]);
  });

  test("and another follows, whose result is the same as if it had been gone through to its end", () => {
    const { explore } = watched();
    const whole = reduce(compileText(RACY), { purpose: "states", explore });
    const left = reduce(compileText(RACY), {
      purpose: "states",
      explore: (model, options) => exploreSync(model, options),
    });
    expect(left.model).toEqual(whole.model);
    expect([...exploreSync(left.model).failing.keys()]).toEqual(["assert"]);
  });
});

describe("the last exploration", () => {
  test.each([
    ["where every guess stands", LOCKED, 1],
    ["where some were wrong", RACY, 2],
  ])("is of the model that comes out: %s", (_, text, most) => {
    const { runs, explore } = watched();
    const { model, last } = reduce(compileText(text), { purpose: "states", explore });
    expect(runs.length).toBe(most);
    expect(last.found).toBe(runs.at(-1)!.found);
    expect(last.sameStates).toBe(true);
    const again = exploreSync(model);
    expect(last.found.distinct).toBe(again.distinct);
    expect([...last.found.failing.keys()]).toEqual([...again.failing.keys()]);
  });

  test("ends all where it answers what is asked, whatever guesses are wrong", () => {
    const { runs, explore } = watched();
    const { last } = reduce(compileText(RACY), { purpose: "states", explore, isAnswered: () => true });
    expect(runs.length).toBe(1);
    expect(last.found.refuted.size).toBeGreaterThan(0);
    expect(last.sameStates).toBe(false);
  });
});
