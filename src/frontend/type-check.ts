/**
 * TypeScript's own check of the spec files. It needs the lib files and takes more than a second, so it runs beside
 * the JVM and not before it; everything that Latchwork must know for itself is found by lowering.
 */
import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Span } from "../base/span.js";
import { typescriptError, unreadable } from "../diagnostics/catalog.js";
import { type Diagnostic, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { packageRoot } from "./modules.js";
import { parseOwn } from "./parse.js";
import { spanBetween } from "./source.js";
import { libraryFolder, libraryTexts, ts } from "./typescript.js";

/** The package's own types: its source where it is there, and what was built from it otherwise. */
function vocabularyPath(): string {
  const source = join(packageRoot, "src/index.ts");
  return existsSync(source) ? source : join(packageRoot, "dist/index.d.ts");
}

/** What TypeScript says about the files at these absolute paths and the files that they import; sorted. */
export function typeCheckSpecs(root: string, paths: readonly string[]): Diagnostic[] {
  return [...checkTypes(root, paths).diagnostics];
}

export interface TypeCheck {
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  /** What it was about: every file of the user's that TypeScript looked at, by absolute path, as it found it. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What TypeScript says of files at absolute paths, with what was looked at. */
export type TypeChecker = (root: string, paths: readonly string[]) => TypeCheck;

/** A check that keeps what it has read: asked again it parses only what has changed. */
export function createTypeChecker(): TypeChecker {
  const users = new Map<string, ts.SourceFile>();
  return (root, paths) => {
    try {
      return typeCheck(users, root, paths);
    } catch (error) {
      users.clear();
      if (!(error instanceof RangeError)) throw error;
      const span = {
        file: relativeName(root, paths[0] ?? root),
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 1,
      };
      const what = "TypeScript cannot check this: it is nested too deeply";
      return { diagnostics: [unreadable(span, what, "Use locals and procedures.")], sources: new Map() };
    }
  };
}

/** {@link createTypeChecker}, for one question. */
export const checkTypes: TypeChecker = (root, paths) => createTypeChecker()(root, paths);

function relativeName(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  types: [],
  skipLibCheck: true,
  ignoreDeprecations: "6.0",
  // The front end reads `./locks.ts` as it reads `./locks.js`.
  allowImportingTsExtensions: true,
  paths: { latchwork: [vocabularyPath()] },
};

/** Comments say nothing about types in TypeScript, and take a third of the time to read. */
const NO_COMMENTS = ts.JSDocParsingMode.ParseNone;

/** The texts of TypeScript's own declarations, and what of them has been parsed; they do not change. */
let libraryText: Map<string, string> | undefined;
const libraryFiles = new Map<string, ts.SourceFile>();

function libraryFile(path: string): ts.SourceFile | undefined {
  libraryText ??= libraryTexts();
  const text = libraryText.get(path);
  if (text === undefined) return undefined;
  const options = { languageVersion: ts.ScriptTarget.ES2023, jsDocParsingMode: NO_COMMENTS };
  const file = libraryFiles.get(path) ?? ts.createSourceFile(path, text, options);
  libraryFiles.set(path, file);
  return file;
}

const isLibrary = (path: string) => path.startsWith(`${libraryFolder}/`);

/** Reads what has changed since it was last asked, by this path and text. */
function createHost(users: Map<string, ts.SourceFile>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  host.jsDocParsingMode = NO_COMMENTS;
  const read = host.getSourceFile.bind(host);
  const isThere = host.fileExists.bind(host);
  host.getDefaultLibLocation = () => libraryFolder;
  host.getDefaultLibFileName = (options) => `${libraryFolder}/${ts.getDefaultLibFileName(options)}`;
  host.fileExists = (path) => (isLibrary(path) ? libraryFile(path) !== undefined : isThere(path));
  host.getSourceFile = (path, options) => {
    const own = isOwn(resolve(path)) && path.endsWith(".ts") ? parseOwn(resolve(path)) : undefined;
    if (own !== undefined) return own;
    if (isLibrary(path)) return libraryFile(path);
    const kept = users.get(path);
    if (kept !== undefined && kept.text === host.readFile(path)) return kept;
    const file = read(path, options);
    if (file === undefined) users.delete(path);
    else users.set(path, file);
    return file;
  };
  return host;
}

function typeCheck(users: Map<string, ts.SourceFile>, root: string, paths: readonly string[]): TypeCheck {
  const program = ts.createProgram({ rootNames: paths, options: OPTIONS, host: createHost(users) });
  const files = program.getSourceFiles().filter((file) => isUsers(program, file));
  const syntactic = files.flatMap((file) => program.getSyntacticDiagnostics(file));
  const found =
    syntactic.length > 0 ? syntactic : files.flatMap((file) => program.getSemanticDiagnostics(file));
  const diagnostics = found
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map((error) => fromTypescript(root, error));
  const byText = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  const sources = new Map(files.map((file) => [resolve(file.fileName), file.text]));
  return { diagnostics: sortDiagnostics([...byText.values()]), sources };
}

function isUsers(program: ts.Program, file: ts.SourceFile): boolean {
  if (program.isSourceFileDefaultLibrary(file) || program.isSourceFileFromExternalLibrary(file)) return false;
  return !isOwn(file.fileName.split("/").join(sep));
}

/** Whether the file is one of Latchwork's own. */
function isOwn(path: string): boolean {
  return ["src", "dist"].some((folder) => path.startsWith(join(packageRoot, folder) + sep));
}

function fromTypescript(root: string, { file, start, length, code, messageText }: ts.Diagnostic): Diagnostic {
  const text = ts.flattenDiagnosticMessageText(messageText, " ").replace(/\s+/g, " ");
  const span =
    file === undefined
      ? { file: ".", line: 1, column: 1, endLine: 1, endColumn: 1 }
      : spanBetween(
          { name: relativeName(root, file.fileName), file },
          start ?? 0,
          (start ?? 0) + (length ?? 0),
        );
  return typescriptError(span, code, text);
}

/**
 * What the front end found together with what TypeScript found. Where both complain about one place only ours is
 * kept: it knows what the spec means, and says what to write instead.
 */
export function mergeDiagnostics(
  own: readonly Diagnostic[],
  typescript: readonly Diagnostic[],
): Diagnostic[] {
  const isNew = ({ span }: Diagnostic) =>
    span === undefined || !own.some((other) => other.span !== undefined && meetOnLine(span, other.span));
  return sortDiagnostics([...own, ...typescript.filter(isNew)]);
}

/** Whether both begin on one line and overlap there. */
function meetOnLine(a: Span, b: Span): boolean {
  if (a.file !== b.file || a.line !== b.line) return false;
  const endOf = (span: Span) =>
    span.endLine > span.line ? Number.POSITIVE_INFINITY : Math.max(span.endColumn, span.column + 1);
  return a.column < endOf(b) && b.column < endOf(a);
}
