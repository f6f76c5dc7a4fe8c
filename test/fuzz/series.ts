/** A series of random programs with one property, and what it amounts to. */
import { fc } from "@fast-check/vitest";
import { minimalText } from "./minimal.js";
import { type ProgramText, randomProgram } from "./programs.js";
import type { Property, Seen } from "./properties.js";
import type { Suite } from "./themes.js";

export interface Series {
  readonly suite: Suite;
  readonly property: Property;
  /** Programs that are of use. */
  readonly count: number;
  readonly seed: number;
  readonly onProgress?: (tally: Tally) => void;
}

/** What has been seen so far. */
export interface Tally {
  used: number;
  /** Refused, or too large. */
  discarded: number;
  /** In which something fails. */
  failing: number;
  /** Of those that were reduced: the sum of the logarithms of the factors. */
  reduced: number;
  logarithms: number;
  milliseconds: number;
}

export function emptyTally(): Tally {
  return { used: 0, discarded: 0, failing: 0, reduced: 0, logarithms: 0, milliseconds: 0 };
}

export function addTally(
  sum: Tally,
  { used, discarded, failing, reduced, logarithms, milliseconds }: Tally,
): void {
  sum.used += used;
  sum.discarded += discarded;
  sum.failing += failing;
  sum.reduced += reduced;
  sum.logarithms += logarithms;
  sum.milliseconds += milliseconds;
}

/** Throws fast-check's report, with seed and path, and the smallest program. */
export async function runSeries({ suite, property, count, seed, onProgress }: Series): Promise<Tally> {
  const tally = emptyTally();
  const start = performance.now();
  const asked = fc.asyncProperty(randomProgram(suite), async ({ text }) => {
    const seen = await property(text);
    note(tally, seen);
    tally.milliseconds = performance.now() - start;
    if (seen !== undefined) onProgress?.(tally);
    fc.pre(seen !== undefined);
  });
  const details = await fc.check(asked, { seed, numRuns: count, maxSkipsPerRun: 10 });
  if (details.failed) throw await failureOf(details, property);
  return tally;
}

/** What fast-check says, with the text made as small as it gets, ready to be pasted. */
async function failureOf(details: fc.RunDetails<[ProgramText]>, property: Property): Promise<Error> {
  const cause = details.errorInstance;
  const said = fc.defaultReportMessage(details) ?? "the property failed";
  if (details.counterexample === null) return new Error(said);
  const fails = async (text: string) => {
    try {
      await property(text);
      return false;
    } catch (error) {
      return kindOf(error) === kindOf(cause);
    }
  };
  const text = await minimalText(details.counterexample[0].text, fails);
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`${why}\n\n${text}\n${said}`, { cause });
}

/** What went wrong, without the values: a smaller text must go wrong in the same way. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.message.split(/[:\n\d]/)[0]! : String(error);
}

function note(tally: Tally, seen: Seen | undefined): void {
  if (seen === undefined) {
    tally.discarded++;
    return;
  }
  tally.used++;
  if (seen.fails) tally.failing++;
  if (seen.reduced === undefined) return;
  tally.reduced++;
  tally.logarithms += Math.log(seen.unreduced / seen.reduced);
}

/** In one line: how many programs, how fast, how many were of no use, how much smaller they got. */
export function sayTally({ used, discarded, failing, reduced, logarithms, milliseconds }: Tally): string {
  const share = (part: number, whole: number) => `${Math.round((100 * part) / Math.max(1, whole))} %`;
  const factor =
    reduced === 0 ? "" : `, ${Math.exp(logarithms / reduced).toFixed(2)} times smaller (geometric mean)`;
  return [
    `${used} programs in ${(milliseconds / 1000).toFixed(1)} s (${((1000 * used) / Math.max(1, milliseconds)).toFixed(1)}/s)`,
    `${share(discarded, used + discarded)} thrown away, ${share(failing, used)} fail something${factor}`,
  ].join("; ");
}
