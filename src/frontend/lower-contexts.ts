/** CPUs in code: which class they are of, `this_cpu`, and what kind of code runs. */

import { unsupported } from "../diagnostics/catalog.js";
import { descends } from "../ir/classes.js";
import type { Expression, Type } from "../ir/program.js";
import { brokenExpression, type CaseContext, type CodeContext } from "./case-context.js";
import { BOOLEAN, describeType } from "./kinds.js";
import { lowerType } from "./lower-types.js";
import type { Module } from "./modules.js";
import { spanOf } from "./source.js";
import type { ts } from "./typescript.js";

/** The library's own class of CPUs, where the case has met it. */
export function cpuClassOf(context: CaseContext): string | undefined {
  for (const [name, { node, module }] of context.classSources) {
    if (module.library && node.name?.text === "Cpu") return name;
  }
  return undefined;
}

/** Whether the class is that of CPUs, or extends it. */
export function isCpuClass(context: CaseContext, name: string): boolean {
  const cpu = cpuClassOf(context);
  return cpu !== undefined && descends([...context.classes.values()], name, cpu);
}

/** Whether one of the modules speaks of CPUs or handlers. */
export function usesContexts(modules: readonly Module[]): boolean {
  return modules.some((module) =>
    [...module.names].some(
      ([, declaration]) =>
        (declaration.kind === "intrinsic" && ["hardirq", "softirq"].includes(declaration.name)) ||
        (declaration.kind === "class" && declaration.module.library && declaration.node.name?.text === "Cpu"),
    ),
  );
}

/** `this_cpu<Cpu>()`, `execution_context()`, `has_contexts()`. */
export function lowerContextQuery(context: CodeContext, node: ts.CallExpression, name: string): Expression {
  const span = spanOf(context.module, node);
  if (name === "has_contexts") {
    return { kind: "literal", value: context.case.contexts, type: BOOLEAN, span };
  }
  if (!context.runs) {
    const why = "No thread runs this code.";
    context.case.diagnostics.push(
      unsupported(span, `${name}() here`, why, "Use it in procedures that threads call."),
    );
    return brokenExpression(span);
  }
  if (name === "execution_context") return { kind: "context", type: { kind: "string" }, span };
  const type = cpuType(context, node);
  return type === undefined ? brokenExpression(span) : { kind: "cpu", type, span };
}

function cpuType(context: CodeContext, node: ts.CallExpression): Type | undefined {
  const argument = node.typeArguments?.[0];
  const type = argument && lowerType(argument, context.module, context.case);
  if (type?.kind === "object" && isCpuClass(context.case, type.class)) return type;
  if (type?.kind === "void") return undefined;
  const what = type === undefined ? "this_cpu without a class" : `${describeType(type)} as a CPU`;
  const why = "The CPU is an object of the library's class Cpu, or of one that extends it.";
  const instead = "Write this_cpu<Cpu>(), or this_cpu<Pcpu>() with class Pcpu extends Cpu { … }.";
  context.case.diagnostics.push(unsupported(spanOf(context.module, node), what, why, instead));
  return undefined;
}

/** The CPUs of threads that are started for these objects: the objects themselves, where they are CPUs. */
export function cpusOf(
  context: CaseContext,
  type: Type | undefined,
  names: readonly string[],
): readonly string[] {
  return type?.kind === "object" && isCpuClass(context, type.class) ? names : [];
}
