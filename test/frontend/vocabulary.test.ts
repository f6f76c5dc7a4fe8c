/** The table of the vocabulary says what the vocabulary's own files say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { INTRINSICS } from "../../src/frontend/intrinsics.js";
import { packageRoot } from "../../src/frontend/modules.js";
import { ts } from "../../src/frontend/typescript.js";

/** `name minimum maximum` of every exported function; of an overloaded one, over all signatures. */
function declared(): string[] {
  const folder = join(packageRoot, "src/dsl");
  const counts = new Map<string, [number, number]>();
  for (const name of readdirSync(folder)) {
    if (name === "read-not-run.ts") continue;
    const file = ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.ES2023);
    for (const node of file.statements) {
      if (!ts.isFunctionDeclaration(node) || node.name === undefined) continue;
      const rest = node.parameters.some((parameter) => parameter.dotDotDotToken !== undefined);
      // The signature behind overloads is nobody's to call.
      if (rest && counts.has(node.name.text)) continue;
      const required = node.parameters.filter(
        ({ questionToken, dotDotDotToken }) => questionToken === undefined && dotDotDotToken === undefined,
      ).length;
      const allowed = rest ? Number.POSITIVE_INFINITY : node.parameters.length;
      const [minimum, maximum] = counts.get(node.name.text) ?? [required, 0];
      counts.set(node.name.text, [Math.min(minimum, required), Math.max(maximum, allowed)]);
    }
  }
  return [...counts].map(([name, [minimum, maximum]]) => `${name} ${minimum} ${maximum}`).sort();
}

test("every function of src/dsl is known, with its number of arguments", () => {
  const known = [...INTRINSICS].map(([name, { minimum, maximum }]) => `${name} ${minimum} ${maximum}`);
  expect(known.sort()).toEqual(declared());
});
