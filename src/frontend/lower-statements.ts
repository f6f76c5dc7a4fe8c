/** TypeScript statements to IR statements. */
import { ts } from "ts-morph";
import type { Span } from "../base/span.js";
import { badType, notYet, unsupported } from "../diagnostics/catalog.js";
import type { BinaryOperator, Expression, Statement, Target, Type } from "../ir/program.js";
import { type CaseContext, type CodeContext, childScope, declareLocal } from "./case-context.js";
import { literalOf } from "./fold.js";
import { lowerExpression } from "./lower-expressions.js";
import { lowerIntrinsicStatement } from "./lower-intrinsics.js";
import { lowerType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { headerSpan, spanOf, textOf } from "./source.js";

interface Place {
  readonly span: Span;
  readonly text: string;
}

/** A context for code that starts at `body`: a procedure, or an arrow function at top level. */
export function createCodeContext(
  context: CaseContext,
  module: Module,
  body: ts.Node,
  result: Type,
): CodeContext {
  return {
    case: context,
    module,
    scope: { parent: undefined, names: new Map() },
    assigned: assignedNames(body),
    result,
    lowerClosure: lowerBody,
  };
}

/** The statements of a function body; an expression body is one statement. */
export function lowerBody(context: CodeContext, body: ts.ConciseBody): readonly Statement[] {
  const inner = childScope(context);
  if (ts.isBlock(body)) return lowerStatements(inner, body.statements);
  return lowerEffect(inner, body, { span: spanOf(context.module, body), text: textOf(context.module, body) });
}

function lowerStatements(context: CodeContext, nodes: readonly ts.Statement[]): Statement[] {
  return nodes.flatMap((node) => lowerStatement(context, node));
}

function lowerBlock(context: CodeContext, node: ts.Statement): Statement[] {
  const inner = childScope(context);
  return ts.isBlock(node) ? lowerStatements(inner, node.statements) : lowerStatement(inner, node);
}

function lowerStatement(context: CodeContext, node: ts.Statement): Statement[] {
  const place: Place = { span: headerSpan(context.module, node), text: textOf(context.module, node) };
  if (ts.isEmptyStatement(node)) return [];
  if (ts.isBlock(node)) return lowerBlock(context, node);
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((declaration) =>
      lowerVariable(context, node.declarationList, declaration, place),
    );
  }
  if (ts.isExpressionStatement(node)) return lowerEffect(context, node.expression, place);
  if (ts.isIfStatement(node)) return lowerIf(context, node, place);
  if (ts.isReturnStatement(node)) return lowerReturn(context, node, place);
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) {
    if (node.label !== undefined) return planned(context, node, "a label", "Use a flag, or return.");
    return [{ kind: ts.isBreakStatement(node) ? "break" : "continue", ...place }];
  }
  if (ts.isIterationStatement(node, false)) {
    return lowerLoop(context, node, place);
  }
  return refuseStatement(context, node);
}

function lowerLoop(context: CodeContext, node: ts.IterationStatement, place: Place): Statement[] {
  if (ts.isForOfStatement(node)) return lowerForOf(context, node, place);
  if (ts.isWhileStatement(node)) {
    const test = foldTrue(lowerExpression(context, node.expression));
    const body = lowerBlock(context, node.statement);
    return [{ kind: "loop", test, testFirst: true, update: [], body, ...place }];
  }
  if (ts.isDoStatement(node)) {
    const test = foldTrue(lowerExpression(context, node.expression));
    const body = lowerBlock(context, node.statement);
    return [{ kind: "loop", test, testFirst: false, update: [], body, ...place }];
  }
  if (ts.isForStatement(node)) return lowerFor(context, node, place);
  return refuseStatement(context, node);
}

function lowerFor(context: CodeContext, node: ts.ForStatement, place: Place): Statement[] {
  const inner = childScope(context);
  const first: Statement[] = [];
  if (node.initializer !== undefined) {
    if (ts.isVariableDeclarationList(node.initializer)) {
      for (const declaration of node.initializer.declarations) {
        first.push(...lowerVariable(inner, node.initializer, declaration, place));
      }
    } else {
      first.push(...lowerEffect(inner, node.initializer, place));
    }
  }
  const test = node.condition === undefined ? undefined : foldTrue(lowerExpression(inner, node.condition));
  const update = node.incrementor === undefined ? [] : lowerEffect(inner, node.incrementor, place);
  const body = lowerBlock(inner, node.statement);
  return [...first, { kind: "loop", test, testFirst: true, update, body, ...place }];
}

