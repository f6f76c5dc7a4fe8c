/**
 * The settings of a project, from latchwork.config.ts. This is the one file of a user's that Latchwork runs; specs are
 * only ever read.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnostic, DiagnosticsError, fail } from "../diagnostics/diagnostic.js";
import type { Config } from "./define-config.js";
import { badValue, cannotLoad, twoConfigs, unknownKey } from "./diagnostics.js";

const NAMES = ["ts", "mts", "js", "mjs", "json"].map((ending) => `latchwork.config.${ending}`);

/** Loads nothing where the project has no configuration. Throws a DiagnosticsError. */
export async function readConfig(root: string): Promise<Config> {
  const [name, other] = NAMES.filter((each) => existsSync(join(root, each)));
  if (name === undefined) return {};
  if (other !== undefined) fail(twoConfigs(name, other));
  return validated(name, await load(name, join(root, name)));
}

async function load(name: string, path: string): Promise<unknown> {
  try {
    if (name.endsWith(".json")) return withoutSchema(JSON.parse(readFileSync(path, "utf8")));
    const { createJiti } = await import("jiti");
    // Also where Latchwork is not installed in the project.
    const alias = { "latchwork/config": fileURLToPath(import.meta.resolve("./define-config.js")) };
    return await createJiti(import.meta.url, { alias, moduleCache: false }).import(path, { default: true });
  } catch (error) {
    if (error instanceof DiagnosticsError) throw error;
    return fail(cannotLoad(name, error instanceof Error ? error.message.split("\n", 1)[0]! : String(error)));
  }
}

/** Editors look for the schema of a JSON file there. */
function withoutSchema(document: unknown): unknown {
  if (typeof document !== "object" || document === null || !("$schema" in document)) return document;
  const { $schema: _, ...rest } = document;
  return rest;
}

/** `where` is a file, for messages. */
export async function validated(where: string, value: unknown): Promise<Config> {
  const { configKeys, configSchema } = await import("./schema.js");
  const { success, data, error } = configSchema.safeParse(value);
  if (success) return data;
  const diagnostics = error.issues.flatMap((issue): Diagnostic[] => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => unknownKey(where, key, configKeys));
    const [key] = issue.path;
    return [
      key === undefined ? cannotLoad(where, issue.message) : badValue(where, String(key), issue.message),
    ];
  });
  throw new DiagnosticsError(diagnostics);
}
