/** The failed check in one sentence with its values: with failure-of-runs.ts the only prose about failures. */
import { elementsOf, evaluate } from "../interpreter/evaluate.js";
import { formatValue, locationPath } from "../interpreter/state.js";
import type { Event } from "../interpreter/step.js";
import type { Model } from "../ir/model.js";
import { visitTerm } from "../ir/terms.js";
import { decidingPart, decidingWords } from "./false-part.js";
import type { Holder } from "./holders.js";
import type { BlockedThread, InterleavingThread } from "./interleaving.js";
import { isAllocation, type Row } from "./rows.js";

type Failure = Extract<Event, { kind: "fail" }>;

/** `CPU1 (timer softirq(pt0))`. */
export function cpuOf(threads: readonly InterleavingThread[], name: string): string {
  const thread = threads.find((candidate) => candidate.name === name);
  return thread === undefined ? name : `${thread.cpu} (${name})`;
}

/** For a check that a step makes. */
export function failureSentence(
  model: Model,
  threads: readonly InterleavingThread[],
  row: Row,
  failure: Failure,
  held: ReadonlyMap<string, readonly Holder[]>,
  freed: ReadonlyMap<string, Holder> = new Map(),
): string {
  const who = cpuOf(threads, row.thread);
  const subject = formatValue(failure.subject);
  switch (failure.check) {
    case "unlock-not-held":
      return `${who} releases ${subject}, which ${holdersSentence(threads, row.thread, held.get(subject) ?? [])}`;
    case "self-deadlock": {
      const own = held.get(subject)?.find(({ thread }) => thread === row.thread);
      const since = own === undefined ? "" : `, which it has held since step ${own.since}`;
      return `${who} waits for itself: it wants ${subject}${since}`;
    }
    case "lock-held-at-exit": {
      const kept = [...held].flatMap(([lock, holders]) =>
        holders
          .filter(({ thread }) => thread === row.thread)
          .map(({ since }) => `${lock}, taken in step ${since}`),
      );
      return `${who} ends and still holds ${kept.join(", and ")}`;
    }
    case "lock-order":
      return `${who} takes ${subject} ${heldSentence(row.thread, outOfOrder(failure, held))}: the declared order is the other way round`;
    case "guarded-by":
      return `${who} uses ${failure.message} in \`${row.origin.text}\` without ${guardWords(failure)}, ${heldSentence(row.thread, held)}`;
    case "irq-unsafe":
      return `${who} takes ${subject} ${irqSentence(row)}`;
    case "sleep-in-atomic":
      return `${who} sleeps in \`${row.origin.text}\` ${sleepSentence(row, held)}`;
    case "null-dereference":
      return `${who} follows a null pointer in \`${row.origin.text}\`${valuesSentence(model, row)}`;
    case "use-after-free":
      return useSentence(threads, row, failure, freed.get(subject));
    case "list-corruption":
      if (failure.message === FREE) return `${who} frees ${subject} ${linkSentence(model, row, subject)}`;
      return `${who} executes \`${row.origin.text}\` ${listSentence(model, row, subject)}`;
    case "list-changed-under-walk":
      return `${who} walks on from ${subject}, which is no longer on ${listsRead(model, row).join(" or ")}`;
    case "wrap":
      return `${who} leaves ${rangeWords(failure)} in \`${row.origin.text}\`${valuesSentence(model, row)}`;
    case "assert": {
      const claim = failure.message === undefined ? `\`${row.origin.text}\`` : `"${failure.message}"`;
      return `${who} finds ${claim} false${operandsSentence(model, row, failure)}`;
    }
  }
  return `${who} fails ${failure.check} in \`${row.origin.text}\`${valuesSentence(model, row)}`;
}

/** `while it holds vcpu0.tm_lock since step 3`. */
function heldSentence(thread: string, held: ReadonlyMap<string, readonly Holder[]>): string {
  const own = [...held].flatMap(([lock, holders]) =>
    holders.filter((holder) => holder.thread === thread).map(({ since }) => `${lock} (since step ${since})`),
  );
  return own.length === 0 ? "while it holds no lock" : `while it holds ${own.join(" and ")}`;
}

