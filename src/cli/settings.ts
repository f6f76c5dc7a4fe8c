/** Where the value of an option comes from: the command line, the environment, the configuration, its own default. */
import { join } from "node:path";
import type { Command } from "commander";
import { findRoot } from "../app/project.js";
import type { Config } from "../config/define-config.js";
import { readEnvironment } from "../config/environment.js";
import { readConfig } from "../config/read-config.js";

/** Options that are lists, and may be one text in a configuration. */
const LISTS: ReadonlySet<string> = new Set(["reporter", "outputFile"]);

/** What a command goes by. */
export interface Settings {
  /** Where nothing is named on the command line: absolute paths, or none. */
  readonly specs: readonly string[];
}

/**
 * Gives the options of a command that were not named on the command line the values of the environment, or else of the
 * configuration. Throws a DiagnosticsError for a setting that means nothing.
 * @param usesConfig false where the project's configuration must not be run
 */
export async function applySettings(command: Command, usesConfig: boolean): Promise<Settings> {
  const root = findRoot(process.cwd());
  const { specs, ...file } = usesConfig ? await readConfig(root) : {};
  const settings = { ...withoutPrograms(file, process.env), ...(await readEnvironment(process.env)) };
  const own = new Set(command.options.map((option) => option.attributeName()));
  for (const [key, value] of Object.entries(settings)) {
    if (!own.has(key) || command.getOptionValueSource(key) === "cli") continue;
    command.setOptionValueWithSource(key, LISTS.has(key) ? [value].flat() : value, "config");
  }
  return { specs: specs === undefined ? [] : [specs].flat().map((path) => join(root, path)) };
}

/** Java and the jar have variables of their own, which the search for them looks at. */
function withoutPrograms({ java, tlcJar, ...rest }: Config, env: NodeJS.ProcessEnv): Config {
  return {
    ...rest,
    ...(java === undefined || env.LATCHWORK_JAVA ? {} : { java }),
    ...(tlcJar === undefined || env.TLA2TOOLS_JAR ? {} : { tlcJar }),
  };
}
