/** Several reporters as one. A defect in one of them costs neither the run nor the others' documents. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Reporter } from "./reporter.js";

export interface NamedReporter {
  /** As the user asked for it, for messages. */
  readonly name: string;
  readonly reporter: Reporter;
}

export interface Multiplexer extends Required<Reporter> {
  /** What went wrong in reporters so far, LW2102, each failure once. */
  readonly failures: () => readonly Diagnostic[];
}

/** Tells each reporter everything, in the order given; none of the hooks throws. */
export function multiplex(reporters: readonly NamedReporter[]): Multiplexer {
  const failures = new Map<string, Diagnostic>();
  const tell = (hook: keyof Reporter, call: (reporter: Reporter) => void) => {
    for (const { name, reporter } of reporters) {
      try {
        call(reporter);
      } catch (error) {
        const diagnostic = failure(name, hook, error);
        failures.set(diagnostic.message, diagnostic);
      }
    }
  };
  return {
    onRunStart: (cases) => tell("onRunStart", (reporter) => reporter.onRunStart?.(cases)),
    onCaseEnd: (report) => tell("onCaseEnd", (reporter) => reporter.onCaseEnd?.(report)),
    onRunEnd: (run) => tell("onRunEnd", (reporter) => reporter.onRunEnd?.(run)),
    failures: () => [...failures.values()],
  };
}

function failure(name: string, hook: keyof Reporter, error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "LW2102",
    message: `the reporter "${name}" failed in ${hook}: ${reason}`,
    why: "its output is incomplete; the verdicts and the other reporters are not affected",
    help: "if this reporter is part of Latchwork, please report the message as a defect",
  };
}
