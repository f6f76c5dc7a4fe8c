/** Hand-made reports for the tests of this folder; the XSA-336 run is the real one, statement by statement. */
import type { Span } from "../../src/base/span.js";
import type { CaseReport, Coverage, RunReport } from "../../src/report/reporter.js";
import type { Interleaving, InterleavingStep } from "../../src/trace/interleaving.js";

export const vpt = "specs/xen/vpt.ts";

export function spanAt(line: number, file = vpt): Span {
  return { file, line, column: 3, endLine: line, endColumn: 20 };
}

/** What a run says in which nothing was left unexplored. */
export const allExplored: Coverage = {
  unreached: [],
  branches: [],
  untaken: [],
  uncontended: [],
  vacuous: [],
};

type StepOptions = Partial<Omit<InterleavingStep, "n" | "thread" | "span" | "text">> & {
  readonly file?: string;
  /** The caller of `procedure`. */
  readonly within?: string;
};

/** A step with everything that the test leaves out filled in. */
export function step(
  n: number,
  thread: string,
  line: number,
  text: string,
  options: StepOptions = {},
): InterleavingStep {
  const { file, within, ...rest } = options;
  const procedures = [...(within === undefined ? [] : [within]), options.procedure ?? ""];
  const stack = procedures.map((procedure) => ({ procedure, span: spanAt(line, file) }));
  return {
    n,
    thread,
    procedure: "",
    stack,
    span: spanAt(line, file),
    text,
    kind: "step",
    reads: [],
    effects: [],
    ...rest,
  };
}

const adjust = "adjust pt0 to vcpu1";
const timer = "timer softirq of pt0";
const took = (lock: string) => ({ kind: "acquire", lock }) as const;
const dropped = (lock: string) => ({ kind: "release", lock }) as const;
const sees = (path: string, value: string) => ({ reads: [{ path, value }] });
const sets = (path: string, from: string, to: string) => ({ effects: [{ path, from, to }] });

/** Xen before XSA-336: pt_unlock reads pt->vcpu again and drops the lock of the wrong vCPU. */
export const xsa336: Interleaving = {
  threads: [
    { name: adjust, cpu: "CPU0" },
    { name: timer, cpu: "CPU1" },
  ],
  steps: [
    step(1, adjust, 41, "const v = pt.vcpu!;", {
      procedure: "pt_lock",
      within: "pt_adjust_vcpu",
      ...sees("pt0.vcpu", "vcpu0"),
    }),
    step(2, adjust, 42, "spin_lock(v.tm_lock);", {
      procedure: "pt_lock",
      within: "pt_adjust_vcpu",
      ...took("vcpu0.tm_lock"),
    }),
    step(3, adjust, 43, "if (pt.vcpu === v) return;", {
      procedure: "pt_lock",
      within: "pt_adjust_vcpu",
      ...sees("pt0.vcpu", "vcpu0"),
    }),
    step(4, adjust, 61, "const on_list = pt.on_list;", {
      procedure: "pt_adjust_vcpu",
      ...sees("pt0.on_list", "true"),
    }),
    step(5, adjust, 62, "if (on_list) list_del(pt.vcpu!.tm_list, pt);", {
      procedure: "pt_adjust_vcpu",
      ...sees("pt0.vcpu", "vcpu0"),
      ...sets("vcpu0.tm_list", "[pt0]", "[]"),
    }),
    step(6, adjust, 63, "pt.on_list = false;", {
      procedure: "pt_adjust_vcpu",
      ...sets("pt0.on_list", "true", "false"),
    }),
    step(7, adjust, 49, "spin_unlock(pt.vcpu!.tm_lock);", {
      procedure: "pt_unlock",
      within: "pt_adjust_vcpu",
      ...sees("pt0.vcpu", "vcpu0"),
      ...dropped("vcpu0.tm_lock"),
    }),
    step(8, timer, 41, "const v = pt.vcpu!;", {
      procedure: "pt_lock",
      within: "pt_timer_fn",
      ...sees("pt0.vcpu", "vcpu0"),
    }),
    step(9, adjust, 66, "spin_lock(v.tm_lock);", {
      procedure: "pt_adjust_vcpu",
      ...took("vcpu1.tm_lock"),
      effects: [{ path: "vcpu1.tm_lock.owner", from: "null", to: "CPU0", implied: true }],
    }),
    step(10, timer, 42, "spin_lock(v.tm_lock);", {
      procedure: "pt_lock",
      within: "pt_timer_fn",
      ...took("vcpu0.tm_lock"),
    }),
    step(11, timer, 43, "if (pt.vcpu === v) return;", {
      procedure: "pt_lock",
      within: "pt_timer_fn",
      ...sees("pt0.vcpu", "vcpu0"),
    }),
    step(12, adjust, 67, "pt.vcpu = v;", {
      procedure: "pt_adjust_vcpu",
      ...sets("pt0.vcpu", "vcpu0", "vcpu1"),
    }),
    step(13, timer, 81, "pt.pending++;", {
      procedure: "pt_timer_fn",
      ...sees("pt0.pending", "0"),
      ...sets("pt0.pending", "0", "1"),
    }),
    step(14, timer, 49, "spin_unlock(pt.vcpu!.tm_lock);", {
      procedure: "pt_unlock",
      within: "pt_timer_fn",
      ...sees("pt0.vcpu", "vcpu1"),
      ...dropped("vcpu1.tm_lock"),
      fails: true,
    }),
  ],
  failure: {
    check: "unlock-not-held",
    message:
      "CPU1 (timer softirq of pt0) releases vcpu1.tm_lock, which CPU0 (adjust pt0 to vcpu1) holds since step 9",
    span: spanAt(49),
  },
  explanation: { sentences: [] },
  blocked: [],
  initial: [
    { path: "pt0.vcpu", value: "vcpu0" },
    { path: "pt0.on_list", value: "true" },
    { path: "vcpu0.tm_list", value: "[pt0]" },
    { path: "vcpu1.tm_list", value: "[]" },
    { path: "vcpu0.tm_lock.owner", value: "null" },
    { path: "vcpu1.tm_lock.owner", value: "null" },
  ],
  contextSwitches: 5,
  contextSwitchesBefore: 8,
  stepsBefore: 19,
};

