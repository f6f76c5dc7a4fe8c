/**
 * TypeScript expressions to IR expressions. What is known at compile time is folded here, so that a branch on a
 * param disappears before anyone counts steps.
 */

import { nearest } from "../base/suggest.js";
import { badNumber, unknownField, unknownMember, unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { BinaryOperator, Expression, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CodeContext,
  className,
  findLocal,
  reportValue,
  visibleNames,
} from "./case-context.js";
import { foldBinary, foldLogical, foldUnary, literalOf } from "./fold.js";
import {
  BOOLEAN,
  describeType,
  isComparable,
  isScalarType,
  isValueType,
  joinTypes,
  NUMBER,
  need,
  needValue,
  nonNull,
} from "./kinds.js";
import { arrayField, lengthOf, lowerAddresses, lowerIndex } from "./lower-arrays.js";
import { BITS, isNoBits, lowerComplement, typeOfResult } from "./lower-bits.js";
import { lowerCall } from "./lower-calls.js";
import { lowerArray, lowerRecord, lowerSelect } from "./lower-data.js";
import { lowerCoalesce, lowerOptionalField } from "./lower-optional.js";
import { lowerQueueProperty } from "./lower-queue.js";
import { findEmbedded, findField, findMethod, lineage } from "./members.js";
import { undeclared } from "./modules.js";
import { refusalOf } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

const BINARY: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [ts.SyntaxKind.PlusToken, "+"],
  [ts.SyntaxKind.MinusToken, "-"],
  [ts.SyntaxKind.AsteriskToken, "*"],
  [ts.SyntaxKind.PercentToken, "%"],
  [ts.SyntaxKind.AmpersandToken, "&"],
  [ts.SyntaxKind.BarToken, "|"],
  [ts.SyntaxKind.CaretToken, "^"],
  [ts.SyntaxKind.LessThanLessThanToken, "<<"],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, ">>"],
  [ts.SyntaxKind.LessThanToken, "<"],
  [ts.SyntaxKind.LessThanEqualsToken, "<="],
  [ts.SyntaxKind.GreaterThanToken, ">"],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">="],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "==="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "!=="],
] as const);

/** Reports what is wrong and returns something that keeps the rest going; never throws for bad input. */
export function lowerExpression(context: CodeContext, node: ts.Expression): Expression {
  const span = spanOf(context.module, node);
  if (ts.isParenthesizedExpression(node)) return lowerExpression(context, node.expression);
  if (ts.isNumericLiteral(node)) return lowerNumber(context, node, Number(node.text));
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
  if (node.kind === ts.SyntaxKind.ThisKeyword) {
    const self = findLocal(context, "this");
    if (self !== undefined) return { kind: "local", local: self.local, type: self.local.type, span };
  }
  if (ts.isNonNullExpression(node)) return nonNull(lowerExpression(context, node.expression), span);
  if (ts.isPropertyAccessExpression(node)) return lowerProperty(context, node);
  if (ts.isElementAccessExpression(node)) return lowerIndex(context, node);
  if (ts.isPrefixUnaryExpression(node)) return lowerUnary(context, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(context, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(context, node);
  if (ts.isCallExpression(node)) return lowerCall(context, node);
  if (ts.isObjectLiteralExpression(node)) return lowerRecord(context, node);
  if (ts.isArrayLiteralExpression(node)) return lowerArray(context, node);
  context.case.diagnostics.push(refusalOf(context.module, node));
  return brokenExpression(span);
}

/** A condition: a boolean, and nothing that C would take for one. */
export function lowerCondition(context: CodeContext, node: ts.Expression): Expression {
  return need(context.case, lowerExpression(context, node), BOOLEAN, "a condition");
}

function refuse(context: CodeContext, node: ts.Node, what: string, why: string, instead: string): Expression {
  const span = spanOf(context.module, node);
  context.case.diagnostics.push(unsupported(span, what, why, instead));
  return brokenExpression(span);
}

function lowerNumber(context: CodeContext, node: ts.Node, value: number): Expression {
  const span = spanOf(context.module, node);
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
    context.case.diagnostics.push(badNumber(span, briefText(context.module, node)));
    return brokenExpression(span);
  }
  return { kind: "literal", value, type: NUMBER, span };
}

function lowerIdentifier(context: CodeContext, node: ts.Identifier): Expression {
  const span = spanOf(context.module, node);
  const found = findLocal(context, node.text);
  if (found !== undefined) return { kind: "local", local: found.local, type: found.local.type, span };
  const declaration = context.module.names.get(node.text);
  if (declaration === undefined) {
    if (node.text === "undefined") {
      return refuse(context, node, "undefined", "Memory holds a value or null.", "Use null.");
    }
    context.case.diagnostics.push(undeclared(context.module, span, node.text, visibleNames(context)));
    return brokenExpression(span);
  }
  if (declaration.kind === "missing") return brokenExpression(span);
  if (declaration.kind !== "variable") {
    const procedure = declaration.kind === "procedure";
    return refuse(
      context,
      node,
      `${node.text} as a value`,
      `It is a ${procedure ? "procedure" : declaration.kind === "intrinsic" ? "word of the language" : "type"} and no variable.`,
      procedure
        ? `Call it; where a procedure is asked for, write () => ${node.text}().`
        : "Name an object or a variable.",
    );
  }
  const value = context.case.resolve.evaluate(context.case, declaration);
  switch (value.kind) {
    case "constant":
      return { ...value.expression, span };
    case "global":
      return {
        kind: "global",
        name: value.global.name,
        type: value.global.type,
        span,
        ...ghost(value.global),
      };
    case "evaluating":
      return refuse(
        context,
        node,
        `${node.text} in its own initial value`,
        "It has no value yet.",
        "Use literals, params and other constants.",
      );
    case "broken":
      return brokenExpression(span);
  }
}

/** What collections have that is no method. */
const PROPERTIES: ReadonlyMap<Type["kind"], readonly string[]> = new Map([
  ["instances", ["length"]],
  ["set", ["size"]],
]);

function lowerProperty(context: CodeContext, node: ts.PropertyAccessExpression): Expression {
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    context.case.diagnostics.push(refusalOf(context.module, node.expression));
    return brokenExpression(spanOf(context.module, node));
  }
  const optional = lowerOptionalField(context, node, (field, object) =>
    lowerPropertyOf(context, field, object),
  );
  if (optional !== undefined) return optional;
  const owner = needValue(context.case, lowerExpression(context, node.expression));
  return lowerPropertyOf(context, node, owner);
}

