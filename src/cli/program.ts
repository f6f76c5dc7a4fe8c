/** The commands and their options. Each command's own module is loaded when it runs: --help must be quick. */
import { existsSync, readdirSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { VERSION } from "../app/version.js";
import { fail } from "../diagnostics/diagnostic.js";
import type { CheckFlags } from "./check-command.js";
import { unknownWord } from "./diagnostics.js";
import type { Interrupt } from "./interrupt.js";

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];
const collectList = (value: string, earlier: readonly string[]): string[] => [
  ...earlier,
  ...value.split(","),
];

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

function shard(text: string): { readonly index: number; readonly of: number } {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  const isOne = index !== undefined && of !== undefined && index >= 1 && index <= of;
  if (!isOne) throw new InvalidArgumentError("Write which one of how many: 1/4.");
  return { index, of };
}

function heap(text: string): string {
  if (!/^[1-9]\d*[kmgKMG]?$/.test(text)) throw new InvalidArgumentError("Write it as Java does: 512m, 4g.");
  return text;
}

/** In bytes. */
function size(text: string): number {
  const units = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
  const unit = heap(text).toLowerCase().replace(/\d/g, "") as keyof typeof units;
  return Number.parseInt(text, 10) * units[unit];
}

const javaOption = () => new Option("--java <path>", "the Java to run TLC with (or set LATCHWORK_JAVA)");
const jarOption = () => new Option("--tlc-jar <path>", "the TLA+ tools to use (or set TLA2TOOLS_JAR)");
const reporterOption = () =>
  new Option(
    "--reporter <name>",
    "default, commit, markdown, html, mermaid, github, junit, sarif or json; repeatable, or separated by commas",
  )
    .argParser(collectList)
    .default([], "default");
const outputFileOption = () =>
  new Option("--output-file <name=path>", "write a reporter's document to a file; repeatable")
    .argParser(collect)
    .default([], "stdout");
const setOption = () =>
  new Option("--set <param=value>", "set a param for all cases; repeatable")
    .argParser(collect)
    .default([], "none");
const memoryOption = () =>
  new Option("--memory <model>", "the memory model of all cases, instead of what they name").choices([
    "sc",
    "tso",
    "pso",
  ]);
const engineOption = (description: string) =>
  new Option("--engine <name>", description).choices(["tlc", "explore", "both"]).default("tlc");
const reduceOption = () =>
  new Option("--no-reduce", "keep one step for each shared access: more states, same verdicts");
const maxWorkersOption = () =>
  new Option("--max-workers <n>", "cases at a time; as many as there are cores and memory for").argParser(
    positive,
  );
const tlcWorkersOption = () =>
  new Option("--tlc-workers <n>", "threads of one TLC").argParser(positive).default(1);
const maxHeapOption = () =>
  new Option("--max-heap <size>", "memory of one TLC, as Java writes it: 4g").argParser(heap);
const maxDiskOption = () =>
  new Option("--max-disk <size>", "what the states of one TLC may take on the disk: 20g").argParser(size);
const timeoutOption = () =>
  new Option("--timeout <seconds>", "give up on a case after this long").argParser(positive);
const cacheOption = () => new Option("--no-cache", "ask about every case again, and remember nothing");
const configOption = () =>
  new Option("--no-config", "do not run latchwork.config.ts, the one file of a project that is run");
const caseOption = () =>
  new Option("--case <name>", "only this case; * stands for anything; repeatable")
    .argParser(collect)
    .default([], "all");

