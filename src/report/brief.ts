/**
 * A counterexample in as few words as it can be told: one line for a step, with the objects' own names in place of
 * the variables that led to them, and only the steps that the failure cannot do without.
 */
import { must } from "../base/assert.js";
import { inert } from "../diagnostics/render.js";
import type { BlockedThread, Interleaving, InterleavingStep } from "../trace/interleaving.js";

/** One line of a thread. */
export interface BriefRow {
  readonly kind: "row";
  /** Index in `threads`. */
  readonly lane: number;
  /** Number of the step; absent for a thread that waits and so takes none. */
  readonly n?: number;
  /** The procedure that the step is in, where the thread's row before was in another one. */
  readonly procedure?: string;
  /** `spin_lock(vcpu0.tm_lock)`, `pt0.vcpu = vcpu1`. */
  readonly words: string;
  /** Whether this is what goes wrong. */
  readonly fails: boolean;
}

/** A row, or a line across all lanes. */
export type BriefEntry = BriefRow | { readonly kind: "across"; readonly text: string };

/** The rows in order: the steps that matter, the edges of the loop, and at last who waits. */
export function briefEntries(trace: Interleaving): readonly BriefEntry[] {
  const entries: BriefEntry[] = [];
  const procedures = new Map<string, string>();
  const row = (thread: string, procedure: string, rest: Pick<BriefRow, "words" | "fails" | "n">) => {
    const isNew = procedure !== "" && procedures.get(thread) !== procedure;
    procedures.set(thread, procedure);
    entries.push({
      kind: "row",
      lane: laneOf(trace, thread),
      ...(isNew ? { procedure } : {}),
      ...rest,
    });
  };
  let isLooping = false;
  for (const step of told(trace)) {
    if (trace.lasso !== undefined && !isLooping && step.n >= trace.lasso) {
      isLooping = true;
      entries.push({ kind: "across", text: "from here on, for ever:" });
    }
    row(step.thread, inert(step.procedure), {
      n: step.n,
      words: stepWords(step),
      fails: step.fails === true,
    });
  }
  for (const blocked of waiting(trace)) {
    row(blocked.thread, "", { words: waitWords(trace, blocked), fails: true });
  }
  return entries;
}

/** The steps that a shortest telling cannot do without; all of them where nobody has said which those are. */
function told({ steps, lasso }: Interleaving): readonly InterleavingStep[] {
  const isMarked = steps.some(({ essential }) => essential === true);
  if (!isMarked) return steps;
  return steps.filter(
    ({ essential, fails, n }) => essential === true || fails === true || (lasso !== undefined && n >= lasso),
  );
}

function waiting({ blocked, threads }: Interleaving): readonly BlockedThread[] {
  return blocked.filter(({ thread }) => threads.some(({ name }) => name === thread));
}

function laneOf(trace: Interleaving, name: string): number {
  const found = trace.threads.findIndex((thread) => thread.name === name);
  return must(found < 0 ? undefined : found, `column of thread ${name}`);
}

/** What a step does, in the names of objects and not of variables. */
export function stepWords(step: InterleavingStep): string {
  const spins = step.repeats === undefined ? "" : ` (spins, ${step.repeats} times)`;
  return `${doing(step)}${spins}`;
}

function doing({ lock, text, effects, stores = [], reads, fails }: InterleavingStep): string {
  const statement = inert(text).replace(/;$/, "");
  if (lock !== undefined) return call(statement, inert(lock));
  const changes = effects.filter(({ implied }) => implied !== true);
  const [change] = changes;
  if (changes.length === 1 && change !== undefined && isAssignment(statement)) {
    return `${inert(change.path)} = ${inert(change.to)}`;
  }
  const [store] = stores;
  if (changes.length === 0 && stores.length === 1 && store !== undefined) {
    return `${inert(store.path)} = ${inert(store.value)} (buffered)`;
  }
  if (changes.length > 0) {
    const news = changes.map(({ path, to }) => `${inert(path)} = ${inert(to)}`).join(", ");
    return `${statement} [${news}]`;
  }
  // What goes wrong is what the statement was about to do; the sentence of the failure says what it has read.
  if (reads.length === 0 || fails === true) return statement;
  const seen = new Set(reads.map(({ path, value }) => `${inert(path)} = ${inert(value)}`));
  return `reads ${[...seen].join(", ")}`;
}

/** `spin_lock(vcpu0.tm_lock)` for `spin_lock(v.tm_lock)`; with more around the call, the statement and the lock's name. */
function call(statement: string, lock: string): string {
  const name = /^(?:await )?([\w$]+)\([^()]*\)$/.exec(statement)?.[1];
  return name === undefined ? `${statement} [${lock}]` : `${name}(${lock})`;
}

function isAssignment(statement: string): boolean {
  return (
    /^[^=!<>]+?(?:\+\+|--|[-+*/%&|^]?=(?!=))/.test(statement) && !/^(?:if|while|for|return)\b/.test(statement)
  );
}

function waitWords(trace: Interleaving, { waitingFor, heldBy }: BlockedThread): string {
  const cpus = heldBy.map((name) => trace.threads.find((thread) => thread.name === name)?.cpu ?? name);
  const holders = cpus.length === 0 ? "" : ` (${cpus.map(inert).join(", ")})`;
  return `waits for ${inert(waitingFor)}${holders}`;
}
