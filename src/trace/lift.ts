/** States as TLC prints them, in the names of the model again: the inverse of what the emitter wrote. */
import { bug, must } from "../base/assert.js";
import { localKey, type Naming } from "../emit/naming.js";
import { partName, readString } from "../emit/strings.js";
import { refOf } from "../interpreter/evaluate.js";
import {
  type BufferEntry,
  cellsOf,
  elementAt,
  location,
  type State,
  sameValue,
  type ThreadState,
} from "../interpreter/state.js";
import type { Model, Process, Value, Variable } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { defaultValue, STORE_BUFFERS } from "../ir/terms.js";
import { type RawState, splitVariables } from "../tlc/raw-trace.js";
import type { TlaValue } from "./value.js";
import { parseValue } from "./value-parser.js";

/** Names of the module to names of the model. */
interface Inverse {
  readonly references: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** The states of a counterexample. Throws an InternalError where the text is not a state of this model. */
export function liftStates(model: Model, naming: Naming, states: readonly RawState[]): State[] {
  const inverse: Inverse = {
    references: invert([...naming.objects, ...naming.threads]),
    labels: invert([...naming.labels]),
  };
  return states.map((state) => liftState(model, naming, inverse, state));
}

function invert(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  return new Map(pairs.map(([original, emitted]) => [emitted, original]));
}

function liftState(model: Model, naming: Naming, inverse: Inverse, raw: RawState): State {
  const texts = splitVariables(raw.body);
  const read = (name: string): TlaValue =>
    parseValue(must(texts.get(name), `the variable ${name} in state ${raw.index}`));
  const memory = new Map<string, Value>();
  for (const variable of model.variables) {
    const value = read(must(naming.variables.get(variable.name), variable.name));
    if (variable.class === undefined) {
      keep(memory, inverse, variable, "", value);
      continue;
    }
    for (const [object, field] of entriesOf(value)) {
      const owner = must(inverse.references.get(object), `the object ${object}`);
      keep(memory, inverse, variable, owner, field);
    }
  }
  const failed = new Set(elementsOf(read("fault")).map(stringOf));
  const buffers = model.memory === "sc" ? new Map() : liftBuffers(model, naming, inverse, read);
  return { memory, buffers, threads: liftThreads(model, naming, inverse, read), failed };
}

/** Only those that hold something, as the interpreter keeps them. */
function liftBuffers(
  model: Model,
  naming: Naming,
  inverse: Inverse,
  read: (name: string) => TlaValue,
): Map<string, BufferEntry[]> {
  const variables = invert([...naming.variables]);
  const buffers = new Map<string, BufferEntry[]>();
  for (const [thread, entries] of entriesOf(read(must(naming.variables.get(STORE_BUFFERS), "the buffers")))) {
    const lifted = tupleOf(entries).map((entry): BufferEntry => {
      const [name, ...place] = tupleOf(fieldOf(entry, "address"));
      if (name === undefined) return "fence";
      const emitted = must(variables.get(stringOf(name)), "the variable of a buffered store");
      const variable = must(
        model.variables.find((candidate) => candidate.name === emitted),
        emitted,
      );
      return liftStore(inverse, variable, place, fieldOf(entry, "value"));
    });
    const owner = must(inverse.references.get(thread), `the thread ${thread} of a store buffer`);
    if (lifted.length > 0) buffers.set(owner, lifted);
  }
  return buffers;
}

/** `place` is what stands behind the variable in the address: the object of a field, the index of an element. */
function liftStore(
  inverse: Inverse,
  { name, class: owner, type }: Variable,
  place: readonly TlaValue[],
  value: TlaValue,
): BufferEntry {
  const [object, index] = owner === undefined ? [undefined, place[0]] : place;
  const ref = object === undefined ? "" : refOf(liftValue(inverse, object, undefined));
  if (index === undefined || (type.kind !== "array" && type.kind !== "map")) {
    return { at: location(name, ref), value: liftValue(inverse, value, type) };
  }
  const at = liftValue(inverse, index, undefined);
  // Sequences count from 1.
  const cell = type.kind === "array" && typeof at === "number" ? at - 1 : at;
  return { at: location(name, ref, cell), value: liftValue(inverse, value, type.element) };
}

function tupleOf(value: TlaValue): readonly TlaValue[] {
  return value.kind === "tuple" ? value.elements : bug(`a tuple was expected, not a ${value.kind}`);
}

function fieldOf(value: TlaValue, name: string): TlaValue {
  const field =
    value.kind === "record" ? value.fields.find((candidate) => candidate.name === name) : undefined;
  return must(field, `the field ${name} of a record`).value;
}

/** Enters the value of one object's field, element by element where each has a place of its own. */
function keep(
  memory: Map<string, Value>,
  inverse: Inverse,
  variable: Variable,
  object: string,
  printed: TlaValue,
) {
  const value = liftValue(inverse, printed, variable.type);
  for (const { at, index } of cellsOf(variable, object)) {
    memory.set(at, index === undefined ? value : elementAt(value, index));
  }
}

function liftThreads(
  model: Model,
  naming: Naming,
  inverse: Inverse,
  read: (name: string) => TlaValue,
): Map<string, ThreadState> {
  const labels = new Map(entriesOf(read("pc")));
  const threads = new Map<string, ThreadState>();
  for (const process of model.processes) {
    const locals = liftLocals(naming, inverse, process, read);
    for (const { name } of process.threads) {
      const emitted = must(naming.threads.get(name), name);
      const label = stringOf(must(labels.get(emitted), `where ${name} is`));
      const at = must(inverse.labels.get(label), `the label ${label}`);
      threads.set(name, { at, locals: locals.get(emitted) ?? new Map() });
    }
  }
  return threads;
}

/** By thread; only what differs from its default, as the interpreter keeps it. */
function liftLocals(
  naming: Naming,
  inverse: Inverse,
  process: Process,
  read: (name: string) => TlaValue,
): Map<string, Map<string, Value>> {
  const threads = new Map<string, Map<string, Value>>();
  for (const local of process.locals) {
    const name = naming.locals.get(localKey(process, local.name));
    if (name === undefined) continue;
    for (const [thread, value] of entriesOf(read(name))) {
      const lifted = liftValue(inverse, value, local.type);
      if (sameValue(lifted, defaultValue(local.type))) continue;
      const locals = threads.get(thread) ?? new Map<string, Value>();
      threads.set(thread, locals.set(local.name, lifted));
    }
  }
  return threads;
}

/** A function over model values; TLC prints the empty one as the empty tuple. */
function entriesOf(value: TlaValue): (readonly [string, TlaValue])[] {
  if (value.kind === "tuple" && value.elements.length === 0) return [];
  if (value.kind !== "function") return bug(`a function was expected, not a ${value.kind}`);
  return value.pairs.map(({ key, value: mapped }) =>
    key.kind === "model" ? [key.name, mapped] : bug("a model value was expected as the key of a function"),
  );
}

function elementsOf(value: TlaValue): readonly TlaValue[] {
  return value.kind === "set" ? value.elements : bug(`a set was expected, not a ${value.kind}`);
}

function stringOf(value: TlaValue): string {
  return value.kind === "string" ? value.value : bug(`a string was expected, not a ${value.kind}`);
}

/** The text alone cannot tell records, maps and sequences apart: the type does. */
function liftValue(inverse: Inverse, value: TlaValue, type: Type | undefined): Value {
  switch (type?.kind) {
    case "record":
      return liftRecord(inverse, value, type);
    case "map":
      return liftMap(inverse, value, type);
  }
  const inside = type?.kind === "array" || type?.kind === "set" ? liftableType(type.element) : undefined;
  switch (value.kind) {
    case "bool":
    case "int":
      return value.value;
    case "string":
      return readString(value.value);
    case "model":
      if (value.name === "null") return null;
      return { ref: must(inverse.references.get(value.name), `the model value ${value.name}`) };
    case "tuple":
      return { list: value.elements.map((element) => liftValue(inverse, element, inside)) };
    case "set":
      return { set: value.elements.map((element) => liftValue(inverse, element, inside)) };
    case "interval": {
      const count = Math.max(0, value.to - value.from + 1);
      return { set: Array.from({ length: count }, (_, index) => value.from + index) };
    }
    default:
      return bug(`no variable of a model holds a ${value.kind}`);
  }
}

/** A set of plain values says what they are by itself. */
function liftableType(type: Type): Type | undefined {
  return type.kind === "record" || type.kind === "map" || type.kind === "array" ? type : undefined;
}

function liftRecord(inverse: Inverse, value: TlaValue, type: Extract<Type, { kind: "record" }>): Value {
  if (value.kind !== "record") return bug(`a record was expected, not a ${value.kind}`);
  const printed = new Map(value.fields.map((field) => [field.name, field.value]));
  return {
    record: new Map(
      type.fields.map(({ name, type: inner }) => [
        name,
        liftValue(inverse, must(printed.get(partName(name)), `the part ${name} of a record`), inner),
      ]),
    ),
  };
}

function liftMap(inverse: Inverse, value: TlaValue, type: Extract<Type, { kind: "map" }>): Value {
  const pairs = pairsOf(value).map(([key, mapped]): readonly [Value, Value] => [
    liftValue(inverse, key, liftableType(type.key)),
    liftValue(inverse, mapped, type.element),
  ]);
  const of = (key: Value) =>
    must(
      pairs.find((pair) => sameValue(pair[0], key)),
      "the value for a key",
    );
  return { map: (type.keys ?? pairs.map(([key]) => key)).map(of) };
}

/** A function however TLC prints it: on strings as a record, on 1..n as a tuple. */
function pairsOf(value: TlaValue): (readonly [TlaValue, TlaValue])[] {
  if (value.kind === "function") return value.pairs.map(({ key, value: mapped }) => [key, mapped]);
  if (value.kind === "record")
    return value.fields.map((field) => [{ kind: "string", value: field.name }, field.value]);
  if (value.kind === "tuple")
    return value.elements.map((element, at) => [{ kind: "int", value: at + 1 }, element]);
  return bug(`a function was expected, not a ${value.kind}`);
}
