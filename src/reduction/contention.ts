/**
 * Which locks somebody has to wait for, asked of a model with its steps merged. Where a step takes a lock, does what
 * others wait for and gives the lock back, they are never seen to wait, although unmerged they could come in between:
 * woken by what it did, or by another lock that it gave back first. So these locks are looked at in a model whose steps
 * end with every change to one of them. There a thread is seen to wait wherever it could.
 */
import {
  firstTaken,
  isForLock,
  possibleLocks,
  readObjects,
  spokenProcesses,
  termKey,
} from "../ir/coverage.js";
import type { Action, Block, Model, Process, Term } from "../ir/model.js";
import { binary, not } from "../ir/terms.js";
import { type ExploreGuesses, reduce } from "./reduce.js";

export interface WaitedFor {
  readonly locks: ReadonlySet<string>;
  /** False where there were too many states: somebody may wait for others as well. */
  readonly complete: boolean;
}

/** Those of the locks that some thread waits for in some state. */
export function waitedFor(model: Model, locks: ReadonlySet<string>, explore: ExploreGuesses): WaitedFor {
  const { model: apart, complete } = reduce(model, { purpose: "states", explore, apart: locks });
  const marked: Model = {
    ...apart,
    processes: apart.processes.map((process) =>
      spokenProcesses(apart).includes(process)
        ? {
            ...process,
            steps: process.steps.map((step) => ({ ...step, body: mark(apart, process, locks, step.body) })),
          }
        : process,
    ),
  };
  const explored = explore(marked);
  return {
    locks: new Set([...locks].filter((lock) => explored.refuted.has(guessId(lock)))),
    complete: complete && explored.complete,
  };
}

function guessId(lock: string): string {
  return `nobody waits for ${lock}`;
}

/** The block with a guess before each wait: that it is over, or is not for this lock. */
function mark(model: Model, process: Process, locks: ReadonlySet<string>, block: Block): Block {
  const actions = block.actions.flatMap((action, index) =>
    action.kind === "await" && isForLock(action)
      ? [...guesses(model, process, locks, action, block.actions.slice(index)), action]
      : [action],
  );
  const { end } = block;
  if (end.kind === "goto") return { actions, end };
  const go = (next: Block) => mark(model, process, locks, next);
  return { actions, end: { ...end, whenTrue: go(end.whenTrue), whenFalse: go(end.whenFalse) } };
}

function guesses(
  model: Model,
  process: Process,
  locks: ReadonlySet<string>,
  { condition, origin }: Extract<Action, { kind: "await" }>,
  rest: readonly Action[],
): Action[] {
  const first = firstTaken(rest);
  const waited = new Map(
    [...readObjects(condition), ...(first ? [first] : [])].map((term) => [termKey(term), term]),
  );
  return [...waited.values()].flatMap((term) =>
    [...new Set(possibleLocks(model, process, term))]
      .filter((lock) => locks.has(lock))
      .map((lock): Action => {
        const another = not(binary("===", term, named(model, lock)));
        return { kind: "guess", id: guessId(lock), condition: binary("||", condition, another), origin };
      }),
  );
}

/** The lock, by its name. */
function named({ objects }: Model, lock: string): Term {
  const [type] = [...objects].find(([, names]) => names.includes(lock)) ?? ["Lock"];
  return { kind: "value", value: { ref: lock }, type: { kind: "object", class: type, nullable: false } };
}
