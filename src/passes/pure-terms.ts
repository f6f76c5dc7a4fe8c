/**
 * Expressions that are evaluated in one go: inside an atomic step, in a wait, in an invariant. They become one
 * term; every claim in them (`x!`) becomes a check that is made first, under the conditions under which the claim
 * would be evaluated at all.
 */
import { bug } from "../base/assert.js";
import { unsupported } from "../diagnostics/catalog.js";
import type { Term } from "../ir/model.js";
import type { Argument, Expression } from "../ir/program.js";
import { all, binary, constant, mapTerm, not } from "../ir/terms.js";
import { fieldName, type InlineContext, type Place, readOf } from "./inline-context.js";

export interface Claim {
  readonly condition: Term;
  /** What is claimed not to be null. */
  readonly subject: Term;
}

export interface PureTerm {
  readonly term: Term;
  readonly claims: readonly Claim[];
}

/** Whether evaluating the expression runs code: calls and choices cannot be part of a term. */
export function runsCode(expression: Expression): boolean {
  if (["call", "invoke", "choose", "maybe"].includes(expression.kind)) return true;
  return childrenOf(expression).some(runsCode);
}

/** Direct parts of an expression. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "literal":
    case "object":
    case "instances":
    case "current":
    case "local":
    case "global":
    case "maybe":
    case "invoke":
      return [];
    case "field":
    case "embedded":
      return [expression.object];
    case "unary":
    case "nonnull":
      return [expression.operand];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "quantifier":
      return [expression.domain, expression.body];
    case "has":
      return [expression.collection, expression.element];
    case "size":
      return [expression.collection];
    case "call":
      return expression.arguments.filter((argument: Argument) => argument.kind !== "closure");
    case "choose":
      return [expression.domain];
  }
}

/** The term and its claims. The expression must not run code. */
export function pureTerm(context: InlineContext, expression: Expression): PureTerm {
  const claims: Claim[] = [];
  const term = lower(context, expression, [], claims);
  return { term, claims };
}

function lower(context: InlineContext, e: Expression, guards: readonly Term[], claims: Claim[]): Term {
  const go = (child: Expression, under = guards) => lower(context, child, under, claims);
  switch (e.kind) {
    case "literal":
      return constant(e.value);
    case "object":
      return { kind: "value", value: { ref: e.name }, type: e.type };
    case "instances":
      return instancesTerm(e.names, e.type);
    case "current":
      return { kind: "current" };
    case "local": {
      const binding = context.bindings.get(e.local.id);
      if (binding?.kind === "term") return binding.term;
      if (binding?.kind === "local") return { kind: "local", name: binding.name };
      if (binding?.kind === "place") return readOf(context, binding.place, e.span);
      return bug(`the local ${e.local.name} has no value here`);
    }
    case "global":
      return readOf(context, { variable: e.name, object: undefined, ...ghostOf(e) }, e.span);
    case "field":
      return readOf(
        context,
        { variable: fieldName(e.class, e.field), object: go(e.object), ...ghostOf(e) },
        e.span,
      );
    case "embedded":
      return { kind: "embedded", object: go(e.object), class: e.class, field: e.field };
    case "unary":
      return { kind: "unary", operator: e.operator, operand: go(e.operand) };
    case "binary":
      return { kind: "binary", operator: e.operator, left: go(e.left), right: go(e.right) };
    case "logical": {
      const left = go(e.left);
      const right = go(e.right, [...guards, e.operator === "&&" ? left : not(left)]);
      return { kind: "binary", operator: e.operator, left, right };
    }
    case "conditional": {
      const condition = go(e.condition);
      const whenTrue = go(e.whenTrue, [...guards, condition]);
      const whenFalse = go(e.whenFalse, [...guards, not(condition)]);
      return { kind: "conditional", condition, whenTrue, whenFalse };
    }
    case "nonnull": {
      const operand = go(e.operand);
      const claimed = binary("!==", operand, constant(null));
      const condition = guards.length === 0 ? claimed : binary("||", not(all(guards)), claimed);
      claims.push({ condition, subject: operand });
      return operand;
    }
    case "has":
      return { kind: "has", collection: go(e.collection), element: go(e.element) };
    case "size":
      return { kind: "size", collection: go(e.collection) };
    case "quantifier":
      return lowerQuantifier(context, e, guards, claims);
    case "call":
    case "invoke":
    case "choose":
    case "maybe":
      return refuse(context, e);
  }
}

/** Claims inside the body hold for every element. */
function lowerQuantifier(
  context: InlineContext,
  e: Extract<Expression, { kind: "quantifier" }>,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const domain = lower(context, e.domain, guards, claims);
  const variable = freshBound(context, e.variable.name);
  const bound: Term = { kind: "bound", name: variable };
  const inner: InlineContext = {
    ...context,
    bindings: new Map(context.bindings).set(e.variable.id, { kind: "term", term: bound }),
  };
  const innerClaims: Claim[] = [];
  const body = lower(inner, e.body, [], innerClaims);
  for (const claim of innerClaims) {
    const every: Term = { kind: "quantifier", quantifier: "every", variable, domain, body: claim.condition };
    const condition = guards.length === 0 ? every : binary("||", not(all(guards)), every);
    claims.push({ condition, subject: domain });
  }
  return { kind: "quantifier", quantifier: e.quantifier, variable, domain, body };
}

/** TLA+ forbids an inner bound name that an outer quantifier uses. */
function freshBound(context: InlineContext, name: string): string {
  const used = new Set(
    [...context.bindings.values()].flatMap((binding) =>
      binding.kind === "term" && binding.term.kind === "bound" ? [binding.term.name] : [],
    ),
  );
  let fresh = name;
  for (let n = 2; used.has(fresh); n++) fresh = `${name}${n}`;
  return fresh;
}

function refuse(context: InlineContext, e: Expression): Term {
  context.diagnostics.push(
    unsupported(
      e.span,
      "a call or a choice inside this condition",
      "The condition is evaluated in one go, and a call is made of steps.",
      "Write the condition out, with reads, comparisons, && || ! every and some.",
    ),
  );
  return constant(true);
}

/** All objects of an `instances(...)`, as a set. */
export function instancesTerm(names: readonly string[], type: Expression["type"]): Term {
  const elements = names.map((ref) => ({ ref }));
  const element = type.kind === "instances" ? type.class : "";
  return {
    kind: "value",
    value: { set: elements },
    type: { kind: "set", element: { kind: "object", class: element, nullable: false } },
  };
}

function ghostOf(e: Expression): { readonly ghost?: true } {
  return (e.kind === "field" || e.kind === "global") && e.ghost === true ? { ghost: true } : {};
}

/** The list or set that an expression names, by reference; undefined where it is no variable. */
export function placeOf(
  context: InlineContext,
  e: Expression,
  lowerObject: (object: Expression) => Term,
): Place | undefined {
  const marks = { ...ghostOf(e), ...(context.races ? { races: true as const } : {}) };
  if (e.kind === "field") {
    return { variable: fieldName(e.class, e.field), object: lowerObject(e.object), ...marks };
  }
  if (e.kind === "global") return { variable: e.name, object: undefined, ...marks };
  const binding = e.kind === "local" ? context.bindings.get(e.local.id) : undefined;
  return binding?.kind === "place" ? binding.place : undefined;
}

/** The term with its reads as looks of an onlooker, which are no accesses. */
export function observed(term: Term): Term {
  const inner = mapTerm(term, observed);
  return inner.kind === "read" ? { ...inner, ghost: true } : inner;
}
