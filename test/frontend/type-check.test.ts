/** TypeScript's own errors, for specs wherever they are kept. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mergeDiagnostics, typeCheckSpecs } from "../../src/frontend/type-check.js";
import { lowerFile, summary, withFiles } from "./read.js";

const spec = (middle: string) =>
  `import { cases, holds, instances, spin_lock, spinlock, thread } from "latchwork";\nimport { Vcpu } from "./other.js";\nconst vcpus = instances(Vcpu, 1);\n${middle}\nexport default cases({ title: "t", c: { expect: holds(), why: "w" } });\n`;
const other = `import { spinlock } from "latchwork";\nexport class Vcpu {\n  lock = spinlock();\n  n = 0;\n}\n`;

describe("typeCheckSpecs", () => {
  test("accepts a spec of another project, without any node_modules", () => {
    withFiles(
      { "a.ts": spec(`thread("a", vcpus, (v) => spin_lock(v.lock));`), "other.ts": other },
      (folder) => {
        expect(summary(typeCheckSpecs(folder, [join(folder, "a.ts")]))).toBe("");
      },
    );
  });

  test("tells errors of the spec and of what it imports, sorted and each once", () => {
    const files = {
      "a.ts": spec(`thread("a", vcpus, (v) => spin_lock(v.lok));\nthread("b", vcpus, (v) => spin_lock(v));`),
      "b.ts": spec(""),
      "other.ts": `${other}export const wrong: string = 1;\n`,
    };
    withFiles(files, (folder) => {
      const found = typeCheckSpecs(folder, [join(folder, "b.ts"), join(folder, "a.ts")]);
      expect(
        found.map(({ span, code, message }) => `${span?.file}:${span?.line} ${code} ${message}`),
      ).toEqual([
        "a.ts:4 LW1001 Property 'lok' does not exist on type 'Vcpu'. Did you mean 'lock'?",
        "a.ts:5 LW1001 Argument of type 'Vcpu' is not assignable to parameter of type 'Spinlock'. Type 'Vcpu' is missing the following properties from type 'Spinlock': owner, in_hardirq, in_softirq, with_hardirqs_on, with_softirqs_on",
        "other.ts:6 LW1001 Type 'number' is not assignable to type 'string'.",
      ]);
    });
  });

  test("tells syntax errors, and then nothing else", () => {
    withFiles({ "a.ts": "const n: string = 1;\nconst = ;\n" }, (folder) => {
      const found = typeCheckSpecs(folder, [join(folder, "a.ts")]);
      expect(found.map(({ span }) => span?.line)).toEqual([2]);
    });
  });

  test("a path that is not there is somebody else's error", () => {
    withFiles({}, (folder) => {
      expect(typeCheckSpecs(folder, [join(folder, "missing.ts")])).toEqual([]);
    });
  });
});

test("where both complain, ours is told", () => {
  const text = spec(
    [
      `thread("a", vcpus, (v) => spin_lock(v.lok));`,
      `thread("b", vcpus, (v) => {`,
      `  v.n = "x";`,
      `  if (v.lock) v.n = 2;`,
      `});`,
      `const wrong: string = 1;`,
    ].join("\n"),
  );
  withFiles({ "a.ts": text, "other.ts": other }, (folder) => {
    const path = join(folder, "a.ts");
    const merged = mergeDiagnostics(lowerFile(path).diagnostics, typeCheckSpecs(folder, [path]));
    expect(summary(merged)).toBe(
      [
        "4 LW1007 Vcpu has no field lok",
        "6 LW1019 the value that is assigned must be a number, and this is a string",
        "7 LW1019 a condition must be a boolean, and this is a Spinlock",
        "9 LW1001 Type 'number' is not assignable to type 'string'.",
      ].join("\n"),
    );
  });
});
