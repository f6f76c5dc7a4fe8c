/** TypeScript statements to IR statements. */

import { badType, duplicateName, notYet, poolMisused, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Expression, Statement, Type } from "../ir/program.js";
import {
  type CaseContext,
  type CodeContext,
  childScope,
  declareLocal,
  type Jumps,
  NO_JUMPS,
} from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicName, wrongIntrinsicCount } from "./intrinsics.js";
import {
  describeType,
  hasUnknownPart,
  isValueType,
  need,
  needValue,
  refine,
  unbounded,
  VOID,
} from "./kinds.js";
import { elementType } from "./lower-collections.js";
import { isBounded } from "./lower-data.js";
import { lowerEffect, planned, refuse } from "./lower-effects.js";
import { lowerCondition, lowerExpression } from "./lower-expressions.js";
import { lowerJump, lowerLabelled, lowerSwitch } from "./lower-jumps.js";
import { lowerValueType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { refusalOf } from "./refusals.js";
import { headerSpan, type Place, spanOf, textOf } from "./source.js";
import { ts } from "./typescript.js";

/**
 * A context for code that starts at `body`: a procedure with its result, or else an arrow function at top level or
 * a constant. `runs` where threads execute it.
 */
export function createCodeContext(
  context: CaseContext,
  module: Module,
  body: ts.Node,
  runs: boolean,
  result: CodeContext["result"] = "leaves the arrow function",
): CodeContext {
  return {
    case: context,
    module,
    scope: { parent: undefined, names: new Map() },
    ...assignedNames(body),
    runs,
    result,
    jumps: NO_JUMPS,
    lowerExpression,
    lowerType: (code, node) => lowerValueType(node, code.module, code.case),
    lowerClosure,
  };
}

/** The body of an arrow function; where it gives a value back, an expression is a `return`. */
function lowerClosure(outer: CodeContext, body: ts.ConciseBody, wanted: Type): readonly Statement[] {
  const result = wanted.kind === "void" ? "leaves the arrow function" : wanted;
  const context: CodeContext = { ...outer, result, jumps: NO_JUMPS };
  if (ts.isBlock(body) || result === "leaves the arrow function") return lowerBody(context, body);
  const span = spanOf(context.module, body);
  const value = need(context.case, lowerExpression(context, body), wanted, "the result", span);
  return [{ kind: "return", value, span, text: textOf(context.module, body) }];
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
    return lowerJump(context, node, place);
  }
  if (ts.isSwitchStatement(node)) return lowerSwitch(context, node, place, lowerStatements);
  if (ts.isLabeledStatement(node)) return lowerLabelled(context, node, place, lowerStatements);
  if (ts.isIterationStatement(node, false)) {
    return lowerLoop(context, node, place);
  }
  context.case.diagnostics.push(refusalOf(context.module, node));
  return [];
}

function lowerLoop(context: CodeContext, node: ts.IterationStatement, place: Place): Statement[] {
  if (ts.isForOfStatement(node)) return lowerForOf(context, node, place);
  if (ts.isForStatement(node)) return lowerFor(context, node, place);
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    const test = foldTrue(lowerCondition(context, node.expression));
    const body = lowerLoopBody(context, node.statement);
    return [{ kind: "loop", test, testFirst: ts.isWhileStatement(node), update: [], body, ...place }];
  }
  context.case.diagnostics.push(refusalOf(context.module, node));
  return [];
}

function lowerLoopBody(context: CodeContext, node: ts.Statement): Statement[] {
  const { round, labels } = context.jumps;
  const jumps: Jumps = { insideLoop: true, ofSwitch: undefined, labels, round: undefined };
  const body = lowerBlock({ ...context, jumps }, node);
  if (round === undefined) return body;
  // What `continue label` leaves: the rest of this round.
  const place: Place = { span: headerSpan(context.module, node), text: textOf(context.module, node) };
  return [{ kind: "block", block: round, body, ...place }];
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
  const test = node.condition === undefined ? undefined : foldTrue(lowerCondition(inner, node.condition));
  const update = node.incrementor === undefined ? [] : lowerEffect(inner, node.incrementor, place);
  const body = lowerLoopBody(inner, node.statement);
  return [...first, { kind: "loop", test, testFirst: true, update, body, ...place }];
}

/** A loop on a test that is always true has no test: `while (true)` is `for (;;)`. */
function foldTrue(test: Expression): Expression | undefined {
  return literalOf(test) === true ? undefined : test;
}

