import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planOutputs, writeOutput } from "../../src/cli/outputs.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { scratchFolder } from "../tlc/scratch.js";

test("one reporter on stdout and the others in files", () => {
  const folder = scratchFolder();
  const path = join(folder, "report=1.json");
  expect(planOutputs(["default", "json", "default"], [`json=${path}`])).toEqual([
    { reporter: "default", path: undefined },
    { reporter: "json", path },
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

describe("refused before there is anything to lose", () => {
  const refusal = (reporters: readonly string[], settings: readonly string[]) => {
    try {
      planOutputs(reporters, settings);
    } catch (error) {
      if (error instanceof DiagnosticsError) {
        return error.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n");
      }
      throw error;
    }
    return "accepted";
  };

  test.each(["json", "json=", "=x"])("a value that is not name=path: %s", (setting) => {
    expect(refusal(["json"], [setting])).toContain(`LW2202 --output-file ${setting} names no reporter`);
  });

  test("a reporter that was not asked for", () => {
    expect(refusal(["default"], ["json=x.json"])).toContain("LW2202");
    expect(refusal(["default"], ["json=x.json"])).toContain("for the reporter json, which was not asked for");
  });

  test("two documents on stdout", () => {
    expect(refusal(["default", "json"], [])).toContain(
      "LW2203 the reporters default and json would both write to the standard output",
    );
  });

  test("two documents in one file, however it is spelled", () => {
    const folder = scratchFolder();
    const settings = [`json=${folder}/a`, `default=${folder}/./a`];
    expect(refusal(["json", "default"], settings)).toContain("LW2203");
  });

  test("a file that cannot be written", () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "file"), "");
    expect(refusal(["json"], [`json=${folder}`])).toContain("it is a folder");
    expect(refusal(["json"], [`json=${folder}/nowhere/x.json`])).toContain("ENOENT");
    expect(refusal(["json"], [`json=${folder}/file/x.json`])).toContain("ENOTDIR");
    expect(refusal(["json"], ["json=/proc/nowhere/x.json"])).toContain("LW2204");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

test("a document replaces the file as a whole and leaves nothing beside it", () => {
  const folder = scratchFolder();
  const path = join(folder, "report.json");
  writeFileSync(path, "an older and longer document");
  writeOutput(path, "{}\n");
  expect(readFileSync(path, "utf8")).toBe("{}\n");
  expect(readdirSync(folder)).toEqual(["report.json"]);
});

test("a device is written to and not replaced", () => {
  writeOutput("/dev/null", "{}\n");
  expect(planOutputs(["json"], ["json=/dev/null"])).toEqual([{ reporter: "json", path: "/dev/null" }]);
});

test("what cannot be written at the end is a diagnostic and leaves nothing", () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "taken"));
  expect(() => writeOutput(join(folder, "gone", "x.json"), "{}")).toThrow(DiagnosticsError);
  expect(readdirSync(folder)).toEqual(["taken"]);
});
