/** Why the running thread changes: the one before cannot go on, or what the next one does has to come just here. */
import { formatValue, locationPath, type RunningThread, threadsOf } from "../interpreter/state.js";
import { nextStep, runStep } from "../interpreter/step.js";
import type { Move } from "./replay.js";
import type { Row } from "./rows.js";
import type { Story } from "./story.js";
import { isEntry, type ToldWait, tellWait } from "./waits.js";

/** For each row before which another thread ran, the reason; undefined for the others. */
export function switchReasons(
  story: Story,
  moves: readonly Move[],
  waits: readonly ToldWait[],
): (string | undefined)[] {
  return story.rows.map((row, index) => {
    const before = story.rows[index - 1];
    return before === undefined || before.thread === row.thread
      ? undefined
      : reason(story, moves, waits, index);
  });
}

function reason(story: Story, moves: readonly Move[], waits: readonly ToldWait[], index: number): string {
  const { rows, words } = story;
  const [before, row] = [rows[index - 1], rows[index]];
  if (before === undefined || row === undefined) return "";
  if (isEntry(row)) return `interrupts ${words.short(before.thread)}`;
  const held = heldUp(story, moves, index, before);
  if (held !== undefined) return held;
  const taken = takenFor(story, waits, index);
  if (taken !== undefined) return taken;
  return (
    needed(story, index) ??
    (rows.findIndex(({ thread }) => thread === row.thread) === index ? "comes in" : "goes on")
  );
}

/** Why the thread before cannot go on; undefined where it can. */
function heldUp(
  { model, words, held, rows }: Story,
  moves: readonly Move[],
  index: number,
  before: Row,
): string | undefined {
  const state = moves[rows[index]?.move ?? 0]?.before;
  const running = threadsOf(model).find(({ instance }) => instance.name === before.thread);
  if (state === undefined || running === undefined) return undefined;
  const who = words.short(before.thread);
  if (nextStep(state, running) === undefined) {
    const failed = before.events.some(({ kind }) => kind === "fail");
    return `${who} ${failed ? "has failed" : "has ended"}`;
  }
  if (isBetweenEntries(running, state.threads.get(before.thread)?.at)) return `${who} has returned`;
  const { wait } = runStep(model, state, running);
  if (wait === undefined) return undefined;
  if (wait.idle) return `${who} has nothing to do`;
  return `${who} waits for ${tellWait(model, before.thread, wait, held, rows.slice(0, index)).told.waitingFor}`;
}

/** Whether the thread is a handler that is not running. */
function isBetweenEntries({ process }: RunningThread, at: string | undefined): boolean {
  return process.steps.find(({ label }) => label === at)?.optional === true;
}

/** The rows of one thread from here to the next switch. */
function blockFrom({ rows }: Story, index: number): readonly Row[] {
  const thread = rows[index]?.thread;
  const end = rows.findIndex((row, at) => at > index && row.thread !== thread);
  return rows.slice(index, end < 0 ? rows.length : end);
}

/** A lock that these rows take, and that another thread waits for in the end. */
function takenFor(story: Story, waits: readonly ToldWait[], index: number): string | undefined {
  const block = blockFrom(story, index);
  const wanted = waits.find(({ told }) => {
    const since = story.rows[(told.heldSince ?? 0) - 1];
    return since !== undefined && block.includes(since) && told.thread !== since.thread;
  });
  if (wanted === undefined) return undefined;
  const { told, kind } = wanted;
  const who = story.words.short(told.thread);
  return kind === "lock"
    ? `takes ${told.waitingFor}, for which ${who} then waits`
    : `is what ${who} then waits for`;
}

/** What others have seen, or look at later, and these rows change; or what others change later, and these rows look at. */
function needed(story: Story, index: number): string | undefined {
  const { rows, words, accesses, model } = story;
  const thread = rows[index]?.thread ?? "";
  const block = blockFrom(story, index);
  const later = rows.slice(index + block.length);
  const path = (at: string) => locationPath(model, at);
  const writes = block.flatMap((row) => accesses.of(row, "write").map(({ at }) => at));
  const reads = block.flatMap((row) => accesses.of(row, "read").map(({ at }) => at));
  const others = (some: readonly Row[]) => some.filter((row) => row.thread !== thread);
  const uses = (kind: "read" | "write", some: readonly Row[], at: string) =>
    others(some).find((row) => accesses.of(row, kind).some((event) => event.at === at));
  const earlier = rows.slice(0, index);
  for (const at of writes) {
    const seen = uses("read", earlier.toReversed(), at);
    const again = uses("read", later, at);
    if (seen && again && seen.thread === again.thread) {
      return `writes ${path(at)}, which ${words.short(seen.thread)} has read and reads again in step ${rows.indexOf(again) + 1}`;
    }
    if (again)
      return `writes ${path(at)}, which ${words.short(again.thread)} reads in step ${rows.indexOf(again) + 1}`;
    if (seen)
      return `writes ${path(at)}, which ${words.short(seen.thread)} has read in step ${rows.indexOf(seen) + 1}`;
  }
  const freed = freedIn(story, block);
  const user = later.find((row) => row.thread !== thread && usesObject(row, freed));
  if (freed !== undefined && user) {
    return `frees ${freed}, which ${words.short(user.thread)} uses in step ${rows.indexOf(user) + 1}`;
  }
  for (const at of reads) {
    const change = uses("write", later, at);
    if (change)
      return `reads ${path(at)} before ${words.short(change.thread)} changes it in step ${rows.indexOf(change) + 1}`;
  }
  const taken = block.flatMap(({ events }) => events.flatMap((e) => (e.kind === "acquire" ? [e.lock] : [])));
  for (const at of reads) {
    const change = uses("write", earlier.toReversed(), at);
    const reader = block.find((row) => accesses.of(row, "read").some((event) => event.at === at));
    if (change && reader) {
      const where = reader === block[0] ? "" : ` in step ${rows.indexOf(reader) + 1}`;
      return `reads${where} what ${words.short(change.thread)} has written to ${path(at)}`;
    }
  }
  const dropped = block.flatMap(({ events }) =>
    events.flatMap((e) => (e.kind === "release" ? [e.lock] : [])),
  );
  const next = earlier.findLast(
    (row) =>
      row.thread !== thread && row.events.some((e) => e.kind === "acquire" && dropped.includes(e.lock)),
  );
  if (next && block[0]?.events.some((e) => e.kind === "release")) {
    return `drops the lock only now that ${words.short(next.thread)} has it, too`;
  }
  const free = earlier.findLastIndex(
    (row) => row.thread !== thread && row.events.some((e) => e.kind === "release" && taken.includes(e.lock)),
  );
  if (free >= 0)
    return `gets the lock that ${words.short(rows[free]?.thread ?? "")} has dropped in step ${free + 1}`;
  const first = later.find(
    (row) => row.thread !== thread && row.events.some((e) => e.kind === "acquire" && taken.includes(e.lock)),
  );
  if (first)
    return `takes its lock before ${words.short(first.thread)} wants it in step ${rows.indexOf(first) + 1}`;
  return taken.length > 0 ? `takes ${[...new Set(taken)].join(" and ")} meanwhile` : undefined;
}

function freedIn({ freed, rows }: Story, block: readonly Row[]): string | undefined {
  return [...freed].find(([, { since }]) => {
    const row = rows[since - 1];
    return row !== undefined && block.includes(row);
  })?.[0];
}

function usesObject({ events }: Row, object: string | undefined): boolean {
  return events.some((event) => event.kind === "fail" && formatValue(event.subject) === object);
}
