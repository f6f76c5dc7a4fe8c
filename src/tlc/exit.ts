/**
 * What TLC's exit codes mean. The numbers are those of `ExitStatus` in TLC's tlc2/output/EC.java (v1.7.4), seen in
 * runs of 2.18 and 2.19. A code alone decides nothing: 0 may hide a violation and 255 may be anything, so
 * outcome.ts reads the messages as well.
 */

export type ExitClass =
  | "ok"
  | "violation"
  | "evaluation"
  | "rejected"
  | "resource"
  | "interrupted"
  | "unknown";

interface ExitStatus {
  readonly code: number;
  /** The name in EC.ExitStatus, or where the code comes from. */
  readonly name: string;
  readonly class: ExitClass;
}

/** One row per code TLC or its JVM can end with. */
export const EXIT_STATUSES: readonly ExitStatus[] = [
  { code: 0, name: "SUCCESS", class: "ok" },
  { code: 1, name: "bad option, or an exception before TLC began", class: "unknown" },
  { code: 10, name: "VIOLATION_ASSUMPTION", class: "violation" },
  { code: 11, name: "VIOLATION_DEADLOCK", class: "violation" },
  { code: 12, name: "VIOLATION_SAFETY", class: "violation" },
  { code: 13, name: "VIOLATION_LIVENESS", class: "violation" },
  { code: 14, name: "VIOLATION_ASSERT", class: "violation" },
  { code: 75, name: "FAILURE_SPEC_EVAL", class: "evaluation" },
  { code: 76, name: "FAILURE_SAFETY_EVAL", class: "evaluation" },
  { code: 77, name: "FAILURE_LIVENESS_EVAL", class: "evaluation" },
  { code: 129, name: "SIGHUP", class: "interrupted" },
  { code: 130, name: "SIGINT", class: "interrupted" },
  { code: 137, name: "SIGKILL", class: "interrupted" },
  { code: 143, name: "SIGTERM", class: "interrupted" },
  { code: 150, name: "ERROR_SPEC_PARSE", class: "rejected" },
  { code: 151, name: "ERROR_CONFIG_PARSE", class: "rejected" },
  { code: 152, name: "ERROR_STATESPACE_TOO_LARGE", class: "resource" },
  { code: 153, name: "ERROR_SYSTEM", class: "unknown" },
  { code: 255, name: "ERROR", class: "unknown" },
];

const byCode = new Map(EXIT_STATUSES.map((status) => [status.code, status]));

/** The class of an exit code; `unknown` for one TLC does not define. */
export function classifyExit(code: number): ExitClass {
  return byCode.get(code)?.class ?? "unknown";
}

/** The code with its name, such as `exit code 151 (ERROR_CONFIG_PARSE)`. */
export function describeExit(code: number): string {
  const name = byCode.get(code)?.name;
  return name === undefined ? `exit code ${code}` : `exit code ${code} (${name})`;
}
