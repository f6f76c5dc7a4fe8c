/**
 * TypeScript expressions to IR expressions. What is known at compile time is folded here, so that a branch on a
 * param disappears before anyone counts steps.
 */
import { ts } from "ts-morph";
import {
  badNumber,
  notYet,
  outOfRange,
  unknownField,
  unknownName,
  unsupported,
} from "../diagnostics/catalog.js";
import type { Argument, BinaryOperator, Expression, LocalSymbol, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CodeContext,
  childScope,
  declareLocal,
  findLocal,
  procedureName,
  visibleNames,
} from "./case-context.js";
import { foldBinary, foldLogical, foldUnary, literalOf } from "./fold.js";
import { joinTypes, lowerType } from "./lower-types.js";
import { spanOf } from "./source.js";

const BINARY: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
] as const);

const BOOLEAN: Type = { kind: "boolean" };
const NUMBER: Type = { kind: "number" };

/** Reports what is wrong and returns something that keeps the rest going; never throws for bad input. */
export function lowerExpression(context: CodeContext, node: ts.Expression): Expression {
  const span = spanOf(context.module, node);
  if (ts.isParenthesizedExpression(node)) return lowerExpression(context, node.expression);
  if (ts.isNumericLiteral(node)) return lowerNumber(context, node, node.text);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return { kind: "literal", value: node.text, type: { kind: "string" }, span };
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    return { kind: "literal", value: node.kind === ts.SyntaxKind.TrueKeyword, type: BOOLEAN, span };
  }
  if (node.kind === ts.SyntaxKind.NullKeyword) {
    return { kind: "literal", value: null, type: { kind: "null" }, span };
  }
  if (ts.isIdentifier(node)) return lowerIdentifier(context, node);
  if (ts.isNonNullExpression(node)) return nonNull(lowerExpression(context, node.expression), span);
  if (ts.isPropertyAccessExpression(node)) return lowerProperty(context, node);
  if (ts.isElementAccessExpression(node)) return lowerIndex(context, node);
  if (ts.isPrefixUnaryExpression(node)) return lowerUnary(context, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(context, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(context, node);
  if (ts.isCallExpression(node)) return lowerCall(context, node);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return refuse(
      context,
      node,
      "a type assertion",
      "It would hide what the compiler knows.",
      "Leave it out.",
    );
  }
  return refuseOther(context, node);
}

function refuse(context: CodeContext, node: ts.Node, what: string, why: string, instead: string): Expression {
  const span = spanOf(context.module, node);
  context.case.diagnostics.push(unsupported(span, what, why, instead));
  return brokenExpression(span);
}

function refuseOther(context: CodeContext, node: ts.Expression): Expression {
  const span = spanOf(context.module, node);
  const planned: ReadonlyMap<ts.SyntaxKind, readonly [string, string]> = new Map([
    [ts.SyntaxKind.ObjectLiteralExpression, ["a record", "Use a class with fields and instances of it."]],
    [ts.SyntaxKind.ArrayLiteralExpression, ["an array", "Use instances, a list or a set."]],
    [
      ts.SyntaxKind.ArrowFunction,
      ["an arrow function here", "Pass it directly where a procedure is asked for."],
    ],
    [ts.SyntaxKind.ThisKeyword, ["this", "Write a function that takes the object."]],
    [
      ts.SyntaxKind.NewExpression,
      ["new inside a procedure", "Declare the objects at top level with instances(...)."],
    ],
  ]);
  const known = planned.get(node.kind);
  if (known !== undefined) {
    context.case.diagnostics.push(notYet(span, known[0], known[1]));
    return brokenExpression(span);
  }
  if (ts.isPostfixUnaryExpression(node)) {
    return refuse(
      context,
      node,
      "++ or -- inside an expression",
      "The load and the store are two steps, and the reader should see where they stand.",
      "Put it in a statement of its own.",
    );
  }
  const what = `this expression (${ts.SyntaxKind[node.kind]})`;
  return refuse(
    context,
    node,
    what,
    "It has no meaning as steps of a thread.",
    "Use reads, comparisons, arithmetic, && || ! and calls of procedures.",
  );
}

function lowerNumber(context: CodeContext, node: ts.Node, text: string): Expression {
  const span = spanOf(context.module, node);
  const value = Number(text);
  if (!Number.isInteger(value) || value > 2 ** 31 - 1 || value < -(2 ** 31)) {
    context.case.diagnostics.push(badNumber(span, text));
    return { kind: "literal", value: 0, type: NUMBER, span };
  }
  return { kind: "literal", value, type: NUMBER, span };
}

