/** The rules that test/tidy.test.ts applies to src/. Each returns what breaks it, in words; empty is good. */
import { builtinModules } from "node:module";
import ts from "typescript";
import type { SourceFile } from "./source-tree.js";

/** Who may import whom: folders, or single files where only one is open. A folder may import itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  bench: [
    "app",
    "explorer",
    "reduction",
    "emit",
    "interpreter",
    "ir",
    "tlc",
    "report/reporter.ts",
    "report/schema.ts",
  ],
  cli: ["app", "report", "config", "diagnostics", "base", "tlc/doctor.ts"],
  app: [
    "frontend",
    "passes",
    "reduction",
    "explorer",
    "emit",
    "interpreter",
    "ir",
    "tlc",
    "trace",
    "report",
    "cache",
    "diagnostics",
    "base",
  ],
  cache: ["report/schema.ts", "base"],
  report: ["trace/interleaving.ts", "diagnostics", "base"],
  trace: [
    "interpreter",
    "ir",
    "emit/naming.ts",
    "emit/strings.ts",
    "tlc/raw-trace.ts",
    "diagnostics",
    "base",
  ],
  tlc: ["diagnostics", "base"],
  emit: ["ir", "diagnostics", "base"],
  reduction: [
    "ir",
    "passes/drop-unread.ts",
    "passes/reset-dead-locals.ts",
    "passes/spinning.ts",
    "interpreter",
    "base",
  ],
  passes: ["ir", "interpreter", "diagnostics", "base"],
  explorer: ["ir", "interpreter", "base"],
  interpreter: ["ir", "base"],
  frontend: ["ir", "diagnostics", "base"],
  ir: ["base"],
  config: ["diagnostics", "base"],
  diagnostics: ["base"],
  library: ["dsl"],
  dsl: [],
  base: [],
  "index.ts": ["dsl", "library"],
};

/** Narrower than the folder: in passes only the initial state is computed by running anything. */
const ONLY_FROM: Readonly<Record<string, readonly string[]>> = {
  "passes -> interpreter": ["passes/initial.ts"],
};

/** Packages and the folders, of any depth, that may import them. */
const FENCES: Readonly<Record<string, readonly string[]>> = {
  "ts-morph": ["frontend"],
  "@ts-morph/common": ["frontend"],
  chevrotain: ["trace"],
  execa: ["tlc"],
  // Who starts programs.
  "node:child_process": ["tlc"],
  undici: ["tlc"],
  "env-paths": ["tlc"],
  commander: ["cli"],
  "@babel/code-frame": ["diagnostics"],
  picocolors: ["report", "diagnostics"],
  zod: ["report", "cache", "config"],
  jiti: ["config"],
  xmlbuilder2: ["report"],
  "mdast-util-gfm": ["report"],
  "mdast-util-to-markdown": ["report"],
  mdast: ["report"],
  sarif: ["report"],
  preact: ["report/html/client"],
  "preact/hooks": ["report/html/client"],
  tinyglobby: ["app"],
  chokidar: ["app"],
};

/** No file longer than this; 400 is what to aim for. */
const MOST_LINES = 500;

const folderOf = (name: string) => name.split("/")[0]!;
const isOwn = (imported: string) => imported.endsWith(".ts");

export function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ name, imports }) => {
    const from = folderOf(name);
    const allowed = ARROWS[from];
    if (allowed === undefined) return [`${name}: no rule says what ${from} may import`];
    return imports
      .filter(isOwn)
      .filter((imported) => {
        const to = folderOf(imported);
        if (to === from) return false;
        const only = ONLY_FROM[`${from} -> ${to}`];
        if (only !== undefined && !only.includes(name)) return true;
        return !allowed.includes(to) && !allowed.includes(imported);
      })
      .map((imported) => `${name} imports ${imported}`);
  });
}

export function forbiddenPackages(files: readonly SourceFile[]): string[] {
  const builtin = new Set(builtinModules);
  return files.flatMap(({ name, imports }) =>
    imports
      .filter((imported) => !isOwn(imported) && (!imported.startsWith("node:") || imported in FENCES))
      .filter(
        (imported) =>
          builtin.has(imported) || FENCES[imported]?.some((home) => name.startsWith(`${home}/`)) !== true,
      )
      .map((imported) => `${name} imports ${imported}`),
  );
}

/** The browser gets what the client imports: of our own nothing but itself, and the types of the data that it reads. */
const CLIENT = "report/html/client/";
const CLIENT_DATA = "report/html/data.ts";

/** Imports of the client's files that lead out of it, and imports of others that lead into it. */
export function clientImports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ name, imports }) =>
    imports
      .filter(isOwn)
      .filter((imported) => name.startsWith(CLIENT) !== imported.startsWith(CLIENT))
      .filter((imported) => imported !== CLIENT_DATA)
      .map((imported) => `${name} imports ${imported}`),
  );
}

/** A file that passes on what others export. */
export function barrels(files: readonly SourceFile[]): string[] {
  const passesOn = /^export\s+(type\s+)?(\*|\{[^}]*\})(\s+as\s+\w+)?\s+from\b/m;
  return files.filter(({ name, text }) => name !== "index.ts" && passesOn.test(text)).map(({ name }) => name);
}

export function longFiles(files: readonly SourceFile[]): string[] {
  return files
    .map(({ name, text }) => ({ name, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ name, lines }) => `${name} has ${lines} lines`);
}

/** Everything that importing `start` loads. */
export function reachable(files: readonly SourceFile[], start: string): string[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const imported of byName.get(name)?.imports ?? []) visit(imported);
  };
  visit(start);
  return [...seen].sort();
}

/** A code means one thing: the diagnostics with it are made by one function. */
export function sharedCodes(files: readonly SourceFile[]): string[] {
  const makers = new Map<string, Set<string>>();
  for (const { name, text } of files) {
    for (const statement of ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).statements) {
      for (const code of codesIn(statement)) {
        const known = makers.get(code) ?? new Set();
        makers.set(code, known.add(`${name} ${nameOf(statement)}`));
      }
    }
  }
  return [...makers]
    .filter(([, by]) => by.size > 1)
    .map(([code, by]) => `${code} is made by ${[...by].join(" and ")}`);
}

/** Values of `code:` properties. */
function codesIn(root: ts.Node): string[] {
  const codes: string[] = [];
  const visit = (node: ts.Node) => {
    if (
      ts.isPropertyAssignment(node) &&
      node.name.getText() === "code" &&
      ts.isStringLiteral(node.initializer)
    ) {
      codes.push(node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return codes;
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]!.name.getText();
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text ?? "?";
  return statement.getText().slice(0, 40);
}
