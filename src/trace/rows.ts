/** Moves to rows of the interleaving: one per statement, however many steps it took, unless another thread came between. */
import { must } from "../base/assert.js";
import { bufferOwner, formatValue, locationPath, type RunningThread } from "../interpreter/state.js";
import type { Event } from "../interpreter/step.js";
import { AT_EXIT } from "../ir/checks.js";
import type { Model, Origin, Step, Value } from "../ir/model.js";
import type { Effect, InterleavingStep, Read } from "./interleaving.js";
import { isShown, variableOf } from "./memory.js";
import type { Move } from "./replay.js";

/** A store that waits in a store buffer. */
type Buffering = Extract<Event, { kind: "buffer" }>;

/** What one thread did in one statement. */
export interface Row {
  readonly thread: string;
  /** Name of the thread's declaration. */
  readonly process: string;
  readonly origin: Origin;
  readonly events: Event[];
  /** Index of its first move. */
  readonly move: number;
  /** How often the thread goes through it, one round like the other; 1 where it does not spin. */
  repeats: number;
  /** Whether it was the thread's store buffer that did it, behind the thread's back. */
  readonly drained: boolean;
  /** Steps that the statement has taken; one that comes again belongs to the next round of a loop. */
  readonly labels: Set<string>;
}

/** Rows with something to see: statements that only compute are left out, unless they are asked for. */
export function rowsOf(moves: readonly Move[], silent?: "with silent rows"): Row[] {
  const rows: Row[] = [];
  const buffered = new Map<string, Buffering[]>();
  const processes = new Map<string, string>();
  for (const [move, { running, step, outcome }] of moves.entries()) {
    const thread = bufferOwner(running.instance);
    if (running.instance.drains !== undefined) {
      rows.push(
        drainRow(running, step, move, outcome.events, buffered.get(thread) ?? [], processes.get(thread)),
      );
      continue;
    }
    processes.set(thread, running.process.name);
    const stores = outcome.events.filter((event) => event.kind === "buffer");
    buffered.set(thread, [...(buffered.get(thread) ?? []), ...stores]);
    const before = rows.at(-1);
    const repeats = before?.labels.has(step.label) === true;
    for (const event of outcome.events) {
      const last = rows.at(-1);
      const again = repeats && last === before;
      if (
        last !== undefined &&
        !again &&
        !last.drained &&
        last.thread === thread &&
        sameStatement(last.origin, event.origin)
      ) {
        last.events.push(event);
        last.labels.add(step.label);
      } else {
        const process = running.process.name;
        rows.push({
          thread,
          process,
          origin: event.origin,
          events: [event],
          move,
          repeats: 1,
          drained: false,
          labels: new Set([step.label]),
        });
      }
    }
  }
  if (silent !== undefined) return rows;
  return withoutRounds(
    joinAcrossSilence(rows.filter((row) => row.events.some((event) => event.kind !== "pass"))),
  );
}

/** Rows of a loop that are looked for: a spin loop is short. */
const LONGEST_ROUND = 6;

/** A thread that spins without changing anything is told to do so once, and how often. */
function withoutRounds(rows: readonly Row[]): Row[] {
  const left: Row[] = [];
  for (const row of rows) {
    left.push(row);
    for (let length = 1; length <= LONGEST_ROUND; length++) {
      const [before, round] = [left.slice(-2 * length, -length), left.slice(-length)];
      if (before.length < length || !round.every((each, index) => isSameSpin(each, before[index]))) continue;
      left.splice(-length);
      for (const [index, each] of before.entries()) {
        // Where the loop is come to by another way than it is gone round, the first two rounds are one row.
        if (each.repeats === 1)
          each.repeats = Math.max(1, Math.floor(looks(each) / looks(round[index] ?? each)));
        each.repeats += 1;
      }
      break;
    }
  }
  return left;
}

/** The places that the row looks at, with what it sees there last, and how often it looks. */
function looksOf({ events }: Row): Map<string, { readonly value: string; readonly count: number }> {
  const places = new Map<string, { readonly value: string; readonly count: number }>();
  for (const event of events) {
    if (event.kind !== "read") continue;
    const count = (places.get(event.at)?.count ?? 0) + 1;
    places.set(event.at, { value: formatValue(event.value), count });
  }
  return places;
}

/** How often the row looks at the place that it looks at most often. */
function looks(row: Row): number {
  return Math.max(1, ...[...looksOf(row).values()].map(({ count }) => count));
}

function isSameSpin(a: Row, b: Row | undefined): boolean {
  if (b === undefined || a.thread !== b.thread || !sameStatement(a.origin, b.origin)) return false;
  const seen = (row: Row) => [...looksOf(row)].map(([at, { value }]) => `${at} ${value}`).join();
  const isQuiet = ({ events }: Row) => events.every(({ kind }) => kind === "read" || kind === "pass");
  return isQuiet(a) && isQuiet(b) && seen(a) === seen(b);
}

