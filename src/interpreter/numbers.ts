/** Arithmetic as C does it, within what TLC can compute. */
import { bug, InternalError, unreachable } from "../base/assert.js";
import type { ArithmeticOperator } from "../ir/data-expressions.js";
import type { Value } from "../ir/model.js";

/** A computation that TLC would stop at: nothing can be said about a state behind it. */
export class NoValue extends InternalError {}

/** The value as a number, which it must be. */
export function numberOf(value: Value): number {
  return typeof value === "number" ? value : bug("a number was expected");
}

/** TLC stops with an overflow where C wraps or misbehaves: a model must stay inside. */
export function within32Bits(value: number): number {
  if (value > 2 ** 31 - 1 || value < -(2 ** 31)) throw new NoValue(`${value} does not fit into 32 bits`);
  return value;
}

/** What is left of the value in an unsigned variable with so many values. */
export function wrapped(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}

/** `left operator right`. The passes make sure of divisors and of the operands of bit operators beforehand. */
export function arithmetic(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return within32Bits(left + right);
    case "-":
      return within32Bits(left - right);
    case "*":
      return within32Bits(left * right);
    case "/":
      // Towards zero, as in C. Adding 0 turns -0 into 0.
      if (right <= 0) throw new NoValue(`${left} divided by ${right}`);
      return Math.trunc(left / right) + 0;
    case "%":
      // C's remainder has the sign of the dividend.
      if (right <= 0) throw new NoValue(`${left} % ${right}`);
      return (left % right) + 0;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return within32Bits(left * 2 ** right);
    case ">>":
      return Math.floor(left / 2 ** right);
  }
  unreachable(operator);
}