/** `rq0.lock, which guards it`: by the rule that is broken. */
function guardWords({ condition, scene }: Failure): string {
  const locks = locksAsked({ condition, scene });
  return locks.length === 0 ? "the lock that guards it" : `${locks.join(" and ")}, which guards it`;
}

/** The locks that the condition asks the thread to hold and it does not. */
export function locksAsked({ condition, scene }: Pick<Failure, "condition" | "scene">): string[] {
  const locks = new Set<string>();
  visitTerm(condition, (term) => {
    if (term.kind !== "has" || term.collection.kind !== "local") return;
    const lock = evaluate(scene, term.element);
    if (evaluate(scene, term) !== true && lock !== null) locks.add(formatValue(lock));
  });
  return [...locks];
}

/** Of the locks that are held those that come behind the one that is taken; all of them where the rule does not say. */
function outOfOrder(
  { condition, scene }: Failure,
  held: ReadonlyMap<string, readonly Holder[]>,
): ReadonlyMap<string, readonly Holder[]> {
  const later = new Set<string>();
  visitTerm(condition, (term) => {
    if (term.kind !== "quantifier" || term.quantifier !== "some") return;
    for (const element of elementsOf(evaluate(scene, term.domain))) {
      const bound = new Map(scene.bound).set(term.variable, element);
      if (evaluate({ ...scene, bound }, term.body) === true) later.add(formatValue(element));
    }
  });
  const found = new Map([...held].filter(([lock]) => later.has(lock)));
  return found.size === 0 ? held : found;
}

/** How the lock was taken before, by the mark that the check found set. */
function irqSentence(row: Row): string {
  const marks: readonly (readonly [string, string])[] = [
    ["in_hardirq", "with interrupts on, and a hardirq handler takes it, too"],
    ["in_softirq", "with softirqs on, and a softirq takes it, too"],
    ["with_hardirqs_on", "in a hardirq handler, and elsewhere it is taken with interrupts on"],
    ["with_softirqs_on", "in a softirq, and elsewhere it is taken with softirqs on"],
  ];
  const found = marks.find(([mark]) =>
    row.events.some(({ kind, ...event }) => kind === "read" && "at" in event && isMark(event, mark)),
  );
  return found?.[1] ?? "where an interrupt may come that takes it, too";
}

function isMark(read: object, mark: string): boolean {
  return (
    "at" in read &&
    "value" in read &&
    read.value === true &&
    String(read.at).split("@")[0]!.endsWith(`.${mark}`)
  );
}

function sleepSentence(row: Row, held: ReadonlyMap<string, readonly Holder[]>): string {
  const off = row.events.flatMap((event) => {
    if (event.kind !== "read" || event.value === false || event.value === 0) return [];
    const [variable] = event.at.split("@");
    if (variable?.endsWith(".irqs_off") === true) return ["interrupts off"];
    return variable?.endsWith(".softirqs_off") === true ? ["softirqs off"] : [];
  });
  if (off.length > 0) return `with ${off.join(" and ")}`;
  const isPreemptible = !row.events.some(
    (event) =>
      event.kind === "read" && event.at.split("@")[0]?.endsWith(".preempt_off") === true && event.value !== 0,
  );
  if (isPreemptible) return "in a handler";
  const locks = heldSentence(row.thread, held);
  return locks === "while it holds no lock" ? "with preemption off" : locks;
}

/** How a check says that it belongs to a free, and not to another use of the object. */
const FREE = "free";

function useSentence(
  threads: readonly InterleavingThread[],
  row: Row,
  failure: Failure,
  by: Holder | undefined,
): string {
  const who = cpuOf(threads, row.thread);
  const subject = formatValue(failure.subject);
  const isFree = failure.message === FREE;
  const use = isFree ? `frees ${subject}` : `uses ${subject}`;
  const where = `in \`${row.origin.text}\``;
  if (by === undefined) return `${who} ${use} ${where}, and it is not allocated`;
  const freed = by.thread === row.thread ? "freeing it" : `${cpuOf(threads, by.thread)} freed it`;
  return `${who} ${use} ${where}${isFree ? " once more" : ""}, after ${freed} in step ${by.since}`;
}

