/** Classes: C's structs, with the objects they embed. */
import { ts } from "ts-morph";
import type { Span } from "../base/span.js";
import { badDeclaration, duplicateName, notConstant, notYet, unsupported } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Class, Expression, Field, Type } from "../ir/program.js";
import { type CaseContext, type ClassSource, className } from "./case-context.js";
import { literalOf } from "./fold.js";
import { intrinsicCall } from "./intrinsics.js";
import { isValueType, need, sameKind, VOID } from "./kinds.js";
import { lowerExpression } from "./lower-expressions.js";
import { createCodeContext } from "./lower-statements.js";
import { lowerValueType } from "./lower-types.js";
import { madeClass } from "./makers.js";
import type { Module } from "./modules.js";
import { briefText, spanOf } from "./source.js";

/** An expression at top level: no locals, everything constant. */
export function lowerTopLevelExpression(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
): Expression {
  return lowerExpression(createCodeContext(context, module, node, false), node);
}

/** Enters the class and its fields into the context, under `name`. */
export function lowerClass(context: CaseContext, declaration: ClassSource, name: string): void {
  const { node, module } = declaration;
  const fields: Field[] = [];
  const embedded: { field: string; class: string }[] = [];
  const lowered: Class = { name, fields, embedded, span: spanOf(module, node.name ?? node) };
  // Entered before its fields are lowered: a class may refer to itself.
  context.classes.set(name, lowered);
  context.diagnostics.push(...wrongHeader(module, node));
  const seen = new Set<string>();
  for (const member of node.members) {
    const field = fieldName(member);
    const wrong = wrongMember(module, member) ?? duplicateField(module, member, field, seen);
    if (wrong !== undefined) context.diagnostics.push(wrong);
    if (field === undefined || wrong !== undefined || !ts.isPropertyDeclaration(member)) {
      if (field !== undefined) context.brokenFields.add(`${name}.${field}`);
      continue;
    }
    const inner = embeddedClass(context, module, member.initializer);
    const [lone] = inner === undefined ? lowerField(context, module, member, field) : [];
    if (inner !== undefined) embedded.push({ field, class: inner });
    else if (lone !== undefined) fields.push(lone);
    else context.brokenFields.add(`${name}.${field}`);
  }
}

function fieldName(member: ts.ClassElement): string | undefined {
  const { name } = member;
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function wrongHeader(module: Module, node: ts.ClassDeclaration): Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const inherits = node.heritageClauses?.[0];
  if (inherits !== undefined) {
    wrong.push(notYet(spanOf(module, inherits), "inheritance", "Write the fields out in each class."));
  }
  const parameter = node.typeParameters?.[0];
  if (parameter !== undefined) {
    wrong.push(notYet(spanOf(module, parameter), "a generic class", "Write a class for each type."));
  }
  const modifier = node.modifiers?.find((candidate) => !ALLOWED_ON_CLASS.has(candidate.kind));
  if (modifier !== undefined) wrong.push(wrongModifier(module, modifier));
  return wrong;
}

const ALLOWED_ON_CLASS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ExportKeyword,
  ts.SyntaxKind.DefaultKeyword,
]);

function wrongModifier(module: Module, modifier: ts.ModifierLike): Diagnostic {
  const what = ts.isDecorator(modifier) ? "a decorator" : modifier.getText(module.file);
  const why = ts.isDecorator(modifier)
    ? "It is code that would have to run."
    : "A C struct has no such thing.";
  const isStatic = modifier.kind === ts.SyntaxKind.StaticKeyword;
  const instead = isStatic ? "Write a top-level let for what all objects share." : "Leave it out.";
  return unsupported(spanOf(module, modifier), what, why, instead);
}

function wrongMember(module: Module, member: ts.ClassElement): Diagnostic | undefined {
  const span = spanOf(module, member);
  if (!ts.isPropertyDeclaration(member)) {
    if (ts.isSemicolonClassElement(member)) return undefined;
    const [what, instead] = MEMBERS.get(member.kind) ?? ["this class member", "Write fields only."];
    return notYet(span, what, instead);
  }
  const modifier = member.modifiers?.find(({ kind }) => kind !== ts.SyntaxKind.ReadonlyKeyword);
  if (modifier !== undefined) return wrongModifier(module, modifier);
  if (fieldName(member) === undefined) {
    const why = "Traces show fields by name.";
    return unsupported(
      spanOf(module, member.name),
      `the field name ${briefText(module, member.name)}`,
      why,
      "Write a plain name.",
    );
  }
  if (member.questionToken !== undefined || member.exclamationToken !== undefined) {
    const instead = `Write ${fieldName(member)}: SomeClass | null = null;`;
    return badDeclaration(
      span,
      `the field ${fieldName(member)} may have no value`,
      "The initial memory must be known.",
      instead,
    );
  }
  return undefined;
}

const A_FUNCTION = "Write a function that takes the object.";

const MEMBERS: ReadonlyMap<ts.SyntaxKind, readonly [string, string]> = new Map([
  [ts.SyntaxKind.MethodDeclaration, ["a method", A_FUNCTION]],
  [ts.SyntaxKind.GetAccessor, ["a getter", A_FUNCTION]],
  [ts.SyntaxKind.SetAccessor, ["a setter", A_FUNCTION]],
  [
    ts.SyntaxKind.Constructor,
    ["a constructor", "Give the fields initial values; set others in initially(…)."],
  ],
  [ts.SyntaxKind.IndexSignature, ["an index signature", "Declare each field."]],
  [ts.SyntaxKind.ClassStaticBlockDeclaration, ["a static block", "Use initially(…)."]],
] as const);

