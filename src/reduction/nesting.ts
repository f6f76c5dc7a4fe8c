/**
 * Waits for locks that are sure to end: whoever holds the lock gives it back without waiting for anything but locks of
 * which the same is true. What a thread does before such a wait it may as well do when the wait is over, so that locks
 * that are taken one inside the other are taken in one step. (Without that a step would hide that somebody holds the
 * outer lock while he waits for ever.)
 *
 * All of it is about the locks that the acting thread itself holds: what it requests meanwhile, whether it waits for
 * something else, whether it ends. Requests while another lock is held must not go round in a circle.
 */
import { AT_EXIT } from "../ir/checks.js";
import {
  type Action,
  type Block,
  DONE,
  isEnvironment,
  type Origin,
  type Step,
  type Term,
} from "../ir/model.js";
import { binary, not, visitBlocks } from "../ir/terms.js";
import { isTurn, type ModelAccesses, type Unit } from "./accesses.js";
import { checkOfGuess, type Refuted } from "./guesses.js";
import type { Holding, LockProtocol } from "./lock-protocols.js";
import { awaitsOf, mayFindNothing } from "./waits.js";

/** With more locks than this there would be too many pairs of them. */
const MOST_LOCKS = 16;

export interface Nesting {
  /** The step with guesses in it, to explore with. */
  readonly at: (unit: Unit, step: Step) => Step;
  /** The step with those checks in it that the waits for these locks stand on. */
  readonly checksAt: (unit: Unit, step: Step, locks: ReadonlySet<string>, refuted: Refuted) => Step;
  /** The locks on which the wait of the unit stands; undefined where it may wait for ever. */
  readonly endsBy: (unit: Unit, refuted: Refuted) => ReadonlySet<string> | undefined;
}

export const NO_NESTING: Nesting = {
  at: (_, step) => step,
  checksAt: (_, step) => step,
  endsBy: () => undefined,
};

/** A guess about what a thread does while it holds a lock. */
interface Rule {
  readonly id: string;
  readonly held: string;
  readonly condition: Term;
  readonly text: string;
}

const nestId = (held: string, requested: string) => `${requested} requested under ${held}`;
const waitId = (held: string) => `waits under ${held}`;
const exitId = (held: string) => `ends under ${held}`;

/** A unit that waits for one lock of a group, and for nothing else. */
interface Request {
  readonly lock: Term;
  readonly locks: readonly string[];
}

