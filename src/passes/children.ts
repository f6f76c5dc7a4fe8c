/** The one table of the parts of an expression: a new kind cannot be forgotten. */
import type { Argument, Expression } from "../ir/program.js";

/** Direct parts of an expression. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "literal":
    case "object":
    case "instances":
    case "pool":
    case "current":
    case "cpu":
    case "context":
    case "local":
    case "global":
    case "table":
    case "empty-set":
    case "maybe":
      return [];
    case "field":
    case "embedded":
    case "elements":
      return [expression.object];
    case "nth":
      return [expression.array, expression.index];
    case "index-of":
      return [expression.array, expression.element];
    case "unary":
    case "nonnull":
    case "instanceof":
      return [expression.operand];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "quantifier":
      return [expression.domain, expression.body];
    case "has":
      return [expression.collection, expression.element];
    case "size":
      return [expression.collection];
    case "record":
      return expression.fields.map(({ value }) => value);
    case "with":
      return [expression.record, ...expression.changes.map(({ value }) => value)];
    case "select":
      return [expression.record];
    case "array":
      return [...expression.elements];
    case "element":
      return [expression.collection, expression.index];
    case "set-operation":
      return [expression.left, expression.right];
    case "each":
      return [expression.domain, expression.body];
    case "reduce":
      return [expression.domain, expression.initial, expression.body];
    case "first":
      return [expression.collection];
    case "let":
      return [expression.value, expression.body];
    case "call":
    case "dispatch":
    case "invoke":
      return expression.arguments.filter((argument: Argument) => argument.kind !== "closure");
    case "run":
      return [expression.result];
    case "front":
      return [expression.queue];
    case "choose":
      return [expression.domain];
    case "alloc":
      return [expression.pool];
    case "constants":
      return [...expression.elements];
  }
}
