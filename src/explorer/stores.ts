/** What a step writes to memory, or into the store buffer of its thread. */
import { bug } from "../base/assert.js";
import type { Action, Buffered } from "../ir/model.js";
import type { Compiler } from "./code.js";
import { currentValue, placeCode, slotsOf } from "./places.js";
import type { ValueId } from "./values.js";

/** Writes one slot. */
function writerOf(
  compiler: Compiler,
  buffered: Buffered | undefined,
): (slot: number, value: ValueId) => void {
  const { machine } = compiler;
  if (buffered === undefined) return (slot, value) => machine.write(slot, value);
  const { buffers, cells } = machine;
  const buffer = compiler.thread?.buffer ?? bug("a store goes into a buffer that does not exist");
  return (slot, value) =>
    machine.write(buffer, buffers.stored(cells[buffer] as number, slot, value, buffered));
}

/** A store; of a whole array or map each element for itself. */
export function storeCode(compiler: Compiler, action: Extract<Action, { kind: "store" }>): () => void {
  const { values } = compiler.machine;
  const { indices } = slotsOf(compiler, action.variable);
  const place = placeCode(compiler, action);
  const value = compiler.id(action.value).run;
  const write = writerOf(compiler, action.buffered);
  if (indices !== undefined && action.index === undefined) {
    return () => {
      const first = place.run();
      const whole = value();
      for (const [position, index] of indices.entries()) {
        write(first + position, values.elementAt(whole, index));
      }
    };
  }
  const { machine } = compiler;
  const { constant: slot, run } = place;
  if (action.buffered !== undefined) return () => write(run(), value());
  if (slot === undefined) return () => machine.write(run(), value());
  return () => machine.write(slot, value());
}

/** Takes an element off every list of some variables. */
export function unlinkCode(compiler: Compiler, action: Extract<Action, { kind: "unlink" }>): () => void {
  const { values, layout } = compiler.machine;
  const write = writerOf(compiler, action.buffered);
  const element = compiler.id(action.element).run;
  const lists = [...layout.variables.values()]
    .filter(({ variable }) => action.variables.includes(variable.name))
    .flatMap(({ first }) => [...first.values()])
    .map((slot) => ({ slot, read: currentValue(compiler, action.buffered !== undefined, slot) }));
  return () => {
    const removed = element();
    for (const { slot, read } of lists) {
      const list = values.elements(read());
      if (list.includes(removed)) write(slot, values.ofList(list.filter((other) => other !== removed)));
    }
  };
}
