/** Classes and top-level variables: what exists before the first step. Evaluated when first needed. */
import { ts } from "ts-morph";
import { badDeclaration, duplicateName, notConstant, notYet } from "../diagnostics/catalog.js";
import type { Class, ConstantValue, Expression, Field, Type } from "../ir/program.js";
import {
  brokenExpression,
  type CaseContext,
  type ClassSource,
  type CodeContext,
  className,
  type ParamValue,
  type ProcedureSource,
  type Resolvers,
  type TopLevelValue,
  type VariableSource,
} from "./case-context.js";
import { literalOf } from "./fold.js";
import { lowerExpression } from "./lower-expressions.js";
import { createCodeContext } from "./lower-statements.js";
import { lowerType } from "./lower-types.js";
import type { Declaration, Module } from "./modules.js";
import { spanOf } from "./source.js";

/** How a case context turns declarations into IR. */
export const resolvers: Resolvers = { lowerClass, evaluate };

/** An expression at top level: no locals, everything constant. */
export function lowerTopLevelExpression(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
): Expression {
  return lowerExpression(topLevelContext(context, module, node), node);
}

function topLevelContext(context: CaseContext, module: Module, node: ts.Node): CodeContext {
  return createCodeContext(context, module, node, { kind: "void" });
}

function lowerClass(context: CaseContext, declaration: ClassSource, name: string): void {
  const { node, module } = declaration;
  const fields: Field[] = [];
  const embedded: { field: string; class: string }[] = [];
  const lowered: Class = { name, fields, embedded, span: spanOf(module, node.name ?? node) };
  // Entered before its fields are lowered: a class may refer to itself.
  context.classes.set(name, lowered);
  if (node.heritageClauses !== undefined) {
    context.diagnostics.push(
      notYet(spanOf(module, node.heritageClauses[0]!), "inheritance", "Write the fields out in each class."),
    );
  }
  for (const member of node.members) {
    if (!ts.isPropertyDeclaration(member) || !ts.isIdentifier(member.name)) {
      context.diagnostics.push(
        notYet(
          spanOf(module, member),
          "a class member that is no field",
          "Write a function that takes the object.",
        ),
      );
      continue;
    }
    const inner = embeddedClass(context, module, member.initializer);
    if (inner !== undefined) embedded.push({ field: member.name.text, class: inner });
    else fields.push(...lowerField(context, module, member, member.name.text));
  }
}

/** The class of an embedded object: `new C()`, or a call of a function that only returns one, such as spinlock(). */
function embeddedClass(
  context: CaseContext,
  module: Module,
  initializer: ts.Expression | undefined,
): string | undefined {
  if (initializer === undefined) return undefined;
  if (ts.isNewExpression(initializer) && ts.isIdentifier(initializer.expression)) {
    const declaration = module.names.get(initializer.expression.text);
    if (declaration?.kind === "class") return className(context, declaration);
  }
  if (!ts.isCallExpression(initializer) || !ts.isIdentifier(initializer.expression)) return undefined;
  const callee = module.names.get(initializer.expression.text);
  if (callee?.kind !== "procedure" || initializer.arguments.length > 0) return undefined;
  return embeddedClass(context, callee.module, constructorBody(callee));
}

/** The `x` of a function whose body is `return x;`. */
function constructorBody(procedure: ProcedureSource): ts.Expression | undefined {
  const statements = procedure.node.body?.statements;
  const only = statements?.length === 1 ? statements[0] : undefined;
  return only !== undefined && ts.isReturnStatement(only) ? only.expression : undefined;
}

function lowerField(
  context: CaseContext,
  module: Module,
  member: ts.PropertyDeclaration,
  name: string,
): Field[] {
  const span = spanOf(module, member);
  const { initializer } = member;
  const declared = member.type === undefined ? undefined : lowerType(member.type, module, context);
  if (initializer === undefined) {
    context.diagnostics.push(
      badDeclaration(
        span,
        `the field ${name} has no initial value`,
        "The initial memory must be known.",
        `Give it one: ${name} = …;`,
      ),
    );
    return [];
  }
  const collection = collectionType(context, module, initializer);
  if (collection !== undefined) return [{ name, type: collection, initial: { kind: "empty" }, span }];
  const value = lowerTopLevelExpression(context, module, initializer);
  if (value.type.kind === "void") return [];
  const constant = constantOf(value);
  if (constant === undefined) {
    context.diagnostics.push(notConstant(spanOf(module, initializer), `the initial value of ${name}`));
    return [];
  }
  const type = declared ?? value.type;
  if (type.kind === "null" || type.kind === "instances") {
    context.diagnostics.push(
      badDeclaration(
        span,
        `the type of the field ${name} cannot be seen`,
        "null alone does not say what it may point to.",
        `Write it: ${name}: SomeClass | null = null;`,
      ),
    );
    return [];
  }
  return [{ name, type, initial: { kind: "value", value: constant }, span }];
}

