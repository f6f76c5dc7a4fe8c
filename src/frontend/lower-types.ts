/** Type annotations to types of the IR. Only what a model can hold has one. */

import { badType } from "../diagnostics/catalog.js";
import type { NumberRange } from "../ir/data-expressions.js";
import type { Type } from "../ir/program.js";
import { type CaseContext, className } from "./case-context.js";
import { isPartType, isScalarType, isValueType, joinTypes, tupleType, unbounded, VOID } from "./kinds.js";
import { type Module, undeclared } from "./modules.js";
import { isPlainParameter } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

const WRITE_INSTEAD =
  "Use boolean, number, u8, a union of strings, a class, Thread, { a: T }, T[], List<T>, AbstractSet<T>, or a reference with | null.";

/** Where an annotation stands: its module, and the aliases that are being read. */
interface Site {
  readonly module: Module;
  readonly context: CaseContext;
  readonly aliases: readonly ts.TypeAliasDeclaration[];
}

/** The IR's type for an annotation; reports what has none and returns void for it. */
export function lowerType(node: ts.TypeNode, module: Module, context: CaseContext): Type {
  return lower(node, { module, context, aliases: [] });
}

/**
 * The type of something that has a place in memory: a parameter, a local, a field. `more` are the kinds it can
 * have besides those of plain values.
 */
export function lowerValueType(
  node: ts.TypeNode,
  module: Module,
  context: CaseContext,
  more: readonly Type["kind"][] = [],
): Type {
  const type = lowerType(node, module, context);
  if (isValueType(type) || more.includes(type.kind)) return type;
  // Any other void was reported already.
  if (type.kind === "void" && node.kind !== ts.SyntaxKind.VoidKeyword) return type;
  return refuse(node, { module, context, aliases: [] }, "is not a type that can stand here");
}

function lower(node: ts.TypeNode, site: Site): Type {
  switch (node.kind) {
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "boolean" };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "number" };
    case ts.SyntaxKind.StringKeyword:
      return { kind: "string" };
    case ts.SyntaxKind.VoidKeyword:
      return VOID;
  }
  if (ts.isParenthesizedTypeNode(node)) return lower(node.type, site);
  if (ts.isFunctionTypeNode(node)) return lowerFunctionType(node, site);
  if (ts.isLiteralTypeNode(node)) return lowerLiteralType(node, site);
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.map((member) => lower(member, site));
    if (node.types.some((member) => member.kind === ts.SyntaxKind.VoidKeyword)) return refuse(node, site);
    if (members.some((member) => member.kind === "void")) return VOID;
    return (
      joinTypes(site.context, members) ?? refuse(node, site, "mixes kinds of values that a model keeps apart")
    );
  }
  if (ts.isTypeReferenceNode(node)) return lowerReference(node, site);
  if (ts.isTypeLiteralNode(node)) return lowerRecordType(node, site);
  if (ts.isArrayTypeNode(node)) return lowerArrayType(node, [node.elementType], undefined, site);
  if (ts.isTupleTypeNode(node)) return lowerArrayType(node, node.elements, node.elements.length, site);
  const isReadonly = ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword;
  return isReadonly ? lower(node.type, site) : refuse(node, site);
}

const PARTS = "holds something that is neither a plain value nor a record";

/** `{ valid: boolean; refs: number }`. */
function lowerRecordType(node: ts.TypeLiteralNode, site: Site): Type {
  const fields = new Map<string, Type>();
  for (const member of node.members) {
    const named =
      ts.isPropertySignature(member) && (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name));
    if (!named || member.questionToken !== undefined || member.type === undefined) {
      return refuse(member, site, "is not a part of a record: a name with a type, which is always there");
    }
    const { text } = member.name;
    const type = lower(member.type, site);
    if (type.kind === "void") return VOID;
    if (!isPartType(type)) return refuse(member, site, PARTS);
    if (fields.has(text) || text === "__proto__") return refuse(member, site, "cannot have this name here");
    fields.set(text, type);
  }
  if (fields.size === 0) return refuse(node, site);
  return { kind: "record", fields: [...fields].map(([name, type]) => ({ name, type })) };
}

/** `T[]`, or a tuple: of one kind of elements it is an array, of several a record. */
function lowerArrayType(
  node: ts.TypeNode,
  elements: readonly ts.TypeNode[],
  length: number | undefined,
  site: Site,
): Type {
  const types = elements.map((element) =>
    lower(ts.isNamedTupleMember(element) ? element.type : element, site),
  );
  if (types.some(({ kind }) => kind === "void")) return VOID;
  const element = joinTypes(site.context, types);
  if (element === undefined && length !== undefined && types.every(isPartType)) return tupleType(types);
  if (element === undefined) return refuse(node, site, "mixes kinds of values: write a record");
  return isPartType(element) ? { kind: "array", element, length } : refuse(node, site, PARTS);
}

function refuse(node: ts.Node, site: Site, why = "is not a type that a model can hold"): Type {
  const what = `${briefText(site.module, node)} ${why}`;
  site.context.diagnostics.push(badType(spanOf(site.module, node), what, WRITE_INSTEAD));
  return VOID;
}

