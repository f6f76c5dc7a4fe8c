/** The statements of a file: threads, invariants, initially, and branches on params around them. */

import { notYet, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { CaseContext } from "./case-context.js";
import { type Declarations, noDeclarations } from "./declarations.js";
import { literalOf } from "./fold.js";
import { INTRINSICS, intrinsicCall, RIGHT_PLACE, wrongIntrinsicCount } from "./intrinsics.js";
import { BOOLEAN, need } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { lowerHandler } from "./lower-handlers.js";
import { lowerGuardRule, lowerLockOrder } from "./lower-lock-rules.js";
import { hasModifier } from "./lower-procedures.js";
import { LIVENESS, lowerInvariant, lowerLiveness } from "./lower-properties.js";
import { createCodeContext, lowerBody, refusedKeyword } from "./lower-statements.js";
import { lowerThread } from "./lower-threads.js";
import type { Module } from "./modules.js";
import { refusalOf, wrongArrow } from "./refusals.js";
import { headerSpan, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Evaluates the module's variables and adds what it declares. */
export function lowerModule(context: CaseContext, module: Module, declarations: Declarations): void {
  for (const declaration of module.names.values()) {
    if (declaration.kind === "variable" && declaration.module === module) {
      context.resolve.evaluate(context, declaration);
    }
  }
  for (const statement of module.file.statements) {
    const wrong = wrongDeclaration(module, statement);
    if (wrong === undefined) lowerTopLevel(context, module, statement, declarations);
    else context.diagnostics.push(wrong);
  }
}

/** What is wrong with a declaration by its form alone. */
function wrongDeclaration(module: Module, node: ts.Statement): Diagnostic | undefined {
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) {
    const why = "It promises something that is written elsewhere, and Latchwork could not read that.";
    return unsupported(spanOf(module, node), "declare", why, "Write it out, or import it from a spec file.");
  }
  if (ts.isVariableStatement(node)) return refusedKeyword(module, node.declarationList);
  if (ts.isTypeAliasDeclaration(node) && node.typeParameters !== undefined) {
    return notYet(spanOf(module, node.name), "a generic type", "Write a type for each use.");
  }
  const nameless = (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) && node.name === undefined;
  if (nameless) {
    const what = `a ${ts.isClassDeclaration(node) ? "class" : "function"} without a name`;
    return unsupported(spanOf(module, node), what, "Reports show everything by name.", "Give it a name.");
  }
  if (ts.isExportAssignment(node) && node.isExportEquals === true) {
    return unsupported(
      spanOf(module, node),
      "export =",
      "Specs are ES modules.",
      "Write export default cases({ … });",
    );
  }
  return undefined;
}

function lowerTopLevel(
  context: CaseContext,
  module: Module,
  statement: ts.Statement,
  declarations: Declarations,
): void {
  if (ts.isIfStatement(statement)) return lowerTopLevelIf(context, module, statement, declarations);
  if (ts.isBlock(statement)) {
    for (const inner of statement.statements) {
      if (isDeclaration(inner)) refuseTopLevel(context, module, inner, "a declaration inside a block");
      else lowerTopLevel(context, module, inner, declarations);
    }
    return;
  }
  if (ts.isExpressionStatement(statement)) {
    return lowerTopLevelCall(context, module, statement, declarations);
  }
  if (isDeclaration(statement) || ts.isEmptyStatement(statement)) return;
  if (ts.isImportDeclaration(statement) || ts.isExportAssignment(statement)) return;
  if (ts.isIterationStatement(statement, false) || ts.isReturnStatement(statement)) {
    return refuseTopLevel(context, module, statement, "this statement");
  }
  context.diagnostics.push(refusalOf(module, statement));
}

function isDeclaration(node: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableStatement(node)
  );
}

function lowerTopLevelIf(
  context: CaseContext,
  module: Module,
  node: ts.IfStatement,
  declarations: Declarations,
): void {
  const value = lowerTopLevelExpression(context, module, node.expression);
  const decided = literalOf(need(context, value, BOOLEAN, "a condition"));
  if (typeof decided !== "boolean") {
    if (value.type.kind !== "void") {
      refuseTopLevel(context, module, node, "a condition that is not constant");
    }
    return;
  }
  for (const [branch, taken] of [
    [node.thenStatement, decided],
    [node.elseStatement, !decided],
  ] as const) {
    if (branch === undefined) continue;
    if (isDeclaration(branch)) refuseTopLevel(context, module, branch, "a declaration inside a branch");
    else if (taken) lowerTopLevel(context, module, branch, declarations);
    else if (context.allBranches) {
      lowerTopLevel(context, module, branch, noDeclarations());
    }
  }
}

function lowerTopLevelCall(
  context: CaseContext,
  module: Module,
  statement: ts.ExpressionStatement,
  declarations: Declarations,
): void {
  const name = intrinsicCall(module, statement.expression);
  const call = statement.expression as ts.CallExpression;
  if (name !== undefined) {
    const wrong = wrongIntrinsicCount(module, call, name);
    if (wrong !== undefined) context.diagnostics.push(wrong);
    else if (name === "thread" || name === "environment") {
      lowerThread(context, module, call, name, declarations);
    } else if (name === "hardirq" || name === "softirq") {
      lowerHandler(context, module, call, name, declarations);
    } else if (name === "invariant") lowerInvariant(context, module, call, declarations, "always");
    else if (name === "at_end") lowerInvariant(context, module, call, declarations, "end");
    else if (LIVENESS.has(name)) lowerLiveness(context, module, call, name, declarations);
    else if (name === "initially") lowerInitially(context, module, call, declarations);
    else if (name === "lock_order") add(declarations.lockOrders, lowerLockOrder(context, module, call));
    else if (name === "guarded_by") add(declarations.guardRules, lowerGuardRule(context, module, call));
    else refuseIntrinsic(context, module, call, name);
    return;
  }
  refuseTopLevel(context, module, statement, "this statement");
}

function add<T>(to: T[], found: T | undefined): void {
  if (found !== undefined) to.push(found);
}

function refuseIntrinsic(context: CaseContext, module: Module, node: ts.Node, name: string): void {
  const place = INTRINSICS.get(name)?.place ?? "statement";
  const instead =
    name === "cases"
      ? "Write export default cases({ … });"
      : place === "top level"
        ? `Give it a name: const name = ${name}(…);`
        : RIGHT_PLACE[place];
  const why = "A step belongs to a thread, and a value that nobody gets is a mistake.";
  context.diagnostics.push(
    unsupported(spanOf(module, node), `${name} as a statement at the top level`, why, instead),
  );
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

function lowerInitially(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const [body] = call.arguments;
  const wrong = wrongArrow(module, body!, 0);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (wrong !== undefined || !ts.isArrowFunction(body!)) return;
  const code = createCodeContext(context, module, body, false);
  declarations.initially.push(...lowerBody(code, body.body));
}