/** One store of a thread reaches memory: told at the statement that made it, which leaves `buffered`. */
function drainRow(
  { process, instance }: RunningThread,
  step: Step,
  move: number,
  events: readonly Event[],
  buffered: Buffering[],
  owner: string | undefined,
): Row {
  const written = events.find((event) => event.kind === "write");
  const index = buffered.findIndex((store) => store.at === written?.at);
  const [store] = index < 0 ? [] : buffered.splice(index, 1);
  const origin = store?.origin ?? step.origin;
  const thread = bufferOwner(instance);
  return {
    thread,
    process: owner ?? process.name,
    origin,
    events: [...events],
    move,
    repeats: 1,
    drained: true,
    labels: new Set(),
  };
}

/** The same statement in the same call of its procedure: library code inside it belongs to it. */
function sameStatement(a: Origin, b: Origin): boolean {
  return statementKey(a) === statementKey(b);
}

function statementKey(origin: Origin): string {
  const own = origin.frames.filter((frame) => !frame.library);
  return [
    ...own.map((frame) => JSON.stringify([frame.procedure, frame.span])),
    JSON.stringify(origin.span),
  ].join();
}

/** Silent rows between two parts of one statement are gone now. */
function joinAcrossSilence(rows: readonly Row[]): Row[] {
  const joined: Row[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    const again = [...row.labels].some((label) => last?.labels.has(label));
    if (
      last !== undefined &&
      !again &&
      !last.drained &&
      !row.drained &&
      last.thread === row.thread &&
      sameStatement(last.origin, row.origin)
    ) {
      last.events.push(...row.events);
      for (const label of row.labels) last.labels.add(label);
    } else {
      joined.push(row);
    }
  }
  return joined;
}

/** Checks that a statement fails which would take or drop the lock that it is about. */
const LOCK_CHECKS: ReadonlySet<string> = new Set([
  "unlock-not-held",
  "self-deadlock",
  "irq-unsafe",
  "lock-order",
]);

/** The row as reporters see it, numbered from 1. */
export function describeRow(model: Model, row: Row, n: number): InterleavingStep {
  const { origin, events } = row;
  const lockEvent = events.find((event) => event.kind === "acquire" || event.kind === "release");
  const failure = events.find((event) => event.kind === "fail");
  const lock = lockEvent?.kind === "acquire" || lockEvent?.kind === "release" ? lockEvent.lock : undefined;
  const subject = failure?.kind === "fail" ? nameOf(failure.subject) : undefined;
  const innermost = origin.frames.findLast((frame) => !frame.library) ?? origin.frames.at(-1);
  const kind = lockEvent?.kind === "acquire" || lockEvent?.kind === "release" ? lockEvent.kind : "step";
  const hidden = lock ?? subject;
  // The lock that the statement is about is its subject, although it is neither taken nor dropped.
  const wanted = failure?.kind === "fail" && LOCK_CHECKS.has(failure.check) ? subject : undefined;
  const named = lock ?? wanted;
  const stores = storesOf(model, events, hidden);
  return {
    n,
    thread: row.thread,
    procedure: must(innermost, "the procedure of a row").procedure,
    stack: stackOf(row),
    span: origin.span,
    text: textOf(row),
    kind,
    ...(named === undefined ? {} : { lock: named }),
    ...(lockEvent?.kind === "acquire" && lockEvent.mode === "shared" ? { shared: true } : {}),
    reads: readsOf(model, events, hidden),
    effects: effectsOf(model, events, row.drained ? undefined : hidden),
    ...(stores.length === 0 ? {} : { stores }),
    ...allocationsOf(model, events),
    ...(failure === undefined ? {} : { fails: true }),
    ...(row.repeats === 1 ? {} : { repeats: row.repeats }),
  };
}

function textOf({ drained, origin, events }: Row): string {
  if (drained) return `(reaches memory: ${origin.text})`;
  // No statement is to blame for what a thread has left undone when it ends.
  const isEnd = events.some((event) => event.kind === "fail" && AT_EXIT.has(event.check));
  return isEnd ? "(ends)" : origin.text;
}

/**
 * The calls that lead to the statement, as the reader would write them down: the thread's own body goes without
 * saying, and so does the library around a handler. A statement of the body itself has the body as its one frame.
 */
function stackOf({ origin, process }: Row): InterleavingStep["stack"] {
  const { frames } = origin;
  const last = frames.at(-1);
  const own = frames.filter((frame) => (!frame.library || frame === last) && frame.procedure !== process);
  const shown = own.length > 0 && own.some((frame) => !frame.library) ? own : frames.slice(0, 1);
  return shown.map(({ procedure, span }) => ({ procedure, span }));
}

