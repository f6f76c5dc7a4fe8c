/** What a thread waits for, in words: a lock by its name, and what the library waits for in the kernel's terms. */
import { evaluate, type Scene } from "../interpreter/evaluate.js";
import { formatValue, locationPath, threadsOf } from "../interpreter/state.js";
import type { Wait } from "../interpreter/step.js";
import type { Model, Term, Value } from "../ir/model.js";
import type { Holder } from "./holders.js";
import type { BlockedThread } from "./interleaving.js";
import type { Row } from "./rows.js";
import { listed } from "./wording.js";

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
  const places = wait.lock === undefined ? awaitedPlaces(wait) : [];
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

function waitWords(model: Model, { action, reads, scene }: Wait): string {
  const procedure = action.origin.frames.find((frame) => frame.library && LIBRARY_WAITS[frame.procedure]);
  const words = procedure && LIBRARY_WAITS[procedure.procedure];
  const [first] = reads;
  if (words !== undefined && first !== undefined) return words(objectOf(first.at));
  const missing = conjuncts(action.condition).filter((part) => evaluate(scene, part) !== true);
  const wanted = missing.flatMap((part) => wantedWords(scene, part) ?? []);
  if (wanted.length > 0 && wanted.length === missing.length) return becomeWords(wanted);
  const seen = new Map<string, string>();
  const onRead = (at: string, value: Value) => seen.set(locationPath(model, at), formatValue(value));
  for (const part of missing) evaluate({ ...scene, onRead }, part);
  if (seen.size === 0) return "a condition that never becomes true";
  return [...seen].map(([path, value]) => `${path} to change from ${value}`).join(" or ");
}

/** Places that the parts of the condition look at which are false. */
function awaitedPlaces({ action, scene }: Wait): string[] {
  const places = new Set<string>();
  for (const part of conjuncts(action.condition)) {
    if (evaluate(scene, part) !== true) evaluate({ ...scene, onRead: (at) => places.add(at) }, part);
  }
  return [...places];
}

function conjuncts(condition: Term): Term[] {
  return condition.kind === "binary" && condition.operator === "&&"
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];
}

/** A place, and the value that is waited for there: `0`, `at least 2`. */
interface Wanted {
  readonly path: string;
  readonly value: string;
}

/** `vcpu0.pause_count and vcpu0.pause_flags to become 0`. */
function becomeWords(wanted: readonly Wanted[]): string {
  const values = [...new Set(wanted.map(({ value }) => value))];
  const places = (value: string) => [
    ...new Set(wanted.flatMap((each) => (each.value === value ? [each.path] : []))),
  ];
  return listed(values.map((value) => `${listed(places(value))} to become ${value}`));
}

/** What a comparison of one place with a constant waits for; undefined for anything else. */
function wantedWords(scene: Scene, part: Term): Wanted | undefined {
  const become = (place: Term, value: string): Wanted | undefined => {
    if (place.kind !== "read") return undefined;
    const places: string[] = [];
    evaluate({ ...scene, onRead: (at) => places.push(at) }, place);
    const at = places.at(-1);
    return at === undefined ? undefined : { path: locationPath(scene.model, at), value };
  };
  if (part.kind === "read") return become(part, "true");
  if (part.kind === "unary" && part.operator === "!") return become(part.operand, "false");
  if (part.kind !== "binary" || part.right.kind !== "value") return undefined;
  const value = formatValue(part.right.value);
  switch (part.operator) {
    case "===":
      return become(part.left, value);
    case "!==":
      return become(part.left, `other than ${value}`);
    case ">":
    case ">=":
    case "<":
    case "<=":
      return become(part.left, `${COMPARISONS[part.operator]} ${value}`);
    default:
      return undefined;
  }
}

const COMPARISONS = { ">": "greater than", ">=": "at least", "<": "less than", "<=": "at most" } as const;