/** `.name` of a value that has been lowered. */
function lowerPropertyOf(
  context: CodeContext,
  node: ts.PropertyAccessExpression,
  owner: Expression,
): Expression {
  const span = spanOf(context.module, node);
  const name = node.name.text;
  if (owner.type.kind === "void") return brokenExpression(span);
  const length = lengthOf(owner);
  if (length !== undefined && name === "length") {
    return { kind: "literal", value: length, type: NUMBER, span };
  }
  if (owner.type.kind === "array" && name === "length") {
    const { length } = owner.type;
    if (length !== undefined) return { kind: "literal", value: length, type: NUMBER, span };
    return { kind: "size", collection: owner, type: NUMBER, span };
  }
  if (owner.type.kind === "set" && name === "size") {
    return { kind: "size", collection: owner, type: NUMBER, span };
  }
  if (owner.type.kind === "record") {
    const part = lowerSelect(owner, name, span);
    if (part !== undefined) return part;
    const place = spanOf(context.module, node.name);
    const known = owner.type.fields.map((field) => field.name);
    context.case.diagnostics.push(unknownField(place, name, "this record", known));
    return brokenExpression(span);
  }
  if (owner.type.kind === "queue") return lowerQueueProperty(context, node, owner);
  if (owner.type.kind !== "object") {
    const known = PROPERTIES.get(owner.type.kind) ?? [];
    if (nearest(name, known) !== undefined) {
      const place = spanOf(context.module, node.name);
      context.case.diagnostics.push(unknownMember(place, name, describeType(owner.type), known));
      return brokenExpression(span);
    }
    return refuse(
      context,
      node,
      `the property ${name}`,
      `${briefText(context.module, node.expression)} is ${describeType(owner.type)}, and not an object of a class.`,
      "Read fields of objects that a class declares.",
    );
  }
  const owned = owner.type.class;
  const object = nonNull(owner);
  const embedded = findEmbedded(context.case, owned, name);
  if (embedded !== undefined) {
    const { count } = embedded;
    if (count !== undefined) return arrayField(object, embedded.owner, name, embedded.class, count, span);
    const type: Type = { kind: "object", class: embedded.class, nullable: false };
    return { kind: "embedded", object, class: embedded.owner, field: name, type, span };
  }
  const found = findField(context.case, owned, name);
  if (found !== undefined) {
    const { owner: declaring, field } = found;
    return { kind: "field", object, class: declaring, field: name, type: field.type, span, ...ghost(field) };
  }
  const classes = lineage(context.case, owned);
  // A field that was refused where it is declared is not reported once more.
  if (classes.some((type) => context.case.brokenFields.has(`${type.name}.${name}`)))
    return brokenExpression(span);
  if (findMethod(context.case, owned, name) !== undefined) {
    const instead = "Call it; where a procedure is asked for, write an arrow function that calls it.";
    return refuse(context, node, "a method as a value", "Which object it belongs to would be lost.", instead);
  }
  const known = classes.flatMap((type) => [
    ...type.fields.map((candidate) => candidate.name),
    ...type.embedded.map((candidate) => candidate.field),
  ]);
  context.case.diagnostics.push(unknownField(spanOf(context.module, node.name), name, owned, known));
  return brokenExpression(span);
}

