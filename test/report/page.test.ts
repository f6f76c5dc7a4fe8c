import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { createColours } from "../../src/report/colours.js";
import { renderPage } from "../../src/report/page.js";

const plain = (markdown: string, width = 60) =>
  renderPage(markdown, { colours: createColours(false), width });

const page = `# LW1: a title with \`code\`

**What it means.** A paragraph that is folded anew, with [a link](other.md) and
\`x = 1\` in it.

- one
- two, which is so long that it needs a second line in the terminal
  and goes on here

## Refused

\`\`\`ts
const a = 1;

  if (a) {} // **not bold**
\`\`\`
Text at once.
`;

test("headings, prose, lists and code", () => {
  expect(plain(page)).toBe(
    [
      "LW1: a title with code",
      "",
      "What it means. A paragraph that is folded anew, with a link",
      "and x = 1 in it.",
      "",
      "- one",
      "",
      "- two, which is so long that it needs a second line in the",
      "  terminal and goes on here",
      "",
      "Refused",
      "",
      "    const a = 1;",
      "",
      "      if (a) {} // **not bold**",
      "",
      "Text at once.",
    ].join("\n"),
  );
});

describe("colour", () => {
  const coloured = (markdown: string, width: number) =>
    renderPage(markdown, { colours: createColours(true), width });

  test("changes nothing but the colour", () => {
    expect(coloured(page, 60)).not.toBe(plain(page));
    expect(stripVTControlCharacters(coloured(page, 60))).toBe(plain(page));
  });

  test("does not run over the end of a line", () => {
    const lines = coloured("**a bold text that is folded**", 12).split("\n");
    expect(lines).toHaveLength(3);
    const { bold } = createColours(true);
    for (const line of lines) expect(line).toBe(bold(stripVTControlCharacters(line)));
  });
});

test("a fence that is not closed, and an empty page", () => {
  expect(plain("```ts\nconst a = 1;")).toBe("    const a = 1;");
  expect(plain("")).toBe("");
});
