/** Classes: C's structs, with the objects they embed. */

import type { Span } from "../base/span.js";
import {
  badDeclaration,
  duplicateName,
  notConstant,
  notYet,
  outsideRange,
  unsupported,
} from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { NumberRange } from "../ir/data-expressions.js";
import type { Value } from "../ir/model.js";
import type { Class, EmbeddedField, Expression, Field, InitialValue, Type } from "../ir/program.js";
import { type CaseContext, type ClassSource, className, reportValue } from "./case-context.js";
import { constantOf } from "./fold.js";
import { intrinsicCall, wrongIntrinsicCount } from "./intrinsics.js";
import {
  hasUnknownPart,
  isScalarType,
  isValueType,
  need,
  refine,
  sameKind,
  unbounded,
  VOID,
} from "./kinds.js";
import { isBounded } from "./lower-data.js";
import { lowerExpression } from "./lower-expressions.js";
import { queueType } from "./lower-queue.js";
import { createCodeContext } from "./lower-statements.js";
import { lowerValueType } from "./lower-types.js";
import { madeClass } from "./makers.js";
import { baseOf, declaredLineage, inheritedMember, memberName } from "./members.js";
import { type Module, undeclared } from "./modules.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** An expression at top level: no locals, everything constant. */
export function lowerTopLevelExpression(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
): Expression {
  return lowerExpression(createCodeContext(context, module, node, false), node);
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Enters the class and its fields into the context, under `name`. Methods are lowered when they are called. */
export function lowerClass(context: CaseContext, declaration: ClassSource, name: string): void {
  const { node, module } = declaration;
  const fields: Field[] = [];
  const initials = new Map<string, InitialValue>();
  const embedded: EmbeddedField[] = [];
  const span = spanOf(module, node.name ?? node);
  const lowered: Draft<Class> = {
    name,
    base: undefined,
    fields,
    initials,
    methods: new Map(),
    embedded,
    library: module.library,
    span,
  };
  // Entered before its fields are lowered: a class may refer to itself.
  context.classes.set(name, lowered);
  context.diagnostics.push(...wrongHeader(module, node));
  lowered.base = lowerBase(context, declaration);
  const seen = new Set<string>();
  for (const member of node.members) {
    const field = memberName(member);
    const wrong =
      wrongMember(module, member) ??
      duplicateMember(module, member, field, seen) ??
      wrongOverride(context, declaration, member, field);
    if (wrong !== undefined) context.diagnostics.push(wrong);
    if (wrong === undefined && ts.isMethodDeclaration(member)) continue;
    if (field === undefined || wrong !== undefined || !ts.isPropertyDeclaration(member)) {
      if (field !== undefined) context.brokenFields.add(`${name}.${field}`);
      continue;
    }
    if (member.initializer !== undefined && intrinsicCall(module, member.initializer) === "instances") {
      const array = embeddedArray(context, module, member.initializer as ts.CallExpression);
      if (array !== undefined) embedded.push({ field, ...array });
      else context.brokenFields.add(`${name}.${field}`);
      continue;
    }
    const inner = embeddedClass(context, module, member.initializer);
    const inherited = inheritedMember(declaration, field);
    const wanted = inherited && fieldType(context, inherited.source.module, inherited.member);
    const [lone] = inner === undefined ? lowerField(context, module, member, field, wanted) : [];
    if (inner !== undefined) embedded.push({ field, class: inner, count: undefined });
    else if (lone !== undefined && inherited !== undefined) initials.set(field, lone.initial);
    else if (lone !== undefined) fields.push(lone);
    else context.brokenFields.add(`${name}.${field}`);
  }
}

/** The name of the class that it extends. */
function lowerBase(context: CaseContext, declaration: ClassSource): string | undefined {
  const { node, module } = declaration;
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const named = clause?.types[0];
  if (clause === undefined || named === undefined) return undefined;
  const span = spanOf(module, named);
  const base = baseOf(declaration);
  if (base === undefined || named.typeArguments !== undefined) {
    const known = ts.isIdentifier(named.expression) ? module.names.get(named.expression.text) : undefined;
    if (ts.isIdentifier(named.expression) && known === undefined) {
      context.diagnostics.push(undeclared(module, span, named.expression.text));
    } else if (known?.kind !== "missing") {
      const what = `${briefText(module, named)} is no class that can be extended`;
      const why = "Its fields must be known.";
      context.diagnostics.push(badDeclaration(span, what, why, "Extend a class that a spec declares."));
    }
    return undefined;
  }
  const last = declaredLineage(base).at(-1);
  const again = last && baseOf(last);
  if (again !== undefined) {
    const what = `${node.name?.text ?? "the class"} extends itself`;
    const why = "An object of it would contain itself.";
    context.diagnostics.push(badDeclaration(span, what, why, "Leave one of the two extends out."));
    return undefined;
  }
  return className(context, base);
}

/** What is wrong with a member that a base class declares as well, or undefined. */
function wrongOverride(
  context: CaseContext,
  declaration: ClassSource,
  member: ts.ClassElement,
  name: string | undefined,
): Diagnostic | undefined {
  const { module } = declaration;
  const inherited = name === undefined ? undefined : inheritedMember(declaration, name);
  const overrides = hasOverride(member);
  const span = spanOf(module, member);
  if (inherited === undefined) {
    if (!overrides) return undefined;
    const why = "No class that it extends declares one of that name.";
    return badDeclaration(span, `${name} overrides nothing`, why, "Leave override out.");
  }
  const owner = inherited.source.node.name?.text ?? "its base class";
  if (ts.isMethodDeclaration(member) !== ts.isMethodDeclaration(inherited.member)) {
    const why = `In ${owner} it is ${ts.isMethodDeclaration(member) ? "a field" : "a method"}.`;
    return badDeclaration(span, `${name} is both a field and a method`, why, "Give one another name.");
  }
  if (!ts.isPropertyDeclaration(member) || !ts.isPropertyDeclaration(inherited.member)) return undefined;
  const isObject = [member, inherited.member].some(
    ({ initializer }, index) =>
      embeddedClass(context, index === 0 ? module : inherited.source.module, initializer) !== undefined,
  );
  const isCollection = [member, inherited.member].some(
    ({ initializer }, index) =>
      initializer !== undefined &&
      ["list", "queue", "set"].includes(
        intrinsicCall(index === 0 ? module : inherited.source.module, initializer) ?? "",
      ),
  );
  const isGhost = ghostInitial(module, member.initializer) !== undefined;
  if (isGhost !== (ghostInitial(inherited.source.module, inherited.member.initializer) !== undefined)) {
    const why = `In ${owner} it is ${isGhost ? "none" : "one"}.`;
    return badDeclaration(
      span,
      `${name} is a ghost and is none`,
      why,
      "Write ghost(…) in both, or in neither.",
    );
  }
  if (!isObject && !isCollection) return undefined;
  const why = `Objects of the class have the ${name} of ${owner} already.`;
  return badDeclaration(span, `the field ${name} is declared twice`, why, "Leave it out here.");
}

function hasOverride(member: ts.ClassElement): boolean {
  return (
    ts.canHaveModifiers(member) &&
    member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.OverrideKeyword) === true
  );
}

