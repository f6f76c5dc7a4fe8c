/** A state in which threads cannot go on, in sentences: who waits for what, who holds it, since when. */
import { inert } from "../diagnostics/render.js";
import type { BlockedThread, Interleaving } from "../trace/interleaving.js";
import { listed } from "./text.js";
import { placeWords, threadLabel } from "./words.js";

/** One sentence per blocked thread, then the cycle where there is one. */
export function blockedSentences(trace: Interleaving): readonly string[] {
  const sentences = trace.blocked.map((blocked) => waitSentence(trace, blocked));
  const cycle = waitCycle(trace.blocked);
  if (cycle === undefined) return sentences;
  // Several threads may be on one CPU.
  const cpus = cycle.map((name) => cpuOrName(trace, name));
  const called = new Set(cpus).size === cpus.length ? cpus : cycle.map((name) => threadLabel(trace, name));
  const short = [...called, called[0]!];
  return [...sentences, `Each waits for the next: ${short.join(" → ")}`];
}

function waitSentence(trace: Interleaving, blocked: BlockedThread): string {
  const { thread, waitingFor, span, heldBy, heldSince } = blocked;
  const waits = `${threadLabel(trace, thread)} waits for ${inert(waitingFor)} at ${placeWords(span)}`;
  if (heldBy.length === 0) {
    const whom = trace.lasso === undefined ? "no thread is left that could end" : "no step that repeats ends";
    return `${waits}: ${whom} the wait`;
  }
  const holders = listed(heldBy.map((name) => (name === thread ? "itself" : threadLabel(trace, name))));
  if (heldSince === undefined) return `${waits}; in the way: ${holders}`;
  const since = trace.steps.find(({ n }) => n === heldSince);
  const where = since === undefined ? "" : ` at ${placeWords(since.span)}`;
  return `${waits}; held by ${holders} since step ${heldSince}${where}`;
}

/** A shortest cycle along "is held by", as thread names in order; a thread in its own way is no cycle. */
function waitCycle(blocked: readonly BlockedThread[]): readonly string[] | undefined {
  const holders = new Map(blocked.map(({ thread, heldBy }) => [thread, heldBy]));
  const cycles = blocked.flatMap(({ thread }) => cycleThrough(thread, holders) ?? []);
  return cycles.toSorted((a, b) => a.length - b.length)[0];
}

function cycleThrough(
  first: string,
  holders: ReadonlyMap<string, readonly string[]>,
): readonly [readonly string[]] | undefined {
  const paths: (readonly string[])[] = [[first]];
  const seen = new Set([first]);
  for (const path of paths) {
    for (const holder of holders.get(path.at(-1)!) ?? []) {
      if (holder === first && path.length > 1) return [path];
      if (seen.has(holder) || !holders.has(holder)) continue;
      seen.add(holder);
      paths.push([...path, holder]);
    }
  }
  return undefined;
}

function cpuOrName(trace: Interleaving, name: string): string {
  return inert(trace.threads.find((thread) => thread.name === name)?.cpu ?? name);
}
