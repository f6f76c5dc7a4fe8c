import { describe, expect, test } from "vitest";
import { foretellExit, type TlcOutcome, type Trouble } from "../../src/tlc/outcome.js";
import { readProgress } from "../../src/tlc/run.js";
import { fixture, judgeFixture, judgeOutput, readOutput } from "./fixtures.js";

const HHU = "2.18 of 20 March 2023";

function troubleOf(outcome: TlcOutcome): Trouble {
  if (outcome.kind !== "trouble") throw new Error(`expected trouble, found ${outcome.kind}`);
  return outcome;
}

describe("a proof", () => {
  test("needs every part of the rule", () => {
    expect(judgeFixture("holds", 0)).toEqual({
      kind: "holds",
      states: { generated: 5, distinct: 4, depth: 4 },
      version: HHU,
    });
  });

  const message = (code: number, severity: number, body: string) =>
    `@!@!@STARTMSG ${code}:${severity} @!@!@\n${body}\n@!@!@ENDMSG ${code} @!@!@\n`;
  const holds = fixture("holds");
  test.each([
    [
      "states left",
      holds.replace(
        "found, 0 states left on queue.\n@!@!@ENDMSG 2199",
        "found, 9006 states left on queue.\n@!@!@ENDMSG 2199",
      ),
      "9006 states",
    ],
    ["no completion message", holds.replaceAll("2193", "2999"), "did not say that it completed"],
    ["no final counts", holds.replaceAll("2199", "2999"), "no counts"],
    ["an earlier error", message(2110, 1, "Invariant A is violated.") + holds, "Invariant A is violated."],
    [
      "an error that only introduces a trace",
      message(2121, 1, "The behavior up to this point is:") + holds,
      "behavior",
    ],
    ["a bug in TLC", message(2128, 2, "This is a TLC bug.") + holds, "This is a TLC bug."],
    ["symmetry with liveness", message(2279, 3, "Declaring symmetry ...") + holds, "symmetry"],
    ["a constraint with liveness", message(2284, 3, "Declaring state constraints ...") + holds, "constraint"],
    [
      "an error nested in another message",
      message(1234, 0, message(2178, 1, "Overflow").trimEnd()) + holds,
      "Overflow",
    ],
  ])("is refused for %s", (_, output, reason) => {
    const { diagnostic, defect } = troubleOf(judgeOutput(output, 0));
    expect(diagnostic.code).toBe("LW3008");
    expect(diagnostic.message).toContain(reason);
    expect(defect).toBe(true);
  });

  test("is refused when an assignment was silently ignored", () => {
    const { diagnostic } = troubleOf(judgeFixture("ignored-assignment", 0));
    expect(diagnostic.code).toBe("LW3008");
    expect(diagnostic.message).toContain("silently ignored");
    expect(diagnostic.message).toContain("line 5, col 15");
  });

  test("is refused when nothing was explored", () => {
    const { diagnostic } = troubleOf(judgeFixture("no-initial-state", 0));
    expect(diagnostic.message).toContain("explored no state at all");
  });

  test("is not given for any other exit code", () => {
    for (const code of [1, 10, 11, 12, 13, 14, 75, 76, 77, 150, 151, 152, 153, 255, 42]) {
      expect(troubleOf(judgeFixture("holds", code)).kind).toBe("trouble");
    }
  });
});

