/**
 * The reporter `mermaid`: a sequence diagram for each counterexample, in the fenced blocks that code hosts draw inside
 * Markdown. A thread is a participant; a step is a message of the thread to itself.
 */
import { inert } from "../diagnostics/render.js";
import type { Interleaving } from "../trace/interleaving.js";
import { briefEntries } from "./brief.js";
import type { CaseReport, Reporter, ReporterContext } from "./reporter.js";
import { caseTitle, verdictWords } from "./words.js";

/** For Markdown pages: a diagram of every case that fails, whether it should or not. */
export function mermaidReporter(_context: ReporterContext, write: (text: string) => void): Reporter {
  return {
    onRunEnd: ({ cases }) => {
      const sections = cases.flatMap((report) => section(report) ?? []);
      write(
        sections.length === 0
          ? "No case of this run fails: there is nothing to draw.\n"
          : sections.join("\n"),
      );
    },
  };
}

function section(report: CaseReport): string | undefined {
  const { trace } = report;
  if (trace === undefined) return undefined;
  return `${["```mermaid", ...sequenceDiagram(trace, `${caseTitle(report)}: ${verdictWords(report)}`), "```"].join("\n")}\n`;
}

/** The lines of a `sequenceDiagram` with this title. */
export function sequenceDiagram(trace: Interleaving, title: string): readonly string[] {
  const names = trace.threads.map((_, lane) => `T${lane}`);
  const lines = ["sequenceDiagram", `  title ${literal(title)}`];
  for (const [lane, { cpu, name }] of trace.threads.entries()) {
    lines.push(`  participant ${names[lane]} as ${literal(cpu)}: ${literal(name)}`);
  }
  let isOpen = false;
  for (const entry of briefEntries(trace)) {
    if (entry.kind === "across") {
      isOpen = true;
      lines.push("  loop for ever");
      continue;
    }
    const thread = names[entry.lane]!;
    const number = entry.n === undefined ? "" : `${entry.n} `;
    const procedure = entry.procedure === undefined ? "" : `${entry.procedure}: `;
    const words = literal(`${number}${procedure}${entry.words}`);
    if (!entry.fails) lines.push(`  ${thread}->>${thread}: ${words}`);
    else if (entry.n === undefined) lines.push(`  Note over ${thread}: ${words}`);
    else lines.push(`  ${thread}-x${thread}: ${words}`);
  }
  if (isOpen) lines.push("  end");
  const over = names.length < 2 ? (names[0] ?? "") : `${names[0]},${names.at(-1)}`;
  if (over !== "")
    lines.push(`  Note over ${over}: ${literal(`${trace.failure.check}: ${trace.failure.message}`)}`);
  return lines;
}

/**
 * Text that mermaid shows as it is. Everything that could end a message, begin a comment or be taken for HTML is written as a
 * character's number, which mermaid spells `#35;`.
 */
function literal(text: string): string {
  const escaped = inert(text).replace(/[#;<>&"%`@$\\]/g, (found) => `#${found.charCodeAt(0)};`);
  // A line that is only the keyword would close the loop.
  return escaped === ""
    ? "#32;"
    : escaped.replace(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}
