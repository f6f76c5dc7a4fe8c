/** The words that all human-readable reports share, so that one thing has one name. */
import { posix } from "node:path";
import { formatLine, type Span } from "../base/span.js";
import { inert } from "../diagnostics/render.js";
import type { Interleaving } from "../trace/interleaving.js";
import type { CaseReport, Expectation } from "./reporter.js";

/** What came out: `holds`, `fails by deadlock`, `inconclusive`, `error`. */
export function verdictWords(report: CaseReport): string {
  if (report.verdict !== "violated") return report.verdict;
  return report.check === undefined ? "fails" : `fails by ${inert(report.check)}`;
}

/** What the spec asks for: `should hold`, `should fail by deadlock`. */
export function expectationWords(expect: Expectation): string {
  return expect.kind === "holds" ? "should hold" : `should fail by ${inert(expect.check)}`;
}

/** Whether the run came to a verdict at all. */
export function isDecided(report: CaseReport): boolean {
  return report.verdict === "holds" || report.verdict === "violated";
}

/** `as expected`, or in capitals that it is not and what should have been. */
export function outcomeWords(report: CaseReport): string {
  if (report.asExpected) return "as expected";
  return `${isDecided(report) ? "UNEXPECTED" : "UNDECIDED"}: ${expectationWords(report.expect)}`;
}

/** `fails by deadlock, but should hold`, for a case that is not as expected. */
export function surpriseWords(report: CaseReport): string {
  const asked = expectationWords(report.expect);
  return isDecided(report) ? `${verdictWords(report)}, but ${asked}` : `${verdictWords(report)} (${asked})`;
}

/** ✔ as expected, ✖ not as expected, ! no verdict. */
export function mark(report: CaseReport): string {
  if (report.asExpected) return "✔";
  return isDecided(report) ? "✖" : "!";
}

/** `specs/vpt.ts › before-xsa336`. */
export function caseTitle(report: { readonly spec: string; readonly case: string }): string {
  return `${inert(report.spec)} › ${inert(report.case)}`;
}

/** `CPU1 (timer softirq of pt0)`; only the name for a thread that has no column. */
export function threadLabel(trace: Interleaving, name: string): string {
  const thread = trace.threads.find((each) => each.name === name);
  return thread === undefined ? inert(name) : `${inert(thread.cpu)} (${inert(name)})`;
}

/** `specs/vpt.ts:41`. */
export function placeWords(span: Span): string {
  return inert(formatLine(span));
}

/** A path of the project as the repository has it, which the project is a folder of. */
export function inRepository(folder: string | undefined, file: string): string {
  return folder === undefined || folder === "" ? file : posix.join(folder, file);
}

/** The command that shows this case alone, quoted for a POSIX shell. */
export function checkCommand(report: { readonly spec: string; readonly case: string }): string {
  return `latchwork check ${quoted(inert(report.spec))} --case ${quoted(inert(report.case))}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
