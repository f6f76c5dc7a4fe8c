/** The objects of a model: `instances(...)`, `pool(...)`, and everything that is embedded in them. */

import { badDeclaration, duplicateName } from "../diagnostics/catalog.js";
import { elementNames, embeddedName } from "../ir/object-names.js";
import type { Expression } from "../ir/program.js";
import { brokenExpression, type CaseContext, className, type ObjectsOf } from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall } from "./intrinsics.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { evaluateParam } from "./lower-params.js";
import { isAbstract, lineage } from "./members.js";
import { type Module, undeclared } from "./modules.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** More objects than this and no model of them can be checked. */
const MAXIMAL_OBJECTS = 4096;

/** Where objects are declared. */
interface Declaration {
  readonly context: CaseContext;
  readonly module: Module;
  readonly node: ts.Node;
}

/** Objects and globals share one space of names: a trace shows both by name alone. */
export function claimName(
  context: CaseContext,
  module: Module,
  node: ts.Node,
  what: string,
  name: string,
): boolean {
  if (context.memoryNames.has(name)) {
    context.diagnostics.push(duplicateName(spanOf(module, node), what, name));
    return false;
  }
  context.memoryNames.add(name);
  return true;
}

/** Class, count and stem of a call of `instances` or `pool`; undefined where they are not right, which is reported. */
export function readObjects(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
): ObjectsOf | undefined {
  const span = spanOf(module, call);
  const [classNode, countNode, stemNode] = call.arguments;
  const declaration = ts.isIdentifier(classNode!) ? module.names.get(classNode.text) : undefined;
  const countValue = evaluateCount(context, module, countNode!);
  const count = literalOf(countValue);
  const maker = intrinsicCall(module, call) ?? "instances";
  // What can never give out an object is no pool.
  const least = maker === "pool" ? 1 : 0;
  const refuse = (what: string, instead: string): undefined => {
    const why = `${maker}(Class, count, stem) makes objects of a class, counted from 0 and named after the stem.`;
    context.diagnostics.push(badDeclaration(span, what, why, instead));
  };
  if (declaration?.kind === "missing") return undefined;
  if (ts.isIdentifier(classNode!) && declaration === undefined) {
    context.diagnostics.push(undeclared(module, spanOf(module, classNode), classNode.text));
    return undefined;
  }
  if (declaration?.kind !== "class") {
    return refuse(
      "these are instances of something that is no class",
      `Write ${maker}(Vcpu, param("vcpus", 2)).`,
    );
  }
  if (countValue.type.kind === "void") return undefined;
  if (typeof count !== "number" || count < least || count > 64) {
    return refuse(
      `the count of these instances is not a constant from ${least} to 64`,
      'Write 2, or param("vcpus", 2).',
    );
  }
  if (stemNode === undefined) return { class: className(context, declaration), count, stem: undefined };
  const stem = literalOf(lowerTopLevelExpression(context, module, stemNode));
  if (typeof stem !== "string" || !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(stem)) {
    return refuse("the stem of these instances is not a constant name", 'Write a name such as "pt".');
  }
  return { class: className(context, declaration), count, stem };
}

/** `param(...)` may stand right where the count is asked for. */
function evaluateCount(context: CaseContext, module: Module, node: ts.Expression): Expression {
  return intrinsicCall(module, node) === "param"
    ? evaluateParam(context, module, node as ts.CallExpression)
    : lowerTopLevelExpression(context, module, node);
}

/** A declaration of instances or of a pool at top level: makes the objects and returns them. */
export function declareObjects(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  kind: "instances" | "pool",
): Expression {
  const span = spanOf(module, call);
  const asked = readObjects(context, module, call);
  if (asked === undefined) return brokenExpression(span);
  const type = asked.class;
  const stem = asked.stem ?? defaultStem(type, module);
  const names = Array.from({ length: asked.count }, (_, index) => `${stem}${index}`);
  for (const name of names) {
    createObject({ context, module, node: call }, type, name, kind === "pool" ? name : undefined);
  }
  return { kind, names, type: { kind, class: type }, span };
}

/** `vcpu` for a class `Vcpu`, unless a class beside it has that very name. */
function defaultStem(type: string, module: Module): string {
  const stem = type.charAt(0).toLowerCase() + type.slice(1);
  return stem !== type && module.names.get(stem)?.kind === "class" ? type : stem;
}

/** Enters an object and all that it embeds. `owner` is the object of a pool whose memory it is part of. */
export function createObject(
  declaration: Declaration,
  type: string,
  name: string,
  owner?: string,
  around: readonly string[] = [],
): void {
  const { context, module, node } = declaration;
  const refuse = (what: string, why: string) => {
    const instead = "Refer to the other object by a field of type Class | null.";
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
  };
  if (around.includes(type))
    return refuse(`a ${type} contains a ${type}`, "A struct that contains itself has no size.");
  if (context.objects.length >= MAXIMAL_OBJECTS) {
    return refuse(`this makes more than ${MAXIMAL_OBJECTS} objects`, "No model of so many can be checked.");
  }
  const declared = context.classSources.get(type);
  if (declared !== undefined && isAbstract(declared.node)) {
    const why = "Some of its methods are declared and not written.";
    const instead = "Make objects of a class that extends it.";
    const what = `this makes an object of ${type}, which is abstract`;
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
  }
  if (!claimName(context, module, node, "object", name)) return;
  context.objects.push({ name, class: type, owner });
  const inside = [...around, type];
  const inherited = lineage(context, type).toReversed();
  for (const { field, class: inner, count } of inherited.flatMap(({ embedded }) => embedded)) {
    const names = count === undefined ? [embeddedName(name, field)] : elementNames(name, field, count);
    for (const innerName of names) createObject(declaration, inner, innerName, owner, inside);
  }
}