function lowerIdentifier(context: CodeContext, node: ts.Identifier): Expression {
  const span = spanOf(context.module, node);
  const local = findLocal(context.scope, node.text);
  if (local !== undefined) return { kind: "local", local, type: local.type, span };
  const declaration = context.module.names.get(node.text);
  if (declaration === undefined) {
    if (node.text === "undefined") {
      return refuse(context, node, "undefined", "Memory holds a value or null.", "Use null.");
    }
    context.case.diagnostics.push(unknownName(span, node.text, visibleNames(context)));
    return brokenExpression(span);
  }
  if (declaration.kind !== "variable") {
    return refuse(
      context,
      node,
      `${node.text} as a value`,
      "It is not a variable.",
      "Call it, or name an object or a variable.",
    );
  }
  const value = context.case.resolve.evaluate(context.case, declaration);
  if (value.kind === "constant") return { ...value.expression, span };
  if (value.kind === "global") {
    return { kind: "global", name: value.global.name, type: value.global.type, span };
  }
  return brokenExpression(span);
}

/** `x!`, or what TypeScript narrowed: a claim that is checked wherever the type allows null. */
export function nonNull(operand: Expression, span = operand.span): Expression {
  const { type } = operand;
  if ((type.kind !== "object" && type.kind !== "thread") || !type.nullable) return operand;
  return { kind: "nonnull", operand, type: { ...type, nullable: false }, span };
}

function lowerProperty(context: CodeContext, node: ts.PropertyAccessExpression): Expression {
  const span = spanOf(context.module, node);
  if (node.questionDotToken !== undefined) {
    context.case.diagnostics.push(notYet(span, "?.", "Test for null first, then use the value."));
    return brokenExpression(span);
  }
  const owner = lowerExpression(context, node.expression);
  const name = node.name.text;
  if (owner.type.kind === "void") return brokenExpression(span);
  if (owner.kind === "instances" && name === "length") {
    return { kind: "literal", value: owner.names.length, type: NUMBER, span };
  }
  if (owner.type.kind === "set" && name === "size") {
    return { kind: "size", collection: owner, type: NUMBER, span };
  }
  if (owner.type.kind !== "object") {
    return refuse(
      context,
      node,
      `the property ${name}`,
      `${node.expression.getText(context.module.file)} is not an object of a class.`,
      "Read fields of objects that a class declares.",
    );
  }
  const declared = context.case.classes.get(owner.type.class);
  const object = nonNull(owner);
  const embedded = declared?.embedded.find((candidate) => candidate.field === name);
  if (declared !== undefined && embedded !== undefined) {
    const type: Type = { kind: "object", class: embedded.class, nullable: false };
    return { kind: "embedded", object, class: declared.name, field: name, type, span };
  }
  const field = declared?.fields.find((candidate) => candidate.name === name);
  if (declared === undefined || field === undefined) {
    const known = [...(declared?.fields ?? []), ...(declared?.embedded ?? [])].map((candidate) =>
      "name" in candidate ? candidate.name : candidate.field,
    );
    context.case.diagnostics.push(
      unknownField(spanOf(context.module, node.name), name, owner.type.class, known),
    );
    return brokenExpression(span);
  }
  return { kind: "field", object, class: declared.name, field: name, type: field.type, span };
}

function lowerIndex(context: CodeContext, node: ts.ElementAccessExpression): Expression {
  const span = spanOf(context.module, node);
  const owner = lowerExpression(context, node.expression);
  const index = literalOf(lowerExpression(context, node.argumentExpression));
  if (owner.type.kind === "void") return brokenExpression(span);
  if (owner.kind !== "instances" || typeof index !== "number") {
    context.case.diagnostics.push(
      notYet(span, "an index that is not a constant", "Pass the object itself, or choose(...) one."),
    );
    return brokenExpression(span);
  }
  const name = owner.names[index];
  const elementClass = owner.type.kind === "instances" ? owner.type.class : "";
  if (name === undefined) {
    context.case.diagnostics.push(outOfRange(span, index, owner.names.length));
    return brokenExpression(span);
  }
  return { kind: "object", name, type: { kind: "object", class: elementClass, nullable: false }, span };
}

