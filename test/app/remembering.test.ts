/** What a run may take from earlier ones, and what it must find anew: by the explorer, which needs no Java. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { contentOf } from "../../src/app/case-content.js";
import { check } from "../../src/app/check.js";
import type { CheckRequest } from "../../src/app/check-request.js";
import { compileCases, loadSpecs } from "../../src/app/load.js";
import { findSpecPaths } from "../../src/app/project.js";
import { digest } from "../../src/cache/digest.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import type { RunReport } from "../../src/report/reporter.js";
import { asExpected } from "../e2e/specs.js";
import { exploreRequest } from "../support/explore-request.js";
import { filesIn, repository } from "../support/source-tree.js";
import { scratchFolder } from "../tlc/scratch.js";

let root: string;
beforeEach(() => {
  root = scratchFolder();
  write("package.json", "{}");
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function request(changes: Partial<CheckRequest> = {}): CheckRequest {
  return exploreRequest(root, { coverage: true, cacheFolder: join(root, "cache"), ...changes });
}

const run = (changes: Partial<CheckRequest> = {}) => check(request(changes), {});

/** The cases that were found anew. */
async function anew(changes: Partial<CheckRequest> = {}): Promise<string[]> {
  const { cases } = await run(changes);
  return cases.filter(({ cached }) => !cached).map((each) => each.case);
}

const plain = (report: RunReport) => report.cases.map((each) => ({ ...each, seconds: 0, cached: false }));

/** A run that knows nothing: what every other must agree with. */
const fresh = async (changes: Partial<CheckRequest> = {}) => {
  const { cacheFolder: _, ...uncached } = request(changes);
  return check(uncached, {});
};

/** Two specs that share a file of procedures. */
const SHARED = `import { spin_lock, spin_unlock, spinlock } from "latchwork";
export const lock = spinlock();
export function enter() {
  spin_lock(lock);
}
export function leave() {
  spin_unlock(lock);
}
`;
const user = (title: string) => `import { cases, holds, thread } from "latchwork";
import { enter, leave } from "./shared.js";
let x = 0;
thread("a", () => {
  enter();
  x = 1;
  leave();
});
thread("b", () => {
  enter();
  x = 2;
  leave();
});
export default cases({ title: "${title}", ${title}: { expect: holds(), why: "a test" } });
`;

test("a second run knows everything, and says what a run that knows nothing says", async () => {
  write("specs/refs.ts", asExpected);
  const first = await run();
  const second = await run();
  expect(second.cases.map(({ cached }) => cached)).toEqual([true, true]);
  expect(plain(second)).toEqual(plain(first));
  expect(plain(second)).toEqual(plain(await fresh()));
});

test("the observer is told of known cases in the order of the specs", async () => {
  write("specs/refs.ts", asExpected);
  await run();
  const told: string[] = [];
  await check(request(), {
    onStart: (cases) => void told.push(...cases.map((each) => each.case)),
    onCaseEnd: (ended) => void told.push(`${ended.case} ${ended.cached}`),
  });
  expect(told).toEqual(["locked", "unlocked", "locked true", "unlocked true"]);
});

describe("what decides an answer makes another question of it", () => {
  beforeEach(async () => {
    write("specs/refs.ts", asExpected);
    await run();
  });

  test.each<[string, Partial<CheckRequest>, string[]]>([
    ["--no-reduce", { reduce: false }, ["locked", "unlocked"]],
    ["--set, in cases that it changes", { settings: ["locked=true"] }, ["unlocked"]],
    ["--memory", { memory: "tso" }, ["locked", "unlocked"]],
  ])("%s", async (_, changes, changed) => {
    expect(await anew(changes)).toEqual(changed);
    expect(plain(await run(changes))).toEqual(plain(await fresh(changes)));
    expect(await anew(changes)).toEqual([]);
    expect(await anew()).toEqual([]);
  });

  test("--timeout and --strict do not", async () => {
    expect(await anew({ timeoutSeconds: 100 })).toEqual([]);
    expect(await anew({ strict: true })).toEqual([]);
  });

  test("a comment that moves the lines: the interleaving is told with the new ones", async () => {
    write("specs/refs.ts", `// A line more.\n${asExpected}`);
    const second = await run();
    expect(plain(second)).toEqual(plain(await fresh()));
    expect(second.cases.map(({ cached }) => cached)).toEqual([false, false]);
  });

  test("a comment behind everything changes no case", async () => {
    write("specs/refs.ts", `${asExpected}// The end.\n`);
    expect(await anew()).toEqual([]);
    expect(plain(await run())).toEqual(plain(await fresh()));
  });

  test("a reason, an expectation, a case more: only what it is about", async () => {
    write("specs/refs.ts", asExpected.replace("both can see 0", "both see 0"));
    expect(await anew()).toEqual(["unlocked"]);
    const third = 'third: { locked: false, expect: fails("assert"), why: "again" },\n});';
    write("specs/refs.ts", asExpected.replace(/\}\);\n$/, third));
    expect(await anew()).toEqual(["third"]);
    expect(plain(await run())).toEqual(plain(await fresh()));
  });

  test("a spec that became wrong is refused, though its cases are known", async () => {
    write("specs/refs.ts", asExpected.replace("refs--;", 'refs--; const n: number = "text";'));
    await expect(run()).rejects.toThrow(DiagnosticsError);
    write("specs/refs.ts", asExpected);
    expect(await anew()).toEqual([]);
  });

  test("a spec beside it is wrong: nothing is told", async () => {
    write("specs/wrong.ts", asExpected.replace("refs--;", "regs--;"));
    const told: string[] = [];
    await expect(check(request(), { onCaseEnd: (ended) => void told.push(ended.case) })).rejects.toThrow();
    expect(told).toEqual([]);
  });

  test("a case that no spec has is refused, and suggests those that are known", async () => {
    await expect(run({ casePatterns: ["lokced"] })).rejects.toThrow(/lokced/);
    expect(await anew({ casePatterns: ["lock*"] })).toEqual([]);
  });
});

