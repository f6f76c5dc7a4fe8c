/** The column of each thread in the diagram: the CPU it is on, or the next number. */
import type { Model } from "../ir/model.js";
import { ownCpu } from "../ir/object-names.js";
import type { InterleavingThread } from "./interleaving.js";

/** Threads in the order in which they take part. Those that the spec puts on a CPU stand under its name. */
export function columnsOf(model: Model, names: Iterable<string>): InterleavingThread[] {
  let next = 0;
  return [...new Set(names)].map((name) => {
    const cpu = model.cpus.get(name);
    const placed = cpu !== undefined && cpu !== ownCpu(name);
    return { name, cpu: placed ? cpu : `CPU${next++}` };
  });
}
