/**
 * Loads a spec and everything it imports, and resolves names. Only text is read: no lib files, no type checker,
 * nothing is executed. `latchwork` resolves to the vocabulary (src/dsl, known by name) and to the library
 * (src/library, ordinary source in the same language).
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { typescriptError, unknownExport, unknownImport, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type SourceText, spanBetween, spanOf } from "./source.js";

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
    };

export interface Module extends SourceText {
  /** Absolute path. */
  readonly path: string;
  readonly library: boolean;
  /** Everything that can be named in the file. */
  readonly names: Map<string, Declaration>;
  readonly exports: Set<string>;
  /** The user's modules that it imports. */
  readonly imports: Module[];
}

/** Modules by absolute path, and what is wrong with them. */
export interface ModuleGraph {
  readonly root: string;
  readonly modules: Map<string, Module>;
  readonly diagnostics: Diagnostic[];
  /** What can be imported from latchwork. */
  readonly latchwork: Map<string, Declaration>;
}

/** An empty graph; `root` is the folder that reported paths are relative to. */
export function createModuleGraph(root: string): ModuleGraph {
  const graph: ModuleGraph = { root, modules: new Map(), diagnostics: [], latchwork: new Map() };
  for (const path of sourcesIn("dsl")) {
    for (const name of exportedNames(parse(path))) graph.latchwork.set(name, { kind: "intrinsic", name });
  }
  for (const path of sourcesIn("library")) {
    const module = loadModule(graph, path, true);
    for (const name of module.exports) graph.latchwork.set(name, module.names.get(name)!);
  }
  return graph;
}

/** The module at an absolute path, with all that it imports; read once per graph. */
export function loadModule(graph: ModuleGraph, path: string, library = false): Module {
  const known = graph.modules.get(path);
  if (known !== undefined) return known;
  const name = library ? `latchwork/${basename(path)}` : relative(graph.root, path).split(sep).join("/");
  const file = parse(path);
  const module: Module = {
    path,
    name,
    file,
    library,
    names: new Map(),
    exports: new Set(exportedNames(file)),
    imports: [],
  };
  graph.modules.set(path, module);
  for (const error of syntaxErrors(file)) {
    const span = spanBetween(module, error.start, error.start + error.length);
    graph.diagnostics.push(
      typescriptError(span, error.code, ts.flattenDiagnosticMessageText(error.messageText, " ")),
    );
  }
  // Its own names first: with cyclic imports another module may ask for them while ours are being resolved.
  const isImport = (statement: ts.Statement): statement is ts.ImportDeclaration =>
    ts.isImportDeclaration(statement);
  for (const statement of file.statements.filter((s) => !isImport(s))) declare(graph, module, statement);
  for (const statement of file.statements.filter(isImport)) declareImports(graph, module, statement);
  return module;
}

function sourcesIn(folder: "dsl" | "library"): string[] {
  const path = join(packageRoot, "src", folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(path, name));
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(
    path,
    readFileSync(path, "utf8"),
    ts.ScriptTarget.ES2023,
    true,
    ts.ScriptKind.TS,
  );
}

/** The parser keeps its errors on the file; the property is not in the public type. */
function syntaxErrors(file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (file as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics;
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

function declare(graph: ModuleGraph, module: Module, statement: ts.Statement): void {
  if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
    module.names.set(statement.name.text, { kind: "class", node: statement, module });
  } else if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
    module.names.set(statement.name.text, { kind: "procedure", node: statement, module });
  } else if (ts.isTypeAliasDeclaration(statement)) {
    module.names.set(statement.name.text, { kind: "alias", node: statement, module });
  } else if (ts.isVariableStatement(statement)) {
    const mutable = (statement.declarationList.flags & ts.NodeFlags.Const) === 0;
    for (const node of statement.declarationList.declarations) {
      if (ts.isIdentifier(node.name)) {
        module.names.set(node.name.text, { kind: "variable", node, mutable, module });
      } else {
        graph.diagnostics.push(
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

function declareImports(graph: ModuleGraph, module: Module, statement: ts.ImportDeclaration): void {
  const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
  const exports = resolveImport(graph, module, specifier);
  if (exports === undefined) {
    graph.diagnostics.push(unknownImport(spanOf(module, statement.moduleSpecifier), specifier));
    return;
  }
  const bindings = statement.importClause?.namedBindings;
  if (
    statement.importClause?.name !== undefined ||
    (bindings !== undefined && !ts.isNamedImports(bindings))
  ) {
    graph.diagnostics.push(
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
    const exported = (element.propertyName ?? element.name) as ts.Identifier;
    const declaration = exports.get(exported.text);
    if (declaration === undefined) {
      graph.diagnostics.push(
        unknownExport(spanOf(module, element), exported.text, JSON.stringify(specifier), exports.keys()),
      );
    } else {
      module.names.set(element.name.text, declaration);
    }
  }
}

/** Exported names of the imported module, or undefined where the specifier means nothing to Latchwork. */
function resolveImport(
  graph: ModuleGraph,
  module: Module,
  specifier: string,
): Map<string, Declaration> | undefined {
  if (specifier === "latchwork") return graph.latchwork;
  if (!specifier.startsWith(".")) return undefined;
  if (module.library && specifier.startsWith("../dsl/")) return graph.latchwork;
  const path = resolve(dirname(module.path), specifier.replace(/\.(js|ts)$/, ""));
  const file = [`${path}.ts`, join(path, "index.ts")].find((candidate) => existsSync(candidate));
  if (file === undefined) return undefined;
  const imported = loadModule(graph, file, module.library);
  if (!module.library) module.imports.push(imported);
  const exports = new Map<string, Declaration>();
  for (const name of imported.exports) {
    const declaration = imported.names.get(name);
    if (declaration !== undefined) exports.set(name, declaration);
  }
  return exports;
}