function nameOf(value: Value): string | undefined {
  return value !== null && typeof value === "object" && "ref" in value ? value.ref : undefined;
}

/** Whether the location belongs to what a CPU knows of itself. */
function isOfCpu(model: Model, at: string): boolean {
  const variable = model.variables.find(({ name }) => name === variableOf(at));
  return variable?.library === true && variable.class === "Cpu";
}

/** What a lock looks like inside is no reading matter: taking and dropping it says what was seen there. */
function isInside(model: Model, at: string, object: string | undefined): boolean {
  if (!isShown(model, at)) return true;
  return object !== undefined && (at.endsWith(`@${object}`) || at.includes(`@${object}#`));
}

/** Reads that the statement does not itself overwrite; each place once, with what was read last. */
function readsOf(model: Model, events: readonly Event[], hidden: string | undefined): Read[] {
  const written = new Set(
    events.flatMap((event) =>
      event.kind === "write" || event.kind === "buffer" ? [variableOf(event.at)] : [],
    ),
  );
  const reads = new Map<string, string>();
  for (const event of events) {
    if (event.kind !== "read" || isInside(model, event.at, hidden) || written.has(variableOf(event.at)))
      continue;
    // Looked at before each use of an object, and before each sleep: where that is in order, it says nothing.
    if (isAllocation(model, event.at) || isOfCpu(model, event.at)) continue;
    reads.set(locationPath(model, event.at), formatValue(event.value));
  }
  return [...reads].map(([path, value]) => ({ path, value }));
}

/** What went into the store buffer; each place once, with what was stored last. */
function storesOf(model: Model, events: readonly Event[], hidden: string | undefined): Read[] {
  const stores = new Map<string, string>();
  for (const event of events) {
    if (event.kind !== "buffer" || isInside(model, event.at, hidden)) continue;
    stores.set(locationPath(model, event.at), formatValue(event.value));
  }
  return [...stores].map(([path, value]) => ({ path, value }));
}

/** Changes from the first to the last write of each place; `hidden` is the object that the step is about. */
function effectsOf(model: Model, events: readonly Event[], hidden: string | undefined): Effect[] {
  const effects = new Map<string, Effect>();
  const { frees: freed = [] } = allocationsOf(model, events);
  for (const event of events) {
    if (event.kind !== "write" || !isShown(model, event.at)) continue;
    // What is inside an object that is gone is nobody's business.
    const gone = freed.some((object) => isPartOf(event.at, object)) && !isAllocation(model, event.at);
    // The CPU that a thread has to itself is nobody's news; what a handler does to its CPU, its name says.
    const isOwnCpu = event.at.includes("@CPU of ") || isContextChange(event.origin);
    const implied =
      gone ||
      isAllocation(model, event.at) ||
      (isOwnCpu && isOfCpu(model, event.at)) ||
      isInside(model, event.at, hidden);
    const path = locationPath(model, event.at);
    const from = effects.get(path)?.from ?? formatValue(event.from);
    effects.set(path, {
      path,
      from,
      to: formatValue(event.to),
      ...(implied ? { implied } : {}),
      ...(isOfLibrary(model, event.at) ? { inside: true } : {}),
    });
  }
  return [...effects.values()].filter((effect) => effect.from !== effect.to);
}

/** Whether the location is a field of one of the library's own classes. */
function isOfLibrary(model: Model, at: string): boolean {
  return model.variables.find(({ name }) => name === variableOf(at))?.library === true;
}

/** The objects that come into being, and those that are gone. */
function allocationsOf(
  model: Model,
  events: readonly Event[],
): Pick<InterleavingStep, "frees" | "allocates"> {
  const changed = (to: boolean) =>
    events.flatMap((event) =>
      event.kind === "write" && event.to === to && isAllocation(model, event.at)
        ? [event.at.slice(event.at.indexOf("@") + 1)]
        : [],
    );
  const [frees, allocates] = [changed(false), changed(true)];
  return { ...(frees.length === 0 ? {} : { frees }), ...(allocates.length === 0 ? {} : { allocates }) };
}

/** Whether a handler comes or goes. */
function isContextChange({ text }: Origin): boolean {
  return /^\(\w+ (enters|returns)\)$/.test(text);
}

/** Whether the location is in the object or in something embedded in it. */
function isPartOf(at: string, object: string): boolean {
  const owner = at.slice(at.indexOf("@") + 1);
  return owner === object || owner.startsWith(`${object}.`);
}

/** Whether a location says of an object that it is allocated. */
export function isAllocation(model: Model, at: string): boolean {
  const name = variableOf(at);
  return model.variables.some((variable) => variable.allocation === true && variable.name === name);
}
