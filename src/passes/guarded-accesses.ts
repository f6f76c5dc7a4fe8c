/** `guarded_by`: what must be true of the locks that a thread holds when it evaluates a term. */

import type { GuardRule } from "../ir/lock-rules.js";
import type { Term } from "../ir/model.js";
import { conjunction, whereRead } from "../ir/read-conditions.js";
import { binary } from "../ir/terms.js";

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
  return whereRead(term, (read) => {
    if (read.kind === "linked" || read.races === true || read.ghost === true) return [];
    return rulesFor(context, read.variable, read.object, "read");
  });
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