/** The type of a field of another class, without entering it. */
function fieldType(context: CaseContext, module: Module, member: ts.ClassElement): Type {
  if (!ts.isPropertyDeclaration(member)) return VOID;
  const declared = member.type && lowerValueType(member.type, module, context, ["list", "set"]);
  const initializer = ghostInitial(module, member.initializer) ?? member.initializer;
  if (initializer === undefined || declared?.kind === "list" || declared?.kind === "void") {
    return declared ?? VOID;
  }
  const value = lowerTopLevelExpression(context, module, initializer);
  return value.type.kind === "void"
    ? (declared ?? VOID)
    : memoryType(context, module, initializer, declared, value);
}

function wrongHeader(module: Module, node: ts.ClassDeclaration): Diagnostic[] {
  const wrong: Diagnostic[] = [];
  const implemented = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  if (implemented !== undefined) {
    const why = "Every object is an instance of one class, as every C struct has one type.";
    const instead = "Write abstract class, and extend it.";
    wrong.push(unsupported(spanOf(module, implemented), "implements", why, instead));
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
  ts.SyntaxKind.AbstractKeyword,
  ts.SyntaxKind.ExportKeyword,
  ts.SyntaxKind.DefaultKeyword,
]);

const ALLOWED_ON_FIELD: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ReadonlyKeyword,
  ts.SyntaxKind.OverrideKeyword,
]);