/** What still links the object that is freed: a list that it is on, or one inside it that has elements. */
function linkSentence(model: Model, row: Row, subject: string): string {
  const on = listsRead(model, row, (elements) => elements.includes(subject));
  if (on.length > 0) return `while it is on ${on.join(" and ")}`;
  return `while there are elements on ${listsRead(model, row, (elements) => elements.length > 0).join(" and ")}`;
}

/** `the range 0..255`. */
function rangeWords({ message }: Failure): string {
  const range = /in (.+)$/.exec(message ?? "")?.[1];
  return range === undefined ? "the range of its variable" : `the range ${range}`;
}

function holdersSentence(
  threads: readonly InterleavingThread[],
  self: string,
  holders: readonly Holder[],
): string {
  const [first] = holders.filter(({ thread }) => thread !== self);
  if (first === undefined) return holders.length > 0 ? "it holds in another way" : "nobody holds";
  return `${cpuOf(threads, first.thread)} holds since step ${first.since}`;
}

/** What the failing step read, `: pt0.timer.status = "invalid"`. */
function valuesSentence(model: Model, row: Row): string {
  const reads = row.events.flatMap((event) => (event.kind === "read" ? [event] : []));
  const told = reads.filter(({ at }) => !isAllocation(model, at));
  const values = new Map(told.map(({ at, value }) => [locationPath(model, at), formatValue(value)]));
  return values.size === 0 ? "" : `: ${[...values].map(([path, value]) => `${path} = ${value}`).join(", ")}`;
}

/** What decides that the condition is false, `: value is 0, not 7`. */
function operandsSentence(model: Model, { events }: Row, { scene, condition }: Failure): string {
  const paths = events.flatMap((event) => (event.kind === "read" ? [locationPath(model, event.at)] : []));
  const lastName = (path: string) => path.slice(path.lastIndexOf(".") + 1);
  // What two places have in common as a name says nothing.
  const clear = paths.filter(
    (path) => new Set(paths.filter((other) => lastName(other) === lastName(path))).size === 1,
  );
  const loaded = new Map(clear.map((path) => [lastName(path), path]));
  return `: ${decidingWords(decidingPart({ ...scene, loaded }, condition))}`;
}

/** The lists that the failing step looked at; only those whose elements are asked for. */
function listsRead(
  model: Model,
  row: Row,
  isAsked: (elements: readonly string[]) => boolean = () => true,
): string[] {
  return row.events.flatMap((event) =>
    event.kind === "read" &&
    event.value !== null &&
    typeof event.value === "object" &&
    "list" in event.value &&
    isAsked(event.value.list.map(formatValue))
      ? [locationPath(model, event.at)]
      : [],
  );
}

/** On which of them the element is. */
function listSentence(model: Model, row: Row, subject: string): string {
  const on = listsRead(model, row, (elements) => elements.includes(subject));
  return on.length === 0 ? `while ${subject} is on no list` : `while ${subject} is on ${on.join(" and ")}`;
}

/** For an invariant: its name, and what makes it false. */
export function invariantSentence(name: string, part: string): string {
  return `"${name}" is false${part.startsWith("for ") ? " " : ": "}${part}`;
}

/** What a thread waits for, and who could end that: `l, which CPU0 (a) holds`. */
export function waitWords(threads: readonly InterleavingThread[], waiting: BlockedThread): string {
  const [holder] = waiting.heldBy;
  const does = / to (become|change|end|finish|leave|link|return)\b|^a (grace|wake)|^the CPU/.test(
    waiting.waitingFor,
  );
  if (holder === undefined || does) return waiting.waitingFor;
  // Who is waited for need not hold the lock: a reader can wait behind a writer that waits.
  if (waiting.heldSince === undefined) return `${waiting.waitingFor} behind ${cpuOf(threads, holder)}`;
  return `${waiting.waitingFor}, which ${cpuOf(threads, holder)} holds`;
}