const domain = "specs/xen/mem_event.ts";

/** Two locks in two orders, in two files. */
export const abba: Interleaving = {
  threads: [
    { name: "hvm_create of vcpu0", cpu: "CPU0" },
    { name: "timer softirq", cpu: "CPU1" },
  ],
  steps: [
    step(1, "hvm_create of vcpu0", 12, "spin_lock(pt.lock);", {
      procedure: "create_periodic_time",
      ...took("pt0.lock"),
    }),
    step(2, "timer softirq", 77, "spin_lock(v.tm_lock);", {
      procedure: "pt_timer_fn",
      file: domain,
      ...took("vcpu0.tm_lock"),
    }),
  ],
  failure: { check: "deadlock", message: "no thread can move" },
  explanation: {
    sentences: [
      "CPU0 waits for vcpu0.tm_lock (vpt.ts:15); CPU1 has held it since step 2 (mem_event.ts:77).",
      "CPU1 waits for pt0.lock (mem_event.ts:78); CPU0 has held it since step 1 (vpt.ts:12).",
    ],
    cycle: [
      {
        thread: "hvm_create of vcpu0",
        span: spanAt(15),
        text: "spin_lock(pt.vcpu!.tm_lock);",
        waitingFor: "vcpu0.tm_lock",
        heldBy: "timer softirq",
        heldSince: 2,
      },
      {
        thread: "timer softirq",
        span: spanAt(78, domain),
        text: "spin_lock(pt.lock);",
        waitingFor: "pt0.lock",
        heldBy: "hvm_create of vcpu0",
        heldSince: 1,
      },
    ],
    scenario: [
      { thread: "hvm_create of vcpu0", text: "lock(pt0.lock);", n: 1 },
      { thread: "timer softirq", text: "lock(vcpu0.tm_lock);", n: 2 },
      { thread: "hvm_create of vcpu0", text: "lock(vcpu0.tm_lock);" },
      { thread: "timer softirq", text: "lock(pt0.lock);" },
    ],
  },
  blocked: [
    {
      thread: "hvm_create of vcpu0",
      span: spanAt(15),
      text: "spin_lock(pt.vcpu!.tm_lock);",
      waitingFor: "vcpu0.tm_lock",
      heldBy: ["timer softirq"],
      heldSince: 2,
    },
    {
      thread: "timer softirq",
      span: spanAt(78, domain),
      text: "spin_lock(pt.lock);",
      waitingFor: "pt0.lock",
      heldBy: ["hvm_create of vcpu0"],
      heldSince: 1,
    },
  ],
  initial: [
    { path: "pt0.lock.owner", value: "null" },
    { path: "vcpu0.tm_lock.owner", value: "null" },
  ],
  contextSwitches: 1,
  contextSwitchesBefore: 1,
  stepsBefore: 2,
};

