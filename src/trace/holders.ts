/** Who holds which lock and who freed which object, followed through the rows of an interleaving. */
import type { Model } from "../ir/model.js";
import { isAllocation, type Row } from "./rows.js";

export interface Holder {
  readonly thread: string;
  /** Number of the row in which it took the lock. */
  readonly since: number;
}

/** Holders of each lock after these rows, in the order in which they took it. */
export function holders(rows: readonly Row[]): Map<string, Holder[]> {
  const held = new Map<string, Holder[]>();
  rows.forEach((row, index) => {
    for (const event of row.events) {
      if (event.kind === "acquire") {
        const others = held.get(event.lock) ?? [];
        held.set(event.lock, [...others, { thread: row.thread, since: index + 1 }]);
      } else if (event.kind === "release") {
        const rest = (held.get(event.lock) ?? []).filter(({ thread }) => thread !== row.thread);
        held.set(event.lock, rest);
      }
    }
  });
  return held;
}

/** For each object that is freed after these rows: who freed it, and in which row. */
export function freedObjects(model: Model, rows: readonly Row[]): Map<string, Holder> {
  const freed = new Map<string, Holder>();
  rows.forEach((row, index) => {
    for (const event of row.events) {
      if (event.kind !== "write" || !isAllocation(model, event.at)) continue;
      const object = event.at.slice(event.at.indexOf("@") + 1);
      if (event.to === false) freed.set(object, { thread: row.thread, since: index + 1 });
      else freed.delete(object);
    }
  });
  return freed;
}
