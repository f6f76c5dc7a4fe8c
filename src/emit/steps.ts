/**
 * A step as PlusCal statements. PlusCal allows one assignment to a variable per step, so a value that changes again
 * before the step ends, or that nobody outside the step reads, lives in a `with` instead; what remains at the end
 * of a path is assigned there, once.
 */
import { bug, must } from "../base/assert.js";
import { type Action, type Block, DONE, type Exit, type Step, type Term } from "../ir/model.js";
import { all, assignedLocal, defaultValue, variablesWritten, visitTerm } from "../ir/terms.js";
import { bufferWrite, type Write } from "./buffer-writes.js";
import { add, addTogether, commentText, deeper, type Lines } from "./layout.js";
import { boundName } from "./names.js";
import { lastingLocals, localKey } from "./naming.js";
import { printBufferOwner, printDrain } from "./store-buffers.js";
import {
  printElements,
  printTerm,
  printValue,
  printVariable,
  subscriptsOf,
  type TermContext,
} from "./terms.js";

type StepContext = TermContext & {
  readonly step: Step;
  /** Variables and locals whose present value is in a `with` and still has to be assigned. */
  readonly pending: ReadonlySet<string>;
  /** The statement shown last, so that it is not repeated for each of its actions. */
  readonly shown: string;
  /** The `with` whose body begins here: what is bound next is bound by it as well. */
  readonly open: OpenWith | undefined;
};

interface OpenWith {
  readonly out: Lines;
  /** Where in the text its last binding stands. */
  readonly last: number;
}

type Check = Extract<Action, { kind: "check" }>;

/** The key of a shared variable among the versions of a context; that of a local is its name. */
export const variableKey = (variable: string) => `variable ${variable}`;

/** Prints `label: …` with everything the step does. */
export function printStep(context: TermContext, step: Step, out: Lines): void {
  const label = must(context.naming.labels.get(step.label), `the label ${step.label}`);
  // In a fair process, no fairness for this step.
  const unfair = step.optional === true && context.model.liveness.length > 0 ? "-" : "";
  add(out, `${label}:${unfair}`);
  const inner: StepContext = { ...context, step, pending: new Set(), shown: "", open: undefined };
  printBlock(inner, step.body, 0, deeper(out));
}

function printBlock(context: StepContext, block: Block, from: number, out: Lines): void {
  const action = block.actions[from];
  if (action !== undefined) {
    printAction(showStatement(context, action.origin, out), block, from, action, out);
    return;
  }
  const { end } = block;
  if (end.kind === "goto") return printExit(context, end, out);
  const here = closed(showStatement(context, end.origin, out));
  add(out, `if ${printTerm(here, end.condition)} then`);
  printBlock(here, end.whenTrue, 0, deeper(out));
  add(out, "else");
  printBlock(here, end.whenFalse, 0, deeper(out));
  add(out, "end if;");
}

/** Prints `with <binding> do … end with`; one right behind another is a further binding of it. */
function printWith(
  context: StepContext,
  binding: string,
  out: Lines,
  printBody: (context: StepContext, out: Lines) => void,
): void {
  const { open } = context;
  if (open !== undefined) {
    const { text, indent } = open.out;
    text[open.last] = must(text[open.last], "a binding").replace(/ do$/, ",");
    add({ text, indent: indent + "with ".length }, `${binding} do`);
    printBody({ ...context, open: { ...open, last: text.length - 1 } }, out);
    return;
  }
  add(out, `with ${binding} do`);
  printBody({ ...context, open: { out, last: out.text.length - 1 } }, deeper(out));
  add(out, "end with;");
}

/** The context behind a statement. */
function closed(context: StepContext): StepContext {
  return context.open === undefined ? context : { ...context, open: undefined };
}

/** One comment with place and text for each statement of the spec. */
function showStatement(context: StepContext, origin: Action["origin"], out: Lines): StepContext {
  const shown = `${origin.span.file.split("/").at(-1)}:${origin.span.line}  ${origin.text}`;
  if (shown !== context.shown) add(out, `\\* ${commentText(shown)}`);
  return { ...context, shown };
}

