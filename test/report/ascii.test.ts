/** A terminal that knows only ASCII gets only ASCII, and no line becomes wider than it is. */
import { expect, test } from "vitest";
import { ASCII_GROWTH, toAscii } from "../../src/report/ascii.js";
import { terminalReporter } from "../../src/report/terminal.js";
import { beforeXsa336, mixedRun, runReport, written } from "./samples.js";

test.each([60, 80, 100])("the default report at width %i", (width) => {
  for (const run of [runReport(beforeXsa336), mixedRun]) {
    const text = toAscii(written(terminalReporter, run, width - ASCII_GROWTH));
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    const diagram = text.split("\n").filter((line) => / -> /.test(line));
    for (const line of diagram) expect(line.length).toBeLessThanOrEqual(width);
  }
  expect(toAscii("✔ a → b é")).toBe("+ a -> b ?");
});
