/** `?.` and `??`: what may be null is evaluated once, and then tested. */

import { unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { Expression, LocalSymbol } from "../ir/program.js";
import { brokenExpression, type CodeContext } from "./case-context.js";
import { BOOLEAN, describeType, isNullable, joinTypes, needValue } from "./kinds.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Lowers `.name` of a value. */
type LowerField = (node: ts.PropertyAccessExpression, object: Expression) => Expression;

/** `owner?.a.b`: what may be null, and how to get from there to the end of the chain. */
interface Chain {
  readonly owner: ts.Expression;
  readonly follow: (object: Expression) => Expression;
}

/** The last `?.` of a chain; JavaScript leaves out all that stands behind it where the owner is null. */
function chainOf(node: ts.Expression, lowerField: LowerField): Chain | undefined {
  if (!ts.isPropertyAccessExpression(node) || !ts.isOptionalChain(node)) return undefined;
  if (node.questionDotToken !== undefined) {
    return { owner: node.expression, follow: (object) => lowerField(node, object) };
  }
  const inner = chainOf(node.expression, lowerField);
  return inner && { owner: inner.owner, follow: (object) => lowerField(node, inner.follow(object)) };
}

/** `owner?.field`: null where the owner is null. Undefined where the expression is no such chain. */
export function lowerOptionalField(
  context: CodeContext,
  node: ts.PropertyAccessExpression,
  lowerField: LowerField,
): Expression | undefined {
  const chain = chainOf(node, lowerField);
  if (chain === undefined) return undefined;
  const span = spanOf(context.module, node);
  const owner = needValue(context.case, context.lowerExpression(context, chain.owner));
  if (owner.type.kind === "void") return brokenExpression(span);
  const nothing: Expression = { kind: "literal", value: null, type: { kind: "null" }, span };
  return optional(context, owner, chain.follow, nothing);
}

/** `left ?? right`. */
export function lowerCoalesce(
  context: CodeContext,
  node: ts.BinaryExpression,
  lowerField: LowerField,
): Expression {
  const span = spanOf(context.module, node);
  const right = needValue(context.case, context.lowerExpression(context, node.right));
  const chain = chainOf(withoutParentheses(node.left), lowerField);
  const left = chain?.owner ?? node.left;
  const value = needValue(context.case, context.lowerExpression(context, left));
  if (value.type.kind === "void" || right.type.kind === "void") return brokenExpression(span);
  if (chain === undefined) return optional(context, value, (inner) => inner, right);
  const follow = (object: Expression) => {
    const end = chain.follow(object);
    return isNullable(end.type) ? optional(context, end, (inner) => inner, right) : end;
  };
  return optional(context, value, follow, right);
}

function withoutParentheses(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? withoutParentheses(node.expression) : node;
}

/** `value === null ? otherwise : use(value)`, with the value evaluated once. */
function optional(
  context: CodeContext,
  value: Expression,
  use: (value: Expression) => Expression,
  otherwise: Expression,
): Expression {
  const { span, type } = value;
  if ((type.kind !== "object" && type.kind !== "thread") || !type.nullable) {
    const what = `${describeType(type)} is never null`;
    context.case.diagnostics.push(wrongKind(span, what, "Leave out the ? or the ??."));
    return brokenExpression(span);
  }
  const variable: LocalSymbol = { id: context.case.nextLocal++, name: "maybe_null", type, constant: true };
  const seen: Expression = { kind: "local", local: variable, type, span };
  const nothing: Expression = { kind: "literal", value: null, type: { kind: "null" }, span };
  const whenTrue = use({ ...seen, type: { ...type, nullable: false } });
  if (whenTrue.type.kind === "void") return brokenExpression(span);
  const result = joinTypes(context.case, [whenTrue.type, otherwise.type]);
  if (result === undefined) {
    const isNull = otherwise.type.kind === "null";
    context.case.diagnostics.push(
      isNull
        ? unsupported(
            span,
            `?. before ${describeType(whenTrue.type)}`,
            "Where the reference is null there is no value.",
            "Say which it then is: x?.n ?? 0.",
          )
        : wrongKind(
            span,
            `this is ${describeType(whenTrue.type)} or ${describeType(otherwise.type)}`,
            "Use values of one kind.",
          ),
    );
    return brokenExpression(span);
  }
  const condition: Expression = {
    kind: "binary",
    operator: "!==",
    left: seen,
    right: nothing,
    type: BOOLEAN,
    span,
  };
  const body: Expression = {
    kind: "conditional",
    condition,
    whenTrue,
    whenFalse: otherwise,
    type: result,
    span,
  };
  return { kind: "let", variable, value, body, type: result, span };
}
