/** What can be wrong with a configuration: LW2220 and up. */
import { didYouMean } from "../base/suggest.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

export const cannotLoad = (file: string, cause: string): Diagnostic => ({
  code: "LW2220",
  message: `${file} cannot be loaded: ${cause}`,
  why: "It is a module that exports its settings as default; it is run, as the configuration of other tools is.",
  help: 'Write: import { defineConfig } from "latchwork/config"; export default defineConfig({ … });',
});

export const twoConfigs = (first: string, second: string): Diagnostic => ({
  code: "LW2221",
  message: `there are two configurations, ${first} and ${second}`,
  why: "Which one counts should not have to be guessed.",
  help: "Keep one of them.",
});

export const unknownKey = (file: string, key: string, known: readonly string[]): Diagnostic => ({
  code: "LW2222",
  message: `${file} has the key ${key}, which means nothing`,
  why: "A setting with a misspelt name would silently not be made.",
  help: didYouMean(key, known, `The keys are ${known.join(", ")}.`),
});

/** `where` is a file or the name of a variable of the environment. */
export const badValue = (where: string, key: string, cause: string): Diagnostic => ({
  code: "LW2223",
  message: `${where}: the value of ${key} is not accepted: ${cause}`,
  why: "It is the default of the option of the same name.",
  help: "`latchwork check --help` says what each option takes.",
});
