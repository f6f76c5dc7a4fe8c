/** What a user is told of a case is the same whether its model was reduced or not; only the counts are smaller. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { check } from "../../src/app/check.js";
import type { RunReport } from "../../src/report/reporter.js";

const SPEC = `
import { assert, cases, fails, holds, instances, invariant, param, spin_lock, spin_unlock, spinlock, thread } from "latchwork";
class Dev { lock = spinlock(); fast = false; hits = 0; log = 0; }
const broken = param("broken", false);
const devs = instances(Dev, 2);
thread("use", devs, (dev) => {
  spin_lock(dev.lock);
  if (dev.fast) dev.hits = 2;
  else dev.hits = 1;
  dev.log = dev.hits;
  spin_unlock(dev.lock);
});
thread("reset", devs, (dev) => {
  if (!broken) spin_lock(dev.lock);
  dev.hits = 0;
  assert(dev.hits === 0);
  if (!broken) spin_unlock(dev.lock);
});
invariant("small", () => devs.every((dev) => !dev.fast || dev.hits < 2));
export default cases({
  title: "reduced",
  good: { expect: holds(), why: "both take the lock" },
  bad: { broken: true, expect: fails("assert"), why: "one does not" },
});
`;

let root: string;
const reports = new Map<boolean, RunReport>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "latchwork-test-"));
  await mkdir(join(root, "specs"));
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, "specs/reduced.ts"), SPEC);
  for (const reduce of [true, false]) {
    const asked = { cwd: root, env: process.env, paths: [], casePatterns: [], settings: [], reduce };
    const request = { ...asked, engine: "tlc" as const };
    reports.set(
      reduce,
      await check({ ...request, tlcWorkers: 1, keep: false, coverage: true, strict: false }, {}),
    );
  }
});

afterAll(() => rm(root, { recursive: true, force: true }));

const told = (reduce: boolean) => reports.get(reduce)!;

it("the same verdicts of fewer states", () => {
  const verdicts = (reduce: boolean) =>
    told(reduce).cases.map(({ case: name, verdict, check: failed, steps }) => [
      name,
      verdict,
      failed,
      steps.accesses,
    ]);
  expect(verdicts(true)).toEqual(verdicts(false));
  const states = (reduce: boolean) =>
    told(reduce).cases.find(({ verdict }) => verdict === "holds")!.states!.distinct;
  expect(states(true)).toBeLessThan(states(false));
});

it("the same left unexplored: what a field that nobody writes rules out is still said", () => {
  expect(told(true).coverage).toEqual(told(false).coverage);
  const [found] = told(true).coverage!;
  expect(found!.unreached.map(({ line }) => line)).toEqual([8]);
  expect(found!.vacuous.map(({ invariant }) => invariant)).toEqual(["small"]);
  expect(found!.untaken).toEqual([]);
});

it("a counterexample in the words of the plain model", () => {
  const trace = (reduce: boolean) => told(reduce).cases.find(({ verdict }) => verdict === "violated")!.trace!;
  expect(trace(true).failure).toEqual(trace(false).failure);
  const paths = trace(true).steps.flatMap(({ reads }) => reads.map(({ path }) => path));
  expect(paths.some((path) => path.endsWith(".fast"))).toBe(true);
});
