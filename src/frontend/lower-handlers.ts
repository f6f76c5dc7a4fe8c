/** Interrupt handlers: `hardirq` and `softirq` at the top level. */

import { badDeclaration, wrongKind } from "../diagnostics/catalog.js";
import type { ExecutionContext, Expression, ThreadDeclaration, Type } from "../ir/program.js";
import { type CaseContext, childScope, declareLocal } from "./case-context.js";
import type { Declarations } from "./declarations.js";
import { literalOf } from "./fold.js";
import { describeType } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { isCpuClass } from "./lower-contexts.js";
import { nameOf } from "./lower-properties.js";
import { createCodeContext, lowerBody } from "./lower-statements.js";
import { addThread } from "./lower-threads.js";
import type { Module } from "./modules.js";
import { wrongArrow } from "./refusals.js";
import { briefText, spanOf } from "./source.js";
import { ts } from "./typescript.js";

/** Reads a handler on CPUs. */
export function lowerHandler(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  kind: Exclude<ExecutionContext, "task">,
  declarations: Declarations,
): void {
  const [nameNode, onNode, bodyNode, optionsNode] = call.arguments;
  const name = nameOf(context, module, nameNode!, "handler");
  const on = placesOf(context, lowerTopLevelExpression(context, module, onNode!));
  const times = optionsNode === undefined ? undefined : lowerTimes(context, module, optionsNode);
  const wrong = wrongArrow(module, bodyNode!, 1);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (!ts.isArrowFunction(bodyNode!)) return;
  const code = childScope(createCodeContext(context, module, bodyNode, true));
  const parameterName = bodyNode.parameters[0]?.name;
  const text =
    parameterName !== undefined && ts.isIdentifier(parameterName) ? parameterName.text : "its own CPU";
  const parameter = declareLocal(code, text, on?.type ?? { kind: "void" }, "It is the CPU of the handler.");
  const body = lowerBody(code, bodyNode.body);
  if (name === undefined || on === undefined || wrong !== undefined || times === "wrong") return;
  const span = spanOf(module, call);
  const runs = { context: kind, cpus: on.names, times, daemon: false, fairness: "weak" } as const;
  const thread: ThreadDeclaration = { name, parameter, arguments: on.names, ...runs, body, span };
  addThread(context, module, nameNode!, thread, declarations);
}

/** The CPUs that a handler is on. */
function placesOf(
  context: CaseContext,
  on: Expression,
): { readonly names: readonly string[]; readonly type: Type } | undefined {
  const names = on.kind === "instances" ? on.names : on.kind === "object" ? [on.name] : undefined;
  const type = on.type.kind === "instances" || on.type.kind === "object" ? on.type.class : undefined;
  if (names !== undefined && type !== undefined && isCpuClass(context, type)) {
    return { names, type: { kind: "object", class: type, nullable: false } };
  }
  if (on.type.kind !== "void") {
    const what = `a handler runs on a CPU, and this is ${describeType(on.type)}`;
    const instead =
      'Declare const cpus = instances(Cpu, 2); and write hardirq("timer", cpus, (cpu) => { … }).';
    context.diagnostics.push(wrongKind(on.span, what, instead));
  }
  return undefined;
}

/** `{ times: 2 }`: the number, or "wrong" where it is none, which is reported. */
function lowerTimes(context: CaseContext, module: Module, node: ts.Expression): number | undefined | "wrong" {
  const refuse = (at: ts.Node, what: string): "wrong" => {
    const why = "A handler takes one option: how often it can be entered.";
    context.diagnostics.push(badDeclaration(spanOf(module, at), what, why, "Write { times: 2 }."));
    return "wrong";
  };
  if (!ts.isObjectLiteralExpression(node)) return refuse(node, "the options of a handler are no record");
  let times: number | undefined;
  for (const property of node.properties) {
    const key = property.name === undefined ? "" : briefText(module, property.name);
    if (key !== "times" || !ts.isPropertyAssignment(property)) {
      return refuse(property, `a handler has no option ${key}`);
    }
    const value = literalOf(lowerTopLevelExpression(context, module, property.initializer));
    if (typeof value !== "number" || value < 1 || value > 16) {
      return refuse(property, "the number of times is not a constant from 1 to 16");
    }
    times = value;
  }
  return times;
}