function duplicateField(
  module: Module,
  member: ts.ClassElement,
  name: string | undefined,
  seen: Set<string>,
): Diagnostic | undefined {
  if (name === undefined) return undefined;
  if (seen.has(name)) return duplicateName(spanOf(module, member), "field", name);
  seen.add(name);
  return undefined;
}

/** The class of an embedded object: `new C()`, or a call of a function that only returns one, such as spinlock(). */
export function embeddedClass(
  context: CaseContext,
  module: Module,
  initializer: ts.Expression | undefined,
): string | undefined {
  const made = initializer && madeClass(module, initializer);
  return made && className(context, made);
}

/** The diagnostic for a variable that starts as null and says no more. */
export function nullWithoutType(span: Span, name: string, instead: string): Diagnostic {
  const why = "null alone does not say what it may point to.";
  return badDeclaration(span, `the type of ${name} cannot be seen`, why, `Write it: ${instead}`);
}

function lowerField(
  context: CaseContext,
  module: Module,
  member: ts.PropertyDeclaration,
  name: string,
): Field[] {
  const span = spanOf(module, member);
  const ghost = ghostInitial(module, member.initializer);
  const initializer = ghost ?? member.initializer;
  const declared = member.type && lowerValueType(member.type, module, context, ["list", "set"]);
  if (initializer === undefined) {
    const what = `the field ${name} has no initial value`;
    context.diagnostics.push(
      badDeclaration(span, what, "The initial memory must be known.", `Give it one: ${name} = …;`),
    );
    return [];
  }
  const collection = collectionType(context, module, initializer, declared);
  if (collection !== undefined) {
    if (ghost !== undefined && collection.kind === "list") {
      context.diagnostics.push(ghostList(span));
      return [];
    }
    const field: Field = { name, type: collection, initial: { kind: "empty" }, span };
    return collection.kind === "void" ? [] : [ghost === undefined ? field : { ...field, ghost: true }];
  }
  const given = lowerTopLevelExpression(context, module, initializer);
  const value = declared === undefined ? given : need(context, given, declared, `the field ${name}`, span);
  const type = declared ?? value.type;
  if ((value.type.kind === "void" && value.kind === "literal") || type.kind === "void") return [];
  const initial = literalOf(value);
  if (initial === undefined) {
    context.diagnostics.push(wrongInitial(module, initializer, value, name));
    return [];
  }
  if (type.kind === "null") {
    context.diagnostics.push(nullWithoutType(span, `the field ${name}`, `${name}: SomeClass | null = null;`));
    return [];
  }
  const field: Field = { name, type, initial: { kind: "value", value: initial }, span };
  return [ghost === undefined ? field : { ...field, ghost: true }];
}

/** The initial value inside `ghost(…)`, or undefined where the variable is none. */
export function ghostInitial(
  module: Module,
  initializer: ts.Expression | undefined,
): ts.Expression | undefined {
  if (initializer === undefined || intrinsicCall(module, initializer) !== "ghost") return undefined;
  return (initializer as ts.CallExpression).arguments[0];
}

function ghostList(span: Span): Diagnostic {
  const why = "An element has one node, and the design may put it on a real list meanwhile.";
  return unsupported(span, "a list as a ghost", why, "Write ghost(set<SomeClass>()).");
}

function wrongInitial(module: Module, node: ts.Expression, value: Expression, name: string): Diagnostic {
  const span = spanOf(module, node);
  if (value.type.kind === "object" || value.type.kind === "thread") {
    const instead = `Write ${name}: SomeClass | null = null; and set it in initially(…).`;
    return notYet(span, "a field that refers to an object from the beginning", instead);
  }
  if (!isValueType(value.type))
    return notYet(span, "such a field", "Use a value, an object, list<T>() or set<T>().");
  return notConstant(span, `the initial value of ${name}`);
}

/** The type of `list<T>()` and `set<T>()`, undefined for all else, void where it cannot be told. */
function collectionType(
  context: CaseContext,
  module: Module,
  initializer: ts.Expression,
  declared: Type | undefined,
): Type | undefined {
  const name = intrinsicCall(module, initializer);
  if (name !== "list" && name !== "set") return undefined;
  const argument = (initializer as ts.CallExpression).typeArguments?.[0];
  const element = argument && lowerValueType(argument, module, context);
  if (element?.kind === "void") return VOID;
  const type: Type | undefined =
    element === undefined
      ? declared
      : name === "set"
        ? { kind: "set", element }
        : element.kind === "object" && !element.nullable
          ? { kind: "list", element: element.class }
          : undefined;
  if (type?.kind === name && (declared === undefined || sameKind(type, declared))) return type;
  if (declared?.kind === "void") return VOID;
  context.diagnostics.push(
    badDeclaration(
      spanOf(module, initializer),
      `this ${name} does not say what its elements are`,
      "Latchwork reads the type that is written.",
      name === "list" ? "Write list<SomeClass>()." : "Write set<Thread>() or set<SomeClass>().",
    ),
  );
  return VOID;
}
