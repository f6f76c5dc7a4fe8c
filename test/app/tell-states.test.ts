/** What a reader sees of counterexamples that were found with merged steps: nothing of the merging. */
import { describe, expect, it } from "vitest";
import { type AskedModels, tellEndless, tellStates } from "../../src/app/tell-states.js";
import { InternalError } from "../../src/base/assert.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import type { State } from "../../src/interpreter/state.js";
import { reduce } from "../../src/reduction/reduce.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { checkRuns } from "../support/check-runs.js";
import { compileText } from "../support/compile.js";

function merged(text: string, purpose: "states" | "runs"): AskedModels {
  const plain = compileText(text);
  return { plain, unmerged: plain, asked: reduce(plain, { purpose, explore: exploreSync }).model };
}

/** Of the check, or of what fails first. */
function tellState(run: AskedModels, key?: string): Interleaving {
  const { failing } = exploreSync(run.asked);
  const violation = failing.get(key ?? [...failing.keys()][0]!)!;
  return tellStates(run, violation.path(), violation);
}

function tellFirstRun(run: AskedModels): Interleaving {
  const [[name, { prefix, loop }]] = [...exploreRuns(run.asked).falseClaims] as [
    [string, { prefix: State[]; loop: State[] }],
  ];
  const back = loop.length === 1 ? undefined : prefix.length + 1;
  const property = run.plain.liveness.find((claim) => claim.name === name)!;
  return tellEndless(run, { states: [...prefix, ...loop], back }, property);
}

const rows = ({ steps }: Interleaving) => steps.map(({ thread, text }) => `${thread}: ${text}`);

describe("a state in which a check fails", () => {
  it("threads in a deadlock have come as far as their waits", () => {
    const run = merged(
      `const a = spinlock(); let x = 0; let never = 0;
       thread("t0", () => { if (never === 0) { spin_lock(a); spin_unlock(a); } });
       thread("t1", () => { spin_lock(a); if (never === 0) until(x === 1); spin_unlock(a); });`,
      "states",
    );
    const told = tellState(run, "deadlock");
    // Who only waits behind the others is no part of the story, and has come to its wait all the same.
    expect(told.blocked.map(({ thread, text, waitingFor }) => [thread, text, waitingFor])).toEqual([
      ["t1", "until(x === 1);", "x to become 1"],
      ["t0", "spin_lock(a);", "a"],
    ]);
    expect(told.explanation.sentences).toEqual(["Another thread, t0, waits behind it."]);
  });

  it("in a circle of waits only those in the circle have", () => {
    const run = merged(
      `const a = spinlock(); const b = spinlock(); let tick = 0; let never = 0; let gate = 0;
       thread("t0", () => { if (never === 0) spin_lock(a); spin_lock(b); });
       thread("t1", () => { if (never === 0) spin_lock(b); if (never === 0) spin_lock(a); });
       thread("bystander", () => { if (never === 0) until(gate === 1); });
       thread("clock", () => { for (;;) tick = 1 - tick; });`,
      "states",
    );
    const told = tellState(run, "wait-cycle");
    expect(rows(told).filter((row) => row.startsWith("bystander"))).toEqual([]);
    expect(told.blocked.map(({ thread, text }) => [thread, text])).toEqual([
      ["t0", "spin_lock(b);"],
      ["t1", "spin_lock(a);"],
    ]);
  });

  it("an invariant about the end of a run is false where everybody has come to rest", () => {
    const run = merged(
      `let x = 0; let never = 0; let open = false;
       thread("a", () => { x = 1; });
       thread("rests", () => { if (never === 0) idle_until(open); }, { daemon: true });
       at_end("nothing happened", () => x === 0);`,
      "states",
    );
    const told = tellState(run, "invariant: nothing happened");
    expect(rows(told)).toEqual(["a: x = 1;"]);
    // It has to come to rest for that, which is no part of the story.
    expect(told.explanation.sentences).toEqual(["What rests does besides makes no difference."]);
  });

  it("what a merged step does behind what an invariant sees is left out", () => {
    const run = merged(
      `const l = spinlock(); let x = 0; let y = 0;
       thread("a", () => { spin_lock(l); x = 1; y = 1; spin_unlock(l); });
       thread("b", () => { spin_lock(l); y = 0; spin_unlock(l); });
       invariant("zero", () => x === 0);`,
      "states",
    );
    const told = tellState(run);
    expect(rows(told)).toEqual(["a: spin_lock(l);", "a: x = 1;"]);
  });
});

