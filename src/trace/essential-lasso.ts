/**
 * The steps that a shortest telling of a run without end cannot do without: what keeps those who wait from going on, what
 * the claim looks at, and of the loop only where one thread meets another.
 */
import { essentialRows, type Subject } from "./essential.js";
import type { Story } from "./story.js";

/** What a run without end is about, beyond who waits in it. */
export interface EndlessSubject extends Subject {
  /** The number of the last row before the loop. */
  readonly before: number;
  /** Locks that somebody waits for, or would take if it came to that. */
  readonly locks: ReadonlySet<string>;
  /** The row that asks for what never comes; 0 where there is none. */
  readonly asked: number;
}

/** Numbers of the essential rows. */
export function essentialRowsOfLasso(story: Story, subject: EndlessSubject): ReadonlySet<number> {
  const { rows, accesses } = story;
  const { before, asked, waits, places } = subject;
  const found = new Set<number>(asked > 0 ? [asked] : []);
  if (waits.length > 0) for (const n of essentialRows(story, subject)) found.add(n);
  for (const at of places) {
    const wrote = accesses.last("write", at, before + 1, () => true);
    if (wrote > 0) found.add(wrote);
  }
  const round = rows.slice(before).map((_, index) => before + index + 1);
  const met = round.filter((n) => isMeeting(story, subject, n));
  for (const n of met.length > 0 ? met : round) found.add(n);
  // Without a word of it the reader would ask what the thread is there for.
  for (const thread of new Set(rows.map((row) => row.thread))) {
    if ([...found].some((n) => rows[n - 1]?.thread === thread)) continue;
    if (waits.some(({ told }) => told.thread === thread)) continue;
    found.add(rows.findLastIndex((row) => row.thread === thread) + 1);
  }
  return found;
}

/** Whether the row of the loop takes or drops a lock that is wanted, or is one end of what passes between two threads. */
function isMeeting({ rows, accesses }: Story, { before, locks }: EndlessSubject, n: number): boolean {
  const row = rows[n - 1];
  if (row === undefined) return false;
  const isWanted = row.events.some(
    (event) => (event.kind === "acquire" || event.kind === "release") && locks.has(event.lock),
  );
  if (isWanted) return true;
  const round = rows.slice(before);
  const others = round.filter(({ thread }) => thread !== row.thread);
  const touches = (kind: "read" | "write", at: string) =>
    others.some((other) => accesses.of(other, kind).some((event) => event.at === at));
  if (accesses.of(row, "write").some(({ at }) => touches("read", at) || touches("write", at))) return true;
  return accesses.of(row, "read").some(({ at }) => {
    // Who wrote last, going round.
    const writers = [...round.slice(n - before), ...round.slice(0, n - before - 1)].filter((other) =>
      accesses.of(other, "write").some((event) => event.at === at),
    );
    const last = writers.at(-1);
    return last !== undefined && last.thread !== row.thread;
  });
}
