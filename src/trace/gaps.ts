/**
 * The gaps of a counterexample: where one thread goes on with what it has seen, and another has changed it meanwhile.
 * They are what a reader looks for; sentences are made of them, and they decide which steps are essential.
 */
import type { Event } from "../interpreter/step.js";
import type { Model, Value } from "../ir/model.js";
import { isShown, variableOf } from "./memory.js";
import { isAllocation, type Row } from "./rows.js";

/** A place that a thread has seen and another has changed. Rows are counted from 1. */
export interface Gap {
  readonly at: string;
  /** The row of the thread that looked, if it did so before. */
  readonly seen?: number;
  /** The row of the other thread that changed it. */
  readonly changed: number;
}

type Access = Extract<Event, { kind: "read" | "write" }>;

/** The rows of a counterexample with the places that readers care about. */
export class Accesses {
  readonly #locks: ReadonlySet<string>;

  constructor(
    readonly model: Model,
    readonly rows: readonly Row[],
  ) {
    this.#locks = new Set(
      rows.flatMap(({ events }) =>
        events.flatMap((event) => (event.kind === "acquire" || event.kind === "release" ? [event.lock] : [])),
      ),
    );
  }

  /** What the row reads or writes, but for the insides of locks and of CPUs. */
  of(row: Row | undefined, kind: Access["kind"]): Access[] {
    return (row?.events ?? []).flatMap((event) =>
      event.kind === kind && this.isTold(event.at) ? [event as Access] : [],
    );
  }

  /** Whether the place is one to tell a reader of, and not part of how a lock works. */
  isTold(at: string): boolean {
    const object = at.slice(at.indexOf("@") + 1).split("#")[0] ?? "";
    const name = variableOf(at);
    const variable = this.model.variables.find((candidate) => candidate.name === name);
    const isCpu = variable?.library === true && variable.class === "Cpu";
    return isShown(this.model, at) && !this.#locks.has(object) && !isAllocation(this.model, at) && !isCpu;
  }

  /** The number of the last row before `before` in which a thread does that to the place; 0 where there is none. */
  last(kind: Access["kind"], at: string, before: number, isMeant: (thread: string) => boolean): number {
    return (
      this.rows
        .slice(0, Math.max(0, before - 1))
        .findLastIndex((row) => isMeant(row.thread) && this.of(row, kind).some((event) => event.at === at)) +
      1
    );
  }

  /** What the row reads and another thread has written since this one looked last, or at all. */
  changedBefore(n: number): Gap[] {
    const row = this.rows[n - 1];
    if (row === undefined) return [];
    const isOther = (thread: string) => thread !== row.thread;
    const places = new Set(this.of(row, "read").map(({ at }) => at));
    return [...places].flatMap((at): Gap[] => {
      const changed = this.last("write", at, n, isOther);
      const own = this.last("write", at, n, (thread) => thread === row.thread);
      if (changed === 0 || own > changed) return [];
      const seen = this.last("read", at, changed, (thread) => thread === row.thread);
      return [{ at, changed, ...(seen === 0 ? {} : { seen }) }];
    });
  }

  /** What the thread has read before row `n` and another has written since, where it has not looked again. */
  staleAt(n: number, thread: string): Gap[] {
    const isOwn = (name: string) => name === thread;
    const places = new Set(
      this.rows
        .slice(0, n)
        .flatMap((row) => (isOwn(row.thread) ? this.of(row, "read") : []).map(({ at }) => at)),
    );
    return [...places].flatMap((at): Gap[] => {
      const seen = this.last("read", at, n + 1, isOwn);
      const changed = this.last("write", at, n + 1, (name) => !isOwn(name));
      const own = this.last("write", at, n + 1, isOwn);
      // Who has written there before that knows what is there; who writes there after it does so blindly.
      const knew = seen <= own && own < changed;
      return changed > seen && !knew ? [{ at, seen, changed }] : [];
    });
  }

  /** What the row read there last, or wrote there. */
  valueIn(n: number, at: string, which: "from" | "to" | "value"): Value {
    const events = (this.rows[n - 1]?.events ?? []).filter(
      (event): event is Access => (event.kind === "read" || event.kind === "write") && event.at === at,
    );
    const read = events.findLast((event) => event.kind === "read");
    const [first, last] = [events.find(isWrite), events.findLast(isWrite)];
    if (which === "value") return read?.value ?? null;
    return (which === "from" ? first?.from : last?.to) ?? null;
  }
}

function isWrite(event: Access): event is Extract<Access, { kind: "write" }> {
  return event.kind === "write";
}
