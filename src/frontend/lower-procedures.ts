/** Functions of a spec, and of the library, to procedures. */

import { must } from "../base/assert.js";
import { badDeclaration, badType, duplicateName, notYet, unsupported } from "../diagnostics/catalog.js";
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
import { isAssignable, isNullable, sameLayout, VOID } from "./kinds.js";
import { createCodeContext, lowerBody } from "./lower-statements.js";
import { lowerValueType } from "./lower-types.js";
import { findMethod, lineage } from "./members.js";
import type { Module } from "./modules.js";
import { isPlainParameter } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Lowers the procedures that were met, and those that they call, until none is left. */
export function lowerPendingProcedures(context: CaseContext): void {
  do {
    for (let next = context.pending.pop(); next !== undefined; next = context.pending.pop()) {
      lowerProcedure(context, next);
    }
    meetOverrides(context);
  } while (context.pending.length > 0);
}

/** Names the methods that the objects of the case run where a method is called, so that they are lowered, too. */
function meetOverrides(context: CaseContext): void {
  const concrete = new Set(context.objects.map((object) => object.class));
  for (const { class: ancestor, method } of context.dispatched.values()) {
    for (const type of concrete) {
      if (!lineage(context, type).some(({ name }) => name === ancestor)) continue;
      const found = findMethod(context, type, method);
      const owner = found && context.classes.get(found.owner);
      if (found === undefined || owner === undefined) continue;
      const methods = owner.methods as Map<string, string>;
      methods.set(method, procedureName(context, found.source));
      if (found.source.node.body === undefined) refuseMissing(context, type, found.owner, method);
    }
  }
}

/** An object whose class has only the abstract declaration of a method. */
function refuseMissing(context: CaseContext, type: string, owner: string, method: string): void {
  const { span } = must(context.classes.get(type), `the class ${type}`);
  const what = `${type} does not say what ${method} does`;
  const why = `It extends ${owner}, where ${method} is abstract.`;
  context.diagnostics.push(
    badDeclaration(span, what, why, `Declare override ${method}(…) { … } in ${type}.`),
  );
}

function lowerProcedure(context: CaseContext, source: ProcedureSource): void {
  const { node, module } = source;
  const name = procedureName(context, source);
  const span = spanOf(module, node.name ?? node);
  context.diagnostics.push(...wrongHeader(module, node));
  const result: Type = node.type === undefined ? VOID : lowerValueType(node.type, module, context, ["void"]);
  const isReported =
    result.kind === "void" && node.type !== undefined && node.type.kind !== ts.SyntaxKind.VoidKeyword;
  const returns = isReported ? "reported" : result;
  const code = childScope(createCodeContext(context, module, node.body ?? node, true, returns));
  const self = source.owner === undefined ? [] : [declareThis(code, source.owner)];
  const parameters = [...self, ...node.parameters.map((parameter) => lowerParameter(code, parameter))];
  if (source.owner !== undefined) refuseOtherSignature(context, source, parameters, result);
  const body = node.body === undefined ? [] : lowerBody(code, node.body);
  context.procedures.set(name, { name, parameters, result, body, span, library: module.library });
}

/** The object that a method was called on: the first parameter of the procedure behind it. */
function declareThis(code: CodeContext, owner: string): LocalSymbol {
  const type: Type = { kind: "object", class: owner, nullable: false };
  return declareLocal(code, "this", type, "It is the object that the method was called on.");
}

/** An override takes what the method that it overrides takes: the caller knows only that one. */
function refuseOtherSignature(
  context: CaseContext,
  { node, module, owner }: ProcedureSource,
  [, ...parameters]: readonly LocalSymbol[],
  result: Type,
): void {
  const [, base] = lineage(context, owner ?? "");
  const name = node.name !== undefined && "text" in node.name ? node.name.text : "";
  const found = base && findMethod(context, base.name, name);
  if (found === undefined) return;
  const { source } = found;
  const more: Type["kind"][] = ["list", "set", "procedure"];
  const typeOf = (type: ts.TypeNode | undefined): Type =>
    type === undefined ? VOID : lowerValueType(type, source.module, context, [...more, "void"]);
  const theirs = source.node.parameters.map(({ type }) => typeOf(type));
  const theirResult = typeOf(source.node.type);
  const isSame = (a: Type, b: Type) =>
    isAssignable(context, a, b) &&
    isAssignable(context, b, a) &&
    isNullable(a) === isNullable(b) &&
    (isNullable(a) || sameLayout(context, a, b));
  const takesSame =
    parameters.length <= theirs.length &&
    parameters.every(({ type }, index) => type.kind === "void" || isSame(type, theirs[index] ?? VOID));
  const returnsSame =
    isAssignable(context, result, theirResult) &&
    (isNullable(theirResult) || !isNullable(result)) &&
    (result.kind === "object" || sameLayout(context, result, theirResult));
  if (takesSame && returnsSame) return;
  const what = `${owner}.${name} takes or returns something else than ${found.owner}.${name}`;
  const why = `A caller that knows only a ${found.owner} could not tell.`;
  const instead = "Give both the same parameters and the same result.";
  context.diagnostics.push(badDeclaration(spanOf(module, node.name ?? node), what, why, instead));
}

/** What a call passes by reference, where the argument is memory. */
const BY_REFERENCE: ReadonlySet<Type["kind"]> = new Set(["list", "set", "array", "map"]);

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
  const byReference = BY_REFERENCE.has(type.kind);
  const fixed = byReference ? "It may stand for a variable of the caller." : undefined;
  return declareLocal(code, name, type, fixed, true);
}

function wrongHeader(module: Module, node: ProcedureSource["node"]): Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const span = spanOf(module, node.name ?? node);
  if (
    node.asteriskToken !== undefined ||
    (ts.isFunctionDeclaration(node) && hasModifier(node, ts.SyntaxKind.AsyncKeyword))
  ) {
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
  const isElsewhere =
    hasModifier(node, ts.SyntaxKind.DeclareKeyword) || hasModifier(node, ts.SyntaxKind.AbstractKeyword);
  if (node.body === undefined && !isElsewhere) {
    const why = "Latchwork must see what it does; and one name is one procedure, as in C.";
    wrong.push(unsupported(span, "a function without a body", why, "Write one function with a body."));
  }
  return wrong;
}

/** Whether the declaration has this modifier. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && node.modifiers?.some((modifier) => modifier.kind === kind) === true;
}
