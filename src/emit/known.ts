/** What a step has assigned and stored on its way, so that terms behind that can be written over the state before it. */

import { termKey } from "../ir/coverage.js";
import type { Action, Term } from "../ir/model.js";
import { binary, constant, mapTerm } from "../ir/terms.js";

type Store = Extract<Action, { kind: "store" }>;

export interface Known {
  readonly locals: ReadonlyMap<string, Term>;
  /** Oldest first; object and value over the state before the step. */
  readonly stores: readonly Pick<Store, "variable" | "object" | "value">[];
}

export const NOTHING_KNOWN: Known = { locals: new Map(), stores: [] };

export function assigned(known: Known, local: string, value: Term): Known {
  return { ...known, locals: new Map(known.locals).set(local, value) };
}

/** Only stores of whole variables, straight to memory, can be looked through. */
export function stored(known: Known, { variable, object, index, value, buffered }: Store): Known {
  if (index !== undefined || buffered !== undefined) return known;
  const store = { variable, object: object && now(known, object), value: now(known, value) };
  return { ...known, stores: [...known.stores, store] };
}

/** The value that the term has behind all that, over the state before the step. */
export function now(known: Known, term: Term): Term {
  if (term.kind === "local") return known.locals.get(term.name) ?? term;
  const inner = mapTerm(term, (child) => now(known, child));
  if (inner.kind !== "read" || inner.index !== undefined) return inner;
  return known.stores
    .filter(({ variable }) => variable === inner.variable)
    .reduce((before, { object, value }) => {
      const isMeant = sameObject(inner.object, object);
      if (isMeant.kind === "value") return isMeant.value === true ? value : before;
      return { kind: "conditional", condition: isMeant, whenTrue: value, whenFalse: before };
    }, inner as Term);
}

function sameObject(one: Term | undefined, two: Term | undefined): Term {
  if (one === undefined || two === undefined) return constant(one === two);
  if (termKey(one) === termKey(two)) return constant(true);
  if (one.kind === "value" && two.kind === "value") return constant(false);
  return binary("===", one, two);
}
