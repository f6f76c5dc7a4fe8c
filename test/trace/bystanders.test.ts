/** Who has nothing to do with a counterexample is left out of it, and only where a run proves that. No TLC here. */
import { describe, expect, it } from "vitest";
import { tellEndless, tellStates } from "../../src/app/tell-states.js";
import { exploreSync } from "../../src/explorer/explore.js";
import { exploreRuns } from "../../src/explorer/liveness.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { compileText } from "../support/compile.js";

/** The first claim that is false. */
function tellRun(text: string): Interleaving {
  const plain = compileText(text);
  const [[name, { prefix, loop }]] = [...exploreRuns(plain).falseClaims] as [
    [string, { prefix: never[]; loop: never[] }],
  ];
  const back = loop.length === 1 ? undefined : prefix.length + 1;
  const property = plain.liveness.find((claim) => claim.name === name)!;
  return tellEndless({ plain, asked: plain }, { states: [...prefix, ...loop], back }, property);
}

function tellState(text: string): Interleaving {
  const plain = compileText(text);
  const [violation] = [...exploreSync(plain).failing.values()];
  return tellStates({ plain, unmerged: plain, asked: plain }, violation!.path(), violation!);
}

const threadsIn = ({ steps }: Interleaving) => [...new Set(steps.map(({ thread }) => thread))];
const sentences = ({ explanation }: Interleaving) => explanation.sentences.join(" ");

const HOG = `
  const l = spinlock(); let served = false;
  thread("hog", () => { for (;;) { spin_lock(l); spin_unlock(l); } });
  thread("other", () => { spin_lock(l); served = true; spin_unlock(l); });
  eventually("served", () => served);`;

describe("a run without end", () => {
  it("is told without a thread to which fairness only owes its turns", () => {
    const told = tellRun(`let tick = 0; thread("clock", () => { for (;;) tick = 1 - tick; });${HOG}`);
    expect(threadsIn(told)).toEqual(["hog"]);
    expect(sentences(told)).toContain(
      "Steps 1 and 2 repeat for ever. clock goes on meanwhile: nothing comes of it.",
    );
    expect(sentences(told)).toContain("CPU1 (other) stands before `spin_lock(l);`");
  });

  it("is told without a thread that comes to its end", () => {
    const told = tellRun(`let once = 0; thread("short", () => { once = 1; once = 2; });${HOG}`);
    expect(threadsIn(told)).toEqual(["hog"]);
    expect(sentences(told)).toContain("short still does what is left to do: nothing comes of it.");
  });

  it("is told without a loop, where only a thread goes round that has nothing to do with it", () => {
    const told = tellRun(`
      let tick = 0; let open = false;
      thread("clock", () => { for (;;) tick = 1 - tick; });
      thread("waits", () => { until(open); });
      never_stuck();`);
    expect([threadsIn(told), told.lasso]).toEqual([[], undefined]);
    expect(told.failure.message).toBe(
      "CPU0 (waits) waits for open to become true, and no step that repeats ends the wait",
    );
    expect(sentences(told)).toBe("From the start only clock goes on for ever: nothing comes of it.");
  });

  it("is told without a handler that need not come at all", () => {
    const told = tellRun(`
      const cpus = instances(Cpu, 1); let count = 0;
      thread("hog", cpus, () => { for (;;) { spin_lock_irq(l); spin_unlock_irq(l); } });
      hardirq("nic", cpus, () => { count = 1 - count; });
      const l = spinlock(); let served = false;
      thread("other", () => { spin_lock(l); served = true; spin_unlock(l); });
      eventually("served", () => served);`);
    expect(threadsIn(told)).toEqual(["hog(cpu0)"]);
  });

  it("keeps a thread that came too early to help, although it does nothing any more", () => {
    const told = tellRun(`
      let ready = false; let waiting = false; let kicked = false;
      thread("consumer", () => { if (!ready) { waiting = true; until(kicked); } });
      thread("producer", () => { ready = true; if (waiting) kicked = true; });
      never_stuck();`);
    expect(threadsIn(told).sort()).toEqual(["consumer", "producer"]);
  });

  it("keeps a thread that could have made the claim true and did not", () => {
    const told = tellRun(`
      let flag = false; let done = false; let noise = 0;
      thread("worker", () => { if (flag) done = true; });
      thread("other", () => { noise = 1; });
      eventually("done", () => done);`);
    expect(threadsIn(told)).toEqual(["worker"]);
    expect(sentences(told)).toBe(
      "After step 1 only other still does what is left to do: nothing comes of it.",
    );
  });

  it("keeps a thread that looked for somebody to wake, and looked at the wrong place", () => {
    const told = tellRun(`
      let flags = u8(0); let bit = 0; let noise = 0;
      thread("sleeper", () => { flags = flags | (1 << bit); until(flags === 0); });
      thread("waker", () => { bit = 2; test_and_clear_bit(bit, flags); });
      thread("other", () => { noise = 1; });
      never_stuck();`);
    expect(threadsIn(told).sort()).toEqual(["sleeper", "waker"]);
  });

  it("keeps those who keep a lock from ever being free", () => {
    const told = tellRun(`
      const l = rwlock_recursive(); let wrote = false; let noise = 0;
      thread("a", () => { for (;;) { read_lock(l); read_unlock(l); } });
      thread("b", () => { for (;;) { read_lock(l); read_unlock(l); } });
      thread("clock", () => { for (;;) noise = 1 - noise; });
      thread("writer", () => { write_lock(l); wrote = true; write_unlock(l); }, { fairness: "strong" });
      eventually("wrote", () => wrote);`);
    expect(threadsIn(told).sort()).toEqual(["a", "b"]);
    expect(sentences(told)).toContain("clock goes on meanwhile");
  });
});

