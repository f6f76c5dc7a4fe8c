/** The statements of a file: threads, invariants, initially, and branches on params around them. */
import { ts } from "ts-morph";
import { badDeclaration, duplicateName, notYet, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type {
  Expression,
  GuardRule,
  Invariant,
  LockOrder,
  Statement,
  ThreadDeclaration,
  Type,
} from "../ir/program.js";
import { type CaseContext, childScope, declareLocal } from "./case-context.js";
import { literalOf } from "./fold.js";
import { INTRINSICS, intrinsicCall, RIGHT_PLACE, wrongIntrinsicCount } from "./intrinsics.js";
import { BOOLEAN, describeType, need } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { cpusOf } from "./lower-contexts.js";
import { lowerExpression } from "./lower-expressions.js";
import { lowerHandler } from "./lower-handlers.js";
import { lowerGuardRule, lowerLockOrder } from "./lower-lock-rules.js";
import { hasModifier } from "./lower-procedures.js";
import { createCodeContext, lowerBody, refusedKeyword } from "./lower-statements.js";
import type { Module } from "./modules.js";
import { refusalOf, wrongArrow } from "./refusals.js";
import { headerSpan, spanOf } from "./source.js";

/** What the statements of a spec's files declare. */
export interface Declarations {
  readonly threads: ThreadDeclaration[];
  readonly invariants: Invariant[];
  readonly initially: Statement[];
  readonly lockOrders: LockOrder[];
  readonly guardRules: GuardRule[];
}

/** Nothing declared yet. */
export function noDeclarations(): Declarations {
  return { threads: [], invariants: [], initially: [], lockOrders: [], guardRules: [] };
}

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

/** The names of the threads that a declaration starts. */
export function threadNames(thread: Pick<ThreadDeclaration, "name" | "parameter" | "arguments">): string[] {
  if (thread.parameter === undefined) return [thread.name];
  return thread.arguments.map((argument) => `${thread.name}(${argument})`);
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
    else if (name === "thread") lowerThread(context, module, call, declarations);
    else if (name === "hardirq" || name === "softirq") {
      const handler = nameOf(context, module, call.arguments[0]!, "handler");
      const thread = lowerHandler(context, module, call, name, handler);
      if (thread !== undefined) addThread(context, module, call.arguments[0]!, thread, declarations);
    } else if (name === "invariant") lowerInvariant(context, module, call, declarations);
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

/** The constant name of a thread or an invariant, or undefined where it has none, which is reported. */
function nameOf(context: CaseContext, module: Module, node: ts.Expression, what: string): string | undefined {
  const value = lowerTopLevelExpression(context, module, node);
  const name = literalOf(value);
  if (typeof name === "string" && name.trim() !== "") return name;
  if (value.type.kind !== "void") {
    const why = "Reports call it by its name.";
    const span = spanOf(module, node);
    const instead = 'Write a constant string such as "vcpu context".';
    context.diagnostics.push(badDeclaration(span, `this ${what} has no name`, why, instead));
  }
  return undefined;
}

function lowerThread(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const [nameNode, second, third] = call.arguments;
  const bodyNode = (third ?? second)!;
  const span = spanOf(module, call);
  const name = nameOf(context, module, nameNode!, "thread");
  const domain = third === undefined ? undefined : lowerTopLevelExpression(context, module, second!);
  const instances = domain === undefined ? undefined : instancesOf(context, domain);
  const wrong = wrongArrow(module, bodyNode, third === undefined ? 0 : 1);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (!ts.isArrowFunction(bodyNode)) return;
  const code = childScope(createCodeContext(context, module, bodyNode, true));
  const parameterName = bodyNode.parameters[0]?.name;
  const parameter =
    third === undefined
      ? undefined
      : declareLocal(
          code,
          parameterName !== undefined && ts.isIdentifier(parameterName) ? parameterName.text : "object",
          instances?.type ?? { kind: "void" },
          "It is the object that the thread belongs to.",
        );
  const body = lowerBody(code, bodyNode.body);
  if (name === undefined || wrong !== undefined || (third !== undefined && instances === undefined)) return;
  const names = instances?.names ?? [];
  const cpus = cpusOf(context, instances?.type, names);
  const runs = { context: "task", cpus, times: undefined } as const;
  addThread(
    context,
    module,
    nameNode!,
    { name, parameter, arguments: names, ...runs, body, span },
    declarations,
  );
}

/** Enters the declaration, unless its threads could not be told from others by name. */
function addThread(
  context: CaseContext,
  module: Module,
  nameNode: ts.Expression,
  thread: ThreadDeclaration,
  declarations: Declarations,
): void {
  const { name } = thread;
  const taken = new Set(declarations.threads.flatMap((other) => [other.name, ...threadNames(other)]));
  const clash = [name, ...threadNames(thread)].find((candidate) => taken.has(candidate));
  if (clash !== undefined) context.diagnostics.push(duplicateName(spanOf(module, nameNode), "thread", clash));
  else declarations.threads.push(thread);
}

/** The objects that threads are started for. */
function instancesOf(
  context: CaseContext,
  domain: Expression,
): { readonly names: readonly string[]; readonly type: Type } | undefined {
  if (domain.kind === "instances" && domain.type.kind === "instances") {
    return { names: domain.names, type: { kind: "object", class: domain.type.class, nullable: false } };
  }
  if (domain.type.kind !== "void") {
    const what = `threads are started for each of instances(…), and this is ${describeType(domain.type)}`;
    const instead = 'Write thread("name", () => { … }) for one thread.';
    const why = "The set of threads is fixed when the case is compiled.";
    context.diagnostics.push(badDeclaration(domain.span, what, why, instead));
  }
  return undefined;
}

function lowerInvariant(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
): void {
  const [nameNode, conditionNode] = call.arguments;
  const name = nameOf(context, module, nameNode!, "invariant");
  const wrong = wrongArrow(module, conditionNode!, 0);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (wrong !== undefined || !ts.isArrowFunction(conditionNode!)) return;
  if (ts.isBlock(conditionNode.body)) {
    const why = "It is evaluated in one go in every state.";
    const instead = "Write () => condition, with reads, comparisons, && || ! every and some.";
    const span = spanOf(module, conditionNode);
    context.diagnostics.push(unsupported(span, "a block as the condition of an invariant", why, instead));
    return;
  }
  const code = childScope(createCodeContext(context, module, conditionNode, false));
  const given = lowerExpression(code, conditionNode.body);
  const condition = need(context, given, BOOLEAN, "an invariant");
  if (name === undefined) return;
  if (declarations.invariants.some((invariant) => invariant.name === name)) {
    context.diagnostics.push(duplicateName(spanOf(module, nameNode!), "invariant", name));
  } else {
    declarations.invariants.push({ name, condition, span: spanOf(module, call) });
  }
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
