/** Whatever a typing person makes of a spec: the front end answers with diagnostics, and soon. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { sortDiagnostics } from "../../src/diagnostics/diagnostic.js";
import { packageRoot } from "../../src/frontend/modules.js";
import { compileErrors, lowerText } from "./read.js";

const spec = readFileSync(join(packageRoot, "specs/vpt/vpt.ts"), "utf8");

/** The text cut into tokens, each with the white space and comments before it. */
function tokensOf(text: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, false, ts.LanguageVariant.Standard, text);
  const tokens: string[] = [];
  for (let from = 0; scanner.scan() !== ts.SyntaxKind.EndOfFileToken; from = scanner.getTokenEnd()) {
    tokens.push(text.slice(from, scanner.getTokenEnd()));
  }
  return tokens;
}

const tokens = tokensOf(spec);
const place = fc.nat(tokens.length - 1);
const mutation = fc.oneof(
  fc.record({ kind: fc.constantFrom("delete" as const, "duplicate" as const), at: place }),
  fc.record({ kind: fc.constantFrom("swap" as const, "overwrite" as const), at: place, with: place }),
);

function mutate(changes: readonly { kind: string; at: number; with?: number }[]): string {
  const changed = [...tokens];
  for (const { kind, at, with: other = at } of changes) {
    if (kind === "delete") changed[at] = "";
    if (kind === "duplicate") changed[at] = `${changed[at]} ${changed[at]}`;
    if (kind === "overwrite") changed[at] = changed[other]!;
    if (kind === "swap") [changed[at], changed[other]] = [changed[other]!, changed[at]!];
  }
  return changed.join("");
}

test("no mutation of a spec throws, or takes long", () => {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
      const started = performance.now();
      const lowered = lowerText(mutate(changes));
      const { diagnostics } = lowered;
      expect(diagnostics).toEqual(sortDiagnostics(diagnostics));
      expect(new Set(diagnostics.map((diagnostic) => JSON.stringify(diagnostic))).size).toBe(
        diagnostics.length,
      );
      if (diagnostics.length === 0) compileErrors(lowered);
      expect(performance.now() - started).toBeLessThan(5000);
    }),
    { numRuns: 200 },
  );
}, 300_000);
