/** docs/LANGUAGE.md tells the truth: its examples compile, and it names everything that there is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createModuleGraph, packageRoot } from "../../src/frontend/modules.js";
import { typeCheckSpecs } from "../../src/frontend/type-check.js";
import { CHECKS } from "../../src/ir/checks.js";
import { compileErrors, lowerFile, lowerText, summary, withFiles } from "./read.js";

const text = readFileSync(join(packageRoot, "docs/LANGUAGE.md"), "utf8");

function blocks(language: string): string[] {
  const fences = text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm);
  return [...fences].filter((fence) => fence[1] === language).map((fence) => fence[2]!);
}

/** A block that is no whole spec stands between these, behind an import of every word that it uses. */
const PRELUDE = `class Vcpu {
  owner: Thread | null = null;
}
const vcpus = instances(Vcpu, 2);
thread("a", vcpus, (v) => {
  v.owner = null;
});
`;
function importsFor(block: string): string {
  const graph = createModuleGraph(packageRoot);
  const words = new Set(`${block}${PRELUDE}`.match(/[A-Za-z_]\w*/g));
  const declares = (name: string) => new RegExp(`\\b(class|const|function|let|type) ${name}\\b`).test(block);
  const names = [...graph.latchwork.keys()].filter((name) => words.has(name) && !declares(name));
  return `import { ${[...new Set([...names, "cases", "holds"])].join(", ")} } from "latchwork";\n`;
}

const ENDING = `export default cases({ title: "t", c: { expect: holds(), why: "w" } });\n`;

describe("docs/LANGUAGE.md", () => {
  const wholes = blocks("ts").map((block) =>
    block.includes("export default") ? block : `${importsFor(block)}${PRELUDE}${block}${ENDING}`,
  );

  test.each(wholes.map((whole, index) => ({ whole, name: `example ${index + 1}` })))("$name", ({ whole }) => {
    withFiles({ "spec.ts": whole }, (folder) => {
      const path = join(folder, "spec.ts");
      const lowered = lowerFile(path);
      expect(summary(lowered.diagnostics)).toBe("");
      expect(summary(compileErrors(lowered))).toBe("");
      expect(summary(typeCheckSpecs(folder, [path]))).toBe("");
    });
  });

  test("what is not built yet is refused with LW1003, line by line", () => {
    const [plans, ...more] = blocks("ts refused");
    expect(more).toEqual([]);
    const { diagnostics } = lowerText(plans ?? "");
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["LW1003"]));
    expect([...new Set(diagnostics.map(({ span }) => span?.line))]).toEqual([1, 4, 6]);
  });

  test("it names every check, and every word of the vocabulary and the library", () => {
    const graph = createModuleGraph(packageRoot);
    // The classes and types behind spinlock(), timer() and their like are not what a spec names.
    const words = [...graph.latchwork.keys()].filter((name) => /^[a-z]/.test(name) && name !== "readNotRun");
    expect(words.filter((name) => !text.includes(name))).toEqual([]);
    expect([...CHECKS.keys()].filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
  });
});
