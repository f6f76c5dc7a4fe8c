/** Records, arrays, maps and sets outside atomic steps: in which order their parts are evaluated, and which are accesses. */
import { unsupported } from "../diagnostics/catalog.js";
import type { Origin, Term } from "../ir/model.js";
import type { Expression, Type } from "../ir/program.js";
import { convert, hasElements, insideOf } from "./data.js";
import { type InlineContext, type Place, require } from "./inline-context.js";
import { lowerArray, lowerRecord } from "./literals.js";
import { elementPlace, placeOf } from "./pure-terms.js";
import { steadyBefore } from "./steady.js";

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Writes out an expression and returns its value. */
export type Go = (e: Expression) => Term;

/**
 * The variable in memory that an expression names, with its object and index evaluated in this order; undefined where
 * it names none. `next` are the expressions that are evaluated before the access.
 */
export function inlinePlace(
  context: InlineContext,
  origin: Origin,
  e: Expression,
  next: readonly Expression[],
  go: Go,
): Place | undefined {
  if (e.kind === "field") {
    return placeOf(context, e, (object) => steadyBefore(context, origin, go(object), object, next));
  }
  if (e.kind === "element") {
    const place = inlinePlace(context, origin, e.collection, [e.index, ...next], go);
    if (place === undefined) return undefined;
    return elementPlace(context, e, place, steadyBefore(context, origin, go(e.index), e.index, next));
  }
  return placeOf(context, e, go);
}

/** The value as a variable of this type keeps it, checked in the step that has begun. */
export function converted(context: InlineContext, origin: Origin, term: Term, from: Type, to: Type): Term {
  const conversion = convert(term, from, to);
  require(context, origin, conversion.requirements);
  return conversion.term;
}

/** Values that are evaluated one after the other, none of which changes while the next are. */
function inlineAll(context: InlineContext, origin: Origin, parts: readonly Expression[], go: Go): Go {
  const terms = new Map(
    parts.map((part, at) => [part, steadyBefore(context, origin, go(part), part, parts.slice(at + 1))]),
  );
  return (part) => terms.get(part) ?? go(part);
}

/** A record or an array literal. */
export function inlineLiteral(
  context: InlineContext,
  origin: Origin,
  e: Kind<"record" | "with" | "array">,
  go: Go,
): Term {
  const parts =
    e.kind === "array"
      ? e.elements
      : e.kind === "record"
        ? e.fields.map(({ value }) => value)
        : [e.record, ...e.changes.map(({ value }) => value)];
  const known = inlineAll(context, origin, parts, go);
  const { term, requirements } = e.kind === "array" ? lowerArray(e, known) : lowerRecord(e, known);
  require(context, origin, requirements);
  return term;
}

/** An element of an array or a map that is no memory. */
export function inlineElement(context: InlineContext, origin: Origin, e: Kind<"element">, go: Go): Term {
  const known = inlineAll(context, origin, [e.collection, e.index], go);
  const collection = known(e.collection);
  const index = known(e.index);
  const inside = insideOf(context.program, e.collection.type, collection, index);
  require(context, origin, inside === undefined ? [] : [inside]);
  return { kind: "index", of: e.collection.type.kind === "map" ? "map" : "array", collection, index };
}

export function inlineSetOperation(
  context: InlineContext,
  origin: Origin,
  e: Kind<"set-operation">,
  go: Go,
): Term {
  const known = inlineAll(context, origin, [e.left, e.right], go);
  return { kind: "sets", operator: e.operator, left: known(e.left), right: known(e.right) };
}

/** An array or a map in memory is many places, and no single access reads all of them. */
export function refuseWhole(context: InlineContext, e: Expression): boolean {
  if (context.atomic || !hasElements(e.type)) return false;
  context.diagnostics.push(
    unsupported(
      e.span,
      e.type.kind === "map" ? "reading a whole map" : "reading a whole array",
      "Each element is loaded in a step of its own, and one expression would hide that.",
      "Load element by element; or, if one instruction really reads them together, use atomic(() => { … }).",
    ),
  );
  return true;
}