function printAction(context: StepContext, block: Block, from: number, action: Action, out: Lines): void {
  const rest = (next: StepContext, where: Lines) => printBlock(next, block, from + 1, where);
  const buffered = bufferWrite(action);
  if (buffered !== undefined) return printWrite(context, block, from, buffered, out);
  switch (action.kind) {
    case "assign":
      return printAssign(context, block, from, action, out);
    case "store":
      return printWrite(context, block, from, storeWrite(action), out);
    case "unlink":
      return printUnlink(context, block, from, action, action.variables, out);
    case "await":
      add(out, `await ${printGuard(context, action.condition)};`);
      return rest(closed(context), out);
    case "check": {
      const checks = [action, ...following(block, from + 1)];
      add(out, `if ${printTerm(context, all(checks.map(({ condition }) => condition)))} then`);
      printBlock(closed(context), block, from + checks.length, deeper(out));
      add(out, "else");
      printFailure(context, checks, deeper(out));
      add(out, "end if;");
      return;
    }
    case "choose": {
      const { version, inner } = withVersion(context, action.local);
      const elements = printElements({ ...context, scope: inner.scope }, action.domain);
      return printWith(inner, `${version} \\in ${elements}`, out, rest);
    }
    case "lock":
    case "pass":
    case "fence":
      return rest(context, out);
    case "drain": {
      const process = must(context.process, "a process");
      printDrain(context.model, context.naming, printBufferOwner(process, context.self), out);
      return rest(closed(context), out);
    }
    case "guess":
      return bug("a guess reached the emitter");
  }
}

/** The checks that stand right here. */
function following(block: Block, from: number): Check[] {
  const action = block.actions[from];
  return action?.kind === "check" ? [action, ...following(block, from + 1)] : [];
}

/** Each true disjunct and each witness would be a successor of its own: the same state, found again and again. */
function printGuard(context: StepContext, condition: Term): string {
  let branches = false;
  visitTerm(condition, (term) => {
    branches ||= term.kind === "binary" && term.operator === "||";
    branches ||= term.kind === "quantifier" && term.quantifier === "some";
    branches ||= term.kind === "linked" || term.kind === "conditional";
  });
  const text = printTerm(context, condition);
  return branches ? `(${text}) = TRUE` : text;
}

/** The context behind `with <name> = ...`, where the name is the present value of a variable or local. */
function withVersion(
  context: StepContext,
  key: string,
): { readonly version: string; readonly inner: StepContext } {
  const { version, inner } = versionOf(context, key);
  return { version, inner: { ...inner, pending: new Set(context.pending).add(key) } };
}

/** A bound name for the present value of a variable or local, and the context in which it stands for it. */
export function versionOf<C extends TermContext>(
  context: C,
  key: string,
): { readonly version: string; readonly inner: C } {
  const base = key.startsWith("variable ")
    ? must(context.naming.variables.get(key.slice("variable ".length)), `the name of ${key}`)
    : key;
  const version = boundName(base, context.scope);
  const versions = new Map(context.versions).set(key, version);
  return { version, inner: { ...context, versions, scope: new Set(context.scope).add(version) } };
}

function printAssign(
  context: StepContext,
  block: Block,
  from: number,
  action: Extract<Action, { kind: "assign" }>,
  out: Lines,
): void {
  if (!context.pending.has(action.local) && isFinal(block, from + 1, action.local)) {
    const target = printTerm({ ...context, versions: new Map() }, { kind: "local", name: action.local });
    add(out, `${target} := ${printTerm(context, action.value)};`);
    printBlock(closed(context), block, from + 1, out);
    return;
  }
  const alias = aliasOf(context, action.value);
  if (alias !== undefined) {
    const versions = new Map(context.versions).set(action.local, alias);
    const pending = new Set(context.pending).add(action.local);
    return printBlock({ ...context, versions, pending }, block, from + 1, out);
  }
  const { version, inner } = withVersion(context, action.local);
  const value = printTerm({ ...context, scope: inner.scope }, action.value);
  printWith(inner, `${version} = ${value}`, out, (next, where) => printBlock(next, block, from + 1, where));
}

/** What a copy can be called instead of a name of its own: the name that it copies, or the constant. */
function aliasOf(context: StepContext, value: Term): string | undefined {
  if (value.kind === "local") return context.versions.get(value.name);
  if (value.kind !== "value" || (typeof value.value === "number" && value.value < 0)) return undefined;
  return value.value === null || typeof value.value !== "object" ? printTerm(context, value) : undefined;
}

/** Whether the local keeps this value to the end of the step on every path, and is wanted there. */
function isFinal(block: Block, from: number, local: string): boolean {
  for (const action of block.actions.slice(from)) {
    if (assignedLocal(action) === local || action.kind === "check") return false;
  }
  const { end } = block;
  if (end.kind === "goto") return end.label !== DONE && !end.resets.includes(local);
  return isFinal(end.whenTrue, 0, local) && isFinal(end.whenFalse, 0, local);
}

/** What a store does to its variable. */
export function storeWrite(action: Extract<Action, { kind: "store" }>): Write {
  const print: Write["print"] = (where) => ({
    subscripts: subscriptsOf(where, action)
      .map((part) => `[${part}]`)
      .join(""),
    value: printTerm(where, action.value),
  });
  return { variable: action.variable, print };
}

