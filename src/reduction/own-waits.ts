/**
 * Waits for what the waiting thread alone decides: a lock that nobody else takes, a flag of its own. Whether such a wait is
 * over when the thread comes there is no matter of what others do; and where it always is, it is no wait.
 */
import type { Action, Step, Term } from "../ir/model.js";
import {
  type Instruction,
  insertBefore,
  isPrivate,
  isTurn,
  type ModelAccesses,
  type Unit,
} from "./accesses.js";
import { checkOfGuess, type Refuted } from "./guesses.js";
import { type Await, awaitsOf, mayFindNothing } from "./waits.js";

export interface OwnWaits {
  /** The step with a guess before each such wait that it is over, to explore with. */
  readonly at: (unit: Unit, step: Step, refuted: Refuted) => Step;
  /** The same as checks for TLC. */
  readonly checksAt: (unit: Unit, step: Step, refuted: Refuted) => Step;
  /** Whether the unit waits for such things alone, and never has to. */
  readonly areOver: (unit: Unit, refuted: Refuted) => boolean;
}

export const NO_OWN_WAITS: OwnWaits = {
  at: (_, step) => step,
  checksAt: (_, step) => step,
  areOver: () => false,
};

const overId = ({ process, step }: Unit) => `waits are over at ${process.name}/${step.label}`;

export function ownWaitsOf(accesses: ModelAccesses): OwnWaits {
  const units = new Set(accesses.units.filter((unit) => waitsForItself(accesses, unit)));
  const asked = (unit: Unit, refuted: Refuted) => units.has(unit) && !refuted.has(overId(unit));
  const insert = (unit: Unit, step: Step, ask: (condition: Term) => Action): Step =>
    insertBefore(unit.process, step, (_, what) => (isWait(what) ? [ask(what.condition)] : []));
  return {
    at: (unit, step, refuted) =>
      asked(unit, refuted)
        ? insert(unit, step, (condition) => ({
            kind: "guess",
            id: overId(unit),
            condition,
            origin: unit.step.origin,
          }))
        : step,
    checksAt: (unit, step, refuted) =>
      asked(unit, refuted)
        ? insert(unit, step, (condition) =>
            checkOfGuess(condition, "what only the thread itself could end is over", unit.step.origin),
          )
        : step,
    areOver: asked,
  };
}

function isWait(what: Instruction): what is Await {
  return what.kind === "await" && !isTurn(what);
}

/** Whether all that the unit waits for is written by the waiting thread alone, and there is something. */
function waitsForItself(accesses: ModelAccesses, unit: Unit): boolean {
  const { process, step, sites } = unit;
  const waits = awaitsOf(step).filter((wait) => !isTurn(wait));
  // Rest is looked at from outside, and so is what is chosen from.
  if (waits.length === 0 || waits.some(({ idle }) => idle) || mayFindNothing(step)) return false;
  let own = true;
  insertBefore(process, step, (id, what) => {
    if (isWait(what)) {
      const read = sites.find((site) => site.id === id)?.accesses ?? [];
      own &&= read.every((access) => isPrivate(accesses, unit, access));
    }
    return [];
  });
  return own;
}