/** A loop on a test that is always true has no test: `while (true)` is `for (;;)`. */
function foldTrue(test: Expression): Expression | undefined {
  return literalOf(test) === true ? undefined : test;
}

function lowerForOf(context: CodeContext, node: ts.ForOfStatement, place: Place): Statement[] {
  const list = ts.isVariableDeclarationList(node.initializer) ? node.initializer : undefined;
  const name = list?.declarations[0]?.name;
  if (name === undefined || !ts.isIdentifier(name)) {
    return refuse(
      context,
      node.initializer,
      "this loop variable",
      "It must be one new name.",
      "Write for (const x of …).",
    );
  }
  const safe = safeWalk(context, node.expression);
  const domain = lowerExpression(context, safe ?? node.expression);
  if (domain.type.kind === "void") return [];
  const inner = childScope(context);
  if (domain.kind === "instances" && domain.type.kind === "instances") {
    const type: Type = { kind: "object", class: domain.type.class, nullable: false };
    const local = declareLocal(inner, name.text, type, false);
    const body = lowerBlock(inner, node.statement);
    return [{ kind: "for-each", local, names: domain.names, body, ...place }];
  }
  if (domain.type.kind === "list") {
    // The walk itself moves the variable on, so it is not constant even where the body never assigns it.
    const type: Type = { kind: "object", class: domain.type.element, nullable: true };
    const local = { ...declareLocal(inner, name.text, type, false), constant: false };
    inner.scope.names.set(name.text, local);
    const body = lowerBlock(inner, node.statement);
    return [{ kind: "walk", local, list: domain, safe: safe !== undefined, body, ...place }];
  }
  return planned(
    context,
    node.expression,
    `a loop over a ${domain.type.kind}`,
    "Loop over instances or a list.",
  );
}

/** The list inside `list_for_each_entry_safe(...)`. */
function safeWalk(context: CodeContext, node: ts.Expression): ts.Expression | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const declaration = context.module.names.get(node.expression.text);
  const isSafeWalk = declaration?.kind === "intrinsic" && declaration.name === "list_for_each_entry_safe";
  return isSafeWalk ? node.arguments[0] : undefined;
}

function lowerIf(context: CodeContext, node: ts.IfStatement, place: Place): Statement[] {
  const condition = lowerExpression(context, node.expression);
  const decided = literalOf(condition);
  if (decided === true) return lowerBlock(context, node.thenStatement);
  if (decided === false) {
    return node.elseStatement === undefined ? [] : lowerBlock(context, node.elseStatement);
  }
  const whenTrue = lowerBlock(context, node.thenStatement);
  const whenFalse = node.elseStatement === undefined ? [] : lowerBlock(context, node.elseStatement);
  return [{ kind: "if", condition, whenTrue, whenFalse, ...place }];
}

function lowerReturn(context: CodeContext, node: ts.ReturnStatement, place: Place): Statement[] {
  if (node.expression === undefined) return [{ kind: "return", value: undefined, ...place }];
  const value = lowerExpression(context, node.expression);
  if (context.result.kind === "void" && value.type.kind !== "void") {
    context.case.diagnostics.push(
      badType(
        place.span,
        "this procedure returns a value but does not say of what type",
        "Write its result type after the parameters, such as `: boolean`.",
      ),
    );
  }
  return [{ kind: "return", value: value.type.kind === "void" ? undefined : value, ...place }];
}

function lowerVariable(
  context: CodeContext,
  list: ts.VariableDeclarationList,
  node: ts.VariableDeclaration,
  place: Place,
): Statement[] {
  if (!ts.isIdentifier(node.name)) {
    return refuse(
      context,
      node.name,
      "destructuring",
      "Each load is a step, and the reader should see where it stands.",
      "Declare one name per value.",
    );
  }
  const value = node.initializer === undefined ? undefined : lowerExpression(context, node.initializer);
  const declared = node.type === undefined ? undefined : lowerType(node.type, context.module, context.case);
  const type = declared ?? value?.type;
  if (type === undefined || type.kind === "null") {
    context.case.diagnostics.push(
      badType(
        spanOf(context.module, node),
        `the type of ${node.name.text} cannot be seen here`,
        `Write it: let ${node.name.text}: SomeClass | null = null;`,
      ),
    );
  }
  const isConst = (list.flags & ts.NodeFlags.Const) !== 0;
  const local = declareLocal(context, node.name.text, type ?? { kind: "void" }, isConst);
  return [{ kind: "declare", local, value, ...place }];
}