/** The range of `u8` and its like, or undefined where the name is none of them. */
function boundedType(name: string, argument: ts.TypeNode | undefined): NumberRange | undefined {
  if (name !== "bits") return argument === undefined ? widthOf(name) : undefined;
  if (argument === undefined || !ts.isLiteralTypeNode(argument) || !ts.isNumericLiteral(argument.literal)) {
    return undefined;
  }
  return unsigned(Number(argument.literal.text));
}

function widthOf(name: string): NumberRange | undefined {
  const width = new Map([
    ["u8", 8],
    ["u16", 16],
    ["u32", 32],
  ]).get(name);
  return width === undefined ? undefined : unsigned(width);
}

/** The range of so many bits: TLC has 31 of them, so 32 cannot wrap and must not. Undefined where there are none such. */
export function unsigned(width: number): NumberRange | undefined {
  if (!Number.isInteger(width) || width < 1 || width > 32) return undefined;
  if (width >= 31) return { minimum: 0, maximum: 2 ** 31 - 1, leaving: "fails" };
  return { minimum: 0, maximum: 2 ** width - 1, leaving: "wraps" };
}

/** `FixedMap<K, V>`: the keys are those of the map that is meant. */
function lowerMapType(node: ts.TypeReferenceNode, site: Site): Type {
  const [first, second, ...more] = node.typeArguments ?? [];
  if (first === undefined || second === undefined || more.length > 0) return refuse(node, site);
  const key = lower(first, site);
  const element = lower(second, site);
  if (key.kind === "void" || element.kind === "void") return VOID;
  if (!isScalarType(key) || !isPartType(element)) return refuse(node, site, PARTS);
  return { kind: "map", key: unbounded(key), keys: undefined, element };
}

/** What a procedure that is passed takes and returns: values, and lists and sets by reference. */
function lowerFunctionType(node: ts.FunctionTypeNode, site: Site): Type {
  const odd = node.parameters.find((parameter) => !isPlainParameter(parameter)) ?? node.typeParameters?.[0];
  if (odd !== undefined) {
    return refuse(node, site, "is not a plain procedure type, such as (x: Vcpu) => boolean");
  }
  const parameters = node.parameters.map((parameter): Type => {
    if (parameter.type === undefined) return refuse(node, site, "does not say what its parameters are");
    const type = lower(parameter.type, site);
    if (isValueType(type) || ["list", "set", "void"].includes(type.kind)) return type;
    return refuse(parameter.type, site, "cannot be what a passed procedure takes");
  });
  const result = lower(node.type, site);
  if (!isValueType(result) && result.kind !== "void") {
    return refuse(node.type, site, "cannot be what a passed procedure returns");
  }
  const isReported = result.kind === "void" && node.type.kind !== ts.SyntaxKind.VoidKeyword;
  return isReported || parameters.some(({ kind }) => kind === "void")
    ? VOID
    : { kind: "procedure", parameters, result };
}

function lowerLiteralType(node: ts.LiteralTypeNode, site: Site): Type {
  const { literal } = node;
  if (literal.kind === ts.SyntaxKind.NullKeyword) return { kind: "null" };
  if (ts.isStringLiteral(literal)) return { kind: "string" };
  if (ts.isNumericLiteral(literal)) return { kind: "number" };
  if (literal.kind === ts.SyntaxKind.TrueKeyword || literal.kind === ts.SyntaxKind.FalseKeyword) {
    return { kind: "boolean" };
  }
  return refuse(node, site);
}

/** Types that need no declaration. */
const PLAIN = ["boolean", "number", "string", "null", "void"];

function lowerReference(node: ts.TypeReferenceNode, site: Site): Type {
  const { module, context } = site;
  if (!ts.isIdentifier(node.typeName)) return refuse(node, site);
  const name = node.typeName.text;
  const declaration = module.names.get(name);
  if (declaration === undefined) {
    context.diagnostics.push(
      undeclared(module, spanOf(module, node.typeName), name, [...module.names.keys(), ...PLAIN]),
    );
    return VOID;
  }
  switch (declaration.kind) {
    case "missing":
      return VOID;
    case "class":
      if (node.typeArguments !== undefined) return refuse(node, site);
      return { kind: "object", class: className(context, declaration), nullable: false };
    case "alias": {
      // A generic alias is refused where it is declared.
      if (declaration.node.typeParameters !== undefined) return VOID;
      if (site.aliases.includes(declaration.node)) return refuse(node, site, "is defined by itself");
      const aliases = [...site.aliases, declaration.node];
      return lower(declaration.node.type, { module: declaration.module, context, aliases });
    }
    case "intrinsic":
      return lowerVocabularyType(node, site, declaration.name);
    default:
      return refuse(node, site);
  }
}

function lowerVocabularyType(node: ts.TypeReferenceNode, site: Site, name: string): Type {
  const [argument, ...more] = node.typeArguments ?? [];
  if (name === "Thread" && argument === undefined) return { kind: "thread", nullable: false };
  const range = boundedType(name, argument);
  if (range !== undefined) return { kind: "number", range };
  if (name === "FixedMap") return lowerMapType(node, site);
  if ((name !== "List" && name !== "AbstractSet") || argument === undefined || more.length > 0) {
    return refuse(node, site);
  }
  const element = lower(argument, site);
  if (element.kind === "void") return VOID;
  if (name === "AbstractSet" && isScalarType(element)) return { kind: "set", element: unbounded(element) };
  if (name === "List" && element.kind === "object" && !element.nullable) {
    return { kind: "list", element: element.class };
  }
  return refuse(node, site);
}
