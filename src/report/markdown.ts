/**
 * The reporter `markdown`: what a pull request wants to know. The verdicts as a table, what changed against a base, and the
 * interleaving of each failure, folded. It is built as a tree and printed by a library, so that nothing which a spec says can become
 * markup.
 */
import type { Paragraph, PhrasingContent, Root, RootContent, Table, TableRow } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { toMarkdown } from "mdast-util-to-markdown";
import { inert } from "../diagnostics/render.js";
import { briefDiagram } from "./commit.js";
import { type Change, changesSince } from "./compare.js";
import { strictWords } from "./coverage.js";
import type { CaseReport, Reporter, ReporterContext, RunReport } from "./reporter.js";
import { countWords } from "./summary.js";
import { count, grouped } from "./text.js";
import { caseTitle, checkCommand, isDecided, mark, outcomeWords, verdictWords } from "./words.js";

/** GitHub refuses a comment of more than 65,536 characters; some are left for what an action puts around it. */
export const MOST_CHARACTERS = 65_000;
/** Columns of an interleaving: what a pull request shows without a scroll bar. */
const COLUMNS = 100;
/** With more cases than these only those that are worth a look are in the table. */
const MOST_ROWS = 150;

/** For pull requests: one document when the run has ended. */
export function markdownReporter(context: ReporterContext, write: (text: string) => void): Reporter {
  return { onRunEnd: (run) => write(markdownReport(run, context)) };
}

/** The document: at most {@link MOST_CHARACTERS}, and what had to be left out is said. */
export function markdownReport(run: RunReport, context: Pick<ReporterContext, "base">): string {
  const changes = context.base === undefined ? undefined : changesSince(context.base, run);
  const head = [...summary(run), ...changesSection(changes), ...casesSection(run)];
  const failures = [
    ...run.cases.filter(({ asExpected }) => !asExpected),
    ...run.cases.filter(({ asExpected, trace }) => asExpected && trace !== undefined),
  ];
  let text = printed(head);
  if (text.length > MOST_CHARACTERS) text = printed([...summary(run), ...tooLong()]);
  for (const [index, report] of failures.entries()) {
    const section = printed(failureSection(report));
    const left = failures.length - index;
    const note = printed([
      sentence(`${count(left, "more interleaving")} left out: this document would be too long.`),
    ]);
    if (text.length + section.length + note.length + 2 > MOST_CHARACTERS) return `${text}\n${note}`;
    text = `${text}\n${section}`;
  }
  return text;
}

function printed(children: readonly RootContent[]): string {
  const root: Root = { type: "root", children: [...children] };
  return toMarkdown(root, { extensions: [gfmToMarkdown({ tablePipeAlign: false })], bullet: "-", rule: "-" });
}

function tooLong(): RootContent[] {
  return [sentence("There are too many cases for a table here; the report in JSON has them all.")];
}

function text(value: string): PhrasingContent {
  const [before = "", , after = ""] = /^( ?)([\s\S]*?)( ?)$/.exec(value)?.slice(1) ?? [];
  // A mention would send mail to somebody.
  return { type: "text", value: `${before}${inert(value).replaceAll("@", "@\u200b")}${after}` };
}

function sentence(...parts: readonly (string | PhrasingContent)[]): Paragraph {
  return {
    type: "paragraph",
    children: parts.map((part) => (typeof part === "string" ? text(part) : part)),
  };
}

function strong(value: string): PhrasingContent {
  return { type: "strong", children: [text(value)] };
}

function code(value: string): PhrasingContent {
  return { type: "inlineCode", value: inert(value) };
}

function summary(run: RunReport): RootContent[] {
  const surprises = run.cases.filter(({ asExpected }) => !asExpected).length;
  const sign = surprises > 0 || run.cases.length === 0 ? "✖" : "✔";
  const strict = strictWords(run);
  return [
    { type: "heading", depth: 3, children: [text(`${sign} Latchwork: ${countWords(run.cases)}`)] },
    ...(strict === undefined ? [] : [sentence(strong(strict))]),
  ];
}

function changesSection(changes: readonly Change[] | undefined): RootContent[] {
  if (changes === undefined) return [];
  if (changes.length === 0)
    return [sentence("No change against the base: the same cases, verdicts, states and coverage.")];
  const rows = changes.map((change) => [
    [text(change.case === undefined ? change.spec : caseTitle({ spec: change.spec, case: change.case }))],
    [text(change.kind)],
    [text(change.from)],
    [change.kind === "verdict" ? strong(change.to) : text(change.to)],
  ]);
  return [
    { type: "heading", depth: 4, children: [text("Changes against the base")] },
    table(["case", "what", "before", "now"], rows.slice(0, MOST_ROWS)),
    ...(rows.length > MOST_ROWS ? [sentence(`and ${grouped(rows.length - MOST_ROWS)} more`)] : []),
  ];
}

function casesSection({ cases }: RunReport): RootContent[] {
  const shown =
    cases.length <= MOST_ROWS ? cases : cases.filter(({ asExpected }) => !asExpected).slice(0, MOST_ROWS);
  const left = cases.length - shown.length;
  const rows = shown.map((report) => [
    [text(mark(report))],
    [text(caseTitle(report))],
    [report.asExpected ? text(verdictWords(report)) : strong(verdictWords(report))],
    [text(outcomeWords(report))],
    [text(report.states === undefined ? "" : grouped(report.states.distinct))],
    [text(report.cached ? "cached" : `${report.seconds.toFixed(2)} s`)],
  ]);
  return [
    ...(rows.length === 0
      ? []
      : [
          table(["", "case", "verdict", "", "states", "time"], rows, [
            null,
            null,
            null,
            null,
            "right",
            "right",
          ]),
        ]),
    ...(left > 0 ? [sentence(`${grouped(left)} more, all as expected or without room here`)] : []),
  ];
}

function table(
  head: readonly string[],
  rows: readonly (readonly (readonly PhrasingContent[])[])[],
  align: Table["align"] = null,
): Table {
  const row = (cells: readonly (readonly PhrasingContent[])[]): TableRow => ({
    type: "tableRow",
    children: cells.map((children) => ({ type: "tableCell", children: [...children] })),
  });
  return {
    type: "table",
    ...(align === null ? {} : { align }),
    children: [row(head.map((title) => [text(title)])), ...rows.map(row)],
  };
}

/** A failure, folded: the sentence, the interleaving, and how to see it at home. */
function failureSection(report: CaseReport): RootContent[] {
  const { trace, message, diagnostics = [], why } = report;
  const title = `${mark(report)} ${caseTitle(report)}: ${verdictWords(report)}`;
  const explained = trace === undefined ? [] : [trace.failure.message, ...trace.explanation.sentences];
  const said = trace === undefined && message !== undefined ? [message] : explained;
  return [
    { type: "html", value: `<details${report.asExpected ? "" : " open"}><summary>${html(title)}</summary>` },
    ...(why === undefined ? [] : [sentence("The spec's reason: ", why)]),
    ...(trace === undefined
      ? []
      : [{ type: "code", lang: "text", value: briefDiagram(trace, COLUMNS).join("\n") } as const]),
    ...said.map((words) => sentence(words)),
    ...diagnostics.map(({ code: name, message: what, help }) =>
      sentence(code(name), `: ${what}${help === undefined ? "" : `. ${help}`}`),
    ),
    ...(isDecided(report) ? [sentence("See it alone: ", code(checkCommand(report)))] : []),
    { type: "html", value: "</details>" },
  ];
}

function html(value: string): string {
  return inert(value).replace(/[&<>"'`@*_[\]\\]/g, (found) => `&#${found.charCodeAt(0)};`);
}
