/**
 * The steps that a shortest telling cannot do without: the one that fails, what it finds changed and where that was seen
 * last, who changed it, which locks are held meanwhile. The others only bring the threads there.
 */
import { formatValue } from "../interpreter/state.js";
import { missedLooks } from "./explain-waits.js";
import { locksAsked } from "./failure.js";
import type { Gap } from "./gaps.js";
import type { Row } from "./rows.js";
import type { Story } from "./story.js";
import type { ToldWait } from "./waits.js";

/** What the counterexample is about. */
export interface Subject {
  /** Threads that fail the check, or wait in vain. */
  readonly atFault: readonly string[];
  /** Their waits. */
  readonly waits: readonly ToldWait[];
  /** Places that the false condition looks at. */
  readonly places: readonly string[];
}

/** With so many steps told, what only explains another explanation is left out. */
const ENOUGH = 6;

/** A row, and how far it is from the failure: 0 for what the failure itself is about. */
interface Candidate {
  readonly n: number;
  readonly depth: number;
}

function isNearer(a: Candidate, b: Candidate): boolean {
  return a.depth === b.depth ? a.n > b.n : a.depth < b.depth;
}

/** Numbers of the essential rows. */
export function essentialRows(story: Story, { atFault, waits, places }: Subject): ReadonlySet<number> {
  const { rows, accesses } = story;
  const last = rows.length;
  const found = new Set<number>();
  const queue: Candidate[] = [];
  const addAt = (n: number | undefined, depth: number) => {
    if (n !== undefined && n >= 1) queue.push({ n, depth });
  };
  const add = (n: number | undefined) => addAt(n, 0);
  const addGap = ({ seen, changed }: Gap, depth = 0) => {
    addAt(changed, depth);
    addAt(seen, depth);
  };
  if (waits.length === 0) {
    add(last);
    for (const gap of accesses.changedBefore(last)) if (gap.seen !== undefined) addGap(gap);
  }
  for (const at of places) add(accesses.last("write", at, last + 1, () => true));
  for (const { told, places: awaited } of waits) {
    add(told.heldSince);
    if (told.heldBy.length > 0) continue;
    for (const at of awaited) add(accesses.last("write", at, last + 1, () => true));
    for (const { looked, wrote } of missedLooks(story, told.thread)) for (const n of [looked, wrote]) add(n);
  }
  for (const thread of atFault) {
    if (waits.length === 0 || waits.some(({ told }) => told.thread === thread && told.heldBy.length === 0)) {
      for (const gap of accesses.staleAt(last, thread)) addGap(gap);
      addForeignReads(story, thread, (n) => addAt(n, 1));
    }
  }
  addBuffered(story, atFault, add);
  addFreed(story, add);
  // Who holds the lock that the failure is about.
  const failure = rows.at(-1)?.events.find(({ kind }) => kind === "fail");
  if (failure?.kind === "fail") {
    const about = [
      formatValue(failure.subject),
      ...(failure.check === "guarded-by" ? locksAsked(failure) : []),
    ];
    for (const lock of about) for (const { since } of story.held.get(lock) ?? []) add(since);
  }
  // What explains explanations only while there is little to tell, the latest first.
  for (;;) {
    const next = queue
      .filter(({ n, depth }) => !found.has(n) && (depth === 0 || found.size < ENOUGH))
      .reduce<Candidate | undefined>((a, b) => (a === undefined || isNearer(b, a) ? b : a), undefined);
    if (next === undefined) break;
    found.add(next.n);
    for (const gap of accesses.changedBefore(next.n)) addGap(gap, next.depth + 1);
  }
  // Of the locks that others hold those that it could have been about.
  const involved = new Set([...found].map((n) => rows[n - 1]?.thread));
  for (const [lock, holders] of story.held) {
    const isShared = new Set(rows.flatMap((row) => (takes(row, lock) ? [row.thread] : []))).size > 1;
    for (const { thread, since } of holders) {
      const isTold = atFault.includes(thread) || (isShared && involved.has(thread) && found.size < ENOUGH);
      if (isTold && waits.length === 0) found.add(since);
    }
  }
  const waiting = new Set(waits.map(({ told }) => told.thread));
  for (const n of oneOfEach(story, found, waiting)) found.add(n);
  return found;
}

