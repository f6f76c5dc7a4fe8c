import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findTopic, topics } from "../../src/app/explain.js";
import { CHECKS } from "../../src/ir/checks.js";
import { createColours } from "../../src/report/colours.js";
import { renderPage } from "../../src/report/page.js";
import { repository } from "../support/source-tree.js";

const all = topics();
const found = (word: string) => findTopic(all, word)?.name;

test("every check and every code is there, with what it means", () => {
  const codes = readdirSync(join(repository, "docs/errors")).filter((name) => name.startsWith("LW"));
  expect(all.map(({ name }) => name)).toEqual([
    ...CHECKS.keys(),
    ...codes.map((name) => name.replace(".md", "")).sort(),
  ]);
  for (const { title } of all) expect(title).toMatch(/^[^#`*]+$/);
});

test.each([
  ["LW1004", "LW1004"],
  ["lw1004", "LW1004"],
  ["1004", "LW1004"],
  ["unlock-not-held", "unlock-not-held"],
  ["Unlock_Not_Held", "unlock-not-held"],
  ["never-stuck", "never_stuck"],
])("%s is %s", (word, name) => {
  expect(found(word)).toBe(name);
});

test.each(["", "LW", "104", "01004", "README", "../errors/LW1004", "unlock"])("%j is nothing", (word) => {
  expect(found(word)).toBeUndefined();
});

test("no page shows any Markdown", () => {
  for (const { name, text } of all) {
    const shown = renderPage(text, { colours: createColours(false), width: 80 });
    const prose = shown.split("\n").filter((line) => !line.startsWith("    "));
    expect(
      prose.filter((line) => /`|\*\*|^[#|>+] ?|\]\(/.test(line)),
      name,
    ).toEqual([]);
    expect(
      prose.filter((line) => line.length > 80),
      name,
    ).toEqual([]);
  }
});
