/**
 * A counterexample as the rows of its diagram, in words and without layout. What stays unsaid is decided here:
 * a lock's name already tells which object a pointer led to, so loads are told only where nothing else is, and
 * on the step that fails, where a value is most often the explanation.
 */

import { must } from "../base/assert.js";
import type { Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import type { BlockedThread, Interleaving, InterleavingStep } from "../trace/interleaving.js";

export interface Note {
  readonly text: string;
  readonly kind: "plain" | "lock" | "failure";
}

/** A row for one step of a thread, or for the statement at which it waits. */
export interface Statement {
  readonly kind: "statement";
  /** Index in `threads`. */
  readonly lane: number;
  /** Step number; absent for a thread that waits and so takes no step. */
  readonly n?: number;
  readonly span: Span;
  /** The procedure and its callers as a heading; absent for a thread that waits. */
  readonly procedure?: string;
  /** Whether this thread's row before was in another procedure. */
  readonly entered: boolean;
  readonly text: string;
  readonly notes: readonly Note[];
  readonly fails: boolean;
}

/** One row of the diagram: a statement, or a line across all lanes. */
export type Entry = Statement | { readonly kind: "across"; readonly text: string };

const threadBody = "(thread body)";
/** Callers beyond these are left out: the heading has to fit into a lane. */
const proceduresShown = 3;

/** The rows of the diagram, in order: the steps, the loop's edges, and at last who waits. */
export function diagramEntries(trace: Interleaving): readonly Entry[] {
  const procedures = new Map<string, string>();
  const entries: Entry[] = [];
  for (const step of trace.steps) {
    if (step.n === trace.lasso) entries.push({ kind: "across", text: "from here on, for ever:" });
    const procedure = procedureHeading(step);
    const entered = (procedures.get(step.thread) ?? threadBody) !== procedure;
    procedures.set(step.thread, procedure);
    entries.push({ ...stepEntry(trace, step), procedure, entered });
  }
  if (trace.lasso !== undefined) entries.push({ kind: "across", text: `and again from step ${trace.lasso}` });
  const waiting = trace.blocked.filter(({ thread }) => trace.threads.some(({ name }) => name === thread));
  return [...entries, ...waiting.map((blocked) => waitEntry(trace, blocked))];
}

function lane(trace: Interleaving, name: string): number {
  const found = trace.threads.findIndex((thread) => thread.name === name);
  return must(found < 0 ? undefined : found, `column of thread ${name}`);
}

function stepEntry(trace: Interleaving, step: InterleavingStep): Statement {
  return {
    kind: "statement",
    lane: lane(trace, step.thread),
    n: step.n,
    span: step.span,
    entered: false,
    text: inert(step.text),
    notes: stepNotes(step, trace.failure.check),
    fails: step.fails === true,
  };
}

function waitEntry(trace: Interleaving, { thread, span, text, waitingFor }: BlockedThread): Entry {
  const notes: Note[] = [{ text: `waits for ${inert(waitingFor)}`, kind: "failure" }];
  return {
    kind: "statement",
    lane: lane(trace, thread),
    span,
    entered: false,
    text: inert(text),
    notes,
    fails: false,
  };
}

/** `pt_timer_fn() > pt_lock()`: the procedure of the user's own files, after those that called it. */
function procedureHeading({ procedure, stack }: InterleavingStep): string {
  if (inert(procedure) === "") return threadBody;
  const names = stack.map((frame) => frame.procedure).filter((name) => inert(name) !== "");
  const callers = names.slice(0, Math.max(names.lastIndexOf(procedure), 0));
  const shown = [...callers, procedure].slice(-proceduresShown).map(procedureName);
  return (callers.length >= proceduresShown ? ["…", ...shown] : shown).join(" > ");
}

function procedureName(name: string): string {
  return /^[\w$.]+$/.test(name) ? `${name}()` : inert(name);
}

/** What a step saw and did, one note per line. */
function stepNotes(step: InterleavingStep, check: string): readonly Note[] {
  const fails = step.fails === true;
  const told: Note[] = [];
  if (step.lock !== undefined) told.push({ text: lockWords(step, step.lock), kind: "lock" });
  for (const name of step.frees ?? []) told.push({ text: `frees ${inert(name)}`, kind: "plain" });
  for (const name of step.allocates ?? []) told.push({ text: `allocates ${inert(name)}`, kind: "plain" });
  for (const { path, from, to, implied } of step.effects) {
    if (implied === true) continue;
    told.push({ text: `${inert(path)}: ${inert(from)} → ${inert(to)}`, kind: "plain" });
  }
  for (const { path, value } of step.stores ?? []) {
    told.push({ text: `buffers ${inert(path)} = ${inert(value)}`, kind: "plain" });
  }
  if (told.length === 0 || fails) told.unshift(...readNotes(step));
  if (step.repeats !== undefined) told.push({ text: `spins, ${step.repeats} times`, kind: "plain" });
  if (step.switchReason !== undefined) told.unshift({ text: `(${inert(step.switchReason)})`, kind: "plain" });
  if (fails) told.push({ text: `✖ fails: ${inert(check)}`, kind: "failure" });
  return told;
}

/** A step that fails may not have taken or dropped anything: only the lock is named. */
function lockWords(step: InterleavingStep, lock: string): string {
  if (step.fails === true) return `the lock is ${inert(lock)}`;
  if (step.kind === "release") return `drops ${inert(lock)}`;
  return `takes ${inert(lock)}${step.shared === true ? " for reading" : ""}`;
}

function readNotes(step: InterleavingStep): readonly Note[] {
  if (step.reads.length === 0) return [];
  const reads = new Set(step.reads.map(({ path, value }) => `${inert(path)} = ${inert(value)}`));
  return [{ text: `reads ${[...reads].join(", ")}`, kind: "plain" }];
}
