/** Cases of one name in several specs of a run: they are checked side by side and must not touch each other. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { check } from "../../src/app/check.js";
import { compileSpecs } from "../../src/app/compile.js";
import type { SessionRequest } from "../../src/app/session.js";

const spec = (body: string, expected: string) => `
import { cases, fails, holds, instances, spin_lock, spin_unlock, spinlock, thread } from "latchwork";
class Cpu { lock = spinlock(); }
const cpus = instances(Cpu, 2);
thread("a", () => { spin_lock(cpus[0].lock); spin_lock(cpus[1].lock); spin_unlock(cpus[1].lock); spin_unlock(cpus[0].lock); });
thread("b", () => { ${body} });
export default cases({ title: "one of two", same: { expect: ${expected}, why: "a test" } });
`;

const ORDERED =
  "spin_lock(cpus[0].lock); spin_lock(cpus[1].lock); spin_unlock(cpus[1].lock); spin_unlock(cpus[0].lock);";
const CROSSED =
  "spin_lock(cpus[1].lock); spin_lock(cpus[0].lock); spin_unlock(cpus[0].lock); spin_unlock(cpus[1].lock);";

let root: string;
let request: SessionRequest;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "latchwork-test-"));
  await mkdir(join(root, "specs"));
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, "specs/ordered.ts"), spec(ORDERED, "holds()"));
  await writeFile(join(root, "specs/crossed.ts"), spec(CROSSED, 'fails("deadlock")'));
  request = { cwd: root, env: process.env, paths: [], casePatterns: [], settings: [] };
});

afterAll(() => rm(root, { recursive: true, force: true }));

it("get each its own verdict", async () => {
  const report = await check(
    { ...request, engine: "tlc", reduce: true, tlcWorkers: 1, keep: false, coverage: true, strict: false },
    {},
  );
  expect(report.cases.map((one) => [one.spec, one.case, one.verdict, one.check])).toEqual([
    ["specs/crossed.ts", "same", "violated", "deadlock"],
    ["specs/ordered.ts", "same", "holds", undefined],
  ]);
});

it("get each its own model in generated/", async () => {
  await compileSpecs(request, false);
  const model = (name: string) => readFile(join(root, `generated/${name}/same.tla`), "utf8");
  expect(await model("ordered")).toContain("case same of specs/ordered.ts");
  expect(await model("crossed")).toContain("case same of specs/crossed.ts");
  await compileSpecs(request, true);
});