function lowerForOf(context: CodeContext, node: ts.ForOfStatement, place: Place): Statement[] {
  const list = ts.isVariableDeclarationList(node.initializer) ? node.initializer : undefined;
  const name = list?.declarations[0]?.name;
  const isVar = list !== undefined && (list.flags & ts.NodeFlags.BlockScoped) === 0;
  if (name === undefined || !ts.isIdentifier(name) || isVar) {
    const what = "this loop variable";
    return refuse(context, node.initializer, what, "It must be one new name.", "Write for (const x of …).");
  }
  if (node.awaitModifier !== undefined) {
    const why = "A thread is a plain sequence of steps.";
    return refuse(context, node, "for await", why, "Write for (const x of …).");
  }
  const isSafe = intrinsicName(context, node.expression) === "list_for_each_entry_safe";
  const domain = isSafe
    ? lowerSafeWalk(context, node.expression as ts.CallExpression)
    : needValue(context.case, lowerExpression(context, node.expression));
  const inner = childScope(context);
  const element = domain === undefined ? VOID : elementType(domain.type);
  const fixed = "The loop moves it on by itself.";
  if ((domain?.kind === "instances" || domain?.kind === "elements") && !isSafe) {
    const local = declareLocal(inner, name.text, element, fixed);
    const body = lowerLoopBody(inner, node.statement);
    return [{ kind: "for-each", local, domain, body, ...place }];
  }
  if (!isSafe && (domain?.type.kind === "array" || domain?.type.kind === "set")) {
    return lowerDataLoop(context, inner, node, name.text, domain, place);
  }
  if (domain?.type.kind === "list") {
    // Inside the body it is an object; behind the last one the walk's own variable is null.
    const seen = declareLocal(inner, name.text, element, fixed);
    const type: Type = { kind: "object", class: domain.type.element, nullable: true };
    const body = lowerLoopBody(inner, node.statement);
    const local = { ...seen, type, constant: false };
    return [{ kind: "walk", local, list: domain, safe: isSafe, body, ...place }];
  }
  if (domain?.type.kind === "pool") {
    context.case.diagnostics.push(poolMisused(domain.span, "a loop over a pool"));
  } else if (domain !== undefined && domain.type.kind !== "void") {
    const what = isSafe
      ? `list_for_each_entry_safe over ${describeType(domain.type)}`
      : `a loop over ${describeType(domain.type)}`;
    planned(context, node.expression, what, "Loop over instances, an array, a set or a list.");
  }
  declareLocal(inner, name.text, VOID, fixed);
  lowerLoopBody(inner, node.statement);
  return [];
}

/** A loop over an array or a set. */
function lowerDataLoop(
  context: CodeContext,
  inner: CodeContext,
  node: ts.ForOfStatement,
  name: string,
  domain: Expression,
  place: Place,
): Statement[] {
  const local = declareLocal(inner, name, elementType(domain.type), "The loop moves it on by itself.");
  const body = lowerLoopBody(inner, node.statement);
  if (domain.type.kind === "array") return [{ kind: "array-loop", local, array: domain, body, ...place }];
  if (domain.type.kind === "set" && ["number", "string"].includes(domain.type.element.kind)) {
    const why = "A set has no order; a loop asks for each value that could be in it, and these are too many.";
    const instead = "Loop over the values that matter, and test set.has(value).";
    return refuse(context, node.expression, "a loop over a set of numbers or strings", why, instead);
  }
  return [{ kind: "set-loop", local, set: domain, body, ...place }];
}

/** The list inside `list_for_each_entry_safe(...)`. */
function lowerSafeWalk(context: CodeContext, node: ts.CallExpression): Expression | undefined {
  const wrong = wrongIntrinsicCount(context.module, node, "list_for_each_entry_safe");
  if (wrong === undefined) return needValue(context.case, lowerExpression(context, node.arguments[0]!));
  context.case.diagnostics.push(wrong);
  return undefined;
}

function lowerIf(context: CodeContext, node: ts.IfStatement, place: Place): Statement[] {
  const condition = lowerCondition(context, node.expression);
  const decided = literalOf(condition);
  const { allBranches } = context.case;
  const whenTrue = decided === false && !allBranches ? [] : lowerBlock(context, node.thenStatement);
  const skipsElse = node.elseStatement === undefined || (decided === true && !allBranches);
  const whenFalse = skipsElse ? [] : lowerBlock(context, node.elseStatement!);
  if (decided === true) return whenTrue;
  if (decided === false) return whenFalse;
  return [{ kind: "if", condition, whenTrue, whenFalse, ...place }];
}

