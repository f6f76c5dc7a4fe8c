/** Constant folding, so that branches on params vanish. Only literals fold; nothing else is assumed. */
import type { ConstantValue, Expression } from "../ir/program.js";

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** The value of a literal, or undefined for every other expression. */
export function literalOf(expression: Expression): ConstantValue | undefined {
  return expression.kind === "literal" && expression.type.kind !== "void" ? expression.value : undefined;
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