describe("the exit code that TLC will end with", () => {
  const foretold = (output: string) => foretellExit(readOutput(output).messages);
  const message = (code: number, severity: number, body: string) =>
    `@!@!@STARTMSG ${code}:${severity} @!@!@\n${body}\n@!@!@ENDMSG ${code} @!@!@\n`;

  test.each([
    ["holds", 0],
    ["invariant", 12],
    ["initial-state", 12],
    ["deadlock", 11],
    ["assert", 14],
    ["lasso", 13],
    ["stuttering", 13],
    ["action-property", 13],
  ])("is known after %s", (name, code) => {
    expect(foretold(fixture(name))).toBe(code);
  });

  test.each([
    "configuration-syntax",
    "configuration",
    "evaluation",
    "ignored-assignment",
    "invariant-evaluation",
    "no-initial-state",
    "out-of-memory",
    "overflow",
    "parse",
    "stack-overflow",
  ])("is not guessed after %s", (name) => {
    expect(foretold(fixture(name))).toBeUndefined();
  });

  test.each(["holds", "invariant", "lasso"])("is not guessed before the last word of %s", (name) => {
    const output = fixture(name);
    expect(foretold(output.slice(0, output.indexOf("@!@!@STARTMSG 2186")))).toBeUndefined();
    expect(foretold(`${output}${message(2200, 0, "Progress")}`)).toBeUndefined();
  });

  test.each([
    ["a second violation", message(2114, 1, "Deadlock reached.")],
    ["an evaluation that failed", message(1000, 1, "TLC threw an unexpected exception.")],
    ["a bug in TLC", message(2128, 2, "This is a TLC bug.")],
    ["an ignored assignment", message(2144, 3, "The EXCEPT was applied to non-existing fields")],
  ])("is not guessed after a violation and %s", (_, more) => {
    expect(foretold(more + fixture("invariant"))).toBeUndefined();
  });
});

describe("a violation", () => {
  test.each([
    ["invariant", 12, { type: "invariant", name: "Small" }, 4],
    ["initial-state", 12, { type: "invariant", name: "Bad" }, 1],
    ["deadlock", 11, { type: "deadlock" }, 3],
    ["assert", 14, { type: "assert", message: '"x grew"' }, 3],
    ["lasso", 13, { type: "temporal" }, 4],
    ["stuttering", 13, { type: "temporal" }, 3],
    ["action-property", 13, { type: "action-property", name: "Mono" }, 4],
    ["print", 12, { type: "invariant", name: "Small" }, 3],
  ])("%s is told apart", (name, exitCode, what, length) => {
    const outcome = judgeFixture(name, exitCode);
    expect(outcome).toMatchObject({ kind: "violated", what, version: HHU });
    expect(outcome.kind === "violated" && outcome.trace.states.length).toBe(length);
  });

  test("carries the counts where TLC prints them", () => {
    expect(judgeFixture("invariant", 12)).toMatchObject({ states: { generated: 4, distinct: 4, depth: 4 } });
    expect(judgeFixture("lasso", 13)).toMatchObject({ states: { generated: 5, distinct: 4 } });
    expect(judgeFixture("initial-state", 12)).not.toHaveProperty("states");
  });

  test("is not believed without TLC naming it", () => {
    const { diagnostic } = troubleOf(judgeFixture("holds", 12));
    expect(diagnostic.code).toBe("LW3009");
    expect(diagnostic.message).toContain("VIOLATION_SAFETY");
  });
});

