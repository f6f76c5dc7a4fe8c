/** Which object a term is, and of which class. */
import { objectsOf } from "../ir/classes.js";
import type { Term } from "../ir/model.js";
import { isOneOf } from "./allocation.js";
import type { InlineContext } from "./inline-context.js";

/** The name of the object that a term always is, or undefined. */
export function objectOf(term: Term): string | undefined {
  const value = term.kind === "value" ? term.value : null;
  return value !== null && typeof value === "object" && "ref" in value ? value.ref : undefined;
}

/** Whether the value is an object of the class or of one that extends it. */
export function isInstance(context: InlineContext, operand: Term, className: string): Term {
  return isOneOf(operand, objectsOf(context.program, className), className);
}
