/**
 * The generated/ folder: the model of every case, committed and read by reviewers. It mirrors specs/:
 * `specs/vpt/vpt.ts`, case `pt-migrate`, becomes `generated/vpt/vpt/pt_migrate.{tla,cfg,map.json}`.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cannotWrite, stale } from "../diagnostics/catalog.js";
import { type Diagnostic, fail } from "../diagnostics/diagnostic.js";
import type { CheckRequest } from "./check-request.js";

/** A file with its text; the path is relative to the project root, with forward slashes. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Endings of the files that Latchwork writes, and may remove. */
const ENDINGS = [".tla", ".cfg", ".map.json"] as const;

/** Whether the repository keeps the models of this run: not those that --set, --memory and --no-reduce change. */
export function keepsModels({
  settings,
  memory,
  reduce,
}: Pick<CheckRequest, "settings" | "memory" | "reduce">): boolean {
  return settings.length === 0 && memory === undefined && reduce;
}

/** The folder of a spec's models, relative to the root. */
export function generatedFolder(spec: string): string {
  const path = spec.replace(/\.ts$/, "").replace(/^specs\//, "");
  return `generated/${path.replace(/^(\.\.\/)+/, "")}`;
}

/** The three files of a case. */
export function generatedFiles(
  spec: string,
  module: string,
  texts: { readonly tla: string; readonly config: string; readonly map: string },
): GeneratedFile[] {
  const base = `${generatedFolder(spec)}/${module}`;
  return [
    { path: `${base}.tla`, text: texts.tla },
    { path: `${base}.cfg`, text: texts.config },
    { path: `${base}.map.json`, text: texts.map },
  ];
}

/**
 * Writes the files that differ from what is there: each under another name first, then all renamed, so that no
 * reader sees half a file. Throws a DiagnosticsError (LW1040) and leaves everything as it was when it cannot.
 */
export function writeGenerated(root: string, files: readonly GeneratedFile[]): void {
  const changed = files.filter((file) => read(root, file.path) !== file.text);
  const written: { temporary: string; final: string }[] = [];
  let at = "";
  try {
    for (const file of changed) {
      at = file.path;
      const final = join(root, file.path);
      const temporary = join(dirname(final), `.${randomUUID()}.tmp`);
      mkdirSync(dirname(final), { recursive: true });
      written.push({ temporary, final });
      writeFileSync(temporary, file.text);
    }
    for (const { temporary, final } of written) renameSync(temporary, final);
  } catch (error) {
    for (const { temporary } of written) rmSync(temporary, { force: true });
    fail(cannotWrite(at, error instanceof Error ? error.message : String(error)));
  }
}

/** Files of these specs' folders that no case stands behind any more. */
export function superfluous(
  root: string,
  specs: readonly string[],
  files: readonly GeneratedFile[],
): string[] {
  const wanted = new Set(files.map((file) => file.path));
  return specs.flatMap((spec) => {
    const folder = generatedFolder(spec);
    return list(join(root, folder))
      .filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !wanted.has(path));
  });
}

/** Removes files found by {@link superfluous}. */
export function removeGenerated(root: string, paths: readonly string[]): void {
  for (const path of paths) rmSync(join(root, path), { force: true });
}

/** What differs between the folder and what the specs compile to; `extra` was found by {@link superfluous}. */
export function staleness(
  root: string,
  files: readonly GeneratedFile[],
  extra: readonly string[],
): Diagnostic[] {
  const changes = files.flatMap((file): Diagnostic[] => {
    const text = read(root, file.path);
    if (text === file.text) return [];
    return [stale(file.path, text === undefined ? "missing" : "different")];
  });
  return [...changes, ...extra.map((path) => stale(path, "superfluous"))];
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