/** `list<T>()` and `set<T>()`. */
function collectionType(context: CaseContext, module: Module, initializer: ts.Expression): Type | undefined {
  const name = intrinsicCall(module, initializer);
  if (name !== "list" && name !== "set") return undefined;
  const argument = (initializer as ts.CallExpression).typeArguments?.[0];
  const element: Type = argument === undefined ? { kind: "void" } : lowerType(argument, module, context);
  if (name === "set" && element.kind !== "void") return { kind: "set", element };
  if (name === "list" && element.kind === "object") return { kind: "list", element: element.class };
  context.diagnostics.push(
    badDeclaration(
      spanOf(module, initializer),
      `this ${name} does not say what its elements are`,
      "Latchwork reads the type that is written.",
      name === "list" ? "Write list<SomeClass>()." : "Write set<Thread>() or set<SomeClass>().",
    ),
  );
  return { kind: "void" };
}

/** The name of the vocabulary's function that a call names, or undefined. */
export function intrinsicCall(module: Module, node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const declaration: Declaration | undefined = module.names.get(node.expression.text);
  return declaration?.kind === "intrinsic" ? declaration.name : undefined;
}

function constantOf(value: Expression): ConstantValue | undefined {
  return literalOf(value);
}

function evaluate(context: CaseContext, declaration: VariableSource): TopLevelValue {
  const known = context.topLevel.get(declaration.node);
  if (known !== undefined) return known;
  context.topLevel.set(declaration.node, { kind: "broken" });
  const value = evaluateVariable(context, declaration);
  context.topLevel.set(declaration.node, value);
  return value;
}

function evaluateVariable(context: CaseContext, declaration: VariableSource): TopLevelValue {
  const { node, module, mutable } = declaration;
  const name = (node.name as ts.Identifier).text;
  const span = spanOf(module, node);
  if (node.initializer === undefined) {
    context.diagnostics.push(
      badDeclaration(
        span,
        `${name} has no initial value`,
        "The initial memory must be known.",
        "Give it one.",
      ),
    );
    return { kind: "broken" };
  }
  if (mutable) return evaluateGlobal(context, declaration, name, node.initializer);
  const expression =
    evaluateIntrinsic(context, module, node.initializer) ??
    evaluateObject(context, module, name, node.initializer) ??
    lowerTopLevelExpression(context, module, node.initializer);
  if (expression.type.kind === "void") return { kind: "broken" };
  if (
    literalOf(expression) === undefined &&
    expression.kind !== "object" &&
    expression.kind !== "instances"
  ) {
    context.diagnostics.push(notConstant(span, name));
    return { kind: "broken" };
  }
  return { kind: "constant", expression };
}

function evaluateGlobal(
  context: CaseContext,
  declaration: VariableSource,
  name: string,
  initializer: ts.Expression,
): TopLevelValue {
  const { node, module } = declaration;
  const span = spanOf(module, node);
  const value = lowerTopLevelExpression(context, module, initializer);
  const type = node.type === undefined ? value.type : lowerType(node.type, module, context);
  const initial = literalOf(value);
  if (value.type.kind === "void") return { kind: "broken" };
  if (initial === undefined || type.kind === "null") {
    context.diagnostics.push(
      initial === undefined
        ? notConstant(span, `the initial value of ${name}`)
        : badDeclaration(
            span,
            `the type of ${name} cannot be seen`,
            "null alone does not say what it may point to.",
            `Write it: let ${name}: SomeClass | null = null;`,
          ),
    );
    return { kind: "broken" };
  }
  if (context.globals.some((global) => global.name === name)) {
    context.diagnostics.push(duplicateName(span, "global variable", name));
    return { kind: "broken" };
  }
  const global = { name, type, initial, span };
  context.globals.push(global);
  return { kind: "global", global };
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
  return name === "param" ? evaluateParam(context, module, call) : evaluateInstances(context, module, call);
}

