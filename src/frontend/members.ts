/** Fields and methods of a class and of what it extends. */

import { lineageOf } from "../ir/classes.js";
import type { Class, Field } from "../ir/program.js";
import type { CaseContext, ClassSource, ProcedureSource } from "./case-context.js";
import { ts } from "./typescript.js";

/** The class that a class names behind `extends`, where it is one. */
export function baseOf({ node, module }: ClassSource): ClassSource | undefined {
  const clause = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const named = clause?.types[0]?.expression;
  const declaration =
    named !== undefined && ts.isIdentifier(named) ? module.names.get(named.text) : undefined;
  return declaration?.kind === "class" ? declaration : undefined;
}

/** A class and what it extends as they are declared, nearest first; ends where a class extends itself. */
export function declaredLineage(declaration: ClassSource): ClassSource[] {
  const lineage: ClassSource[] = [];
  for (let at: ClassSource | undefined = declaration; at !== undefined; at = baseOf(at)) {
    const { node } = at;
    if (lineage.some((known) => known.node === node)) break;
    lineage.push(at);
  }
  return lineage;
}

/** The plain name of a member, or undefined where it has none. */
export function memberName({ name }: ts.ClassElement): string | undefined {
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

/** The member of that name of the nearest class that declares one, the class itself left out. */
export function inheritedMember(
  declaration: ClassSource,
  name: string,
): { readonly source: ClassSource; readonly member: ts.ClassElement } | undefined {
  for (const source of declaredLineage(declaration).slice(1)) {
    const member = source.node.members.find((candidate) => memberName(candidate) === name);
    if (member !== undefined) return { source, member };
  }
  return undefined;
}

/** Whether the class, or the method, is declared abstract. */
export function isAbstract(node: ts.ClassDeclaration | ts.MethodDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) === true;
}

/** A class with what it extends, nearest first. */
export function lineage(context: CaseContext, className: string): Class[] {
  return lineageOf([...context.classes.values()], className);
}

/** A field, its own or inherited, with the class that declares it. */
export function findField(
  context: CaseContext,
  className: string,
  name: string,
): { readonly owner: string; readonly field: Field } | undefined {
  for (const { name: owner, fields } of lineage(context, className)) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field !== undefined) return { owner, field };
  }
  return undefined;
}

/** The class of an embedded object, its own or inherited, with the class that declares it. */
export function findEmbedded(
  context: CaseContext,
  className: string,
  name: string,
): { readonly owner: string; readonly class: string; readonly count: number | undefined } | undefined {
  for (const { name: owner, embedded } of lineage(context, className)) {
    const found = embedded.find((candidate) => candidate.field === name);
    if (found !== undefined) return { owner, class: found.class, count: found.count };
  }
  return undefined;
}

/** The method that objects of the class have under that name. */
export function findMethod(
  context: CaseContext,
  className: string,
  name: string,
):
  | { readonly owner: string; readonly source: ProcedureSource & { readonly node: ts.MethodDeclaration } }
  | undefined {
  for (const { name: owner } of lineage(context, className)) {
    const declaration = context.classSources.get(owner);
    const member = declaration?.node.members.find((candidate) => memberName(candidate) === name);
    if (declaration === undefined || member === undefined) continue;
    if (!ts.isMethodDeclaration(member)) return undefined;
    return { owner, source: { kind: "procedure", node: member, module: declaration.module, owner } };
  }
  return undefined;
}
