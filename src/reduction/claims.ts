/**
 * Invariants of which nobody can come between two writes: where all that an invariant reads is written by holders of one
 * lock, or by one thread, a step may hold several of these writes. What the invariant would have seen between them is
 * looked at there, within the step, as a guess: it is false only where the invariant itself is, and then the step ends
 * there, for all to see.
 *
 * Why that is enough: only a write makes the invariant false, and right behind the write nobody else holds the lock. So
 * what others have begun can be put off until later or has nothing left to do that the invariant reads, and the merged
 * step comes through the same values.
 */
import type { Span } from "../base/span.js";
import type { Action, Model, ModelInvariant, Step, Term } from "../ir/model.js";
import type { Access, ModelAccesses, Unit } from "./accesses.js";
import { checkOfGuess, type Refuted } from "./guesses.js";
import type { Holding, LockProtocol } from "./lock-protocols.js";
import type { PointsTo } from "./points-to.js";

/** That nobody can come between the writes of what an invariant reads. */
export interface ClaimReliance {
  readonly invariant: string;
  /** The lock that each of them holds; undefined where one thread alone writes. */
  readonly lock: string | undefined;
}

export interface Claims {
  /** The step with guesses in it about what the writer holds, to explore with. */
  readonly at: (unit: Unit, step: Step, refuted: Refuted) => Step;
  /** The same for those that merging stands on, as checks for TLC. */
  readonly checksAt: (unit: Unit, step: Step, relied: readonly ClaimReliance[]) => Step;
  /** What is asked behind the unit where the step goes on: guesses, to explore with. */
  readonly behind: (unit: Unit, refuted: Refuted) => Action[];
  /** The same as checks for TLC. */
  readonly checksBehind: (unit: Unit, relied: readonly ClaimReliance[], refuted: Refuted) => Action[];
  /** Why a step has to end behind the unit: an invariant is false there. */
  readonly endsBehind: (unit: Unit, refuted: Refuted) => string | undefined;
  /** What lets the unit write there within a step, one for each invariant; undefined where something can see it. */
  readonly relianceFor: (access: Access, refuted: Refuted) => readonly ClaimReliance[] | undefined;
}

/** Which cells some terms read. */
export type Cells = ReadonlyMap<string, ReadonlySet<string>>;

/** The variables that the terms of claims read, each with the objects that they read it of; `""` for a global. */
export function cellsRead(model: Model, points: PointsTo, terms: readonly Term[]): Cells {
  const cells = new Map<string, Set<string>>();
  const see = (variable: string, objects: Iterable<string>) => {
    const known = cells.get(variable) ?? new Set();
    for (const object of objects) known.add(object);
    cells.set(variable, known);
  };
  for (const term of terms) {
    points.visit(undefined, term, (inner, bound) => {
      if (inner.kind === "read") {
        see(inner.variable, inner.object === undefined ? [""] : points.of(undefined, inner.object, bound));
      }
      if (inner.kind === "linked") {
        for (const name of inner.variables) {
          see(name, model.variables.find((variable) => variable.name === name)?.initial.keys() ?? []);
        }
      }
    });
  }
  return cells;
}

/** The objects of the access whose field is one of the cells. */
export function cellsOf(cells: Cells, { variable, objects }: Access): string[] {
  const seen = cells.get(variable);
  return seen === undefined ? [] : [...objects].filter((object) => seen.has(object));
}

/** An invariant about all states, and what decides whether it can be looked at within a step. */
interface Claim {
  readonly invariant: ModelInvariant;
  readonly cells: Cells;
  /** One thread at most writes what it reads. */
  readonly ofOne: boolean;
  /** Whether it may be looked at within a step at all. */
  readonly movable: boolean;
}

const insideId = ({ name }: ModelInvariant, { process, step }: Unit) =>
  `invariant ${name} behind ${process.name}/${step.label}`;
const underId = ({ name }: ModelInvariant, lock: string) => `invariant ${name} written under ${lock}`;

