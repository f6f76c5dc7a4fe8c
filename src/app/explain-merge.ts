/** `latchwork check --explain-merge`: which statements became part of the step before them, and why. */
import { formatLine } from "../base/span.js";
import { listCases } from "./list-cases.js";
import { type AskedModel, prepareCase } from "./prepare.js";
import type { SessionRequest } from "./session.js";

/** A line for each statement of each case, under the names of case and thread. Throws a DiagnosticsError. */
export async function explainMerging(request: SessionRequest): Promise<string[]> {
  const cases = await listCases(request);
  return cases.flatMap((compiled) => {
    const { states, runs } = prepareCase(compiled, { reduce: true });
    const title = `${compiled.spec}, case ${compiled.declaration.name}`;
    const aboutRuns = runs === states ? [] : explain(`${title}, asked about whole runs`, runs.reduction);
    return [...explain(title, states.reduction), ...aboutRuns];
  });
}

function explain(title: string, reduction: AskedModel["reduction"]): string[] {
  if (reduction === undefined) return [];
  const { decisions, complete } = reduction;
  const merged = decisions.filter((decision) => decision.merged).length;
  const lines = [`${title}: ${decisions.length} steps become ${decisions.length - merged}`];
  if (!complete)
    lines.push(
      "  not all states were looked at: TLC may still find that a lock does not protect what it seems to",
    );
  const widthOf = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const places = widthOf(decisions.map(({ origin }) => formatLine(origin.span)));
  const texts = widthOf(decisions.map(({ origin }) => origin.text));
  for (const process of new Set(decisions.map((decision) => decision.process))) {
    lines.push(`  ${process}`);
    for (const { process: own, origin, merged: isMerged, because } of decisions) {
      if (own !== process) continue;
      const statement = `${formatLine(origin.span).padEnd(places)}  ${origin.text.padEnd(texts)}`;
      lines.push(`    ${statement}   ${isMerged ? "merged" : "begins a step"}: ${because}`);
    }
  }
  return [...lines, ""];
}
