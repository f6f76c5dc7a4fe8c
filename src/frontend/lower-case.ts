/**
 * Lowers the cases of a spec to programs. All cases are lowered whichever are checked: every error of a file is
 * reported in one go.
 */
import { ts } from "ts-morph";
import { badType, duplicateName, noThreads, unknownParam, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Invariant, LocalSymbol, Program, Statement, ThreadDeclaration, Type } from "../ir/program.js";
import {
  type CaseContext,
  childScope,
  createCaseContext,
  declareLocal,
  type ParamValue,
  type ProcedureSource,
  procedureName,
} from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall, lowerTopLevelExpression, resolvers } from "./lower-declarations.js";
import { lowerExpression } from "./lower-expressions.js";
import { createCodeContext, lowerBody } from "./lower-statements.js";
import { lowerType } from "./lower-types.js";
import type { Module, ModuleGraph } from "./modules.js";
import { headerSpan, spanOf } from "./source.js";
import type { CaseDeclaration, SpecFile } from "./spec.js";

/** A spec with a program for each case. */
export interface LoweredSpec {
  readonly spec: SpecFile;
  readonly cases: readonly { readonly declaration: CaseDeclaration; readonly program: Program }[];
  /** Everything wrong with the file; the programs mean nothing unless this is empty. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Declarations {
  readonly threads: ThreadDeclaration[];
  readonly invariants: Invariant[];
  readonly initially: Statement[];
}

/** Lowers every case; `overrides` (from --set) win over what the cases set. */
export function lowerSpec(
  graph: ModuleGraph,
  spec: SpecFile,
  overrides: ReadonlyMap<string, ParamValue> = new Map(),
): LoweredSpec {
  const diagnostics: Diagnostic[] = [...graph.diagnostics, ...spec.diagnostics];
  const reached = new Set<ts.FunctionDeclaration>();
  const cases = spec.cases.map((declaration) => {
    const context = createCaseContext(new Map([...declaration.settings, ...overrides]), resolvers);
    const program = lowerCase(context, spec, declaration);
    diagnostics.push(...context.diagnostics);
    for (const node of context.procedureNames.keys()) reached.add(node);
    return { declaration, program };
  });
  diagnostics.push(...lowerUnreached(spec, reached));
  return { spec, cases, diagnostics: unique(diagnostics) };
}

/** Procedures that no case calls: what is wrong with them is wrong all the same. */
function lowerUnreached(spec: SpecFile, reached: ReadonlySet<ts.FunctionDeclaration>): Diagnostic[] {
  const context = createCaseContext(new Map(), resolvers);
  for (const module of modulesOf(spec.module)) {
    for (const declaration of module.names.values()) {
      const own = declaration.kind === "procedure" && declaration.module === module;
      if (own && !reached.has(declaration.node)) procedureName(context, declaration);
    }
  }
  lowerPendingProcedures(context);
  return context.diagnostics;
}

/** Most errors are met once per case. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byText = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...byText.values()];
}

function lowerCase(context: CaseContext, spec: SpecFile, declaration: CaseDeclaration): Program {
  const declarations: Declarations = { threads: [], invariants: [], initially: [] };
  for (const module of modulesOf(spec.module)) lowerModule(context, module, declarations);
  lowerPendingProcedures(context);
  for (const name of declaration.settings.keys()) {
    if (!context.params.has(name)) {
      context.diagnostics.push(unknownParam(declaration.span, name, context.params.keys()));
    }
  }
  if (declarations.threads.every((thread) => threadCount(thread) === 0)) {
    context.diagnostics.push(noThreads(declaration.span, declaration.name));
  }
  const used = new Set(context.objects.map((object) => object.class));
  return {
    spec: spec.name,
    case: declaration.name,
    title: spec.title,
    params: [...context.params].map(([name, value]) => ({ name, value })),
    classes: [...context.classes.values()].filter((type) => used.has(type.name)),
    objects: context.objects,
    globals: context.globals,
    procedures: context.procedures,
    ...declarations,
  };
}

function threadCount(thread: ThreadDeclaration): number {
  return thread.parameter === undefined ? 1 : thread.arguments.length;
}

/** The spec's own modules, imported ones first, as the module system would run them. */
function modulesOf(module: Module, seen = new Set<Module>()): Module[] {
  if (seen.has(module)) return [];
  seen.add(module);
  return [...module.imports.flatMap((imported) => modulesOf(imported, seen)), module];
}

function lowerModule(context: CaseContext, module: Module, declarations: Declarations): void {
  for (const declaration of module.names.values()) {
    if (declaration.kind === "variable" && declaration.module === module) {
      context.resolve.evaluate(context, declaration);
    }
  }
  for (const statement of module.file.statements) lowerTopLevel(context, module, statement, declarations);
}

function lowerTopLevel(
  context: CaseContext,
  module: Module,
  statement: ts.Statement,
  declarations: Declarations,
): void {
  if (ts.isIfStatement(statement)) {
    const decided = literalOf(lowerTopLevelExpression(context, module, statement.expression));
    if (typeof decided !== "boolean")
      return refuseTopLevel(context, module, statement, "a condition that is not constant");
    const branch = decided ? statement.thenStatement : statement.elseStatement;
    if (branch !== undefined) lowerTopLevel(context, module, branch, declarations);
    return;
  }
  if (ts.isBlock(statement)) {
    for (const inner of statement.statements) lowerTopLevel(context, module, inner, declarations);
    return;
  }
  if (ts.isExpressionStatement(statement)) {
    const name = intrinsicCall(module, statement.expression);
    const call = statement.expression as ts.CallExpression;
    if (name === "thread") return lowerThread(context, module, call, declarations);
    if (name === "invariant") return lowerInvariant(context, module, call, declarations);
    if (name === "initially") return lowerInitially(context, module, call, declarations);
    return refuseTopLevel(context, module, statement, "this statement");
  }
  if (
    ts.isExportAssignment(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isVariableStatement(statement) ||
    ts.isEmptyStatement(statement)
  ) {
    return;
  }
  refuseTopLevel(context, module, statement, "this statement");
}

function refuseTopLevel(context: CaseContext, module: Module, node: ts.Node, what: string): void {
  context.diagnostics.push(
    unsupported(
      headerSpan(module, node),
      `${what} at the top level`,
      "Latchwork reads a spec and never runs it.",
      "Declare classes, constants, procedures, threads, invariants and cases; put steps into procedures.",
    ),
  );
}

function lowerThread(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const [nameNode, second, third] = call.arguments;
  const span = spanOf(module, call);
  const name = nameNode && literalOf(lowerTopLevelExpression(context, module, nameNode));
  const bodyNode = third ?? second;
  if (typeof name !== "string" || name === "" || bodyNode === undefined) {
    return refuseTopLevel(context, module, call, "a thread without a name and a body");
  }
  if (declarations.threads.some((thread) => thread.name === name)) {
    context.diagnostics.push(duplicateName(span, "thread", name));
    return;
  }
  const code = childScope(createCodeContext(context, module, bodyNode, { kind: "void" }));
  const domain = third === undefined || second === undefined ? undefined : lowerExpression(code, second);
  if (domain !== undefined && domain.kind !== "instances") {
    return refuseTopLevel(
      context,
      module,
      second!,
      "a thread for each of something that is no instances(...)",
    );
  }
  const element: Type | undefined =
    domain?.type.kind === "instances"
      ? { kind: "object", class: domain.type.class, nullable: false }
      : undefined;
  const argumentsOf = domain?.kind === "instances" ? domain.names : [];
  if (!ts.isArrowFunction(bodyNode)) {
    return refuseTopLevel(context, module, bodyNode, "a thread body that is no arrow function");
  }
  const parameterNode = bodyNode.parameters[0];
  const parameter =
    element === undefined
      ? undefined
      : declareLocal(code, parameterNode?.name.getText(module.file) ?? "object", element, true);
  const body = lowerBody(code, bodyNode.body);
  declarations.threads.push({ name, parameter, arguments: argumentsOf, body, span });
}

function lowerInvariant(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const [nameNode, conditionNode] = call.arguments;
  const span = spanOf(module, call);
  const name = nameNode && literalOf(lowerTopLevelExpression(context, module, nameNode));
  if (
    typeof name !== "string" ||
    conditionNode === undefined ||
    !ts.isArrowFunction(conditionNode) ||
    ts.isBlock(conditionNode.body)
  ) {
    return refuseTopLevel(context, module, call, "an invariant that is not a name and one condition");
  }
  if (declarations.invariants.some((invariant) => invariant.name === name)) {
    context.diagnostics.push(duplicateName(span, "invariant", name));
    return;
  }
  const code = childScope(createCodeContext(context, module, conditionNode, { kind: "boolean" }));
  declarations.invariants.push({ name, condition: lowerExpression(code, conditionNode.body), span });
}

function lowerInitially(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const body = call.arguments[0];
  if (body === undefined || !ts.isArrowFunction(body)) {
    return refuseTopLevel(context, module, call, "initially without an arrow function");
  }
  const code = createCodeContext(context, module, body, { kind: "void" });
  declarations.initially.push(...lowerBody(code, body.body));
}

function lowerPendingProcedures(context: CaseContext): void {
  for (let next = context.pending.pop(); next !== undefined; next = context.pending.pop()) {
    lowerProcedure(context, { kind: "procedure", ...next });
  }
}

function lowerProcedure(context: CaseContext, { node, module }: ProcedureSource): void {
  const name = procedureName(context, { kind: "procedure", node, module });
  const span = spanOf(module, node.name ?? node);
  const result: Type = node.type === undefined ? { kind: "void" } : lowerType(node.type, module, context);
  const code = childScope(createCodeContext(context, module, node.body ?? node, result));
  const parameters: LocalSymbol[] = node.parameters.map((parameter) => {
    const type: Type =
      parameter.type === undefined ? { kind: "void" } : lowerType(parameter.type, module, context);
    if (
      parameter.type === undefined ||
      parameter.initializer !== undefined ||
      !ts.isIdentifier(parameter.name)
    ) {
      const what = `the parameter ${parameter.name.getText(module.file)} is not a name with a type`;
      context.diagnostics.push(
        badType(spanOf(module, parameter), what, "Write name: Type, and pass every argument."),
      );
    }
    return declareLocal(code, parameter.name.getText(module.file), type, false);
  });
  if (
    node.asteriskToken !== undefined ||
    node.modifiers?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword)
  ) {
    context.diagnostics.push(
      unsupported(
        span,
        "an async function or a generator",
        "A thread is a plain sequence of steps.",
        "Write a plain function; threads run concurrently by themselves.",
      ),
    );
  }
  const body = node.body === undefined ? [] : lowerBody(code, node.body);
  context.procedures.set(name, { name, parameters, result, body, span, library: module.library });
}
