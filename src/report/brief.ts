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
  // As lockdep puts it, on the CPU where the handler comes over whoever holds the lock.
  const interrupting = new Set(
    (trace.explanation.scenario ?? []).flatMap(({ thread, text }) =>
      text === "<Interrupt>" ? [thread] : [],
    ),
  );
  let isLooping = false;
  for (const step of told(trace)) {
    if (trace.lasso !== undefined && !isLooping && step.n >= trace.lasso) {
      isLooping = true;
      entries.push({ kind: "across", text: "from here on, for ever:" });
    }
    if (interrupting.delete(step.thread)) {
      row(step.thread, "", { words: "<Interrupt>", fails: false });
    }
    row(step.thread, inert(step.procedure), {
      n: step.n,
      words: stepWords(step, trace),
      fails: step.fails === true,
    });
  }
  for (const blocked of waiting(trace)) {
    row(blocked.thread, "", { words: waitWords(trace, blocked), fails: true });
  }
  return entries;
}

/** The steps that a shortest telling cannot do without; all of them where nobody has said which those are. */
function told({ steps }: Interleaving): readonly InterleavingStep[] {
  const isMarked = steps.some(({ essential }) => essential === true);
  if (!isMarked) return steps;
  return steps.filter(({ essential, fails }) => essential === true || fails === true);
}

function waiting({ blocked, threads }: Interleaving): readonly BlockedThread[] {
  return blocked.filter(({ thread }) => threads.some(({ name }) => name === thread));
}

function laneOf(trace: Interleaving, name: string): number {
  const found = trace.threads.findIndex((thread) => thread.name === name);
  return must(found < 0 ? undefined : found, `column of thread ${name}`);
}

/** What a step does, in the names of objects and not of variables. */
export function stepWords(step: InterleavingStep, trace: Interleaving): string {
  const spins = step.repeats === undefined ? "" : ` (spins, ${step.repeats} times)`;
  return `${doing(step, trace)}${spins}`;
}

function doing(step: InterleavingStep, trace: Interleaving): string {
  const { lock, text, effects, stores = [], frees = [], fails } = step;
  const statement = shortStatement(inert(text));
  if (lock !== undefined) return callOn(statement, inert(lock));
  if (frees.length > 0) return callOn(statement, frees.map(inert).join(", "));
  const changes = effects.filter(({ implied }) => implied !== true);
  const own = changes.filter(({ inside }) => inside !== true);
  const [change] = own;
  if (own.length === 1 && change !== undefined) {
    const value = `${inert(change.path)} = ${inert(change.to)}`;
    if (BUFFERED.test(statement)) return `${value} (reaches memory)`;
    if (isAssignment(statement)) return value;
  }
  const [store] = stores;
  if (changes.length === 0 && stores.length === 1 && store !== undefined) {
    return `${inert(store.path)} = ${inert(store.value)} (buffered)`;
  }
  const exchange =
    change === undefined || own.length > 1 ? undefined : exchangeOn(statement, inert(change.path));
  if (exchange !== undefined && change !== undefined) return `${exchange} -> ${inert(change.to)}`;
  if (own.length > 0) {
    const news = own.map(({ path, to }) => `${inert(path)} = ${inert(to)}`).join(", ");
    return `${statement} [${news}]`;
  }
  const objects = new Set(changes.map(({ path }) => inert(ownerOf(path))));
  const [object] = objects;
  if (objects.size === 1 && object !== undefined) return callOn(statement, object);
  // What goes wrong is what the statement was about to do; the sentence of the failure says what it has read.
  const reads = readsToTell(step, trace);
  if (changes.length > 0 || reads.length === 0 || fails === true) return statement;
  const seen = new Set(reads.map(({ path, value }) => `${inert(path)} = ${inert(value)}`));
  return `reads ${[...seen].join(", ")}`;
}

/** A store that leaves its store buffer. */
const BUFFERED = /^\(reaches memory: /;

/** Without what says nothing in a line of its own: the code handed over to a call, the message of an assert. */
function shortStatement(text: string): string {
  return text
    .replace(/;$/, "")
    .replace(/\([^()]*\) => .*\)$/, "…)")
    .replace(/^(assert\(.*), "[^"]*"\)$/, "$1)");
}

/** Of several places those that another thread changes: the others explain nothing. */
function readsToTell(
  { reads, thread }: InterleavingStep,
  { steps }: Interleaving,
): InterleavingStep["reads"] {
  const foreign = new Set(
    steps.flatMap((step) =>
      step.thread === thread ? [] : [...step.effects, ...(step.stores ?? [])].map(({ path }) => path),
    ),
  );
  const told = reads.filter(({ path }) => foreign.has(path));
  return told.length === 0 ? reads : told;
}

/** The object whose field the path names. */
function ownerOf(path: string): string {
  const end = path.lastIndexOf(".");
  return end < 0 ? path : path.slice(0, end);
}

/** A call in a statement, and no keyword. */
const CALL = /(?<![\w$.])(?!(?:if|while|for|switch|return|await|until)\b)([\w$]+)\(/g;

/** `spin_lock(vcpu0.tm_lock)` for `spin_lock(v.tm_lock)`; with other calls beside it, the statement and the object's name. */
function callOn(statement: string, object: string): string {
  const [name, other] = [...statement.matchAll(CALL)].map(([, found]) => found);
  return name === undefined || other !== undefined ? `${statement} [${object}]` : `${name}(${object})`;
}

/** `fetch_add(vcpu0.pause_count, 1)` for `fetch_add(v.pause_count, 1)`; undefined where the call does not begin with the place. */
function exchangeOn(statement: string, path: string): string | undefined {
  const field = path.slice(path.lastIndexOf(".") + 1);
  const [, name, place, rest] = /^([\w$]+)\(([\w$.!]+)(.*\))$/.exec(statement) ?? [];
  return place === field || place?.endsWith(`.${field}`) === true ? `${name}(${path}${rest}` : undefined;
}

/** Whether the statement does nothing but give a place a value: an assignment, a method of a list or a set. */
function isAssignment(statement: string): boolean {
  if (/^(?:if|while|for|return)\b/.test(statement)) return false;
  return (
    /^[^=!<>]+?(?:\+\+|--|[-+*/%&|^]?=(?!=))/.test(statement) ||
    /^WRITE_ONCE\(/.test(statement) ||
    /^[\w$.!]+\.\w+\(.*\)$/.test(statement)
  );
}

function waitWords(trace: Interleaving, { waitingFor, heldBy }: BlockedThread): string {
  const cpus = heldBy.map((name) => trace.threads.find((thread) => thread.name === name)?.cpu ?? name);
  const holders = cpus.length === 0 ? "" : ` (${cpus.map(inert).join(", ")})`;
  return `waits for ${inert(waitingFor)}${holders}`;
}
