/** Rules about locks at the top level: `lock_order` and `guarded_by`. */

import { badDeclaration } from "../diagnostics/catalog.js";
import type { GuardRule, LockName, LockOrder } from "../ir/lock-rules.js";
import type { Expression, LocalSymbol } from "../ir/program.js";
import { type CaseContext, type CodeContext, childScope, declareLocal } from "./case-context.js";
import { sameKind } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { lowerExpression } from "./lower-expressions.js";
import { createCodeContext } from "./lower-statements.js";
import { lowerValueType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { wrongArrow } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** The order that a call of `lock_order` declares; undefined where something is wrong, which is reported. */
export function lowerLockOrder(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
): LockOrder | undefined {
  const names = call.arguments.map((node) => lowerLockName(context, module, node));
  const locks = names.filter((name) => name !== undefined);
  return locks.length < names.length ? undefined : { locks, span: spanOf(module, call) };
}

function lowerLockName(context: CaseContext, module: Module, node: ts.Expression): LockName | undefined {
  const span = spanOf(module, node);
  const text = briefText(module, node);
  if (!ts.isArrowFunction(node)) {
    const value = lowerTopLevelExpression(context, module, node);
    if (value.kind === "object") return { kind: "object", name: value.name, text };
    return refuse(context, module, node, value);
  }
  const code = lowerParameter(context, module, node);
  if (code === undefined) return undefined;
  if (ts.isBlock(node.body)) return refuse(context, module, node);
  const value = lowerExpression(code.inner, node.body);
  const owner = value.kind === "embedded" ? value.object : undefined;
  if (value.kind === "embedded" && owner?.kind === "local" && owner.local === code.parameter) {
    return {
      kind: "embedded",
      class: value.class,
      field: value.field,
      text: `${value.class}.${value.field}`,
    };
  }
  return refuse(context, module, node, { ...value, span });
}

function refuse(context: CaseContext, module: Module, node: ts.Expression, value?: Expression): undefined {
  if (value?.type.kind === "void") return undefined;
  const what = "this does not name a lock";
  const why =
    "An order is one of kinds of locks: a lock of the spec, or the one that each object of a class embeds.";
  const instead = "Write kvm_lock, or (v: Vcpu) => v.tm_lock.";
  context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
  return undefined;
}

/** An arrow function with at most one typed parameter, ready for its body. */
function lowerParameter(
  context: CaseContext,
  module: Module,
  node: ts.ArrowFunction,
): { readonly inner: CodeContext; readonly parameter: LocalSymbol | undefined } | undefined {
  const wrong = wrongArrow(module, node, 1);
  if (wrong !== undefined) {
    context.diagnostics.push(wrong);
    return undefined;
  }
  const inner = childScope(createCodeContext(context, module, node, false));
  const declared = node.parameters[0];
  if (declared === undefined) return { inner, parameter: undefined };
  if (declared.type === undefined) {
    const what = `the parameter ${briefText(module, declared)} has no type`;
    const why = "The rule is about all objects of one class.";
    context.diagnostics.push(
      badDeclaration(spanOf(module, declared), what, why, "Write it: (v: Vcpu) => v.tm_lock."),
    );
    return undefined;
  }
  const type = lowerValueType(declared.type, module, context);
  const parameter = declareLocal(inner, briefText(module, declared.name), type, "It stands for each object.");
  return { inner, parameter };
}

/** The rule that a call of `guarded_by` declares; undefined where something is wrong, which is reported. */
export function lowerGuardRule(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
): GuardRule | undefined {
  const [fieldNode, lockNode] = call.arguments;
  const field = lowerRulePart(context, module, fieldNode!);
  const lock = lowerRulePart(context, module, lockNode!);
  if (field === undefined || lock === undefined) return undefined;
  const variable = guardedVariable(field);
  if (variable === undefined) {
    if (field.value.type.kind === "void") return undefined;
    const what = "this does not name what is guarded";
    const why = "A rule is about one field of all objects of a class, or about one top-level variable.";
    const instead = "Write (v: Vcpu) => v.tm_list, or () => count.";
    context.diagnostics.push(badDeclaration(field.value.span, what, why, instead));
    return undefined;
  }
  if (lock.value.type.kind !== "object") {
    if (lock.value.type.kind === "void") return undefined;
    const what = "this is no lock";
    const why = "What guards a field is an object that threads acquire.";
    context.diagnostics.push(
      badDeclaration(lock.value.span, what, why, "Write (v: Vcpu) => v.tm_lock, or () => kvm_lock."),
    );
    return undefined;
  }
  if (lock.parameter !== undefined && !sameOwner(field.parameter, lock.parameter)) {
    const what = "both sides of this rule are not about one object";
    const why = "The lock is found from the object whose field is used.";
    const instead =
      "Let both arrow functions take the same class; for a top-level variable name a lock of the spec.";
    context.diagnostics.push(badDeclaration(spanOf(module, call), what, why, instead));
    return undefined;
  }
  const { value: guarded, parameter: owner } = field;
  if (guarded.kind === "field" && owner?.type.kind === "object" && guarded.class !== owner.type.class) {
    const what = `${guarded.field} belongs to ${guarded.class}, which ${owner.type.class} extends`;
    const why = "The rule is about the field in all objects that have it.";
    const instead = `Let both arrow functions take a ${guarded.class}.`;
    context.diagnostics.push(badDeclaration(guarded.span, what, why, instead));
    return undefined;
  }
  return { variable, parameter: lock.parameter, lock: lock.value, span: spanOf(module, call) };
}

interface RulePart {
  readonly parameter: LocalSymbol | undefined;
  readonly value: Expression;
}

function lowerRulePart(context: CaseContext, module: Module, node: ts.Expression): RulePart | undefined {
  if (!ts.isArrowFunction(node) || ts.isBlock(node.body)) {
    const wrong = wrongArrow(module, node, 1);
    const what = "a block as one side of guarded_by";
    context.diagnostics.push(
      wrong ??
        badDeclaration(
          spanOf(module, node),
          what,
          "It must be one expression.",
          "Write (v: Vcpu) => v.tm_lock.",
        ),
    );
    return undefined;
  }
  const code = lowerParameter(context, module, node);
  return code && { parameter: code.parameter, value: lowerExpression(code.inner, node.body) };
}

function sameOwner(field: LocalSymbol | undefined, lock: LocalSymbol): boolean {
  return field !== undefined && sameKind(field.type, lock.type);
}

function guardedVariable({ value, parameter }: RulePart): string | undefined {
  if (value.kind === "global") return value.name;
  if (value.kind !== "field" || value.object.kind !== "local" || value.object.local !== parameter) {
    return undefined;
  }
  return `${value.class}.${value.field}`;
}
