/** `latchwork init`: a first spec and what it takes to check it, in an empty folder or an existing project. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cannotWrite } from "../diagnostics/catalog.js";
import { fail } from "../diagnostics/diagnostic.js";
import { CONFIG, FIRST_SPEC, WORKFLOW } from "./init-files.js";
import { findRoot } from "./project.js";
import { VERSION } from "./version.js";

/** What became of one file. */
export interface InitStep {
  /** Relative to the root. */
  readonly path: string;
  readonly outcome: "written" | "added to" | "left";
  /** What was added, or why it was left as it is. */
  readonly because?: string;
}

export interface Initiated {
  readonly root: string;
  readonly steps: readonly InitStep[];
}

const SPEC = "specs/refcount.ts";
const SCRIPT = "latchwork";

/** Writes what is not there yet, and overwrites nothing. Throws a DiagnosticsError (LW1040) where it cannot write. */
export function initProject(cwd: string): Initiated {
  const root = findRoot(cwd);
  const steps = [
    create(root, SPEC, FIRST_SPEC),
    create(root, "latchwork.config.ts", CONFIG),
    create(root, ".github/workflows/latchwork.yml", WORKFLOW),
    addToManifest(root),
  ];
  return { root, steps };
}

function create(root: string, path: string, text: string): InitStep {
  try {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: "wx" });
    return { path, outcome: "written" };
  } catch (error) {
    if (isCode(error, "EEXIST")) return { path, outcome: "left", because: "it is there already" };
    return fail(cannotWrite(path, error instanceof Error ? error.message : String(error)));
  }
}

/** The script and the dependency, where they are missing; everything else in the file stays as it is. */
function addToManifest(root: string): InitStep {
  const path = "package.json";
  const missing = { scripts: { [SCRIPT]: "latchwork check" }, devDependencies: { latchwork: `^${VERSION}` } };
  const text = read(join(root, path));
  if (text === undefined) {
    return create(root, path, `${JSON.stringify({ private: true, type: "module", ...missing }, null, 2)}\n`);
  }
  const manifest = parse(text);
  if (manifest === undefined) return { path, outcome: "left", because: "it is not a JSON object" };
  const added: string[] = [];
  const scripts = objectIn(manifest, "scripts");
  if (scripts !== undefined && !(SCRIPT in scripts)) {
    manifest.scripts = { ...scripts, ...missing.scripts };
    added.push(`the script ${SCRIPT}`);
  }
  const isDependency = ["dependencies", "devDependencies"].some(
    (key) => "latchwork" in (objectIn(manifest, key) ?? {}),
  );
  const development = objectIn(manifest, "devDependencies");
  if (!isDependency && development !== undefined && manifest.name !== "latchwork") {
    manifest.devDependencies = { ...development, ...missing.devDependencies };
    added.push("the dependency latchwork");
  }
  if (added.length === 0) return { path, outcome: "left", because: "it has all that is needed" };
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? "  ";
  try {
    writeFileSync(
      join(root, path),
      JSON.stringify(manifest, null, indent) + (text.endsWith("\n") ? "\n" : ""),
    );
  } catch (error) {
    fail(cannotWrite(path, error instanceof Error ? error.message : String(error)));
  }
  return { path, outcome: "added to", because: added.join(" and ") };
}

type Fields = Record<string, unknown>;

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The object under a key, empty where the key is not there; undefined where something else is. */
function objectIn(manifest: Fields, key: string): Fields | undefined {
  const value = manifest[key] ?? {};
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
