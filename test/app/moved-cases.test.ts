/** A comment more moves every line: what is told without asking again must be what asking again tells. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { check } from "../../src/app/check.js";
import type { CheckRequest } from "../../src/app/check-request.js";
import { type MovedCases, movedCases } from "../../src/app/moved-cases.js";
import type { RunReport } from "../../src/report/reporter.js";
import { asExpected } from "../e2e/specs.js";
import { exploreRequest } from "../support/explore-request.js";
import { scratchFolder } from "../tlc/scratch.js";

let root: string;
let moved: MovedCases;
beforeEach(() => {
  root = scratchFolder();
  moved = movedCases();
  write("package.json", "{}");
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** As anybody asks: merging. */
const asking = (): CheckRequest => exploreRequest(root);

/** As a watch asks. */
const run = (changes: Partial<CheckRequest> = {}) =>
  check({ ...asking(), unmergedStates: 50_000, ...changes }, {});

const plain = ({ cases }: RunReport) => cases.map((each) => ({ ...each, seconds: 0, cached: false }));
const known = ({ cases }: RunReport) => cases.map(({ cached }) => cached);

/** Sentences that cite lines: who has read what, and who changes it. */
const STALE = `export class Page { freed = false; users = 0; }
export const page = new Page();
export function use() {
  if (page.freed) return;
  page.users++;
  assert(!page.freed);
}
`;
const IMPORTS = `import { assert, cases, fails, thread } from "latchwork";\n`;
const THREADS = `thread("user", () => use());
thread("owner", () => { page.freed = true; });
export default cases({ title: "t", stale: { expect: fails("assert"), why: "nobody is asked" } });
`;

describe("moved lines", () => {
  test.each([
    ["verdicts of both kinds", { "specs/a.ts": asExpected }],
    ["one file", { "specs/a.ts": IMPORTS + STALE + THREADS }],
    [
      "two files",
      {
        "specs/a.ts": `import { page, use } from "./b.js";\n${IMPORTS}${THREADS}`,
        "specs/b.ts": `import { assert } from "latchwork";\n${STALE}`,
      },
    ],
  ])("%s: told with the new ones, and nobody is asked", async (_, files) => {
    const save = (head: string) => {
      for (const [name, text] of Object.entries(files)) write(name, head + text);
    };
    save("");
    const before = await run({ moved });
    save("// A comment.\n//\n");
    const after = await run({ moved });
    expect(known(after)).toEqual(after.cases.map(() => true));
    expect(plain(after)).toEqual(plain(await run()));
    expect(plain(after)).not.toEqual(plain(before));
    // What was moved once can be moved again.
    save("// Another comment, and the lines above are gone.\n");
    const last = await run({ moved });
    expect(known(last)).toEqual(last.cases.map(() => true));
    expect(plain(last)).toEqual(plain(await run()));
  });

  test("and a statement that is another one: asked again", async () => {
    write("specs/a.ts", asExpected);
    await run({ moved });
    write("specs/a.ts", `// A comment.\n${asExpected.replace("refs--", "refs -= 2")}`);
    const after = await run({ moved });
    expect(known(after)).toEqual([false, false]);
    expect(plain(after)).toEqual(plain(await run()));
  });

  test("between two statements of one line: asked again, or told as asking tells", async () => {
    write("specs/a.ts", IMPORTS + STALE.replace(/\n {2}/g, " ") + THREADS);
    await run({ moved });
    write("specs/a.ts", IMPORTS + STALE + THREADS);
    expect(plain(await run({ moved }))).toEqual(plain(await run()));
  });

  test("a spec whose own words look like places: asked again", async () => {
    const text = (IMPORTS + STALE + THREADS).replace(
      "assert(!page.freed)",
      'assert(!page.freed, "see line 7")',
    );
    write("specs/a.ts", text);
    await run({ moved });
    write("specs/a.ts", `// A comment.\n${text}`);
    const after = await run({ moved });
    expect(known(after)).toEqual([false]);
    expect(plain(after)).toEqual(plain(await run()));
  });

  test("what is told is remembered as what was found", async () => {
    const cacheFolder = join(root, "cache");
    write("specs/a.ts", asExpected);
    await run({ moved, cacheFolder });
    write("specs/a.ts", `// A comment.\n${asExpected}`);
    await run({ moved, cacheFolder });
    const later = await run({ cacheFolder });
    expect(known(later)).toEqual([true, true]);
    expect(plain(later)).toEqual(plain(await run()));
    // Another way of asking has other numbers of states: it is not answered by that.
    expect(known(await check({ ...asking(), cacheFolder }, {}))).toEqual([false, false]);
  });
});
