import { expect, test } from "vitest";
import { classifyExit, describeExit, EXIT_STATUSES } from "../../src/tlc/exit.js";

test.each([
  [0, "ok"],
  [10, "violation"],
  [11, "violation"],
  [12, "violation"],
  [13, "violation"],
  [14, "violation"],
  [75, "evaluation"],
  [76, "evaluation"],
  [77, "evaluation"],
  [150, "rejected"],
  [151, "rejected"],
  [152, "resource"],
  [130, "interrupted"],
  [137, "interrupted"],
  [143, "interrupted"],
  [255, "unknown"],
  [1, "unknown"],
  [42, "unknown"],
])("exit code %i means %s", (code, expected) => {
  expect(classifyExit(code)).toBe(expected);
});

test("no code stands in the table twice", () => {
  const codes = EXIT_STATUSES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

test("names a code as TLC does", () => {
  expect(describeExit(151)).toBe("exit code 151 (ERROR_CONFIG_PARSE)");
  expect(describeExit(42)).toBe("exit code 42");
});
