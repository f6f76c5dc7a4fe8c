/** Functions that only make an object, such as spinlock(): they are called where objects are declared. */

import type { ClassSource, ProcedureSource } from "./case-context.js";
import { wrongArgumentCount } from "./intrinsics.js";
import type { Module } from "./modules.js";
import { ts } from "./typescript.js";

/** The class of the object that `new C()` makes, or a call of a function that only returns one. */
export function madeClass(
  module: Module,
  node: ts.Expression,
  through: readonly ts.Node[] = [],
): ClassSource | undefined {
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
    const declaration = module.names.get(node.expression.text);
    return declaration?.kind === "class" ? declaration : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const callee = module.names.get(node.expression.text);
  if (callee?.kind !== "procedure" || through.includes(callee.node)) return undefined;
  if (wrongArgumentCount(module, node, "", 0) !== undefined) return undefined;
  return classMadeBy(callee, through);
}

/** The class of the object that the function makes, where it does nothing else and takes nothing. */
export function classMadeBy(
  { node, module }: ProcedureSource,
  through: readonly ts.Node[] = [],
): ClassSource | undefined {
  const [only, ...more] = node.body?.statements ?? [];
  if (only === undefined || more.length > 0 || node.parameters.length > 0) return undefined;
  if (!ts.isReturnStatement(only) || only.expression === undefined) return undefined;
  return madeClass(module, only.expression, [...through, node]);
}
