/** Values that nobody decides: `choose` and `maybe`. Each possibility is explored. */
import { changesDesign, unsupported } from "../diagnostics/catalog.js";
import type { Origin, Term, Value } from "../ir/model.js";
import type { Expression } from "../ir/program.js";
import { binary, constant } from "../ir/terms.js";
import { checkPlace } from "./allocation.js";
import { emit } from "./flow.js";
import { boundary, type InlineContext, readOf, temporary } from "./inline-context.js";
import { arrayTerm } from "./object-arrays.js";
import { instancesTerm, placeOf, pureTerm } from "./pure-terms.js";

type Choice = Extract<Expression, { kind: "choose" | "maybe" }>;

/** Writes out a choice. From constants and instances it costs no step; from a list or a set in memory it is one load. */
export function inlineChoice(context: InlineContext, origin: Origin, e: Choice): Term {
  if (e.kind === "maybe") {
    return choice(context, origin, e, setOf([false, true], { kind: "boolean" }));
  }
  const { domain } = e;
  if (domain.kind === "instances") {
    if (domain.names.length === 0) refuseEmptyChoice(context, e);
    return choice(context, origin, e, instancesTerm(domain.names, domain.type));
  }
  if (domain.kind === "elements") {
    if (domain.count === 0) refuseEmptyChoice(context, e);
    const list = arrayTerm(domain, (object) => context.inlineExpression(context, origin, object));
    return choice(context, origin, e, list);
  }
  if (domain.kind === "constants") {
    const values = domain.elements.flatMap((element) => {
      const { term } = pureTerm(context, element);
      return term.kind === "value" ? [term.value] : [];
    });
    const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
    return choice(context, origin, e, setOf(distinct, e.type));
  }
  const place = placeOf(context, domain, (object) => context.inlineExpression(context, origin, object));
  // A set that is a value, in a local or computed, is no access.
  const collection =
    place === undefined
      ? context.inlineExpression(context, origin, domain)
      : readOf(context, place, domain.span);
  if (place !== undefined) {
    boundary(context, origin);
    checkPlace(context, origin, place);
  }
  emit(context.builder, {
    kind: "check",
    check: "assert",
    condition: binary("!==", { kind: "size", collection }, constant(0)),
    subject: undefined,
    message: "there is something to choose from",
    origin,
  });
  return choice(context, origin, e, collection);
}

function setOf(values: readonly Value[], element: Expression["type"]): Term {
  return { kind: "value", value: { set: values }, type: { kind: "set", element } };
}

function choice(context: InlineContext, origin: Origin, e: Choice, domain: Term): Term {
  if (context.ghost !== undefined) context.diagnostics.push(changesDesign(e.span, "chooses"));
  const name = temporary(context, e, "chosen");
  emit(context.builder, { kind: "choose", local: name, domain, origin });
  return { kind: "local", name };
}

function refuseEmptyChoice(context: InlineContext, e: Expression): void {
  context.diagnostics.push(
    unsupported(
      e.span,
      "choose from no objects",
      "A thread that has nothing to choose from would stop here without a word.",
      "Declare at least one object, or leave the statement out where there is none.",
    ),
  );
}
