/** Arrow functions over each element, as terms: every and some, filter and map, reduce. */
import { unsupported } from "../diagnostics/catalog.js";
import type { Term } from "../ir/model.js";
import type { Expression } from "../ir/program.js";
import { binary, mentionsBound, not, visitTerm } from "../ir/terms.js";
import { isAllocated } from "./allocation.js";
import { under } from "./data.js";
import type { Binding, InlineContext } from "./inline-context.js";
import { orderedDomain } from "./literals.js";

/** What must be true for an expression to have a value. */
export interface Claim {
  /** The check that fails where the claim is false. */
  readonly check: string;
  readonly condition: Term;
  /** What the claim is about: what must not be null, or must be allocated. */
  readonly subject: Term | undefined;
  readonly message: string | undefined;
}

type Kind<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Turns an expression into a term, and adds what it claims. */
export type Lower = (context: InlineContext, e: Expression, guards: readonly Term[], claims: Claim[]) => Term;

/** Something for each element of a domain; of a pool, for those that are allocated. */
interface Body {
  readonly variable: string;
  readonly domain: Term;
  readonly body: Term;
  readonly exists: Term | undefined;
}

/** `body` for every element of the domain: its claims hold for each of them. */
function lowerBody(
  lower: Lower,
  context: InlineContext,
  { variable: { id, name }, domain, body }: Pick<Kind<"quantifier">, "variable" | "domain" | "body">,
  guards: readonly Term[],
  claims: Claim[],
  domainOf: (term: Term, domain: Expression) => Term,
): Body {
  const over = domainOf(lower(context, domain, guards, claims), domain);
  const variable = freshBound(context, name);
  const bound: Term = { kind: "bound", name: variable };
  const inner: InlineContext = {
    ...context,
    bindings: new Map(context.bindings).set(id, { kind: "term", term: bound }),
  };
  const innerClaims: Claim[] = [];
  // Of a pool only what is allocated counts.
  const exists =
    domain.type.kind === "pool" ? isAllocated(context.program, domain.type.class, bound) : undefined;
  const term = lower(inner, body, exists === undefined ? [] : [exists], innerClaims);
  for (const claim of innerClaims) {
    const every: Term = {
      kind: "quantifier",
      quantifier: "every",
      variable,
      domain: over,
      body: claim.condition,
    };
    claims.push({ ...claim, condition: under(guards, every), subject: over });
  }
  return { variable, domain: over, body: term, exists };
}

export function lowerQuantifier(
  lower: Lower,
  context: InlineContext,
  e: Kind<"quantifier">,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const { exists, ...over } = lowerBody(lower, context, e, guards, claims, (domain) => domain);
  const { quantifier } = e;
  const body =
    exists === undefined
      ? over.body
      : quantifier === "every"
        ? binary("||", not(exists), over.body)
        : binary("&&", exists, over.body);
  return { kind: "quantifier", quantifier, ...over, body };
}

export function lowerEach(
  lower: Lower,
  context: InlineContext,
  e: Kind<"each">,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const { variable, domain, body } = lowerBody(lower, context, e, guards, claims, orderedDomain);
  return { kind: "each", method: e.method, variable, domain, body };
}

/** Claims of the body cannot be told beforehand, as they depend on the sum so far: they are not allowed in it. */
export function lowerReduce(
  lower: Lower,
  context: InlineContext,
  e: Kind<"reduce">,
  guards: readonly Term[],
  claims: Claim[],
): Term {
  const initial = lower(context, e.initial, guards, claims);
  const sum = freshBound(context, e.sum.name);
  const binding: Binding = { kind: "term", term: { kind: "bound", name: sum } };
  const inner = { ...context, bindings: new Map(context.bindings).set(e.sum.id, binding) };
  const found: Claim[] = [];
  const { variable, domain, body } = lowerBody(lower, inner, e, guards, found, orderedDomain);
  for (const claim of found) {
    if (mentionsBound(claim.condition, new Set([sum]))) refuseClaim(context, e);
    else claims.push(claim);
  }
  return { kind: "reduce", sum, initial, variable, domain, body };
}

function refuseClaim(context: InlineContext, e: Expression): void {
  context.diagnostics.push(
    unsupported(
      e.span,
      "a check that depends on the sum inside reduce",
      "It would have to be made before the sum is known.",
      "Keep divisions, bit operations and indices by the sum out of it, or write a loop.",
    ),
  );
}

/** TLA+ forbids an inner bound name that an outer quantifier uses. */
function freshBound(context: InlineContext, name: string): string {
  const used = new Set<string>();
  for (const binding of context.bindings.values()) {
    const term = binding.kind === "term" ? binding.term : undefined;
    const object = binding.kind === "place" ? binding.place.object : undefined;
    for (const mentioned of [term, object]) {
      if (mentioned === undefined) continue;
      visitTerm(mentioned, (inner) => {
        if (inner.kind === "bound") used.add(inner.name);
      });
    }
  }
  let fresh = name;
  for (let n = 2; used.has(fresh); n++) fresh = `${name}${n}`;
  return fresh;
}
