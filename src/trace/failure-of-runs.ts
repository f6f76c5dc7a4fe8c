/** A false claim about runs in one sentence: failure.ts for what never happens. */
import type { ModelLiveness, Term } from "../ir/model.js";
import { cpuOf, waitWords } from "./failure.js";
import type { BlockedThread, InterleavingThread } from "./interleaving.js";

/** How a run goes on for ever. */
export interface Ending {
  /** Rows in all. */
  readonly steps: number;
  /** The last rows, which repeat; 0 where nothing changes any more. */
  readonly loop: number;
}

/** A thread that never moves again although it could. */
export interface Starved {
  readonly thread: string;
  /** The statement that it stands at. */
  readonly text: string;
  /** Whether it has no fairness, and so may stop where it likes. */
  readonly mayStop: boolean;
}

/** What was claimed, and what the claim's conditions read in the end. */
export interface FalseClaim {
  readonly property: ModelLiveness;
  readonly values: (condition: Term) => readonly string[];
  /** For `leads_to`: the row behind which the first condition was true and the second never is. */
  readonly since: number;
}

export function lassoSentence(
  threads: readonly InterleavingThread[],
  claim: FalseClaim,
  ending: Ending,
  blocked: readonly BlockedThread[],
  starved: readonly Starved[],
): string {
  const never = claimSentence(threads, claim, blocked);
  const others = starved.map((thread) => starvedWords(threads, thread));
  return [`${never}: ${endingWords(ending)}`, ...others].join("; ");
}

function claimSentence(
  threads: readonly InterleavingThread[],
  { property, values, since }: FalseClaim,
  blocked: readonly BlockedThread[],
): string {
  const name = JSON.stringify(property.name);
  switch (property.check) {
    case "eventually":
      return `${name} never becomes true${valueWords(values(property.condition))}`;
    case "always_eventually":
      return `${name} is not true again and again, in the end it is false for good${valueWords(values(property.condition))}`;
    case "leads_to": {
      const when = since === 0 ? "in the initial state" : `after step ${since}`;
      const values_ = valueWords(values(property.consequence));
      return `the first condition of ${name} is true ${when}, and the second never is from then on${values_}`;
    }
    case "never_stuck":
      return blocked
        .map(
          (waiting) => `${cpuOf(threads, waiting.thread)} waits for ever for ${waitWords(threads, waiting)}`,
        )
        .join("; ");
  }
}

function valueWords(values: readonly string[]): string {
  if (values.length === 0) return "";
  const more = values.length > 8 ? `, and ${values.length - 8} more` : "";
  return ` (at last ${values.slice(0, 8).join(", ")}${more})`;
}

function endingWords({ steps, loop }: Ending): string {
  const first = steps - loop + 1;
  if (loop > 1) return `steps ${first} ${loop === 2 ? "and" : "to"} ${steps} repeat for ever`;
  if (loop === 1) return `step ${steps} repeats for ever`;
  return steps === 0 ? "nothing ever changes" : `after step ${steps} nothing changes any more`;
}

function starvedWords(threads: readonly InterleavingThread[], { thread, text, mayStop }: Starved): string {
  const who = cpuOf(threads, thread);
  return mayStop
    ? `${who} stops before \`${text}\`, which nothing forbids it`
    : `${who} never gets past \`${text}\`: it could at times, and others are faster each time`;
}
