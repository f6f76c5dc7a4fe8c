/** Every fixture in `rejected` is refused exactly where it says: `//! LW1002` at the end of the line. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileErrors, fixtures, lowerFile, rendered } from "./read.js";

const folder = join(fixtures, "rejected");
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

/** `line code` for each code behind `//!`. */
function expectations(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const codes = /\/\/! ([LW0-9 ]+)$/.exec(line)?.[1]?.trim().split(" ") ?? [];
    return codes.map((code) => `${index + 1} ${code}`);
  });
}

function findings(name: string): string[] {
  const lowered = lowerFile(join(folder, name));
  const own = lowered.diagnostics;
  const found = own.length > 0 ? own : compileErrors(lowered);
  return found.map(({ code, span }) => `${span?.line} ${code}`);
}

describe("rejected", () => {
  test.each(files)("%s", (name) => {
    const expected = expectations(readFileSync(join(folder, name), "utf8"));
    expect(expected, "a fixture says with //! what is wrong with it").not.toEqual([]);
    expect(findings(name).sort()).toEqual(expected.sort());
  });

  test("every code about specs has a fixture", () => {
    const catalog = readFileSync(join(import.meta.dirname, "../../src/diagnostics/catalog.ts"), "utf8");
    const codes = [...catalog.matchAll(/= \(\s*span: Span[\s\S]*?code: "(LW\d{4})"/g)].map(
      (match) => match[1]!,
    );
    expect(codes.length).toBeGreaterThan(20);
    const covered = new Set(files.map((name) => name.slice(0, 6).toUpperCase()));
    expect(codes.filter((code) => !covered.has(code))).toEqual([]);
  });
});

describe("what the user sees", () => {
  test.each(["lw1004-unknown-name.ts", "lw1022-unknown-param.ts", "lw1005-imports.ts"])(
    "%s",
    async (name) => {
      const lowered = lowerFile(join(folder, name));
      await expect(`${rendered(folder, lowered.diagnostics)}\n`).toMatchFileSnapshot(
        `golden/${name.replace(/\.ts$/, ".txt")}`,
      );
    },
  );
});
