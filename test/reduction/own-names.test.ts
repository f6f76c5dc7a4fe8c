/** Variables in which threads note themselves: who may ask without a lock whether it is noted, and what that stands on. */
import { expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import { reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";

const OWNER = "const a = spinlock(); let x = 0; let who: Thread | null = null;";
const ASKED = "const seen = who === current();";

const reduced = (text: string) => reduce(compileText(text), { purpose: "states", explore: exploreSync });

const section = (note: string) => `${OWNER}
  thread("t0", () => { spin_lock(a); spin_unlock(a); ${ASKED} spin_lock(a); who = current(); who = null; spin_unlock(a); });
  thread("t1", () => { spin_lock(a); ${note} spin_unlock(a); });`;

test("whether a thread is noted is asked in the step of its neighbours, and TLC checks every note", () => {
  const { decisions, model } = reduced(section("who = current(); who = null;"));
  const asked = decisions.find(({ origin }) => origin.text.includes("who === current()"))!;
  expect(asked.because).toBe("who under a, where each thread notes itself alone");
  const text = JSON.stringify(model.processes);
  expect(text.match(/where each thread notes itself alone/g)!.length).toBeGreaterThan(3);
});

test.each([
  ["another's note is taken back", "who = null;"],
  ["nothing is noted under the lock", "spin_unlock(a); who = current(); who = null; spin_lock(a);"],
])("%s: the question is one that others can see", (_, note) => {
  const { decisions } = reduced(`${section(note)}
    thread("t2", () => { spin_lock(a); who = current(); spin_unlock(a); });`);
  expect(decisions.map(({ because }) => because)).toContain("no lock protects this read of who");
});

test("a read that is more than the question needs the lock", () => {
  const { decisions } = reduced(
    section("who = current(); who = null;").replaceAll(ASKED, "const seen = who !== null;"),
  );
  expect(decisions.map(({ because }) => because)).toContain("no lock protects every access to who");
});
