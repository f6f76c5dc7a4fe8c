import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../src/report/reporter.js";
import { failsStrict } from "../../src/report/strict.js";
import { terminalReporter } from "../../src/report/terminal.js";
import {
  abba,
  beforeXsa336,
  caseReport,
  mixedRun,
  runReport,
  spanAt,
  step,
  written,
  xsa336,
} from "./samples.js";

const shown = (run: RunReport, width = 100) => written(terminalReporter, run, width);
const threads = ["vcpu0 context", "vcpu1 context", "timer softirq", "migration of pt0 to another vCPU"];

/** A run of `many` threads that take and drop one lock in turn. */
function takingTurns(many: number) {
  const names = threads.slice(0, many);
  const steps = names.flatMap((name, index) => [
    step(2 * index + 1, name, 10, "spin_lock(vcpu.domain!.arch.hvm.pl_time.lock);", {
      kind: "acquire",
      lock: "dom0.lock",
      procedure: "hvm_get_guest_time",
    }),
    step(2 * index + 2, name, 11, "return vcpu.stime_offset + now;", {
      procedure: "hvm_get_guest_time",
      reads: [{ path: `vcpu${index}.stime_offset`, value: "0" }],
      fails: index === many - 1,
    }),
  ]);
  const trace = {
    threads: names.map((name, index) => ({ name, cpu: `CPU${index}` })),
    steps,
    failure: { check: "assert", message: "the assertion `offset > 0` does not hold" },
    explanation: { sentences: [] },
    blocked: [],
    initial: [],
    contextSwitches: many - 1,
    contextSwitchesBefore: many - 1,
    stepsBefore: 2 * many,
  };
  return runReport({ ...beforeXsa336, alsoFails: [], check: "assert", trace });
}

describe("golden output", () => {
  test.each([60, 80, 100, 200])("XSA-336 alone at width %i", async (width) => {
    await expect(shown(runReport(beforeXsa336), width)).toMatchFileSnapshot(`golden/xsa336-${width}.txt`);
  });

  test.each([60, 100])("a run with every outcome at width %i", async (width) => {
    await expect(shown(mixedRun, width)).toMatchFileSnapshot(`golden/mixed-${width}.txt`);
  });

  test.each([1, 2, 3, 4])("%i threads at width 100", async (many) => {
    await expect(shown(takingTurns(many))).toMatchFileSnapshot(`golden/threads-${many}.txt`);
  });

  test("a loop that repeats for ever", async () => {
    const trace = {
      ...xsa336,
      lasso: 10,
      failure: { check: "never_stuck", message: "vcpu0.tm_lock is never dropped" },
    };
    const run = runReport({ ...beforeXsa336, check: "never_stuck", trace });
    await expect(shown(run)).toMatchFileSnapshot("golden/lasso-100.txt");
  });
});

test("all as expected: lines and one sentence", () => {
  const run = runReport(
    caseReport("pt-migrate"),
    caseReport("split", { seconds: 12.31 }),
    caseReport("slow", { seconds: 1204 }),
  );
  expect(shown(run)).toMatchInlineSnapshot(`
    "specs/xen/vpt.ts
      ✔ pt-migrate  holds                     as expected     12,480 states    depth 61    1.24 s
      ✔ split       holds                     as expected     12,480 states    depth 61    12.3 s
      ✔ slow        holds                     as expected     12,480 states    depth 61    1204 s

    3 cases: 3 as expected (3 hold)
    "
  `);
});

test("one case that holds", () => {
  expect(shown(runReport(caseReport("pt-migrate")))).toMatchInlineSnapshot(`
    "specs/xen/vpt.ts
      ✔ pt-migrate  holds                     as expected     12,480 states    depth 61    1.24 s

    1 case: 1 as expected (1 holds)
    "
  `);
});

test("nothing to check is no success", () => {
  expect(shown(runReport())).toMatchInlineSnapshot(`
    "0 cases: nothing was checked
    "
  `);
});

