/**
 * Values that must not change between their evaluation and their use. A term is evaluated where it stands in an
 * action; where code of the same thread runs in between, it is copied into a variable first.
 */
import type { Origin, Term } from "../ir/model.js";
import type { Expression } from "../ir/program.js";
import { localsOf, readsShared } from "../ir/terms.js";
import { emit, localFor } from "./flow.js";
import type { InlineContext, Place } from "./inline-context.js";
import { runsCode } from "./pure-terms.js";

type Valued = Pick<Expression, "span" | "type">;

/**
 * Whether the term means the same for as long as a callee runs. The caller's own variables stand still then,
 * unless an arrow function that the callee invokes assigns them.
 */
export function isStable(context: InlineContext, term: Term): boolean {
  if (readsShared(term)) return false;
  const names = localsOf(term);
  return ![...context.bindings.values()].some(
    (binding) => binding.kind === "local" && binding.changes && names.has(binding.name),
  );
}

/** The term, or a variable with its present value where the term could come to mean something else. */
export function steady(context: InlineContext, origin: Origin, term: Term, e: Valued): Term {
  if (isStable(context, term)) return term;
  const { file, line, column, endLine, endColumn } = e.span;
  const key = `held ${file}:${line}:${column}-${endLine}:${endColumn}`;
  const name = localFor(context.builder, key, "held", e.type);
  emit(context.builder, { kind: "assign", local: name, value: term, origin });
  return { kind: "local", name };
}

/** As {@link steady}, where one of the expressions that are evaluated next runs code. */
export function steadyBefore(
  context: InlineContext,
  origin: Origin,
  term: Term,
  e: Valued,
  next: readonly Expression[],
): Term {
  return next.some(runsCode) ? steady(context, origin, term, e) : term;
}

/** A list or set, for good: which object holds it is settled now. */
export function steadyPlace(context: InlineContext, origin: Origin, place: Place, e: Expression): Place {
  if (place.object === undefined || e.kind !== "field") return place;
  return { ...place, object: steady(context, origin, place.object, e.object) };
}
