import { expect, test } from "vitest";
import { multiplex } from "../../src/report/multiplex.js";
import type { Reporter } from "../../src/report/reporter.js";
import { mixedRun } from "./samples.js";

function drive(reporter: Required<Reporter>): void {
  reporter.onRunStart(mixedRun.cases);
  for (const report of mixedRun.cases) reporter.onCaseEnd(report);
  reporter.onRunEnd(mixedRun);
}

test("everyone hears everything, in order", () => {
  const heard: string[] = [];
  const listener = (name: string): Reporter => ({
    onCaseEnd: (report) => void heard.push(`${name} ${report.case}`),
    onRunEnd: () => void heard.push(`${name} end`),
  });
  const both = multiplex([
    { name: "a", reporter: listener("a") },
    { name: "b", reporter: listener("b") },
  ]);
  drive(both);
  expect(heard.slice(0, 2)).toEqual(["a before-xsa336", "b before-xsa336"]);
  expect(heard.slice(-2)).toEqual(["a end", "b end"]);
  expect(both.failures()).toEqual([]);
});

test("a reporter that throws is named once for each failure and stops nobody", () => {
  let ended = 0;
  const broken: Reporter = {
    onCaseEnd: () => {
      throw new Error("disk full");
    },
    onRunEnd: () => {
      throw "no Error at all";
    },
  };
  const both = multiplex([
    { name: "broken", reporter: broken },
    { name: "sound", reporter: { onRunEnd: () => void ended++ } },
  ]);
  drive(both);
  expect(ended).toBe(1);
  expect(both.failures().map(({ code, message }) => `${code} ${message}`)).toMatchInlineSnapshot(`
    [
      "LW2102 the reporter "broken" failed in onCaseEnd: disk full",
      "LW2102 the reporter "broken" failed in onRunEnd: no Error at all",
    ]
  `);
});