const STARVED = `
  const l = spinlock(); let mine = 0; let served = false;
  thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
  thread("other", () => { if (mine === 0) { spin_lock(l); served = true; spin_unlock(l); } });
  eventually("served", () => served);`;

describe("a run without end", () => {
  it("is told of the plain model where TLC finds it", async () => {
    const { plain, asked } = merged(STARVED, "runs");
    const told = (await checkRuns(asked, plain)).get("served");
    expect(rows(told!)).toEqual(["other: if (mine === 0)", "hog: spin_lock(l);", "hog: spin_unlock(l);"]);
  });

  it("a thread that starves has come to its wait", () => {
    const told = tellFirstRun(merged(STARVED, "runs"));
    expect(rows(told)).toEqual(["other: if (mine === 0)", "hog: spin_lock(l);", "hog: spin_unlock(l);"]);
    expect(told.lasso).toBe(2);
    expect(told.explanation.sentences.join(" ")).toContain(
      "(other) stands before `spin_lock(l);` (line 4) for ever",
    );
  });

  it("a thread that goes round without a trace is seen to", () => {
    const told = tellFirstRun(
      merged(
        `let mine = 0; let flag = true; let x = 0;
         thread("spins", () => { while (flag) { if (mine === 0) {} } x = 1; });
         thread("other", () => { if (maybe()) flag = false; });
         eventually("x", () => x === 1);`,
        "runs",
      ),
    );
    expect(rows(told)).toEqual(["spins: while (flag)", "spins: if (mine === 0)"]);
    expect(told.lasso).toBe(1);
  });

  it("a step back to the beginning that only the merged model has is none", () => {
    const told = tellFirstRun(
      merged(
        `let x = 0; let never = 0;
         thread("a", () => { while (maybe()) { if (never === 1) return; } x = 1; });
         eventually("x", () => x === 1);`,
        "runs",
      ),
    );
    expect(rows(told)).toEqual(["a: if (never === 1)"]);
  });

  it("of two threads that make the same merged step both move", () => {
    const told = tellFirstRun(
      merged(
        `let x = 0; let never = 0;
         thread("a", () => { for (;;) { atomic(() => { x = 1 - x; }); if (never === 1) return; } });
         thread("b", () => { for (;;) { atomic(() => { x = 1 - x; }); if (never === 1) return; } });
         eventually("two", () => x === 2);`,
        "runs",
      ),
    );
    expect(told.threads.map(({ name }) => name).sort()).toEqual(["a", "b"]);
  });
});

describe("a model that was reduced wrongly is noticed", () => {
  const texts = {
    "other steps": ["x = 1;", "x = 2;"],
    "another wait": ["until(x === 0);", "until(x === 1);"],
    "another check": ["assert(x === 0);", "assert(x === 1);"],
  };
  it.each(Object.entries(texts))("%s", (_, [right, wrong]) => {
    const spec = (statement: string) =>
      compileText(`let x = 0; thread("a", () => { ${statement} }); invariant("zero", () => x === 0);`);
    const plain = spec(right!);
    expect(() => tellState({ plain, unmerged: plain, asked: spec(wrong!) })).toThrow(InternalError);
  });

  it("another invariant", () => {
    const spec = (condition: string) =>
      compileText(`let x = 0; thread("a", () => { x = 1; }); invariant("i", () => ${condition});`);
    const plain = spec("x < 2");
    expect(() => tellState({ plain, unmerged: plain, asked: spec("x === 0") })).toThrow(
      /invariant "i" fails in the reduced model/,
    );
  });
});