function lowerUnary(context: CodeContext, node: ts.PrefixUnaryExpression): Expression {
  const span = spanOf(context.module, node);
  if (node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand)) {
    return lowerNumber(context, node, 0 - Number(node.operand.text));
  }
  if (node.operator === ts.SyntaxKind.ExclamationToken) {
    const operand = need(context.case, lowerExpression(context, node.operand), BOOLEAN, "the operand of !");
    return foldUnary({ kind: "unary", operator: "!", operand, type: BOOLEAN, span });
  }
  if (node.operator === ts.SyntaxKind.MinusToken) {
    const operand = need(context.case, lowerExpression(context, node.operand), NUMBER, "the operand of -");
    return foldUnary({ kind: "unary", operator: "-", operand, type: NUMBER, span });
  }
  if (node.operator === ts.SyntaxKind.TildeToken) return lowerComplement(context, node);
  const text = ts.tokenToString(node.operator);
  return refuse(
    context,
    node,
    `the operator ${text} inside an expression`,
    text === "++" || text === "--"
      ? "Loads and stores are steps of their own, and the reader should see where they stand."
      : "It converts its operand, and numbers are numbers already.",
    "Use ! and -, and put ++ and -- into statements of their own.",
  );
}

function lowerBinary(context: CodeContext, node: ts.BinaryExpression): Expression {
  const token = node.operatorToken.kind;
  if (token === ts.SyntaxKind.AmpersandAmpersandToken || token === ts.SyntaxKind.BarBarToken) {
    return lowerLogical(context, node, token === ts.SyntaxKind.BarBarToken ? "||" : "&&");
  }
  if (token === ts.SyntaxKind.InstanceOfKeyword) return lowerInstanceof(context, node);
  if (token === ts.SyntaxKind.QuestionQuestionToken) {
    return lowerCoalesce(context, node, (field, object) => lowerPropertyOf(context, field, object));
  }
  const operator = BINARY.get(token);
  if (operator === undefined) return refuseOperator(context, node);
  const left = needValue(context.case, lowerExpression(context, node.left));
  const right = needValue(context.case, lowerExpression(context, node.right));
  if (left.type.kind === "void" || right.type.kind === "void") {
    return brokenExpression(spanOf(context.module, node));
  }
  if (operator === "===" || operator === "!==") return lowerComparison(context, node, operator, left, right);
  return lowerArithmetic(context, node, operator, left, right);
}

/** `x instanceof Credit`: the class of an object never changes, so asking costs no step. */
function lowerInstanceof(context: CodeContext, node: ts.BinaryExpression): Expression {
  const span = spanOf(context.module, node);
  const operand = needValue(context.case, lowerExpression(context, node.left));
  const { right } = node;
  const declaration = ts.isIdentifier(right) ? context.module.names.get(right.text) : undefined;
  if (operand.type.kind === "void" || declaration?.kind === "missing") return brokenExpression(span);
  if (declaration?.kind !== "class" || operand.type.kind !== "object") {
    const what = `${briefText(context.module, node)} asks for no class of an object`;
    context.case.diagnostics.push(wrongKind(span, what, "Write object instanceof SomeClass."));
    return brokenExpression(span);
  }
  return { kind: "instanceof", operand, class: className(context.case, declaration), type: BOOLEAN, span };
}

function lowerLogical(context: CodeContext, node: ts.BinaryExpression, operator: "&&" | "||"): Expression {
  const span = spanOf(context.module, node);
  const lower = (operand: ts.Expression) =>
    need(context.case, lowerExpression(context, operand), BOOLEAN, `an operand of ${operator}`);
  const left = lower(node.left);
  const decides = literalOf(left) === (operator === "||");
  if (decides && !context.case.allBranches) return left;
  const right = lower(node.right);
  if (decides) return left;
  return foldLogical({ kind: "logical", operator, left, right, type: BOOLEAN, span });
}

function lowerComparison(
  context: CodeContext,
  node: ts.BinaryExpression,
  operator: "===" | "!==",
  left: Expression,
  right: Expression,
): Expression {
  const span = spanOf(context.module, node);
  const comparable = (type: Type) => type.kind === "null" || isScalarType(type);
  if (
    !isComparable(context.case, left.type, right.type) ||
    !comparable(left.type) ||
    !comparable(right.type)
  ) {
    const what = `${describeType(left.type)} is compared with ${describeType(right.type)}`;
    const instead =
      comparable(left.type) && comparable(right.type)
        ? "Compare values of one kind."
        : "Compare elements or fields.";
    context.case.diagnostics.push(wrongKind(span, what, instead));
    return brokenExpression(span);
  }
  return foldBinary({ kind: "binary", operator, left, right, type: BOOLEAN, span });
}

