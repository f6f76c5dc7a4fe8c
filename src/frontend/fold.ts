/** Constant folding, so that branches on params vanish. Only literals fold; nothing else is assumed. */

import type { BitOperator } from "../ir/data-expressions.js";
import type { Value } from "../ir/model.js";
import type { ConstantValue, Expression } from "../ir/program.js";

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** The value of a literal, or undefined for every other expression. */
export function literalOf(expression: Expression): ConstantValue | undefined {
  return expression.kind === "literal" && expression.type.kind !== "void" ? expression.value : undefined;
}

/** The value of an expression that is the same at all times, or undefined for every other. */
export function constantOf(expression: Expression): Value | undefined {
  switch (expression.kind) {
    case "literal":
      return literalOf(expression);
    case "object":
      return { ref: expression.name };
    case "array": {
      const elements = expression.elements.map(constantOf);
      return elements.every((element) => element !== undefined) ? { list: elements } : undefined;
    }
    case "record":
      return constantRecord(expression.fields);
    case "with": {
      const base = constantOf(expression.record);
      const changes = constantRecord(expression.changes);
      if (base === null || typeof base !== "object" || !("record" in base)) return undefined;
      return changes && { record: new Map([...base.record, ...changes.record]) };
    }
    case "table":
      return { map: expression.entries };
    case "empty-set":
      return { set: [] };
    default:
      return undefined;
  }
}

function constantRecord(
  parts: readonly { readonly name: string; readonly value: Expression }[],
): { readonly record: ReadonlyMap<string, Value> } | undefined {
  const record = new Map<string, Value>();
  for (const { name, value } of parts) {
    const constant = constantOf(value);
    if (constant === undefined) return undefined;
    record.set(name, constant);
  }
  return { record };
}

function literal(of: Expression, value: ConstantValue): Expression {
  return { kind: "literal", value, type: of.type, span: of.span };
}

export function foldUnary(expression: Kind<"unary">): Expression {
  const value = literalOf(expression.operand);
  if (expression.operator === "!" && typeof value === "boolean") return literal(expression, !value);
  if (expression.operator === "-" && typeof value === "number") return literal(expression, -value);
  return expression;
}

export function foldLogical(expression: Kind<"logical">): Expression {
  const { operator, left, right } = expression;
  const value = literalOf(left);
  if (typeof value !== "boolean") return expression;
  return value === (operator === "&&") ? right : left;
}

export function foldBinary(expression: Kind<"binary">): Expression {
  const left = literalOf(expression.left);
  const right = literalOf(expression.right);
  if (left === undefined || right === undefined) return expression;
  switch (expression.operator) {
    case "===":
      return literal(expression, left === right);
    case "!==":
      return literal(expression, left !== right);
  }
  if (typeof left !== "number" || typeof right !== "number") return expression;
  switch (expression.operator) {
    case "+":
      return within32Bits(expression, left + right);
    case "-":
      return within32Bits(expression, left - right);
    case "*":
      return within32Bits(expression, left * right);
    case "%":
      // C and TypeScript disagree with TLA+ on negative operands; those are left to the interpreter.
      return right > 0 && left >= 0 ? literal(expression, left % right) : expression;
    case "/":
      return right > 0 ? literal(expression, Math.trunc(left / right) + 0) : expression;
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      return foldBits(expression, expression.operator, left, right);
    case "<":
      return literal(expression, left < right);
    case "<=":
      return literal(expression, left <= right);
    case ">":
      return literal(expression, left > right);
    case ">=":
      return literal(expression, left >= right);
  }
}

/** Folds only what 32 bits hold: TLC would stop with an overflow where JavaScript goes on. */
function within32Bits(expression: Expression, value: number): Expression {
  return Math.abs(value) < 2 ** 31 ? literal(expression, value) : expression;
}

function foldBits(expression: Expression, operator: BitOperator, left: number, right: number): Expression {
  const shifts = operator === "<<" || operator === ">>";
  const isBits = (value: number, limit: number) => value >= 0 && value <= limit;
  if (!isBits(left, 65_535) || !isBits(right, shifts ? 15 : 65_535)) return expression;
  switch (operator) {
    case "&":
      return literal(expression, left & right);
    case "|":
      return literal(expression, left | right);
    case "^":
      return literal(expression, left ^ right);
    case "<<":
      return within32Bits(expression, left * 2 ** right);
    case ">>":
      return literal(expression, left >> right);
  }
}
