/** The options of a thread: `{ daemon: true, fairness: "strong", on: cpus[0] }`. A new option is a line in the table of readers. */

import { badDeclaration, duplicateName, unknownOption, unsupported } from "../diagnostics/catalog.js";
import type { ConstantValue, Expression, ThreadDeclaration } from "../ir/program.js";
import type { CaseContext } from "./case-context.js";
import { literalOf } from "./fold.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { isCpuClass } from "./lower-contexts.js";
import type { Module } from "./modules.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

export interface ThreadOptions extends Pick<ThreadDeclaration, "daemon" | "fairness"> {
  /** The CPU that the thread runs on. */
  readonly on?: string;
}

export const DEFAULT_OPTIONS: ThreadOptions = { daemon: false, fairness: "weak" };

/** Gives the part of the options that a value decides; undefined where the value cannot be used. */
type Reader = (
  value: ConstantValue | undefined,
  expression: Expression,
  context: CaseContext,
) => Partial<ThreadOptions> | undefined;

/** By key: how the value is read, and what can be written. */
const READERS: ReadonlyMap<string, { readonly read: Reader; readonly values: string }> = new Map([
  [
    "daemon",
    {
      read: (value) => (typeof value === "boolean" ? { daemon: value } : undefined),
      values: "daemon: true",
    },
  ],
  [
    "fairness",
    {
      read: (value) =>
        value === "weak" || value === "strong" || value === "none" ? { fairness: value } : undefined,
      values: 'fairness: "weak", "strong" or "none"',
    },
  ],
  [
    "on",
    {
      read: (_, { kind, type, ...expression }, context) => {
        const isCpu = type.kind === "object" && isCpuClass(context, type.class);
        return kind === "object" && isCpu && "name" in expression ? { on: expression.name } : undefined;
      },
      values: "on: cpus[0], an object of the class Cpu",
    },
  ],
]);

/** Reads the object literal; what is wrong with it is reported, and an option that is wrong has its default. */
export function readThreadOptions(context: CaseContext, module: Module, node: ts.Expression): ThreadOptions {
  let options = DEFAULT_OPTIONS;
  if (!ts.isObjectLiteralExpression(node)) {
    const what = "the options of a thread are not written as { … }";
    const why = "Which threads there are, and what they owe, is fixed when the case is compiled.";
    const instead = "Write them in place: { daemon: true }.";
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
    return options;
  }
  const seen = new Set<string>();
  for (const property of node.properties) {
    const { name } = property;
    if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) {
      refuseProperty(context, module, property);
      continue;
    }
    const option = READERS.get(name.text);
    if (option === undefined) {
      context.diagnostics.push(unknownOption(spanOf(module, name), name.text, READERS.keys()));
    } else if (seen.has(name.text)) {
      context.diagnostics.push(duplicateName(spanOf(module, property), "option", name.text));
    } else if (ts.isPropertyAssignment(property)) {
      options = { ...options, ...readOption(context, module, property.initializer, name.text, option) };
    } else if (ts.isShorthandPropertyAssignment(property)) {
      options = { ...options, ...readOption(context, module, property.name, name.text, option) };
    } else {
      refuseProperty(context, module, property);
    }
    seen.add(name.text);
  }
  return options;
}

function readOption(
  context: CaseContext,
  module: Module,
  node: ts.Expression,
  name: string,
  { read, values }: { readonly read: Reader; readonly values: string },
): Partial<ThreadOptions> {
  const value = lowerTopLevelExpression(context, module, node);
  const found = read(literalOf(value), value, context);
  if (found !== undefined) return found;
  if (value.type.kind !== "void") {
    const what = `this cannot be the option ${name} of a thread`;
    const why = "An option is a constant that the option knows.";
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, `Write ${values}.`));
  }
  return {};
}

function refuseProperty(context: CaseContext, module: Module, property: ts.ObjectLiteralElementLike): void {
  const why = "Latchwork reads a spec and never runs it.";
  const span = spanOf(module, property);
  context.diagnostics.push(
    unsupported(span, "this property among the options of a thread", why, "Write name: value."),
  );
}