function lowerArithmetic(
  context: CodeContext,
  node: ts.BinaryExpression,
  operator: BinaryOperator,
  givenLeft: Expression,
  givenRight: Expression,
): Expression {
  const span = spanOf(context.module, node);
  const addresses = lowerAddresses(context, node, operator, givenLeft, givenRight);
  if (addresses !== undefined) return addresses;
  const left = need(context.case, givenLeft, NUMBER, `an operand of ${operator}`);
  const right = need(context.case, givenRight, NUMBER, `an operand of ${operator}`);
  if (left.type.kind === "void" || right.type.kind === "void") return brokenExpression(span);
  if (operator === "%" && !isDivisor(context, node, right)) return brokenExpression(span);
  const type = typeOfResult(operator);
  if (BITS.has(operator) && [left, right].some((operand) => isNoBits(literalOf(operand)))) {
    const why = "C's bit operators on negative or wide numbers depend on how they are kept.";
    const instead = "Use numbers from 0 to 65535, and shift by 0 to 15 bits.";
    reportValue(context.case, unsupported(span, "a bit operation on these", why, instead));
    return brokenExpression(span);
  }
  const folded = foldBinary({ kind: "binary", operator, left, right, type, span });
  if (folded.kind === "literal" || literalOf(left) === undefined || literalOf(right) === undefined)
    return folded;
  if (operator === "%") return folded;
  reportValue(context.case, badNumber(span, briefText(context.module, node)));
  return brokenExpression(span);
}

/** The right operand of %, where it is known: C, TypeScript and TLA+ disagree about what is not positive. */
export function isDivisor(context: CodeContext, node: ts.Node, right: Expression): boolean {
  const value = literalOf(right);
  if (typeof value !== "number" || value > 0) return true;
  const diagnostic = unsupported(
    spanOf(context.module, node),
    "% by a constant that is not positive",
    "The remainder of a division by zero is undefined, and by a negative number it differs between languages.",
    "Divide by a positive number.",
  );
  reportValue(context.case, diagnostic);
  return false;
}

function refuseOperator(context: CodeContext, node: ts.BinaryExpression): Expression {
  const text = node.operatorToken.getText(context.module.file);
  if (text === "==" || text === "!=") {
    return refuse(context, node, text, "It converts its operands.", `Write ${text}= instead.`);
  }
  if (text === "/") {
    const why = "C's division of integers drops the remainder, and TypeScript's does not.";
    return refuse(context, node, "/", why, "Write div(a, b).");
  }
  if (text === ">>>" || text === "**") {
    const instead =
      text === "**" ? "Write 1 << n, or a product." : "Write >>: numbers are not negative there.";
    return refuse(context, node, `the operator ${text}`, "C has none.", instead);
  }
  if (text === "in" || text === ",") {
    const why =
      text === "," ? "The reader should see each step by itself." : "The fields of every value are known.";
    return refuse(
      context,
      node,
      `the operator ${text}`,
      why,
      "Write statements of their own, and comparisons.",
    );
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
  const condition = lowerCondition(context, node.condition);
  const decided = literalOf(condition);
  if (typeof decided === "boolean" && !context.case.allBranches) {
    return lowerExpression(context, decided ? node.whenTrue : node.whenFalse);
  }
  const whenTrue = needValue(context.case, lowerExpression(context, node.whenTrue));
  const whenFalse = needValue(context.case, lowerExpression(context, node.whenFalse));
  if (typeof decided === "boolean") return decided ? whenTrue : whenFalse;
  if (whenTrue.type.kind === "void" || whenFalse.type.kind === "void") return brokenExpression(span);
  const type = joinTypes(context.case, [whenTrue.type, whenFalse.type]);
  if (type === undefined || (type.kind !== "null" && !isValueType(type))) {
    const what = `this is ${describeType(whenTrue.type)} or ${describeType(whenFalse.type)}`;
    context.case.diagnostics.push(
      wrongKind(span, what, "Choose between values of one kind; for lists, use an if."),
    );
    return brokenExpression(span);
  }
  return { kind: "conditional", condition, whenTrue, whenFalse, type, span };
}

/** The mark of a ghost, for an expression that reads one. */
function ghost(declared: { readonly ghost?: true }): { readonly ghost?: true } {
  return declared.ghost === true ? { ghost: true } : {};
}
