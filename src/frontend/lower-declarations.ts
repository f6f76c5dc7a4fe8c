/** Top-level variables: params, instances, objects and globals. Evaluated when first needed. */

import { badDeclaration, notConstant, notYet } from "../diagnostics/catalog.js";
import type { Expression, Global } from "../ir/program.js";
import {
  brokenExpression,
  type CaseContext,
  type Resolvers,
  type TopLevelValue,
  type VariableSource,
} from "./case-context.js";
import { constantOf } from "./fold.js";
import { intrinsicCall, wrongArgumentCount, wrongIntrinsicCount } from "./intrinsics.js";
import { hasUnknownPart, need, VOID } from "./kinds.js";
import {
  embeddedClass,
  ghostInitial,
  lowerClass,
  lowerTopLevelExpression,
  memoryType,
  nullWithoutType,
} from "./lower-classes.js";
import { claimName, createObject, declareObjects, readObjects } from "./lower-objects.js";
import { evaluateParam } from "./lower-params.js";
import { lowerValueType } from "./lower-types.js";
import { type Module, undeclared } from "./modules.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** How a case context turns declarations into IR. */
export const resolvers: Resolvers = { lowerClass, evaluate, readObjects };

function evaluate(context: CaseContext, declaration: VariableSource): TopLevelValue {
  const known = context.topLevel.get(declaration.node);
  if (known !== undefined) return known;
  context.topLevel.set(declaration.node, { kind: "evaluating" });
  const value = evaluateVariable(context, declaration);
  context.topLevel.set(declaration.node, value);
  return value;
}

function evaluateVariable(context: CaseContext, declaration: VariableSource): TopLevelValue {
  const { node, module, mutable } = declaration;
  const name = (node.name as ts.Identifier).text;
  const span = spanOf(module, node);
  if (node.initializer === undefined) {
    const why = "The initial memory must be known.";
    context.diagnostics.push(badDeclaration(span, `${name} has no initial value`, why, "Give it one."));
    return { kind: "broken" };
  }
  const collection = intrinsicCall(module, node.initializer);
  if (collection === "list" || collection === "queue" || (collection === "set" && !mutable)) {
    const what = `a ${collection} that belongs to no object${mutable ? "" : " as a constant"}`;
    const instead =
      collection === "set"
        ? "Write let: a set is a value that changes."
        : `Make it a field: class Queue { items = ${node.initializer.getText(module.file)}; } const queue = new Queue();`;
    context.diagnostics.push(notYet(span, what, instead));
    return { kind: "broken" };
  }
  if (mutable) return evaluateGlobal(context, declaration, name, node.initializer);
  const expression =
    evaluateIntrinsic(context, module, node.initializer) ??
    evaluateObject(context, module, name, node.initializer) ??
    lowerTopLevelExpression(context, module, node.initializer);
  if (expression.type.kind === "void" && expression.kind === "literal") return { kind: "broken" };
  if (constantOf(expression) === undefined && !["instances", "pool"].includes(expression.kind)) {
    context.diagnostics.push(notConstant(span, name));
    return { kind: "broken" };
  }
  const isData = ["record", "with", "array", "table"].includes(expression.kind);
  const declared = isData && node.type ? lowerValueType(node.type, module, context) : VOID;
  if (declared.kind === "void") return { kind: "constant", expression };
  const shaped = need(context, expression, declared, name, span);
  if (shaped.type.kind === "void") return { kind: "broken" };
  memoryType(context, module, node.initializer, declared, shaped);
  return { kind: "constant", expression: shaped };
}

function evaluateGlobal(
  context: CaseContext,
  { node, module }: VariableSource,
  name: string,
  initializer: ts.Expression,
): TopLevelValue {
  const span = spanOf(module, node);
  const declared = node.type && lowerValueType(node.type, module, context);
  const ghost = ghostInitial(module, initializer);
  const start = ghost ?? initializer;
  const given = evaluateIntrinsic(context, module, start) ?? lowerTopLevelExpression(context, module, start);
  const value = declared === undefined ? given : need(context, given, declared, name, span);
  if (value.type.kind === "void" && value.kind === "literal") return { kind: "broken" };
  if (declared?.kind === "void") return { kind: "broken" };
  const type = memoryType(context, module, initializer, declared, value);
  const initial = value.kind === "object" ? undefined : constantOf(value);
  if (initial === undefined) {
    context.diagnostics.push(notConstant(span, `the initial value of ${name}`));
    return { kind: "broken" };
  }
  if (hasUnknownPart(type)) {
    context.diagnostics.push(nullWithoutType(span, name, `let ${name}: SomeClass | null = null;`));
    return { kind: "broken" };
  }
  if (!claimName(context, module, node, "global variable", name)) return { kind: "broken" };
  const global: Global = { name, type, initial, span, ...(ghost === undefined ? {} : { ghost: true }) };
  context.globals.push(global);
  return { kind: "global", global };
}

/** `param(...)`, `instances(...)` and `pool(...)`. */
function evaluateIntrinsic(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
): Expression | undefined {
  const name = intrinsicCall(module, node);
  if (name !== "param" && name !== "instances" && name !== "pool") return undefined;
  const call = node as ts.CallExpression;
  const wrong = wrongIntrinsicCount(module, call, name);
  if (wrong !== undefined) {
    context.diagnostics.push(wrong);
    return brokenExpression(spanOf(module, node));
  }
  return name === "param"
    ? evaluateParam(context, module, call)
    : declareObjects(context, module, call, name);
}

/** `const pt_migrate = rwlock();` or `new Rwlock()`: one object under the name of the constant. */
function evaluateObject(
  context: CaseContext,
  module: Module,
  name: string,
  node: ts.Expression,
): Expression | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    const wrong = wrongArgumentCount(module, node, `new ${node.expression.text}`, 0);
    if (wrong !== undefined) context.diagnostics.push(wrong);
    if (!module.names.has(node.expression.text)) {
      const place = spanOf(module, node.expression);
      context.diagnostics.push(undeclared(module, place, node.expression.text));
      return brokenExpression(spanOf(module, node));
    }
  }
  const type = embeddedClass(context, module, node);
  if (type === undefined) return undefined;
  createObject({ context, module, node }, type, name);
  return {
    kind: "object",
    name,
    type: { kind: "object", class: type, nullable: false },
    span: spanOf(module, node),
  };
}