/** Where `movable` is false every write that an invariant sees is one that others see. */
export function claimsOf(
  { model, points, writersAt }: ModelAccesses,
  protocols: readonly LockProtocol[],
  movable: boolean,
): Claims {
  const holdings = new Map<string, Holding>();
  for (const { group, holding } of protocols) {
    if (holding !== undefined) for (const lock of group.locks) holdings.set(lock, holding);
  }
  const claims = model.invariants
    .filter(({ when }) => when === "always")
    .map((invariant): Claim => {
      const cells = cellsRead(model, points, [invariant.condition, ...invariant.premises]);
      const writers = new Set(
        [...cells].flatMap(([variable, objects]) =>
          [...objects].flatMap((object) => [...writersAt(variable, object)]),
        ),
      );
      // Coverage asks whether a state meets the premise: one within a step is not looked at.
      return {
        invariant,
        cells,
        ofOne: writers.size < 2,
        movable: movable && invariant.premises.length === 0,
      };
    });

  const written = new Map<Unit, readonly Claim[]>();
  const writtenBy = (unit: Unit): readonly Claim[] => {
    const known = written.get(unit);
    if (known !== undefined) return known;
    const writes = unit.sites.flatMap((site) => site.accesses.filter(({ writes }) => writes));
    const found = claims.filter(
      (claim) => claim.movable && writes.some((access) => cellsOf(claim.cells, access).length > 0),
    );
    written.set(unit, found);
    return found;
  };

  /** Whether the unit writes something that the claim reads, other than who holds the lock alone. */
  const asks = ({ cells }: Claim, unit: Unit, lock: string): boolean =>
    unit.sites
      .flatMap((site) => site.accesses)
      .some(
        (access) =>
          access.writes &&
          cellsOf(cells, access).some(
            (object) => object !== lock || access.variable !== holdings.get(lock)?.exclusiveField,
          ),
      );

  const guardOf = ({ invariant, ofOne }: Claim, refuted: Refuted): ClaimReliance | undefined => {
    const { name } = invariant;
    if (ofOne) return { invariant: name, lock: undefined };
    const lock = [...holdings.keys()].find((one) => !refuted.has(underId(invariant, one)));
    return lock === undefined ? undefined : { invariant: name, lock };
  };

  const holds = (lock: string, span: Span): Term =>
    (holdings.get(lock) as Holding).exclusively(reference(lock), span);

  return {
    at: (unit, step, refuted) =>
      atStart(
        step,
        writtenBy(unit).flatMap((claim) =>
          claim.ofOne
            ? []
            : [...holdings.keys()]
                .filter((lock) => !refuted.has(underId(claim.invariant, lock)) && asks(claim, unit, lock))
                .map(
                  (lock): Action => ({
                    kind: "guess",
                    id: underId(claim.invariant, lock),
                    condition: holds(lock, step.origin.span),
                    origin: step.origin,
                  }),
                ),
        ),
      ),
    checksAt: (unit, step, relied) =>
      atStart(
        step,
        writtenBy(unit).flatMap((claim) =>
          relied.flatMap(({ invariant, lock }) =>
            lock === undefined || invariant !== claim.invariant.name || !asks(claim, unit, lock)
              ? []
              : [
                  checkOfGuess(
                    holds(lock, step.origin.span),
                    `${invariant}: written under ${lock}`,
                    step.origin,
                  ),
                ],
          ),
        ),
      ),
    behind: (unit, refuted) =>
      writtenBy(unit)
        .filter(({ invariant }) => !refuted.has(insideId(invariant, unit)))
        .map(({ invariant }) => ({
          kind: "guess",
          id: insideId(invariant, unit),
          condition: invariant.condition,
          origin: unit.step.origin,
        })),
    checksBehind: (unit, relied, refuted) =>
      writtenBy(unit)
        .filter(
          ({ invariant }) =>
            !refuted.has(insideId(invariant, unit)) && relied.some((one) => one.invariant === invariant.name),
        )
        .map(({ invariant: { name, condition } }) =>
          checkOfGuess(condition, `${name}, within a step`, unit.step.origin),
        ),
    endsBehind: (unit, refuted) => {
      const failing = writtenBy(unit).find(
        (claim) => refuted.has(insideId(claim.invariant, unit)) && guardOf(claim, refuted) !== undefined,
      );
      return failing && `the invariant "${failing.invariant.name}" fails before it`;
    },
    relianceFor: (access, refuted) => {
      const found: ClaimReliance[] = [];
      for (const claim of claims) {
        if (cellsOf(claim.cells, access).length === 0) continue;
        const reliance = claim.movable ? guardOf(claim, refuted) : undefined;
        if (reliance === undefined) return undefined;
        found.push(reliance);
      }
      return found;
    },
  };
}

function atStart(step: Step, actions: readonly Action[]): Step {
  if (actions.length === 0) return step;
  return { ...step, body: { ...step.body, actions: [...actions, ...step.body.actions] } };
}

function reference(name: string): Term {
  return { kind: "value", value: { ref: name }, type: { kind: "object", class: "", nullable: false } };
}
