/** Stored reports are read whole or not at all. */
import { expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { jsonReporter } from "../../src/report/json.js";
import { readReport } from "../../src/report/read-report.js";
import { mixedRun, written } from "./samples.js";

const stored = written(jsonReporter, mixedRun);

test("what the json reporter writes comes back the same", () => {
  expect(readReport("report.json", stored)).toEqual(mixedRun);
});

const codeOf = (text: string) => {
  try {
    readReport("report.json", text);
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
  return "read";
};

test("cut off anywhere, it is refused", () => {
  const whole = stored.trimEnd();
  for (let length = 0; length < whole.length; length += 97)
    expect(codeOf(whole.slice(0, length))).toBe("LW2103");
});

test.each([
  ["another version", { ...mixedRun, schemaVersion: 2 }, "LW2104"],
  ["a version that is text", { ...mixedRun, schemaVersion: "1" }, "LW2104"],
  ["no version", { cases: [] }, "LW2103"],
  ["an unknown key", { ...mixedRun, extra: 1 }, "LW2103"],
  [
    "a verdict that there is not",
    { ...mixedRun, cases: [{ ...mixedRun.cases[0], verdict: "fine" }] },
    "LW2103",
  ],
  ["null", null, "LW2103"],
  ["a list", [], "LW2103"],
])("%s", (_, document, code) => {
  expect(codeOf(JSON.stringify(document))).toBe(code);
});