export function nestingOf(accesses: ModelAccesses, protocols: readonly LockProtocol[]): Nesting {
  const { model, points, units } = accesses;
  const holdings = new Map<string, Holding>();
  for (const { group, holding } of protocols) {
    if (holding !== undefined) for (const lock of group.locks) holdings.set(lock, holding);
  }
  const locks = [...holdings.keys()];
  if (locks.length === 0 || locks.length > MOST_LOCKS || model.memory !== "sc") return NO_NESTING;
  // Who is interrupted gives nothing back, and nobody can tell for how long.
  if (units.some(({ step }) => awaitsOf(step).some(isTurn))) return NO_NESTING;

  const requests = new Map<Unit, Request>();
  for (const unit of units) {
    const request = requestOf(unit, accesses, protocols);
    if (request !== undefined) requests.set(unit, request);
  }
  /** What threads of a process may hold. */
  const taken = new Map(
    model.processes.map((process) => {
      const own = new Set<string>();
      for (const { body } of process.steps) {
        visitBlocks(body, ({ actions }) => {
          for (const action of actions) {
            if (action.kind !== "lock" || action.event !== "acquire") continue;
            for (const lock of points.of(process, action.lock)) if (holdings.has(lock)) own.add(lock);
          }
        });
      }
      return [process, own] as const;
    }),
  );
  // Whoever owes nothing to anybody may keep what it holds.
  const kept = new Set(
    model.processes.filter(isEnvironment).flatMap((process) => [...(taken.get(process) ?? [])]),
  );

  const holds = (lock: string, origin: Origin): Term =>
    (holdings.get(lock) as Holding).atAll(reference(lock), origin.span);

  /** What is guessed where the unit begins. */
  const rulesAt = (unit: Unit): readonly Rule[] => {
    const { process, step } = unit;
    const own = [...(taken.get(process) ?? [])];
    const request = requests.get(unit);
    if (request !== undefined) {
      return own.flatMap((held) =>
        request.locks.map((requested): Rule => {
          const free = not(holds(held, step.origin));
          const isOther = not(binary("===", request.lock, reference(requested)));
          return {
            id: nestId(held, requested),
            held,
            condition: request.locks.length === 1 ? free : binary("||", free, isOther),
            text: `nobody who holds ${held} takes ${requested}`,
          };
        }),
      );
    }
    if (!mayWait(step)) return [];
    return own.map((held) => ({
      id: waitId(held),
      held,
      condition: not(holds(held, step.origin)),
      text: `nobody who holds ${held} waits here`,
    }));
  };
  const rulesAtExit = ({ process, step }: Unit): readonly Rule[] =>
    [...(taken.get(process) ?? [])].map((held) => ({
      id: exitId(held),
      held,
      condition: not(holds(held, step.origin)),
      text: `nobody ends who holds ${held}`,
    }));

  const insert = (unit: Unit, step: Step, actionsOf: (rules: readonly Rule[]) => readonly Action[]): Step => {
    const atStart = actionsOf(rulesAt(unit));
    const atExit = actionsOf(rulesAtExit(unit));
    if (atStart.length === 0 && atExit.length === 0) return step;
    const body = atExit.length === 0 ? step.body : withExits(step.body, atExit);
    return { ...step, body: { ...body, actions: [...atStart, ...body.actions] } };
  };

  /** Locks whose holders give them back, with all those that this stands on. */
  const surelyFreed = (refuted: Refuted): Map<string, ReadonlySet<string>> => {
    const freed = new Map<string, ReadonlySet<string>>();
    for (let changed = true; changed; ) {
      changed = false;
      for (const lock of locks) {
        if (freed.has(lock) || kept.has(lock)) continue;
        if (refuted.has(waitId(lock)) || refuted.has(exitId(lock))) continue;
        const inside = locks.filter((other) => refuted.has(nestId(lock, other)));
        if (!inside.every((other) => freed.has(other))) continue;
        freed.set(lock, new Set([lock, ...inside.flatMap((other) => [...(freed.get(other) ?? [])])]));
        changed = true;
      }
    }
    return freed;
  };
  let known: { readonly refuted: Refuted; readonly freed: Map<string, ReadonlySet<string>> } | undefined;

  return {
    at: (unit, step) =>
      insert(unit, step, (rules) =>
        rules.map(({ id, condition }) => ({ kind: "guess", id, condition, origin: unit.step.origin })),
      ),
    checksAt: (unit, step, relied, refuted) =>
      insert(unit, step, (rules) =>
        rules
          .filter(({ id, held }) => relied.has(held) && !refuted.has(id))
          .map(({ condition, text }) => checkOfGuess(condition, text, unit.step.origin)),
      ),
    endsBy: (unit, refuted) => {
      const request = requests.get(unit);
      if (request === undefined) return undefined;
      if (known?.refuted !== refuted) known = { refuted, freed: surelyFreed(refuted) };
      const { freed } = known;
      if (!request.locks.every((lock) => freed.has(lock))) return undefined;
      return new Set(request.locks.flatMap((lock) => [...(freed.get(lock) ?? [])]));
    },
  };
}

function requestOf(
  unit: Unit,
  { points }: ModelAccesses,
  protocols: readonly LockProtocol[],
): Request | undefined {
  const found = protocols.filter(({ movers }) => movers.has(unit));
  const [protocol] = found;
  const mover = protocol?.movers.get(unit);
  if (found.length !== 1 || protocol === undefined || mover === undefined) return undefined;
  if (protocol.holding === undefined || !mover.waits || mover.waitsForMore || mayFindNothing(unit.step))
    return undefined;
  if (!protocol.holdersDecide) return undefined;
  const locks = [...points.of(unit.process, mover.lock)].filter((lock) => protocol.group.locks.has(lock));
  return { lock: mover.lock, locks };
}

function mayWait(step: Step): boolean {
  return awaitsOf(step).length > 0 || mayFindNothing(step);
}

/** The block with these actions where the thread ends, or stops because it may not end so, which nobody misses. */
function withExits(block: Block, atExit: readonly Action[]): Block {
  const { end } = block;
  const actions = block.actions.flatMap((action) =>
    action.kind === "check" && AT_EXIT.has(action.check) ? [...atExit, action] : [action],
  );
  if (end.kind === "goto") return { actions: end.label === DONE ? [...actions, ...atExit] : actions, end };
  return {
    actions,
    end: { ...end, whenTrue: withExits(end.whenTrue, atExit), whenFalse: withExits(end.whenFalse, atExit) },
  };
}

function reference(name: string): Term {
  return { kind: "value", value: { ref: name }, type: { kind: "object", class: "", nullable: false } };
}
