/** Why the check of a step fails, beyond the one sentence that says that it does: what led there, and the gap. */
import type { BufferEntry, State } from "../interpreter/state.js";
import { formatValue, locationPath } from "../interpreter/state.js";
import type { Event } from "../interpreter/step.js";
import { lockLine, staleSentences } from "./explain-waits.js";
import { locksAsked } from "./failure.js";
import type { Gap } from "./gaps.js";
import type { Explanation, ScenarioLine } from "./interleaving.js";
import type { Row } from "./rows.js";
import { type Story, stepWords } from "./story.js";
import { listed } from "./wording.js";

type Failure = Extract<Event, { kind: "fail" }>;

/** More than these would hide the one that matters. */
const MOST_GAPS = 3;

/** What to read behind the failure of the last row. */
export function explainStep(story: Story, failure: Failure, final: State): Explanation {
  const row = story.rows.at(-1);
  if (row === undefined) return { sentences: [] };
  const own = ownSentences(story, row, failure);
  const isAboutPointer = failure.check === "use-after-free" || failure.check === "list-changed-under-walk";
  const gaps = isAboutPointer ? [] : gapSentences(story, row.thread, final);
  const sentences = [...own, ...gaps];
  const scenario = scenarioOf(story, row, failure);
  return { sentences, ...(scenario === undefined ? {} : { scenario }) };
}

/** What is peculiar to the check. */
function ownSentences(story: Story, row: Row, failure: Failure): string[] {
  const { words, held } = story;
  const who = words.short(row.thread);
  const subject = formatValue(failure.subject);
  switch (failure.check) {
    case "unlock-not-held": {
      const own = heldBy(story, row.thread);
      const holder = held.get(subject)?.find(({ thread }) => thread !== row.thread);
      const taken =
        holder === undefined
          ? ""
          : `${words.short(holder.thread)} took it in ${stepWords(story, holder.since)}; `;
      const what = own.length === 0 ? `${who} holds no lock here` : `what ${who} holds is ${listed(own)}`;
      return [`${taken}${what}.`];
    }
    case "self-deadlock": {
      const own = held.get(subject)?.find(({ thread }) => thread === row.thread);
      if (own === undefined) return [];
      const isShared = story.rows[own.since - 1]?.events.some(
        (event) => event.kind === "acquire" && event.lock === subject && event.mode === "shared",
      );
      const step = stepWords(story, own.since);
      if (!isShared) return [`${who} took ${subject} in ${step}, and nobody else can give it back.`];
      return row.origin.frames.some(({ procedure }) => /(^|_)read(_|$)/.test(procedure))
        ? [
            `${who} reads under ${subject} since ${step}; a second time it may have to wait behind a writer, which waits for the first to end.`,
          ]
        : [`${who} reads under ${subject} since ${step}, and a writer waits until no reader is left.`];
    }
    case "use-after-free":
      return useSentences(story, row, subject);
    case "irq-unsafe":
      return irqSentences(story, row, subject);
    case "lock-order": {
      const own = heldBy(story, row.thread);
      return own.length === 0
        ? []
        : [
            `Somebody who takes them in the declared order, ${subject} first, can meet ${who} halfway: then each waits for the other.`,
          ];
    }
    case "lock-held-at-exit":
      return [
        "No step of the way out that was taken here gives it back: the next who wants it waits for ever.",
      ];
    case "sleep-in-atomic":
      return ["Nobody else could run there until it wakes, and so perhaps nobody could wake it."];
    case "guarded-by":
      return guardSentences(story, row, failure);
    case "list-changed-under-walk":
      return whoUnlinked(story, subject);
  }
  return [];
}

/** Who has the lock that would be needed, and relies on being alone with it. */
function guardSentences({ held, words, rows }: Story, row: Row, failure: Failure): string[] {
  const holders = locksAsked(failure).flatMap((lock) =>
    (held.get(lock) ?? [])
      .filter(({ thread }) => thread !== row.thread)
      .map(
        ({ thread, since }) =>
          `${words.short(thread)} holds ${lock} since ${stepWords({ rows, words }, since)}`,
      ),
  );
  return holders.length === 0
    ? ["Whoever takes that lock relies on nobody doing this."]
    : [`${holders.join("; ")}, and relies on nobody doing this.`];
}

