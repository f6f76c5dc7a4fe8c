/** What a run says it did not explore, and what --strict makes of that. */
import { afterEach, expect, test } from "vitest";
import { runReportSchema } from "../../src/report/schema.js";
import { Project } from "../support/command.js";

let project: Project;
afterEach(() => project?.remove());

const HEAD = `import { cases, holds, fails, invariant, param, spin_lock, spin_unlock, spinlock, thread, unreachable } from "latchwork";
`;

/** Holds because the interesting part never runs: nobody sets `armed`. */
const wishful = `${HEAD}
const rounds = param("rounds", 2);
const lock = spinlock();
const spare = spinlock();
let armed = false;
let fired = 0;

function handler() {
  if (armed) {
    spin_lock(spare);
    fired++;
    spin_unlock(spare);
  }
}

thread("timer", () => {
  let n = 0;
  while (n < rounds) {
    spin_lock(lock);
    handler();
    spin_unlock(lock);
    n++;
  }
});

invariant("fired only when armed", () => !(fired === 1) || armed);

export default cases({
  title: "a handler that never runs",
  wishful: { expect: holds(), why: "nobody arms it" },
});
`;

const WISHFUL = [
  "specs/timer.ts: not explored by any case of this run",
  "  lock     spare is never taken",
  "  lock     lock is never contended",
  "  line 10  `armed` is never true",
  "  line 11  `spin_lock(spare);` is never reached",
  "  line 12  `fired++;` is never reached",
  "  line 13  `spin_unlock(spare);` is never reached",
  '  line 27  invariant "fired only when armed" is never put to the test: its premise never holds',
  "",
];

test("dead code, a lock that nobody waits for and an invariant without a premise are told", async () => {
  project = new Project({ "specs/timer.ts": wishful });
  const { exitCode, stdout } = await project.run([
    "--reporter",
    "default,json",
    "--output-file",
    "json=r.json",
  ]);
  expect(stdout).toContain(WISHFUL.join("\n"));
  expect(exitCode).toBe(0);
  const strict = await project.run(["--strict", "--reporter", "json"]);
  const report = runReportSchema.parse(JSON.parse(strict.stdout));
  expect(strict.exitCode).toBe(1);
  expect(report).toMatchObject({
    strict: true,
    cases: [{ verdict: "holds", asExpected: true, coverage: { untaken: ["spare"], uncontended: ["lock"] } }],
    coverage: [
      {
        spec: "specs/timer.ts",
        unreached: [{ line: 11 }, { line: 12 }, { line: 13 }],
        branches: [{ span: { line: 10 }, side: "true" }],
        vacuous: [{ invariant: "fired only when armed" }],
      },
    ],
  });
});

test("several workers of TLC see together what one sees", async () => {
  project = new Project({ "specs/timer.ts": wishful });
  const read = async (workers: string) => {
    const { stdout } = await project.run([
      "--reporter",
      "json",
      "--tlc-workers",
      workers,
      "--set",
      "rounds=9",
    ]);
    return runReportSchema.parse(JSON.parse(stdout)).coverage;
  };
  expect(await read("2")).toEqual(await read("1"));
});

test("--no-coverage looks for nothing; files of the watch are not kept in generated/", async () => {
  project = new Project({ "specs/timer.ts": wishful });
  const { exitCode, stdout } = await project.run(["--no-coverage"]);
  expect(stdout).not.toContain("not explored");
  expect(exitCode).toBe(0);
  expect(project.files().filter((name) => name.startsWith("generated/"))).toHaveLength(3);
  const both = await project.run(["--no-coverage", "--strict"]);
  expect(both.exitCode).toBe(2);
});

/** `extra` is what one case explores and another does not. */
const designs = (cases: string, body = "") => `${HEAD}
const contended = param("contended", true);
const lock = spinlock();
let owners = 0;

function work() {
  spin_lock(lock);
  owners++;
  owners--;
  ${body}
  spin_unlock(lock);
}

thread("one", () => work());
if (contended) thread("two", () => work());

export default cases({
  title: "designs",
${cases}
});
`;

test("what another case explores is explored, also by a case that fails", async () => {
  const cases = `
  both: { expect: holds(), why: "two threads" },
  alone: { contended: false, expect: holds(), why: "one thread" },`;
  project = new Project({ "specs/designs.ts": designs(cases) });
  const all = await project.run(["--strict"]);
  expect(all.stdout).not.toContain("not explored");
  expect(all.exitCode).toBe(0);
  const one = await project.run(["--strict", "--case", "alone"]);
  expect(one.stdout).toContain("lock is never contended");
  expect(one.stdout).toContain("1 NOT explored");
  expect(one.exitCode).toBe(1);
});

test("a spec says what it leaves out on purpose: in the code, and for a whole case", async () => {
  const cases = `
  both: { expect: holds(), why: "two threads" },
  alone: { contended: false, uncovered: "one thread cannot contend", expect: holds(), why: "one thread" },`;
  const body = 'if (owners !== 0) unreachable("the count is even under the lock");';
  project = new Project({ "specs/designs.ts": designs(cases, body) });
  const both = await project.run(["--strict"]);
  expect(both.stdout).not.toContain("not explored");
  expect(both.exitCode).toBe(0);
  const alone = await project.run(["--strict", "--case", "alone"]);
  expect(alone.exitCode).toBe(0);
});

test("who comes to unreachable fails", async () => {
  const cases = `
  both: { expect: fails("assert"), why: "both count" },`;
  project = new Project({ "specs/designs.ts": designs(cases, 'if (owners === 0) unreachable("or so");') });
  const { stdout, exitCode } = await project.run([]);
  expect(stdout).toContain("fails by assert");
  expect(stdout).toContain("or so");
  expect(exitCode).toBe(0);
});
