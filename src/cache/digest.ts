/** What a value is, told by its content: the keys of everything that is remembered between runs. */
import { createHash } from "node:crypto";
import { bug } from "../base/assert.js";

/**
 * The SHA-256 of plain data, in hexadecimal. Equal data have equal digests, and data that differ in anything have
 * different ones; so whatever could not be told apart in writing (a function, an object of some class) is a defect.
 */
export function digest(value: unknown): string {
  return digestText(writeOut(value));
}

/** Plain data as the text that {@link digest} is made of; `instead` may give other data for any part of it. */
export function writeOut(value: unknown, instead?: (value: unknown) => unknown): string {
  const replacer =
    instead === undefined
      ? written
      : function (this: unknown, key: string): unknown {
          return writtenValue(instead((this as Readonly<Record<string, unknown>>)[key]));
        };
  return JSON.stringify(value, replacer) ?? "undefined";
}

/** The SHA-256 of a text, or of bytes, in hexadecimal. */
export function digestText(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** JSON leaves maps and sets out, which in a model are most of what there is. */
function written(this: unknown, key: string): unknown {
  // Not what toJSON made of it.
  return writtenValue((this as Readonly<Record<string, unknown>>)[key]);
}

function writtenValue(value: unknown): unknown {
  switch (typeof value) {
    case "function":
    case "symbol":
      return bug(`a ${typeof value} has no digest`);
    case "bigint":
      return { "#bigint": String(value) };
    case "number":
      return Number.isFinite(value) ? value : { "#number": String(value) };
    case "object":
      return value === null ? null : writtenObject(value);
    default:
      return value;
  }
}

function writtenObject(value: object): object {
  if (value instanceof Map) return { "#map": [...value] };
  if (value instanceof Set) return { "#set": [...value] };
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  return isPlain ? value : bug(`an object of class ${value.constructor.name} has no digest`);
}
