/** What a thread waits for, in words: a lock by its name, and what the library waits for in the kernel's terms. */
import { formatValue, locationPath, threadsOf } from "../interpreter/state.js";
import type { Wait } from "../interpreter/step.js";
import type { Model } from "../ir/model.js";
import type { Holder } from "./holders.js";
import type { BlockedThread } from "./interleaving.js";
import type { Row } from "./rows.js";

/** What kind of thing a thread waits for: it decides how the one in its way is spoken of. */
export type WaitKind = "lock" | "grace period" | "handler" | "CPU" | "interrupt" | "change";

/** A wait in words. */
export interface ToldWait {
  readonly told: BlockedThread;
  readonly kind: WaitKind;
  /** Whether the lock is wanted for reading. */
  readonly shared: boolean;
  /** Places that the condition looks at; none for a lock. */
  readonly places: readonly string[];
}

/** What waiting in a procedure of the library means; `object` is the one that it was called with. */
export const LIBRARY_WAITS: Readonly<Record<string, (object: string) => string>> = {
  kill_timer: (object) => `the handler of ${object} to end`,
  synchronize_rcu: () => "a grace period",
  synchronize_srcu: (object) => `a grace period of ${object}`,
  percpu_down_write: (object) => `the readers of ${object} to leave`,
  percpu_down_read: (object) => `the writer of ${object} to leave`,
  wait_schedule: (object) => `a wake-up on ${object}`,
  rcuwait_schedule: (object) => `rcuwait_wake_up(${object})`,
  wait_for_completion: (object) => `complete(${object})`,
  flush_work: (object) => `${object} to finish`,
  cancel_work_sync: (object) => `${object} to finish`,
  tasklet_disable: (object) => `${object} to finish`,
  tasklet_kill: (object) => `${object} to finish`,
  down: (object) => `up(${object})`,
  read_seqbegin: (object) => `the writer of ${object} to finish`,
  mcs_spin_unlock: () => "the next in the queue to link its node",
};

/** A waiting thread: what for, who is in the way, since which row. */
export function tellWait(
  model: Model,
  thread: string,
  wait: Wait,
  held: ReadonlyMap<string, readonly Holder[]>,
  rows: readonly Row[],
): ToldWait {
  const { because, origin } = wait.action;
  const procedures = new Set(origin.frames.map(({ procedure }) => procedure));
  const kind = (): WaitKind => {
    if (because !== undefined) return because === "preempted" ? "CPU" : "interrupt";
    if (wait.lock !== undefined) return "lock";
    if (procedures.has("synchronize_rcu") || procedures.has("synchronize_srcu")) return "grace period";
    return procedures.has("kill_timer") ? "handler" : "change";
  };
  const shared = [...procedures].some((name) => /(^|_)read(_|$)/.test(name));
  const places = wait.lock === undefined ? wait.reads.map(({ at }) => at) : [];
  return { told: describeWait(model, thread, wait, held, rows), kind: kind(), shared, places };
}

function describeWait(
  model: Model,
  thread: string,
  wait: Wait,
  held: ReadonlyMap<string, readonly Holder[]>,
  rows: readonly Row[],
): BlockedThread {
  const { origin, because } = wait.action;
  const place = { thread, span: origin.span, text: origin.text };
  if (because !== undefined) {
    const since = rows.findLastIndex((row) => wait.whom.includes(row.thread) && isEntry(row)) + 1;
    const waitingFor =
      because === "preempted" ? `the CPU, which ${wait.whom.join()} keeps` : `${wait.whom.join()} to return`;
    return { ...place, waitingFor, heldBy: wait.whom, ...(since === 0 ? {} : { heldSince: since }) };
  }
  if (wait.lock !== undefined) {
    const all = held.get(wait.lock) ?? [];
    const inTheWay = wait.whom.length === 0 ? all : all.filter((holder) => wait.whom.includes(holder.thread));
    // A reader can wait behind a writer that only waits itself: who holds the lock is not in its way.
    if (all.length > 0 && inTheWay.length === 0) {
      return { ...place, waitingFor: wait.lock, heldBy: [...new Set(wait.whom)] };
    }
    const since = inTheWay[0]?.since;
    return {
      ...place,
      waitingFor: wait.lock,
      heldBy: inTheWay.map((holder) => holder.thread),
      ...(since === undefined ? {} : { heldSince: since }),
    };
  }
  const names = new Set(threadsOf(model).map(({ instance }) => instance.name));
  const named = wait.reads.flatMap(({ at, value }) =>
    value !== null && typeof value === "object" && "ref" in value && names.has(value.ref)
      ? [{ at, thread: value.ref }]
      : [],
  );
  const isFirst = named.filter(({ thread: name }) => wait.whom.length === 0 || wait.whom.includes(name));
  const [first] = isFirst;
  const inTheWay = first === undefined ? wait.whom : isFirst.map((holder) => holder.thread);
  const since =
    first === undefined ? sinceOf(inTheWay, wait, rows, held) : lastWrite(rows, first.at, first.thread);
  return {
    ...place,
    waitingFor: waitWords(model, wait),
    heldBy: [...new Set(inTheWay)],
    ...(since === undefined || since < 1 ? {} : { heldSince: since }),
  };
}

/** Whether it is the row in which a handler enters. */
export function isEntry({ origin }: Row): boolean {
  return /^\(\w+ enters\)$/.test(origin.text);
}

/** The number of the row in which the thread last wrote to the place. */
function lastWrite(rows: readonly Row[], at: string, thread: string): number {
  return (
    rows.findLastIndex(
      (row) => row.thread === thread && row.events.some((event) => event.kind === "write" && event.at === at),
    ) + 1
  );
}

/** Since when the first in the way has what a wait without a lock of its own is about: an RCU section, a place in a set. */
function sinceOf(
  inTheWay: readonly string[],
  { reads }: Wait,
  rows: readonly Row[],
  held: ReadonlyMap<string, readonly Holder[]>,
): number | undefined {
  const [first] = inTheWay;
  if (first === undefined) return undefined;
  const objects = new Set(reads.map(({ at }) => objectOf(at)));
  const holder = [...held].flatMap(([lock, holders]) =>
    objects.has(lock) ? holders.filter(({ thread }) => thread === first) : [],
  )[0];
  if (holder !== undefined) return holder.since;
  const places = reads.map(({ at }) => lastWrite(rows, at, first));
  return Math.max(0, ...places);
}

function objectOf(at: string): string {
  return at.slice(at.indexOf("@") + 1).split("#")[0] ?? "";
}

function waitWords(model: Model, { action, reads }: Wait): string {
  const procedure = action.origin.frames.findLast((frame) => frame.library && LIBRARY_WAITS[frame.procedure]);
  const words = procedure && LIBRARY_WAITS[procedure.procedure];
  const [first] = reads;
  if (words !== undefined && first !== undefined) return words(objectOf(first.at));
  const seen = new Map(reads.map(({ at, value }) => [locationPath(model, at), formatValue(value)]));
  if (seen.size === 0) return "a condition that never becomes true";
  return [...seen].map(([path, value]) => `${path} to change from ${value}`).join(" or ");
}
