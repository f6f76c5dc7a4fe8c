/** Where in a state a variable of the shared memory is kept, and what a thread reads there. */
import { bug, must } from "../base/assert.js";
import type { Term } from "../ir/model.js";
import { type Code, type Compiler, constantCode, derived, tableOf, variable } from "./code.js";
import type { VariableSlots } from "./layout.js";
import type { ValueId } from "./values.js";

/** What a read, a store and an unlink say about the place. */
export interface Address {
  readonly variable: string;
  readonly object: Term | undefined;
  readonly index?: Term | undefined;
}

/** The slots of a variable. */
export function slotsOf({ machine }: Compiler, name: string): VariableSlots {
  return must(machine.layout.variables.get(name), `the variable ${name}`);
}

/** The slot with the address; without an index the first one of the object's. */
export function placeCode(compiler: Compiler, { variable: name, object, index }: Address): Code<number> {
  const slots = slotsOf(compiler, name);
  const first = firstSlot(compiler, slots, object);
  if (index === undefined) return first;
  const position = positionCode(compiler, slots, index);
  return derived([first, position], () => first.run() + position.run());
}

function firstSlot(compiler: Compiler, slots: VariableSlots, object: Term | undefined): Code<number> {
  const { name } = slots.variable;
  if (object === undefined) return constantCode(must(slots.first.get(""), `the global ${name}`));
  const table = tableOf(compiler.machine, slots.first);
  const owner = compiler.id(object);
  return derived([owner], () => table[owner.run()] ?? bug(`there is no memory for ${name}`));
}

function positionCode(compiler: Compiler, { variable: { name, type }, indices }: VariableSlots, index: Term) {
  if (type.kind === "array") {
    const [position, length] = [compiler.number(index), indices?.length ?? 0];
    return derived([position], () => {
      const at = position.run();
      return at >= 0 && at < length ? at : bug(`there is no element ${at} of ${name}`);
    });
  }
  const key = compiler.id(index);
  const positions = new Map((indices ?? []).map((known, position) => [known, position]));
  return derived([key], () => positions.get(key.run()) ?? bug(`${name} has no such key`));
}

/** Reads the value at a slot as the thread sees it. */
function readerOf(compiler: Compiler, forwarded: boolean): (slot: number) => ValueId {
  const { cells, buffers } = compiler.machine;
  const buffer = forwarded ? compiler.thread?.buffer : undefined;
  if (buffer === undefined) return (slot) => cells[slot] as ValueId;
  return (slot) => {
    const own = buffers.newest(cells[buffer] as number, slot);
    return own < 0 ? (cells[slot] as ValueId) : own;
  };
}

/** The value at the slot as the thread sees it: for stores that keep a part of what is there. */
export function currentValue(compiler: Compiler, forwarded: boolean, slot: number): () => ValueId {
  const read = readerOf(compiler, forwarded);
  return () => read(slot);
}

/** What a thread reads. */
export function readCode(compiler: Compiler, term: Extract<Term, { kind: "read" }>): Code<ValueId> {
  const slots = slotsOf(compiler, term.variable);
  const place = placeCode(compiler, term);
  const read = readerOf(compiler, term.forwarded === true);
  if (term.index === undefined && slots.indices !== undefined) {
    return gatherCode(compiler, slots.indices, slots.variable.type.kind === "map", place.run, read);
  }
  const { cells } = compiler.machine;
  const isForwarded = term.forwarded === true && compiler.thread?.buffer !== undefined;
  const slot = place.constant;
  const { run } = place;
  if (isForwarded) return variable(() => read(run()));
  if (slot === undefined) return variable(() => cells[run()] as ValueId);
  return { constant: undefined, slot, run: () => cells[slot] as ValueId };
}

/** A whole array or map, element by element. */
function gatherCode(
  { machine: { values } }: Compiler,
  indices: readonly ValueId[],
  isMap: boolean,
  first: () => number,
  read: (slot: number) => ValueId,
): Code<ValueId> {
  return variable(() => {
    const from = first();
    const elements = indices.map((_, position) => read(from + position));
    return isMap ? values.ofMap(indices, elements) : values.ofList(elements);
  });
}

/** Whether the element is on a list of these variables. */
export function linkedCode(compiler: Compiler, term: Extract<Term, { kind: "linked" }>): Code<boolean> {
  const { values } = compiler.machine;
  const read = readerOf(compiler, term.forwarded === true);
  const lists = term.variables.flatMap((name) => [...slotsOf(compiler, name).first.values()]);
  const element = compiler.id(term.element);
  return variable(() => {
    const wanted = element.run();
    for (const slot of lists) if (values.elements(read(slot)).includes(wanted)) return true;
    return false;
  });
}
