/** Compiled cases to finished models: translation, and the files that are kept in generated/. */
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

/** Has the official translator translate a case; its files are left in the run directory. */
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
