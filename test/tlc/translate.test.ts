import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/base/assert.js";
import { DiagnosticsError } from "../../src/diagnostics/diagnostic.js";
import { translatorArguments } from "../../src/tlc/command.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { complaintAbout, translate } from "../../src/tlc/translate.js";
import { repository } from "../support/source-tree.js";
import { realTools } from "../support/tools.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

const counter = (algorithm: string) =>
  ["---- MODULE Counter ----", "EXTENDS Naturals, TLC", "(*", algorithm, "*)", "====", ""].join("\n");

const GOOD = counter(`--algorithm Counter {
variables x = 0;
process (t \\in 1..2) {
  l_first: x := x + 1;
  l_second: assert x > 0;
}
}`);

/** The same label in two processes: the translator renames one of them. */
const RENAMED = counter(`--algorithm Counter {
variables x = 0;
process (p = 1) { l_same: x := 1; }
process (q = 2) { l_same: x := 2; }
}`);

/** No label at all: the translator invents one. */
const UNLABELLED = counter("--algorithm Counter { variables x = 0; { x := 1; } }");

const BROKEN = counter("--algorithm Counter { variables x = 0; { l_one: x = 1; } }");

async function translated(source: string): Promise<string> {
  const tools = await realTools();
  return withRunDirectory((directory) => translate({ ...tools, directory, moduleName: "Counter", source }));
}

describe("translate", () => {
  test("gives the same text every time, without checksums, and leaves it in the directory", async () => {
    const tools = await realTools();
    const text = await withRunDirectory(async (directory) => {
      const result = await translate({ ...tools, directory, moduleName: "Counter", source: GOOD });
      const forTlc = readFileSync(join(directory.path, "Counter.tla"), "utf8");
      // Without the algorithm, each line where it was.
      expect(forTlc).not.toContain("algorithm");
      expect(forTlc.split("\n")).toHaveLength(result.split("\n").length);
      const translation = (from: string) => from.slice(from.indexOf("\\* BEGIN"));
      expect(translation(forTlc)).toBe(translation(result));
      expect(existsSync(join(directory.path, "Counter.cfg"))).toBe(false);
      return result;
    });
    expect(text).toContain("\n\\* BEGIN TRANSLATION\n");
    expect(text).not.toContain("chksum");
    expect(text).toContain('l_first(self) == /\\ pc[self] = "l_first"');
    expect(text.startsWith("---- MODULE Counter ----")).toBe(true);
    expect(await translated(GOOD)).toBe(text);
  });

  test.each([
    ["renames a label", RENAMED, /renamed a symbol.*l_same[\s\S]*Counter/],
    ["adds a label", UNLABELLED, /had to add the label Lbl_1 in module Counter/],
    ["refuses the algorithm", BROKEN, /refused module Counter[\s\S]*Expected ":=" but found/],
  ])("is our defect when the translator %s", async (_, source, message) => {
    const error = await translated(source).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InternalError);
    expect((error as Error).message).toMatch(message);
  });

  test("is the user's matter when Java does not get as far as the translator", async () => {
    const { java, jar } = await realTools();
    const folder = scratchFolder();
    const broken = { ...java, path: fakeProgram(folder, "java", ["echo 'Error: no JVM' >&2", "exit 1"]) };
    const missing = { ...java, path: join(folder, "missing") };
    const run = (each: typeof java, signal?: AbortSignal) =>
      withRunDirectory((directory) =>
        translate({
          java: each,
          jar,
          directory,
          moduleName: "Counter",
          source: GOOD,
          ...(signal === undefined ? {} : { signal }),
        }),
      ).catch((reason: unknown) => (reason instanceof DiagnosticsError ? reason.diagnostics[0] : reason));
    expect(await run(broken)).toMatchObject({ code: "LW3010", why: expect.stringContaining("no JVM") });
    expect(await run(missing)).toMatchObject({ code: "LW3010" });
    expect(await run(java, AbortSignal.abort())).toMatchObject({ code: "LW3006" });
  });
});

test("what the translator is not given makes no difference", async () => {
  const path = join(repository, "generated/p2m/mm-order/two_domains_sorted.tla");
  const whole = readFileSync(path, "utf8");
  const { java, jar } = await realTools();
  const text = await withRunDirectory(async ({ path: folder }) => {
    const file = join(folder, "two_domains_sorted.tla");
    writeFileSync(
      file,
      whole.replace(/^(\\\* BEGIN TRANSLATION)\n[\s\S]*^(\\\* END TRANSLATION)/m, "$1\n$2"),
    );
    execFileSync(java.path, translatorArguments({ jar, tmp: folder }, file), { cwd: folder });
    return readFileSync(file, "utf8");
  });
  expect(text).toBe(whole);
});

describe("complaintAbout", () => {
  const begin = "\\* BEGIN TRANSLATION\n";
  test.each([
    ["a clean translation", `${begin}VARIABLES x\n`, "Translation completed.", undefined],
    ["no translation", "VARIABLES x\n", "", "no translation"],
    [
      "a renamed variable",
      `${begin}\\* Process variable i of process p at line 6 col 11 changed to i_\n`,
      "",
      "i_",
    ],
    ["the warning alone", begin, "Warning: symbols were renamed.", "renamed"],
    ["an invented label", `${begin}Lbl_12 == TRUE\n`, "", "Lbl_12"],
    ["a comment of ours above the translation", `\\* the lock changed to free\n${begin}`, "", undefined],
  ])("%s", (_, text, said, expected) => {
    const complaint = complaintAbout(text, said);
    if (expected === undefined) expect(complaint).toBeUndefined();
    else expect(complaint).toContain(expected);
  });
});
