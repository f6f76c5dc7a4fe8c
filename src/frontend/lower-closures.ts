/** Procedures as arguments: arrow functions, procedures by name, and those that were themselves passed. */

import { unsupported, wrongKind } from "../diagnostics/catalog.js";
import type { Argument, Closure, Expression, LocalSymbol, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CodeContext,
  childScope,
  declareLocal,
  findLocal,
  type ProcedureSource,
  procedureName,
} from "./case-context.js";
import { wrongArgumentCount } from "./intrinsics.js";
import { describeType, isAssignable, isNullable, need, sameLayout, VOID } from "./kinds.js";
import { lowerValueType } from "./lower-types.js";
import { classMadeBy } from "./makers.js";
import { wrongArrow } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

type ProcedureType = Extract<Type, { kind: "procedure" }>;

/** The type of a parameter of a procedure or method; void where it has none, which is reported there. */
export function parameterType({ node, module }: ProcedureSource, index: number, context: CodeContext): Type {
  const declared = node.parameters[index]?.type;
  const more: Type["kind"][] = ["list", "set", "procedure"];
  return declared === undefined ? VOID : lowerValueType(declared, module, context.case, more);
}

/** The arguments of a call, each of the kind that the callee's parameter has. */
export function passArguments(
  context: CodeContext,
  node: ts.CallExpression,
  callee: ProcedureSource,
): Argument[] {
  return node.arguments.map((argument, index) => {
    const type = parameterType(callee, index, context);
    const name = callee.node.parameters[index]?.name.getText(callee.module.file) ?? String(index);
    return passArgument(context, argument, type, `the argument ${name}`);
  });
}

/** An argument where `type` is asked for; `where` begins the sentence that refuses another. */
export function passArgument(context: CodeContext, node: ts.Expression, type: Type, where: string): Argument {
  if (type.kind === "procedure") return passProcedure(context, node, type, where);
  if (ts.isArrowFunction(node)) {
    // What it does is read all the same, so that all errors are found.
    const wrong = wrongArrow(context.module, node, 0);
    const span = spanOf(context.module, node);
    if (wrong !== undefined) context.case.diagnostics.push(wrong);
    else context.lowerClosure(context, node.body, VOID);
    if (wrong === undefined && type.kind !== "void") {
      const what = `${where} must be ${describeType(type)}, and this is a procedure`;
      context.case.diagnostics.push(wrongKind(span, what, "Pass the value itself."));
    }
    return brokenExpression(span);
  }
  const given = ts.isSpreadElement(node) ? node.expression : node;
  const argument = need(context.case, context.lowerExpression(context, given), type, where);
  return byReference(context, argument, type, where);
}

/** An array or a map in memory is passed by reference: both sides must mean the same by its elements. */
function byReference(context: CodeContext, argument: Expression, type: Type, where: string): Expression {
  const isReference = argument.kind === "field" || argument.kind === "global" || argument.kind === "local";
  if (!isReference || (type.kind !== "array" && type.kind !== "map")) return argument;
  if (argument.type.kind === "void" || sameLayout(context.case, argument.type, type)) return argument;
  const what = `${where} has elements of another range, or such that may be null where the parameter's may not`;
  const instead = "Declare the parameter with the type that the elements have, such as u8[].";
  context.case.diagnostics.push(wrongKind(argument.span, what, instead));
  return brokenExpression(argument.span);
}

/** An argument of a call that is refused for another reason: read so that all errors are found. */
export function readArgument(context: CodeContext, node: ts.Expression): void {
  passArgument(context, node, VOID, "this argument");
}

function passProcedure(
  context: CodeContext,
  node: ts.Expression,
  type: ProcedureType,
  where: string,
): Argument {
  if (ts.isParenthesizedExpression(node)) return passProcedure(context, node.expression, type, where);
  if (ts.isArrowFunction(node)) return passArrow(context, node, type);
  if (ts.isIdentifier(node) && findLocal(context, node.text) === undefined) {
    const declaration = context.module.names.get(node.text);
    if (declaration?.kind === "procedure") return passByName(context, node, declaration, type, where);
  }
  return need(context.case, context.lowerExpression(context, node), type, where);
}

