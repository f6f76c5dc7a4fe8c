/**
 * Variables in which threads note themselves, as owners of recursive locks do: each that holds the lock puts its own name
 * there, and takes no name back but its own. Then nobody else decides whether the variable names the running thread, and
 * it may ask that without the lock.
 */
import type { Action, Block, Term, Variable } from "../ir/model.js";
import { conjunction } from "../ir/read-conditions.js";
import { assignedLocal, binary, mapTerm, NULL, TRUE, termsOf } from "../ir/terms.js";
import type { Instruction, Unit } from "./accesses.js";
import type { Guard } from "./guards.js";

/** What these guards are for a variable in which threads note themselves; none where it is not about threads. */
export function guardsOfOwnName({ name, type }: Variable, guards: readonly Guard[]): Guard[] {
  if (type.kind !== "thread") return [];
  const isOwnOrNull = (value: Term): Term =>
    value.kind === "current" || isNull(value)
      ? TRUE
      : binary("||", binary("===", value, NULL), binary("===", value, { kind: "current" }));
  return guards
    .filter(({ pointer }) => pointer === undefined)
    .map((guard) => ({
      ...guard,
      id: `${guard.id}, own name`,
      text: `${guard.text}, where each thread notes itself alone`,
      ofOwnName: true,
      pointer: {
        id: `${name} names who stores`,
        variable: name,
        mayStore: (object, value, span) =>
          conjunction([
            isOwnOrNull({ kind: "read", variable: name, object, span, ghost: true }),
            isOwnOrNull(value),
          ]),
      },
    }));
}

/**
 * Whether an instruction of the unit looks only for whether a read names the running thread: it compares the read, which
 * stands right `within` that term, or keeps it in a local that the rest of the unit compares and nobody uses later.
 */
export function asksForOwnName(unit: Unit, instruction: Instruction, within: Term | undefined): boolean {
  if (within !== undefined) return comparesWithSelf(within);
  if (instruction.kind !== "assign") return false;
  return onlyCompared(unit, instruction);
}

function comparesWithSelf(term: Term): boolean {
  if (term.kind !== "binary" || (term.operator !== "===" && term.operator !== "!==")) return false;
  return term.left.kind === "current" || term.right.kind === "current";
}

function isNull(term: Term): boolean {
  return term.kind === "value" && term.value === null;
}

function onlyCompared({ process, step }: Unit, assign: Extract<Action, { kind: "assign" }>): boolean {
  const { local } = assign;
  const live = (label: string) => process.steps.find((other) => other.label === label)?.live ?? [];
  const go = ({ actions, end }: Block, begun: boolean): boolean => {
    let given = begun;
    for (const action of actions) {
      if (action === assign) {
        given = true;
        continue;
      }
      if (!given) continue;
      if (!termsOf(action).every((term) => comparesOnly(term, local))) return false;
      if (assignedLocal(action) === local) given = false;
    }
    if (end.kind === "goto") return !given || !live(end.label).includes(local);
    if (given && !comparesOnly(end.condition, local)) return false;
    return go(end.whenTrue, given) && go(end.whenFalse, given);
  };
  return go(step.body, false);
}

/** Whether the term does nothing with the local but compare it with the running thread. */
function comparesOnly(term: Term, local: string): boolean {
  const isIt = (inner: Term) => inner.kind === "local" && inner.name === local;
  if (isIt(term)) return false;
  let only = true;
  const compares = comparesWithSelf(term);
  mapTerm(term, (child) => {
    only &&= (compares && isIt(child)) || comparesOnly(child, local);
    return child;
  });
  return only;
}