function evaluateParam(context: CaseContext, module: Module, call: ts.CallExpression): Expression {
  const span = spanOf(module, call);
  const [nameNode, fallbackNode] = call.arguments;
  const name = nameNode && literalOf(lowerTopLevelExpression(context, module, nameNode));
  const fallback = fallbackNode && literalOf(lowerTopLevelExpression(context, module, fallbackNode));
  if (typeof name !== "string" || fallback === undefined || fallback === null) {
    context.diagnostics.push(notConstant(span, "the name and the default of a param"));
    return brokenExpression(span);
  }
  const value: ParamValue = context.settings.get(name) ?? fallback;
  if (typeof value !== typeof fallback) {
    context.diagnostics.push(
      badDeclaration(
        span,
        `the param ${name} is a ${typeof fallback}, and this case sets it to ${JSON.stringify(value)}`,
        "A param keeps the type of its default.",
        `Set it to a ${typeof fallback}.`,
      ),
    );
  }
  const allowed = stringUnion(module, call.typeArguments?.[0]);
  if (allowed !== undefined && !allowed.includes(String(value))) {
    context.diagnostics.push(
      badDeclaration(
        span,
        `the param ${name} cannot be ${JSON.stringify(value)}`,
        "A value that no branch knows would check something else than it says.",
        `Use one of: ${allowed.join(", ")}.`,
      ),
    );
  }
  context.params.set(name, value);
  const kind = typeof value as "string" | "number" | "boolean";
  return { kind: "literal", value, type: { kind }, span };
}

/** The strings of a union type, through aliases, or undefined where it is anything else. */
function stringUnion(module: Module, node: ts.TypeNode | undefined): string[] | undefined {
  if (node === undefined) return undefined;
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return [node.literal.text];
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.map((member) => stringUnion(module, member));
    return members.every((member) => member !== undefined) ? members.flat() : undefined;
  }
  if (ts.isTypeReferenceNode(node)) {
    const declaration = module.names.get(node.typeName.getText(module.file));
    if (declaration?.kind === "alias") return stringUnion(declaration.module, declaration.node.type);
  }
  return undefined;
}

function evaluateInstances(context: CaseContext, module: Module, call: ts.CallExpression): Expression {
  const span = spanOf(module, call);
  const [classNode, countNode, nameNode] = call.arguments;
  const declaration =
    classNode !== undefined && ts.isIdentifier(classNode) ? module.names.get(classNode.text) : undefined;
  const count = countNode && (literalOf(evaluateCount(context, module, countNode)) ?? undefined);
  const given = nameNode && literalOf(lowerTopLevelExpression(context, module, nameNode));
  if (declaration?.kind !== "class" || typeof count !== "number" || count < 0 || count > 64) {
    context.diagnostics.push(
      badDeclaration(
        span,
        "these instances cannot be made",
        "instances(Class, count) needs a class of this spec and a constant count from 0 to 64.",
        'Write instances(Vcpu, param("vcpus", 2)).',
      ),
    );
    return brokenExpression(span);
  }
  const type = className(context, declaration);
  const stem = typeof given === "string" ? given : type.charAt(0).toLowerCase() + type.slice(1);
  const names = Array.from({ length: count }, (_, index) => `${stem}${index}`);
  for (const name of names) createObject(context, module, call, type, name);
  return { kind: "instances", names, type: { kind: "instances", class: type }, span };
}

/** `param(...)` may stand right where the count is asked for. */
function evaluateCount(context: CaseContext, module: Module, node: ts.Expression): Expression {
  return evaluateIntrinsic(context, module, node) ?? lowerTopLevelExpression(context, module, node);
}

/** `const pt_migrate = rwlock();` or `new Rwlock()`: one object under the name of the constant. */
function evaluateObject(
  context: CaseContext,
  module: Module,
  name: string,
  node: ts.Expression,
): Expression | undefined {
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

function createObject(context: CaseContext, module: Module, node: ts.Node, type: string, name: string): void {
  if (context.objects.some((object) => object.name === name)) {
    context.diagnostics.push(duplicateName(spanOf(module, node), "object", name));
    return;
  }
  if (context.objects.length > 4096) {
    context.diagnostics.push(
      badDeclaration(
        spanOf(module, node),
        "this declares more than 4096 objects",
        "A class that embeds itself never ends.",
        "Refer to the other object by a field of type Class | null.",
      ),
    );
    return;
  }
  context.objects.push({ name, class: type });
  for (const inner of context.classes.get(type)?.embedded ?? []) {
    createObject(context, module, node, inner.class, `${name}.${inner.field}`);
  }
}
