/** Where a project begins, and which of its files are specs. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { globSync } from "tinyglobby";
import { noSpecs, pathNotFound } from "../diagnostics/catalog.js";
import { fail } from "../diagnostics/diagnostic.js";

/** The nearest folder upward with a package.json or a .git; the start itself where there is none. */
export function findRoot(start: string): string {
  for (let at = resolve(start); ; at = dirname(at)) {
    if (existsSync(join(at, "package.json")) || existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return resolve(start);
  }
}

/**
 * The folder of the project in its repository, `designs/locks`; empty where the project is all of it. The repository is the
 * nearest folder upward with a .git and, where there is none, the one that GitHub has checked out.
 * @param workspace GitHub's name for that folder: GITHUB_WORKSPACE
 */
export function folderInRepository(root: string, workspace: string | undefined): string {
  const checkedOut = workspace === undefined || workspace === "" ? undefined : realpathOr(workspace);
  const own = realpathOr(root);
  const top = folderWithGit(own) ?? checkedOut;
  const folder = top === undefined ? "" : relative(top, own);
  return folder === ".." || folder.startsWith(`..${sep}`) || isAbsolute(folder)
    ? ""
    : folder.split(sep).join("/");
}

function folderWithGit(start: string): string | undefined {
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return undefined;
  }
}

function realpathOr(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

export interface SpecPath {
  /** Absolute. */
  readonly path: string;
  /** Named by the user itself, and not found in a folder: it must be a spec. */
  readonly named: boolean;
}

/** Folders that never hold specs. */
const IGNORED = ["**/node_modules/**", "**/dist/**", "**/generated/**", "**/*.d.ts"];

/**
 * The .ts files that these paths name, folders searched through; sorted and each once. Without paths it is the
 * project's `specs` folder, or the project where it has none. Throws a DiagnosticsError for a path that does not
 * exist, and when nothing is found.
 */
export function findSpecPaths(root: string, cwd: string, paths: readonly string[]): SpecPath[] {
  const wanted = paths.length > 0 ? paths.map((path) => resolve(cwd, path)) : [defaultFolder(root)];
  const found = new Map<string, SpecPath>();
  for (const path of wanted) {
    if (!existsSync(path)) fail(pathNotFound(relative(cwd, path) || path, siblings(cwd, path)));
    if (!statSync(path).isDirectory()) {
      found.set(path, { path, named: true });
      continue;
    }
    for (const file of globSync("**/*.ts", { cwd: path, absolute: true, ignore: IGNORED })) {
      const absolute = resolve(file);
      if (!found.has(absolute)) found.set(absolute, { path: absolute, named: false });
    }
  }
  if (found.size === 0) fail(noSpecs(wanted.map((path) => relative(cwd, path) || ".")));
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where specs are looked for when nothing is named. */
export function defaultFolder(root: string): string {
  const specs = join(root, "specs");
  return existsSync(specs) ? specs : root;
}

/** Names near a path that does not exist, as the user would have typed them. */
function siblings(cwd: string, path: string): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  return globSync(["*", "*/"], { cwd: folder, onlyFiles: false, absolute: true, deep: 1 }).map((name) =>
    relative(cwd, name).split(sep).join("/"),
  );
}
