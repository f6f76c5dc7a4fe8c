/** `guarded_by`: what must be true of the locks that a thread holds when it evaluates a term. */

import type { GuardRule } from "../ir/lock-rules.js";
import type { Term } from "../ir/model.js";
import { all, binary, mapTerm, mentionsBound, not, TRUE } from "../ir/terms.js";

/** The locks that the running thread holds. */
export interface HeldLocks {
  readonly exclusive: Term;
  readonly shared: Term;
}

export interface GuardContext {
  readonly rules: readonly GuardRule[];
  readonly held: HeldLocks;
  /** The lock of a rule for the object whose field is used, as an onlooker sees it. */
  readonly lockOf: (
    rule: GuardRule,
    object: Term | undefined,
  ) => {
    readonly lock: Term /** False where a pointer on the way to the lock is null. */;
    readonly exists: Term;
  };
}

/** True where every guarded variable that evaluating the term reads may be read; TRUE itself where there is none. */
export function mayRead(context: GuardContext, term: Term): Term {
  switch (term.kind) {
    case "read": {
      const object = term.object === undefined ? TRUE : mayRead(context, term.object);
      const index = term.index === undefined ? TRUE : mayRead(context, term.index);
      if (term.races === true || term.ghost === true) return conjunction([object, index]);
      return conjunction([object, index, ...rulesFor(context, term.variable, term.object, "read")]);
    }
    case "binary": {
      const left = mayRead(context, term.left);
      const right = mayRead(context, term.right);
      if (term.operator === "&&") return conjunction([left, implies(term.left, right)]);
      if (term.operator === "||") return conjunction([left, implies(not(term.left), right)]);
      return conjunction([left, right]);
    }
    case "conditional":
      return conjunction([
        mayRead(context, term.condition),
        implies(term.condition, mayRead(context, term.whenTrue)),
        implies(not(term.condition), mayRead(context, term.whenFalse)),
      ]);
    case "reduce": {
      // What the sum is cannot be known beforehand: all that the body could read must be allowed.
      const body = everyRead(context, term.body, new Set([term.sum]));
      const { variable, domain } = term;
      const every: Term =
        body === TRUE ? TRUE : { kind: "quantifier", quantifier: "every", variable, domain, body };
      return conjunction([mayRead(context, domain), mayRead(context, term.initial), every]);
    }
    case "each":
    case "quantifier": {
      const body = mayRead(context, term.body);
      const { variable, domain } = term;
      const every: Term =
        body === TRUE ? TRUE : { kind: "quantifier", quantifier: "every", variable, domain, body };
      return conjunction([mayRead(context, domain), every]);
    }
    default: {
      const parts: Term[] = [];
      mapTerm(term, (child) => {
        parts.push(mayRead(context, child));
        return child;
      });
      return conjunction(parts);
    }
  }
}

/** As {@link mayRead}, whether or not the reads are reached: without the conditions that mention these names. */
function everyRead(context: GuardContext, term: Term, unknown: ReadonlySet<string>): Term {
  if (!mentionsBound(term, unknown)) return mayRead(context, term);
  if (term.kind === "read" && term.object !== undefined && !mentionsBound(term.object, unknown)) {
    return mayRead(context, { ...term, index: undefined });
  }
  const parts: Term[] = [];
  mapTerm(term, (child) => {
    parts.push(everyRead(context, child, unknown));
    return child;
  });
  return conjunction(parts);
}

/** True where the variable may be written. */
export function mayWrite(context: GuardContext, variable: string, object: Term | undefined): Term {
  return conjunction(rulesFor(context, variable, object, "write"));
}

function rulesFor(
  { rules, held, lockOf }: GuardContext,
  variable: string,
  object: Term | undefined,
  access: "read" | "write",
): Term[] {
  return rules
    .filter((rule) => rule.variable === variable)
    .map((rule) => {
      const { lock: element, exists } = lockOf(rule, object);
      const exclusive: Term = { kind: "has", collection: held.exclusive, element };
      if (access === "write") return conjunction([exists, exclusive]);
      const shared: Term = { kind: "has", collection: held.shared, element };
      return conjunction([exists, binary("||", exclusive, shared)]);
    });
}

function conjunction(terms: readonly Term[]): Term {
  const real = terms.filter((term) => term !== TRUE);
  return real.length === 0 ? TRUE : all(real);
}

function implies(condition: Term, then: Term): Term {
  return then === TRUE ? TRUE : binary("||", not(condition), then);
}
