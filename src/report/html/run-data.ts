/** A counterexample as the page shows it: the rows of the terminal's diagram, with what the page needs to step through them. */
import { must } from "../../base/assert.js";
import type { Span } from "../../base/span.js";
import type { BlockedThread, Interleaving, InterleavingStep } from "../../trace/interleaving.js";
import { diagramEntries, type Statement } from "../entries.js";
import { count } from "../text.js";
import type { PlaceData, RunData, StepData, WaitData } from "./data.js";

/** Throws InternalError where a step's thread is none of `trace.threads`. */
export function runData(trace: Interleaving): RunData {
  const laneOf = (thread: string) => {
    const found = trace.threads.findIndex(({ name }) => name === thread);
    return found < 0 ? undefined : found;
  };
  const { failure, explanation, lasso } = trace;
  const isMarked = trace.steps.some(({ essential }) => essential === true);
  const rows = stepRows(trace);
  return {
    lanes: trace.threads.map(({ name, cpu }) => ({ cpu, thread: name })),
    steps: trace.steps.map((step, index) =>
      stepData(step, must(rows[index], "row of each step"), {
        isMarked,
        isSwitch: index > 0 && trace.steps[index - 1]?.thread !== step.thread,
      }),
    ),
    ...(lasso === undefined ? {} : { loop: lasso }),
    check: failure.check,
    message: failure.message,
    ...(failure.span === undefined ? {} : { place: placeData(failure.span) }),
    sentences: explanation.sentences,
    scenario: (explanation.scenario ?? []).flatMap(({ thread, text, n }) => {
      const lane = laneOf(thread);
      return lane === undefined ? [] : [{ lane, text, ...(n === undefined ? {} : { n }) }];
    }),
    waits: trace.blocked.map((blocked) => waitData(blocked, laneOf)),
    initial: trace.initial.map(({ path, value }) => ({ path, value })),
    length: lengthWords(trace),
  };
}

/** The diagram's rows that are steps; reasons of switches have a row of their own on the page. */
function stepRows(trace: Interleaving): readonly Statement[] {
  const steps = trace.steps.map(({ switchReason: _, ...step }) => step);
  const rows = diagramEntries({ ...trace, steps }).filter((entry) => entry.kind === "statement");
  return rows.filter(({ n }) => n !== undefined);
}

function stepData(
  step: InterleavingStep,
  row: Statement,
  { isMarked, isSwitch }: { readonly isMarked: boolean; readonly isSwitch: boolean },
): StepData {
  const { lock, kind, fails, essential, repeats, switchReason } = step;
  const spins = row.notes.some(({ text }) => text.startsWith("spins, "));
  const isLocking = lock !== undefined && kind !== "step" && fails !== true;
  return {
    n: step.n,
    lane: row.lane,
    ...placeData(step.span),
    text: row.text,
    ...(row.entered && row.procedure !== undefined ? { heading: row.procedure } : {}),
    notes: [
      ...row.notes,
      ...(repeats === undefined || spins
        ? []
        : [{ text: `spins, ${repeats} times`, kind: "plain" as const }]),
    ],
    fails: fails === true,
    ...(isSwitch && switchReason !== undefined ? { switchReason } : {}),
    isEssential: !isMarked || essential === true || fails === true,
    ...(isLocking ? { lock: { path: lock, kind: kind === "acquire" ? "takes" : "drops" } } : {}),
    effects: step.effects.map(({ path, from, to }) => ({ path, from, to })),
    stack: step.stack.map(({ procedure, span }) => ({ procedure, ...placeData(span) })),
  };
}

function waitData(blocked: BlockedThread, laneOf: (thread: string) => number | undefined): WaitData {
  const { thread, span, text, waitingFor, heldBy, heldSince } = blocked;
  const named = (name: string) => {
    const lane = laneOf(name);
    return { ...(lane === undefined ? {} : { lane }), thread: name };
  };
  return {
    ...named(thread),
    ...placeData(span),
    text,
    waitingFor,
    holders: heldBy.map(named),
    ...(heldSince === undefined ? {} : { since: heldSince }),
  };
}

function placeData({ file, line, endLine }: Span): PlaceData {
  return { file, line, endLine };
}

function lengthWords({ steps, contextSwitches, contextSwitchesBefore, stepsBefore }: Interleaving): string {
  const words = (some: number, switches: number) =>
    `${count(some, "step")}, ${count(switches, "context switch", "context switches")}`;
  const isSame = stepsBefore === steps.length && contextSwitchesBefore === contextSwitches;
  const shown = words(steps.length, contextSwitches);
  return isSame ? shown : `${shown}; found with ${words(stepsBefore, contextSwitchesBefore)}`;
}
