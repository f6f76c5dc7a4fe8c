import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Diagnostic, DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { findJava, type JavaOptions, majorOf } from "../../src/tlc/java.js";
import { fakeJava, fakeProgram, scratchFolder } from "./scratch.js";

async function refusal(options: JavaOptions): Promise<Diagnostic> {
  const error = await findJava(options).then(
    (java) => new Error(`found ${java.path}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticsError)) throw error;
  const [diagnostic] = error.diagnostics;
  if (diagnostic === undefined) throw new Error("no diagnostic");
  return diagnostic;
}

test.each([
  ["1.8.0_392", 8],
  ["9", 9],
  ["11.0.2", 11],
  ["17.0.15", 17],
  ["24-ea", 24],
  ["garbage", undefined],
])("the major version of %s is %s", (version, major) => {
  expect(majorOf(version)).toBe(major);
});

describe("findJava", () => {
  test("prefers the flag, then LATCHWORK_JAVA, JAVA_HOME, JDK_HOME and PATH", async () => {
    const folder = scratchFolder();
    const flag = fakeJava(join(folder, "flag"), "21.0.1");
    const named = fakeJava(join(folder, "named"), "20.0.1");
    fakeJava(join(folder, "java-home", "bin"), "19.0.1");
    fakeJava(join(folder, "jdk-home", "bin"), "18.0.1");
    fakeJava(join(folder, "path"), "17.0.1");
    const env: Record<string, string> = {
      LATCHWORK_JAVA: named,
      JAVA_HOME: join(folder, "java-home"),
      JDK_HOME: join(folder, "jdk-home"),
      PATH: [join(folder, "empty"), join(folder, "path")].join(delimiter),
    };
    const found: unknown[] = [];
    found.push((await findJava({ java: flag, env })).source);
    for (const name of ["LATCHWORK_JAVA", "JAVA_HOME", "JDK_HOME", "PATH"]) {
      const { source, major, version } = await findJava({ env });
      found.push([source, major, version]);
      delete env[name];
    }
    expect(found).toEqual([
      "--java",
      ["LATCHWORK_JAVA", 20, "20.0.1"],
      ["JAVA_HOME", 19, "19.0.1"],
      ["JDK_HOME", 18, "18.0.1"],
      ["PATH", 17, "17.0.1"],
    ]);
  });

  test("takes the name of a program on PATH from the flag", async () => {
    const folder = scratchFolder();
    const path = fakeProgram(folder, "java21", [`echo 'openjdk version "21"' >&2`]);
    expect(await findJava({ java: "java21", env: { PATH: folder } })).toMatchObject({ path, major: 21 });
  });

  test("reads past what JAVA_TOOL_OPTIONS makes Java print", async () => {
    const folder = scratchFolder();
    const java = fakeProgram(folder, "java", [
      "echo 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g' >&2",
      `echo 'openjdk version "17.0.15" 2025-04-15' >&2`,
    ]);
    expect((await findJava({ java, env: {} })).version).toBe("17.0.15");
  });

  test("goes on when JAVA_HOME is stale", async () => {
    const folder = scratchFolder();
    fakeJava(folder, "17.0.1");
    const found = await findJava({ env: { JAVA_HOME: join(folder, "gone"), PATH: folder } });
    expect(found.source).toBe("PATH");
  });

  test("goes on when the Java in JAVA_HOME is too old", async () => {
    const folder = scratchFolder();
    fakeJava(join(folder, "bin"), "1.8.0_392");
    fakeJava(join(folder, "new"), "17.0.1");
    expect((await findJava({ env: { JAVA_HOME: folder, PATH: join(folder, "new") } })).major).toBe(17);
  });

  test("names every place when there is none", async () => {
    const folder = scratchFolder();
    const home = join(folder, "gone");
    const { code, why, help } = await refusal({ env: { JAVA_HOME: home, PATH: folder } });
    expect(code).toBe("LW2001");
    expect(why).toContain(`JAVA_HOME: no executable java in ${join(home, "bin")}`);
    expect(why).toContain("JDK_HOME: not set");
    expect(why).toContain("PATH: no program named java");
    expect(help).toContain("apt-get install openjdk-17-jre-headless");
  });

  test("says which Java is too old", async () => {
    const folder = scratchFolder();
    const path = fakeJava(folder, "1.8.0_392");
    const { code, message, why } = await refusal({ env: { PATH: folder } });
    expect(code).toBe("LW2002");
    expect(message).toContain(`${path} (from PATH) is Java 1.8.0_392`);
    expect(why).toContain("Java 11 or newer");
    expect((await refusal({ java: path, env: {} })).code).toBe("LW2002");
  });

  test("never replaces a named Java that does not work", async () => {
    const folder = scratchFolder();
    fakeJava(join(folder, "good"), "17.0.1");
    const broken = fakeProgram(folder, "broken", ["echo 'libjvm.so is missing' >&2", "exit 3"]);
    const garbage = fakeProgram(folder, "garbage", ["echo hello"]);
    const silent = fakeProgram(folder, "silent", []);
    const text = join(folder, "text");
    writeFileSync(text, "not a program");
    const env = { PATH: join(folder, "good") };
    for (const [named, reason] of [
      [broken, 'ended with 3 and printed "libjvm.so is missing"'],
      [garbage, 'printed "hello", which names no version'],
      [silent, "printed nothing"],
      [text, "no executable file"],
      [join(folder, "missing"), "no executable file"],
      ["java99", "no program of that name on PATH"],
    ] as const) {
      const byFlag = await refusal({ java: named, env });
      expect(byFlag.code).toBe("LW2005");
      expect(byFlag.message).toContain("--java");
      expect(byFlag.message).toContain(reason);
      const byVariable = await refusal({ env: { ...env, LATCHWORK_JAVA: named } });
      expect(byVariable.message).toContain(`LATCHWORK_JAVA, ${named}`);
    }
  });

  test("says what a Java on PATH printed instead of a version", async () => {
    const folder = scratchFolder();
    fakeProgram(folder, "java", ["echo '<html>'"]);
    const { code, why } = await refusal({ env: { PATH: folder } });
    expect(code).toBe("LW2001");
    expect(why).toContain('printed "<html>"');
  });

  test("stops when aborted", async () => {
    const folder = scratchFolder();
    fakeJava(folder, "17.0.1");
    expect((await refusal({ env: { PATH: folder }, signal: AbortSignal.abort() })).code).toBe("LW2007");
  });
});
