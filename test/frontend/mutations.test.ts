/**
 * Whatever a typing person, an editor or a merge makes of a spec: it compiles, or it is refused with places, and soon.
 * What still compiles is legal for the real translator and TLC too. Another series: LATCHWORK_FUZZ_SEED=7; more of them:
 * LATCHWORK_FUZZ_COUNT=2000.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Diagnostic, DiagnosticsError, sortDiagnostics } from "../../src/diagnostics/diagnostic.js";
import { emitModule } from "../../src/emit/module.js";
import type { LoweredSpec } from "../../src/frontend/lower-case.js";
import { packageRoot } from "../../src/frontend/modules.js";
import { typeCheckSpecs } from "../../src/frontend/type-check.js";
import { ts } from "../../src/frontend/typescript.js";
import { compile } from "../../src/passes/compile.js";
import { expectAgreement } from "../soundness/agreement.js";
import { explore } from "../support/explore.js";
import { HOSTILE_NAMES } from "../support/named-spec.js";
import { lowerText, withFiles } from "./read.js";

const COUNT = Number(process.env.LATCHWORK_FUZZ_COUNT ?? 200);
const SEED = Number(process.env.LATCHWORK_FUZZ_SEED ?? 20_260_403);

const read = (name: string) => readFileSync(join(packageRoot, name), "utf8");
const under = (folder: string) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => read(join(folder, name)));

/** The large spec now and then: it takes as long as all the others. */
const SMALL = [...under("test/cases"), ...under("test/fixtures/specs/accepted")];
const BASES = [...SMALL, ...SMALL, read("specs/vpt/vpt.ts")].map(tokensOf);
/** Imports of the accepted fixtures must lead somewhere. */
const OTHERS = Object.fromEntries(
  readdirSync(join(packageRoot, "test/fixtures/specs/accepted")).map((name) => [
    name,
    read(join("test/fixtures/specs/accepted", name)),
  ]),
);

/** The text cut into tokens, each with the white space and comments before it. */
function tokensOf(text: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, false, ts.LanguageVariant.Standard, text);
  const tokens: string[] = [];
  for (let from = 0; scanner.scan() !== ts.SyntaxKind.EndOfFileToken; from = scanner.getTokenEnd()) {
    tokens.push(text.slice(from, scanner.getTokenEnd()));
  }
  return tokens;
}

/** What stands in for a token: a value of another type, a huge number, a word that something reserves. */
const REPLACEMENTS = [
  ...'0 -1 1.5 1e99 99999999999 2147483648 0x10 1n true null undefined NaN "" "text" /x/ [] {} () => x'.split(
    " ",
  ),
  ..."new this super await yield typeof void delete in instanceof as satisfies enum with switch case label: ?. ?? ...".split(
    " ",
  ),
  ..."& | ^ << >>> ** / % ! ~ ++ -- = += === == => , ; { } ( ) [ ] < > @ # \\ ' \" ` /* //".split(" "),
  "() => {}",
  "async () => {}",
  "current()",
  "maybe()",
  "new Vcpu()",
  "spinlock()",
  'param("p", 1)',
  "\u0000",
  "\u202e",
  "\ud800",
  "((((((((((((((((((((1))))))))))))))))))))",
  `"${"long".repeat(5000)}"`,
  "n".repeat(3000),
  ...HOSTILE_NAMES.filter((_, index) => index % 5 === 0),
];

