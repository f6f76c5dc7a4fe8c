/**
 * What a step does to one lock, whatever else is in memory: the fields of the lock are known, and everything else is
 * not. Where the step's way depends on what is not known, it goes each way, and says so.
 */
import { bug, unreachable } from "../base/assert.js";
import { booleanOf, evaluate, type Scene } from "../interpreter/evaluate.js";
import { valueKey } from "../interpreter/state.js";
import type { Block, Model, Step, Term, Value } from "../ir/model.js";
import { printTerm } from "../ir/print.js";
import { mapTerm, variablesWritten } from "../ir/terms.js";
import { isTurn } from "./accesses.js";

/** The fields of one lock, by variable. */
export type LockState = ReadonlyMap<string, Value>;

/** What the threads said when they took the lock and gave it back. */
export type Holders = ReadonlyMap<string, "exclusive" | "shared">;

/** The step is about more than can be followed: nothing is known of its lock then. */
export class Opaque extends Error {}

export interface AbstractOutcome {
  readonly lock: LockState;
  readonly holders: Holders;
  /** Where the thread is then, what it knows then, and what it found on its way. Equal ways have equal texts. */
  readonly way: string;
}

export interface AbstractResult {
  readonly outcomes: readonly AbstractOutcome[];
  /** Whether the step waits on some way, for this lock. */
  readonly waits: boolean;
  /** Whether it may wait for something that is not known. */
  readonly waitsForMore: boolean;
}

/** A step and the term that says which lock it is about. */
export interface LockStep {
  readonly model: Model;
  readonly step: Step;
  readonly term: Term;
  readonly fields: ReadonlySet<string>;
}

interface Path {
  readonly lock: Map<string, Value>;
  readonly holders: Map<string, "exclusive" | "shared">;
  /** Locals with known values; undefined where it was assigned something that is not known. */
  readonly locals: Map<string, Value | undefined>;
  readonly found: readonly string[];
}

/** Every outcome that the step of a thread can have. Throws {@link Opaque}. */
export function runAbstractly(
  lockStep: LockStep,
  thread: string,
  lock: LockState,
  holders: Holders,
): AbstractResult {
  const outcomes: AbstractOutcome[] = [];
  let waits = false;
  let waitsForMore = false;
  const { model, step, term, fields } = lockStep;
  const isLock = (other: Term | undefined) => other !== undefined && printTerm(other) === printTerm(term);
  const scene: Scene = { model, memory: new Map(), buffer: [], bound: new Map() };

  /** The term with everything known put in; undefined where something in it is not known. */
  const resolve = (inner: Term, path: Path): Term | undefined => {
    const constant = (value: Value): Term => ({ kind: "value", value, type: { kind: "null" } });
    switch (inner.kind) {
      case "value":
      case "bound":
        return inner;
      case "current":
        return constant({ ref: thread });
      case "local": {
        const value = path.locals.get(inner.name);
        return value === undefined ? undefined : constant(value);
      }
      case "read": {
        if (!fields.has(inner.variable) || !isLock(inner.object) || inner.index !== undefined)
          return undefined;
        const value = path.lock.get(inner.variable);
        return value === undefined ? bug(`the field ${inner.variable} of a lock`) : constant(value);
      }
      case "argument":
      case "cpu":
      case "linked":
      case "embedded":
      case "elements":
      case "owner":
      case "buffer-empty":
        return undefined;
      case "binary": {
        const [left, right] = [resolve(inner.left, path), resolve(inner.right, path)];
        if (inner.operator === "&&" || inner.operator === "||") {
          const deciding = inner.operator === "||";
          if ([left, right].some((side) => side !== undefined && isConstant(side, deciding)))
            return constant(deciding);
        }
        return left === undefined || right === undefined ? undefined : { ...inner, left, right };
      }
      default: {
        let known = true;
        const resolved = mapTerm(inner, (child) => {
          const next = resolve(child, path);
          known &&= next !== undefined;
          return next ?? child;
        });
        return known ? resolved : undefined;
      }
    }
  };
  const isConstant = (inner: Term, value: boolean): boolean => {
    try {
      return evaluate(scene, inner) === value;
    } catch {
      // Bound names outside their quantifier: not known.
      return false;
    }
  };
  const knownValue = (inner: Term, path: Path): Value | undefined => {
    const resolved = resolve(inner, path);
    return resolved === undefined ? undefined : evaluate(scene, resolved);
  };

  const finish = (path: Path, to: string) => {
    const known = [...path.locals].map(
      ([name, value]) => `${name}=${value === undefined ? "?" : valueKey(value)}`,
    );
    outcomes.push({
      lock: path.lock,
      holders: path.holders,
      way: [...path.found, to, ...known.sort()].join(" "),
    });
  };
  const copy = (path: Path, found?: string): Path => ({
    lock: new Map(path.lock),
    holders: new Map(path.holders),
    locals: new Map(path.locals),
    found: found === undefined ? path.found : [...path.found, found],
  });

  /** Goes both ways where the condition is not known. */
  const fork = (
    condition: Term,
    path: Path,
    at: string,
    whenTrue: (p: Path) => void,
    whenFalse: (p: Path) => void,
  ) => {
    const value = knownValue(condition, path);
    if (value === undefined) {
      whenTrue(copy(path, `${at}:true`));
      whenFalse(copy(path, `${at}:false`));
    } else if (booleanOf(value)) whenTrue(path);
    else whenFalse(path);
  };

  const go = (block: Block, from: number, path: Path, where: string): void => {
    const action = block.actions[from];
    const at = `${where}${from}`;
    if (action === undefined) {
      const { end } = block;
      if (end.kind === "goto") return finish(path, end.label);
      return fork(
        end.condition,
        path,
        at,
        (next) => go(end.whenTrue, 0, next, `${at}t`),
        (next) => go(end.whenFalse, 0, next, `${at}f`),
      );
    }
    const rest = (next: Path = path) => go(block, from + 1, next, where);
    switch (action.kind) {
      case "assign":
        path.locals.set(action.local, knownValue(action.value, path));
        return rest();
      case "choose":
        path.locals.set(action.local, undefined);
        return rest();
      case "store": {
        if (!fields.has(action.variable)) return rest();
        if (!isLock(action.object) || action.index !== undefined) throw new Opaque();
        const value = knownValue(action.value, path);
        if (value === undefined || action.buffered !== undefined) throw new Opaque();
        path.lock.set(action.variable, value);
        return rest();
      }
      case "await": {
        if (isTurn(action)) return rest();
        const value = knownValue(action.condition, path);
        if (value === false) {
          waits = true;
          return;
        }
        waitsForMore ||= value === undefined;
        return rest();
      }
      case "check":
        return fork(
          action.condition,
          path,
          at,
          (next) => rest(next),
          (next) => finish(next, `fails ${action.check}`),
        );
      case "lock": {
        if (!isLock(action.lock)) throw new Opaque();
        if (action.event === "acquire") path.holders.set(thread, action.mode);
        else path.holders.delete(thread);
        return rest();
      }
      case "guess":
      case "pass":
        return rest();
      case "unlink":
        if (variablesWritten(action).some((variable) => fields.has(variable))) throw new Opaque();
        return rest();
      case "fence":
      case "drain":
        throw new Opaque();
    }
    // An action that were passed over here would have no outcome, and so commute with everything.
    unreachable(action);
  };
  go(step.body, 0, { lock: new Map(lock), holders: new Map(holders), locals: new Map(), found: [] }, "");
  return { outcomes, waits, waitsForMore };
}
