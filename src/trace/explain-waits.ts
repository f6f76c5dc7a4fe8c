/** Threads that wait for ever: the circle, who is in whose way since when, and the locks alone as lockdep prints them. */
import { formatValue, locationPath } from "../interpreter/state.js";
import type { Explanation, ScenarioLine, WaitLink } from "./interleaving.js";
import type { Row } from "./rows.js";
import { type Story, stepWords } from "./story.js";
import type { ToldWait } from "./waits.js";
import { listed } from "./wording.js";

/** Threads that cannot go on. */
export interface Stuck {
  /** Whom it is about; in a circle each waits for the next. */
  readonly core: readonly ToldWait[];
  readonly isCircle: boolean;
  /** Who else waits, behind those. */
  readonly others: readonly ToldWait[];
  /** Threads that could move and owe it to nobody. */
  readonly free: readonly string[];
}

/** The failure in one sentence: who waits for whom. */
export function stuckMessage({ words, rows }: Story, { core, isCircle, free }: Stuck, end: string): string {
  const names = core.map(({ told }) => words.full(told.thread));
  const others =
    free.length === 0 ? "" : `; only ${listed(free.map(words.full))} could still move, and need not`;
  if (isCircle && core.length > 1) {
    const circle = core.length > 2 ? " in a circle" : "";
    return `${listed(names)} wait for each other${circle}${others}`;
  }
  const isHopeless = free.length === 0 && core.every(({ told }) => told.heldBy.length === 0);
  if (isHopeless && core.length > 1) {
    const waits = core.map(({ told }) => `${words.full(told.thread)} waits for ${told.waitingFor}`);
    return `${listed(waits)}, and ${end.replace("the wait", "these waits")}`;
  }
  const waits = core.map((wait) => {
    const { told } = wait;
    const [holder] = told.heldBy;
    const who = `${words.full(told.thread)} waits for ${told.waitingFor}`;
    if (isCircle) return `${who}, and is in its own way`;
    if (holder === undefined) return free.length > 0 ? who : `${who}, and ${end}`;
    if (wait.kind === "lock" && told.heldSince !== undefined) {
      return `${who}, which ${words.full(holder)} holds and never gives back`;
    }
    const ends = rows.some(({ thread }) => thread === holder)
      ? "which does not go on any more"
      : "which never moves";
    return `${who}, and only ${words.full(holder)} could end the wait, ${ends}`;
  });
  return `${waits.join("; ")}${others}`;
}

/** One sentence for each thread that matters, then who waits behind them. */
export function explainStuck(story: Story, stuck: Stuck): Explanation {
  const { core, isCircle, others } = stuck;
  const links = core.flatMap((wait) => linkSentence(story, wait) ?? []);
  const behind = others.map(({ told }) => story.words.full(told.thread));
  const rest = behind.length === 0 ? [] : [behindSentence(behind, core.length)];
  if (!isCircle) return { sentences: [...links, ...missedSentences(story, core), ...rest] };
  const scenario = scenarioOf(story, core);
  return {
    sentences: [...links, ...rest],
    cycle: cycleOf(core),
    ...(scenario === undefined ? {} : { scenario }),
  };
}

/** Threads for which no moment comes while others go round: whoever is in their way takes turns. */
export function kept(story: Story, { core }: Stuck, round: readonly Row[]): string[] {
  const { words } = story;
  return core.map(({ told, kind }) => {
    const holders = round.flatMap(({ thread, events }) =>
      events.some((event) => event.kind === "acquire" && event.lock === told.waitingFor) ? [thread] : [],
    );
    const names = [...new Set(holders)].map(words.short);
    const taken =
      kind !== "lock" || names.length === 0
        ? ""
        : names.length === 1
          ? `; ${names.join()} takes it again each time before anybody else`
          : `; ${listed(names)} hold it in turn, and it is never free`;
    const who = words.short(told.thread);
    return `${who} waits for ${told.waitingFor} (${words.place(told.span)}) all the while${taken}. None of these steps lets ${who} go on, so no fairness gives it a turn.`;
  });
}

function behindSentence(names: readonly string[], core: number): string {
  const them = core === 1 ? "it" : "them";
  if (names.length === 1) return `Another thread, ${names.join()}, waits behind ${them}.`;
  if (names.length > 3) return `${names.length} other threads wait behind ${them}.`;
  return `The others, ${listed(names)}, wait behind ${them}.`;
}

function linkSentence(story: Story, { told, kind }: ToldWait): string | undefined {
  const { words } = story;
  const { thread, waitingFor, heldSince, span } = told;
  const [holder] = told.heldBy;
  const waits = `${words.short(thread)} waits for ${waitingFor} (${words.place(span)})`;
  if (holder === undefined) return undefined;
  const who = holder === thread ? "it" : words.short(holder);
  const since = heldSince === undefined ? "" : ` since ${stepWords(story, heldSince)}`;
  switch (kind) {
    case "lock":
      if (heldSince === undefined) return `${waits}: it has to let ${who} go first, which waits itself.`;
      return `${waits}; ${who} has held it${since}.`;
    case "grace period":
      return `${waits}; ${who} has been in its read-side section${since}.`;
    case "handler":
      return `${waits}; ${who} has been running it${since}.`;
    case "interrupt":
      return `${words.short(thread)} cannot go on at ${words.place(span)} before ${who} returns, which came over it${heldSince === undefined ? "" : ` in ${stepWords(story, heldSince)}`}.`;
    case "CPU":
      return `${words.short(thread)} cannot go on at ${words.place(span)} before ${who} lets it have the CPU.`;
    case "change":
      return `${waits}; only ${who} could bring that about.`;
  }
}

