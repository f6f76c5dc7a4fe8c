/**
 * The reporter `json`: the RunReport of schema/report.v1.schema.json and not one byte else, so that stdout can be
 * piped into another program.
 */
import type { Reporter, ReporterContext } from "./reporter.js";

// JSON.stringify escapes C0; the rest of what could steer a terminal appears only inside strings as well.
const unsafe = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** For programs: one JSON document, indented by two, when the run has ended. */
export function jsonReporter(_context: ReporterContext, write: (text: string) => void): Reporter {
  return {
    onRunEnd: (run) => write(`${JSON.stringify(run, null, 2).replace(unsafe, escaped)}\n`),
  };
}

function escaped(found: string): string {
  const units = Array.from({ length: found.length }, (_, index) => found.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
