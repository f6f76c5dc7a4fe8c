/**
 * Every state of a model as TLC sees it. One invariant that is always true prints each distinct state with what
 * the emitted predicates say about it, so that a single run compares all of them with the interpreter.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { noteLine } from "../../src/app/marks.js";
import { emitWatch } from "../../src/emit/coverage.js";
import { type EmittedModule, emitModule } from "../../src/emit/module.js";
import { lastingLocals, localKey } from "../../src/emit/naming.js";
import { type State, stateKey } from "../../src/interpreter/state.js";
import type { Model } from "../../src/ir/model.js";
import { nothingReached, type Reached } from "../../src/ir/reached.js";
import { tlcArguments } from "../../src/tlc/command.js";
import { createMessageReader, type TlcMessage } from "../../src/tlc/messages.js";
import { foretellExit } from "../../src/tlc/outcome.js";
import { runProcess } from "../../src/tlc/process.js";
import { countStates, type StateCounts } from "../../src/tlc/readings.js";
import { withRunDirectory } from "../../src/tlc/run-directory.js";
import { translate } from "../../src/tlc/translate.js";
import { liftStates } from "../../src/trace/lift.js";
import type { TlaValue } from "../../src/trace/value.js";
import { parseValue } from "../../src/trace/value-parser.js";
import { printValue } from "../../src/trace/value-print.js";
import { realTools } from "./tools.js";

export interface TlcStates {
  readonly counts: StateCounts;
  /** By {@link stateKey}. */
  readonly states: ReadonlyMap<string, TlcState>;
  /** What the watch saw, as `latchwork check` would. */
  readonly reached: Reached;
}

export interface TlcState {
  readonly state: State;
  readonly blocked: readonly string[];
  readonly resting: readonly string[];
  /** `check` or `invariant: name` for every INVARIANT of the emitted configuration that is false here. */
  readonly violated: readonly string[];
}

const MARK = "latchwork state";

/** Explores the model with TLC; throws where TLC stops for any reason. */
export async function statesOfTlc(model: Model, moduleName = "soundness"): Promise<TlcStates> {
  const emitted = emitModule(model, moduleName);
  const tools = await realTools();
  return withRunDirectory(async (directory) => {
    const source = emitted.text.replace(/\n=+\n$/, `\n${reporter(model, emitted)}\n====\n`);
    await translate({ ...tools, directory, moduleName, source });
    const configFile = join(directory.path, "report.cfg");
    const watch = emitWatch(model, emitted);
    const reached = nothingReached();
    await writeFile(join(directory.path, `${watch.module}.tla`), watch.text);
    const invariants = `INVARIANT Report_\nINVARIANT ${watch.operator}\n`;
    await writeFile(configFile, `${emitted.config.replace(/^INVARIANT .*\n/gm, "")}${invariants}`);
    const messages: TlcMessage[] = [];
    const printed: string[] = [];
    const reader = createMessageReader(
      (message) => void messages.push(message),
      (line) => {
        if (!noteLine(watch, reached, line)) printed.push(line);
      },
    );
    const end = await runProcess({
      command: tools.java.path,
      args: tlcArguments({
        ...tools,
        tmp: await mkdtemp(join(directory.tmp, "tlc-")),
        meta: await mkdtemp(join(directory.meta, "tlc-")),
        moduleFile: join(directory.path, `${watch.module}.tla`),
        configFile,
        workers: 1,
      }),
      cwd: directory.path,
      onStdout: reader.line,
      // As `latchwork check` does it: after its last word TLC only waits.
      isLast: () => foretellExit(messages) !== undefined,
      onStderr: reader.line,
    });
    const counts = countStates(messages);
    const exitCode = end.cut === true ? foretellExit(messages) : end.exitCode;
    if (exitCode !== 0 || counts === undefined) {
      const said = [...messages.map(({ body }) => body), ...printed].join("\n");
      throw new Error(`TLC ended with ${exitCode}:\n${said}\n${source}\n${watch.text}`);
    }
    const states = readReports(model, emitted, printed.join("\n"));
    return { counts, reached, states: new Map(states.map((state) => [stateKey(state.state), state])) };
  });
}

/** Names of the emitted variables, in the order in which the reporter prints them. */
function variableNames(model: Model, { naming }: EmittedModule): string[] {
  const locals = model.processes.flatMap((process) =>
    lastingLocals(process).map((local) => naming.locals.get(localKey(process, local.name))!),
  );
  return [...naming.variables.values(), ...locals, "pc", "fault"];
}

function reporter(model: Model, emitted: EmittedModule): string {
  const violated = emitted.invariants.map(
    ({ operator, check, name }) =>
      `(IF ${operator} THEN {} ELSE {"${name === undefined ? check : operator}"})`,
  );
  return [
    `Report_ == PrintT(<<"${MARK}", <<${variableNames(model, emitted).join(", ")}>>,`,
    "  {t_ \\in Threads : Blocked(t_)}, {t_ \\in Threads : Resting(t_)},",
    `  ${violated.join(" \\union ")}>>)`,
  ].join("\n");
}

function readReports(model: Model, emitted: EmittedModule, printed: string): TlcState[] {
  const pieces = printed.split(new RegExp(`(?=<<\\s*"${MARK}")`)).filter((piece) => piece.includes(MARK));
  const names = variableNames(model, emitted);
  const threads = new Map([...emitted.naming.threads].map(([name, value]) => [value, name]));
  const invariants = new Map(
    emitted.invariants.map(({ operator, check, name }) => [
      name === undefined ? check : operator,
      name === undefined ? check : `${check}: ${name}`,
    ]),
  );
  return pieces.map((piece, index) => {
    const [, values, blocked, resting, violated] = elementsOf(parseValue(piece.trim()));
    const body = elementsOf(values!).map((value, n) => `/\\ ${names[n]} = ${printValue(value)}`);
    const [state] = liftStates(model, emitted.naming, [{ index, body: body.join("\n") }]);
    const named = (set: TlaValue, by: ReadonlyMap<string, string>) =>
      elementsOf(set).map((element) => by.get(textOf(element))!);
    return {
      state: state!,
      blocked: named(blocked!, threads),
      resting: named(resting!, threads),
      violated: named(violated!, invariants),
    };
  });
}

function elementsOf(value: TlaValue): readonly TlaValue[] {
  if (value.kind === "tuple" || value.kind === "set") return value.elements;
  throw new Error(`a tuple or a set was expected, not ${printValue(value)}`);
}

function textOf(value: TlaValue): string {
  if (value.kind === "model") return value.name;
  if (value.kind === "string") return value.value;
  throw new Error(`a name was expected, not ${printValue(value)}`);
}