test("a thread's own code is told from the procedure it left", () => {
  const steps = [
    step(1, "t", 1, "a();", { procedure: "f" }),
    step(2, "t", 2, "b++;"),
    step(3, "t", 3, "c++;", {
      procedure: "x",
      stack: ["k", "g", "h", "f", "x"].map((procedure) => ({ procedure, span: spanAt(3) })),
    }),
  ];
  const trace = { ...xsa336, threads: [{ name: "t", cpu: "CPU0" }], steps };
  expect(
    shown(runReport({ ...beforeXsa336, trace }))
      .split("\n")
      .slice(8, 17),
  ).toMatchInlineSnapshot(`
    [
      "              CPU0",
      "              t",
      "  step  line  ----",
      "              f()",
      "     1     1    a();",
      "              (thread body)",
      "     2     2    b++;",
      "              … > h() > f() > x()",
      "     3     3    c++;",
    ]
  `);
});

test("files that share a basename are cited in full, cut at the left", () => {
  const steps = [
    step(1, "t", 1, "a();", { file: "specs/xen/a/very/long/way/down/to/lock.ts" }),
    step(2, "t", 2, "b();", { file: "specs/kvm/lock.ts" }),
  ];
  const trace = { ...xsa336, threads: [{ name: "t", cpu: "CPU0" }], steps };
  expect(
    shown(runReport({ ...beforeXsa336, trace }))
      .split("\n")
      .slice(6, 11),
  ).toMatchInlineSnapshot(`
    [
      "                                   CPU0",
      "                                   t",
      "  step  line                       ----",
      "     1  …ng/way/down/to/lock.ts:1    a();",
      "     2  specs/kvm/lock.ts:2          b();",
    ]
  `);
});

test("cases that end out of order are told in order, each as soon as it can be", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => caseReport(name)) as [
    typeof beforeXsa336,
    typeof beforeXsa336,
    typeof beforeXsa336,
  ];
  const chunks: string[] = [];
  const reporter = terminalReporter({ colour: false, width: 100, readSource: () => undefined }, (text) =>
    chunks.push(text),
  );
  const names = () => chunks.join("").match(/✔ \w/g) ?? [];
  reporter.onRunStart?.([a, b, c]);
  reporter.onCaseEnd?.(b);
  expect(names()).toEqual([]);
  reporter.onCaseEnd?.(a);
  expect(names()).toEqual(["✔ a", "✔ b"]);
  reporter.onCaseEnd?.(c);
  expect(names()).toEqual(["✔ a", "✔ b", "✔ c"]);
});

test("an interrupted run tells every case that ended", () => {
  let text = "";
  const reporter = terminalReporter({ colour: false, width: 100, readSource: () => undefined }, (chunk) => {
    text += chunk;
  });
  reporter.onRunStart?.([caseReport("never-ended"), caseReport("ended")]);
  reporter.onCaseEnd?.(caseReport("ended"));
  reporter.onRunEnd?.(runReport(caseReport("ended")));
  expect(text).toContain("✔ ended");
});

test("the command to copy is quoted for a shell", () => {
  const spec = "specs/it's here.ts";
  const run = runReport(
    caseReport("a b", { spec, asExpected: false, verdict: "violated", trace: abba }),
    caseReport("c"),
  );
  expect(shown(run)).toContain(`latchwork check 'specs/it'\\''s here.ts' --case 'a b'\n`);
});

test("colour changes nothing but colour", () => {
  const coloured = written(terminalReporter, mixedRun, 100, true);
  expect(coloured).not.toBe(shown(mixedRun));
  expect(stripVTControlCharacters(coloured)).toBe(shown(mixedRun));
});

test("a strict run fails for what is not known, too", () => {
  const { coverage: _, ...unmeasured } = caseReport("pt-migrate");
  const run = { ...runReport(caseReport("split"), unmeasured), strict: true };
  expect(failsStrict(run)).toBe(true);
  expect(shown(run)).toContain("what 1 case explored is NOT known");
  expect(failsStrict({ ...runReport(caseReport("split")), strict: true, coverage: [] })).toBe(false);
});
