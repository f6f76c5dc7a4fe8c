/**
 * Loads a spec and everything it imports, and resolves names. Only text is read: no lib files, no type checker,
 * nothing is executed. `latchwork` resolves to the vocabulary (src/dsl, known by name) and to the library
 * (src/library, ordinary source in the same language).
 */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Span } from "../base/span.js";
import {
  duplicateName,
  missingImport,
  notYet,
  unknownExport,
  unknownImport,
  unknownName,
  unsupported,
} from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parseFile, parseOwn } from "./parse.js";
import { plannedWord } from "./planned.js";
import { type SourceText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** The package's own folder; the same distance from src/frontend and from dist/frontend. */
export const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What a name stands for. */
export type Declaration =
  | { readonly kind: "intrinsic"; readonly name: string }
  | { readonly kind: "class"; readonly node: ts.ClassDeclaration; readonly module: Module }
  | { readonly kind: "procedure"; readonly node: ts.FunctionDeclaration; readonly module: Module }
  | {
      readonly kind: "variable";
      readonly node: ts.VariableDeclaration;
      readonly mutable: boolean;
      readonly module: Module;
    }
  | {
      readonly kind: "alias";
      readonly node: ts.TypeAliasDeclaration;
      readonly module: Module;
    }
  /** Imported, but not there: reported at the import and nowhere else. */
  | { readonly kind: "missing" };

export interface Module extends SourceText {
  /** Absolute path. */
  readonly path: string;
  readonly library: boolean;
  /** Everything that can be named in the file. */
  readonly names: Map<string, Declaration>;
  readonly exports: Set<string>;
  /** The user's modules that it imports. */
  readonly imports: Module[];
  /** What is wrong with the file whatever the case. */
  readonly diagnostics: Diagnostic[];
  /** What it can import from latchwork. */
  readonly vocabulary: ReadonlyMap<string, Declaration>;
  /** False where the text itself could not be parsed: its tree means nothing then. */
  readonly parsed: boolean;
}

/** Modules by absolute path. */
export interface ModuleGraph {
  readonly root: string;
  readonly modules: Map<string, Module>;
  /** What can be imported from latchwork. */
  readonly latchwork: Map<string, Declaration>;
}

/** An empty graph; `root` is the folder that reported paths are relative to. */
export function createModuleGraph(root: string): ModuleGraph {
  const graph: ModuleGraph = { root, modules: new Map(), latchwork: new Map() };
  for (const path of sourcesIn("dsl")) {
    for (const name of exportedNames(parseOwn(path))) graph.latchwork.set(name, { kind: "intrinsic", name });
  }
  for (const path of sourcesIn("library")) {
    const module = loadModule(graph, path, true);
    for (const name of module.exports) graph.latchwork.set(name, module.names.get(name)!);
  }
  return graph;
}

function sourcesIn(folder: "dsl" | "library"): string[] {
  const path = join(packageRoot, "src", folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(path, name));
}

/** The module at an absolute path, with all that it imports; read once per graph. */
export function loadModule(graph: ModuleGraph, path: string, library = false): Module {
  const known = graph.modules.get(path);
  if (known !== undefined) return known;
  const name = library ? `latchwork/${basename(path)}` : relative(graph.root, path).split(sep).join("/");
  const { file, diagnostics } = library ? { file: parseOwn(path), diagnostics: [] } : parseFile(path, name);
  const module: Module = {
    path,
    name,
    file,
    library,
    names: new Map(),
    exports: new Set(exportedNames(file)),
    imports: [],
    diagnostics: [...diagnostics],
    vocabulary: graph.latchwork,
    parsed: diagnostics.length === 0,
  };
  graph.modules.set(path, module);
  if (!module.parsed) return module;
  // Its own names first: with cyclic imports another module may ask for them while ours are being resolved.
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) declare(module, statement);
  }
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) declareImports(graph, module, statement);
  }
  return module;
}

/** The diagnostic for a name that means nothing where it stands; `known` are those that do. */
export function undeclared(
  module: Module,
  span: Span,
  name: string,
  known: Iterable<string> = module.names.keys(),
): Diagnostic {
  return unknownName(span, name, known, module.vocabulary.keys());
}

/** The module and its imports, imported ones first, as the module system would run them. */
export function modulesOf(module: Module, seen = new Set<Module>()): Module[] {
  if (seen.has(module)) return [];
  seen.add(module);
  return [...module.imports.flatMap((imported) => modulesOf(imported, seen)), module];
}

/**
 * Everything that decides how a module reads: itself and what it imports, each file by its path with its text. Undefined
 * where TypeScript would look further, as it does for a file that is no module: such a one shares its names with others.
 */
export function sourcesOf(module: Module): { readonly path: string; readonly text: string }[] | undefined {
  const modules = modulesOf(module);
  const isWhole = modules.every(({ parsed, file }) => parsed && ts.isExternalModule(file));
  return isWhole ? modules.map(({ path, file }) => ({ path, text: file.text })) : undefined;
}

