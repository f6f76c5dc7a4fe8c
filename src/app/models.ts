/** Compiled cases to finished models: translation, and the files that are kept in generated/. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Jar } from "../tlc/jar.js";
import type { Java } from "../tlc/java.js";
import type { RunDirectory } from "../tlc/run-directory.js";
import { translate } from "../tlc/translate.js";
import { type GeneratedFile, generatedFiles } from "./generated.js";
import type { CompiledCase } from "./load.js";

/** The programs that do the work. */
export interface Tools {
  readonly java: Java;
  readonly jar: Jar;
}

/** A case that TLC can check. */
export interface CaseModel {
  readonly compiled: CompiledCase;
  /** The whole module, translation included. */
  readonly tla: string;
  readonly files: readonly GeneratedFile[];
}

/**
 * A folder of its own for one case inside the run's: two specs may each have a case of one name, and their modules
 * are files of that name.
 */
export async function caseDirectory(run: RunDirectory, { emitted }: CompiledCase): Promise<RunDirectory> {
  return { ...run, path: await mkdtemp(join(run.path, `${emitted.naming.module}-`)) };
}

/** Has the official translator translate a case; its files are left in the directory, which must be the case's own. */
export async function translateCase(
  tools: Tools,
  directory: RunDirectory,
  compiled: CompiledCase,
  signal: AbortSignal | undefined,
): Promise<CaseModel> {
  const { emitted } = compiled;
  const tla = await translate({
    ...tools,
    directory,
    moduleName: emitted.naming.module,
    source: emitted.text,
    ...(signal === undefined ? {} : { signal }),
  });
  const texts = { tla, config: emitted.config, map: compiled.map };
  return { compiled, tla, files: generatedFiles(compiled.spec, emitted.naming.module, texts) };
}
