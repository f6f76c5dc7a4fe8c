import { expect, test } from "vitest";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { loadReporter, reporterNames } from "../../src/report/registry.js";

test("every name loads", async () => {
  expect(reporterNames).toEqual([
    "default",
    "commit",
    "markdown",
    "html",
    "mermaid",
    "github",
    "junit",
    "sarif",
    "json",
  ]);
  for (const name of reporterNames) expect(await loadReporter(name)).toBeTypeOf("function");
});

test.each(["jsno", "markdwon", "constructor", ""])("refuses %j by a diagnostic", async (name) => {
  const error = await loadReporter(name).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DiagnosticsError);
  expect((error as DiagnosticsError).diagnostics).toMatchSnapshot();
});
