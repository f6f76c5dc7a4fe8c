/** The functions of the vocabulary, by name: where each can stand, and how many arguments it takes. */

import { unsupported, wrongArguments } from "../diagnostics/catalog.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type CodeContext, findLocal } from "./case-context.js";
import type { Module } from "./modules.js";
import { spanOf } from "./source.js";
import { ts } from "./typescript.js";

interface Intrinsic {
  /** Where it can be called. */
  readonly place: "top level" | "case" | "field" | "loop" | "statement" | "value";
  readonly minimum: number;
  readonly maximum: number;
}

const takes = (place: Intrinsic["place"], minimum: number, maximum = minimum): Intrinsic => ({
  place,
  minimum,
  maximum,
});

/** Every function that src/dsl exports. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map([
  ["READ_ONCE", takes("value", 1)],
  ["WRITE_ONCE", takes("statement", 2)],
  ["acquires", takes("statement", 2, 3)],
  ["add_return", takes("value", 2)],
  ["alloc", takes("value", 1)],
  ["always_eventually", takes("top level", 2)],
  ["array", takes("value", 2)],
  ["assert", takes("statement", 1, 2)],
  ["at_end", takes("top level", 2)],
  ["atomic", takes("statement", 1)],
  ["bits", takes("value", 2)],
  ["cases", takes("top level", 1)],
  ["check", takes("statement", 2, 3)],
  ["choose", takes("value", 1)],
  ["clear_bit", takes("value", 2)],
  ["cmpxchg", takes("value", 3)],
  ["current", takes("value", 0)],
  ["data_race", takes("statement", 1)],
  ["div", takes("value", 2)],
  ["either", takes("statement", 2, 8)],
  ["environment", takes("top level", 2, 3)],
  ["eventually", takes("top level", 2)],
  ["execution_context", takes("value", 0)],
  ["fails", takes("case", 1)],
  ["fetch_add", takes("value", 2)],
  ["free", takes("statement", 1)],
  ["ghost", takes("statement", 1)],
  ["guarded_by", takes("top level", 2)],
  ["hardirq", takes("top level", 3, 4)],
  ["has_contexts", takes("value", 0)],
  ["holds", takes("case", 0)],
  ["idle_until", takes("statement", 1)],
  ["initially", takes("top level", 1)],
  ["instances", takes("top level", 2, 3)],
  ["int", takes("value", 3)],
  ["invariant", takes("top level", 2)],
  ["leads_to", takes("top level", 3)],
  ["list", takes("field", 0)],
  ["list_add", takes("statement", 2)],
  ["list_add_tail", takes("statement", 2)],
  ["list_del", takes("statement", 1)],
  ["list_empty", takes("value", 1)],
  ["list_for_each_entry_safe", takes("loop", 1)],
  ["lock_order", takes("top level", 2, Number.POSITIVE_INFINITY)],
  ["map", takes("field", 2)],
  ["maybe", takes("value", 0)],
  ["never_stuck", takes("top level", 0, 1)],
  ["nowrap", takes("value", 1)],
  ["param", takes("top level", 2)],
  ["pool", takes("top level", 2, 3)],
  ["queue", takes("field", 0)],
  ["release", takes("statement", 1)],
  ["releases", takes("statement", 1)],
  ["repeat", takes("statement", 2)],
  ["set", takes("field", 0)],
  ["set_bit", takes("value", 2)],
  ["smp_load_acquire", takes("value", 1)],
  ["smp_mb", takes("statement", 0)],
  ["smp_rmb", takes("statement", 0)],
  ["smp_store_release", takes("statement", 2)],
  ["smp_wmb", takes("statement", 0)],
  ["softirq", takes("top level", 3, 4)],
  ["test_and_clear_bit", takes("value", 2)],
  ["test_and_set_bit", takes("value", 2)],
  ["test_bit", takes("value", 2)],
  ["this_cpu", takes("value", 0)],
  ["thread", takes("top level", 2, 4)],
  ["try_cmpxchg", takes("value", 3)],
  ["u16", takes("value", 1)],
  ["u32", takes("value", 1)],
  ["u8", takes("value", 1)],
  ["unreachable", takes("statement", 1)],
  ["until", takes("statement", 1, Number.POSITIVE_INFINITY)],
  ["xchg", takes("value", 2)],
]);

/** What to do about a function of the vocabulary that stands in the wrong place. */
export const RIGHT_PLACE: Readonly<Record<Intrinsic["place"], string>> = {
  "top level": "Use it at the top level of the file, as a declaration of its own.",
  case: "Use it as the expectation of a case: expect: …",
  field: "Use it as the initial value of a field of a class.",
  loop: "Use it as what a for-of loop goes over.",
  statement: "Use it as a statement of its own, inside a procedure.",
  value: "Use its value inside a procedure.",
};

/** The name of the vocabulary's function that a call at top level names, or undefined. */
export function intrinsicCall(module: Module, node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const declaration = module.names.get(node.expression.text);
  return declaration?.kind === "intrinsic" ? declaration.name : undefined;
}

/** The same inside a procedure, where a local may have taken the name. */
export function intrinsicName(context: CodeContext, node: ts.Node): string | undefined {
  const name = intrinsicCall(context.module, node);
  if (name === undefined) return undefined;
  const { text } = (node as ts.CallExpression).expression as ts.Identifier;
  return findLocal(context, text) === undefined ? name : undefined;
}

/** What is wrong with the number of arguments of a call, or undefined. */
export function wrongArgumentCount(
  module: Module,
  node: ts.CallExpression | ts.NewExpression,
  callee: string,
  minimum: number,
  maximum = minimum,
): Diagnostic | undefined {
  const given = node.arguments ?? [];
  const spread = given.find(ts.isSpreadElement);
  if (spread !== undefined) {
    return unsupported(
      spanOf(module, spread),
      "an argument list made at run time (...)",
      "The parameters of a C function are fixed.",
      "Write the arguments one by one.",
    );
  }
  if (given.length >= minimum && given.length <= maximum) return undefined;
  const between = maximum - minimum > 1 ? `${minimum} to ${maximum}` : `${minimum} or ${maximum}`;
  const range = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : between;
  const count = minimum === maximum ? `${minimum}` : range;
  const wanted = maximum === 0 ? "no arguments" : `${count} ${count === "1" ? "argument" : "arguments"}`;
  return wrongArguments(spanOf(module, node), callee, wanted, given.length);
}

/** The same for a call of the vocabulary. */
export function wrongIntrinsicCount(
  module: Module,
  node: ts.CallExpression,
  name: string,
): Diagnostic | undefined {
  const known = INTRINSICS.get(name);
  return known && wrongArgumentCount(module, node, name, known.minimum, known.maximum);
}
