/** The HTML report before a browser sees it: what its data says, and that nothing in it can act. test/browser has the rest. */
import { createHash } from "node:crypto";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { holdingsAt, memoryAt } from "../../src/report/html/client/memory.js";
import { formatRoute, parseRoute } from "../../src/report/html/client/route.js";
import { edgesAt, thingsOf } from "../../src/report/html/client/waiting.js";
import { htmlPage } from "../../src/report/html/page.js";
import { pageData } from "../../src/report/html/page-data.js";
import { runData } from "../../src/report/html/run-data.js";
import type { ReporterContext } from "../../src/report/reporter.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { abba, caseReport, mixedRun, runReport, spanAt, step, vpt, xsa336 } from "./samples.js";

const context = (files: Readonly<Record<string, string>> = {}): ReporterContext => ({
  colour: false,
  width: 100,
  readSource: (file) => (Object.hasOwn(files, file) ? files[file] : undefined),
});
const client = { script: "let a = 1;", style: "b {}" };

describe("the data", () => {
  test("says of each case what the terminal says", () => {
    const { cases, counts, isGood, unexplored, strict } = pageData(mixedRun, context());
    expect(counts).toContain("NOT as expected");
    expect(isGood).toBe(false);
    expect(strict).toContain("NOT explored");
    expect(cases.map(({ mark, verdict, states }) => [mark, verdict, states])).toEqual([
      ["✔", "fails by unlock-not-held", "733"],
      ["✔", "holds", "12,480"],
      ["✖", "fails by deadlock", "51"],
      ["✖", "holds", "12,480"],
      ["✔", "holds", "12,480"],
      ["!", "inconclusive", "41,000,000"],
      ["!", "error", ""],
    ]);
    expect(unexplored[0]?.findings.length).toBeGreaterThan(10);
  });

  test("a name that two specs give to a case is told apart in addresses", () => {
    const run = runReport(caseReport("sc"), caseReport("sc", { spec: "specs/b.ts" }), caseReport("tso"));
    expect(pageData(run, context()).cases.map(({ id }) => id)).toEqual([`${vpt}:sc`, "specs/b.ts:sc", "tso"]);
  });

  test("a reason stands where one thread leaves off, and what does not matter is set aside", () => {
    const steps = xsa336.steps.map((each) => ({
      ...each,
      essential: each.n > 7,
      switchReason: `reason ${each.n}`,
    }));
    const told = runData({ ...xsa336, steps }).steps;
    expect(told.filter(({ switchReason }) => switchReason !== undefined).map(({ n }) => n)).toEqual([
      8, 9, 10, 12, 13,
    ]);
    expect(told.filter(({ isEssential }) => !isEssential).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(told.flatMap(({ notes }) => notes).filter(({ text }) => text.includes("reason"))).toEqual([]);
  });

  test("what changed against a base is there", () => {
    const base = runReport(caseReport("a"));
    const run = runReport(caseReport("a", { verdict: "violated", check: "deadlock", asExpected: false }));
    const { changes } = pageData(run, { ...context(), base });
    expect(changes).toEqual([
      { what: `${vpt} › a`, kind: "verdict", from: "holds", to: "fails by deadlock" },
    ]);
  });
});

describe("sources", () => {
  const at = (file: string): Interleaving => ({
    ...abba,
    steps: [step(1, abba.threads[0]!.name, 1, "x = 1;", { file })],
    failure: { check: "deadlock", message: "" },
    blocked: [],
  });
  const sources = (file: string, text = "  x = 1;\n") =>
    pageData(
      runReport(caseReport("a", { verdict: "violated", trace: at(file) })),
      context({ [file]: text }),
    ).sources.map(({ hasChanged, lines }) => ({ hasChanged, lines }));

  test("those that a counterexample cites", () => {
    expect(sources("specs/a.ts")).toEqual([{ hasChanged: false, lines: ["  x = 1;", ""] }]);
    expect(sources("latchwork/spinlock.ts")).toHaveLength(1);
    expect(pageData(runReport(caseReport("a")), context({ [vpt]: "text" })).sources).toEqual([]);
  });

  test.each([
    "/etc/passwd.ts",
    "../../secret.ts",
    "specs/../../secret.ts",
    "C:\\secret.ts",
    "\\\\server\\secret.ts",
    ".env",
    ".npmrc",
    "specs/key.pem",
  ])("a report that somebody else made gets nothing else out of this machine: %s", (file) => {
    expect(sources(file)).toEqual([]);
  });

  test("a file that is not as it was checked is said to be so", () => {
    expect(sources("specs/a.ts", "  y = 2;\n")[0]?.hasChanged).toBe(true);
    expect(sources("specs/a.ts", "")[0]?.hasChanged).toBe(true);
  });
});

describe("what a spec says cannot act", () => {
  const attack = `</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>\u202e\u0000\u001b[2J\u2028"'&`;
  const trace: Interleaving = {
    ...abba,
    threads: [{ name: attack, cpu: attack }],
    steps: [
      step(1, attack, 1, attack, {
        file: attack,
        reads: [{ path: "__proto__", value: attack }],
        fails: true,
      }),
    ],
    failure: { check: attack, message: attack, span: spanAt(1, attack) },
    explanation: { sentences: [attack], scenario: [{ thread: attack, text: attack }] },
    blocked: [{ ...abba.blocked[0]!, thread: attack, text: attack, waitingFor: attack, heldBy: [attack] }],
    initial: [{ path: "__proto__", value: attack }],
  };
  const hostile = caseReport(attack, {
    spec: attack,
    why: attack,
    message: attack,
    check: attack,
    verdict: "violated",
    trace,
    diagnostics: [{ code: attack, message: attack, help: attack }],
  });
  const data = pageData(runReport(hostile), context({ [attack]: attack }));
  const page = htmlPage(data, client);

  test("it ends no element, and begins none", () => {
    const inside =
      /<script type="application\/json" id="data">(.*)<\/script>\n<script>/s.exec(page)?.[1] ?? "";
    expect(inside).not.toContain("<");
    expect(JSON.parse(inside)).toEqual(JSON.parse(JSON.stringify(data)));
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  test("nothing in it steers the eye", () => {
    expect(JSON.stringify(data)).not.toMatch(/\\u00(00|1b)|[\u202e\u2028\p{Cc}]/u);
  });

  test("only the client runs, and nothing is loaded", () => {
    const hash = createHash("sha256").update(client.script).digest("base64");
    expect(page).toContain(`default-src 'none'; script-src 'sha256-${hash}';`);
    expect(page).not.toMatch(/unsafe|https?:/);
  });

  test("a client that would end its own element is refused", () => {
    expect(() => htmlPage(data, { ...client, script: 'x = "</script>";' })).toThrow("cannot stand inside");
  });
});

describe("stepping", () => {
  const run = runData(xsa336);

  test("memory is what was there first, with the changes up to the step", () => {
    for (let position = 0; position <= run.steps.length; position++) {
      const expected = new Map(xsa336.initial.map(({ path, value }) => [path, value]));
      for (const { effects } of xsa336.steps.slice(0, position)) {
        for (const { path, to } of effects) expected.set(path, to);
      }
      expect(new Map(memoryAt(run, position).map(({ path, value }) => [path, value]))).toEqual(expected);
    }
    expect(memoryAt(run, 12).filter(({ before }) => before !== undefined)).toEqual([
      { path: "pt0.vcpu", value: "vcpu1", before: "vcpu0" },
    ]);
  });

  test("a lock is held from its taking to its dropping, and one that fails to be dropped is held still", () => {
    expect(holdingsAt(run, 0)).toEqual([]);
    expect(holdingsAt(run, 2)).toEqual([{ lock: "vcpu0.tm_lock", lane: 0, since: 2 }]);
    expect(holdingsAt(run, 7)).toEqual([]);
    const end = holdingsAt(run, 14).map(({ lock, lane }) => [lock, lane]);
    expect(end).toEqual([
      ["vcpu1.tm_lock", 0],
      ["vcpu0.tm_lock", 1],
    ]);
  });

  test("two locks in two orders are a circle at the end, and no wait is shown before", () => {
    const deadlock = runData(abba);
    expect(thingsOf(deadlock)).toEqual(["pt0.lock", "vcpu0.tm_lock"]);
    expect(edgesAt(deadlock, 1)).toEqual([{ kind: "holds", lane: 0, thing: 0, since: 1 }]);
    expect(edgesAt(deadlock, 2)).toEqual([
      { kind: "holds", lane: 0, thing: 0, since: 1 },
      { kind: "holds", lane: 1, thing: 1, since: 2 },
      { kind: "waits", lane: 0, thing: 1 },
      { kind: "waits", lane: 1, thing: 0 },
    ]);
  });

  property.prop([fc.string({ minLength: 1, unit: "grapheme" }), fc.option(fc.nat(999_999_999))])(
    "an address leads back to what it was made of",
    (id, step) => {
      const route = step === null ? { id } : { id, step };
      expect(parseRoute(formatRoute(route))).toEqual(route);
    },
  );

  test.each(["", "#", "#/", "#a/b", "#%", "#a/1/2"])("an address that names nothing: %j", (hash) => {
    expect(parseRoute(hash)).toBeUndefined();
  });
});
