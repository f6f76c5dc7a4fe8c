/** The files of src/ and what they import, for the tests that keep the house in order. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A source file; names are relative to src/, with forward slashes. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** Paths of all files under `folder`, relative to it, with forward slashes; `skip` names folders left out. */
export function filesIn(folder: string, skip: readonly string[] = []): string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (skip.includes(entry.name)) continue;
      const next = join(path, entry.name);
      if (entry.isDirectory()) visit(next);
      else if (entry.isFile()) found.push(relative(folder, next).split(sep).join("/"));
    }
  };
  visit(folder);
  return found.sort();
}

/** A file with its imports: of our own files by name relative to src/, of packages by specifier. */
export function sourceFile(name: string, text: string): SourceFile {
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return { name, text, imports: imports.map((specifier) => resolveSpecifier(name, specifier)) };
}

export function readSources(): SourceFile[] {
  const src = join(repository, "src");
  return filesIn(src)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => sourceFile(name, readFileSync(join(src, name), "utf8")));
}

function resolveSpecifier(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return posix.join(dirname(from), specifier).replace(/\.js$/, ".ts");
}
