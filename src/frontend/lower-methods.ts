/** Calls of methods. The object decides which procedure runs: see `dispatch` in the IR. */

import { unknownField, unsupported } from "../diagnostics/catalog.js";
import type { Argument, Expression } from "../ir/program.js";
import { brokenExpression, type CodeContext, findLocal, procedureName } from "./case-context.js";
import { wrongArgumentCount } from "./intrinsics.js";
import { nonNull, VOID } from "./kinds.js";
import { passArguments, readArgument } from "./lower-closures.js";
import { lowerType } from "./lower-types.js";
import { findEmbedded, findField, findMethod, lineage, memberName } from "./members.js";
import { refusalOf } from "./refusals.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** `object.method(…)`. */
export function lowerDispatch(
  context: CodeContext,
  node: ts.CallExpression,
  receiver: Expression,
  name: ts.MemberName,
): Expression {
  const { type } = receiver;
  const className = type.kind === "object" ? type.class : "";
  const passed = passToMethod(context, node, className, name);
  if (passed === undefined) return brokenExpression(spanOf(context.module, node));
  const { dispatched } = context.case;
  dispatched.set(`${className}.${name.text}`, { class: className, method: name.text });
  const { rest, procedure, type: result, span } = passed;
  const passedOn = [nonNull(receiver), ...rest];
  return {
    kind: "dispatch",
    class: className,
    method: name.text,
    procedure,
    arguments: passedOn,
    type: result,
    span,
  };
}

/** `super.method(…)`: a plain call of the method that the class around it inherits. */
export function lowerSuperCall(
  context: CodeContext,
  node: ts.CallExpression,
  name: ts.MemberName,
): Expression {
  const span = spanOf(context.module, node);
  const self = findLocal(context, "this")?.local;
  if (self?.type.kind !== "object") {
    context.case.diagnostics.push(
      refusalOf(context.module, (node.expression as ts.PropertyAccessExpression).expression),
    );
    return brokenExpression(span);
  }
  const [, base] = lineage(context.case, self.type.class);
  if (base === undefined) {
    const what = `super in ${self.type.class}`;
    context.case.diagnostics.push(unsupported(span, what, "It extends no class.", "Leave the call out."));
    return brokenExpression(span);
  }
  const passed = passToMethod(context, node, base.name, name);
  if (passed === undefined) return brokenExpression(span);
  if (passed.isAbstract) {
    const what = `${name.text} of ${base.name} as super`;
    context.case.diagnostics.push(
      unsupported(span, what, "It is abstract: there is nothing to run.", "Leave the call out."),
    );
  }
  const { rest, procedure, type } = passed;
  const receiver: Expression = {
    kind: "local",
    local: self,
    type: self.type,
    span: spanOf(context.module, node.expression),
  };
  return { kind: "call", procedure, arguments: [receiver, ...rest], type, span };
}

/** Everything of a call but its receiver; undefined where it is refused. */
function passToMethod(context: CodeContext, node: ts.CallExpression, className: string, name: ts.MemberName) {
  const found = findMethod(context.case, className, name.text);
  if (found === undefined) {
    refuseMethod(context, className, name);
    for (const argument of node.arguments) readArgument(context, argument);
    return undefined;
  }
  const { source } = found;
  const { parameters, type: result } = source.node;
  const wrong = wrongArgumentCount(context.module, node, `${name.text}()`, parameters.length);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    for (const argument of node.arguments) readArgument(context, argument);
    return undefined;
  }
  const rest: Argument[] = passArguments(context, node, source);
  return {
    rest,
    procedure: procedureName(context.case, source),
    type: result === undefined ? VOID : lowerType(result, source.module, context.case),
    isAbstract: source.node.body === undefined,
    span: spanOf(context.module, node),
  };
}

function refuseMethod(context: CodeContext, className: string, name: ts.MemberName): void {
  if (context.case.brokenFields.has(`${className}.${name.text}`)) return;
  const span = spanOf(context.module, name);
  const isField =
    findField(context.case, className, name.text) !== undefined ||
    findEmbedded(context.case, className, name.text) !== undefined;
  if (isField) {
    const what = `calling the field ${name.text}`;
    context.case.diagnostics.push(
      unsupported(span, what, "It is no method.", "Declare a method, or call a function with the field."),
    );
    return;
  }
  const methods = lineage(context.case, className).flatMap(
    (type) => context.case.classSources.get(type.name)?.node.members.filter(ts.isMethodDeclaration) ?? [],
  );
  const known = methods.flatMap((method) => memberName(method) ?? []);
  context.case.diagnostics.push(unknownField(span, name.text, className, known));
}