/** The program; `settle` gets the exit code of the command that ran. */
export function createProgram(interrupt: Interrupt, settle: (exitCode: number) => void): Command {
  const program = new Command("latchwork")
    .description(
      "Model-checks kernel and hypervisor locking designs written in TypeScript that reads like C.",
    )
    .version(VERSION)
    .showHelpAfterError("(`latchwork --help` and `latchwork <command> --help` show what there is)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Without a command it is \`latchwork check\`; \`latchwork check --help\` shows its options.
Exit codes: 0 as expected, 1 not as expected, 2 could not do the job, 130/143 interrupted.`,
    );
  addCheck(program, interrupt, settle);
  addWatch(program, interrupt, settle);
  addCompile(program, interrupt, settle);
  addMerge(program, settle);
  addExplain(program, settle);
  program
    .command("init")
    .description("write a first spec, a configuration, a CI workflow and a package script; overwrite nothing")
    .action(async () => {
      const { runInit } = await import("./init-command.js");
      settle(runInit());
    });
  program
    .command("clean")
    .description("forget the verdicts that earlier runs of check have found in this project")
    .action(async () => {
      const { runClean } = await import("./clean-command.js");
      settle(runClean());
    });
  program
    .command("doctor")
    .description("show which Java and which TLC are used, and what is missing")
    .addOption(jarOption())
    .addOption(javaOption())
    .action(async (flags) => {
      const { runDoctor } = await import("./doctor-command.js");
      settle(await runDoctor(flags, interrupt));
    });
  return program;
}

function addCheck(program: Command, interrupt: Interrupt, settle: (exitCode: number) => void): void {
  program
    .command("check", { isDefault: true })
    .description("check every case of the specs and compare the verdicts with what they expect (the default)")
    .argument("[paths...]", "spec files or folders; the project's specs folder where none is given")
    .addOption(caseOption())
    .addOption(setOption())
    .addOption(memoryOption())
    .addOption(engineOption("who gives the verdict; both must agree, or the case is an error"))
    .addOption(reduceOption())
    .addOption(
      new Option(
        "--explain-merge",
        "say of each statement whether it was merged, and why; check nothing",
      ).conflicts(["list", "reporter", "outputFile", "keep", "reduce"]),
    )
    .addOption(reporterOption())
    .addOption(outputFileOption())
    .addOption(
      new Option("--compare <report.json>", "an earlier report, for reporters that tell what changed"),
    )
    .addOption(new Option("--shard <i/n>", "only part i of n, for n machines: see merge").argParser(shard))
    .addOption(maxWorkersOption())
    .addOption(tlcWorkersOption())
    .addOption(new Option("--bail", "end the run with the first case that is not as expected"))
    .addOption(maxHeapOption())
    .addOption(maxDiskOption())
    .addOption(timeoutOption())
    .option(
      "--resume",
      "keep checkpoints of long runs and go on from those of a run that was cut off; without coverage",
    )
    .addOption(
      new Option(
        "--strict",
        "exit 1 also for statements, branches, locks and invariants that no case explores",
      )
        // "coverage" is what commander calls --no-coverage.
        .conflicts(["list", "coverage"]),
    )
    .addOption(new Option("--no-coverage", "do not look for what is left unexplored"))
    .addOption(jarOption())
    .addOption(javaOption())
    .addOption(
      new Option("--list", "print the cases and check nothing").conflicts(["reporter", "outputFile", "keep"]),
    )
    .option("--keep", "leave TLC's files in place and say where")
    .addOption(cacheOption())
    .addOption(configOption())
    .action(async (paths: string[], _flags, command: Command) => {
      if (program.args[0] !== "check") refuseUnknownWord(program, paths[0]);
      const { applySettings } = await import("./settings.js");
      const { specs } = await applySettings(command, command.opts().config);
      const flags = reconciled(command);
      const { runCheck } = await import("./check-command.js");
      const chosenPaths = paths.length > 0 ? paths : specs;
      settle(await runCheck(chosenPaths, { ...flags, reporter: chosen(flags.reporter) }, interrupt));
    });
}

/** What was explored is measured where TLC runs: of --strict and what excludes it, what was named on the command line wins. */
function reconciled(command: Command): CheckFlags {
  const flags: CheckFlags = command.opts();
  if (flags.strict !== true) return flags;
  const isNamed = (key: string) => command.getOptionValueSource(key) === "cli";
  // Options that exclude each other can be declared as such, values of options cannot.
  if (isNamed("strict") && flags.engine === "explore") {
    command.error("error: option '--strict' cannot be used with option '--engine explore'");
  }
  if (isNamed("strict")) return { ...flags, coverage: true };
  return { ...flags, strict: flags.coverage && flags.engine !== "explore" };
}

function addWatch(program: Command, interrupt: Interrupt, settle: (exitCode: number) => void): void {
  program
    .command("watch")
    .description("check at every save: the explorer answers at once, TLC confirms; until Ctrl-C")
    .argument("[paths...]", "spec files or folders; the project's specs folder where none is given")
    .addOption(caseOption())
    .addOption(setOption())
    .addOption(memoryOption())
    .addOption(engineOption("who confirms what the explorer says; explore for nobody"))
    .addOption(reduceOption())
    .addOption(maxWorkersOption())
    .addOption(tlcWorkersOption())
    .addOption(maxHeapOption())
    .addOption(maxDiskOption())
    .addOption(timeoutOption())
    .addOption(jarOption())
    .addOption(javaOption())
    .addOption(cacheOption())
    .addOption(configOption())
    .action(async (paths: string[], _flags, command: Command) => {
      const { applySettings } = await import("./settings.js");
      const { specs } = await applySettings(command, command.opts().config);
      const { runWatch } = await import("./watch-command.js");
      settle(await runWatch(paths.length > 0 ? paths : specs, command.opts(), interrupt));
    });
}

function addCompile(program: Command, interrupt: Interrupt, settle: (exitCode: number) => void): void {
  program
    .command("compile")
    .description("compile the specs to PlusCal and TLA+ in generated/")
    .argument("[paths...]", "spec files or folders; the project's specs folder where none is given")
    .addOption(caseOption())
    .option("--check", "write nothing; exit 1 where generated/ is not what the specs compile to")
    .addOption(jarOption())
    .addOption(javaOption())
    .addOption(configOption())
    .action(async (paths: string[], flags, command: Command) => {
      const { applySettings } = await import("./settings.js");
      const { specs } = await applySettings(command, flags.config);
      const { runCompile } = await import("./compile-command.js");
      settle(await runCompile(paths.length > 0 ? paths : specs, command.opts(), interrupt));
    });
}

function addMerge(program: Command, settle: (exitCode: number) => void): void {
  program
    .command("merge")
    .description("make one report of the JSON reports of all shards of a run")
    .argument("<reports...>", "what `check --shard i/n --reporter json` wrote on each machine")
    .addOption(reporterOption())
    .addOption(outputFileOption())
    .action(async (files: string[], flags) => {
      const { runMerge } = await import("./merge-command.js");
      settle(await runMerge(files, { ...flags, reporter: chosen(flags.reporter) }));
    });
}

function addExplain(program: Command, settle: (exitCode: number) => void): void {
  program
    .command("explain")
    .description(
      "show the page about a code such as LW1004 or about a check such as unlock-not-held, or tell a stored report again",
    )
    .argument("[code, check or report.json]", "without it, the list of all codes and checks")
    .addOption(caseOption())
    .addOption(reporterOption())
    .addOption(outputFileOption())
    .action(async (word: string | undefined, flags) => {
      const { runExplain } = await import("./explain-command.js");
      settle(await runExplain(word, { ...flags, reporter: chosen(flags.reporter) }));
    });
}

function chosen(reporters: readonly string[]): readonly string[] {
  return reporters.length > 0 ? reporters : ["default"];
}

/** `latchwork chek` has come to the default command as a path; a word that looks like a path is left to it. */
function refuseUnknownWord(program: Command, word: string | undefined): void {
  if (word === undefined || !/^[\w-]+$/.test(word) || existsSync(word)) return;
  const commands = program.commands.map((command) => command.name());
  fail(unknownWord(word, commands, readdirSync(".")));
}
