/** One case in full: what came out against what the spec asks for, its reason, and the evidence. */
import { type Diagnostic, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { inert, renderDiagnostic } from "../diagnostics/render.js";
import type { Colours } from "./colours.js";
import { renderInterleaving } from "./interleaving.js";
import type { CaseReport, ReporterContext } from "./reporter.js";
import { block, count, grouped } from "./text.js";
import { caseTitle, mark, surpriseWords } from "./words.js";

/**
 * Lines of at most `width` columns, but for code frames, which keep the width of the source. A case that is as
 * expected gets no title: its line in the table, just above, says the same.
 */
export function caseSection(
  report: CaseReport,
  width: number,
  context: ReporterContext,
  colours: Colours,
): readonly string[] {
  const title = block(`${mark(report)} ${caseTitle(report)}: ${surpriseWords(report)}`, width, 0, 2);
  const reason =
    report.why === undefined ? [] : block(`the spec's reason: ${inert(report.why)}`, width, 2, 2);
  const head = [
    ...(report.asExpected ? [] : title.map((line) => colours.bold(colours.red(line)))),
    ...reason,
  ];
  const parts = [head, ...evidence(report, width, context, colours)].filter((part) => part.length > 0);
  return parts.flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}

/** The sentence where there is no counterexample, the counterexample, the diagnostics. */
function evidence(
  report: CaseReport,
  width: number,
  context: ReporterContext,
  colours: Colours,
): readonly (readonly string[])[] {
  const { trace, diagnostics = [] } = report;
  const sentence = report.message ?? unexpectedHold(report);
  return [
    trace !== undefined || sentence === undefined ? [] : block(inert(sentence), width, 2, 2),
    trace === undefined ? [] : renderInterleaving(trace, width, colours),
    ...sortDiagnostics(diagnostics).map((diagnostic) => diagnosticLines(diagnostic, context)),
  ];
}

function diagnosticLines(diagnostic: Diagnostic, context: ReporterContext): readonly string[] {
  const lines = renderDiagnostic(diagnostic, context).split("\n");
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** A design that was to fail and did not has no trace; how far the search went is the evidence. */
function unexpectedHold({ verdict, expect, states }: CaseReport): string | undefined {
  if (verdict !== "holds" || expect.kind !== "fails") return undefined;
  const searched =
    states === undefined ? "" : ` (${count(states.distinct, "state")}, depth ${grouped(states.depth)})`;
  return `No run of this design fails by ${inert(expect.check)}: all of its states were searched${searched}.`;
}
