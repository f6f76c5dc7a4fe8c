/** The claims about runs of a model, each asked of TLC as a user's are, and each counterexample told. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tellRun } from "../../src/app/tell-case.js";
import { emitModule, printConfig } from "../../src/emit/module.js";
import type { Model } from "../../src/ir/model.js";
import { runTlc } from "../../src/tlc/run.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import type { Interleaving } from "../../src/trace/interleaving.js";
import { realTools } from "./tools.js";

/**
 * By the name of the claim: the counterexample, or undefined where it holds of all runs in which no check fails. Throws
 * where TLC has no answer, and where its counterexample is none for the interpreter.
 * @param plain what the counterexamples are told of, where `model` was made from it
 */
export async function checkRuns(
  model: Model,
  plain: Model = model,
): Promise<Map<string, Interleaving | undefined>> {
  const moduleName = "soundness";
  const emitted = emitModule(model, moduleName);
  const tools = await realTools();
  return withRunDirectory(async (directory) => {
    await translate({ ...tools, directory, moduleName, source: emitted.text });
    const moduleFile = join(directory.path, `${moduleName}.tla`);
    const answers = new Map<string, Interleaving | undefined>();
    for (const [n, { name, excluding }] of emitted.properties.entries()) {
      const configFile = join(directory.path, `property${n}.cfg`);
      await writeFile(configFile, printConfig(emitted.naming, { property: excluding }));
      const outcome = await runTlc({ ...tools, directory, moduleFile, configFile, workers: 1 });
      if (outcome.kind === "trouble") {
        throw new Error(`${outcome.diagnostic.message}\n${outcome.log}\n${emitted.text}`);
      }
      const property = model.liveness.find((candidate) => candidate.name === name)!;
      const models = { plain, asked: model };
      const told =
        outcome.kind === "violated" ? tellRun(models, emitted.naming, outcome, property) : undefined;
      answers.set(name, told);
    }
    return answers;
  });
}