function passArrow(context: CodeContext, node: ts.ArrowFunction, type: ProcedureType): Argument {
  const wrong = wrongArrow(context.module, node, type.parameters.length);
  const span = spanOf(context.module, node);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    return brokenExpression(span);
  }
  const inner = childScope(context);
  const parameters = node.parameters.map((parameter, index): LocalSymbol => {
    const passed = type.parameters[index] ?? VOID;
    const declared =
      parameter.type && lowerValueType(parameter.type, context.module, context.case, ["list", "set"]);
    const name = briefText(context.module, parameter.name);
    if (declared !== undefined && !takes(context, passed, declared)) {
      const what = `${name} is ${describeType(declared)}, and it is given ${describeType(passed)}`;
      const instead = "Leave the type out: the procedure that calls it says what it passes.";
      context.case.diagnostics.push(wrongKind(spanOf(context.module, parameter), what, instead));
    }
    return declareLocal(inner, name, declared ?? passed, undefined);
  });
  const body = context.lowerClosure(inner, node.body, type.result);
  return { kind: "closure", parameters, result: type.result, body, span };
}

/** Whether a parameter of type `to` can be given every value of type `from`. */
function takes(context: CodeContext, from: Type, to: Type): boolean {
  if (from.kind === "void" || to.kind === "void") return true;
  const byReference = to.kind === "array" || to.kind === "map";
  if (byReference && !sameLayout(context.case, from, to)) return false;
  return isAssignable(context.case, from, to) && (isNullable(to) || !isNullable(from));
}

/** `f(handler)` is `f(x => handler(x))`. */
function passByName(
  context: CodeContext,
  node: ts.Identifier,
  callee: ProcedureSource,
  type: ProcedureType,
  where: string,
): Argument {
  const span = spanOf(context.module, node);
  const { node: declared, module } = callee;
  const result =
    declared.type === undefined ? VOID : lowerValueType(declared.type, module, context.case, ["void"]);
  const wanted = declared.parameters.map((_, index) => parameterType(callee, index, context));
  const own: Type = { kind: "procedure", parameters: wanted, result };
  if (classMadeBy(callee) !== undefined || !isAssignable(context.case, own, type)) {
    const what = `${where} is given ${node.text}, which takes or returns something else`;
    const instead = "Pass an arrow function that calls it with what it needs.";
    context.case.diagnostics.push(wrongKind(span, what, instead));
    return brokenExpression(span);
  }
  const parameters = type.parameters.slice(0, wanted.length).map(
    (parameter, index): LocalSymbol => ({
      id: context.case.nextLocal++,
      name: declared.parameters[index]?.name.getText(module.file) ?? "x",
      type: parameter,
      constant: true,
    }),
  );
  const passed = parameters.map((local): Expression => ({ kind: "local", local, type: local.type, span }));
  const procedure = procedureName(context.case, callee);
  const call: Expression = { kind: "call", procedure, arguments: passed, type: result, span };
  const place = { span, text: briefText(context.module, node) };
  const closure: Closure = {
    kind: "closure",
    parameters,
    result: type.result,
    body:
      type.result.kind === "void"
        ? [{ kind: "evaluate", expression: call, ...place }]
        : [{ kind: "return", value: call, ...place }],
    span,
  };
  return closure;
}

/** A call of a parameter that is a procedure. */
export function lowerInvoke(context: CodeContext, node: ts.CallExpression, local: LocalSymbol): Expression {
  const span = spanOf(context.module, node);
  const { type } = local;
  if (type.kind !== "procedure") {
    if (type.kind !== "void") context.case.diagnostics.push(notAProcedure(context, node, local.name));
    for (const argument of node.arguments) readArgument(context, argument);
    return brokenExpression(span);
  }
  const wrong = wrongArgumentCount(context.module, node, local.name, type.parameters.length);
  if (wrong !== undefined) {
    context.case.diagnostics.push(wrong);
    for (const argument of node.arguments) readArgument(context, argument);
    return brokenExpression(span);
  }
  const passed = node.arguments.map((argument, index) =>
    passArgument(context, argument, type.parameters[index] ?? VOID, `the argument ${index + 1}`),
  );
  return { kind: "invoke", local, arguments: passed, type: type.result, span };
}

/** The diagnostic for a call of something else. */
export function notAProcedure(context: CodeContext, node: ts.CallExpression, name: string) {
  return unsupported(
    spanOf(context.module, node),
    `calling ${name}`,
    "It is not a procedure.",
    "Call a function that a spec declares.",
  );
}
