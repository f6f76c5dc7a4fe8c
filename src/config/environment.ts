/**
 * Settings from the environment: LATCHWORK_ and the name of the option, as in LATCHWORK_MAX_WORKERS=2. They lie between
 * the command line and the configuration.
 */
import type { Config } from "./define-config.js";
import { validated } from "./read-config.js";

/** What the text of a variable becomes. Java and the jar have variables of their own, and LATCHWORK_CACHE names a folder. */
const READERS = {
  engine: asText,
  reduce: asBoolean,
  reporter: asList,
  outputFile: asList,
  timeout: asNumber,
  maxHeap: asText,
  tlcWorkers: asNumber,
  maxWorkers: asNumber,
  bail: asBoolean,
  strict: asBoolean,
  coverage: asBoolean,
} satisfies { readonly [K in keyof Config]?: (text: string) => unknown };

/** Throws a DiagnosticsError for a value that the option does not take; one that is empty is not set. */
export async function readEnvironment(env: Readonly<Record<string, string | undefined>>): Promise<Config> {
  let config: Config = {};
  for (const [key, read] of Object.entries(READERS)) {
    const name = `LATCHWORK_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    const text = env[name];
    if (text) config = { ...config, ...(await validated(name, { [key]: read(text) })) };
  }
  return config;
}

function asText(text: string): string {
  return text;
}

function asList(text: string): readonly string[] {
  return text.split(",");
}

/** What is no number is left for the schema to refuse. */
function asNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function asBoolean(text: string): boolean | string {
  if (["1", "true", "yes"].includes(text)) return true;
  return ["0", "false", "no"].includes(text) ? false : text;
}
