/** Functions of a spec, and of the library, to procedures. */
import { ts } from "ts-morph";
import { badType, duplicateName, notYet, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { LocalSymbol, Type } from "../ir/program.js";
import {
  type CaseContext,
  type CodeContext,
  childScope,
  declareLocal,
  type ProcedureSource,
  procedureName,
} from "./case-context.js";
import { VOID } from "./kinds.js";
import { createCodeContext, lowerBody } from "./lower-statements.js";
import { lowerValueType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { isPlainParameter } from "./refusals.js";
import { briefText, spanOf } from "./source.js";

/** Lowers the procedures that were met, and those that they call, until none is left. */
export function lowerPendingProcedures(context: CaseContext): void {
  for (let next = context.pending.pop(); next !== undefined; next = context.pending.pop()) {
    lowerProcedure(context, { kind: "procedure", ...next });
  }
}

function lowerProcedure(context: CaseContext, { node, module }: ProcedureSource): void {
  const name = procedureName(context, { kind: "procedure", node, module });
  const span = spanOf(module, node.name ?? node);
  context.diagnostics.push(...wrongHeader(module, node));
  const result: Type = node.type === undefined ? VOID : lowerValueType(node.type, module, context, ["void"]);
  const isReported =
    result.kind === "void" && node.type !== undefined && node.type.kind !== ts.SyntaxKind.VoidKeyword;
  const returns = isReported ? "reported" : result;
  const code = childScope(createCodeContext(context, module, node.body ?? node, true, returns));
  const parameters = node.parameters.map((parameter) => lowerParameter(code, parameter));
  const body = node.body === undefined ? [] : lowerBody(code, node.body);
  context.procedures.set(name, { name, parameters, result, body, span, library: module.library });
}

function lowerParameter(code: CodeContext, parameter: ts.ParameterDeclaration): LocalSymbol {
  const { module, case: context } = code;
  const name = briefText(module, parameter.name);
  const span = spanOf(module, parameter);
  if (parameter.type === undefined || !isPlainParameter(parameter)) {
    const what = `the parameter ${name} is not a name with a type`;
    context.diagnostics.push(badType(span, what, "Write name: Type, and pass every argument."));
  }
  if (code.scope.names.has(name)) context.diagnostics.push(duplicateName(span, "parameter", name));
  const more: Type["kind"][] = ["list", "set", "procedure"];
  const type = parameter.type === undefined ? VOID : lowerValueType(parameter.type, module, context, more);
  return declareLocal(code, name, type, undefined);
}

function wrongHeader(module: Module, node: ts.FunctionDeclaration): Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const span = spanOf(module, node.name ?? node);
  if (node.asteriskToken !== undefined || hasModifier(node, ts.SyntaxKind.AsyncKeyword)) {
    wrong.push(
      unsupported(
        span,
        "an async function or a generator",
        "A thread is a plain sequence of steps.",
        "Write a plain function; threads run concurrently by themselves.",
      ),
    );
  }
  const parameter = node.typeParameters?.[0];
  if (parameter !== undefined) {
    wrong.push(notYet(spanOf(module, parameter), "a generic function", "Write a function for each type."));
  }
  if (node.body === undefined && !hasModifier(node, ts.SyntaxKind.DeclareKeyword)) {
    const why = "Latchwork must see what it does; and one name is one procedure, as in C.";
    wrong.push(unsupported(span, "a function without a body", why, "Write one function with a body."));
  }
  return wrong;
}

/** Whether the declaration has this modifier. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some((modifier) => modifier.kind === kind) === true;
}
