/** What `npm run bench` writes, and where. Nothing here is about time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SECTIONS } from "../../src/bench/sections.js";
import { grouped, median, replaceBetween, seconds, share, table, times } from "../../src/bench/table.js";
import { repository } from "../support/source-tree.js";

describe("the document", () => {
  const before = "# Title\n\nProse $& $1.\n\n<!-- bench: a -->\nold\n\n| x |\n<!-- /bench: a -->\n\nMore.\n";

  test("what is between the markers is replaced, and nothing else", () => {
    expect(replaceBetween(before, "a", "\n| new $& |\n")).toBe(
      "# Title\n\nProse $& $1.\n\n<!-- bench: a -->\n| new $& |\n<!-- /bench: a -->\n\nMore.\n",
    );
  });

  test("writing twice is writing once", () => {
    const once = replaceBetween(before, "a", "new");
    expect(replaceBetween(once, "a", "new")).toBe(once);
  });

  test("each name has a place of its own", () => {
    const two = `${before}<!-- bench: b -->\n<!-- /bench: b -->\n`;
    expect(replaceBetween(two, "b", "new")).toBe(`${before}<!-- bench: b -->\nnew\n<!-- /bench: b -->\n`);
  });

  test.each([
    ["no place", "text"],
    ["no end", "<!-- bench: a -->"],
    ["an end before the beginning", "<!-- /bench: a --><!-- bench: a -->"],
    ["two places", `${before}${before}`],
  ])("%s is an error", (_, document) => {
    expect(() => replaceBetween(document, "a", "new")).toThrow(/place/);
  });

  test("docs/PERFORMANCE.md has a place for each table", () => {
    const document = readFileSync(join(repository, "docs/PERFORMANCE.md"), "utf8");
    for (const name of SECTIONS) expect(() => replaceBetween(document, name, "")).not.toThrow();
    expect(document.match(/<!-- bench: /g)).toHaveLength(SECTIONS.length);
  });
});

test("a table is Markdown, with numbers on the right", () => {
  expect(table(["case", ">states"], [["a|b", "1"]])).toBe("| case | states |\n| --- | ---: |\n| a\\|b | 1 |");
});

describe("numbers", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_501_727, "1,501,727"],
  ])("grouped(%d)", (value, text) => expect(grouped(value)).toBe(text));

  test.each([
    [0.024, "0.02"],
    [0.51, "0.5"],
    [1, "1.0"],
    [9.94, "9.9"],
    [9.96, "10"],
    [1234.4, "1,234"],
    [Number.NaN, "–"],
    [1 / 0, "–"],
  ])("times(%d)", (value, text) => expect(times(value)).toBe(text));

  test.each([
    [4, "0.004 s"],
    [99.4, "0.099 s"],
    [410, "0.41 s"],
    [3600, "3.6 s"],
    [32_100, "32 s"],
  ])("seconds(%d)", (value, text) => expect(seconds(value)).toBe(text));

  test("share", () => expect(share(0.0394)).toBe("0.039"));

  test("the median", () => {
    expect(median([])).toBeNaN();
    expect(median([3])).toBe(3);
    expect(median([9, 1, 2])).toBe(2);
    expect(median([10, 2, 4, 1])).toBe(3);
  });
});
