/** Type annotations to types of the IR. Only what a model can hold has one. */
import { ts } from "ts-morph";
import { badType, unknownName } from "../diagnostics/catalog.js";
import type { Type } from "../ir/program.js";
import { type CaseContext, className } from "./case-context.js";
import type { Module } from "./modules.js";
import { spanOf } from "./source.js";

const WRITE_INSTEAD =
  "Use boolean, number, a union of strings, a class, Thread, List<T>, AbstractSet<T>, or one of these with | null.";

/** The IR's type for an annotation; reports what has none and returns void for it. */
export function lowerType(node: ts.TypeNode, module: Module, context: CaseContext): Type {
  const refuse = (what: string): Type => {
    context.diagnostics.push(badType(spanOf(module, node), what, WRITE_INSTEAD));
    return { kind: "void" };
  };
  switch (node.kind) {
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "boolean" };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "number" };
    case ts.SyntaxKind.StringKeyword:
      return { kind: "string" };
    case ts.SyntaxKind.VoidKeyword:
      return { kind: "void" };
  }
  if (ts.isParenthesizedTypeNode(node)) return lowerType(node.type, module, context);
  if (ts.isFunctionTypeNode(node)) return { kind: "procedure" };
  if (ts.isLiteralTypeNode(node)) {
    if (node.literal.kind === ts.SyntaxKind.NullKeyword) return { kind: "null" };
    if (ts.isStringLiteral(node.literal)) return { kind: "string" };
    if (ts.isNumericLiteral(node.literal)) return { kind: "number" };
    if (node.literal.kind === ts.SyntaxKind.TrueKeyword || node.literal.kind === ts.SyntaxKind.FalseKeyword)
      return { kind: "boolean" };
  }
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.map((member) => lowerType(member, module, context));
    return joinTypes(members) ?? refuse(`${node.getText(module.file)} mixes kinds that a model keeps apart`);
  }
  if (ts.isTypeReferenceNode(node)) return lowerReference(node, module, context, refuse);
  return refuse(`${node.getText(module.file)} is not a type that a model can hold`);
}

function lowerReference(
  node: ts.TypeReferenceNode,
  module: Module,
  context: CaseContext,
  refuse: (what: string) => Type,
): Type {
  const name = node.typeName.getText(module.file);
  const declaration = module.names.get(name);
  const element = node.typeArguments?.[0];
  if (declaration === undefined) {
    context.diagnostics.push(unknownName(spanOf(module, node), name, module.names.keys()));
    return { kind: "void" };
  }
  if (declaration.kind === "class") {
    return { kind: "object", class: className(context, declaration), nullable: false };
  }
  if (declaration.kind === "alias") {
    return lowerType(declaration.node.type, declaration.module, context);
  }
  if (declaration.kind === "intrinsic") {
    if (name === "Thread") return { kind: "thread", nullable: false };
    if (name === "List" && element !== undefined) {
      const type = lowerType(element, module, context);
      if (type.kind === "object") return { kind: "list", element: type.class };
    }
    if (name === "AbstractSet" && element !== undefined) {
      return { kind: "set", element: lowerType(element, module, context) };
    }
  }
  return refuse(`${node.getText(module.file)} is not a type that a model can hold`);
}

/** One type for all of these, or undefined where there is none. */
export function joinTypes(types: readonly Type[]): Type | undefined {
  const nullable = types.some(
    (type) => type.kind === "null" || ((type.kind === "object" || type.kind === "thread") && type.nullable),
  );
  const others = types.filter((type) => type.kind !== "null");
  const first = others[0];
  if (first === undefined) return { kind: "null" };
  const same = others.every(
    (type) =>
      type.kind === first.kind &&
      (type.kind !== "object" || first.kind !== "object" || type.class === first.class),
  );
  if (!same) return undefined;
  if (first.kind === "object" || first.kind === "thread") return { ...first, nullable };
  return nullable ? undefined : first;
}
