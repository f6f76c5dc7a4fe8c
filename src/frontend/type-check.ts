/**
 * TypeScript's own check of the spec files. It needs the lib files and takes more than a second, so it runs beside
 * the JVM and not before it; everything that Latchwork must know for itself is found by lowering.
 */
import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { Project, ts } from "ts-morph";
import type { Span } from "../base/span.js";
import { typescriptError, unreadable } from "../diagnostics/catalog.js";
import { type Diagnostic, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { packageRoot } from "./modules.js";
import { spanBetween } from "./source.js";

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

/** A check that keeps what it knows: asked again it reads only what has changed, and the library's types not at all. */
export function createTypeChecker(): TypeChecker {
  let project: Project | undefined;
  return (root, paths) => {
    project ??= createProject();
    try {
      return typeCheck(project, root, paths);
    } catch (error) {
      project = undefined;
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

function createProject(): Project {
  return new Project({
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
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
    },
  });
}

function typeCheck(project: Project, root: string, paths: readonly string[]): TypeCheck {
  const asked = new Set(paths);
  for (const file of project.getSourceFiles()) {
    const path = resolve(file.getFilePath());
    if (isOwn(path)) continue;
    // What is imported is found again below.
    if (asked.has(path)) file.refreshFromFileSystemSync();
    else file.forget();
  }
  for (const path of paths) project.addSourceFileAtPathIfExists(path);
  project.resolveSourceFileDependencies();
  const program = project.getProgram().compilerObject;
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
