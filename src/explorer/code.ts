/** Terms compiled to closures: what they have in common. */
import type { Model, Term } from "../ir/model.js";
import type { ThreadSlots } from "./layout.js";
import type { Machine } from "./machine.js";
import type { ValueId } from "./values.js";

/** A term that is ready to run. */
export interface Code<T> {
  /** Its value, where that is the same in every state. */
  readonly constant: T | undefined;
  /** The slot that it reads, where it does nothing else. */
  readonly slot?: number;
  readonly run: () => T;
}

export function constantCode<T>(value: T): Code<T> {
  return { constant: value, run: () => value };
}

/**
 * Code that depends on nothing but its operands: a constant where all of them are. What has no value, or is never
 * evaluated because a check comes first, is left to the moment when it is.
 */
export function derived<T>(operands: readonly Code<unknown>[], run: () => T): Code<T> {
  if (operands.some(({ constant }) => constant === undefined)) return { constant: undefined, run };
  try {
    return constantCode(run());
  } catch {
    return { constant: undefined, run };
  }
}

/** Code whose value depends on the state. */
export function variable<T>(run: () => T): Code<T> {
  return { constant: undefined, run };
}

/** Compiles the terms of one thread, or of what no thread evaluates. */
export interface Compiler {
  readonly model: Model;
  readonly machine: Machine;
  /** Absent in invariants. */
  readonly thread: ThreadSlots | undefined;
  readonly bound: ReadonlyMap<string, Code<ValueId>>;
  /** How many copies of the terms compiled here are made, because quantifiers over constants are written out. */
  readonly copies: number;
  readonly id: (term: Term) => Code<ValueId>;
  readonly truth: (term: Term) => Code<boolean>;
  readonly number: (term: Term) => Code<number>;
  /** The elements of a list or a set; those of a constant set in its order. */
  readonly elements: (term: Term) => Code<readonly ValueId[]>;
  /** The compiler inside a quantifier. */
  readonly within: (name: string, value: Code<ValueId>, copies?: number) => Compiler;
}

/** By the id of an object: something that each object of a class has. */
export function tableOf<T>(
  machine: Machine,
  entries: Iterable<readonly [object: string, T]>,
): (T | undefined)[] {
  const table: (T | undefined)[] = [];
  for (const [object, entry] of entries) {
    const id = machine.values.ofReference(object);
    while (table.length <= id) table.push(undefined);
    table[id] = entry;
  }
  return table;
}
