/** A counterexample to a claim about runs as the finished interleaving: what happens, what repeats, who gets nowhere. */
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { formatValue, locationPath, type State, threadsOf } from "../interpreter/state.js";
import { nextStep } from "../interpreter/step.js";
import type { Model, ModelLiveness, Term, Value } from "../ir/model.js";
import { columnsOf } from "./columns.js";
import type { Extent } from "./extent.js";
import { type Ending, lassoSentence, type Starved } from "./failure-of-runs.js";
import { holders } from "./holders.js";
import type { BlockedThread, Interleaving } from "./interleaving.js";
import { type Lasso, loopState, lotOf, unanswered } from "./lasso.js";
import { initialMemory } from "./memory.js";
import { contextSwitches } from "./replay.js";
import { describeRow, type Row, rowsOf } from "./rows.js";
import { describeWait } from "./tell.js";

/**
 * Builds the interleaving of a lasso on which the property is false.
 * @param before how long the run was before it was simplified, each move of its loop counted once
 */
export function tellLasso(model: Model, property: ModelLiveness, lasso: Lasso, before: Extent): Interleaving {
  const prefix = rowsOf(lasso.prefix);
  // A round in which nobody touches anything shared is still to be seen.
  const seen = rowsOf(lasso.loop);
  const around = seen.length > 0 ? seen : rowsOf(lasso.loop, "with silent rows");
  const rows: readonly Row[] = [...prefix, ...around];
  const blocked = blockedForEver(model, lasso, rows);
  const starved = starvedThreads(model, lasso);
  const names = [...rows, ...blocked, ...starved].map(({ thread }) => thread);
  const threads = columnsOf(model, names);
  const ending: Ending = { steps: rows.length, loop: around.length };
  const claim = {
    property,
    values: (condition: Term) => valuesOf(model, loopState(model, lasso), condition),
    since: property.check === "leads_to" ? rowOf(lasso, unanswered(model, property, lasso) ?? 0) : 0,
  };
  return {
    threads,
    steps: rows.map((row, index) => describeRow(model, row, index + 1)),
    ...(around.length === 0 ? {} : { lasso: prefix.length + 1 }),
    failure: {
      check: property.check,
      message: lassoSentence(threads, claim, ending, blocked, starved),
      span: property.span,
    },
    explanation: { sentences: [] },
    blocked,
    initial: initialMemory(model),
    contextSwitches: contextSwitches([...lasso.prefix, ...lasso.loop]),
    contextSwitchesBefore: before.contextSwitches,
    stepsBefore: before.steps,
  };
}

/** Threads that wait from the loop on, whatever the others do. Daemons may: they are told where others wait for them. */
function blockedForEver(model: Model, lasso: Lasso, rows: readonly Row[]): BlockedThread[] {
  const held = holders(rows);
  const waiting = threadsOf(model).flatMap((running) => {
    const lot = lotOf(model, lasso, running);
    if (lot.kind !== "stuck") return [];
    const told = describeWait(model, running.instance.name, lot.wait, held, rows);
    return [{ told, daemon: running.process.daemon }];
  });
  const inTheWay = new Set(waiting.flatMap(({ told }) => told.heldBy));
  return waiting.flatMap(({ told, daemon }) => (daemon && !inTheWay.has(told.thread) ? [] : [told]));
}

/** Threads that never move again although they could. */
function starvedThreads(model: Model, lasso: Lasso): Starved[] {
  const here = loopState(model, lasso);
  return threadsOf(model).flatMap((running) => {
    const lot = lotOf(model, lasso, running);
    const step = nextStep(here, running);
    if (lot.kind !== "idle" || step === undefined) return [];
    const { origin } = step;
    return [
      { thread: running.instance.name, text: origin.text, mayStop: running.process.fairness === "none" },
    ];
  });
}

/** The row that the given number of moves leads up to; 0 for the initial state. */
function rowOf({ prefix, loop }: Lasso, moves: number): number {
  const before = rowsOf(prefix.slice(0, moves)).length;
  return before + rowsOf(loop.slice(0, Math.max(0, moves - prefix.length))).length;
}

/** What the condition reads where it counts, as `path = value`. */
function valuesOf(model: Model, state: State, condition: Term): string[] {
  const reads = new Map<string, Value>();
  evaluate({ ...globalScene(model, state), onRead: (at, value) => reads.set(at, value) }, condition);
  return [...reads].map(([at, value]) => `${locationPath(model, at)} = ${formatValue(value)}`);
}
