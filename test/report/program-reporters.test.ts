/** The reporters whose documents programs read: JUnit, SARIF, workflow commands; each by what its readers demand. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { create } from "xmlbuilder2";
import { githubReporter } from "../../src/report/github.js";
import { junitReporter } from "../../src/report/junit.js";
import { sarifLog, sarifReporter } from "../../src/report/sarif.js";
import { abba, beforeXsa336, caseReport, mixedRun, runReport, step, written, xsa336 } from "./samples.js";

const surprise = { ...beforeXsa336, asExpected: false, expect: { kind: "holds" } as const };
const attack = "a\u001b[2J\u0000b %0A::error::x, y: \"<&'>]]> \u202e\r\n::warning::z";
const hostile = caseReport(attack, {
  spec: attack,
  verdict: "violated",
  check: attack,
  asExpected: false,
  message: attack,
  trace: {
    ...xsa336,
    threads: [{ name: attack, cpu: attack }],
    steps: [
      step(1, attack, 1, attack, {
        file: attack,
        fails: true,
        effects: [{ path: attack, from: "", to: attack }],
      }),
    ],
    failure: { check: attack, message: attack },
    explanation: { sentences: [attack] },
  },
});

describe("junit", () => {
  test("golden", async () => {
    await expect(written(junitReporter, mixedRun)).toMatchFileSnapshot("golden/junit-mixed.xml");
  });

  test("what is as expected passes, a surprise fails, and no verdict is an error", () => {
    const text = written(junitReporter, mixedRun);
    const wrong = mixedRun.cases.filter(({ asExpected }) => !asExpected);
    const undecided = wrong.filter(({ verdict }) => verdict === "error" || verdict === "inconclusive");
    expect(text.match(/<failure /g) ?? []).toHaveLength(wrong.length - undecided.length);
    expect(text.match(/<error /g) ?? []).toHaveLength(undecided.length);
    expect(text).toContain(`tests="${mixedRun.cases.length}"`);
  });

  test("any text makes a document that a parser reads", () => {
    const text = written(junitReporter, runReport(hostile));
    const read = create(text).end({ format: "object" }) as Record<string, never>;
    expect(Object.keys(read)).toContain("testsuites");
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe("sarif", () => {
  const schema = createRequire(import.meta.url).resolve(
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  );
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const {
    $schema: _,
    id: __,
    ...rules
  } = JSON.parse(readFileSync(schema, "utf8")) as Record<string, unknown>;
  const validate = ajv.compile(rules);

  test.each([
    ["nothing to say", runReport(caseReport("split"))],
    ["every outcome", mixedRun],
    ["a surprise", runReport(surprise)],
    ["hostile words", runReport(hostile)],
  ])("%s is valid", (_name, run) => {
    validate(JSON.parse(written(sarifReporter, run)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("the schema notices", () => {
    const log = sarifLog(runReport(surprise));
    expect(validate({ ...log, version: "2.0.0" })).toBe(false);
    const [run] = log.runs;
    expect(validate({ ...log, runs: [{ ...run, results: [{ level: "bad" }] }] })).toBe(false);
  });

  test("one location a step, in order, at the line of the step", () => {
    const [result] = sarifLog(runReport(surprise)).runs[0]?.results ?? [];
    const locations = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(locations.map(({ executionOrder }) => executionOrder)).toEqual(xsa336.steps.map(({ n }) => n));
    expect(locations.map(({ location }) => location?.physicalLocation?.region?.startLine)).toEqual(
      xsa336.steps.map(({ span }) => span.line),
    );
    expect(result?.locations?.[0]?.physicalLocation?.region?.startLine).toBe(49);
    expect(result?.ruleId).toBe("unlock-not-held");
  });

  test("a known-bad design that fails as it should is no alert", () => {
    expect(sarifLog(runReport(beforeXsa336)).runs[0]?.results).toEqual([]);
  });

  test("the same finding has the same fingerprint when its lines have moved", () => {
    const moved = {
      ...surprise,
      trace: { ...xsa336, failure: { ...xsa336.failure, span: { ...xsa336.failure.span!, line: 99 } } },
    };
    const prints = [surprise, moved].map(
      (report) => sarifLog(runReport(report)).runs[0]?.results?.[0]?.partialFingerprints,
    );
    expect(prints[0]).toEqual(prints[1]);
  });
});

describe("github", () => {
  test("a surprise is an annotation at the line that fails", () => {
    const text = written(githubReporter, runReport(surprise, caseReport("split")));
    expect(text).toBe(
      "::error file=specs/xen/vpt.ts,line=49,endLine=49,col=3,title=latchwork%3A before-xsa336::" +
        "fails by unlock-not-held, but should hold%0A" +
        `${surprise.message}\n`,
    );
  });

  test("one line an annotation, whatever a spec says", () => {
    const lines = written(githubReporter, runReport(hostile)).trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::error file=[^:,\n]*(,\w+=[^:,\n]*)*::/);
    expect(lines[0]!.match(/::/g)!.length).toBeGreaterThanOrEqual(2);
  });

  test("ten annotations at the most, and the rest are counted", () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ ...surprise, case: `case-${index}` }));
    const lines = written(githubReporter, runReport(...many))
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toContain("16 more cases");
  });

  test("the summary of the job gets the markdown report", () => {
    const summaries: string[] = [];
    const context = {
      colour: false,
      width: 100,
      readSource: () => undefined,
      appendSummary: (text: string) => void summaries.push(text),
    };
    const run = runReport(caseReport("abba", { verdict: "violated", check: "deadlock", trace: abba }));
    githubReporter(context, () => undefined).onRunEnd?.(run);
    expect(summaries.join("")).toContain("### ");
  });
});

describe("a project in a subfolder of its repository", () => {
  const run = runReport(surprise);
  const { spec } = surprise;

  test("is annotated where the repository has its files", () => {
    const text = written(githubReporter, run, 100, false, "designs/locks");
    expect(text).toMatch(/^::error file=designs\/locks\//);
    expect(written(githubReporter, run)).toContain(`::error file=${spec},`);
  });

  test("has locations in SARIF that the repository has", () => {
    const uris = [...JSON.stringify(sarifLog(run, "designs/locks")).matchAll(/"uri":"([^"]*)"/g)].map(
      ([, uri]) => uri,
    );
    expect(new Set(uris)).toEqual(new Set([`designs/locks/${spec}`]));
    expect(JSON.stringify(sarifLog(run))).toContain(`"uri":"${spec}"`);
  });
});