const ALLOWED_ON_METHOD: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AbstractKeyword,
  ts.SyntaxKind.OverrideKeyword,
]);

function wrongModifier(module: Module, modifier: ts.ModifierLike): Diagnostic {
  const what = ts.isDecorator(modifier) ? "a decorator" : modifier.getText(module.file);
  const why = ts.isDecorator(modifier)
    ? "It is code that would have to run."
    : "A C struct has no such thing.";
  const instead =
    modifier.kind === ts.SyntaxKind.StaticKeyword
      ? "Write a top-level let for what all objects share, and a function for what belongs to none."
      : modifier.kind === ts.SyntaxKind.AbstractKeyword
        ? "Give the field a value; a class that extends this one can give it another."
        : "Leave it out.";
  return unsupported(spanOf(module, modifier), what, why, instead);
}

function wrongMember(module: Module, member: ts.ClassElement): Diagnostic | undefined {
  const span = spanOf(module, member);
  const isMethod = ts.isMethodDeclaration(member);
  if (!ts.isPropertyDeclaration(member) && !isMethod) {
    if (ts.isSemicolonClassElement(member)) return undefined;
    const [what, instead] = MEMBERS.get(member.kind) ?? [
      "this class member",
      "Write fields and methods only.",
    ];
    return notYet(span, what, instead);
  }
  const allowed = isMethod ? ALLOWED_ON_METHOD : ALLOWED_ON_FIELD;
  const modifier = member.modifiers?.find(({ kind }) => !allowed.has(kind));
  if (modifier !== undefined) return wrongModifier(module, modifier);
  const name = memberName(member);
  if (name === undefined) {
    const what = `the ${isMethod ? "method" : "field"} name ${briefText(module, member.name)}`;
    const why = "Traces show members by name.";
    return unsupported(spanOf(module, member.name), what, why, "Write a plain name.");
  }
  if (isMethod && member.questionToken === undefined) return undefined;
  if (member.questionToken !== undefined || (!isMethod && member.exclamationToken !== undefined)) {
    const what = isMethod ? `the method ${name} may be missing` : `the field ${name} may have no value`;
    const why = isMethod ? "What runs must be known." : "The initial memory must be known.";
    const instead = isMethod ? "Declare it, empty if need be." : `Write ${name}: SomeClass | null = null;`;
    return badDeclaration(span, what, why, instead);
  }
  return undefined;
}

const A_FUNCTION = "Write a method, or a function that takes the object.";

const MEMBERS: ReadonlyMap<ts.SyntaxKind, readonly [string, string]> = new Map([
  [ts.SyntaxKind.GetAccessor, ["a getter", A_FUNCTION]],
  [ts.SyntaxKind.SetAccessor, ["a setter", A_FUNCTION]],
  [
    ts.SyntaxKind.Constructor,
    ["a constructor", "Give the fields initial values; set others in initially(…)."],
  ],
  [ts.SyntaxKind.IndexSignature, ["an index signature", "Declare each field."]],
  [ts.SyntaxKind.ClassStaticBlockDeclaration, ["a static block", "Use initially(…)."]],
] as const);