/** Who could have woken the thread, and looked before it had said that it waits. */
function missedSentences(story: Story, core: readonly ToldWait[]): string[] {
  const { rows, words } = story;
  return core.flatMap(({ told }) => {
    const stale = staleSentences(story, rows.length, told.thread);
    const missed = missedLooks(story, told.thread).map(
      ({ looked, wrote, path, value }) =>
        `${words.short(rows[looked - 1]?.thread ?? "")} has found ${path} = ${value} in ${stepWords(story, looked)}, before ${words.short(told.thread)} puts itself there in ${stepWords(story, wrote)}.`,
    );
    return [...stale, ...missed];
  });
}

/** A place where the thread wants to be found, and another that looked there too early. */
export interface MissedLook {
  readonly looked: number;
  readonly wrote: number;
  readonly path: string;
  readonly value: string;
}

/** Looks at what the thread wrote last of all, by others, before it did. */
export function missedLooks({ accesses, rows, model }: Story, thread: string): MissedLook[] {
  const wrote =
    rows.findLastIndex((row) => row.thread === thread && accesses.of(row, "write").length > 0) + 1;
  const row = rows[wrote - 1];
  if (row === undefined) return [];
  return [...new Set(accesses.of(row, "write").map(({ at }) => at))].flatMap((at) => {
    const looked = accesses.last("read", at, wrote, (name) => name !== thread);
    if (looked === 0) return [];
    const value = accesses.valueIn(looked, at, "value");
    return [{ looked, wrote, path: locationPath(model, at), value: formatValue(value) }];
  });
}

/** What the thread goes on with although it has changed. */
export function staleSentences(story: Story, n: number, thread: string): string[] {
  const { accesses, words, rows, model } = story;
  return accesses.staleAt(n, thread).flatMap(({ at, seen, changed }) => {
    if (seen === undefined) return [];
    const path = locationPath(model, at);
    const value = (row: number, which: "value" | "to") => formatValue(accesses.valueIn(row, at, which));
    if (value(seen, "value") === value(changed, "to")) return [];
    const other = words.short(rows[changed - 1]?.thread ?? "");
    return [
      `${words.short(thread)} has read ${path} = ${value(seen, "value")} in ${stepWords(story, seen)} and goes on with that; ${other} changes it to ${value(changed, "to")} in ${stepWords(story, changed)}.`,
    ];
  });
}

function cycleOf(core: readonly ToldWait[]): WaitLink[] {
  return core.map(({ told }, index) => {
    const { thread, span, text, waitingFor, heldSince } = told;
    const heldBy = core[(index + 1) % core.length]?.told.thread ?? thread;
    const isHeld = heldSince !== undefined && told.heldBy[0] === heldBy;
    return { thread, span, text, waitingFor, heldBy, ...(isHeld ? { heldSince } : {}) };
  });
}

/** Taking and wanting the locks of the circle; undefined where it is not of locks alone. */
function scenarioOf({ rows }: Story, core: readonly ToldWait[]): ScenarioLine[] | undefined {
  const isOfLocks = core.every(
    ({ kind, told }) => kind === "interrupt" || (kind === "lock" && told.heldSince !== undefined),
  );
  if (!isOfLocks) return undefined;
  const wanted = new Set(core.flatMap(({ kind, told }) => (kind === "lock" ? [told.waitingFor] : [])));
  const threads = new Set(core.map(({ told }) => told.thread));
  const since = new Set(core.flatMap(({ told }) => told.heldSince ?? []));
  const lines = rows.flatMap((row, index): ScenarioLine[] => {
    const n = index + 1;
    if (!threads.has(row.thread) || !since.has(n)) return [];
    const locks = row.events.flatMap((event) =>
      event.kind === "acquire" && wanted.has(event.lock)
        ? [lockLine(event.lock, event.mode === "shared")]
        : [],
    );
    const texts = locks.length > 0 ? locks : ["<Interrupt>"];
    return [...new Set(texts)].map((text) => ({ thread: row.thread, text, n }));
  });
  const waits = core
    .filter(({ kind }) => kind === "lock")
    .map(({ told, shared }) => ({ thread: told.thread, text: lockLine(told.waitingFor, shared) }));
  return [...lines, ...waits];
}

/** As lockdep writes it: `lock(A);`, and `rlock(A);` for reading. */
export function lockLine(lock: string, shared: boolean): string {
  return `${shared ? "rlock" : "lock"}(${lock});`;
}
