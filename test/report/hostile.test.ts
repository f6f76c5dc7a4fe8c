/** A spec is untrusted: what it names must not steer the terminal of whoever checks it. */
import { expect, test } from "vitest";
import { jsonReporter } from "../../src/report/json.js";
import { terminalReporter } from "../../src/report/terminal.js";
import { abba, caseReport, mixedRun, runReport, step, written } from "./samples.js";

const attack = "a\u001b[2Jb\u009b31mc\rd\u0007e\u202ef\u2028g\u0000h\nfalse line";

const hostile = caseReport(attack, {
  spec: attack,
  why: attack,
  verdict: "violated",
  check: attack,
  alsoFails: [attack],
  asExpected: false,
  message: attack,
  trace: {
    ...abba,
    threads: [{ name: attack, cpu: attack }],
    steps: [
      step(1, attack, 1, attack, {
        file: attack,
        procedure: attack,
        lock: attack,
        kind: "acquire",
        reads: [{ path: attack, value: attack }],
        effects: [{ path: "p", from: attack, to: attack }],
        switchReason: attack,
        fails: true,
      }),
    ],
    failure: { check: attack, message: attack },
    blocked: [
      { ...abba.blocked[0]!, thread: attack, text: attack, waitingFor: attack, heldBy: [attack, "x"] },
    ],
  },
  diagnostics: [{ code: attack, message: attack, why: attack, help: attack }],
});

const live = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("nothing live reaches the terminal", () => {
  const span = { ...abba.blocked[0]!.span, file: attack };
  const coverage = {
    spec: attack,
    unreached: [span],
    branches: [{ span, side: "true" as const }],
    untaken: [attack],
    uncontended: [attack],
    vacuous: [{ invariant: attack, span }],
  };
  const run = { ...runReport(hostile, caseReport(attack)), coverage: [coverage], strict: true };
  const text = written(terminalReporter, run, 100);
  expect(text).not.toMatch(live);
  expect(text).toContain("a�[2Jb�31mc d�e�f g�h false line");
  expect(text).not.toMatch(/^false line/m);
});

test("JSON is escaped and still says the same", () => {
  const text = written(jsonReporter, runReport(hostile), 100);
  expect(text).not.toMatch(live);
  expect(JSON.parse(text)).toEqual(runReport(hostile));
});

test("JSON is one document, indented by two, at the end of the run", () => {
  const text = written(jsonReporter, mixedRun, 100, true);
  expect(text).toBe(`${JSON.stringify(mixedRun, null, 2)}\n`);
});
