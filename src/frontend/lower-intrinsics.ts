/** The statements of the vocabulary: until, atomic, assert, list_add and their like. */
import { ts } from "ts-morph";
import type { Span } from "../base/span.js";
import { unknownCheck, unsupported } from "../diagnostics/catalog.js";
import { CHECKS } from "../ir/checks.js";
import type { Expression, Statement } from "../ir/program.js";
import type { CodeContext } from "./case-context.js";
import { literalOf } from "./fold.js";
import { lowerExpression } from "./lower-expressions.js";
import { spanOf } from "./source.js";

interface Place {
  readonly span: Span;
  readonly text: string;
}

type LowerBody = (context: CodeContext, body: ts.ConciseBody) => readonly Statement[];

/** The statements for a call of the vocabulary, or undefined where the call is none. */
export function lowerIntrinsicStatement(
  context: CodeContext,
  node: ts.CallExpression,
  place: Place,
  lowerBody: LowerBody,
): Statement[] | undefined {
  if (ts.isPropertyAccessExpression(node.expression)) return lowerSetChange(context, node, place);
  const name = intrinsicName(context, node);
  const [first, second, third] = node.arguments;
  if (name === undefined || first === undefined) return undefined;
  const lower = (argument: ts.Expression): Expression => lowerExpression(context, argument);
  switch (name) {
    case "atomic":
      return lowerAtomic(context, first, place, lowerBody);
    case "until":
    case "idle_until":
      return [{ kind: "until", condition: lower(first), idle: name === "idle_until", ...place }];
    case "assert": {
      const message = second === undefined ? undefined : literalOf(lower(second));
      return [
        {
          kind: "check",
          check: "assert",
          condition: lower(first),
          subject: undefined,
          message: typeof message === "string" ? message : undefined,
          ...place,
        },
      ];
    }
    case "check": {
      const id = literalOf(lower(first));
      if (typeof id !== "string" || !CHECKS.has(id) || second === undefined) {
        context.case.diagnostics.push(unknownCheck(spanOf(context.module, first), String(id), CHECKS.keys()));
        return [];
      }
      const subject = third === undefined ? undefined : lower(third);
      return [{ kind: "check", check: id, condition: lower(second), subject, message: undefined, ...place }];
    }
    case "acquires": {
      const mode = second === undefined ? undefined : literalOf(lower(second));
      return [
        {
          kind: "lock",
          event: "acquire",
          lock: lower(first),
          mode: mode === "shared" ? "shared" : "exclusive",
          ...place,
        },
      ];
    }
    case "releases":
      return [{ kind: "lock", event: "release", lock: lower(first), mode: "exclusive", ...place }];
    case "list_add":
    case "list_add_tail": {
      if (second === undefined) return undefined;
      const where = name === "list_add" ? "first" : "last";
      return [{ kind: "list-add", where, element: lower(first), list: lower(second), ...place }];
    }
    case "list_del":
      return [{ kind: "list-del", element: lower(first), ...place }];
  }
  return undefined;
}

function intrinsicName(context: CodeContext, node: ts.CallExpression): string | undefined {
  if (!ts.isIdentifier(node.expression)) return undefined;
  const declaration = context.module.names.get(node.expression.text);
  return declaration?.kind === "intrinsic" ? declaration.name : undefined;
}

function lowerAtomic(
  context: CodeContext,
  argument: ts.Expression,
  place: Place,
  lowerBody: LowerBody,
): Statement[] {
  if (!ts.isArrowFunction(argument) || argument.parameters.length > 0) {
    context.case.diagnostics.push(
      unsupported(
        spanOf(context.module, argument),
        "this argument of atomic",
        "It must show which statements are one step.",
        "Write atomic(() => { … });",
      ),
    );
    return [];
  }
  const body = lowerBody(context, argument.body);
  return [{ kind: "atomic", body, ...place }];
}

/** `lock.readers.add(x)` and `delete`. */
function lowerSetChange(
  context: CodeContext,
  node: ts.CallExpression,
  place: Place,
): Statement[] | undefined {
  const callee = node.expression as ts.PropertyAccessExpression;
  const change = callee.name.text;
  const argument = node.arguments[0];
  if ((change !== "add" && change !== "delete") || argument === undefined) return undefined;
  const set = lowerExpression(context, callee.expression);
  if (set.type.kind !== "set") return undefined;
  return [{ kind: "set-change", change, set, element: lowerExpression(context, argument), ...place }];
}
