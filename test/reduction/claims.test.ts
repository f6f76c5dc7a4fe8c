/** Invariants that are looked at within merged steps: where, by whose leave, and where not. */
import { expect, test } from "vitest";
import { exploreSync } from "../../src/explorer/explore.js";
import { type Decision, reduce } from "../../src/reduction/reduce.js";
import { compileText } from "../support/compile.js";

const reduced = (text: string, purpose: "states" | "runs" = "states") =>
  reduce(compileText(text), { purpose, explore: exploreSync });

/** Statements of a thread at which steps begin. */
const beginnings = (decisions: readonly Decision[], thread = "t0") =>
  decisions.filter(({ process, merged }) => process === thread && !merged).map(({ origin }) => origin.text);

const section = (claim: string) => `const a = spinlock(); let x = 0; let y = 0;
  thread("t0", () => { spin_lock(a); x = 1; y = 1; spin_unlock(a); });
  thread("t1", () => { spin_lock(a); y = 2; x = 2; spin_unlock(a); });
  ${claim}`;

test("a section is one step where the invariant is looked at within it", () => {
  const { decisions, model } = reduced(section('invariant("i", () => x === y || a.owner !== null);'));
  expect(beginnings(decisions)).toEqual(["spin_lock(a);"]);
  expect(decisions.find(({ origin }) => origin.text === "x = 1;")!.because).toContain(
    'the invariant "i" is looked at within the step',
  );
  const asked = JSON.stringify(model.processes);
  expect(asked).toContain("i, within a step");
  expect(asked).toContain("i: written under a");
});

test("a step ends where the invariant fails within it, and goes on elsewhere", () => {
  const { decisions, model } = reduced(section('invariant("i", () => y < 2 || x > 0);'));
  expect(beginnings(decisions, "t0")).toEqual(["spin_lock(a);"]);
  expect(beginnings(decisions, "t1")).toContain("x = 2;");
  expect(decisions.map(({ because }) => because)).toContain('the invariant "i" fails before it');
  expect([...exploreSync(model).failing.keys()]).toEqual(["invariant: i"]);
});

test("an invariant with a premise is seen by all, since coverage asks for the states that meet it", () => {
  const { decisions } = reduced(section('invariant("i", () => !(x === 1) || a.owner !== null);'));
  expect(decisions.map(({ because }) => because)).toContain("a claim of the spec reads x");
});

test("claims about runs see every write", () => {
  const { decisions } = reduced(section('eventually("c", () => x === y);'), "runs");
  expect(decisions.map(({ because }) => because)).toContain("a claim of the spec reads x");
});

test("what is claimed of the end alone sees none", () => {
  const { decisions } = reduced(section('at_end("i", () => x === y);'));
  expect(beginnings(decisions)).toEqual(["spin_lock(a);"]);
});

test("one thread writes without a lock what an invariant reads, and it alone", () => {
  const { decisions } = reduced(`let x = 0; let y = 0;
    thread("t0", () => { x = 1; y = 1; x = 2; });
    thread("t1", () => {});
    invariant("i", () => y <= x);`);
  expect(beginnings(decisions)).toEqual(["x = 1;"]);
});

test("threads of one process are told apart by their CPUs and arguments", () => {
  const { decisions } = reduced(`
    class Bucket { lock = spinlock(); n = 0; } const buckets = instances(Bucket, 2);
    function bump(one: Bucket) { one.n = 1; one.n = 2; might_sleep(); }
    thread("t0", buckets, (own) => { bump(own); spin_lock(own.lock); spin_unlock(own.lock); });`);
  expect(beginnings(decisions)).toEqual(["one.n = 1;"]);
});

test("a thread reads what it alone writes, whoever else reads it", () => {
  const { decisions } = reduced(`let x = 0; let y = 0;
    thread("t0", () => { x = 1; y = x; y = x + y; });
    thread("t1", () => { assert(x < 2); });`);
  expect(beginnings(decisions)).toEqual(["x = 1;"]);
});
