/**
 * Which Latchwork this is. A version number would do for an installed package and not for a checkout, where the code
 * changes under one number: so it is the code itself, and the packages that decide how a spec is read.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** dist/ where this was built, src/ where it was not. */
const CODE = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** What specs import is read as source, also by what was built. */
const VOCABULARY = ["src/index.ts", "src/dsl", "src/library"];

/** Their versions decide what TypeScript means; ts-morph carries its compiler in the second. */
const READERS = ["ts-morph", "@ts-morph/common"];

/** A digest of everything of Latchwork that has a part in an answer. */
export function buildIdentity(): string {
  const hash = createHash("sha256");
  const add = (name: string, path: string) => {
    const content = readFileSync(path);
    hash.update(`${JSON.stringify(name)} ${content.length}\n`).update(content);
  };
  for (const file of codeFiles()) add(relative(PACKAGE, file), file);
  for (const [index, manifest] of readerManifests().entries()) add(READERS[index]!, manifest);
  return hash.digest("hex");
}

function codeFiles(): string[] {
  const vocabulary = VOCABULARY.map((name) => join(PACKAGE, name)).filter((path) => existsSync(path));
  // Without its source the vocabulary is known by its declarations.
  const ending = vocabulary.length === VOCABULARY.length ? /(?<!\.d)\.(?:[jt]s|java)$/ : /\.(?:[jt]s|java)$/;
  const isCode = (name: string) => ending.test(name) && !name.startsWith(`bench${sep}`);
  const code = filesIn(CODE)
    .filter((name) => isCode(name))
    .map((name) => join(CODE, name));
  const own = vocabulary.flatMap((path) =>
    path.endsWith(".ts") ? [path] : filesIn(path).map((name) => join(path, name)),
  );
  return [...new Set([...code, ...own])].sort();
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((name) => /\.[a-z]+$/.test(name));
}

/** The package.json of each reader, found as the import of it would be. */
function readerManifests(): string[] {
  let from = import.meta.url;
  return READERS.map((name) => {
    const manifest = packageManifest(createRequire(from).resolve(name), name);
    from = manifest;
    return manifest;
  });
}

/** From a file of a package upward: not every package lets its package.json be imported. */
function packageManifest(entry: string, name: string): string {
  const folder = join("node_modules", ...name.split("/"));
  const at = entry.lastIndexOf(folder);
  // Where packages are kept in another way, the code that is imported is as good.
  return at < 0 ? entry : join(entry.slice(0, at), folder, "package.json");
}
