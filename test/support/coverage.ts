/** What a model's threads reach, found by the interpreter: the second opinion on the watch module. */
import { expect } from "vitest";
import { booleanOf, evaluate, globalScene } from "../../src/interpreter/evaluate.js";
import { threadsOf } from "../../src/interpreter/state.js";
import { type Event, type Outcome, runStep } from "../../src/interpreter/step.js";
import {
  acquiredIn,
  isForLock,
  lockObjects,
  sideKey,
  spanKey,
  statementOf,
  termKey,
} from "../../src/ir/coverage.js";
import { type Block, DONE, type Model } from "../../src/ir/model.js";
import { premiseKey, type Reached } from "../../src/ir/reached.js";
import { visitBlocks } from "../../src/ir/terms.js";
import type { Exploration } from "./explore.js";

/** Notes the statements, answers and locks of one step that was taken. */
export function noteOutcome(seen: Reached, { events }: Outcome): void {
  noteEvents(seen, events);
}

function noteEvents(seen: Reached, events: readonly Event[]): void {
  for (const event of events) {
    const statement = statementOf(event.origin);
    if (statement !== undefined) seen.statements.add(spanKey(statement));
    if (event.kind === "pass" && event.answer !== undefined) seen.sides.add(sideKey(event.answer));
    if (event.kind === "acquire") seen.taken.add(event.lock);
  }
}

/** What was reached, so that it can be compared. */
export function sorted(reached: Reached): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(reached).map(([kind, keys]: [string, Set<string>]) => [kind, [...keys].sort()]),
  );
}

/** Fails unless the watch saw what the interpreter did; `seen` holds what the transitions showed. */
export function expectSameCoverage(
  model: Model,
  explored: Exploration,
  seen: Reached,
  watched: Reached,
): void {
  noteStates(model, explored, seen);
  const exact = waitsDecideAlone(model);
  const missing = [...seen.contended].filter((lock) => !watched.contended.has(lock));
  const shown = (reached: Reached) => ({ ...sorted(reached), ...(exact ? {} : { contended: [] }) });
  expect({ ...shown(watched), missing: [] }).toEqual({ ...shown(seen), missing });
}

/**
 * Notes what the states show: contended locks, but for trylocks that miss, premises that hold, and what a thread has done
 * that waits within a merged step.
 */
export function noteStates(model: Model, explored: Exploration, seen: Reached): void {
  const locks = new Set(lockObjects(model));
  const threads = threadsOf(model);
  for (const { state } of explored.states.values()) {
    const wanted: Wanted[] = [];
    let ended = state.failed.size === 0;
    for (const running of threads) {
      const { outcomes, wait } = runStep(model, state, running);
      const isDone = state.threads.get(running.instance.name)?.at === DONE;
      ended &&= outcomes.length === 0 && (wait?.idle ?? isDone);
      if (wait !== undefined && isForLock(wait.action)) {
        const waitedFor = wait.reads.map(({ at }) => at.slice(at.indexOf("@") + 1));
        for (const lock of [...waitedFor, wait.lock ?? ""]) if (locks.has(lock)) seen.contended.add(lock);
      }
      if (wait !== undefined) noteEvents(seen, wait.done);
      for (const { events } of outcomes) {
        const first = events.find(({ kind }) => kind === "acquire");
        if (first?.kind !== "acquire") continue;
        const { lock, mode } = first;
        wanted.push({ lock, thread: running.instance.name, shares: mode === "shared" });
      }
    }
    for (const a of wanted) {
      for (const b of wanted) {
        if (a.lock === b.lock && a.thread !== b.thread && !(a.shares && b.shares)) seen.contended.add(a.lock);
      }
    }
    for (const { name, when, premises } of model.invariants) {
      if (when === "end" && !ended) continue;
      premises.forEach((premise, index) => {
        if (booleanOf(evaluate(globalScene(model, state), premise)))
          seen.premises.add(premiseKey(name, index));
      });
    }
  }
}

/** A thread that stands before a lock, and can have it. */
interface Wanted {
  readonly lock: string;
  readonly thread: string;
  readonly shares: boolean;
}

/**
 * Whether a lock is contended only where a thread is blocked. The watch also counts a trylock that fails, and one of
 * several choices that would have to wait; a blocked thread shows neither.
 */
export function waitsDecideAlone(model: Model): boolean {
  let alone = true;
  for (const { steps } of model.processes) {
    for (const { body } of steps) {
      const kinds = new Set<string>();
      visitBlocks(body, ({ actions, end }) => {
        for (const { kind } of actions) kinds.add(kind);
        if (end.kind === "branch" && locksIn(end.whenTrue) !== locksIn(end.whenFalse)) alone = false;
      });
      if (kinds.has("choose") && kinds.has("await")) alone = false;
    }
  }
  return alone;
}

function locksIn(block: Block): string {
  return acquiredIn(block).map(termKey).sort().join();
}