function lowerUnary(context: CodeContext, node: ts.PrefixUnaryExpression): Expression {
  const span = spanOf(context.module, node);
  if (node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand)) {
    return lowerNumber(context, node, `-${node.operand.text}`);
  }
  if (node.operator === ts.SyntaxKind.ExclamationToken || node.operator === ts.SyntaxKind.MinusToken) {
    const operator = node.operator === ts.SyntaxKind.ExclamationToken ? "!" : "-";
    const operand = lowerExpression(context, node.operand);
    return foldUnary({ kind: "unary", operator, operand, type: operator === "!" ? BOOLEAN : NUMBER, span });
  }
  return refuse(
    context,
    node,
    `the operator ${ts.tokenToString(node.operator)} inside an expression`,
    "Loads and stores are separate steps, and the reader should see where they stand.",
    "Use ! and -, and put ++ and -- in statements of their own.",
  );
}

function lowerBinary(context: CodeContext, node: ts.BinaryExpression): Expression {
  const span = spanOf(context.module, node);
  const token = node.operatorToken.kind;
  if (token === ts.SyntaxKind.AmpersandAmpersandToken || token === ts.SyntaxKind.BarBarToken) {
    const operator = token === ts.SyntaxKind.BarBarToken ? "||" : "&&";
    const left = lowerExpression(context, node.left);
    const decided = literalOf(left);
    if (decided === (operator === "||")) return left;
    const right = lowerExpression(context, node.right);
    return foldLogical({ kind: "logical", operator, left, right, type: BOOLEAN, span });
  }
  const operator = BINARY.get(token);
  if (operator !== undefined) {
    const left = lowerExpression(context, node.left);
    const right = lowerExpression(context, node.right);
    const type = ["+", "-", "*", "%"].includes(operator) ? NUMBER : BOOLEAN;
    return foldBinary({ kind: "binary", operator, left, right, type, span });
  }
  const text = node.operatorToken.getText(context.module.file);
  if (text === "==" || text === "!=") {
    return refuse(context, node, text, "It converts its operands.", `Write ${text}= instead.`);
  }
  if (text === "??" || ["&", "|", "^", "<<", ">>", ">>>", "/", "**"].includes(text)) {
    context.case.diagnostics.push(
      notYet(span, `the operator ${text}`, "Use comparisons, && || ! and + - * %."),
    );
    return brokenExpression(span);
  }
  return refuse(
    context,
    node,
    `${text} inside an expression`,
    "A store is a step of its own, and the reader should see where it stands.",
    "Put the assignment in a statement of its own.",
  );
}

function lowerConditional(context: CodeContext, node: ts.ConditionalExpression): Expression {
  const span = spanOf(context.module, node);
  const condition = lowerExpression(context, node.condition);
  const decided = literalOf(condition);
  if (decided === true) return lowerExpression(context, node.whenTrue);
  if (decided === false) return lowerExpression(context, node.whenFalse);
  const whenTrue = lowerExpression(context, node.whenTrue);
  const whenFalse = lowerExpression(context, node.whenFalse);
  const type = joinTypes([whenTrue.type, whenFalse.type]) ?? whenTrue.type;
  return { kind: "conditional", condition, whenTrue, whenFalse, type, span };
}

function lowerCall(context: CodeContext, node: ts.CallExpression): Expression {
  if (ts.isPropertyAccessExpression(node.expression)) return lowerMethod(context, node, node.expression);
  const span = spanOf(context.module, node);
  if (!ts.isIdentifier(node.expression)) {
    return refuse(context, node, "this call", "Only named procedures can be called.", "Name the procedure.");
  }
  const name = node.expression.text;
  const local = findLocal(context.scope, name);
  if (local !== undefined) return { kind: "invoke", local, type: { kind: "void" }, span };
  const declaration = context.module.names.get(name);
  if (declaration === undefined) {
    context.case.diagnostics.push(
      unknownName(spanOf(context.module, node.expression), name, visibleNames(context)),
    );
    for (const argument of node.arguments)
      if (!ts.isArrowFunction(argument)) lowerExpression(context, argument);
    return brokenExpression(span);
  }
  if (declaration.kind === "intrinsic") return lowerIntrinsic(context, node, name);
  if (declaration.kind !== "procedure") {
    return refuse(
      context,
      node,
      `calling ${name}`,
      "It is not a procedure.",
      "Call a function that a spec declares.",
    );
  }
  const result = declaration.node.type;
  return {
    kind: "call",
    procedure: procedureName(context.case, declaration),
    arguments: node.arguments.map((argument) => lowerArgument(context, argument)),
    type: result === undefined ? { kind: "void" } : lowerType(result, declaration.module, context.case),
    span,
  };
}