/** A case that holds as expected, changed by `options`. */
export function caseReport(name: string, options: Partial<CaseReport> = {}): CaseReport {
  return {
    spec: vpt,
    case: name,
    expect: { kind: "holds" },
    verdict: "holds",
    asExpected: true,
    states: { generated: 40_211, distinct: 12_480, depth: 61 },
    steps: { accesses: 34, merged: 21 },
    seconds: 1.236,
    cached: false,
    coverage: allExplored,
    ...options,
  };
}

/** The known-bad design that fails as it should. */
export const beforeXsa336 = caseReport("before-xsa336", {
  expect: { kind: "fails", check: "unlock-not-held" },
  why: "pt_unlock() reads pt->vcpu again after pt_adjust_vcpu() may have changed it",
  verdict: "violated",
  check: "unlock-not-held",
  alsoFails: ["self-deadlock"],
  message: xsa336.failure.message,
  states: { generated: 1_804, distinct: 733, depth: 15 },
  seconds: 0.418,
  trace: xsa336,
});

export function runReport(...cases: readonly CaseReport[]): RunReport {
  return {
    schemaVersion: 1,
    tool: { name: "latchwork", version: "0.1.0" },
    engine: { name: "tlc", version: "2.19", jar: { source: "cache", sha256: "936a2620" }, java: "17.0.13" },
    cases,
  };
}

/** One of each outcome, over two specs. */
const mixedCases = runReport(
  beforeXsa336,
  caseReport("pt-migrate"),
  caseReport("split", {
    verdict: "violated",
    check: "deadlock",
    asExpected: false,
    why: "the merged fix drops pt_migrate on the hot path",
    message: abba.failure.message,
    states: { generated: 88, distinct: 51, depth: 7 },
    seconds: 0.31,
    trace: abba,
  }),
  caseReport("no-recheck", {
    expect: { kind: "fails", check: "list-changed-under-walk" },
    why: "the walk does not hold tm_lock",
    asExpected: false,
    coverage: { ...allExplored, unreached: [spanAt(91), spanAt(92)] },
  }),
  caseReport("cached", {
    cached: true,
    seconds: 0.002,
    coverage: { ...allExplored, unreached: [70, 71, 72, 73, 74, 75].map((line) => spanAt(line)) },
  }),
  caseReport("large", {
    spec: domain,
    verdict: "inconclusive",
    asExpected: false,
    message: "the time limit of 60 s was reached after 41,000,000 distinct states",
    states: { generated: 180_000_123, distinct: 41_000_000, depth: 212 },
    seconds: 60.04,
    diagnostics: [
      {
        code: "LW1801",
        message: "TLC was stopped after 60 s",
        help: "raise --timeout or lower a param of the case",
      },
    ],
  }),
  (({ states: _, ...rest }) => rest)(
    caseReport("refused", {
      spec: domain,
      verdict: "error",
      asExpected: false,
      message: "the spec was refused",
      seconds: 0.01,
      diagnostics: [
        {
          code: "LW1042",
          span: { file: domain, line: 2, column: 3, endLine: 2, endColumn: 24 },
          message: "`setTimeout` is not part of the language",
          why: "a spec is read and never executed",
          help: "use thread(...) with a timer from the library",
        },
      ],
    }),
  ),
);

/** The same run, strict: what no case explored is told at the end, spec by spec. */
export const mixedRun: RunReport = {
  ...mixedCases,
  coverage: [
    {
      ...allExplored,
      spec: vpt,
      unreached: [70, 71, 72, 73, 74, 75, 91, 92].map((line) => spanAt(line)),
      branches: [{ span: spanAt(90), side: "true" }],
      uncontended: ["vcpu0.tm_lock", "vcpu1.tm_lock"],
      untaken: ["pt0.lock"],
      vacuous: [{ invariant: "a listed timer is on its vCPU's list", span: spanAt(120) }],
    },
    {
      ...allExplored,
      spec: domain,
      unreached: [{ file: domain, line: 2, column: 3, endLine: 2, endColumn: 25 }],
    },
  ],
  strict: true,
};

export const source = "function wait_for_page() {\n  setTimeout(tick, 100);\n}\n";

/** Drives the reporter as the app does and returns what it wrote. */
export function written(
  factory: typeof import("../../src/report/terminal.js").terminalReporter,
  run: RunReport,
  width = 100,
  colour = false,
  folder?: string,
): string {
  let text = "";
  const readSource = (file: string) => (file === domain ? source : undefined);
  const reporter = factory(
    { colour, width, readSource, ...(folder === undefined ? {} : { folder }) },
    (chunk) => {
      text += chunk;
    },
  );
  reporter.onRunStart?.(run.cases);
  for (const report of run.cases) reporter.onCaseEnd?.(report);
  reporter.onRunEnd?.(run);
  return text;
}