/** The last thing that a thread does with shared memory, for those of which nothing would be told. */
function oneOfEach(
  { rows, accesses }: Story,
  found: ReadonlySet<number>,
  waiting: ReadonlySet<string>,
): number[] {
  const isSeen = (thread: string) =>
    waiting.has(thread) || [...found].some((n) => rows[n - 1]?.thread === thread);
  const silent = [...new Set(rows.map(({ thread }) => thread))].filter((thread) => !isSeen(thread));
  return silent.map((thread) => {
    const own = (index: number) => rows[index]?.thread === thread;
    const touching = rows.findLastIndex(
      (row, index) =>
        own(index) && (["read", "write"] as const).some((kind) => accesses.of(row, kind).length > 0),
    );
    return (touching < 0 ? rows.findLastIndex((_, index) => own(index)) : touching) + 1;
  });
}

function takes({ events }: Row, lock: string): boolean {
  return events.some((event) => event.kind === "acquire" && event.lock === lock);
}

/** Where the thread reads what another has written. */
function addForeignReads({ rows, accesses }: Story, thread: string, add: (n: number) => void): void {
  for (const [index, row] of rows.entries()) {
    if (row.thread !== thread) continue;
    const n = index + 1;
    const foreign = accesses.of(row, "read").some(({ at }) => {
      const changed = accesses.last("write", at, n, (name) => name !== thread);
      return changed > accesses.last("write", at, n, (name) => name === thread);
    });
    if (foreign) add(n);
  }
}

/** Stores that a thread at fault has missed because they were still in a store buffer, and where it missed them. */
function addBuffered({ rows }: Story, atFault: readonly string[], add: (n: number) => void): void {
  for (const [index, row] of rows.entries()) {
    for (const event of row.events) {
      if (event.kind !== "buffer") continue;
      const drained = rows.findIndex(
        (other, at) =>
          at > index &&
          other.drained &&
          other.thread === row.thread &&
          other.events.some((e) => e.kind === "write" && e.at === event.at),
      );
      const missed = rows.findIndex(
        (other, at) =>
          at > index &&
          (drained < 0 || at < drained) &&
          atFault.includes(other.thread) &&
          other.thread !== row.thread &&
          other.events.some((e) => e.kind === "read" && e.at === event.at),
      );
      if (missed < 0) continue;
      add(index + 1);
      add(missed + 1);
    }
  }
}

/** Where an object was freed that is used afterwards, and where the pointer came from. */
function addFreed({ rows, freed }: Story, add: (n: number) => void): void {
  const last = rows.at(-1);
  const failure = last?.events.find(({ kind }) => kind === "fail");
  if (failure?.kind !== "fail" || failure.check !== "use-after-free") return;
  const subject = failure.subject;
  const name = subject !== null && typeof subject === "object" && "ref" in subject ? subject.ref : "";
  add(freed.get(name)?.since ?? 0);
  const fetched = rows
    .slice(0, -1)
    .findLastIndex(
      ({ thread, events }) =>
        thread === last?.thread &&
        events.some(
          (e) =>
            e.kind === "read" &&
            e.value !== null &&
            typeof e.value === "object" &&
            "ref" in e.value &&
            e.value.ref === name,
        ),
    );
  add(fetched + 1);
  const left = rows.findLastIndex(
    ({ thread, events }, index) =>
      thread === last?.thread &&
      index >= fetched &&
      events.some(
        (e) =>
          e.kind === "release" &&
          e.origin.frames.some(({ procedure }) => /^s?rcu_read_unlock$/.test(procedure)),
      ),
  );
  add(left + 1);
}
