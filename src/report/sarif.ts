/**
 * The reporter `sarif`: SARIF 2.1.0 for code scanning. A result is a case that is not as expected, at the line that fails, with its
 * interleaving as a code flow of one location a step. Cases that fail as they should are no alerts, and are left out.
 */
import type { CodeFlow, Location, Log, ReportingDescriptor, Result, ThreadFlowLocation } from "sarif";
import type { Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import type { Interleaving, InterleavingStep } from "../trace/interleaving.js";
import { stepWords } from "./brief.js";
import type { CaseReport, Reporter, ReporterContext, RunReport } from "./reporter.js";
import { caseTitle, inRepository, surpriseWords } from "./words.js";

/** What GitHub reads of one result; a longer flow would have the whole file refused. */
const MOST_LOCATIONS = 10_000;

/** For code scanning: one document when the run has ended. */
export function sarifReporter({ folder }: ReporterContext, write: (text: string) => void): Reporter {
  return { onRunEnd: (run) => write(`${JSON.stringify(sarifLog(run, folder), null, 2)}\n`) };
}

/**
 * The run as a SARIF log.
 * @param folder of the project in its repository, which is what paths are relative to
 */
export function sarifLog({ tool, cases }: RunReport, folder?: string): Log {
  const surprises = cases.filter(({ asExpected }) => !asExpected);
  const rules = [...new Set(surprises.map(ruleOf))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "Latchwork", semanticVersion: tool.version, rules: rules.map(ruleDescriptor) },
        },
        // Columns of a span count UTF-16 units, as TypeScript does.
        columnKind: "utf16CodeUnits",
        results: surprises.map((report) => resultOf(report, rules.indexOf(ruleOf(report)), folder)),
      },
    ],
  };
}

/** The check that failed; what should have failed and did not; or that there is no verdict. */
function ruleOf({ verdict, check, expect }: CaseReport): string {
  if (verdict === "violated") return check ?? "violated";
  if (verdict === "holds") return expect.kind === "fails" ? `missing-${expect.check}` : "holds";
  return verdict;
}

function ruleDescriptor(id: string): ReportingDescriptor {
  const missing = id.startsWith("missing-") ? id.slice("missing-".length) : undefined;
  const words =
    missing === undefined
      ? `the check ${id}: \`latchwork explain ${id}\` says what it is`
      : `a design that should fail by ${missing} does not`;
  const text = inert(["inconclusive", "error"].includes(id) ? "a case without a verdict" : words);
  return {
    id,
    shortDescription: { text },
    fullDescription: { text },
    defaultConfiguration: { level: "error" },
  };
}

function resultOf(report: CaseReport, ruleIndex: number, folder: string | undefined): Result {
  const locationOf = (span: Span | undefined) => locationIn(span, report.spec, folder);
  const { trace, message, diagnostics = [] } = report;
  const place = trace?.failure.span ?? diagnostics.find(({ span }) => span !== undefined)?.span;
  const sentences = [surpriseWords(report), message ?? "", ...(trace?.explanation.sentences ?? [])];
  const text = sentences.map(inert).filter((part) => part !== "");
  return {
    ruleId: ruleOf(report),
    ruleIndex,
    level: "error",
    message: { text: `${caseTitle(report)}: ${text.join(". ")}` },
    locations: [locationOf(place)],
    // The same finding in the next run, although lines have moved.
    partialFingerprints: { "latchwork/v1": [report.spec, report.case, ruleOf(report)].join("\n") },
    ...(trace === undefined || trace.steps.length === 0 ? {} : { codeFlows: [codeFlow(trace, locationOf)] }),
  };
}

function codeFlow(trace: Interleaving, locationOf: (span: Span) => Location): CodeFlow {
  const steps = trace.steps.slice(-MOST_LOCATIONS);
  const locations = steps.map((step): ThreadFlowLocation => {
    const cpu = trace.threads.find(({ name }) => name === step.thread)?.cpu ?? "";
    const words = inert(`${cpu}: ${stepWords(step, trace)}`);
    return {
      location: { ...locationOf(step.span), message: { text: words } },
      executionOrder: step.n,
      nestingLevel: Math.max(step.stack.length - 1, 0),
      importance: importanceOf(step),
      ...stateOf(step),
    };
  });
  return { message: { text: inert(trace.failure.message) }, threadFlows: [{ locations }] };
}

function importanceOf({ fails, essential }: InterleavingStep): ThreadFlowLocation["importance"] {
  if (fails === true) return "essential";
  return essential === true ? "important" : "unimportant";
}

function stateOf({ effects }: InterleavingStep): Pick<ThreadFlowLocation, "state"> {
  const entries = effects.map(({ path, to }) => [inert(path), { text: inert(to) }] as const);
  return entries.length === 0 ? {} : { state: Object.fromEntries(entries) };
}

/** Where a span is; a line of the library is no file of the repository, and the spec stands for it. */
function locationIn(span: Span | undefined, spec: string, folder: string | undefined): Location {
  const own = span === undefined || span.file.startsWith("latchwork/") ? undefined : span;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(inRepository(folder, own?.file ?? spec)), uriBaseId: "%SRCROOT%" },
      region:
        own === undefined
          ? { startLine: 1 }
          : { startLine: own.line, startColumn: own.column, endLine: own.endLine, endColumn: own.endColumn },
    },
  };
}

function uriOf(file: string): string {
  return file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}
