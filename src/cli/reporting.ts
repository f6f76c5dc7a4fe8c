/** The reporters of a command: opened before the run, so that nothing is lost for a name that is wrong, and closed after it. */
import { appendFileSync } from "node:fs";
import { findRoot, folderInRepository } from "../app/project.js";
import { DiagnosticsError } from "../diagnostics/diagnostic.js";
import { inert } from "../diagnostics/render.js";
import { ASCII_GROWTH, toAscii } from "../report/ascii.js";
import { type Multiplexer, multiplex, type NamedReporter } from "../report/multiplex.js";
import { loadReporter } from "../report/registry.js";
import type { ReporterContext, RunReport } from "../report/reporter.js";
import { type Output, planOutputs, writeOutput } from "./outputs.js";
import type { Progress } from "./progress.js";
import { showsUnicode, sourceReader, wantsColour, widthOf } from "./terminal.js";

export interface ReportingFlags {
  readonly reporter: readonly string[];
  readonly outputFile: readonly string[];
}

export interface Reporting {
  readonly all: Multiplexer;
  /** Tells everyone that the run has ended, and writes the files. Throws a DiagnosticsError for what went wrong in a reporter. */
  readonly end: (report: RunReport) => void;
}

/** Opens the reporters that were asked for. Throws a DiagnosticsError for names and files that are wrong. */
export async function openReporting(
  flags: ReportingFlags,
  cwd: string,
  progress: Pick<Progress, "print" | "onNote">,
  base?: RunReport,
): Promise<Reporting> {
  const outputs = planOutputs(flags.reporter, flags.outputFile);
  const documents = new Map<string, string[]>();
  const root = findRoot(cwd);
  const shared = {
    readSource: sourceReader(root),
    folder: folderInRepository(root, process.env.GITHUB_WORKSPACE),
    ...(base === undefined ? {} : { base }),
    ...summaryOf(process.env, progress),
  };
  const all = multiplex(
    await Promise.all(outputs.map((output) => openReporter(output, shared, documents, progress))),
  );
  return {
    all,
    end: (report) => {
      all.onRunEnd(report);
      for (const [path, parts] of documents) writeOutput(path, parts.join(""));
      const failures = all.failures();
      if (failures.length > 0) throw new DiagnosticsError(failures);
    },
  };
}

/** A reporter that writes to its destination; texts for files are gathered in `documents`. */
async function openReporter(
  { reporter: name, path }: Output,
  shared: Pick<ReporterContext, "readSource" | "folder" | "base" | "appendSummary">,
  documents: Map<string, string[]>,
  progress: Pick<Progress, "print">,
): Promise<NamedReporter> {
  const create = await loadReporter(name);
  if (path !== undefined) {
    const parts: string[] = [];
    documents.set(path, parts);
    const context = { ...shared, colour: false, width: 100 };
    return { name, reporter: create(context, (text) => void parts.push(text)) };
  }
  const { stdout, env } = process;
  const isPlain = !showsUnicode(stdout, env);
  const width = widthOf(stdout, env) - (isPlain ? ASCII_GROWTH : 0);
  const context = { ...shared, colour: wantsColour(stdout, env), width };
  const write = (text: string) => progress.print(() => void stdout.write(isPlain ? toAscii(text) : text));
  return { name, reporter: create(context, write) };
}

/** GitHub names a file for the summary of a job, which other steps have written to. That it cannot be written is no reason to fail. */
function summaryOf(
  env: NodeJS.ProcessEnv,
  progress: Pick<Progress, "onNote">,
): Pick<ReporterContext, "appendSummary"> {
  const path = env.GITHUB_STEP_SUMMARY;
  if (path === undefined || path === "") return {};
  return {
    appendSummary: (text) => {
      try {
        appendFileSync(path, text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        progress.onNote(`the summary of the job could not be written: ${inert(reason)}`);
      }
    },
  };
}