test("cases that are asked for one by one are all known in the end", async () => {
  write("specs/refs.ts", asExpected);
  expect(await anew({ casePatterns: ["locked"] })).toEqual(["locked"]);
  expect(await anew({ casePatterns: ["unlocked"] })).toEqual(["unlocked"]);
  const second = await run();
  expect(second.cases.map(({ cached }) => cached)).toEqual([true, true]);
  expect(plain(second)).toEqual(plain(await fresh()));
});

describe("specs that share a file", () => {
  beforeEach(async () => {
    write("specs/one.ts", user("one"));
    write("specs/two.ts", user("two"));
    write("specs/shared.ts", SHARED);
    expect(await anew()).toEqual(["one", "two"]);
    expect(await anew()).toEqual([]);
  });

  test("when it changes, both are asked about again", async () => {
    write("specs/shared.ts", SHARED.replace("spin_unlock(lock);", "spin_unlock(lock);\n  spin_lock(lock);"));
    expect(await anew()).toEqual(["one", "two"]);
    expect(plain(await run())).toEqual(plain(await fresh()));
  });

  test("when one of them changes, the other is not, and the shared file is no spec", async () => {
    write("specs/one.ts", user("one").replace("x = 1", "x = 3"));
    expect(await anew()).toEqual(["one"]);
    expect(await anew()).toEqual([]);
  });

  test("when nobody imports it any more it is a spec without cases", async () => {
    const own = asExpected;
    write("specs/one.ts", own);
    write("specs/two.ts", own);
    await expect(fresh()).rejects.toThrow(DiagnosticsError);
    await expect(run()).rejects.toThrow(DiagnosticsError);
  });

  test("when it is named it must be a spec", async () => {
    await expect(run({ paths: ["specs/shared.ts"] })).rejects.toThrow(DiagnosticsError);
  });

  test("when it is gone nothing is known", async () => {
    rmSync(join(root, "specs/shared.ts"));
    await expect(run()).rejects.toThrow(DiagnosticsError);
  });

  test("one of them alone, then both", async () => {
    expect(await anew({ paths: ["specs/one.ts"], cacheFolder: join(root, "other") })).toEqual(["one"]);
    expect(await anew({ cacheFolder: join(root, "other") })).toEqual(["two"]);
  });
});

test("a file that only TypeScript knows of: the spec is checked again, and the case is known", async () => {
  write("specs/types.d.ts", "type Count = number;\n");
  write("specs/refs.ts", `/// <reference path="types.d.ts" />\n${asExpected}`);
  await run();
  const readings = filesIn(join(root, "cache")).filter((name) => name.endsWith(".reading"));
  expect(readings).toEqual([]);
  expect(await anew()).toEqual([]);
});

test("a run that has no verdict is not remembered", async () => {
  write(
    "specs/refs.ts",
    asExpected.replace("let refs = 2;", "let refs = 2;\nlet n = 0;").replace("refs--;", "for (;;) n++;"),
  );
  const { cases } = await run();
  expect(cases.map(({ verdict }) => verdict)).toEqual(["inconclusive", "inconclusive"]);
  expect(filesIn(join(root, "cache")).filter((name) => name.endsWith(".verdict"))).toEqual([]);
  expect(await anew()).toEqual(["locked", "unlocked"]);
});

test("names never become paths", async () => {
  const evil = asExpected.replaceAll("unlocked: {", '"../../../evil": {');
  write("specs/refs.ts", evil);
  const before = filesIn(root).filter((name) => !name.startsWith("cache/"));
  expect(await anew()).toEqual(["locked", "../../../evil"]);
  expect(await anew()).toEqual([]);
  expect(filesIn(root).filter((name) => !name.startsWith("cache/"))).toEqual(before);
  expect(
    filesIn(join(root, "cache")).filter((name) => !/^[0-9a-f]{2}\/[0-9a-f]{64}\.\w+$/.test(name)),
  ).toEqual([]);
});

test("what a case is compiled to is a function of the bytes of its files, and of nothing else", () => {
  const contents = (folder: string) => {
    const paths = findSpecPaths(folder, folder, ["specs/litmus", "specs/vpt/vpt.ts"]);
    const loaded = loadSpecs({ root: folder, paths, settings: [], casePatterns: [] });
    const read = loaded.readCases();
    const models = compileCases(read).map(({ model }) => digest(model));
    return read.map((each, index) => [
      each.spec,
      each.declaration.name,
      contentOf(each).whole,
      models[index]!,
    ]);
  };
  for (const name of filesIn(join(repository, "specs")).filter((each) =>
    /^(litmus|vpt)\/.*\.ts$/.test(each),
  )) {
    write(`specs/${name}`, readFileSync(join(repository, "specs", name), "utf8"));
  }
  const elsewhere = contents(root);
  expect(elsewhere.length).toBeGreaterThan(10);
  expect(new Set(elsewhere.map(([, , content]) => content)).size).toBe(elsewhere.length);
  expect(contents(repository)).toEqual(elsewhere);
});
