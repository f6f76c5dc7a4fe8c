/** What an action does to the store buffer of its thread. */

import { must } from "../base/assert.js";
import type { Action } from "../ir/model.js";
import { STORE_BUFFERS } from "../ir/terms.js";
import { printAddress, printBufferOwner } from "./store-buffers.js";
import {
  printBuffer,
  printForwarded,
  printTerm,
  printValue,
  printVariable,
  subscriptsOf,
  type TermContext,
  typeOfVariable,
} from "./terms.js";

/** A change of one variable. */
export interface Write {
  readonly variable: string;
  /** The new value of one place, or of the whole variable where the subscripts are empty. */
  readonly print: (context: TermContext) => { readonly subscripts: string; readonly value: string };
}

type Store = Extract<Action, { kind: "store" }>;
type Unlink = Extract<Action, { kind: "unlink" }>;

/** The change of the buffers, or undefined where the action goes to memory itself or is none that stores. */
export function bufferWrite(action: Action): Write | undefined {
  switch (action.kind) {
    case "store":
      return action.buffered === undefined ? undefined : changing((where) => stored(where, action));
    case "unlink":
      return action.buffered === undefined ? undefined : changing((where) => unlinked(where, action));
    case "fence":
      return changing((where) => `Fenced(${printBuffer(where)})`);
    default:
      return undefined;
  }
}

function changing(print: (where: TermContext) => string): Write {
  return {
    variable: STORE_BUFFERS,
    print: (where) => ({
      subscripts: `[${printBufferOwner(must(where.process, "the process of a store buffer"), where.self)}]`,
      value: print(where),
    }),
  };
}

/** Whether the store is held back until what was stored before it is in memory; under tso every store is. */
function isOrdered(where: TermContext, { buffered }: Store | Unlink): boolean {
  return buffered === "release" && where.model.memory === "pso";
}

function stored(where: TermContext, action: Store): string {
  const { variable } = action;
  const place = subscriptsOf(where, action);
  const value = printTerm(where, action.value);
  const storeTo = (buffer: string, at: readonly string[], what: string) => {
    const before = isOrdered(where, action) ? `Fenced(${buffer})` : buffer;
    return `Stored(${before}, ${printAddress(where.naming, variable, at)}, ${what})`;
  };
  const elements = action.index === undefined ? elementsOf(where, variable) : undefined;
  if (elements === undefined) return storeTo(printBuffer(where), place, value);
  return elements.reduce(
    (buffer, index) => storeTo(buffer, [...place, index], `(${value})[${index}]`),
    printBuffer(where),
  );
}

/** The subscripts of an array or a map, one store each; undefined for a variable that is one place. */
function elementsOf(where: TermContext, variable: string): string[] | undefined {
  const type = typeOfVariable(where, variable);
  if (type?.kind === "array")
    return Array.from({ length: type.length ?? 0 }, (_, index) => String(index + 1));
  return type?.kind === "map" ? (type.keys ?? []).map((key) => printValue(where.naming, key)) : undefined;
}

/** A store for each list that the element is on, in the order in which the interpreter looks at them. */
function unlinked(where: TermContext, action: Unlink): string {
  const operator = isOrdered(where, action) ? "UnlinkedInOrder" : "Unlinked";
  const lists = where.model.variables
    .filter(({ name }) => action.variables.includes(name))
    .flatMap(({ name, initial }) => [...initial.keys()].map((ref) => ({ name, ref })));
  return lists.reduce((before, { name, ref }) => {
    const object = printValue(where.naming, { ref });
    const list = printForwarded(where, name, [object], `${printVariable(where, name)}[${object}]`);
    const address = printAddress(where.naming, name, [object]);
    return `${operator}(${before}, ${address}, ${list}, ${printTerm(where, action.element)})`;
  }, printBuffer(where));
}