function lowerArgument(context: CodeContext, node: ts.Expression): Argument {
  if (!ts.isArrowFunction(node)) return lowerExpression(context, node);
  const span = spanOf(context.module, node);
  if (node.parameters.length > 0) {
    context.case.diagnostics.push(
      notYet(span, "an arrow function with parameters", "Let it use the variables around it."),
    );
  }
  return { kind: "closure", body: context.lowerClosure(context, node.body), span };
}

/** The intrinsics that have a value; the others are statements. */
function lowerIntrinsic(context: CodeContext, node: ts.CallExpression, name: string): Expression {
  const span = spanOf(context.module, node);
  const argument = node.arguments[0];
  switch (name) {
    case "current":
      return { kind: "current", type: { kind: "thread", nullable: false }, span };
    case "maybe":
      return { kind: "maybe", type: BOOLEAN, span };
    case "choose": {
      if (argument === undefined) break;
      const domain = lowerExpression(context, argument);
      if (domain.type.kind === "void") return brokenExpression(span);
      if (domain.type.kind === "instances") {
        return {
          kind: "choose",
          domain,
          type: { kind: "object", class: domain.type.class, nullable: false },
          span,
        };
      }
      return refuse(
        context,
        node,
        "choose from this",
        "It is not a set of instances.",
        "Choose from instances(...).",
      );
    }
    case "list_empty": {
      if (argument === undefined) break;
      const list = lowerExpression(context, argument);
      const size: Expression = { kind: "size", collection: list, type: NUMBER, span };
      const zero: Expression = { kind: "literal", value: 0, type: NUMBER, span };
      return { kind: "binary", operator: "===", left: size, right: zero, type: BOOLEAN, span };
    }
  }
  return refuse(
    context,
    node,
    `${name} here`,
    "It has no value, or belongs at the top level of a spec.",
    "Use it as a statement of its own, or as a declaration at top level.",
  );
}

function lowerMethod(
  context: CodeContext,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
): Expression {
  const span = spanOf(context.module, node);
  const collection = lowerExpression(context, callee.expression);
  const method = callee.name.text;
  const argument = node.arguments[0];
  if (collection.type.kind === "void") return brokenExpression(span);
  const isCollection = ["list", "set", "instances"].includes(collection.type.kind);
  if (isCollection && method === "has" && argument !== undefined && collection.type.kind !== "instances") {
    return { kind: "has", collection, element: lowerExpression(context, argument), type: BOOLEAN, span };
  }
  if (isCollection && (method === "every" || method === "some") && argument !== undefined) {
    return lowerQuantifier(context, node, collection, method);
  }
  if (isCollection) {
    context.case.diagnostics.push(
      notYet(span, `${method} on a ${collection.type.kind}`, "Use has, every, some, or a for-of loop."),
    );
    return brokenExpression(span);
  }
  context.case.diagnostics.push(notYet(span, "a method call", "Write a function that takes the object."));
  return brokenExpression(span);
}

function lowerQuantifier(
  context: CodeContext,
  node: ts.CallExpression,
  domain: Expression,
  quantifier: "every" | "some",
): Expression {
  const span = spanOf(context.module, node);
  const argument = node.arguments[0]!;
  const parameter = ts.isArrowFunction(argument) ? argument.parameters[0] : undefined;
  if (
    !ts.isArrowFunction(argument) ||
    ts.isBlock(argument.body) ||
    parameter === undefined ||
    !ts.isIdentifier(parameter.name)
  ) {
    return refuse(
      context,
      node,
      `this argument of ${quantifier}`,
      "It must be one condition on one element.",
      `Write ${quantifier}(x => condition).`,
    );
  }
  const element: Type =
    domain.type.kind === "instances"
      ? { kind: "object", class: domain.type.class, nullable: false }
      : domain.type.kind === "list"
        ? { kind: "object", class: domain.type.element, nullable: false }
        : domain.type.kind === "set"
          ? domain.type.element
          : { kind: "void" };
  const inner = childScope(context);
  const variable: LocalSymbol = declareLocal(inner, parameter.name.text, element, true);
  const body = lowerExpression(inner, argument.body);
  return { kind: "quantifier", quantifier, domain, variable, body, type: BOOLEAN, span };
}