function lowerReturn(context: CodeContext, node: ts.ReturnStatement, place: Place): Statement[] {
  if (node.expression === undefined) return [{ kind: "return", value: undefined, ...place }];
  const { result } = context;
  const value = lowerExpression(context, node.expression);
  const calls = value.kind === "call" || value.kind === "dispatch" || value.kind === "invoke";
  if (value.type.kind === "void" && calls) {
    // `return f();` of a procedure without a result: the call, and then the return.
    if (typeof result !== "string" && result.kind !== "void") needValue(context.case, value);
    return [
      { kind: "evaluate", expression: value, ...place },
      { kind: "return", value: undefined, ...place },
    ];
  }
  if (result === "leaves the arrow function") {
    return refuse(
      context,
      node,
      "return with a value in an arrow function",
      "It leaves only the arrow function, and nobody gets the value.",
      "Set a local of the procedure around it, and return that afterwards.",
    );
  }
  if (result === "reported") return [{ kind: "return", value: undefined, ...place }];
  if (result.kind !== "void") {
    return [{ kind: "return", value: need(context.case, value, result, "the result", place.span), ...place }];
  }
  if (value.type.kind !== "void") {
    context.case.diagnostics.push(
      badType(
        place.span,
        "this procedure returns a value but does not say of what type",
        "Write its result type after the parameters, such as `: boolean`.",
      ),
    );
  }
  return [{ kind: "return", value: undefined, ...place }];
}

function lowerVariable(
  context: CodeContext,
  list: ts.VariableDeclarationList,
  node: ts.VariableDeclaration,
  place: Place,
): Statement[] {
  const wrongKeyword = refusedKeyword(context.module, list);
  if (wrongKeyword !== undefined) context.case.diagnostics.push(wrongKeyword);
  const { initializer } = node;
  const given = initializer && needValue(context.case, lowerExpression(context, initializer));
  if (!ts.isIdentifier(node.name)) {
    const why = "Each load is a step, and the reader should see where it stands.";
    return refuse(context, node.name, "destructuring", why, "Declare one name per value.");
  }
  const name = node.name.text;
  const span = spanOf(context.module, node);
  const declared = node.type && lowerValueType(node.type, context.module, context.case);
  const value = given && declared ? need(context.case, given, declared, name, span) : given;
  const bounded = initializer !== undefined && isBounded(context, initializer);
  const found = value && (bounded ? value.type : unbounded(value.type));
  const type = declared === undefined ? found : found === undefined ? declared : refine(declared, found);
  if (type === undefined || hasUnknownPart(type)) {
    const what = `the type of ${name} cannot be seen here`;
    const instead = `Write it: let ${name}: SomeClass | null = null;`;
    context.case.diagnostics.push(badType(span, what, instead));
  } else if (type.kind !== "void" && !isValueType(type)) {
    const what = `a local that stands for ${describeType(type)}`;
    const instead = "Name it where you use it, or pass it to a procedure.";
    context.case.diagnostics.push(notYet(span, what, instead));
  }
  if (context.scope.names.has(name)) {
    context.case.diagnostics.push(duplicateName(span, "local", name));
  }
  const usable = type !== undefined && isValueType(type) ? type : VOID;
  const isConst = (list.flags & ts.NodeFlags.Const) !== 0;
  const local = declareLocal(context, name, usable, isConst ? "It is declared const." : undefined, true);
  return [{ kind: "declare", local, value, ...place }];
}

/** `var` and `using`. */
export function refusedKeyword(module: Module, list: ts.VariableDeclarationList): Diagnostic | undefined {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  if (flags === ts.NodeFlags.Const || flags === ts.NodeFlags.Let) return undefined;
  const text = flags === 0 ? "var" : "using";
  const why =
    text === "var"
      ? "It can be seen outside the block it stands in."
      : "C has no clean-up at the end of a block.";
  return unsupported(spanOf(module, list), text, why, "Write let or const.");
}

/**
 * Names that are assigned somewhere below, by `=`, `op=`, `++` or `--`, and those of which a part is, or a set or map
 * that a method changes. By name only, so it errs towards "assigned".
 */
function assignedNames(body: ts.Node): Pick<CodeContext, "assigned" | "changed"> {
  const assigned = new Set<string>();
  const changed = new Set<string>();
  const add = (target: ts.Expression, names: Set<string>): void => {
    if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target)) add(target.expression, names);
    else if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
      add(target.expression, changed);
    } else if (ts.isIdentifier(target)) names.add(target.text);
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    ) {
      add(node.left, assigned);
    } else if (
      ts.isPostfixUnaryExpression(node) ||
      (ts.isPrefixUnaryExpression(node) &&
        (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken))
    ) {
      add(node.operand, assigned);
    } else if (ts.isCallExpression(node)) {
      add(node.expression, changed);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return { assigned, changed };
}
