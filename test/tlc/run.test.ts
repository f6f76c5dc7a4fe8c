/** The real TLC on small models, translated by the real translator. */
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { tlcArguments } from "../../src/tlc/command.js";
import { createMessageReader, type TlcMessage } from "../../src/tlc/messages.js";
import { foretellExit, type Trouble } from "../../src/tlc/outcome.js";
import { runProcess } from "../../src/tlc/process.js";
import { splitVariables } from "../../src/tlc/raw-trace.js";
import { runTlc, type TlcRequest } from "../../src/tlc/run.js";
import { type RunDirectory, withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { realTools, type Tools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

/** Two threads that both add one to `x`, by a load and a store; `definitions` may use `x`, `i` and `pc`. */
const model = (body: string, definitions = "") => `---- MODULE Small ----
EXTENDS Integers, Sequences, TLC
(* --algorithm Small {
variables x = 0, f = [k \\in 1..2 |-> 0];
fair process (t \\in 1..2) variables i = 0; {
${body}
}
} *)
\\* BEGIN TRANSLATION
\\* END TRANSLATION
${definitions}
====
`;
const LOST_UPDATE = model("  l_load: i := x;\n  l_store: x := i + 1;");
const FINISHED = 'Finished == (\\A p \\in ProcSet : pc[p] = "Done")';

let tools: Tools;
let temporary: string;
beforeAll(async () => {
  tools = await realTools();
});
beforeEach(() => {
  temporary = scratchFolder();
  vi.stubEnv("TMPDIR", temporary);
});
// Whatever a run does, nothing of it may stay: neither our folder nor what the tools unpack.
afterEach(() => {
  vi.unstubAllEnvs();
  expect(readdirSync(temporary)).toEqual([]);
});

type Extras = Partial<
  Pick<
    TlcRequest,
    "signal" | "timeoutSeconds" | "maxHeap" | "maxDisk" | "onProgress" | "java" | "jar" | "workers"
  >
>;

async function runIn(directory: RunDirectory, source: string, config: string, extras: Extras = {}) {
  const moduleFile = join(directory.path, "Small.tla");
  const configFile = join(directory.path, "Small.cfg");
  if (source.includes("--algorithm")) await translate({ ...tools, directory, moduleName: "Small", source });
  else writeFileSync(moduleFile, source);
  writeFileSync(configFile, `SPECIFICATION Spec\n${config}`);
  return runTlc({ ...tools, directory, moduleFile, configFile, workers: 1, ...extras });
}

const check = (source: string, config: string, extras: Extras = {}) =>
  withRunDirectory((directory) => runIn(directory, source, config, extras));

async function troubleOf(source: string, config: string, extras: Extras = {}): Promise<Trouble> {
  const outcome = await check(source, config, extras);
  if (outcome.kind !== "trouble") throw new Error(`expected trouble, found ${JSON.stringify(outcome)}`);
  return outcome;
}

describe("verdicts", () => {
  test("a property that holds", async () => {
    const source = LOST_UPDATE.replace("====", "Bounded == x \\in 0..2\n====");
    expect(await check(source, "INVARIANT Bounded\nCHECK_DEADLOCK FALSE\n")).toEqual({
      kind: "holds",
      states: { generated: 18, distinct: 13, depth: 5 },
      version: expect.stringMatching(/^2\.1[89] of /),
    });
  });

  test("an invariant, with the path to it", async () => {
    const source = LOST_UPDATE.replace("====", `${FINISHED}\nNoneLost == Finished => x = 2\n====`);
    const outcome = await check(source, "INVARIANT NoneLost\nCHECK_DEADLOCK FALSE\n");
    if (outcome.kind !== "violated") throw new Error(JSON.stringify(outcome));
    expect(outcome.what).toEqual({ type: "invariant", name: "NoneLost" });
    const names = outcome.trace.states.map(({ action }) => action?.name);
    expect(names).toEqual(["Initial predicate", "l_load", "l_load", "l_store", "l_store"]);
    const last = splitVariables(outcome.trace.states.at(-1)?.body ?? "");
    expect([...last.keys()].toSorted()).toEqual(["f", "i", "pc", "x"]);
    expect(last.get("x")).toBe("1");
    expect(last.get("pc")).toBe('<<"Done", "Done">>');
  });

  test("an invariant that the initial state breaks", async () => {
    const source = LOST_UPDATE.replace("====", "Positive == x > 0\n====");
    const outcome = await check(source, "INVARIANT Positive\n");
    expect(outcome).toMatchObject({ kind: "violated", what: { type: "invariant", name: "Positive" } });
    if (outcome.kind !== "violated") return;
    expect(outcome.trace.states).toHaveLength(1);
    expect(splitVariables(outcome.trace.states[0]?.body ?? "").get("x")).toBe("0");
  });

  test("a deadlock", async () => {
    const outcome = await check(model("  l_wait: await x = 1;"), "");
    expect(outcome).toMatchObject({ kind: "violated", what: { type: "deadlock" } });
  });

  test("an assertion", async () => {
    const outcome = await check(model("  l_one: x := x + 1;\n  l_two: assert x < 2;"), "");
    expect(outcome).toMatchObject({ kind: "violated", what: { type: "assert" } });
    if (outcome.kind !== "violated" || outcome.what.type !== "assert") return;
    expect(outcome.what.message).toMatch(/^"Failure of assertion at line 7, column \d+\."$/);
  });

  test("a temporal property, with its loop", async () => {
    const source = model("  l_spin: while (TRUE) { x := 1 - x; l_more: skip; }", "Settles == <>[](x = 1)");
    const outcome = await check(source, "PROPERTY Settles\n");
    expect(outcome).toMatchObject({ kind: "violated", what: { type: "temporal" } });
    if (outcome.kind !== "violated") return;
    expect(outcome.trace.back).toBeGreaterThan(0);
    expect(outcome.trace.backAction?.name).toMatch(/^l_(spin|more)$/);
  });

  test("a temporal property that holds is believed with two workers too", async () => {
    const source = LOST_UPDATE.replace("====", `${FINISHED}\nEnds == <>Finished\n====`);
    const outcome = await check(source, "PROPERTY Ends\n", { workers: 2 });
    expect(outcome.kind).toBe("holds");
  });
});

/** Without the kill at the end of what TLC has to say. */
test.each([
  ["a proof", LOST_UPDATE, "CHECK_DEADLOCK FALSE\n", 0],
  ["an invariant", LOST_UPDATE.replace("====", "Small == x < 2\n===="), "INVARIANT Small\n", 12],
  ["the first state", LOST_UPDATE.replace("====", "Positive == x > 0\n===="), "INVARIANT Positive\n", 12],
  ["a deadlock", model("  l_wait: await x = 1;"), "", 11],
  ["an assertion", model("  l_one: x := x + 1;\n  l_two: assert x < 2;"), "", 14],
  ["a claim", model("  l_spin: while (TRUE) x := 1 - x;", "Ends == <>(x = 2)"), "PROPERTY Ends\n", 13],
])("the exit code after %s is the one foretold", async (_, source, config, code) => {
  await withRunDirectory(async (directory) => {
    const moduleFile = join(directory.path, "Small.tla");
    const configFile = join(directory.path, "Small.cfg");
    await translate({ ...tools, directory, moduleName: "Small", source });
    writeFileSync(configFile, `SPECIFICATION Spec\n${config}`);
    const messages: TlcMessage[] = [];
    const reader = createMessageReader(
      (message) => void messages.push(message),
      () => undefined,
    );
    const { tmp, meta } = directory;
    const { exitCode } = await runProcess({
      command: tools.java.path,
      args: tlcArguments({ ...tools, tmp, meta, moduleFile, configFile, workers: 1 }),
      onStdout: reader.line,
    });
    expect(exitCode).toBe(code);
    expect(foretellExit(messages)).toBe(code);
  });
});

describe("trouble", () => {
  test("an expression without a value", async () => {
    const { diagnostic, trace } = await troubleOf(model("  l_read: i := f[3];"), "");
    expect(diagnostic.code).toBe("LW3001");
    expect(diagnostic.why).toContain("f");
    expect(trace?.states).toHaveLength(1);
  });

  test("an assignment that does nothing is not called a proof", async () => {
    const { diagnostic } = await troubleOf(model("  l_write: f[3] := 1;"), "");
    expect(diagnostic.code).toBe("LW3008");
    expect(diagnostic.message).toContain("silently ignored");
  });

  test("a module that cannot be parsed is our defect", async () => {
    const { diagnostic, defect } = await troubleOf("---- MODULE Small ----\nSpec == nothing\n====\n", "");
    expect(diagnostic.code).toBe("LW3002");
    expect(diagnostic.why).toContain("Unknown operator: `nothing'");
    expect(defect).toBe(true);
  });

  test("a configuration that does not fit is our defect", async () => {
    const { diagnostic, defect } = await troubleOf(LOST_UPDATE, "INVARIANT Missing\n");
    expect(diagnostic.code).toBe("LW3002");
    expect(diagnostic.why).toContain("Missing");
    expect(defect).toBe(true);
  });

  test("a heap size that Java does not accept", async () => {
    const { diagnostic } = await troubleOf(LOST_UPDATE, "", { maxHeap: "1x" });
    expect(diagnostic.code).toBe("LW3010");
    expect(diagnostic.why).toContain("Invalid maximum heap size");
  });

  test("a Java that is not there", async () => {
    const java = { ...tools.java, path: join(temporary, "missing") };
    const { diagnostic } = await troubleOf(LOST_UPDATE, "", { java });
    expect(diagnostic.code).toBe("LW3010");
  });
});

describe("a run that would take for ever", () => {
  /** Two billion states, a few at a time. */
  const ENDLESS = model("  l_loop: while (TRUE) { x := (x + 1) % 2000000000; }");

  /** A `java` that notes its process id and then becomes the real one. */
  function watchedJava(): { java: Tools["java"]; alive: () => boolean } {
    const folder = scratchFolder();
    const file = join(folder, "pid");
    const path = fakeProgram(folder, "java", [`echo $$ > '${file}'`, `exec '${tools.java.path}' "$@"`]);
    return {
      java: { ...tools.java, path },
      alive: () => {
        try {
          return process.kill(Number(readFileSync(file, "utf8")), 0);
        } catch {
          return false;
        }
      },
    };
  }

  test("reports progress, and ends with Java when aborted", async () => {
    const { java, alive } = watchedJava();
    const controller = new AbortController();
    let wasAlive = false;
    let distinct = 0;
    const { diagnostic, resource } = await troubleOf(ENDLESS, "", {
      java,
      signal: controller.signal,
      onProgress: (progress) => {
        wasAlive = alive();
        distinct = progress.distinct;
        controller.abort();
      },
    });
    expect(diagnostic.code).toBe("LW3006");
    expect(resource).toBe(false);
    expect(distinct).toBeGreaterThan(0);
    expect(wasAlive).toBe(true);
    expect(alive()).toBe(false);
  });

  test("ends when its states take more room than they may", async () => {
    const { java, alive } = watchedJava();
    const { diagnostic, resource } = await troubleOf(ENDLESS, "", { java, maxDisk: 10 });
    expect(diagnostic.code).toBe("LW3013");
    expect(diagnostic.help).toContain("--max-disk");
    expect(resource).toBe(true);
    expect(alive()).toBe(false);
  });

  test("ends when its time is over", async () => {
    const { java, alive } = watchedJava();
    const { diagnostic, resource } = await troubleOf(ENDLESS, "", { java, timeoutSeconds: 2 });
    expect(diagnostic.code).toBe("LW3005");
    expect(diagnostic.message).toContain("2 s");
    expect(resource).toBe(true);
    expect(alive()).toBe(false);
  });
});

describe("a jar that is replaced", () => {
  /** A copy that may be replaced, and a `java` that does so before it becomes the real one. */
  function scene(): { jar: Tools["jar"]; java: Tools["java"]; wasStarted: () => boolean } {
    const folder = scratchFolder();
    const path = join(folder, "tools.jar");
    copyFileSync(tools.jar.path, path);
    const jar = { ...tools.jar, path, stamp: [...stampParts(path)].join(" ") };
    const started = join(folder, "started");
    const program = fakeProgram(folder, "java", [
      `: > '${started}'`,
      `cp '${path}' '${path}.new' && mv '${path}.new' '${path}'`,
      `exec '${tools.java.path}' "$@"`,
    ]);
    return { jar, java: { ...tools.java, path: program }, wasStarted: () => existsSync(started) };
  }

  function stampParts(path: string): bigint[] {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs];
  }

  const SOURCE = "---- MODULE Small ----\nVARIABLE x\nSpec == x = 0 /\\ [][x' = x]_x\n====\n";

  test("while TLC runs gives no verdict, even with the same content", async () => {
    const { jar, java, wasStarted } = scene();
    const { diagnostic } = await troubleOf(SOURCE, "", { jar, java });
    expect(diagnostic.code).toBe("LW2008");
    expect(wasStarted()).toBe(true);
  });

  test("before is never started", async () => {
    const { jar, java, wasStarted } = scene();
    writeFileSync(jar.path, "another");
    const { diagnostic } = await troubleOf(SOURCE, "", { jar, java });
    expect(diagnostic.code).toBe("LW2008");
    expect(wasStarted()).toBe(false);
  });
});

test("runs may share a directory at the same time", async () => {
  const source = LOST_UPDATE.replace("====", "Bounded == x \\in 0..2\n====");
  const config = "INVARIANT Bounded\nCHECK_DEADLOCK FALSE\n";
  const kinds = await withRunDirectory(async (directory) => {
    const first = await runIn(directory, source, config);
    const request = {
      ...tools,
      directory,
      moduleFile: join(directory.path, "Small.tla"),
      configFile: join(directory.path, "Small.cfg"),
      workers: 1,
    };
    const others = await Promise.all([runTlc(request), runTlc(request)]);
    return [first, ...others].map(({ kind }) => kind);
  });
  expect(kinds).toEqual(["holds", "holds", "holds"]);
});
