/** What makes a model endless, or seem so: a place whose value grows and grows. */
import { must } from "../base/assert.js";
import { locationPath, type State } from "../interpreter/state.js";
import type { Model, Value } from "../ir/model.js";
import type { Type } from "../ir/program.js";
import { partsOf } from "../ir/terms.js";
import type { Slot } from "./layout.js";
import type { Search } from "./search.js";
import type { StateNumber } from "./states.js";

/** A value that keeps growing. */
export interface Growth {
  /** As `locationPath` has it; a variable of a thread as `thread: variable`. */
  readonly place: string;
  /** How often it has become greater than ever before. */
  readonly times: number;
  /** The way to where it has grown several times, no longer than that takes; the initial state first. */
  path(): readonly State[];
}

/** A value that grows must have grown so often. */
const OFTEN = 5;
/** The path shows so much of it: where a number is counted up and up, the way to the greatest has no end. */
const SHOWN = 8;

interface Grown {
  readonly slot: number;
  /** Ids of the values each of which is greater than all before it, without the first. */
  readonly records: readonly number[];
}

/**
 * The place whose value has grown most often, and is still growing: in the later half of the states it has become
 * greater than it was anywhere in the first. Undefined where there is none.
 */
export function growthOf(model: Model, search: Search): Growth | undefined {
  const { layout } = search.machine;
  const grown = layout.slots
    .map((_, slot) => grownIn(model, search, slot))
    .filter(({ records }) => records.length >= OFTEN)
    .sort((a, b) => b.records.length - a.records.length);
  for (const { slot, records } of grown) {
    const last = search.states.firstWith(slot, must(records.at(-1), "the greatest value"));
    if (last < search.states.count / 2) continue;
    const shown = must(records.slice(0, SHOWN).at(-1), "a value that is shown");
    const state = search.states.firstWith(slot, shown);
    if (state < 0) continue;
    return placed(model, search, must(layout.slots[slot], "a slot"), records.length, state);
  }
  return undefined;
}

function placed(
  model: Model,
  search: Search,
  slot: Slot,
  times: number,
  state: StateNumber,
): Growth | undefined {
  const path = () => search.pathTo(state);
  if (slot.kind === "memory") return { place: locationPath(model, slot.at), times, path };
  return slot.kind === "local" ? { place: `${slot.thread}: ${slot.local}`, times, path } : undefined;
}

function grownIn(model: Model, { machine, states }: Search, slot: number): Grown {
  const where = must(machine.layout.slots[slot], "a slot");
  // What has a range ends there.
  const ends = where.kind === "memory" && isRanged(model, where.at);
  if ((where.kind !== "memory" && where.kind !== "local") || ends) return { slot, records: [] };
  const records: number[] = [];
  let most = -1;
  for (const id of states.seen(slot)) {
    const size = sizeOf(machine.values.decode(id));
    if (size <= most) continue;
    most = size;
    records.push(id);
  }
  return { slot, records: records.slice(1) };
}

/** Numbers by how far they are from 0, collections by how much is in them. */
function sizeOf(value: Value): number {
  if (typeof value === "number") return Math.abs(value);
  const parts = partsOf(value);
  const own = value !== null && typeof value === "object" && ("list" in value || "set" in value);
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), own ? parts.length : 0);
}

/** Whether the place belongs to a variable of numbers that all have a range. */
function isRanged({ variables }: Model, at: string): boolean {
  const name = at.slice(0, at.indexOf("@"));
  return variables.some((variable) => variable.name === name && endsSomewhere(variable.type));
}

function endsSomewhere(type: Type): boolean {
  if (type.kind === "number") return type.range !== undefined;
  if (type.kind === "record") return type.fields.every((field) => endsSomewhere(field.type));
  if (type.kind === "array" || type.kind === "map") return endsSomewhere(type.element);
  return type.kind !== "list" && type.kind !== "queue";
}
