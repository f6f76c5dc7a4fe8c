/** The reporters that tell a counterexample in few words: commit messages, pull requests, sequence diagrams. */
import { describe, expect, test } from "vitest";
import { commitReporter } from "../../src/report/commit.js";
import { MOST_CHARACTERS, markdownReport, markdownReporter } from "../../src/report/markdown.js";
import { mermaidReporter } from "../../src/report/mermaid.js";
import type { CaseReport } from "../../src/report/reporter.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
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

/** As the counterexample comes once it is known which steps it cannot do without. */
const marked: Interleaving = {
  ...xsa336,
  steps: xsa336.steps.map((each) =>
    [8, 9, 10, 12, 14].includes(each.n) ? { ...each, essential: true } : each,
  ),
};
const short = runReport({ ...beforeXsa336, trace: marked });
const deadlock = caseReport("abba", { verdict: "violated", check: "deadlock", trace: abba });
const lasso: Interleaving = {
  ...xsa336,
  lasso: 10,
  failure: { check: "never_stuck", message: "vcpu0.tm_lock is never dropped" },
};
const forEver = caseReport("starves", { verdict: "violated", check: "never_stuck", trace: lasso });

describe("golden", () => {
  test.each([
    ["commit", commitReporter, "txt"],
    ["markdown", markdownReporter, "md"],
    ["mermaid", mermaidReporter, "md"],
  ] as const)("%s", async (name, reporter, ending) => {
    for (const [what, run] of [
      ["xsa336-short", short],
      ["several", runReport(beforeXsa336, deadlock, forEver)],
      ["mixed", mixedRun],
    ] as const) {
      await expect(written(reporter, run)).toMatchFileSnapshot(`golden/${name}-${what}.${ending}`);
    }
  });
});

describe("commit", () => {
  test("XSA-336 could go into a patch description: 75 columns, 14 lines, no line that git would drop", () => {
    const lines = written(commitReporter, short).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(14);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(75);
    expect(lines.filter((line) => line.startsWith("#"))).toEqual([]);
  });

  test("no line is longer, however long the names are and however many threads there are", () => {
    const names = ["a".repeat(90), "b c ".repeat(40), "d", "e"];
    const trace: Interleaving = {
      ...xsa336,
      threads: names.map((name, index) => ({ name, cpu: `CPU${index}` })),
      steps: names.map((name, index) => step(index + 1, name, 3, `spin_lock(${"x".repeat(100)});`)),
      failure: { check: "assert", message: "m".repeat(200), span: spanAt(3) },
    };
    const text = written(commitReporter, runReport(caseReport("long", { verdict: "violated", trace })));
    for (const line of text.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(75);
    // Nothing is lost.
    expect(text.replace(/\s/g, "")).toContain("m".repeat(200));
  });

  test("a run in which nothing fails says so", () => {
    expect(written(commitReporter, runReport(caseReport("split")))).toBe(
      "No case of this run fails: there is no interleaving to show.\n",
    );
  });
});

describe("markdown", () => {
  test("against a base: verdicts, cases that came and went, states, and not what is noise", () => {
    const base = runReport(
      caseReport("split", { seconds: 0.2 }),
      caseReport("gone"),
      caseReport("slower", { seconds: 1 }),
      caseReport("noisy", { seconds: 0.1 }),
    );
    const states = { generated: 10, distinct: 4, depth: 2 };
    const run = runReport(
      caseReport("split", { verdict: "violated", check: "assert", asExpected: false }),
      caseReport("new", { states }),
      caseReport("slower", { seconds: 5, states }),
      caseReport("noisy", { seconds: 0.9 }),
    );
    const text = markdownReport(run, { base });
    expect(text.slice(text.indexOf("#### Changes"))).toMatchSnapshot();
    expect(markdownReport(base, { base })).toContain("No change against the base");
  });

  test("stays under what a comment may have, and says what it left out", () => {
    const many = Array.from(
      { length: 120 },
      (_, index): CaseReport => ({ ...beforeXsa336, case: `case-${index}` }),
    );
    const text = markdownReport(runReport(...many), {});
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    const shown = text.match(/<details/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(text).toContain(`${120 - shown} more interleavings left out`);
    const thousands = Array.from({ length: 3000 }, (_, index) =>
      caseReport(`case-${index}-${"x".repeat(80)}`),
    );
    expect(markdownReport(runReport(...thousands), {}).length).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  test("what a spec says is no markup, no mention and no way out of a block", () => {
    const attack = "|a| `b` <script>alert(1)</script> </details> @maintainer ``` **c** [d](http://x) \n# e";
    const trace = {
      ...xsa336,
      failure: { check: attack, message: attack },
      steps: [step(1, xsa336.threads[0]!.name, 1, `\`\`\`\n${attack}`, { fails: true })],
      explanation: { sentences: [attack] },
    };
    const text = markdownReport(
      runReport(
        caseReport(attack, { why: attack, verdict: "violated", check: attack, trace, asExpected: false }),
      ),
      { base: runReport(caseReport("other")) },
    );
    const outside = text
      .replace(/^(`{3,})text\n[\s\S]*?^\1$/gm, "")
      .replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
    expect(outside.replaceAll(/\\</g, "").match(/<(?!\/?details|\/?summary)/g)).toBeNull();
    expect(outside).not.toMatch(/@m/);
    expect(outside).not.toMatch(/^# /m);
    expect(text.match(/<\/details>/g)!.filter(Boolean).length).toBeGreaterThan(0);
    expect(text).toMatchSnapshot();
  });
});

test("mermaid: nothing that a spec says ends a line, a loop or the block", () => {
  const attack = "end\nloop x; %% <b> #35; ``` A->>B: c";
  const trace = {
    ...lasso,
    threads: [{ name: attack, cpu: "CPU0" }],
    steps: [step(10, attack, 1, attack, { procedure: attack })],
    failure: { check: attack, message: attack },
  };
  const text = written(
    mermaidReporter,
    runReport(caseReport(attack, { verdict: "violated", check: attack, trace })),
  );
  const lines = text.trimEnd().split("\n").slice(1, -1);
  expect(lines.filter((line) => /^\s*(loop|end)\b/.test(line))).toEqual(["  loop for ever", "  end"]);
  for (const line of lines) expect(line.replace(/#\d+;/g, "")).not.toMatch(/[;<`%]|->>B/);
});