function duplicateMember(
  module: Module,
  member: ts.ClassElement,
  name: string | undefined,
  seen: Set<string>,
): Diagnostic | undefined {
  if (name === undefined) return undefined;
  if (seen.has(name))
    return duplicateName(spanOf(module, member), ts.isMethodDeclaration(member) ? "method" : "field", name);
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

/** Class and count of `locks = instances(Spinlock, 4)`: an array in the struct; undefined where it is reported. */
function embeddedArray(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
): Omit<EmbeddedField, "field"> | undefined {
  const wrong = wrongIntrinsicCount(module, call, "instances");
  if (wrong !== undefined) context.diagnostics.push(wrong);
  const asked = wrong === undefined ? context.resolve.readObjects(context, module, call) : undefined;
  if (asked === undefined) return undefined;
  if (asked.stem === undefined) return { class: asked.class, count: asked.count };
  const what = "an array in a class has a stem of its own";
  const why = "Its elements are named after the object and the field: table.locks[0].";
  context.diagnostics.push(badDeclaration(spanOf(module, call.arguments[2]!), what, why, "Leave it out."));
  return undefined;
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
  inherited?: Type,
): Field[] {
  const span = spanOf(module, member);
  const ghost = ghostInitial(module, member.initializer);
  const initializer = ghost ?? member.initializer;
  const own = member.type && lowerValueType(member.type, module, context, ["list", "set"]);
  // Whatever the subclass says, the field is the one that the base class declares.
  const declared = inherited ?? own;
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
  if ((value.type.kind === "void" && value.kind === "literal") || declared?.kind === "void") return [];
  const type = memoryType(context, module, initializer, declared, value);
  const initial = value.kind === "object" ? undefined : constantOf(value);
  if (initial === undefined) {
    context.diagnostics.push(wrongInitial(module, initializer, value, name));
    return [];
  }
  if (hasUnknownPart(type)) {
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

/** The type of a variable in memory; reports an initial value that it cannot hold. */
export function memoryType(
  context: CaseContext,
  module: Module,
  initializer: ts.Expression,
  declared: Type | undefined,
  value: Expression,
): Type {
  const code = createCodeContext(context, module, initializer, false);
  const given = isBounded(code, initializer) ? value.type : unbounded(value.type);
  const type = declared === undefined ? given : refine(declared, given);
  const initial = constantOf(value);
  const wrong = initial === undefined ? undefined : outside(initial, type);
  if (wrong !== undefined) {
    const place = spanOf(module, initializer);
    reportValue(context, outsideRange(place, wrong.value, wrong.range.minimum, wrong.range.maximum));
  }
  return type;
}

/** A number in the value that its type cannot hold, or undefined. */
function outside(value: Value, type: Type): { value: number; range: NumberRange } | undefined {
  if (type.kind === "number" && type.range !== undefined && typeof value === "number") {
    const { range } = type;
    return value < range.minimum || value > range.maximum ? { value, range } : undefined;
  }
  if (value === null || typeof value !== "object") return undefined;
  const parts: (readonly [Value, Type])[] =
    type.kind === "record" && "record" in value
      ? type.fields.map((field) => [value.record.get(field.name) ?? null, field.type])
      : type.kind === "array" && "list" in value
        ? value.list.map((element) => [element, type.element])
        : type.kind === "map" && "map" in value
          ? value.map.map(([, element]) => [element, type.element])
          : [];
  return parts.map(([part, of]) => outside(part, of)).find((found) => found !== undefined);
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
  if (name === "queue") return queueType(context, module, initializer);
  if (name !== "list" && name !== "set") return undefined;
  const argument = (initializer as ts.CallExpression).typeArguments?.[0];
  const element = argument && unbounded(lowerValueType(argument, module, context));
  if (element?.kind === "void") return VOID;
  const type: Type | undefined =
    element === undefined
      ? declared
      : name === "set" && isScalarType(element)
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