/** `rq0.lock, taken in step 3 (line 14)`. */
function heldBy(story: Story, thread: string): string[] {
  return [...story.held].flatMap(([lock, holders]) =>
    holders
      .filter((holder) => holder.thread === thread)
      .map(({ since }) => `${lock}, taken in ${stepWords(story, since)}`),
  );
}

/** Where the thread got the pointer from, and what did not protect it. */
function useSentences(story: Story, row: Row, subject: string): string[] {
  const { rows, words, model, freed } = story;
  const isIt = (value: unknown) =>
    value !== null && typeof value === "object" && "ref" in value && value.ref === subject;
  const fetched =
    rows
      .slice(0, -1)
      .findLastIndex(
        ({ thread, events }) =>
          thread === row.thread && events.some((event) => event.kind === "read" && isIt(event.value)),
      ) + 1;
  if (fetched === 0) return [];
  const event = rows[fetched - 1]?.events.find((each) => each.kind === "read" && isIt(each.value));
  if (event?.kind !== "read") return [];
  const who = words.short(row.thread);
  const from = `${who} got the pointer from ${locationPath(model, event.at)} in ${stepWords(story, fetched)}`;
  const unlinked = story.accesses.last("write", event.at, rows.length, (thread) => thread !== row.thread);
  const by = words.short(rows[unlinked - 1]?.thread ?? "");
  const taken = unlinked > fetched ? `, before ${by} changed that in ${stepWords(story, unlinked)}` : "";
  const left = rows.findLastIndex(
    (each, index) =>
      index >= fetched - 1 &&
      each.thread === row.thread &&
      each.events.some((some) => some.kind === "release" && isReadSide(some.origin.frames)),
  );
  const free = freed.get(subject);
  const grace =
    left < 0
      ? ""
      : ` Its read-side section ended in ${stepWords(story, left + 1)}: ${free === undefined ? "a" : "the"} grace period does not wait for what comes after that.`;
  return [`${from}${taken}.${grace}`];
}

function isReadSide(frames: readonly { readonly procedure: string }[]): boolean {
  return frames.some(({ procedure }) => /^s?rcu_read_unlock$/.test(procedure));
}

/** The two contexts in which the lock is taken, and whether they meet here. */
function irqSentences(story: Story, row: Row, subject: string): string[] {
  const { words, rows, held, model } = story;
  const other = held.get(subject)?.find(({ thread }) => thread !== row.thread);
  const [own, cpu] = [row.thread, other?.thread].map((name) => model.cpus.get(name ?? ""));
  if (other !== undefined && own === cpu) {
    return [
      `It has been held since ${stepWords(story, other.since)} by ${words.short(other.thread)}, which cannot go on before this handler returns: the handler would wait for ever.`,
    ];
  }
  const taken =
    rows
      .slice(0, -1)
      .findLastIndex(
        ({ thread, events }) =>
          thread !== row.thread && events.some((e) => e.kind === "acquire" && e.lock === subject),
      ) + 1;
  if (taken === 0) return [];
  const whose = words.full(rows[taken - 1]?.thread ?? "");
  return [
    `In ${stepWords(story, taken)} it was taken by ${whose}: where the handler comes over whoever holds it, on one CPU, both wait for ever.`,
  ];
}

function whoUnlinked(story: Story, subject: string): string[] {
  const { rows, words } = story;
  const has = (value: unknown) =>
    value !== null &&
    typeof value === "object" &&
    "list" in value &&
    Array.isArray(value.list) &&
    value.list.map(formatValue).includes(subject);
  const n =
    rows.findLastIndex(({ events }) =>
      events.some((event) => event.kind === "write" && has(event.from) && !has(event.to)),
    ) + 1;
  if (n === 0) return [];
  return [`${words.short(rows[n - 1]?.thread ?? "")} has taken ${subject} off in ${stepWords(story, n)}.`];
}

/** What changed behind the back of who makes the last step: what it looks at there, then what it goes on with unseen. */
export function gapSentences(story: Story, thread: string, final?: State): string[] {
  const { accesses, rows } = story;
  const n = rows.length;
  const gaps = accesses.changedBefore(n);
  // Where something has changed under the thread, what it has only been given says nothing.
  const telling = gaps.some(({ seen }) => seen !== undefined)
    ? gaps.filter(({ seen }) => seen !== undefined)
    : gaps;
  const changed = telling.map((gap) => changedSentence(story, thread, gap));
  const behind = final === undefined ? [] : overtaken(story, thread, final);
  return [...changed, ...behind, ...staleSentences(story, n, thread)].slice(0, MOST_GAPS);
}

