/**
 * Values as small integers. Equal values (`valueKey` of interpreter/state.ts) have one id, so that comparing values is
 * comparing ids, and what a list or a record is made of is looked up and never built twice (hash consing).
 */
import { bug, must } from "../base/assert.js";
import { numberOf } from "../interpreter/numbers.js";
import type { Value } from "../ir/model.js";
import { TupleTable } from "./tuples.js";

/** Of a value; see {@link ValueTable}. */
export type ValueId = number;

/** Ids that are the same in every table. */
export const FALSE: ValueId = 0;
export const TRUE: ValueId = 1;
export const NULL: ValueId = 2;

const PLAIN = 0;
const NUMBER = 1;
const REFERENCE = 2;
const LIST = 3;
const SET = 4;
const RECORD = 5;
const MAP = 6;

/** The names of a record's parts in order, or the keys of a map: what two of them must share to be comparable. */
interface Shape {
  /** Of a record. */
  readonly names: readonly string[];
  /** Of a map. */
  readonly keys: readonly ValueId[];
}

/** Numbers from `-SMALL` up to `SMALL` are found without hashing. */
const SMALL = 1024;

export class ValueTable {
  /** By id; undefined where nobody has asked for it yet. */
  readonly #decoded: (Value | undefined)[] = [];
  readonly #kinds: number[] = [];
  /** By id: what a number is; of all others 0. */
  readonly #numbers: number[] = [];
  /** By id: the elements of a list; of a set, by ascending id; the parts of a record by name; the values of a map by key. */
  readonly #elements: (readonly ValueId[])[] = [];
  readonly #shapes: number[] = [];
  readonly #small = new Int32Array(2 * SMALL + 1).fill(-1);
  readonly #large = new Map<number, ValueId>();
  readonly #texts = new Map<string, ValueId>();
  readonly #references = new Map<string, ValueId>();
  readonly #tuples = new TupleTable();
  readonly #shapeTable: Shape[] = [];
  readonly #shapeIds = new Map<string, number>();

  constructor() {
    for (const value of [false, true, null]) this.#add(PLAIN, value, [], 0);
  }

  /** How many values there are. */
  get size(): number {
    return this.#kinds.length;
  }

  /** Roughly how much memory the table takes. */
  get bytes(): number {
    return this.#tuples.bytes + 64 * this.size;
  }

