/** Whatever is wrong with the machine or the spec: a clear message, exit 2, and nothing half-written. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cachedPath } from "../../src/tlc/cache.js";
import { MAVEN_PIN } from "../../src/tlc/pins.js";
import { javaPath, Project } from "../support/command.js";
import { fakeJava } from "../tlc/scratch.js";
import { asExpected, withStatement } from "./specs.js";

let project: Project;
beforeEach(() => {
  project = new Project({ "specs/refs.ts": asExpected });
});
afterEach(() => project?.remove());

/** Runs and expects a refusal that says all of `words`. */
async function refused(
  args: readonly string[],
  env: Record<string, string | undefined>,
  words: readonly (string | RegExp)[],
): Promise<void> {
  const before = project.files();
  const { exitCode, stdout, stderr } = await project.run(args, env);
  for (const word of words) expect(stderr).toMatch(word);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(project.files()).toEqual(before);
  expect(project.leftovers()).toEqual([]);
}

describe("the machine", () => {
  const noJavaNamed = { JAVA_HOME: undefined, JDK_HOME: undefined, LATCHWORK_JAVA: undefined };

  /** Java is there; the cache is empty, nothing can be downloaded, and there is no Maven. */
  function offline(): Record<string, string | undefined> {
    const closed = "http://127.0.0.1:1";
    return {
      ...noJavaNamed,
      LATCHWORK_JAVA: javaPath(),
      PATH: project.emptyFolder("path"),
      LATCHWORK_CACHE: project.emptyFolder("cache"),
      TLA2TOOLS_JAR: undefined,
      HTTPS_PROXY: closed,
      https_proxy: closed,
      NO_PROXY: undefined,
      no_proxy: undefined,
    };
  }

  test("no Java", async () => {
    const env = { ...noJavaNamed, PATH: project.emptyFolder("path") };
    await refused([], env, [
      "LW2001 no Java was found",
      "JAVA_HOME: not set",
      "Install a Java runtime, 11 or newer",
    ]);
  });

  test("too old a Java", async () => {
    const folder = project.emptyFolder("path");
    fakeJava(folder, "1.8.0_392");
    await refused([], { ...noJavaNamed, PATH: folder }, [/LW2002 .* is Java 1\.8\.0_392, which is too old/]);
  });

  test("no jar and no network: every source is named with the reason", async () => {
    await refused([], offline(), [
      /LW2003 the TLA\+ tools .* could not be fetched/,
      "holds no jar",
      "the download https://github.com",
      "no program named mvn on PATH",
      "pass --tlc-jar",
    ]);
  });

  test("a damaged jar in the cache, which cannot be replaced", async () => {
    const env = offline();
    writeFileSync(cachedPath(env.LATCHWORK_CACHE!, MAVEN_PIN), "PK half a jar");
    await refused([], env, ["LW2003", "was damaged and has been deleted"]);
  });

  test("a jar that is none, named by --tlc-jar", async () => {
    writeFileSync(join(project.path, "tla2tools.jar"), "half a jar");
    await refused(["--tlc-jar", "tla2tools.jar"], {}, [
      /LW2004 tla2tools\.jar, named by --tlc-jar/,
      "not a jar",
    ]);
  });

  test("a generated/ that cannot be written", async () => {
    // Tests may run as root, to whom no folder is read-only.
    writeFileSync(join(project.path, "generated"), "in the way");
    await refused(["--case", "locked"], {}, [/LW1040 generated\/refs\/locked\.\w+ cannot be written/]);
  });

  test("a temporary folder that is not there", async () => {
    await refused([], { TMPDIR: join(project.path, "nowhere") }, [
      /^LW2009 the temporary folder .*nowhere cannot be written/m,
    ]);
  });

  test("doctor says what is missing", async () => {
    const env = { ...offline(), LATCHWORK_JAVA: undefined };
    const { exitCode, stdout } = await project.run(["doctor"], env);
    expect(stdout).toMatch(/^Java +not found\nLW2001/m);
    expect(stdout).toMatch(/^TLC +not found\nLW2003/m);
    expect(stdout).toMatch(/^Maven +not found/m);
    expect(exitCode).toBe(2);
  });

  test("doctor says what is there", async () => {
    const { exitCode, stdout } = await project.run(["doctor"]);
    expect(stdout).toMatch(/^Java +\d+\.\d+.*\n +\/\S+ \(from .*\)$/m);
    expect(stdout).toMatch(/^TLC +.*TLC 2\.1\d.*\n +\/\S+\.jar \(from .*\)\n +sha256 [0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^Maven +(\/\S+|not found .*)$/m);
    expect(exitCode).toBe(0);
  });
});

describe("the spec", () => {
  const check = async (text: string, words: readonly (string | RegExp)[]) => {
    writeFileSync(join(project.path, "specs/bad.ts"), text);
    await refused(["specs"], {}, words);
  };

  test("a type error that only TypeScript sees", async () => {
    await check(`${withStatement("x++;")}type Wrong = Missing;\n`, [
      "specs/bad.ts:10:14 LW1001 Cannot find name 'Missing'.",
      "> 10 | type Wrong = Missing;",
      "TS2304",
      "1 problem",
    ]);
  });

  test("a type error that Latchwork sees as well is told once", async () => {
    await check(withStatement('x = "one";'), ["specs/bad.ts:6:3 LW1019", '> 6 |   x = "one";', "1 problem"]);
  });

  test("a statement outside the language", async () => {
    await check(withStatement("try { x++; } finally { x--; }"), [
      "specs/bad.ts:6:3 LW1002",
      "instead:",
      "1 problem",
    ]);
  });

  test("an unknown name", async () => {
    await check(withStatement("spin_lokc(x);"), [
      "specs/bad.ts:6:3 LW1004 spin_lokc",
      "Did you mean spin_lock?",
    ]);
  });

  test("all of them at once, in the order of the text", async () => {
    const text = withStatement('y = 1;\n  try { x++; } finally { x--; }\n  x = "one";');
    await check(text, [/bad\.ts:6:3 LW[\s\S]*bad\.ts:7:3 LW[\s\S]*bad\.ts:8:3 LW[\s\S]*3 problems/]);
  });

  test("an empty spec", async () => {
    await check("", ["specs/bad.ts:1:1 LW1020 this spec has no cases", "instead: End it with"]);
  });

  test("a spec without cases", async () => {
    const text = 'import { cases } from "latchwork";\nexport default cases({ title: "nothing" });\n';
    await check(text, [/specs\/bad\.ts:2:\d+ LW1020 this spec has no cases/]);
  });

  test("a path that does not exist", async () => {
    await refused(["specs/nothing.ts"], {}, ["LW1030 specs/nothing.ts does not exist"]);
  });

  test("a folder without specs", async () => {
    mkdirSync(join(project.path, "docs"));
    await refused(["docs"], {}, ["LW1031 no specs found in docs"]);
  });

  test("a link to nowhere", async () => {
    symlinkSync("nowhere.ts", join(project.path, "link.ts"));
    await refused(["link.ts"], {}, ["LW1030 link.ts does not exist"]);
  });
});