/** `In between, CPU0 changes pt0.vcpu from vcpu0 to vcpu1 in step 13 (line 297).` */
function changedSentence(story: Story, thread: string, { at, seen, changed }: Gap): string {
  const { words, rows, model, accesses } = story;
  const other = words.short(rows[changed - 1]?.thread ?? "");
  const to = formatValue(accesses.valueIn(changed, at, "to"));
  const path = locationPath(model, at);
  const step = stepWords(story, changed);
  if (seen === undefined) return `${other} has set ${path} to ${to} in ${step}.`;
  const value = formatValue(accesses.valueIn(seen, at, "value"));
  const who = words.short(thread);
  if (value === to) {
    return `${who} has read ${path} = ${value} in ${stepWords(story, seen)} and finds the same there again, though ${other} has changed it in between, last in ${step}.`;
  }
  return `${who} has read ${path} = ${value} in ${stepWords(story, seen)}; ${other} changes it to ${to} in ${step}.`;
}

/** Stores that the thread should have seen and that still wait in a store buffer, and what has overtaken them. */
function overtaken(story: Story, thread: string, { buffers }: State): string[] {
  const { rows, words, model } = story;
  const read = new Set(
    rows
      .filter((row) => row.thread === thread)
      .flatMap(({ events }) => events.flatMap((e) => (e.kind === "read" ? [e.at] : []))),
  );
  return [...buffers].flatMap(([owner, entries]) =>
    entries.flatMap((entry: BufferEntry) => {
      if (entry === "fence" || !read.has(entry.at) || owner === thread) return [];
      const stored = rows.findLastIndex(
        (row) => row.thread === owner && row.events.some((e) => e.kind === "buffer" && e.at === entry.at),
      );
      const later = rows.findIndex(
        (row, index) => index > stored && row.thread === owner && row.drained && isLater(rows, row, stored),
      );
      const path = `${locationPath(model, entry.at)} = ${formatValue(entry.value)}`;
      const store = `The store ${path} of ${words.short(owner)} in ${stepWords(story, stored + 1)} is still in its store buffer`;
      const passed = rows[later]?.events.find((event) => event.kind === "write");
      if (passed?.kind !== "write") return [`${store}, where nobody else sees it.`];
      return [
        `${store}: ${locationPath(model, passed.at)} = ${formatValue(passed.to)}, which was stored behind it, has overtaken it in step ${later + 1}.`,
      ];
    }),
  );
}

/** Whether what the row brings to memory was stored behind the given row. */
function isLater(rows: readonly Row[], row: Row, stored: number): boolean {
  const places = row.events.flatMap((event) => (event.kind === "write" ? [event.at] : []));
  return rows.some(
    (other, index) =>
      index > stored &&
      other.thread === row.thread &&
      other.events.some((e) => e.kind === "buffer" && places.includes(e.at)),
  );
}

/** The locks alone, where one thread, or it and the handler that interrupts it, gets in its own way. */
function scenarioOf({ held, rows }: Story, row: Row, failure: Failure): ScenarioLine[] | undefined {
  const subject = formatValue(failure.subject);
  if (failure.check !== "self-deadlock" && failure.check !== "irq-unsafe") return undefined;
  const holder = held.get(subject)?.[0];
  const before = holder && rows[holder.since - 1];
  if (holder === undefined || before === undefined) return undefined;
  const isShared = ({ events, origin }: Row) =>
    events.some((event) => event.kind === "acquire" && event.lock === subject && event.mode === "shared") ||
    (events.every((event) => event.kind !== "acquire") &&
      origin.frames.some(({ procedure }) => /read/.test(procedure)));
  const interrupts = failure.check === "irq-unsafe" && holder.thread !== row.thread;
  if (failure.check === "irq-unsafe" && !interrupts) return undefined;
  return [
    { thread: holder.thread, text: lockLine(subject, isShared(before)), n: holder.since },
    ...(interrupts ? [{ thread: row.thread, text: "<Interrupt>" }] : []),
    { thread: row.thread, text: lockLine(subject, isShared(row)), n: rows.length },
  ];
}
