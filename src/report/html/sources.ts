/**
 * The sources that a page carries: those that its counterexamples cite, and of these only what a spec can be. A report
 * that somebody else has made could name any file of this machine, and pages are passed on.
 */
import type { Span } from "../../base/span.js";
import { inert, inertSource } from "../../diagnostics/render.js";
import type { Interleaving, InterleavingStep } from "../../trace/interleaving.js";
import type { ReporterContext } from "../reporter.js";
import type { SourceData } from "./data.js";

/** The files in the order in which they are first cited; one that cannot be read, or must not be, is left out. */
export function sourcesOf(
  traces: readonly Interleaving[],
  { readSource }: Pick<ReporterContext, "readSource">,
): readonly SourceData[] {
  const cited = new Set(traces.flatMap(citations).map(({ file }) => file));
  const steps = traces.flatMap((trace) => trace.steps);
  return [...cited].filter(isSpecFile).flatMap((file) => {
    const text = readSource(file);
    if (text === undefined) return [];
    const lines = inertSource(text);
    const own = steps.filter(({ span }) => span.file === file);
    return [{ file, lines, hasChanged: own.some((step) => !isWhereItWas(step, lines)) }];
  });
}

function citations({ steps, blocked, failure }: Interleaving): Span[] {
  return [
    ...steps.flatMap(({ span, stack }) => [span, ...stack.map((frame) => frame.span)]),
    ...blocked.map(({ span }) => span),
    ...(failure.span === undefined ? [] : [failure.span]),
  ];
}

/** A TypeScript file inside the project, or of the library. */
function isSpecFile(file: string): boolean {
  const isInside = !/^(?:[/\\]|[a-z]:)/i.test(file) && !file.split(/[/\\]/).includes("..");
  return isInside && /\.[cm]?tsx?$/.test(file) && !file.includes("\0");
}

/** Whether the statement begins where the report says; its text may be a part of what stands there, or in brackets a word of ours. */
function isWhereItWas({ span, text }: InterleavingStep, lines: readonly string[]): boolean {
  const found = inert(lines[span.line - 1]?.slice(span.column - 1) ?? "");
  const wanted = inert(text);
  if (wanted.startsWith("(")) return true;
  const letters = Math.min(found.length, wanted.length);
  return letters > 0 && found.slice(0, letters) === wanted.slice(0, letters);
}
