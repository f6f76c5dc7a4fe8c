/** What must be true for the reads of a term to be allowed: only of those that evaluating it comes to. */
import type { Term } from "./model.js";
import { all, binary, mapTerm, mentionsBound, not, TRUE } from "./terms.js";

/** A term that looks into shared memory. */
export type ReadTerm = Extract<Term, { kind: "read" | "linked" }>;

/** The conditions of one read, over the state in which the term is evaluated; `within` is the term right around it. */
export type ConditionsOf = (read: ReadTerm, within: Term | undefined) => readonly Term[];

/** True where every read that evaluating the term makes may be made; TRUE itself where no read has a condition. */
export function whereRead(term: Term, conditionsOf: ConditionsOf, within?: Term): Term {
  const go = (child: Term) => whereRead(child, conditionsOf, term);
  switch (term.kind) {
    case "read": {
      const object = term.object === undefined ? TRUE : go(term.object);
      const index = term.index === undefined ? TRUE : go(term.index);
      return conjunction([object, index, ...conditionsOf(term, within)]);
    }
    case "linked":
      return conjunction([go(term.element), ...conditionsOf(term, within)]);
    case "binary": {
      const [left, right] = [go(term.left), go(term.right)];
      if (term.operator === "&&") return conjunction([left, implies(term.left, right)]);
      if (term.operator === "||") return conjunction([left, implies(not(term.left), right)]);
      return conjunction([left, right]);
    }
    case "conditional":
      return conjunction([
        go(term.condition),
        implies(term.condition, go(term.whenTrue)),
        implies(not(term.condition), go(term.whenFalse)),
      ]);
    case "reduce": {
      // What the sum is cannot be known beforehand: all that the body could read must be allowed.
      const body = everyRead(term.body, new Set([term.sum]), conditionsOf);
      return conjunction([go(term.domain), go(term.initial), forAll(term.variable, term.domain, body)]);
    }
    case "each":
    case "quantifier":
      return conjunction([go(term.domain), forAll(term.variable, term.domain, go(term.body))]);
    case "subset":
      return conjunction([go(term.domain), forAll(term.variable, term.domain, go(term.condition))]);
    default: {
      const parts: Term[] = [];
      mapTerm(term, (child) => {
        parts.push(go(child));
        return child;
      });
      return conjunction(parts);
    }
  }
}

/** As {@link whereRead}, whether or not the reads are reached: without the conditions that mention these names. */
function everyRead(term: Term, unknown: ReadonlySet<string>, conditionsOf: ConditionsOf): Term {
  if (!mentionsBound(term, unknown)) return whereRead(term, conditionsOf);
  if (term.kind === "read" && term.object !== undefined && !mentionsBound(term.object, unknown)) {
    return whereRead({ ...term, index: undefined }, conditionsOf);
  }
  const parts: Term[] = [];
  mapTerm(term, (child) => {
    parts.push(everyRead(child, unknown, conditionsOf));
    return child;
  });
  return conjunction(parts);
}

function forAll(variable: string, domain: Term, body: Term): Term {
  return body === TRUE ? TRUE : { kind: "quantifier", quantifier: "every", variable, domain, body };
}

function implies(condition: Term, consequence: Term): Term {
  return consequence === TRUE ? TRUE : binary("||", not(condition), consequence);
}

/** As {@link all}, without what is true anyway. */
export function conjunction(terms: readonly Term[]): Term {
  return all(terms.filter((term) => term !== TRUE));
}
