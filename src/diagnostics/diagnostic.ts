/** What is wrong, where, why, and what to do instead: plain data, rendered elsewhere. */
import type { Span } from "../base/span.js";

export interface Diagnostic {
  /** Stable code, `LW` and four digits; see catalog.ts. */
  readonly code: string;
  /** Absent when no source text is to blame (no Java, an unreadable folder). */
  readonly span?: Span;
  /** What was found, in one sentence without a full stop. */
  readonly message: string;
  /** Why it cannot be accepted. */
  readonly why?: string;
  /** What to write or do instead. */
  readonly help?: string;
}

/** Ends an operation with everything that is known to be wrong; the command line turns it into exit code 2. */
export class DiagnosticsError extends Error {
  override readonly name = "DiagnosticsError";
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => `${diagnostic.code} ${diagnostic.message}`).join("\n"));
  }
}

/** Throws a {@link DiagnosticsError} with this one diagnostic. */
export function fail(diagnostic: Diagnostic): never {
  throw new DiagnosticsError([diagnostic]);
}

/** By file, line, column, then code: the same input is always reported in the same order. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ span }: Diagnostic) => [span?.file ?? "", span?.line ?? 0, span?.column ?? 0] as const;
  return diagnostics.toSorted((a, b) => {
    const [fileA, lineA, columnA] = key(a);
    const [fileB, lineB, columnB] = key(b);
    if (fileA !== fileB) return fileA < fileB ? -1 : 1;
    return lineA - lineB || columnA - columnB || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
  });
}
