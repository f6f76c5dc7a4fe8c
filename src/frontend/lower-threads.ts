/** Threads: `thread("name", each, body, options)` and `environment("name", each, body)`. */

import { badDeclaration, duplicateName, poolMisused } from "../diagnostics/catalog.js";
import type { Expression, ThreadDeclaration, Type } from "../ir/program.js";
import { type CaseContext, childScope, declareLocal } from "./case-context.js";
import { type Declarations, threadNames } from "./declarations.js";
import { describeType } from "./kinds.js";
import { lowerTopLevelExpression } from "./lower-classes.js";
import { cpusOf } from "./lower-contexts.js";
import { nameOf } from "./lower-properties.js";
import { createCodeContext, lowerBody } from "./lower-statements.js";
import type { Module } from "./modules.js";
import { wrongArrow } from "./refusals.js";
import { spanOf } from "./source.js";
import { DEFAULT_OPTIONS, readThreadOptions, type ThreadOptions } from "./thread-options.js";
import { ts } from "./typescript.js";

/** The arguments of a call by what they are for. */
interface Parts {
  readonly name: ts.Expression;
  readonly each: ts.Expression | undefined;
  readonly body: ts.Expression;
  readonly options: ts.Expression | undefined;
}

/** The body is the arrow function, and where nobody wrote one, the argument that should have been it. */
function partsOf(call: ts.CallExpression): Parts {
  const [name, second, third, fourth] = call.arguments;
  const bodyIsSecond =
    third === undefined ||
    (fourth === undefined && (ts.isArrowFunction(second!) || ts.isObjectLiteralExpression(third)));
  return bodyIsSecond
    ? { name: name!, each: undefined, body: second!, options: third }
    : { name: name!, each: second, body: third, options: fourth };
}

/** Reads a thread or, where `word` says so, an environment. */
export function lowerThread(
  context: CaseContext,
  module: Module,
  call: ts.CallExpression,
  word: "thread" | "environment",
  declarations: Declarations,
): void {
  const parts = partsOf(call);
  const { each, body: bodyNode } = parts;
  const span = spanOf(module, call);
  const name = nameOf(context, module, parts.name, "thread");
  const options = optionsOf(context, module, parts.options, word);
  const domain = each === undefined ? undefined : lowerTopLevelExpression(context, module, each);
  const instances = domain === undefined ? undefined : instancesOf(context, domain);
  const wrong = wrongArrow(module, bodyNode, each === undefined ? 0 : 1);
  if (wrong !== undefined) context.diagnostics.push(wrong);
  if (!ts.isArrowFunction(bodyNode)) return;
  const code = childScope(createCodeContext(context, module, bodyNode, true));
  const parameterName = bodyNode.parameters[0]?.name;
  const parameter =
    each === undefined
      ? undefined
      : declareLocal(
          code,
          parameterName !== undefined && ts.isIdentifier(parameterName) ? parameterName.text : "object",
          instances?.type ?? { kind: "void" },
          "It is the object that the thread belongs to.",
        );
  const body = lowerBody(code, bodyNode.body);
  if (name === undefined || wrong !== undefined || (each !== undefined && instances === undefined)) return;
  const { on, daemon, fairness } = options;
  const names = instances?.names ?? [];
  const places = each === undefined ? [name] : names;
  const cpus = on === undefined ? cpusOf(context, instances?.type, names) : places.map(() => on);
  const runs = { context: "task", cpus, times: undefined, daemon, fairness } as const;
  const thread: ThreadDeclaration = { name, parameter, arguments: names, ...runs, body, span };
  addThread(context, module, parts.name, thread, declarations);
}

/** Enters the declaration, unless its threads could not be told from others by name. */
export function addThread(
  context: CaseContext,
  module: Module,
  nameNode: ts.Expression,
  thread: ThreadDeclaration,
  declarations: Declarations,
): void {
  const { name } = thread;
  const taken = new Set(declarations.threads.flatMap((other) => [other.name, ...threadNames(other)]));
  const clash = [name, ...threadNames(thread)].find((candidate) => taken.has(candidate));
  if (clash !== undefined) context.diagnostics.push(duplicateName(spanOf(module, nameNode), "thread", clash));
  else declarations.threads.push(thread);
}

function optionsOf(
  context: CaseContext,
  module: Module,
  node: ts.Expression | undefined,
  word: "thread" | "environment",
): ThreadOptions {
  if (word === "thread")
    return node === undefined ? DEFAULT_OPTIONS : readThreadOptions(context, module, node);
  if (node !== undefined) {
    const what = "an environment has no options";
    const why = "It is a daemon without fairness, and that is all there is to it.";
    const instead = 'Leave them out, or write thread("name", () => { … }, { daemon: true }).';
    context.diagnostics.push(badDeclaration(spanOf(module, node), what, why, instead));
  }
  return { daemon: true, fairness: "none" };
}

/** The objects that threads are started for. */
function instancesOf(
  context: CaseContext,
  domain: Expression,
): { readonly names: readonly string[]; readonly type: Type } | undefined {
  if (domain.kind === "instances" && domain.type.kind === "instances") {
    return { names: domain.names, type: { kind: "object", class: domain.type.class, nullable: false } };
  }
  if (domain.type.kind === "pool") {
    context.diagnostics.push(poolMisused(domain.span, "a thread for each object of a pool"));
  } else if (domain.type.kind !== "void") {
    const what = `threads are started for each of instances(…), and this is ${describeType(domain.type)}`;
    const instead = 'Write thread("name", () => { … }) for one thread.';
    const why = "The set of threads is fixed when the case is compiled.";
    context.diagnostics.push(badDeclaration(domain.span, what, why, instead));
  }
  return undefined;
}
