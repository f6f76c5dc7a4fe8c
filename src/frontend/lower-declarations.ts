/** Top-level variables: params, instances, objects and globals. Evaluated when first needed. */
import { ts } from "ts-morph";
import { badDeclaration, duplicateName, notConstant, notYet } from "../diagnostics/catalog.js";
import type { Expression, Global, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CaseContext,
  className,
  type Resolvers,
  type TopLevelValue,
  type VariableSource,
} from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall, wrongArgumentCount, wrongIntrinsicCount } from "./intrinsics.js";
import { need } from "./kinds.js";
import {
  embeddedClass,
  ghostInitial,
  lowerClass,
  lowerTopLevelExpression,
  nullWithoutType,
} from "./lower-classes.js";
import { evaluateParam } from "./lower-params.js";
import { lowerValueType } from "./lower-types.js";
import { isAbstract, lineage } from "./members.js";
import { type Module, undeclared } from "./modules.js";
import { spanOf } from "./source.js";

/** How a case context turns declarations into IR. */
export const resolvers: Resolvers = { lowerClass, evaluate };

/** More objects than this and no model of them can be checked. */
const MAXIMAL_OBJECTS = 4096;

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
  if (collection === "list" || collection === "set") {
    const what = `a ${collection} that belongs to no object`;
    const instead = `Make it a field: class Queue { items = ${node.initializer.getText(module.file)}; } const queue = new Queue();`;
    context.diagnostics.push(notYet(span, what, instead));
    return { kind: "broken" };
  }
  if (mutable) return evaluateGlobal(context, declaration, name, node.initializer);
  const expression =
    evaluateIntrinsic(context, module, node.initializer) ??
    evaluateObject(context, module, name, node.initializer) ??
    lowerTopLevelExpression(context, module, node.initializer);
  if (expression.type.kind === "void" && expression.kind === "literal") return { kind: "broken" };
  const isConstant = literalOf(expression) !== undefined;
  if (!isConstant && expression.kind !== "object" && expression.kind !== "instances") {
    context.diagnostics.push(notConstant(span, name));
    return { kind: "broken" };
  }
  return { kind: "constant", expression };
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
  const type: Type = declared ?? value.type;
  if (value.type.kind === "void" && value.kind === "literal") return { kind: "broken" };
  if (type.kind === "void") return { kind: "broken" };
  const initial = literalOf(value);
  if (initial === undefined) {
    context.diagnostics.push(notConstant(span, `the initial value of ${name}`));
    return { kind: "broken" };
  }
  if (type.kind === "null") {
    context.diagnostics.push(nullWithoutType(span, name, `let ${name}: SomeClass | null = null;`));
    return { kind: "broken" };
  }
  if (!claimName(context, module, node, "global variable", name)) return { kind: "broken" };
  const global: Global = { name, type, initial, span, ...(ghost === undefined ? {} : { ghost: true }) };
  context.globals.push(global);
  return { kind: "global", global };
}

/** Objects and globals share one space of names: a trace shows both by name alone. */
function claimName(context: CaseContext, module: Module, node: ts.Node, what: string, name: string): boolean {
  if (context.memoryNames.has(name)) {
    context.diagnostics.push(duplicateName(spanOf(module, node), what, name));
    return false;
  }
  context.memoryNames.add(name);
  return true;
}

/** `param(...)` and `instances(...)`. */
function evaluateIntrinsic(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
): Expression | undefined {
  const name = intrinsicCall(module, node);
  if (name !== "param" && name !== "instances") return undefined;
  const call = node as ts.CallExpression;
  const wrong = wrongIntrinsicCount(module, call, name);
  if (wrong !== undefined) {
    context.diagnostics.push(wrong);
    return brokenExpression(spanOf(module, node));
  }
  return name === "param" ? evaluateParam(context, module, call) : evaluateInstances(context, module, call);
}

function evaluateInstances(context: CaseContext, module: Module, call: ts.CallExpression): Expression {
  const span = spanOf(module, call);
  const [classNode, countNode, stemNode] = call.arguments;
  const declaration = ts.isIdentifier(classNode!) ? module.names.get(classNode.text) : undefined;
  // `param(...)` may stand right where the count is asked for.
  const countValue =
    evaluateIntrinsic(context, module, countNode!) ?? lowerTopLevelExpression(context, module, countNode!);
  const count = literalOf(countValue);
  const refuse = (what: string, instead: string): Expression => {
    const why =
      "instances(Class, count, stem) makes objects of a class, counted from 0 and named after the stem.";
    context.diagnostics.push(badDeclaration(span, what, why, instead));
    return brokenExpression(span);
  };
  if (declaration?.kind === "missing") return brokenExpression(span);
  if (ts.isIdentifier(classNode!) && declaration === undefined) {
    context.diagnostics.push(undeclared(module, spanOf(module, classNode), classNode.text));
    return brokenExpression(span);
  }
  if (declaration?.kind !== "class") {
    return refuse(
      "these are instances of something that is no class",
      'Write instances(Vcpu, param("vcpus", 2)).',
    );
  }
  if (countValue.type.kind === "void") return brokenExpression(span);
  if (typeof count !== "number" || count < 0 || count > 64) {
    return refuse(
      "the count of these instances is not a constant from 0 to 64",
      'Write 2, or param("vcpus", 2).',
    );
  }
  const type = className(context, declaration);
  const stem =
    stemNode === undefined
      ? defaultStem(type, module)
      : literalOf(lowerTopLevelExpression(context, module, stemNode));
  if (typeof stem !== "string" || !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(stem)) {
    return refuse("the stem of these instances is not a constant name", 'Write a name such as "pt".');
  }
  const names = Array.from({ length: count }, (_, index) => `${stem}${index}`);
  for (const name of names) createObject(context, module, call, type, name);
  return { kind: "instances", names, type: { kind: "instances", class: type }, span };
}

/** `vcpu` for a class `Vcpu`, unless a class beside it has that very name. */
function defaultStem(type: string, module: Module): string {
  const stem = type.charAt(0).toLowerCase() + type.slice(1);
  return stem !== type && module.names.get(stem)?.kind === "class" ? type : stem;
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
  createObject(context, module, node, type, name);
  return {
    kind: "object",
    name,
    type: { kind: "object", class: type, nullable: false },
    span: spanOf(module, node),
  };
}

function createObject(
  context: CaseContext,
  module: Module,
  node: ts.Node,
  type: string,
  name: string,
  owners: readonly string[] = [],
): void {
  const refuse = (what: string, why: string) => {
    const instead = "Refer to the other object by a field of type Class | null.";
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
  };
  if (owners.includes(type))
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
  context.objects.push({ name, class: type });
  const inherited = lineage(context, type).toReversed();
  for (const inner of inherited.flatMap(({ embedded }) => embedded)) {
    createObject(context, module, node, inner.class, `${name}.${inner.field}`, [...owners, type]);
  }
}
