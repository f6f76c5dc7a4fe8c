/** Reads a spec file and lists its cases. Reading never executes the file. */
import { ts } from "ts-morph";
import type { Span } from "../base/span.js";
import { badCase, duplicateName, noCases, unknownCheck } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { CHECKS } from "../ir/checks.js";
import { type CaseContext, createCaseContext, type ParamValue } from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall, lowerTopLevelExpression, resolvers } from "./lower-declarations.js";
import { loadModule, type Module, type ModuleGraph } from "./modules.js";
import { spanOf } from "./source.js";

/** A case as the spec states it. */
export interface CaseDeclaration {
  readonly name: string;
  /** The check that must fail, or undefined where the case must hold. */
  readonly expectedCheck: string | undefined;
  readonly why: string | undefined;
  readonly settings: ReadonlyMap<string, ParamValue>;
  readonly span: Span;
}

export interface SpecFile {
  /** Relative to the project root. */
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly cases: readonly CaseDeclaration[];
  readonly module: Module;
  /** What is wrong with the file or its imports whatever the case. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a module declares cases or threads, and so claims to be a spec and not a part of one. */
export function claimsToBeSpec(module: Module): boolean {
  return (
    casesCall(module) !== undefined ||
    module.file.statements.some(
      (statement) =>
        ts.isExpressionStatement(statement) && intrinsicCall(module, statement.expression) === "thread",
    )
  );
}

/** Reads the file at an absolute path. Errors are in the result and not thrown. */
export function readSpec(graph: ModuleGraph, path: string): SpecFile {
  const module = loadModule(graph, path);
  const diagnostics: Diagnostic[] = [];
  const call = casesCall(module);
  const object = call?.arguments[0];
  if (object === undefined || !ts.isObjectLiteralExpression(object)) {
    diagnostics.push(noCases(spanOf(module, module.file)));
    return { name: module.name, path, title: module.name, cases: [], module, diagnostics };
  }
  let title = module.name;
  const cases: CaseDeclaration[] = [];
  const context = createCaseContext(new Map(), resolvers);
  for (const property of object.properties) {
    const name = property.name && propertyName(property.name);
    if (!ts.isPropertyAssignment(property) || name === undefined) {
      diagnostics.push(
        badCase(spanOf(module, property), "this is not a case", 'Write "name": { expect: …, why: "…" }.'),
      );
    } else if (name === "title" || name === "source") {
      const text = literalOf(lowerTopLevelExpression(context, module, property.initializer));
      if (name === "title" && typeof text === "string") title = text;
    } else if (ts.isObjectLiteralExpression(property.initializer)) {
      if (cases.some((other) => other.name === name)) {
        diagnostics.push(duplicateName(spanOf(module, property), "case", name));
      }
      cases.push(readCase(context, module, name, property.initializer));
    } else {
      diagnostics.push(
        badCase(spanOf(module, property), `${name} is not a case`, 'Write "name": { expect: …, why: "…" }.'),
      );
    }
  }
  if (cases.length === 0) diagnostics.push(noCases(spanOf(module, call!)));
  diagnostics.push(...context.diagnostics);
  return { name: module.name, path, title, cases, module, diagnostics };
}

function casesCall(module: Module): ts.CallExpression | undefined {
  for (const statement of module.file.statements) {
    if (ts.isExportAssignment(statement) && intrinsicCall(module, statement.expression) === "cases") {
      return statement.expression as ts.CallExpression;
    }
  }
  return undefined;
}

function propertyName(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

function readCase(
  context: CaseContext,
  module: Module,
  name: string,
  object: ts.ObjectLiteralExpression,
): CaseDeclaration {
  const settings = new Map<string, ParamValue>();
  let expectedCheck: string | undefined;
  let expects = false;
  let why: string | undefined;
  for (const property of object.properties) {
    const key = property.name && propertyName(property.name);
    if (!ts.isPropertyAssignment(property) || key === undefined) {
      context.diagnostics.push(
        badCase(spanOf(module, property), "this is not a setting of a case", "Write name: value."),
      );
      continue;
    }
    if (key === "expect") {
      expects = true;
      expectedCheck = readExpectation(context, module, property.initializer);
      continue;
    }
    const value = literalOf(lowerTopLevelExpression(context, module, property.initializer));
    if (value === undefined || value === null) {
      context.diagnostics.push(
        badCase(
          spanOf(module, property.initializer),
          `the value of ${key} is not a constant`,
          "Write a string, a number, true or false.",
        ),
      );
    } else if (key === "why") why = String(value);
    else if (key !== "source") settings.set(key, value);
  }
  if (!expects) {
    context.diagnostics.push(
      badCase(
        spanOf(module, object),
        `the case ${JSON.stringify(name)} does not say what it expects`,
        'Add expect: holds() or expect: fails("check").',
      ),
    );
  }
  return { name, expectedCheck, why, settings, span: spanOf(module, object) };
}

/** The check of `fails("check")`, or undefined for `holds()`. */
function readExpectation(context: CaseContext, module: Module, node: ts.Expression): string | undefined {
  const name = intrinsicCall(module, node);
  if (name === "holds") return undefined;
  const argument = name === "fails" ? (node as ts.CallExpression).arguments[0] : undefined;
  if (argument === undefined) {
    context.diagnostics.push(
      badCase(
        spanOf(module, node),
        "this is not an expectation",
        'Write expect: holds() or expect: fails("check").',
      ),
    );
    return undefined;
  }
  const check = literalOf(lowerTopLevelExpression(context, module, argument));
  if (typeof check !== "string" || !CHECKS.has(check)) {
    context.diagnostics.push(unknownCheck(spanOf(module, argument), String(check), CHECKS.keys()));
    return undefined;
  }
  return check;
}
