/** Params: constants that a case, or `--set`, gives a value. */

import { nearest } from "../base/suggest.js";
import { badDeclaration, badNumber, badSetting, notConstant } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Expression } from "../ir/program.js";
import { brokenExpression, type CaseContext, type ParamValue, type Setting } from "./case-context.js";
import { literalOf } from "./fold.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import type { Module } from "./modules.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Keys of a case that are not params. */
export const CASE_KEYS: ReadonlySet<string> = new Set(["expect", "why", "source", "memory"]);

/** The value of `param(name, fallback)` in this case, as a literal. */
export function evaluateParam(context: CaseContext, module: Module, call: ts.CallExpression): Expression {
  const span = spanOf(module, call);
  const [nameNode, fallbackNode] = call.arguments;
  const name = literalOf(lowerTopLevelExpression(context, module, nameNode!));
  const fallback = literalOf(lowerTopLevelExpression(context, module, fallbackNode!));
  if (typeof name !== "string" || fallback === undefined || fallback === null) {
    context.diagnostics.push(notConstant(span, "the name and the default of a param"));
    return brokenExpression(span);
  }
  const wrong = misdeclared(context, module, call, name, fallback);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  const setting = context.settings.get(name);
  const allowed = stringUnion(module, call.typeArguments?.[0]);
  const value = setting === undefined ? fallback : givenValue(context, { name, fallback, allowed }, setting);
  context.params.set(name, { value, fallback });
  const kind = typeof value as "string" | "number" | "boolean";
  return { kind: "literal", value, type: { kind }, span };
}

function misdeclared(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  name: string,
  fallback: ParamValue,
): Diagnostic | undefined {
  const span = spanOf(module, call);
  if (CASE_KEYS.has(name)) {
    const why = "A case uses this key for itself, so no case could set the param.";
    return badDeclaration(span, `a param cannot be named ${name}`, why, "Give it another name.");
  }
  const other = context.params.get(name);
  if (other !== undefined && other.fallback !== fallback) {
    const what = `the param ${name} has two defaults, ${JSON.stringify(other.fallback)} and ${JSON.stringify(fallback)}`;
    const why = "A case sets both by the one name, so they are one param.";
    return badDeclaration(span, what, why, "Declare it once and use the constant, or give one another name.");
  }
  return undefined;
}

interface ParamDeclaration {
  readonly name: string;
  readonly fallback: ParamValue;
  /** The strings that its type allows, where it lists them. */
  readonly allowed: readonly string[] | undefined;
}

/** The value that a setting gives, or the default where that cannot be, which is reported at the setting. */
function givenValue(
  context: CaseContext,
  param: ParamDeclaration,
  { value: given, span }: Setting,
): ParamValue {
  const { name, fallback, allowed } = param;
  const value = span === undefined ? fromCommandLine(given, fallback) : given;
  const refuse = (what: string, why: string, instead: string): ParamValue => {
    context.diagnostics.push(
      span === undefined
        ? badSetting(`${name}=${given}`, `${what}. ${why}`, instead)
        : badDeclaration(span, what, why, instead),
    );
    return fallback;
  };
  if (typeof value !== typeof fallback) {
    const what = `the param ${name} is a ${typeof fallback} and cannot be ${JSON.stringify(value)}`;
    return refuse(what, "A param keeps the type of its default.", `Set it to a ${typeof fallback}.`);
  }
  if (typeof value === "number" && (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31)) {
    const { message, why, help } = badNumber(span ?? NOWHERE, String(value));
    return refuse(message, why ?? "", help ?? "");
  }
  if (allowed !== undefined && !allowed.includes(String(value))) {
    const close = nearest(String(value), allowed);
    const list = `Use one of: ${allowed.join(", ")}.`;
    return refuse(
      `the param ${name} cannot be ${JSON.stringify(value)}`,
      "A value that no branch knows would check something else than it says.",
      close === undefined ? list : `Did you mean ${JSON.stringify(close)}? ${list}`,
    );
  }
  return value;
}

const NOWHERE = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** The command line has only text, and what reads it may have guessed another type than the param's. */
function fromCommandLine(given: ParamValue, fallback: ParamValue): ParamValue {
  const text = String(given);
  if (typeof fallback === "string") return text;
  if (typeof fallback === "boolean") return text === "true" ? true : text === "false" ? false : given;
  return /^-?\d+$/.test(text) ? Number(text) : given;
}

/** The strings of a union type, through aliases, or undefined where it is anything else. */
function stringUnion(
  module: Module,
  node: ts.TypeNode | undefined,
  aliases: readonly ts.Node[] = [],
): string[] | undefined {
  if (node === undefined) return undefined;
  if (ts.isParenthesizedTypeNode(node)) return stringUnion(module, node.type, aliases);
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return [node.literal.text];
  if (ts.isUnionTypeNode(node)) {
    const members = node.types.map((member) => stringUnion(module, member, aliases));
    return members.every((member) => member !== undefined) ? members.flat() : undefined;
  }
  if (ts.isTypeReferenceNode(node)) {
    const declaration = module.names.get(node.typeName.getText(module.file));
    if (declaration?.kind === "alias" && !aliases.includes(declaration.node)) {
      return stringUnion(declaration.module, declaration.node.type, [...aliases, declaration.node]);
    }
  }
  return undefined;
}
