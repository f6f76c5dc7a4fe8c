/** How threads, places and lists of things are called in sentences, so that one thing has one name. */
import type { Span } from "../base/span.js";
import type { InterleavingThread } from "./interleaving.js";

/** The names that the sentences of one counterexample use. */
export interface Wording {
  /** `CPU1 (timer softirq(pt0))`, for the first time that a thread is spoken of. */
  readonly full: (thread: string) => string;
  /** `CPU1`, or the thread's own name where several are on that CPU. */
  readonly short: (thread: string) => string;
  /** `line 41`, with the file where there are several. */
  readonly place: (span: Span) => string;
}

/**
 * @param threads those that have a column
 * @param spans of everything that is spoken of
 */
export function wordingFor(threads: readonly InterleavingThread[], spans: readonly Span[]): Wording {
  const files = new Set(spans.map(({ file }) => file));
  const cpuOf = (name: string) => threads.find((thread) => thread.name === name)?.cpu;
  const isAlone = (cpu: string) => threads.filter((thread) => thread.cpu === cpu).length === 1;
  return {
    full: (name) => {
      const cpu = cpuOf(name);
      return cpu === undefined ? name : `${cpu} (${name})`;
    },
    short: (name) => {
      const cpu = cpuOf(name);
      return cpu !== undefined && isAlone(cpu) ? cpu : name;
    },
    place: ({ file, line }) =>
      files.size > 1 ? `${file.slice(file.lastIndexOf("/") + 1)}:${line}` : `line ${line}`,
  };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}