/** What an unlink does to one of its variables. */
export function unlinkWrite({ element }: Extract<Action, { kind: "unlink" }>, variable: string): Write {
  const print: Write["print"] = (where) => {
    const declared = must(
      where.model.variables.find((candidate) => candidate.name === variable),
      `the variable ${variable}`,
    );
    const objects = must(where.naming.classes.get(declared.class ?? ""), `the class of ${variable}`);
    const without = `Without(${printVariable(where, variable)}[o_], ${printTerm(where, element)})`;
    return { subscripts: "", value: `[o_ \\in ${objects} |-> ${without}]` };
  };
  return { variable, print };
}

/** The variable's value after the write. */
export function printWhole(context: TermContext, write: Write): string {
  const { subscripts, value } = write.print(context);
  if (subscripts === "") return value;
  return `[${printVariable(context, write.variable)} EXCEPT !${subscripts} = ${value}]`;
}

function printWrite(context: StepContext, block: Block, from: number, write: Write, out: Lines): void {
  const { variable } = write;
  const key = variableKey(variable);
  const name = must(context.naming.variables.get(variable), `the name of ${variable}`);
  const now = printVariable(context, variable);
  const whole = (where: TermContext) => printWhole(where, write);
  if (writtenAgain(block, from + 1, variable)) {
    const { version, inner } = withVersion(context, key);
    const value = whole({ ...context, scope: inner.scope });
    return printWith(inner, `${version} = ${value}`, out, (next, where) =>
      printBlock(next, block, from + 1, where),
    );
  }
  const { subscripts, value } = write.print(context);
  const inPlace = subscripts !== "" && now === name;
  add(out, inPlace ? `${name}${subscripts} := ${value};` : `${name} := ${whole(context)};`);
  const versions = new Map(context.versions);
  versions.delete(key);
  const pending = new Set(context.pending);
  pending.delete(key);
  printBlock(closed({ ...context, versions, pending }), block, from + 1, out);
}

function writtenAgain(block: Block, from: number, variable: string): boolean {
  const writes = block.actions.slice(from).some((action) => variablesWritten(action).includes(variable));
  const { end } = block;
  if (writes || end.kind === "goto") return writes;
  return writtenAgain(end.whenTrue, 0, variable) || writtenAgain(end.whenFalse, 0, variable);
}

/** Takes an element off every list of several variables: one write after the other. */
function printUnlink(
  context: StepContext,
  block: Block,
  from: number,
  action: Extract<Action, { kind: "unlink" }>,
  variables: readonly string[],
  out: Lines,
): void {
  const [variable, ...others] = variables;
  if (variable === undefined) return printBlock(context, block, from + 1, out);
  // The other variables are written by the same action: print it as if they were actions of their own.
  const remaining: Action[] = others.length === 0 ? [] : [{ ...action, variables: others }];
  const rest: Block = { actions: [...remaining, ...block.actions.slice(from + 1)], end: block.end };
  const write = unlinkWrite(action, variable);
  printWrite(context, { ...rest, actions: [action, ...rest.actions] }, 0, write, out);
}

function printExit(context: StepContext, exit: Exit, out: Lines): void {
  flush(context, new Set(exit.resets), out);
  add(out, `goto ${must(context.naming.labels.get(exit.label), `the label ${exit.label}`)};`);
}

/** The first of the checks that is false: the thread stops for good; what it stored stays, its own variables are forgotten. */
function printFailure(context: StepContext, checks: readonly Check[], out: Lines): void {
  add(out, `fault := fault \\union {${printFirstFailing(context, checks)}};`);
  const locals = must(context.process, "a process").locals.map((local) => local.name);
  flush(context, new Set(locals), out);
  add(out, "goto Done;");
}

/** The id of the first check that is false, where one of them is. */
function printFirstFailing(context: StepContext, [first, ...others]: readonly Check[]): string {
  const id = `"${must(first, "a check").check}"`;
  if (first === undefined || others.every(({ check }) => check === first.check)) return id;
  return `IF ~(${printTerm(context, first.condition)}) THEN ${id} ELSE ${printFirstFailing(context, others)}`;
}

/** Assigns what the path left in `with`s, and gives dead locals their default. */
function flush(context: StepContext, resets: ReadonlySet<string>, out: Lines): void {
  const process = must(context.process, "a process");
  for (const key of context.pending) {
    const version = must(context.versions.get(key), `the version of ${key}`);
    if (key.startsWith("variable ")) {
      const variable = key.slice("variable ".length);
      add(out, `${must(context.naming.variables.get(variable), variable)} := ${version};`);
    } else if (!resets.has(key)) {
      add(out, `${must(context.naming.locals.get(localKey(process, key)), key)} := ${version};`);
    }
  }
  const defaults = lastingLocals(process)
    .filter(({ name }) => resets.has(name) && context.step.live.includes(name))
    .map(({ name, type }) => {
      const local = must(context.naming.locals.get(localKey(process, name)), name);
      return `${local} := ${printValue(context.naming, defaultValue(type))};`;
    });
  addTogether(out, defaults);
}
