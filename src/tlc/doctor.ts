/** What of the needed tools is there: facts for `latchwork doctor`, which prints them. */
import { type Diagnostic, DiagnosticsError } from "../diagnostics/diagnostic.js";
import { noMaven } from "./diagnostics.js";
import { findJar, type Jar } from "./jar.js";
import { findJava, type Java } from "./java.js";
import { findMaven } from "./maven.js";
import type { ToolsOptions } from "./tools.js";

/** One tool: found, or why not. */
export type ToolCheck<T> =
  | { readonly ok: true; readonly found: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface ToolReport {
  readonly java: ToolCheck<Java>;
  readonly jar: ToolCheck<Jar>;
  /** Its absence matters only when the jar is missing too. */
  readonly maven: ToolCheck<{ readonly path: string }>;
}

/** Looks for every tool; fetches the jar when it is nowhere yet, as a check would. Throws only for our own defects. */
export async function diagnoseTools(options: ToolsOptions): Promise<ToolReport> {
  const [java, jar, mvn] = await Promise.all([
    check(findJava(options)),
    check(findJar(options)),
    findMaven(options.env),
  ]);
  const maven: ToolReport["maven"] =
    mvn === undefined ? { ok: false, diagnostics: [noMaven()] } : { ok: true, found: { path: mvn } };
  return { java, jar, maven };
}

async function check<T>(search: Promise<T>): Promise<ToolCheck<T>> {
  try {
    return { ok: true, found: await search };
  } catch (error) {
    if (error instanceof DiagnosticsError) return { ok: false, diagnostics: error.diagnostics };
    throw error;
  }
}
