/** A whole counterexample for a terminal: the diagram, what failed, who waits, and how long it is. */
import { inert } from "../diagnostics/render.js";
import { type Interleaving, isAboutRuns } from "../trace/interleaving.js";
import type { Colours } from "./colours.js";
import { renderDiagram } from "./diagram.js";
import { renderScenario } from "./scenario.js";
import { block, count } from "./text.js";
import { placeWords } from "./words.js";

/** Narrower than this nothing can be shown; such a terminal folds the lines itself. */
export const leastTerminal = 40;

/**
 * The counterexample as lines of at most `width` columns, {@link leastTerminal} or more.
 * Throws InternalError where a step's thread is none of `trace.threads`.
 */
export function renderInterleaving(trace: Interleaving, width: number, colours: Colours): readonly string[] {
  const total = Math.max(width, leastTerminal);
  const { check, message, span } = trace.failure;
  const where = isAboutRuns(check) ? "; claimed at" : ", at";
  const place = span === undefined ? "" : `${where} ${placeWords(span)}`;
  const failure = block(`${inert(check)}: ${inert(message)}${place}`, total, 2, 2);
  const sentences = trace.explanation.sentences.flatMap((sentence) => block(inert(sentence), total, 2, 2));
  const scenario = renderScenario(trace, total, colours);
  const length =
    trace.steps.length === 0
      ? `before the first step: ${isAboutRuns(check) ? "the run ends where it begins" : "the initial state is already wrong"}`
      : lengthWords(trace);
  const diagram = trace.steps.length === 0 ? [] : [...renderDiagram(trace, total, colours), ""];
  return [
    ...diagram,
    ...failure.map((line) => colours.bold(line)),
    ...sentences,
    ...(scenario.length === 0 ? [] : ["", ...scenario, ""]),
    ...block(length, total, 2).map((line) => colours.dim(line)),
  ];
}

/** How long it is, and how long it was when it was found. */
function lengthWords(trace: Interleaving): string {
  const { contextSwitches, contextSwitchesBefore, stepsBefore } = trace;
  const shown = extentWords(trace.steps.length, contextSwitches);
  const same = stepsBefore === trace.steps.length && contextSwitchesBefore === contextSwitches;
  return same ? shown : `${shown}; found with ${extentWords(stepsBefore, contextSwitchesBefore)}`;
}

function extentWords(steps: number, switches: number): string {
  return `${count(steps, "step")}, ${count(switches, "context switch", "context switches")}`;
}