describe("a claim about the end", () => {
  it("is told without threads that make no difference to it", () => {
    const told = tellState(`
      let x = 0; let noise = 0;
      thread("a", () => { x++; });
      thread("b", () => { x++; });
      thread("other", () => { noise = 1; noise = 2; });
      at_end("both count", () => x === 2);`);
    expect(threadsIn(told).sort()).toEqual(["a", "b"]);
    expect(told.failure.message).toBe('"both count" is false: x is 1, not 2');
    expect(sentences(told)).toContain("What other does besides makes no difference.");
  });

  it("keeps a thread that only looked, and by that changed what another does", () => {
    const told = tellState(`
      let asked = false; let busy = false; let done = false;
      thread("worker", () => { if (!busy) done = true; });
      thread("user", () => { busy = true; busy = false; });
      at_end("done", () => done);`);
    expect(threadsIn(told).sort()).toEqual(["user", "worker"]);
  });

  it("leaves no round out that is made up for on the way to the end", () => {
    const told = tellState(`
      let flag = false; let work = 4;
      thread("a", () => { for (;;) { idle_until(work > 0); work--; flag = !flag; } });
      at_end("flag", () => flag);`);
    expect(told.steps.filter(({ text }) => text === "flag = !flag;")).toHaveLength(4);
    expect(sentences(told)).toBe("");
  });

  it("tells everything where nobody has done anything about it", () => {
    const told = tellState(`
      let done = false; let noise = 0;
      thread("a", () => { noise = 1; });
      at_end("done", () => done);`);
    expect(threadsIn(told)).toEqual(["a"]);
  });
});

describe("a deadlock", () => {
  it("is told with whoever looked for somebody to wake, and looked at the wrong place", () => {
    const told = tellState(`
      let flags = u8(0); let bit = 0; let noise = 0;
      thread("sleeper", () => { flags = flags | (1 << bit); until(flags === 0); });
      thread("waker", () => { bit = 2; test_and_clear_bit(bit, flags); });
      thread("other", () => { noise = 1; });`);
    expect(threadsIn(told).sort()).toEqual(["sleeper", "waker"]);
  });

  it("is told with whoever changes what is waited for, and without the others", () => {
    const told = tellState(`
      let n = 0; let other = 0;
      thread("waits", () => { until(n === 5); });
      thread("counts", () => { n = 1; n = 2; });
      thread("bystander", () => { other = 1; });`);
    expect(threadsIn(told)).toEqual(["counts"]);
    expect(told.failure.message).toContain("waits for n to become 5");
  });
});
