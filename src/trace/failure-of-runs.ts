/** A false claim about runs in one sentence, and why nothing ends it: failure.ts for what never happens. */

import type { Span } from "../base/span.js";
import type { ModelLiveness, Term } from "../ir/model.js";
import type { Story } from "./story.js";
import { stepWords } from "./story.js";
import { listed } from "./wording.js";

/** How a run goes on for ever. */
export interface Ending {
  /** Rows in all. */
  readonly steps: number;
  /** The last rows, which repeat; 0 where nothing changes any more. */
  readonly loop: number;
  /** Threads that go round as well and are left out, because nothing comes of it. */
  readonly going: readonly string[];
  /** Threads of which no more is told, because nothing comes of it: they only go on for a while. */
  readonly ending: readonly string[];
}

/** A thread that never moves again although it could. */
export interface Starved {
  readonly thread: string;
  /** The statement that it stands at. */
  readonly text: string;
  readonly span: Span;
  /** The lock that it waits for at times. */
  readonly lock?: string;
  /** Whether it has no fairness, and so may stop where it likes. */
  readonly mayStop: boolean;
}

/** What was claimed, and why the claim's conditions are false in the end. */
export interface FalseClaim {
  readonly property: Exclude<ModelLiveness, { check: "never_stuck" }>;
  readonly falsePart: (condition: Term) => string;
  /** For `leads_to`: the row behind which the first condition was true and the second never is. */
  readonly since: number;
}

/** The claim in one sentence. */
export function claimSentence(story: Story, { property, falsePart, since }: FalseClaim): string {
  const name = JSON.stringify(property.name);
  switch (property.check) {
    case "eventually":
      return `${name} never becomes true${partWords(falsePart(property.condition))}`;
    case "always_eventually":
      return `${name} is false for good in the end${partWords(falsePart(property.condition))}`;
    case "leads_to": {
      const when = since === 0 ? "in the initial state" : `after ${stepWords(story, since)}`;
      const part = partWords(falsePart(property.consequence));
      return `${name} does not come true: its first condition is met ${when}, its second never is from then on${part}`;
    }
  }
}

function partWords(part: string): string {
  return part === "" ? "" : ` (in the end ${part})`;
}

/** What goes on for ever, and who else does something. */
export function endingSentence({ words }: Story, { steps, loop, going, ending }: Ending): string {
  const first = steps - loop + 1;
  const all = (names: readonly string[], one: string, many: string) =>
    names.length === 0 ? [] : [`${listed(names.map(words.full))} ${names.length === 1 ? one : many}`];
  const still = all(ending, "still does what is left to do", "still do what is left to do");
  if (loop === 0) {
    const rest = [...all(going, "goes on for ever", "go on for ever"), ...still];
    const after = steps === 0 ? "From the start" : `After step ${steps}`;
    if (rest.length > 0) return `${after} only ${rest.join(", and ")}: nothing comes of it.`;
    return steps === 0 ? "Nothing ever moves." : `After step ${steps} nothing moves any more.`;
  }
  const rest = [...all(going, "goes on meanwhile", "go on meanwhile"), ...still];
  const others = rest.length === 0 ? "" : ` ${rest.join(", and ")}: nothing comes of it.`;
  if (loop > 1) return `Steps ${first} ${loop === 2 ? "and" : "to"} ${steps} repeat for ever.${others}`;
  return `Step ${steps} repeats for ever.${others}`;
}

/** Why a thread that could go on does not, and why fairness is no help. */
export function starvedSentence({ words }: Story, { thread, text, span, mayStop }: Starved): string {
  const who = words.full(thread);
  const where = `\`${text}\` (${words.place(span)})`;
  return mayStop
    ? `${who} stops before ${where}: it has no fairness, so nothing obliges it to go on.`
    : `${who} stands before ${where} for ever. It could go on at times, but not all the time, and weak fairness gives a turn only to who could go on all the time: the others are faster each time.`;
}
