/** A model checked as a user's case is: with the emitted configuration, and the verdict of TLC alone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { emitModule } from "../../src/emit/module.js";
import type { Model } from "../../src/ir/model.js";
import type { TlcOutcome } from "../../src/tlc/outcome.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { realTools } from "./tools.js";

/** What TLC says, with the name of the violated check, or `invariant: name`. */
export async function checkWithTlc(
  model: Model,
): Promise<{ outcome: TlcOutcome; violated: string | undefined }> {
  const moduleName = "soundness";
  const emitted = emitModule(model, moduleName);
  const tools = await realTools();
  const outcome = await withRunDirectory(async (directory) => {
    await translate({ ...tools, directory, moduleName, source: emitted.text });
    const configFile = join(directory.path, `${moduleName}.cfg`);
    await writeFile(configFile, emitted.config);
    const moduleFile = join(directory.path, `${moduleName}.tla`);
    return runTlc({ ...tools, directory, moduleFile, configFile, workers: 1 });
  });
  const operator =
    outcome.kind === "violated" && outcome.what.type === "invariant" ? outcome.what.name : undefined;
  const invariant = emitted.invariants.find((candidate) => candidate.operator === operator);
  return {
    outcome,
    violated: invariant && (invariant.name === undefined ? invariant.check : `invariant: ${invariant.name}`),
  };
}