const place = fc.nat();
const change = fc.oneof(
  fc.record({ kind: fc.constantFrom("delete" as const, "duplicate" as const), at: place }),
  fc.record({ kind: fc.constantFrom("swap" as const, "overwrite" as const), at: place, with: place }),
  fc.record({ kind: fc.constant("replace" as const), at: place, by: fc.constantFrom(...REPLACEMENTS) }),
  // Every use of one name: what an editor's rename does.
  fc.record({ kind: fc.constant("rename" as const), at: place, by: fc.constantFrom(...HOSTILE_NAMES) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const whole: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  CRLF: (text) => text.replaceAll("\n", "\r\n"),
  CR: (text) => text.replaceAll("\n", "\r"),
  "a byte order mark": (text) => `\uFEFF${text}`,
  tabs: (text) => text.replace(/^( {2})+/gm, (indent) => "\t".repeat(indent.length / 2)),
  "one line": (text) => text.replace(/\/\/.*$/gm, "").replaceAll("\n", " "),
  "cut off": (text) => text.slice(0, (text.length * 2) / 3),
};

function mutate(tokens: readonly string[], changes: readonly Change[]): string {
  let changed = [...tokens];
  for (const each of changes) {
    const at = each.at % changed.length;
    const old = changed[at]!;
    const space = /^\s*/.exec(old)![0];
    if (each.kind === "delete") changed[at] = "";
    if (each.kind === "duplicate") changed[at] = `${old} ${old}`;
    if (each.kind === "overwrite") changed[at] = changed[each.with % changed.length]!;
    if (each.kind === "swap") {
      const other = each.with % changed.length;
      [changed[at], changed[other]] = [changed[other]!, old];
    }
    if (each.kind === "replace") changed[at] = `${space}${each.by}`;
    if (each.kind === "rename" && /^[\p{L}_$]/u.test(old.trim())) {
      const same = (token: string) => token.trim() === old.trim();
      changed = changed.map((token) => (same(token) ? `${/^\s*/.exec(token)![0]}${each.by}` : token));
    }
  }
  return changed.join("");
}

const mutated = fc
  .record({
    base: fc.constantFrom(...BASES),
    changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    shape: fc.constantFrom(...Object.keys(whole)),
  })
  .map(({ base, changes, shape }) => new String(whole[shape]!(mutate(base, changes))));

/** Every diagnostic says where in the text it is, once, in order. */
function expectPlaced(diagnostics: readonly Diagnostic[], text: string): void {
  expect(diagnostics).toEqual(sortDiagnostics(diagnostics));
  expect(new Set(diagnostics.map((each) => JSON.stringify(each))).size).toBe(diagnostics.length);
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).length;
  for (const { code, span, message, why, help } of diagnostics) {
    expect(code).toMatch(/^LW10\d\d$/);
    expect(Math.min(span?.line ?? 0, span?.column ?? 0)).toBeGreaterThan(0);
    if (span?.file === "spec.ts") expect(span.line).toBeLessThanOrEqual(lines);
    expect([message, why, help].filter((part) => part === undefined || part === "")).toEqual([]);
  }
}

/** The whole way but for Java. As in a run, what the passes do not expect is tolerated where TypeScript refuses it. */
function compiles(lowered: LoweredSpec, text: string): boolean {
  const found: Diagnostic[] = [...lowered.diagnostics];
  for (const { program } of found.length > 0 ? [] : lowered.cases) {
    try {
      emitModule(compile(program), "spec");
    } catch (error) {
      if (error instanceof DiagnosticsError) found.push(...error.diagnostics);
      else if (typeErrors([text]).length === 0) throw error;
      else return false;
    }
  }
  expectPlaced(
    sortDiagnostics([...new Map(found.map((each) => [JSON.stringify(each), each])).values()]),
    text,
  );
  return found.length === 0;
}

/** What TypeScript says about these texts; a file for each, `0.ts` and so on. */
function typeErrors(texts: readonly string[]): Diagnostic[] {
  const files = Object.fromEntries(texts.map((text, index) => [`${index}.ts`, text]));
  return withFiles({ ...OTHERS, ...files }, (root) =>
    typeCheckSpecs(
      root,
      Object.keys(files).map((name) => join(root, name)),
    ),
  );
}

describe("mutations of specs", () => {
  /** Those that still compile. */
  const accepted: string[] = [];

  test("are compiled or refused, and soon", { timeout: 120_000 + COUNT * 1000 }, () => {
    console.log(`mutated specs: ${COUNT}, seed ${SEED}`);
    fc.assert(
      fc.property(mutated, (boxed) => {
        const text = String(boxed);
        const started = performance.now();
        if (compiles(lowerText(text, { others: OTHERS }), text)) accepted.push(text);
        expect(performance.now() - started).toBeLessThan(5000);
      }),
      { seed: SEED, numRuns: COUNT },
    );
    // The mutations are neither all harmless nor all fatal.
    expect(accepted.length).toBeGreaterThan(COUNT / 20);
    expect(accepted.length).toBeLessThan(COUNT / 2);
  });

  test("that compile are legal for the translator and for TLC", { timeout: 120_000 }, async () => {
    const wrong = new Set(typeErrors(accepted).map(({ span }) => span?.file));
    const models = accepted
      .filter((_, index) => !wrong.has(`${index}.ts`))
      .map((text) => compile(lowerText(text, { others: OTHERS }).cases[0]!.program))
      .filter((model) => isSmall(model));
    expect(models.length).toBeGreaterThan(4);
    for (const model of models.slice(0, 5)) await expectAgreement(model);
  });
});

function isSmall(model: Parameters<typeof explore>[0]): boolean {
  try {
    return explore(model, { limit: 500 }).distinct > 3;
  } catch {
    return false;
  }
}
