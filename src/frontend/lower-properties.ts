/** Claims about states and about runs: invariants, eventually, always_eventually, leads_to, never_stuck. */

import { badDeclaration, duplicateName, unsupported } from "../diagnostics/catalog.js";
import type { Expression, Invariant, Liveness } from "../ir/program.js";
import { type CaseContext, childScope } from "./case-context.js";
import type { Declarations } from "./declarations.js";
import { literalOf } from "./fold.js";
import { BOOLEAN, need } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { lowerExpression } from "./lower-expressions.js";
import { createCodeContext } from "./lower-statements.js";
import type { Module } from "./modules.js";
import { wrongArrow } from "./refusals.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** The functions of the vocabulary that {@link lowerLiveness} reads. */
export const LIVENESS: ReadonlySet<string> = new Set([
  "eventually",
  "always_eventually",
  "leads_to",
  "never_stuck",
]);

/** The constant name of a thread or a claim, or undefined where it has none, which is reported. */
export function nameOf(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
  what: string,
): string | undefined {
  const value = lowerTopLevelExpression(context, module, node);
  const name = literalOf(value);
  if (typeof name === "string" && name.trim() !== "") return name;
  if (value.type.kind !== "void") {
    const why = "Reports call it by its name.";
    const span = spanOf(module, node);
    const instead = 'Write a constant string such as "vcpu context".';
    context.diagnostics.push(badDeclaration(span, `this ${what} has no name`, why, instead));
  }
  return undefined;
}

/** The condition of an arrow function, over shared memory alone; undefined where it is none, which is reported. */
function lowerCondition(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
  what: string,
): Expression | undefined {
  const wrong = wrongArrow(module, node, 0);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (wrong !== undefined || !ts.isArrowFunction(node)) return undefined;
  if (ts.isBlock(node.body)) {
    const why = "It is evaluated in one go in every state.";
    const instead = "Write () => condition, with reads, comparisons, && || ! every and some.";
    const span = spanOf(module, node);
    context.diagnostics.push(unsupported(span, `a block as the condition of ${what}`, why, instead));
    return undefined;
  }
  const code = childScope(createCodeContext(context, module, node, false));
  return need(context, lowerExpression(code, node.body), BOOLEAN, what);
}

/** Reads `invariant("name", () => condition)`, or `at_end` where it is about the end of a run. */
export function lowerInvariant(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  declarations: Declarations,
  when: Invariant["when"],
): void {
  const [nameNode, conditionNode] = call.arguments;
  const name = nameOf(context, module, nameNode!, "invariant");
  const condition = lowerCondition(context, module, conditionNode!, "an invariant");
  if (name === undefined || condition === undefined) return;
  if (declarations.invariants.some((invariant) => invariant.name === name)) {
    context.diagnostics.push(duplicateName(spanOf(module, nameNode!), "invariant", name));
  } else {
    declarations.invariants.push({ name, when, condition, span: spanOf(module, call) });
  }
}

/** Reads a call of one of {@link LIVENESS}, named `check`. */
export function lowerLiveness(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  check: string,
  declarations: Declarations,
): void {
  const [nameNode, ...conditionNodes] = call.arguments;
  const name = nameNode === undefined ? check : nameOf(context, module, nameNode, "claim");
  const what = check === "eventually" || check === "always_eventually" ? `an ${check}` : `a ${check}`;
  const conditions = conditionNodes.map((node) => lowerCondition(context, module, node, what));
  const [condition, consequence] = conditions;
  if (name === undefined || conditions.includes(undefined)) return;
  const span = spanOf(module, call);
  if (declarations.liveness.some((other) => other.name === name)) {
    context.diagnostics.push(duplicateName(spanOf(module, nameNode ?? call), "claim", name));
    return;
  }
  const property = propertyOf({ name, span }, check, condition, consequence);
  if (property !== undefined) declarations.liveness.push(property);
}

function propertyOf(
  common: Pick<Liveness, "name" | "span">,
  check: string,
  condition: Expression | undefined,
  consequence: Expression | undefined,
): Liveness | undefined {
  if (check === "never_stuck") return { ...common, check };
  if (condition === undefined) return undefined;
  if (check === "eventually" || check === "always_eventually") return { ...common, check, condition };
  if (check !== "leads_to" || consequence === undefined) return undefined;
  return { ...common, check, condition, consequence };
}
