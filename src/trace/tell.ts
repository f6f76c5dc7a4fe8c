/** A replayed counterexample as the finished interleaving that reporters show. */
import { must } from "../base/assert.js";
import { evaluate, globalScene } from "../interpreter/evaluate.js";
import { formatValue, locationPath, type State, threadsOf } from "../interpreter/state.js";
import { runStep, type Wait } from "../interpreter/step.js";
import { stuckThreads } from "../interpreter/waits.js";
import { isEnvironment, type Model, type Value } from "../ir/model.js";
import { columnsOf } from "./columns.js";
import type { Extent } from "./extent.js";
import { deadlockSentence, failureSentence, invariantSentence } from "./failure.js";
import { freedObjects, type Holder, holders } from "./holders.js";
import type { BlockedThread, CheckId, Interleaving, InterleavingThread } from "./interleaving.js";
import { initialMemory } from "./memory.js";
import { contextSwitches, type Move } from "./replay.js";
import { describeRow, type Row, rowsOf } from "./rows.js";

/** What TLC says is violated: a check, and for the check `invariant` which one. */
export interface ViolatedCheck {
  readonly check: CheckId;
  readonly invariant: string | undefined;
}

/**
 * Builds the interleaving.
 * @param start the initial state, for a counterexample without moves
 * @param moves in the order to show
 * @param before how long the counterexample was before it was simplified
 */
export function tell(
  model: Model,
  start: State,
  moves: readonly Move[],
  violated: ViolatedCheck,
  before: Extent,
): Interleaving {
  const rows = rowsOf(moves);
  const steps = rows.map((row, index) => describeRow(model, row, index + 1));
  const final = moves.at(-1)?.outcome.state ?? start;
  const blocked = blockedThreads(model, final, rows, violated.check);
  const names = [...rows.map((row) => row.thread), ...blocked.map(({ thread }) => thread)];
  const threads = columnsOf(model, names);
  return {
    threads,
    steps,
    failure: describeFailure(model, final, rows, violated, threads, blocked),
    explanation: { sentences: [] },
    blocked,
    initial: initialMemory(model),
    contextSwitches: contextSwitches(moves),
    contextSwitchesBefore: before.contextSwitches,
    stepsBefore: before.steps,
  };
}

function describeFailure(
  model: Model,
  final: State,
  rows: readonly Row[],
  violated: ViolatedCheck,
  threads: readonly InterleavingThread[],
  blocked: readonly BlockedThread[],
): Interleaving["failure"] {
  const { check } = violated;
  if (check === "deadlock" || check === "wait-cycle") {
    const free = threadsOf(model)
      .filter(({ process }) => isEnvironment(process))
      .filter((running) => runStep(model, final, running).outcomes.length > 0)
      .map(({ instance }) => instance.name);
    return { check, message: deadlockSentence(check, threads, blocked, free) };
  }
  if (check === "invariant") {
    const invariant = must(
      model.invariants.find(({ name }) => name === violated.invariant),
      `the invariant ${violated.invariant}`,
    );
    const reads = new Map<string, Value>();
    evaluate(
      { ...globalScene(model, final), onRead: (at, value) => reads.set(at, value) },
      invariant.condition,
    );
    const values = [...reads].map(([at, value]) => `${locationPath(model, at)} = ${formatValue(value)}`);
    return { check, message: invariantSentence(invariant.name, values), span: invariant.span };
  }
  const row = must(rows.at(-1), "the row of a failed check");
  const event = row.events.find((candidate) => candidate.kind === "fail");
  if (event?.kind !== "fail") return { check, message: `${check} fails` };
  const message = failureSentence(model, threads, row, event, holders(rows), freedObjects(model, rows));
  return { check, message, span: row.origin.span };
}

/**
 * For a deadlock the threads that must wait in the last state and do not rest there; for a circle those in it. A daemon
 * may wait, and counts where others wait for it.
 */
function blockedThreads(model: Model, final: State, rows: readonly Row[], check: CheckId): BlockedThread[] {
  if (check !== "deadlock" && check !== "wait-cycle") return [];
  const held = holders(rows);
  const stuck = new Set(stuckThreads(model, final));
  const waiting = threadsOf(model).flatMap((running) => {
    const { wait } = runStep(model, final, running);
    const { name } = running.instance;
    if (wait === undefined || wait.idle) return [];
    if (check === "wait-cycle" && !stuck.has(name)) return [];
    const told = describeWait(model, name, wait, held, rows);
    return [{ told, daemon: running.process.daemon && !stuck.has(name) }];
  });
  const inTheWay = new Set(waiting.flatMap(({ told }) => told.heldBy));
  return waiting.flatMap(({ told, daemon }) => (daemon && !inTheWay.has(told.thread) ? [] : [told]));
}

/** A waiting thread: what for, who is in the way, since which row. */
export function describeWait(
  model: Model,
  thread: string,
  wait: Wait,
  held: ReadonlyMap<string, readonly Holder[]>,
  rows: readonly Row[],
): BlockedThread {
  const { origin, because } = wait.action;
  const place = { thread, span: origin.span, text: origin.text };
  if (because !== undefined) {
    const waitingFor =
      because === "preempted" ? `the CPU, which ${wait.whom.join()} keeps` : `the end of ${wait.whom.join()}`;
    return { ...place, waitingFor, heldBy: wait.whom };
  }
  if (wait.lock !== undefined) {
    const all = held.get(wait.lock) ?? [];
    const inTheWay = wait.whom.length === 0 ? all : all.filter((holder) => wait.whom.includes(holder.thread));
    // A reader can wait behind a writer that only waits itself: who holds the lock is not in its way.
    if (all.length > 0 && inTheWay.length === 0) {
      return { ...place, waitingFor: wait.lock, heldBy: [...new Set(wait.whom)] };
    }
    const since = inTheWay[0]?.since;
    return {
      ...place,
      waitingFor: wait.lock,
      heldBy: inTheWay.map((holder) => holder.thread),
      ...(since === undefined ? {} : { heldSince: since }),
    };
  }
  const names = new Set(threadsOf(model).map(({ instance }) => instance.name));
  const named = wait.reads.flatMap(({ at, value }) =>
    value !== null && typeof value === "object" && "ref" in value && names.has(value.ref)
      ? [{ at, thread: value.ref }]
      : [],
  );
  const isFirst = named.filter(({ thread: name }) => wait.whom.length === 0 || wait.whom.includes(name));
  const first = isFirst[0];
  const inTheWay = first === undefined ? wait.whom : isFirst.map((holder) => holder.thread);
  const since =
    first &&
    rows.findLastIndex((row) => row.events.some((event) => event.kind === "write" && event.at === first.at));
  const waitingFor = wait.reads
    .map(({ at, value }) => `${locationPath(model, at)}, now ${formatValue(value)}`)
    .join("; ");
  return {
    ...place,
    waitingFor: waitingFor === "" ? "a condition that never becomes true" : `a change of ${waitingFor}`,
    heldBy: [...new Set(inTheWay)],
    ...(since === undefined || since < 0 ? {} : { heldSince: since + 1 }),
  };
}