const UPDATES: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [ts.SyntaxKind.PlusEqualsToken, "+"],
  [ts.SyntaxKind.MinusEqualsToken, "-"],
  [ts.SyntaxKind.AsteriskEqualsToken, "*"],
  [ts.SyntaxKind.PercentEqualsToken, "%"],
] as const);

/** An expression used as a statement: an assignment, ++, a call. */
function lowerEffect(context: CodeContext, node: ts.Expression, place: Place): Statement[] {
  if (ts.isParenthesizedExpression(node)) return lowerEffect(context, node.expression, place);
  if (ts.isBinaryExpression(node)) {
    const operator = UPDATES.get(node.operatorToken.kind);
    if (node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = lowerTarget(context, node.left);
      const value = lowerExpression(context, node.right);
      return target === undefined ? [] : [{ kind: "assign", target, value, ...place }];
    }
    if (operator !== undefined) {
      const target = lowerTarget(context, node.left);
      const value = lowerExpression(context, node.right);
      return target === undefined ? [] : [{ kind: "update", target, operator, value, ...place }];
    }
  }
  if (
    (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  ) {
    const target = lowerTarget(context, node.operand);
    const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "+" : "-";
    const value: Expression = { kind: "literal", value: 1, type: { kind: "number" }, span: place.span };
    return target === undefined ? [] : [{ kind: "update", target, operator, value, ...place }];
  }
  if (ts.isCallExpression(node)) {
    const statements = lowerIntrinsicStatement(context, node, place, lowerBody);
    if (statements !== undefined) return statements;
    return [{ kind: "evaluate", expression: lowerExpression(context, node), ...place }];
  }
  return refuse(
    context,
    node,
    "an expression without effect",
    "It would be no step, or a read that nothing uses.",
    "Assign it to a local if the read matters, or remove it.",
  );
}

function lowerTarget(context: CodeContext, node: ts.Expression): Target | undefined {
  const target = lowerExpression(context, node);
  if (target.type.kind === "void") return undefined;
  if (target.kind === "local" || target.kind === "field" || target.kind === "global") {
    if (target.type.kind === "list" || target.type.kind === "set") {
      refuse(
        context,
        node,
        "assigning a whole collection",
        "It is changed element by element.",
        "Use list_add, list_del, add and delete.",
      );
      return undefined;
    }
    return target;
  }
  refuse(
    context,
    node,
    "this as the target of an assignment",
    target.kind === "embedded"
      ? "An embedded object stays where it is; only references can change."
      : "It is not memory that can change.",
    "Assign a local, a field or a top-level `let`. To choose between objects, declare a field of type Class | null.",
  );
  return undefined;
}

function refuse(
  context: CodeContext,
  node: ts.Node,
  what: string,
  why: string,
  instead: string,
): Statement[] {
  context.case.diagnostics.push(unsupported(spanOf(context.module, node), what, why, instead));
  return [];
}

function planned(context: CodeContext, node: ts.Node, what: string, instead: string): Statement[] {
  context.case.diagnostics.push(notYet(spanOf(context.module, node), what, instead));
  return [];
}

function refuseStatement(context: CodeContext, node: ts.Statement): Statement[] {
  if (ts.isSwitchStatement(node)) return planned(context, node, "switch", "Use if and else.");
  if (ts.isLabeledStatement(node)) return planned(context, node, "a label", "Use a flag, or return.");
  if (ts.isThrowStatement(node) || ts.isTryStatement(node)) {
    return refuse(
      context,
      node,
      "an exception",
      "C has none.",
      "Return a result, or assert what must be true.",
    );
  }
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
    return refuse(
      context,
      node,
      "a declaration inside a procedure",
      "C has none.",
      "Move it to the top level of the file.",
    );
  }
  const what = `this statement (${ts.SyntaxKind[node.kind]})`;
  return refuse(
    context,
    node,
    what,
    "It has no meaning as steps of a thread.",
    "Use declarations, assignments, if, while, do, for, for-of, break, continue, return and calls.",
  );
}

/** Names that are assigned somewhere below: by `=`, `op=`, `++` or `--`. By name only, so it errs towards "assigned". */
function assignedNames(body: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    ) {
      if (ts.isIdentifier(node.left)) names.add(node.left.text);
    } else if (
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
      ts.isIdentifier(node.operand)
    ) {
      names.add(node.operand.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return names;
}
