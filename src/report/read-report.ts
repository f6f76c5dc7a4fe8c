/** A stored report back from its file: all of it as the schema says, or a refusal that says what is wrong. */
import { z } from "zod";
import { fail } from "../diagnostics/diagnostic.js";
import type { RunReport } from "./reporter.js";
import { runReportSchema } from "./schema.js";

const VERSION = 1;

/**
 * The report in `text`, the document of `--reporter json`; `name` is what messages call it. Throws a DiagnosticsError: LW2103 for what
 * is no report or only a part of one, LW2104 for a report of another schema version.
 */
export function readReport(name: string, text: string): RunReport {
  const document = parse(name, text);
  const version = schemaVersionOf(document);
  if (version !== undefined && version !== VERSION) {
    return fail({
      code: "LW2104",
      message: `${name} is a report of schema version ${String(version)}`,
      why: `This version of Latchwork reads reports of schema version ${VERSION}.`,
      help: "Make the report again with this version: latchwork check --reporter json --output-file json=report.json",
    });
  }
  const read = runReportSchema.safeParse(document);
  if (!read.success)
    return notAReport(name, z.prettifyError(read.error).split("\n")[0] ?? "it has another shape");
  return read.data;
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return notAReport(name, text.trim() === "" ? "it is empty" : `it is no JSON, or was cut off: ${reason}`);
  }
}

function schemaVersionOf(document: unknown): number | string | undefined {
  if (typeof document !== "object" || document === null || !("schemaVersion" in document)) return undefined;
  const { schemaVersion } = document;
  return typeof schemaVersion === "number" || typeof schemaVersion === "string" ? schemaVersion : undefined;
}

function notAReport(name: string, reason: string): never {
  return fail({
    code: "LW2103",
    message: `${name} is no report of Latchwork: ${reason}`,
    why: "A report that is not whole is not shown in part: what is missing could be what matters.",
    help: "Make one with: latchwork check --reporter json --output-file json=report.json",
  });
}