function exportedNames(file: ts.SourceFile): string[] {
  const names: string[] = [];
  for (const statement of file.statements) {
    const exported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (exported !== true) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name)) names.push(name.text);
      }
    } else if (
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name !== undefined
    ) {
      names.push(statement.name.text);
    }
  }
  return names;
}

function declare(module: Module, statement: ts.Statement): void {
  // `declare` itself is refused, once, where the file is lowered.
  const isAmbient =
    ts.canHaveModifiers(statement) &&
    statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true;
  const add = (name: ts.Identifier, declaration: Declaration) =>
    addName(module, name, name.text, isAmbient ? { kind: "missing" } : declaration);
  if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
    add(statement.name, { kind: "class", node: statement, module });
  } else if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
    add(statement.name, { kind: "procedure", node: statement, module });
  } else if (ts.isTypeAliasDeclaration(statement)) {
    add(statement.name, { kind: "alias", node: statement, module });
  } else if (ts.isVariableStatement(statement)) {
    const mutable = (statement.declarationList.flags & ts.NodeFlags.Const) === 0;
    for (const node of statement.declarationList.declarations) {
      if (ts.isIdentifier(node.name)) {
        add(node.name, { kind: "variable", node, mutable, module });
      } else {
        module.diagnostics.push(
          unsupported(
            spanOf(module, node.name),
            "destructuring",
            "Each name must be declared on its own so that a trace can show it.",
            "Declare one name per value.",
          ),
        );
      }
    }
  }
}

function addName(module: Module, node: ts.Node, name: string, declaration: Declaration): void {
  if (module.names.has(name)) {
    module.diagnostics.push(duplicateName(spanOf(module, node), "declaration", name));
  } else {
    module.names.set(name, declaration);
  }
}

function declareImports(graph: ModuleGraph, module: Module, statement: ts.ImportDeclaration): void {
  if (!ts.isStringLiteral(statement.moduleSpecifier)) return;
  const specifier = statement.moduleSpecifier.text;
  const found = resolveImport(graph, module, statement.moduleSpecifier);
  const exports = found?.exports;
  const bindings = statement.importClause?.namedBindings;
  if (
    statement.importClause?.name !== undefined ||
    (bindings !== undefined && !ts.isNamedImports(bindings))
  ) {
    module.diagnostics.push(
      unsupported(
        spanOf(module, statement),
        "a default or namespace import",
        "Names are resolved one by one.",
        `Name what you use: import { … } from ${JSON.stringify(specifier)};`,
      ),
    );
    return;
  }
  for (const element of bindings?.elements ?? []) {
    const exported = (element.propertyName ?? element.name).text;
    const declaration = exports?.get(exported);
    if (declaration === undefined && exports !== undefined) {
      const from = JSON.stringify(specifier);
      const instead = specifier === "latchwork" ? plannedWord(exported) : undefined;
      const span = spanOf(module, element);
      module.diagnostics.push(
        instead === undefined
          ? unknownExport(span, exported, from, exports.keys(), found?.module?.names.has(exported))
          : notYet(span, exported, instead),
      );
    }
    addName(module, element, element.name.text, declaration ?? { kind: "missing" });
  }
}

interface Imported {
  readonly exports: ReadonlyMap<string, Declaration>;
  /** Absent for the vocabulary. */
  readonly module?: Module;
}

/** What a specifier leads to, or undefined where it means nothing to Latchwork, which is reported. */
function resolveImport(graph: ModuleGraph, module: Module, node: ts.StringLiteral): Imported | undefined {
  const specifier = node.text;
  if (specifier === "latchwork") return { exports: graph.latchwork };
  if (!/^\.\.?\//.test(specifier)) {
    module.diagnostics.push(unknownImport(spanOf(module, node), specifier));
    return undefined;
  }
  if (module.library && specifier.startsWith("../dsl/")) return { exports: graph.latchwork };
  const file = `${resolve(dirname(module.path), specifier.replace(/\.(js|ts)$/, ""))}.ts`;
  if (!isFile(file)) {
    module.diagnostics.push(
      missingImport(spanOf(module, node), specifier, specifiersNear(module, specifier)),
    );
    return undefined;
  }
  const imported = loadModule(graph, file, module.library);
  if (!module.library) module.imports.push(imported);
  // Nothing is known of a file that could not be parsed: no claim about its exports, then.
  if (!imported.parsed) return undefined;
  const exports = new Map<string, Declaration>();
  for (const name of imported.exports) {
    // What is exported and yet has no name here is refused where it stands.
    exports.set(name, imported.names.get(name) ?? { kind: "missing" });
  }
  return { exports, module: imported };
}

/** The files of the folder that a specifier leads to, as they would be imported; none where there is no such folder. */
function specifiersNear(module: Module, specifier: string): string[] {
  const folder = specifier.slice(0, specifier.lastIndexOf("/") + 1);
  try {
    const names = readdirSync(join(dirname(module.path), folder)).sort();
    return names
      .filter((name) => name.endsWith(".ts") && join(dirname(module.path), folder, name) !== module.path)
      .map((name) => folder + name.replace(/\.ts$/, ".js"));
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
