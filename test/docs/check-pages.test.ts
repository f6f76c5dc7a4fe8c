/**
 * docs/checks has a page for every check, and its examples are test/cases/<check>, which TLC and the interpreter decide.
 * `npm run docs` copies them there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHECKS } from "../../src/ir/checks.js";
import { repository } from "../support/source-tree.js";

const folder = join(repository, "docs/checks");

/** What people write of a page; what follows is made from the cases. */
function proseOf(id: string): string {
  return readFileSync(join(folder, `${id}.md`), "utf8")
    .split(/^## /m)[0]!
    .trimEnd();
}

function examplesOf(id: string): string {
  const example = (name: string) => {
    const path = join(repository, "test/cases", id, name);
    return existsSync(path) ? `\`\`\`ts\n${readFileSync(path, "utf8").trimEnd()}\n\`\`\`` : undefined;
  };
  const bad = example("bad.ts");
  const good = example("good.ts");
  if (bad === undefined || good === undefined) {
    return "## Example\n\nNone yet: nothing in this version of Latchwork can fail it.";
  }
  return `## Fails\n\n${bad}\n\n## Holds\n\n${good}`;
}

test("there is a page for every check, and no other", () => {
  const pages = readdirSync(folder).map((name) => name.replace(/\.md$/, ""));
  expect(pages.sort()).toEqual([...CHECKS.keys()].sort());
});

describe.each([...CHECKS])("docs/checks/%s.md", (id, meaning) => {
  test("has the shape of a page", () => {
    const prose = proseOf(id);
    expect(prose.split("\n")[0]).toBe(`# ${id}: ${meaning}`);
    const paragraphs = [...prose.matchAll(/^\*\*(.+?)\.\*\*/gm)].map((match) => match[1]);
    expect(paragraphs).toEqual(["What it means", "Why", "What to do"]);
  });

  test("shows the cases of test/cases (if not: npm run docs)", async () => {
    await expect(`${proseOf(id)}\n\n${examplesOf(id)}\n`).toMatchFileSnapshot(join(folder, `${id}.md`));
  });
});