describe("trouble", () => {
  test.each([
    ["evaluation", 75, "LW3001", 'nonexistent field "b"'],
    ["invariant-evaluation", 76, "LW3001", "Evaluating invariant Broken failed."],
    ["overflow", 255, "LW3001", "Overflow when computing 65536*65536"],
    ["parse", 150, "LW3002", "Unknown operator: `y'."],
    ["configuration", 151, "LW3002", "The constant parameter N is not assigned"],
    ["configuration-syntax", 255, "LW3002", "expecting = or <-"],
  ])("%s (exit %i) is %s", (name, exitCode, code, cause) => {
    const { diagnostic, resource, defect, log } = troubleOf(judgeFixture(name, exitCode));
    expect(diagnostic.code).toBe(code);
    expect(diagnostic.why).toContain(cause);
    expect(diagnostic.why).not.toContain("TLC threw an unexpected exception");
    expect(resource).toBe(false);
    expect(defect).toBe(code === "LW3002");
    expect(log).toContain("TLC2 Version");
  });

  test("of evaluation carries the path to the failing state", () => {
    expect(troubleOf(judgeFixture("evaluation", 75)).trace?.states).toHaveLength(3);
  });

  test("of memory is a matter of resources and names the limit", () => {
    const { diagnostic, resource } = troubleOf(judgeFixture("out-of-memory", 75, { maxHeap: "64m" }));
    expect(diagnostic.code).toBe("LW3003");
    expect(diagnostic.why).toContain("64m");
    expect(diagnostic.help).toContain("--max-heap");
    expect(resource).toBe(true);
  });

  test("of stack is a matter of resources and shows no Java stack", () => {
    const { diagnostic, resource } = troubleOf(judgeFixture("stack-overflow", 75));
    expect(diagnostic.code).toBe("LW3004");
    expect(resource).toBe(true);
  });

  test("is a disk without room, in whatever TLC wraps it", () => {
    const full = fixture("evaluation").replace(/^: .*$/m, ": java.io.IOException: No space left on device");
    const outcome = troubleOf(judgeOutput(full, 255));
    expect(outcome.diagnostic.code).toBe("LW3013");
    expect(outcome.resource).toBe(true);
  });

  test("is a disk that would soon have been full, or has no more for this", () => {
    const end = { signal: "SIGTERM", timedOut: false, aborted: true };
    const shortage = { taken: 3 * 2 ** 30, free: 200 * 2 ** 20 };
    const soon = troubleOf(judgeFixture("holds", 0, { end, shortage }));
    expect(soon.diagnostic).toMatchObject({
      code: "LW3013",
      why: expect.stringContaining("200 MB are left"),
    });
    expect(soon.diagnostic.message).toContain("3.0 GB of states");
    expect(soon.resource).toBe(true);
    const limited = troubleOf(judgeFixture("holds", 0, { end, shortage: { ...shortage, limit: 2 ** 31 } }));
    expect(limited.diagnostic.why).toContain("The limit is 2.0 GB");
  });

  test("is a jar that was replaced, whatever it said", () => {
    const { diagnostic, resource } = troubleOf(judgeFixture("holds", 0, { replaced: "/cache/tools.jar" }));
    expect(diagnostic.code).toBe("LW2008");
    expect(resource).toBe(false);
  });

  const ended = { timedOut: false, aborted: false };
  test.each([
    ["a time-out", { ...ended, timedOut: true, signal: "SIGTERM" }, "LW3005", true],
    ["an abort", { ...ended, aborted: true, signal: "SIGTERM" }, "LW3006", false],
    ["SIGKILL from outside", { ...ended, signal: "SIGKILL" }, "LW3007", true],
    ["exit code 143", { ...ended, exitCode: 143 }, "LW3007", false],
    ["a crash of Java", { ...ended, signal: "SIGSEGV" }, "LW3009", false],
    ["a program that is not there", { ...ended, startError: "ENOENT" }, "LW3010", false],
  ])("%s is no verdict even with a finished log", (_, end, code, resource) => {
    const outcome = troubleOf(judgeFixture("holds", 0, { end, timeoutSeconds: 5 }));
    expect(outcome.diagnostic.code).toBe(code);
    expect(outcome.resource).toBe(resource);
  });

  test("shows what Java says when it does not get as far as TLC", () => {
    const { diagnostic } = troubleOf(judgeOutput("Invalid maximum heap size: -Xmx1x", 1));
    expect(diagnostic.code).toBe("LW3010");
    expect(diagnostic.why).toContain("Invalid maximum heap size");
  });

  test("that nothing explains shows the last words", () => {
    const { diagnostic } = troubleOf(judgeFixture("holds", 42));
    expect(diagnostic.code).toBe("LW3009");
    expect(diagnostic.why).toContain("Finished in");
  });
});

test("progress is read with and without rates", () => {
  const numbers = { depth: 10, generated: 1011, distinct: 1010, queue: 2000 };
  const rates =
    "Progress(10) at 2026-11-20 23:59:05: 1,011 states generated (1,012 s/min), 1,010 distinct states found (920 ds/min), 2,000 states left on queue.";
  const bare =
    "Progress(10) at 2026-11-20 23:59:05: 1,011 states generated, 1,010 distinct states found, 2,000 states left on queue.";
  expect(readProgress(rates)).toEqual(numbers);
  expect(readProgress(bare)).toEqual(numbers);
  expect(readProgress("Computed 1 initial states...")).toBeUndefined();
});
