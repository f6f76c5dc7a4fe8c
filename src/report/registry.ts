/** The reporters by name. Each is imported when it is asked for: a run pays for the ones it uses. */

import { nearest } from "../base/suggest.js";
import { fail } from "../diagnostics/diagnostic.js";
import type { ReporterFactory } from "./reporter.js";

const loaders = {
  default: async () => (await import("./terminal.js")).terminalReporter,
  commit: async () => (await import("./commit.js")).commitReporter,
  markdown: async () => (await import("./markdown.js")).markdownReporter,
  html: async () => (await import("./html/reporter.js")).htmlReporter,
  mermaid: async () => (await import("./mermaid.js")).mermaidReporter,
  github: async () => (await import("./github.js")).githubReporter,
  junit: async () => (await import("./junit.js")).junitReporter,
  sarif: async () => (await import("./sarif.js")).sarifReporter,
  json: async () => (await import("./json.js")).jsonReporter,
} satisfies Record<string, () => Promise<ReporterFactory>>;

export type ReporterName = keyof typeof loaders;

/** Every name that {@link loadReporter} knows, in the order in which help texts list them. */
export const reporterNames = Object.keys(loaders) as readonly ReporterName[];

/** The factory of the reporter called `name`; rejects with a DiagnosticsError, LW2101, for an unknown name. */
export async function loadReporter(name: string): Promise<ReporterFactory> {
  const known = reporterNames.find((each) => each === name);
  if (known !== undefined) return loaders[known]();
  const close = nearest(name, reporterNames);
  return fail({
    code: "LW2101",
    message: `there is no reporter called "${name}"`,
    help: `${close === undefined ? "" : `did you mean "${close}"? `}the reporters are: ${reporterNames.join(", ")}`,
  });
}
