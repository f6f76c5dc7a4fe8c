/**
 * docs/errors tells the truth: a page for every code, and examples that are refused and accepted as the page says.
 * A line of a refused example ends with `// LWnnnn` where the code is reported.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as cli from "../../src/cli/diagnostics.js";
import * as config from "../../src/config/diagnostics.js";
import * as catalog from "../../src/diagnostics/catalog.js";
import { type Diagnostic, DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import * as engines from "../../src/diagnostics/engines.js";
import * as shards from "../../src/diagnostics/shards.js";
import { packageRoot } from "../../src/frontend/modules.js";
import { mergeDiagnostics, typeCheckSpecs } from "../../src/frontend/type-check.js";
import { multiplex } from "../../src/report/multiplex.js";
import { readReport } from "../../src/report/read-report.js";
import { loadReporter } from "../../src/report/registry.js";
import * as tlc from "../../src/tlc/diagnostics.js";
import { compileErrors, lowerFile, summary, withFiles } from "../frontend/read.js";

const folder = join(packageRoot, "docs/errors");
/** The text of a page; empty where there is none, so that each test can say what it misses. */
const read = (name: string) => {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};
const pages = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .sort();
const documented = pages.map((name) => name.replace(/\.md$/, ""));

/** Every code that a source file names. */
const codes = (() => {
  const src = join(packageRoot, "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const named = files.flatMap((name) => readFileSync(join(src, name), "utf8").match(/\bLW\d{4}\b/g) ?? []);
  return [...new Set(named)].sort();
})();

/** Codes about the text of a spec: those whose functions in the catalog take a place first. */
const aboutSpecs = (() => {
  const text = readFileSync(join(packageRoot, "src/diagnostics/catalog.ts"), "utf8");
  const functions = text.matchAll(/= \(\s*span: Span[\s\S]*?code: "(LW\d{4})"/g);
  return [...new Set([...functions].map((match) => match[1]!))].sort();
})();

/** The `ts` block under a heading of the page, or undefined. */
function example(code: string, heading: "Refused" | "Accepted"): string | undefined {
  return new RegExp(`^## ${heading}\\n+\`\`\`ts\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(read(`${code}.md`))?.[1];
}

/** `line code` of each comment `// LWnnnn` at the end of a line. */
function marks(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const code = /\/\/ (LW\d{4})$/.exec(line)?.[1];
    return code === undefined ? [] : [`${index + 1} ${code}`];
  });
}

/** What Latchwork itself says about the spec at a path: the passes see only what the front end accepts. */
function ownDiagnostics(path: string): Diagnostic[] {
  const lowered = lowerFile(path);
  return lowered.diagnostics.length > 0 ? [...lowered.diagnostics] : compileErrors(lowered);
}

describe("a page for every code", () => {
  test("and a code for every page", () => {
    expect(codes.length).toBeGreaterThan(50);
    expect(pages.filter((name) => !/^LW\d{4}\.md$/.test(name))).toEqual([]);
    expect(documented).toEqual(codes);
  });

  test("README.md lists them all, under the titles of the pages", () => {
    const rows = read("README.md").matchAll(/^\| \[(LW\d{4})\]\((LW\d{4}\.md)\) \| (.+) \|$/gm);
    const listed = [...rows].map(([, code, file, title]) => `${file}: # ${code}: ${title}`);
    expect(listed.sort()).toEqual(
      documented.map((code) => `${code}.md: ${read(`${code}.md`).split("\n")[0]}`),
    );
  });

  test.each(documented)("%s has the shape of a page", (code) => {
    const text = read(`${code}.md`);
    expect(text).toMatch(new RegExp(`^# ${code}: \\S`));
    const instead = aboutSpecs.includes(code) ? "What to write instead" : "What to do";
    const paragraphs = [...text.matchAll(/^\*\*(.+?)\.\*\*/gm)].map((match) => match[1]);
    expect(paragraphs).toEqual(["What it means", "Why", instead]);
    expect(text.split("\n").length, "lines of a page").toBeLessThanOrEqual(46);
    const links = [...text.matchAll(/\]\((.+?)\)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !pages.includes(link))).toEqual([]);
  });
});

describe("the examples of the pages about specs", () => {
  /** TypeScript starts once for all of them. */
  let accepted: readonly Diagnostic[] = [];

  beforeAll(() => {
    const files = aboutSpecs.map((code) => [`${code}.ts`, example(code, "Accepted") ?? ""] as const);
    accepted = withFiles(Object.fromEntries(files), (root) =>
      typeCheckSpecs(
        root,
        files.map(([name]) => join(root, name)),
      ),
    );
  });

  test("there are such codes", () => {
    expect(aboutSpecs.length).toBeGreaterThan(20);
  });

  test.each(aboutSpecs)("%s: what is refused", (code) => {
    const text = example(code, "Refused");
    if (text === undefined) return expect.fail(`${code}.md has no block \`ts\` under ## Refused`);
    withFiles({ "spec.ts": text }, (root) => {
      const path = join(root, "spec.ts");
      const own = ownDiagnostics(path);
      const found = code === "LW1001" ? mergeDiagnostics(own, typeCheckSpecs(root, [path])) : own;
      expect(marks(text), "the line is marked").toHaveLength(1);
      expect([...new Set(found.map(({ span, code }) => `${span?.line} ${code}`))]).toEqual(marks(text));
      expect(marks(text)[0]).toContain(code);
    });
  });

  test.each(aboutSpecs)("%s: what is accepted", (code) => {
    const text = example(code, "Accepted");
    if (text === undefined) return expect.fail(`${code}.md has no block \`ts\` under ## Accepted`);
    withFiles({ "spec.ts": text }, (root) => {
      const path = join(root, "spec.ts");
      expect(lowerFile(path).cases.length).toBeGreaterThan(0);
      expect(summary(ownDiagnostics(path))).toBe("");
    });
    expect(summary(accepted.filter(({ span }) => span?.file === `${code}.ts`))).toBe("");
  });
});

describe("the messages on the other pages", () => {
  const jar = "/home/me/tla2tools.jar";
  const generated = "generated/vpt/vpt";
  const samples: readonly Diagnostic[] = [
    catalog.pathNotFound("spec/vpt.ts", []),
    catalog.noSpecs(["docs"]),
    catalog.noSuchCase("pt-migrat", []),
    catalog.unknownSetting("vcpu", 3, []),
    catalog.badSetting("vcpus", "", ""),
    catalog.cannotWrite(`${generated}/pt_migrate.tla`, "EACCES: permission denied"),
    catalog.stale(`${generated}/pt_migrate.tla`, "different"),
    catalog.stale(`${generated}/pt_migrate.cfg`, "missing"),
    catalog.stale(`${generated}/old_case.tla`, "superfluous"),
    engines.storeBufferOverflow("specs/vpt/vpt.ts", "pt-migrate"),
    engines.doesNotReplay("specs/vpt/vpt.ts", "pt-migrate", "state 3 differs"),
    engines.exploreStopped("specs/vpt/vpt.ts", "pt-migrate", "memory", 41_000_000, undefined),
    engines.endless("specs/ring.ts", "wraps", { place: "ring.head", way: [], distinct: 400_000 }),
    engines.caseThreadLost(
      "specs/vpt/vpt.ts",
      "pt-migrate",
      "Worker terminated due to reaching memory limit: JS heap out of memory",
    ),
    engines.enginesDisagree(
      "specs/vpt/vpt.ts",
      "pt-migrate",
      "TLC finds 38492 distinct states, the explorer 38491",
    ),
    tlc.noJava([]),
    tlc.javaTooOld({ path: "/usr/bin/java", version: "1.8.0_392", source: "PATH" }, 11, []),
    tlc.noJar([]),
    tlc.jarRefused("--tlc-jar", jar, "it is another jar", []),
    tlc.namedJavaBroken("LATCHWORK_JAVA", "/opt/jdk/bin/jav", "there is no executable file at that path"),
    tlc.noMaven(),
    tlc.searchInterrupted("Java"),
    cli.unknownWord("chek", [], []),
    cli.badOutputFile("report.json", ["json"], ["json"]),
    cli.badOutputFile("json=report.json", ["default"], ["json"]),
    cli.sharedDestination("default", "json", undefined),
    cli.unwritableOutput("reports/run.json", "it is a folder"),
    cli.unreadableReport("base.json", "ENOENT: no such file or directory, open 'base.json'"),
    cli.nothingToExplain("unlock-not-hold", []),
    ...["", '{ "schemaVersion": 2 }'].flatMap(refusedReport),
    shards.noShard("whole.json"),
    shards.foreignShard("shard-1.json", "shard-2.json", "other specs or options"),
    shards.doubledShard("shard-1.json", "old/shard-1.json", 1),
    shards.missingShards([2], 2),
    config.cannotLoad("latchwork.config.ts", "no such engine"),
    config.twoConfigs("latchwork.config.ts", "latchwork.config.json"),
    config.unknownKey("latchwork.config.ts", "maxWorker", []),
    config.badValue("latchwork.config.ts", "maxWorkers", "Too small: expected number to be >=1"),
    tlc.evaluationFailed(""),
    tlc.modelRejected(""),
    tlc.outOfMemory(undefined),
    tlc.jarReplaced("/home/me/.cache/latchwork/tla2tools-936a26206191.jar"),
    tlc.noTemporaryFolder("/tmp", "ENOSPC: no space left on device, mkdtemp '/tmp/latchwork-XXXXXX'"),
    tlc.noRoom("TLC", "/tmp/latchwork-x3Jq8a", { taken: 38.2 * 2 ** 30, free: 2 ** 28 }),
    tlc.stackOverflow(),
    tlc.timedOut("TLC", 60),
    tlc.interrupted("TLC"),
    tlc.killed("TLC", "SIGKILL"),
    tlc.notProven("3 states were left unexplored"),
    tlc.unexplained("a crash of Java (SIGSEGV)", ""),
    tlc.javaDidNotStart("/usr/bin/java", ""),
    ...reporterFailure(),
  ];

  test.each(samples)("$code $message", ({ code, message }) => {
    const shown = /^```text\n([\s\S]*?)^```$/m
      .exec(read(`${code}.md`))?.[1]
      ?.trimEnd()
      .split("\n");
    expect(shown).toContain(`${code} ${message}`);
  });

  test("LW2101", async () => {
    const error = await loadReporter("jsn").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiagnosticsError);
    for (const { code, message } of (error as DiagnosticsError).diagnostics) {
      expect(read(`${code}.md`)).toContain(`${code} ${message}\n`);
    }
  });

  test("no page is left out", () => {
    const tested = [...aboutSpecs, ...samples.map(({ code }) => code), "LW2101"];
    expect(documented.filter((code) => !tested.includes(code))).toEqual([]);
  });

  test("the jars of LW2004 are those that are started", () => {
    const pins = readFileSync(join(packageRoot, "src/tlc/pins.ts"), "utf8");
    const sums = [...pins.matchAll(/version: "(.+)",[\s\S]*?sha256: "(.+)"/g)];
    expect(sums).toHaveLength(2);
    for (const [, version, sum] of sums) expect(read("LW2004.md")).toContain(`${version}: \`${sum}\``);
  });
});

function refusedReport(text: string): readonly Diagnostic[] {
  try {
    readReport("report.json", text);
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics;
  }
  return expect.fail("it was not refused");
}

function reporterFailure(): readonly Diagnostic[] {
  const onRunEnd = () => {
    throw new Error("out of paper");
  };
  const all = multiplex([{ name: "json", reporter: { onRunEnd } }]);
  all.onRunEnd({
    schemaVersion: 1,
    tool: { name: "latchwork", version: "0" },
    engine: { name: "tlc", version: "0", jar: { source: "cache", sha256: "" }, java: "17" },
    cases: [],
  });
  return all.failures();
}
