/** Compiled cases to finished models: translation, and the files that are kept in generated/. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type RunDirectory, withinRoom } from "../tlc/run-directory.js";
import type { Tools } from "../tlc/tools.js";
import { type TranslationRequest, translate } from "../tlc/translate.js";
import { type GeneratedFile, generatedFiles } from "./generated.js";
import type { CompiledCase } from "./load.js";
import type { PreparedCase } from "./prepare.js";

/**
 * A folder of its own for one case inside the run's: two specs may each have a case of one name, and their modules
 * are files of that name.
 */
export async function caseDirectory(run: RunDirectory, { module }: CompiledCase): Promise<RunDirectory> {
  return { ...run, path: await withinRoom(run, () => mkdtemp(join(run.path, `${module}-`))) };
}

/**
 * Has the official translator translate the models of a case; the modules are left in the directory, which must be the
 * case's own. Gives the files that are kept in generated/.
 */
export async function translateCase(
  tools: Tools,
  directory: RunDirectory,
  prepared: PreparedCase,
  options: Pick<TranslationRequest, "signal" | "alone"> = {},
): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const { emitted, map } of new Set([prepared.states, prepared.runs])) {
    const { module } = emitted.naming;
    const tla = await translate({
      ...tools,
      directory,
      moduleName: module,
      source: emitted.text,
      ...options,
    });
    files.push(...generatedFiles(prepared.compiled.spec, module, { tla, config: emitted.config, map }));
  }
  return files;
}