  /** The id of a value. */
  encode(value: Value): ValueId {
    if (value === null) return NULL;
    if (typeof value === "boolean") return value ? TRUE : FALSE;
    if (typeof value === "number") return this.ofNumber(value);
    if (typeof value === "string") return this.#named(this.#texts, value, PLAIN, value);
    if ("ref" in value) return this.#named(this.#references, value.ref, REFERENCE, value);
    if ("list" in value) return this.ofList(value.list.map((element) => this.encode(element)));
    if ("set" in value) return this.ofSet(value.set.map((element) => this.encode(element)));
    if ("record" in value) {
      const parts = [...value.record].map(([name, part]) => ({ name, value: this.encode(part) }));
      const shape = this.recordShape(parts.map(({ name }) => name));
      const byName = new Map(parts.map((part) => [part.name, part.value]));
      return this.ofRecord(
        shape,
        this.namesOf(shape).map((name) => must(byName.get(name), name)),
      );
    }
    const pairs = value.map.map(([key, mapped]) => [this.encode(key), this.encode(mapped)] as const);
    pairs.sort(([a], [b]) => a - b);
    const shape = this.#shape(`map ${pairs.map(([key]) => key).join(" ")}`, () => ({
      names: [],
      keys: pairs.map(([key]) => key),
    }));
    return this.#tuple(
      MAP,
      shape,
      pairs.map(([, mapped]) => mapped),
    );
  }

  /** The value with the id. */
  decode(id: ValueId): Value {
    const known = this.#decoded[id];
    if (known !== undefined) return known;
    const value = this.#decodeTuple(id);
    this.#decoded[id] = value;
    return value;
  }

  ofNumber(value: number): ValueId {
    // -0 has the key of 0.
    const index = value + SMALL;
    if (index >= 0 && index <= 2 * SMALL) {
      const known = this.#small[index];
      if (known !== undefined && known >= 0) return known;
      const id = this.#add(NUMBER, value + 0, [], 0, value + 0);
      this.#small[index] = id;
      return id;
    }
    const known = this.#large.get(value);
    if (known !== undefined) return known;
    const id = this.#add(NUMBER, value, [], 0, value);
    this.#large.set(value, id);
    return id;
  }

  ofReference(name: string): ValueId {
    return this.encode({ ref: name });
  }

  /** The number with the id, which must be one. */
  number(id: ValueId): number {
    return this.#kinds[id] === NUMBER ? (this.#numbers[id] as number) : numberOf(this.decode(id));
  }

  /** The elements of a list, an array or a set. */
  elements(id: ValueId): readonly ValueId[] {
    const kind = this.#kinds[id];
    return kind === LIST || kind === SET
      ? (this.#elements[id] as readonly ValueId[])
      : bug("a list or a set was expected");
  }

  ofList(elements: readonly ValueId[]): ValueId {
    return this.#tuple(LIST, 0, elements);
  }

  /** Elements that are there twice count once. */
  ofSet(elements: readonly ValueId[]): ValueId {
    const sorted = elements.toSorted((a, b) => a - b);
    return this.#tuple(
      SET,
      0,
      sorted.filter((element, index) => element !== sorted[index - 1]),
    );
  }

  /** What records with parts of these names have in common. */
  recordShape(names: readonly string[]): number {
    const sorted = [...names].sort();
    return this.#shape(`record ${JSON.stringify(sorted)}`, () => ({ names: sorted, keys: [] }));
  }

  /** The names of the parts, in the order in which {@link ofRecord} wants them. */
  namesOf(shape: number): readonly string[] {
    return must(this.#shapeTable[shape], "the shape of a record").names;
  }

  ofRecord(shape: number, parts: readonly ValueId[]): ValueId {
    return this.#tuple(RECORD, shape, parts);
  }

  /** The shape of a record. */
  shapeOf(id: ValueId): number {
    return this.#kinds[id] === RECORD ? (this.#shapes[id] as number) : bug("a record was expected");
  }

  /** The parts of a record, in the order of its shape's names. */
  parts(id: ValueId): readonly ValueId[] {
    return this.#kinds[id] === RECORD
      ? (this.#elements[id] as readonly ValueId[])
      : bug("a record was expected");
  }

  /** One element of an array or a map; there must be one. */
  elementAt(id: ValueId, index: ValueId): ValueId {
    return (this.#elements[id] as readonly ValueId[])[this.#positionAt(id, index)] as ValueId;
  }

  /** The array or map with one element replaced; there must be one. */
  withElement(id: ValueId, index: ValueId, value: ValueId): ValueId {
    const position = this.#positionAt(id, index);
    const elements = (this.#elements[id] as readonly ValueId[]).with(position, value);
    return this.#tuple(this.#kinds[id] as number, this.#shapes[id] as number, elements);
  }

  /** The map with these values for these keys. */
  ofMap(keys: readonly ValueId[], mapped: readonly ValueId[]): ValueId {
    const order = keys.map((_, index) => index).sort((a, b) => (keys[a] as number) - (keys[b] as number));
    const sorted = order.map((index) => keys[index] as ValueId);
    const shape = this.#shape(`map ${sorted.join(" ")}`, () => ({ names: [], keys: sorted }));
    return this.#tuple(
      MAP,
      shape,
      order.map((index) => mapped[index] as ValueId),
    );
  }

  #positionAt(id: ValueId, index: ValueId): number {
    const kind = this.#kinds[id];
    if (kind === LIST && this.#kinds[index] === NUMBER) {
      const position = this.#numbers[index] as number;
      if (position in (this.#elements[id] as readonly ValueId[])) return position;
    }
    if (kind === MAP) {
      const position = must(this.#shapeTable[this.#shapes[id] as number], "a map's shape").keys.indexOf(
        index,
      );
      if (position >= 0) return position;
    }
    return bug("an array or a map with such an index was expected");
  }

  #shape(key: string, make: () => Shape): number {
    const known = this.#shapeIds.get(key);
    if (known !== undefined) return known;
    this.#shapeIds.set(key, this.#shapeTable.length);
    return this.#shapeTable.push(make()) - 1;
  }

  #tuple(kind: number, shape: number, elements: readonly ValueId[]): ValueId {
    return this.#tuples.intern(kind * 0x10000 + shape, elements, (kept) =>
      this.#add(kind, undefined, kept, shape),
    );
  }

  #named(names: Map<string, ValueId>, name: string, kind: number, value: Value): ValueId {
    const known = names.get(name);
    if (known !== undefined) return known;
    const id = this.#add(kind, value, [], 0);
    names.set(name, id);
    return id;
  }

  #add(
    kind: number,
    value: Value | undefined,
    elements: readonly ValueId[],
    shape: number,
    number = 0,
  ): ValueId {
    this.#kinds.push(kind);
    this.#decoded.push(value);
    this.#elements.push(elements);
    this.#shapes.push(shape);
    return this.#numbers.push(number) - 1;
  }

  #decodeTuple(id: ValueId): Value {
    const elements = must(this.#elements[id], "the elements of a value").map((element) =>
      this.decode(element),
    );
    const kind = this.#kinds[id];
    if (kind === LIST) return { list: elements };
    if (kind === SET) return { set: elements };
    const { names, keys } = must(this.#shapeTable[this.#shapes[id] as number], "the shape of a value");
    if (kind === RECORD) {
      return { record: new Map(names.map((name, index) => [name, elements[index] as Value])) };
    }
    return { map: keys.map((key, index) => [this.decode(key), elements[index] as Value] as const) };
  }
}
