/** Terms compiled to closures: interpreter/evaluate.ts says what each of them means. */
import { bug, unreachable } from "../base/assert.js";
import type { Model, Term } from "../ir/model.js";
import { numberCode } from "./arithmetic.js";
import { type Code, type Compiler, constantCode, derived, tableOf, variable } from "./code.js";
import { collectionCode, elementsCode } from "./collections.js";
import { booleanOf, conditionCode } from "./conditions.js";
import type { ThreadSlots } from "./layout.js";
import type { Machine } from "./machine.js";
import { readCode } from "./places.js";
import { FALSE, TRUE, type ValueId } from "./values.js";

/**
 * A compiler for the terms of a thread: what the thread knows about itself is constant in them.
 * @param thread absent for invariants and claims, which no thread evaluates
 */
export function compilerFor(model: Model, machine: Machine, thread?: ThreadSlots): Compiler {
  return withBound(model, machine, thread, new Map(), 1);
}

function withBound(
  model: Model,
  machine: Machine,
  thread: ThreadSlots | undefined,
  bound: Compiler["bound"],
  copies: number,
): Compiler {
  const compiler: Compiler = {
    model,
    machine,
    thread,
    bound,
    copies,
    id: (term) => idCode(compiler, term),
    truth: (term) => truthCode(compiler, term),
    number: (term) => wholeCode(compiler, term),
    elements: (term) => elementsCode(compiler, term),
    within: (name, value, more = copies) =>
      withBound(model, machine, thread, new Map(bound).set(name, value), more),
  };
  return compiler;
}

function truthCode(compiler: Compiler, term: Term): Code<boolean> {
  if (term.kind === "conditional") return choiceCode(compiler, term, compiler.truth);
  const condition = conditionCode(compiler, term);
  if (condition !== undefined) return condition;
  const { cells } = compiler.machine;
  const value = compiler.id(term);
  const { slot, run } = value;
  if (slot !== undefined) return variable(() => booleanOf(cells[slot] as ValueId));
  return derived([value], () => booleanOf(run()));
}

function wholeCode(compiler: Compiler, term: Term): Code<number> {
  if (term.kind === "conditional") return choiceCode(compiler, term, compiler.number);
  const number = numberCode(compiler, term);
  if (number !== undefined) return number;
  const { values } = compiler.machine;
  const value = compiler.id(term);
  return derived([value], () => values.number(value.run()));
}

/** A conditional, whatever its branches are. */
function choiceCode<T>(
  compiler: Compiler,
  term: Extract<Term, { kind: "conditional" }>,
  compile: (term: Term) => Code<T>,
): Code<T> {
  const condition = compiler.truth(term.condition);
  if (condition.constant !== undefined) return compile(condition.constant ? term.whenTrue : term.whenFalse);
  const [asks, yes, no] = [condition.run, compile(term.whenTrue).run, compile(term.whenFalse).run];
  return variable(() => (asks() ? yes() : no()));
}

function idCode(compiler: Compiler, term: Term): Code<ValueId> {
  const { machine, model, thread } = compiler;
  const { values, cells } = machine;
  switch (term.kind) {
    case "value":
      return constantCode(values.encode(term.value));
    case "current":
      return reference(compiler, thread?.running.instance.name, "the thread that evaluates this");
    case "cpu":
      return reference(compiler, model.cpus.get(thread?.running.instance.name ?? ""), "the CPU of a thread");
    case "argument":
      return reference(compiler, thread?.running.instance.argument, "the argument of a thread");
    case "local": {
      const local = thread?.locals.get(term.name);
      if (local === undefined) return variable(() => bug(`the local ${term.name} is missing`));
      const { slot } = local;
      return { constant: undefined, slot, run: () => cells[slot] as ValueId };
    }
    case "bound":
      return (
        compiler.bound.get(term.name) ?? variable(() => bug(`the bound variable ${term.name} is missing`))
      );
    case "read":
      return readCode(compiler, term);
    case "embedded":
      return relatedCode(compiler, term, model.embedded.get(`${term.class}.${term.field}`));
    case "owner":
      return relatedCode(compiler, term, model.owners.get(term.class));
    case "conditional":
      return choiceCode(compiler, term, compiler.id);
    case "quantifier":
    case "has":
    case "linked":
    case "buffer-empty":
    case "unary":
    case "binary":
    case "index-of":
    case "size":
    case "wrap":
    case "sets":
    case "elements":
    case "nth":
    case "subset":
    case "record":
    case "with":
    case "select":
    case "array":
    case "index":
    case "replace":
    case "each":
    case "reduce":
    case "first":
    case "next":
    case "insert":
    case "without":
    case "behind":
    case "change":
    case "present":
      return valueCode(compiler, term);
  }
  unreachable(term);
}

/** A value of what is a condition, a number or a collection; conditions first, because isSubsetOf makes no set. */
function valueCode(compiler: Compiler, term: Term): Code<ValueId> {
  const { values } = compiler.machine;
  const condition = conditionCode(compiler, term);
  if (condition !== undefined) return derived([condition], () => (condition.run() ? TRUE : FALSE));
  const number = numberCode(compiler, term);
  if (number !== undefined) return derived([number], () => values.ofNumber(number.run()));
  return collectionCode(compiler, term) ?? bug(`a term of the kind ${term.kind} has no value`);
}

function reference({ machine }: Compiler, name: string | undefined, what: string): Code<ValueId> {
  return name === undefined
    ? variable(() => bug(`${what} is missing`))
    : constantCode(machine.values.ofReference(name));
}

/** Another object that an object leads to, by a table that never changes. */
function relatedCode(
  compiler: Compiler,
  term: Extract<Term, { kind: "embedded" | "owner" }>,
  related: ReadonlyMap<string, string> | undefined,
): Code<ValueId> {
  const { machine } = compiler;
  const entries = [...(related ?? [])].map(([from, to]) => [from, machine.values.ofReference(to)] as const);
  const table = tableOf(machine, entries);
  const object = compiler.id(term.object);
  return derived([object], () => table[object.run()] ?? bug(`an object has no ${term.kind} object`));
}
