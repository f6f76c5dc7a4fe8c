/** Operators on bits. */

import { unsupported } from "../diagnostics/catalog.js";
import type { BinaryOperator, ConstantValue, Expression, Type } from "../ir/program.js";
import { brokenExpression, type CodeContext } from "./case-context.js";
import { foldBinary } from "./fold.js";
import { BOOLEAN, NUMBER, need } from "./kinds.js";
import { spanOf } from "./source.js";
import type { ts } from "./typescript.js";

/** `~x` of a number without a sign and of a known width: all its bits the other way round. */
export function lowerComplement(context: CodeContext, node: ts.PrefixUnaryExpression): Expression {
  const span = spanOf(context.module, node);
  const right = need(
    context.case,
    context.lowerExpression(context, node.operand),
    NUMBER,
    "the operand of ~",
  );
  if (right.type.kind !== "number") return brokenExpression(span);
  const { range } = right.type;
  if (range === undefined || range.minimum !== 0 || (range.maximum & (range.maximum + 1)) !== 0) {
    const why = "How many bits it turns round would be a guess.";
    const instead = "Use it on a variable that is declared as u8, u16 or bits(n, …).";
    context.case.diagnostics.push(unsupported(span, "~ of a number whose width is not known", why, instead));
    return brokenExpression(span);
  }
  const left: Expression = { kind: "literal", value: range.maximum, type: NUMBER, span };
  return foldBinary({ kind: "binary", operator: "-", left, right, type: right.type, span });
}

/** Operators that work on bits: on 0..65535, because on more C and TLA+ would have to agree about signs. */
export const BITS: ReadonlySet<string> = new Set(["&", "|", "^", "<<", ">>"]);

/** Whether the value is known, and no such number. */
export function isNoBits(value: ConstantValue | undefined): boolean {
  return typeof value === "number" && (value < 0 || value > 65_535);
}

/** The type of what an operator computes. */
export function typeOfResult(operator: BinaryOperator): Type {
  if (operator === "&" || operator === "|" || operator === "^" || operator === ">>") {
    return { kind: "number", range: { minimum: 0, maximum: 65_535, leaving: "fails" } };
  }
  return ["+", "-", "*", "%", "/", "<<"].includes(operator) ? NUMBER : BOOLEAN;
}
