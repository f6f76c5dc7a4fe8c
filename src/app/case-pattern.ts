/** Which cases a run is about: names, or patterns with `*`. */
import { noSuchCase } from "../diagnostics/catalog.js";
import { fail } from "../diagnostics/diagnostic.js";

/** Whether a case is asked for; without patterns every case is. */
export function isWanted(patterns: readonly string[], name: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
}

/** Throws a DiagnosticsError (LW1032) for a pattern that none of these names fits. */
export function refuseUnknownCases(patterns: readonly string[], names: readonly string[]): void {
  for (const pattern of patterns) {
    if (!names.some((name) => matches(pattern, name))) fail(noSuchCase(pattern, names));
  }
}

/** Names are matched whole; `*` stands for anything. */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
  return new RegExp(`^${source}$`).test(name);
}
